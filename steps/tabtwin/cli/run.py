"""``tabtwin run``: the whole pipeline on this machine, from a table to a release and its report."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from tabtwin.cli.parsing import check_settings, run_parser
from tabtwin.runner.parameters import pipeline_file
from tabtwin.runner.processes import child_environment, open_processes


def main(arguments: Sequence[str]) -> int:
    """Run the pipeline; return the exit code of the step that ended it."""
    given = vars(run_parser().parse_args(arguments))
    check_settings(given)
    with open_processes(child_environment(variables_for(given["store"]))) as processes:
        # Loaded late: meanwhile, the steps' libraries are loaded in their process.
        from tabtwin.cli.driver import Driver, store_for
        from tabtwin.runner import folder, inputs, workflow

        pipeline = workflow.load(pipeline_file().read_text())
        sources = inputs.read_inputs(inputs.places(given["TABLE"], given))
        table = inputs.table_of(sources)
        with folder.hold(Path(given["out"]), table.data, table.name) as out:
            store = store_for(given["store"], out)
            chosen = inputs.settings(pipeline.parameters, given) | inputs.upload_all(store, sources)
            style, embedded = given["log"], not given["store"]
            return Driver(pipeline, chosen, out, store, processes, style, embedded=embedded).run()


def variables_for(store: str) -> dict[str, str]:
    """Return the environment variables that steps need to reach a store; for a folder, none of the user's
    keys.
    """
    named = ("AWS_", "TABTWIN_S3_") if store.startswith("s3://") else ()
    return {name: value for name, value in os.environ.items() if name.startswith(named)}
