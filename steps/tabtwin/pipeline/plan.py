"""Read which models a run has, and which tasks of ``train`` fit each: one, or several that divide it."""

from __future__ import annotations

from pydantic import ConfigDict, TypeAdapter

from tabtwin.lib.names import PlainName
from tabtwin.store.artifacts import Frozen, Ref, parse
from tabtwin.store.run import Run

MODELS = Ref(step="ingest", file="models.json")


class _Named(Frozen):
    """A document with a name; its other fields are ignored."""

    model_config = ConfigDict(extra="ignore")

    name: PlainName


class _Model(_Named):
    """A planned model."""

    parts: tuple[_Named, ...]


_PLAN = TypeAdapter(tuple[_Model, ...])


def planned_parts(run: Run) -> dict[str, list[str]]:
    """Return the parts of each of the run's models, by the model's name, in the plan's order.

    Raises:
        InputError: if the run has no plan yet.
        IntegrityError: if the plan is damaged.
    """
    plan = parse(_PLAN, run.read(MODELS), "models.json")
    return {model.name: [part.name for part in model.parts] for model in plan}
