"""``tabtwin sample``: release more rows from the models of a released run.

A new run continues the released one, and its gates judge the rows of all releases together. Its settings come
from the output folder; the table itself is not needed again, since the store holds it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import TypeAdapter

from tabtwin.cli.driver import Driver, store_for
from tabtwin.cli.run import variables_for
from tabtwin.lib import command_line, options
from tabtwin.lib.errors import InputError
from tabtwin.pipeline import registry
from tabtwin.pipeline.params.twin_rows import Wanted
from tabtwin.pipeline.releases import followed_by, is_released
from tabtwin.runner import deliver, folder, workflow
from tabtwin.runner.inputs import run_name
from tabtwin.runner.parameters import pipeline_file
from tabtwin.runner.processes import child_environment, open_processes
from tabtwin.store.artifacts import parse
from tabtwin.store.run import Run
from tabtwin.store.store import Store


def main(arguments: Sequence[str]) -> int:
    """Sample, screen, judge and release more rows; return the exit code of the step that ended the run."""
    given = vars(_parser().parse_args(arguments))
    rows = options.build(Wanted, given).rows
    with folder.hold_again(Path(given["run"])) as out:
        found = _settings_of(out)
        store = store_for(found.store, out)
        place, chosen = _next(out, store, {**found.chosen, "rows": str(rows)})
        pipeline = workflow.load(pipeline_file().read_text())
        with open_processes(child_environment(variables_for(found.store))) as processes:
            style, embedded = given["log"], not found.store
            return Driver(pipeline, chosen, place, store, processes, style, embedded=embedded).run()


def _parser() -> command_line.Parser:
    parser = command_line.Parser(
        prog="tabtwin sample",
        description="Release rows that were not released before, from the models of a run; the gates judge "
        "all of its releases together.",
    )
    parser.add_argument("--run", required=True, metavar="DIR", help="the --out of 'tabtwin run'")
    parser.add_argument(
        "--rows", default="0", metavar="N", help="the number of rows (default 0: as many as the table has)"
    )
    parser.add_argument("--log", default="auto", choices=["auto", "json", "text"], help="how to show the run")
    return parser


_RUN_SETTINGS = TypeAdapter(folder.RunSettings)


def _settings_of(out: folder.Folder) -> folder.RunSettings:
    """Return the settings of the run whose release is here.

    Raises:
        InputError: if they are unknown.
        IntegrityError: if their file is damaged.
    """
    file, run = out.delivered / "settings.json", out.runs()[0]
    if not out.release.exists():
        raise InputError(
            f"--run: expected a run that ended with a release, found none in {out.root}; "
            "see its private/report.html for why, and run again"
        )
    found = parse(_RUN_SETTINGS, file.read_bytes(), str(file)) if file.exists() else None
    if found is None or found.run != run:
        raise InputError(
            f"--run: expected a release that 'tabtwin run' made, found another in {out.root}; run again, "
            f"or, for a run in a cluster, 'tabtwin submit' with --after {run} and another --out"
        )
    former = {one.option.former: one.parameter for one in registry.options() if one.option.former}
    chosen = {former.get(name, name): said for name, said in found.chosen.items()}
    return found.model_copy(update={"chosen": chosen})


def _next(
    out: folder.Folder, store: Store, chosen: Mapping[str, str]
) -> tuple[folder.Folder, Mapping[str, str]]:
    """Return the folder of the next release, and the settings of its run.

    Releases of interrupted commands that were not delivered are delivered first; the same command again
    continues its own.

    Raises:
        InputError: if the store no longer holds the run.
    """
    runs = out.runs()
    if not is_released(Run(store, runs[-1])):
        raise InputError(
            f"--run: expected a run that is in the store as it was released, found none for {out.root}; "
            "it was removed or changed: run again"
        )
    while True:
        found = {**chosen, "after": runs[-1]}
        follower = followed_by(store, runs[-1])
        if follower in {None, run_name(found)} or not is_released(Run(store, str(follower))):
            break
        runs.append(str(follower))
    for number, run in enumerate(runs[1:], start=2):
        place = replace(out, number=number)
        if not place.release.exists():
            deliver.deliver(Run(store, run), place, None, private=False)
    return replace(out, number=len(runs) + 1), found
