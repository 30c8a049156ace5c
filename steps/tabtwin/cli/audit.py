"""``tabtwin audit``: judge a twin that any tool made, by tabtwin's own measures and gates.

    synthetic, training, holdout -> report, metrics, and a verdict

Nothing here needs the pipeline, a store, torch or SDV. Training rows are typed as in ``ingest``; the holdout
is read by that schema, and so is the twin, as far as it fits: cells that do not are counted. There is no raw
pool: rows that were screened out are unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tabtwin.cli.terminal import is_text, open_progress
from tabtwin.lib import command_line, options
from tabtwin.lib.errors import InputError, RefusedError
from tabtwin.report.formats import number
from tabtwin.runner.folder import Folder
from tabtwin.runner.inputs import read_input as read_file
from tabtwin.runner.judging import TABLES, Audit, Params, judge_files
from tabtwin.store.artifacts import canonical as as_json

REPORT, METRICS = "report.html", "metrics.json"
FILES = {
    "synthetic": "the twin: CSV (also .gz) or Parquet, local or s3://",
    "training": "the rows that it was made from, in the same forms",
    "holdout": "rows of the same source that the tool did not see, in the same forms",
    "schema": "your schema (JSON); it overrides what tabtwin would guess",
    "gates": "your own limits for the gates (TOML)",
}


def main(arguments: Sequence[str]) -> int:
    """Judge files, write the report, and print each gate's verdict.

    Raises:
        RefusedError: if a gate refused; the report is written anyway.
    """
    parser = command_line.Parser(prog="tabtwin audit", description="Judge a twin that any tool made.")
    for name, words in FILES.items():
        parser.add_argument(f"--{name}", required=name in TABLES, default="", metavar="FILE", help=words)
    parser.add_argument("--out", required=True, metavar="DIR", help="where report and metrics go")
    parser.add_argument("--log", default="auto", choices=["auto", "json", "text"], help="how to show it")
    command_line.add_fields(parser, Params)
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


def _open(root: Path) -> Folder:
    """Return a folder that is new, empty, or holds an earlier audit and nothing else; that audit is removed.

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
