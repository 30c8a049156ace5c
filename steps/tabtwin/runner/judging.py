"""Judge a twin that any tool made by the measures and gates of our own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import pandas as pd
from pydantic import Field

from tabtwin.evaluation.disclosure import Carried, find_carried
from tabtwin.evaluation.gates.limits import own_limits
from tabtwin.evaluation.gates.verdicts import Gate, judge, refuses
from tabtwin.evaluation.subjects import count
from tabtwin.io.foreign import of_one_type, read_foreign
from tabtwin.io.lenient import Lenient, read_leniently, without
from tabtwin.io.reading import from_pandas
from tabtwin.lib import log, options
from tabtwin.lib.blob import Blob, as_blob
from tabtwin.lib.errors import InputError
from tabtwin.lib.frames import with_columns
from tabtwin.lib.options import Option
from tabtwin.pipeline import utility
from tabtwin.pipeline.audit import audit_tables
from tabtwin.pipeline.params.judging import Strict
from tabtwin.pipeline.release import refusal
from tabtwin.preparation.notes import choices
from tabtwin.preparation.prepare import Ingested, ingest_opened
from tabtwin.preparation.profile import FEWEST_ROWS, open_table
from tabtwin.preparation.table_options import Asked, AskedOfColumns
from tabtwin.report.disclosure import defect_lines, keys_line
from tabtwin.report.evidence import Evidence, table_of
from tabtwin.report.metrics import metrics
from tabtwin.report.page import render
from tabtwin.report.pictures import pictures
from tabtwin.runner.notebook import as_schema, as_toml, in_frame
from tabtwin.schema.kinds.registry import is_label
from tabtwin.schema.schema import Schema
from tabtwin.schema.source import Source

TABLES = ("synthetic", "training", "holdout")


class Params(Strict, AskedOfColumns):
    """The settings of a judgment."""

    # Fixed, not keyed: two owners of the same tables must reach the same verdict.
    seed: Annotated[int, Option("The table")] = Field(
        1, ge=0, description="the seed of control draws and guesses; another seed compares with other draws"
    )


@dataclass(frozen=True)
class Audit:
    """A judged twin; in a notebook it shows its report.

    Attributes:
        gates: Each gate's verdict.
        refused: Whether the twin should not be shared.
        refusal: Why, and what helps, in one line; empty if it is not refused.
        metrics: All figures, as in ``metrics.json``: rounded, as published ones are.
        report: One HTML page.
        defects: Cells that do not fit, in one line for each column and reason.
    """

    gates: tuple[Gate, ...]
    refused: bool
    refusal: str
    metrics: dict[str, Any]
    report: str
    defects: tuple[str, ...] = ()

    def _repr_html_(self) -> str:
        return in_frame(self.report)


def judge_tables(
    synthetic: pd.DataFrame,
    training: pd.DataFrame,
    holdout: pd.DataFrame,
    *,
    schema: Mapping[str, object] | None = None,
    gates: Mapping[str, float] | None = None,
    **settings: Any,
) -> Audit:
    """Judge a twin given as pandas tables of the same columns.

    Args:
        synthetic: The twin, made by any tool.
        training: The rows that it was made from.
        holdout: Rows of the same source that its tool did not see.
        schema: The declared schema, as for ``--schema``.
        gates: Custom limits, by gate.
        settings: Fields of :class:`Params`.

    Raises:
        InputError: if a table cannot be read, training or the holdout does not fit the schema, or a setting
            is wrong.
    """
    settings = options.current_names(options.describe(Params), settings)
    if settings.pop("no_header", False):
        settings["header"] = "no"
    tables = {"synthetic": synthetic, "training": training, "holdout": holdout}
    files = {name: from_pandas(table) for name, table in tables.items() if name != "synthetic"}
    files["synthetic"] = from_pandas(of_one_type(synthetic))
    if schema:
        files["schema"] = as_schema(schema)
    if gates:
        files["gates"] = as_toml(gates)
    with log.silence():
        return judge_files(files, options.build(Params, settings))


def judge_files(files: Mapping[str, bytes | Blob], params: Params) -> Audit:
    """Judge a twin given as files, by their names in :data:`FILES`.

    Raises:
        InputError: if a table does not fit the schema.
    """
    limits = own_limits(as_blob(files.get("gates", b"")).read())
    asked = Asked(max_train_rows=0, **params.model_dump(include=set(AskedOfColumns.model_fields)))
    declared = as_blob(files.get("schema", b"")).read()
    opened = open_table(files["training"], "--training", declared, asked, guarded=False)
    if opened.refusal:
        raise InputError(opened.refusal)
    known = ingest_opened(opened, holdout=files["holdout"], seed=params.seed)
    source = read_foreign(files["synthetic"], "--synthetic", params.header, opened.absent)
    read = _read_twin(source, known)
    schema, twin = without(known.schema, read.lacking), read.table
    carried = find_carried(source, read, opened.file, known.training, schema, known.encoding)
    subjects = known.folds["subject"].to_numpy()
    audit = audit_tables(
        twin,
        twin,
        known.training,
        known.holdout,
        schema,
        seed=params.seed,
        threads=params.threads,
        subjects=subjects,
        held_subjects=known.held_subjects,
    )
    tables = {"real": known.training, "synthetic": twin}
    gates = judge(audit, limits, foreign=True)
    evidence = Evidence(
        schema=schema,
        table=table_of(known.facts).model_copy(
            update={"rows": len(known.training) + len(known.holdout), "notes": tuple(choices(schema))}
        ),
        protected=known.facts.protected,
        audit=audit,
        gates=gates,
        alpha=limits.alpha,
        refused=bool(carried.keys) or refuses(gates, strict=params.strict),
        strict=params.strict,
        made=None,
        utility=utility.judge(
            tables,
            known.holdout,
            schema,
            params.seed,
            params.threads,
            held_subjects=known.held_subjects,
        ),
        pictures=pictures(
            known.training,
            _pictured(twin, known, schema),
            subjects,
            schema,
            known.encoding,
            known.facts.protect,
        ),
        subjects={"training": count(subjects), "holdout": count(known.held_subjects)},
        settings=params.model_dump(mode="json", include={"min_subjects", "entity", "strict", "threads"}),
        versions={},
        private=None,
        carried=carried,
    )
    return Audit(
        gates=tuple(gates),
        refused=evidence.refused,
        refusal=_refusal(gates, carried, refused=evidence.refused),
        metrics=metrics(evidence, private=False).as_json(),
        report=render(evidence, private=False),
        defects=tuple(defect_lines(carried)),
    )


def _refusal(gates: Sequence[Gate], carried: Carried, *, refused: bool) -> str:
    if not refused:
        return ""
    # A key that is repeated comes first: gates see no keys, and dropping the column is all it takes.
    said = [keys_line(carried)] if carried.keys else []
    if not carried.keys or any(gate.verdict == "refused" for gate in gates):
        said.append(refusal(gates))
    return "; ".join(said)


def _read_twin(source: Source, known: Ingested) -> Lenient:
    if not any(column.name in source.columns for column in known.schema.learned):
        raise InputError("--synthetic: expected the training table's columns, found none of them; align them")
    if source.rows < FEWEST_ROWS:
        raise InputError(f"--synthetic: expected at least {FEWEST_ROWS} rows, found {source.rows}; draw more")
    return read_leniently(source, known.schema, known.training, known.encoding)


def _pictured(twin: pd.DataFrame, known: Ingested, schema: Schema) -> pd.DataFrame:
    """Return the twin without categories that training lacks: they have no bar, and must not swell
    another's.
    """
    lacked = {
        column.name: twin[column.name].mask(~twin[column.name].isin(known.training[column.name]))
        for column in schema.learned
        if is_label(column)
    }
    return with_columns(twin, lacked)
