"""Use tabtwin in Python: ``run``, ``audit``, ``check`` and ``fit``, on pandas tables.

    import tabtwin

    print(tabtwin.check(table))
    twin = tabtwin.run(table, target="churn")
    model = tabtwin.fit(table)

Importing tabtwin costs nothing: each function loads what it needs when it is called.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from tabtwin.generators.boost.knobs import Knobs
    from tabtwin.preparation.check import Check
    from tabtwin.runner.fitting import TableModel
    from tabtwin.runner.judging import Audit
    from tabtwin.runner.twin import Twin
    from tabtwin.schema.schema import Schema


def run(table: pd.DataFrame, target: str = "", *, out: str | Path | None = None, **options: Any) -> Twin:
    """Make a synthetic twin of a table, like ``tabtwin run``.

    Args:
        table: The real rows; levels of its index that have a name are columns, too.
        target: What models predict, in the form of ``--target``.
        out: The output folder; by default a temporary one, removed with everything derived from real rows.
        options: Options of ``tabtwin run``, with underscores: flags are booleans, several columns are a list;
            ``schema`` and ``gates`` may be dictionaries, and ``holdout`` a pandas table.

    Returns:
        The twin, its gates, metrics and report; in a notebook it shows its report.

    Raises:
        InputError: if the table or an option is wrong.
        TabtwinError: if the run fails in another way; a refusal raises nothing.
    """
    from tabtwin.runner.twin import make_twin

    return make_twin(table, target, out=out, **options)


def audit(
    synthetic: pd.DataFrame,
    training: pd.DataFrame,
    holdout: pd.DataFrame,
    *,
    schema: Mapping[str, object] | None = None,
    gates: Mapping[str, float] | None = None,
    **settings: Any,
) -> Audit:
    """Judge a twin that any tool made, by tabtwin's own measures and gates.

    Args:
        synthetic: The twin.
        training: The rows that it was made from.
        holdout: Rows of the same source that the tool did not see.
        schema: What is declared about the columns, in the form of ``--schema``.
        gates: Your own limits, by gate.
        settings: Options of ``tabtwin audit``, with underscores.

    Returns:
        The gates' verdicts, metrics and report; in a notebook it shows its report.

    Raises:
        InputError: if a table cannot be read, training or the holdout does not fit the schema, or a setting
            is wrong.
    """
    from tabtwin.runner.judging import judge_tables

    return judge_tables(synthetic, training, holdout, schema=schema, gates=gates, **settings)


def check(table: pd.DataFrame, target: str = "", **settings: Any) -> Check:
    """Check what tabtwin finds in a table, before anything is trained.

    Args:
        table: The real rows; levels of its index that have a name are columns, too.
        target: What models would predict, in the form of ``--target``.
        settings: Options of ``tabtwin check``, with underscores; several columns are a list, ``schema`` may
            be a dictionary, and ``holdout`` a pandas table.

    Returns:
        Each column's kind and why, the rules found, what may go wrong, and what would stop a run.

    Raises:
        InputError: if the table cannot be read, or a setting is wrong.
    """
    from tabtwin.runner.checking import check_frame

    return check_frame(table, target, **settings)


def fit(
    table: pd.DataFrame,
    schema: Schema | Mapping[str, object] | None = None,
    seed: int | None = None,
    *,
    entity: str | Sequence[str] = (),
    keep: Sequence[str] = (),
    drop: Sequence[str] = (),
    min_subjects: int | None = None,
    protect: int | None = None,
    knobs: Knobs | None = None,
    threads: int | None = None,
) -> TableModel:
    """Learn a table with ``boost`` only: nothing is held out, screened, audited or released.

    Args:
        table: The real rows; levels of its index that have a name are columns, too.
        schema: What its columns are, also in the form of ``--schema``; detected by default.
        seed: The same table, settings and seed give the same model; random by default.
        entity: The column that names a row's subject, or several that together do.
        keep: Columns that look like names of people or subjects, but are not.
        drop: Columns that the twin does not have.
        min_subjects: k of value protection: no value that fewer subjects share is learned; by default that
            of a run.
        protect: The former name of ``min_subjects``; it will go with the next version.
        knobs: Settings of the generator.
        threads: CPU threads, by default one per core; their number changes no byte.

    Returns:
        The model; its ``sample(rows)`` is a twin.

    Raises:
        InputError: if the table cannot be read as the schema says, has fewer than 100 rows, nothing of it can
            be learned, or it has columns that are only learned if an option says so.
    """
    from tabtwin.lib.options import note_renamed
    from tabtwin.runner.fitting import fit as fit_table

    if protect is not None:
        note_renamed("protect", "min_subjects")
        min_subjects = protect

    return fit_table(
        table,
        schema,
        seed,
        entity=entity,
        keep=keep,
        drop=drop,
        min_subjects=min_subjects,
        knobs=knobs,
        threads=threads,
    )
