"""Which models a run has, and which tasks of ``train`` fit each: one, or one for each group of columns."""

from __future__ import annotations

import json

from tabtwin.lib.contract import Ref, Run

MODELS = Ref(step="ingest", file="models.json")


def planned_parts(run: Run) -> dict[str, list[str]]:
    """The parts of each of the run's models, by the model's name, in the plan's order.

    Raises:
        InputError: if the run has no plan yet.
    """
    plan = json.loads(run.read(MODELS))
    return {model["name"]: [part["name"] for part in model["parts"]] for model in plan}
