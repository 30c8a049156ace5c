"""tabtwin in Python: ``run``, ``audit``, ``check`` and ``fit``, on pandas tables.

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
    """Make a synthetic twin of a table: all of what ``tabtwin run`` does.

    Args:
        table: The real rows; levels of its index that have a name are columns, too.
        target: What models predict, as ``--target`` has it.
        out: The output folder; by default one that is removed, with all that was derived from real rows.
        options: Those of ``tabtwin run``, with underscores: flags are booleans, several columns a list;
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
    schema: Mapping[str, Any] | None = None,
    gates: Mapping[str, float] | None = None,
    **settings: Any,
) -> Audit:
    """Judge a twin that any tool made, by the measures and gates that judge our own.

    Args:
        synthetic: The twin.
        training: The rows that it was made from.
        holdout: Rows of the same source that its maker did not see.
        schema: What is declared of the columns, as ``--schema`` has it.
        gates: Limits of your own, by gate.
        settings: Options of ``tabtwin audit``, with underscores.

    Returns:
        The gates' verdicts, metrics and report; in a notebook it shows its report.

    Raises:
        InputError: if a table cannot be read, training or the holdout not as the schema says, or a setting is
            wrong.
    """
    from tabtwin.runner.judging import judge_tables

    return judge_tables(synthetic, training, holdout, schema=schema, gates=gates, **settings)


def check(table: pd.DataFrame, target: str = "", **settings: Any) -> Check:
    """Say what tabtwin makes of a table, before anything is trained.

    Args:
        table: The real rows; levels of its index that have a name are columns, too.
        target: What models would predict, as ``--target`` has it.
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
    schema: Schema | None = None,
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
    """Learn a table by ``boost`` alone: nothing is held out, screened, audited or released.

    Args:
        table: The real rows; levels of its index that have a name are columns, too.
        schema: What its columns are; found out where it is not given.
        seed: The same table, settings and seed give the same model; drawn where it is not given.
        entity: The column that names a row's subject, or several that do together.
        keep: Columns that look as if they named people or subjects, and do not.
        drop: Columns that the twin does not have.
        min_subjects: k of value protection: no value that fewer subjects share is learned; by default that
            of a run.
        protect: The former name of ``min_subjects``; it will go with the next version.
        knobs: Settings of the generator.
        threads: CPU threads; as many as there are cores where it is not given. They change no byte.

    Returns:
        The model; its ``sample(rows)`` is a twin.

    Raises:
        InputError: if the table cannot be read as the schema says, has fewer than 100 rows, nothing of it can
            be learned, or it has columns that are not learned unless an option says so.
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
