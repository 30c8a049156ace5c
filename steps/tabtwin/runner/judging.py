"""A twin that any tool made, judged by the measures and gates that judge our own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from pydantic import Field

from tabtwin.evaluation.disclosure import Carried, find_carried
from tabtwin.evaluation.gates.foreign_remedies import neutral
from tabtwin.evaluation.gates.limits import own_limits
from tabtwin.evaluation.gates.verdicts import Gate, judge, refuses
from tabtwin.evaluation.subjects import count
from tabtwin.io.cells import Source
from tabtwin.io.foreign import of_one_type, read_foreign
from tabtwin.io.headings import Header
from tabtwin.io.lenient import Lenient, read_leniently, without
from tabtwin.io.reading import from_pandas
from tabtwin.lib import log, options
from tabtwin.lib.errors import InputError
from tabtwin.pipeline import utility
from tabtwin.pipeline.audit import audit_tables
from tabtwin.pipeline.release import refusal
from tabtwin.pipeline.step import StepParams
from tabtwin.preparation.notes import choices
from tabtwin.preparation.prepare import Ingested, ingest_opened
from tabtwin.preparation.profile import FEWEST_ROWS, Asked, open_table
from tabtwin.report.disclosure import defect_lines, keys_line
from tabtwin.report.evidence import Evidence
from tabtwin.report.metrics import metrics
from tabtwin.report.page import render
from tabtwin.report.pictures import pictures
from tabtwin.runner.notebook import as_toml, in_frame
from tabtwin.schema.schema import CATEGORICAL, Schema
from tabtwin.store.artifacts import canonical as as_json

TABLES = ("synthetic", "training", "holdout")


class Params(StepParams):
    """What a twin is judged by."""

    # Fixed, not keyed: two who hold the same tables are to come to the same verdict.
    seed: int = Field(1, ge=0, description="draws controls and guesses; others compare with other draws")
    target: str = Field("", description="COLUMN, COLUMN >= NUMBER or COLUMN = VALUE: what models predict")
    entity: str = Field("", description="the column that names a row's subject")
    protect: int = Field(5, ge=1, description="subjects that must share a value for the report to show it")
    drop: str = Field("", description="columns that are not compared, with commas between them")
    header: Header = Field("auto", description="whether the first line of a CSV holds names: auto, yes or no")
    strict: bool = Field(False, description="refuse what the tables are too small to show, too")


@dataclass(frozen=True)
class Audit:
    """A twin judged; in a notebook it shows its report.

    Attributes:
        gates: Each gate's verdict.
        refused: Whether the twin should not be shared.
        refusal: Why, and what helps, in one line; empty where it is not refused.
        metrics: Every figure, as ``metrics.json`` holds it: rounded, as what may be published is.
        report: One HTML page.
        defects: What does not fit, one line a column and what is the matter.
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
    schema: Mapping[str, Any] | None = None,
    gates: Mapping[str, float] | None = None,
    **settings: Any,
) -> Audit:
    """Judge a twin given as pandas tables of the same columns.

    Args:
        synthetic: The twin, by whatever tool.
        training: The rows that it was made from.
        holdout: Rows of the same source that its maker did not see.
        schema: What is declared of the columns, as ``--schema`` has it.
        gates: Limits of one's own, by gate.
        settings: Fields of :class:`Params`.

    Raises:
        InputError: if a table cannot be read, training or the holdout not as the schema says, or a setting is
            wrong.
    """
    if settings.pop("no_header", False):
        settings["header"] = "no"
    tables = {"synthetic": synthetic, "training": training, "holdout": holdout}
    files = {name: from_pandas(table) for name, table in tables.items() if name != "synthetic"}
    files["synthetic"] = from_pandas(of_one_type(synthetic))
    if schema:
        files["schema"] = as_json(schema)
    if gates:
        files["gates"] = as_toml(gates)
    with log.silence():
        return judge_files(files, options.build(Params, settings))


def judge_files(files: Mapping[str, bytes], params: Params) -> Audit:
    """Judge a twin given as files' bytes, by their names in :data:`FILES`.

    Raises:
        InputError: if a table cannot be read as the schema says.
    """
    limits = own_limits(files.get("gates", b""))
    asked = Asked(**params.model_dump(include={"target", "entity", "drop", "protect", "header"}))
    opened = open_table(files["training"], "--training", files.get("schema", b""), asked, guarded=False)
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
    gates = [neutral(gate) for gate in judge(audit, limits)]
    evidence = Evidence(
        schema=schema,
        facts=known.facts | {"rows": len(known.training) + len(known.holdout), "notes": choices(schema)},
        audit=audit,
        gates=gates,
        alpha=limits.alpha,
        refused=bool(carried.keys) or refuses(gates, strict=params.strict),
        strict=params.strict,
        made=None,
        utility=utility.judge(tables, known.holdout, schema, params.seed, params.threads),
        pictures=pictures(
            known.training,
            _pictured(twin, known, schema),
            subjects,
            schema,
            known.encoding,
            known.facts["protect"],
        ),
        subjects={"training": count(subjects), "holdout": count(known.held_subjects)},
        settings=params.model_dump(mode="json", include={"protect", "entity", "strict", "threads"}),
        versions={},
        private={},
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
    # A key that is repeated goes first: gates see no keys, and dropping the column is all it takes.
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
    """The twin less categories that training lacks: no bar is theirs, and they must not swell another's."""
    lacked = {
        column.name: twin[column.name].mask(~twin[column.name].isin(known.training[column.name]))
        for column in schema.learned
        if column.kind in CATEGORICAL
    }
    return twin.assign(**lacked)
