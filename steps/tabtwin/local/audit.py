"""``tabtwin audit``: judge a twin that anything made, by the measures and gates that our own are judged by.

    synthetic, training, holdout -> report, metrics, and a verdict

Nothing here needs the pipeline, a store, torch or SDV. Training rows are typed as ``ingest`` types them; the
holdout is read by that schema, and so is the twin, as far as it fits: what does not is counted. There is no
raw pool: what was screened out before is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import Field

from tabtwin import utility
from tabtwin.audit import audit_tables
from tabtwin.driver.folder import Folder
from tabtwin.driver.inputs import read_source as read_file
from tabtwin.driver.terminal import is_text, open_progress
from tabtwin.lib import log, options
from tabtwin.lib.contract import canonical as as_json
from tabtwin.lib.errors import InputError, RefusedError
from tabtwin.lib.step import StepParams
from tabtwin.local.notebook import as_toml, in_frame
from tabtwin.local.remedies import neutral
from tabtwin.measures.gates import Gate, judge, refuses
from tabtwin.measures.limits import own_limits
from tabtwin.measures.subjects import count
from tabtwin.release import refusal
from tabtwin.reporting.carried import defect_lines, keys_line
from tabtwin.reporting.evidence import Evidence
from tabtwin.reporting.frame import render
from tabtwin.reporting.metrics import metrics
from tabtwin.reporting.page import number
from tabtwin.reporting.pictures import pictures
from tabtwin.tables.carried import Carried, find_carried
from tabtwin.tables.cells import Source
from tabtwin.tables.findings import choices
from tabtwin.tables.foreign import of_one_type, read_foreign
from tabtwin.tables.headings import Header
from tabtwin.tables.intake import Ingested, ingest_opened
from tabtwin.tables.lenient import Lenient, read_leniently, without
from tabtwin.tables.opening import FEWEST_ROWS, Asked, open_table
from tabtwin.tables.reading import from_pandas
from tabtwin.tables.schema import CATEGORICAL, Schema

REPORT, METRICS = "report.html", "metrics.json"
TABLES = ("synthetic", "training", "holdout")
FILES = {
    "synthetic": "the twin: CSV (also .gz) or Parquet, local or s3://",
    "training": "the rows that it was made from, likewise",
    "holdout": "rows of the same source that its maker did not see, likewise",
    "schema": "your schema, JSON; it overrides what tabtwin would guess",
    "gates": "your own limits for the gates, TOML",
}


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


def main(arguments: Sequence[str]) -> int:
    """Judge files, write the report, and say each gate's verdict.

    Raises:
        RefusedError: if a gate refused; the report is written all the same.
    """
    parser = options.Parser(prog="tabtwin audit", description="Judge a twin that anything made.")
    for name, words in FILES.items():
        parser.add_argument(f"--{name}", required=name in TABLES, default="", metavar="FILE", help=words)
    parser.add_argument("--out", required=True, metavar="DIR", help="where report and metrics go")
    parser.add_argument("--log", default="auto", choices=["auto", "json", "text"], help="how to show it")
    options.add_fields(parser, Params, ["drop"])
    given = vars(parser.parse_args(arguments))
    params = options.build(Params, given)
    out = _open(Path(given["out"]))
    files = {name: read_file(given[name]).data for name in FILES if given[name]}
    with open_progress(given["log"]):
        found = judge_files(files, params)
    out.write(out.root / REPORT, found.report.encode())
    out.write(out.root / METRICS, as_json(found.metrics))
    _show(found, given["log"], out.root / REPORT)
    if found.refused:
        raise RefusedError(found.refusal)
    return 0


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
        metrics=metrics(evidence, private=False),
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


def _open(root: Path) -> Folder:
    """A folder that is new, empty, or holds an earlier audit and nothing else; that audit is removed.

    A run that fails then leaves no verdict on another twin.
    """
    try:
        root.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise InputError(f"--out: expected a folder, found a file at {root} or above; name another") from None
    if not {path.name for path in root.iterdir()} <= {REPORT, METRICS}:
        raise InputError(f"--out: expected a new folder, found other files in {root}; name another")
    for name in (REPORT, METRICS):
        (root / name).unlink(missing_ok=True)
    return Folder(root)


def _show(found: Audit, style: str, report: Path) -> None:
    if is_text(style):
        heading = f"{'gate':14}{'verdict':10}{'figure':>8}{'limit':>7}"
        lines = [
            f"{gate.name:14}{gate.verdict.replace('_', ' '):10}{number(gate.figure):>8}{gate.limit:>7g}"
            for gate in found.gates
        ]
        unfit = [f"does not fit: {line}" for line in found.defects]
        answer = "\n".join([heading, *lines, *unfit, f"report: {report}"])
    else:
        line = {"event": "audit.done", **found.metrics["headline"], "report": str(report)}
        answer = as_json(line).decode()
    print(answer, flush=True)  # noqa: T201 - the command's answer
