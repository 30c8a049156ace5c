"""``tabtwin sample``: rows that were not released before, from the models of a run that was.

The run goes on as another, whose gates judge the rows of all releases together. What it was told comes from
its output folder; the table itself is not needed again, since the store holds it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import TypeAdapter

from tabtwin.cli.run import Driver, store_for
from tabtwin.lib import command_line, options
from tabtwin.lib.errors import InputError
from tabtwin.lib.names import PlainName
from tabtwin.pipeline import registry
from tabtwin.pipeline.params.choosing import Wanted
from tabtwin.pipeline.releases import followed_by, is_released
from tabtwin.runner import deliver, folder, workflow
from tabtwin.runner.inputs import run_name
from tabtwin.runner.parameters import pipeline_file
from tabtwin.store.artifacts import Frozen, parse
from tabtwin.store.run import Run
from tabtwin.store.store import Store


def main(arguments: Sequence[str]) -> int:
    """Sample, screen, judge and release more rows; the exit code of the step that ended it."""
    given = vars(_parser().parse_args(arguments))
    rows = options.build(Wanted, given).rows
    with folder.hold_again(Path(given["run"])) as out:
        told = _told(out)
        store = store_for(told.store, out)
        place, chosen = _next(out, store, {**told.chosen, "rows": str(rows)})
        pipeline = workflow.load(pipeline_file().read_text())
        return Driver(pipeline, chosen, place, store, given["log"], embedded=not told.store).run()


def _parser() -> command_line.Parser:
    parser = command_line.Parser(
        prog="tabtwin sample",
        description="Release rows that were not released before, from the models of a run; the gates judge "
        "all of its releases together.",
    )
    parser.add_argument("--run", required=True, metavar="DIR", help="the --out of 'tabtwin run'")
    parser.add_argument(
        "--rows", default="0", metavar="N", help="how many (default 0: as many as the table has)"
    )
    parser.add_argument("--log", default="auto", choices=["auto", "json", "text"], help="how to show the run")
    return parser


class Told(Frozen):
    """What a run was told, as :meth:`tabtwin.runner.folder.Folder.remember` notes it."""

    run: PlainName
    store: str
    chosen: dict[str, str]


_TOLD = TypeAdapter(Told)


def _told(out: folder.Folder) -> Told:
    """What the run was told whose release stands here.

    Raises:
        InputError: if that is not known.
        IntegrityError: if the note is damaged.
    """
    file, run = out.delivered / "settings.json", out.runs()[0]
    if not out.release.exists():
        raise InputError(
            f"--run: expected a run that ended with a release, found none in {out.root}; "
            "see its private/report.html for why, and run again"
        )
    told = parse(_TOLD, file.read_bytes(), str(file)) if file.exists() else None
    if told is None or told.run != run:
        raise InputError(
            f"--run: expected a release that 'tabtwin run' made, found another in {out.root}; run again, "
            f"or, of a run in a cluster, 'tabtwin submit' with --after {run} and an --out of its own"
        )
    former = {one.option.former: one.parameter for one in registry.options() if one.option.former}
    chosen = {former.get(name, name): said for name, said in told.chosen.items()}
    return told.model_copy(update={"chosen": chosen})


def _next(
    out: folder.Folder, store: Store, chosen: Mapping[str, str]
) -> tuple[folder.Folder, Mapping[str, str]]:
    """Where the next release goes, and what its run is told.

    What interrupted commands released, and did not bring here, is brought first; the same command again goes
    on with its own.

    Raises:
        InputError: if the store does not hold the run any more.
    """
    runs = out.runs()
    if not is_released(Run(store, runs[-1])):
        raise InputError(
            f"--run: expected a run that the store holds as it was released, found none of {out.root}'s; "
            "it was cleaned, or changed since: run again"
        )
    while True:
        told = {**chosen, "after": runs[-1]}
        follower = followed_by(store, runs[-1])
        if follower in {None, run_name(told)} or not is_released(Run(store, str(follower))):
            break
        runs.append(str(follower))
    for number, run in enumerate(runs[1:], start=2):
        place = replace(out, number=number)
        if not place.release.exists():
            deliver.deliver(Run(store, run), place, None, private=False)
    return replace(out, number=len(runs) + 1), told
