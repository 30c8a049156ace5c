"""Name the twins of a run and of those that it continues: the rows of every release, in their order."""

from __future__ import annotations

from pydantic import TypeAdapter

from tabtwin.lib.names import PlainName
from tabtwin.store.artifacts import Ref, parse
from tabtwin.store.run import Run

EARLIER = Ref(step="weigh", file="earlier.json")
"""The names of the runs that this one continues, the first one first."""
TWIN = Ref(step="refine", file="synthetic.parquet")
_RUNS = TypeAdapter(list[PlainName])


def of_run(ref: Ref, run: str) -> Ref:
    """Return the reference to a run's own file."""
    return ref.model_copy(update={"run": run})


def twin_refs(run: Run) -> list[Ref]:
    """Return the files with the rows of every release, the run's own last, after the list of the others."""
    return [EARLIER, *(of_run(TWIN, name) for name in earlier_runs(run)), TWIN]


def earlier_runs(run: Run) -> list[str]:
    """Return the runs that this one continues; none if it has no current list, which readers then miss."""
    return [] if run.digest(EARLIER) is None else parse(_RUNS, run.read(EARLIER), EARLIER.file)
