"""Name the twins of a run and of those that it continues: the rows of every release, in their order.

A large twin is made in slices: whole blocks of rows that are drawn, screened and chosen together.
"""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import ConfigDict, TypeAdapter

from tabtwin.lib.names import MaybeName, PlainName
from tabtwin.store.artifacts import Frozen, Ref, canonical, parse, sha256
from tabtwin.store.run import Run

EARLIER = Ref(step="weigh", file="earlier.json")
"""The names of the runs that this one continues, the first one first."""
SLICES = Ref(step="weigh", file="slices.json")
"""The slices of the run's own twin."""
TWIN = Ref(step="refine", file="synthetic.parquet")
_RUNS = TypeAdapter(list[PlainName])


class Shard(Frozen):
    """A task of ``sample``, without the rows that it draws."""

    model_config = ConfigDict(extra="ignore")

    name: PlainName


class Slice(Frozen):
    """A part of a twin.

    Attributes:
        name: Its name; empty for the only one.
        rows: How many of the twin's it makes.
        shards: Of what it is chosen.
    """

    name: MaybeName
    rows: int
    shards: tuple[Shard, ...]


_SLICES = TypeAdapter(tuple[Slice, ...])


def slices_of(run: Run) -> tuple[Slice, ...]:
    """Return the slices of a run's twin, in their order; none if it has no current plan."""
    return () if run.digest(SLICES) is None else parse_slices(run.read(SLICES))


def parse_slices(data: bytes) -> tuple[Slice, ...]:
    """Return the slices that :data:`SLICES` lists.

    Raises:
        IntegrityError: if it is damaged.
    """
    return parse(_SLICES, data, SLICES.file)


def of_run(ref: Ref, run: str) -> Ref:
    """Return the reference to a run's own file."""
    return ref.model_copy(update={"run": run})


def twin_refs(run: Run) -> list[Ref]:
    """Return the files with the rows of every release, the run's own last, after the list of the others."""
    return [EARLIER, *(ref for name in (*earlier_runs(run), "") for ref in of_twin(TWIN, run, name))]


def twin_digests(run: Run) -> list[str]:
    """Return the digest of each release's rows, its own last: of its file, or of those of its slices."""
    found = []
    for name in (*earlier_runs(run), ""):
        slices = [str(run.digest(ref)) for ref in of_twin(TWIN, run, name)[1:]]
        found.append(slices[0] if len(slices) == 1 else sha256(canonical(slices)))
    return found


def of_twin(ref: Ref, run: Run, name: str = "") -> list[Ref]:
    """Return the list of the slices of a run's twin, and a file of each, in their order.

    Args:
        ref: The file.
        run: The run.
        name: Another run whose twin is meant.
    """
    slices = slices_of(Run(run.store, name) if name else run)
    return [
        of_run(SLICES, name),
        *(of_run(ref, name).model_copy(update={"name": one.name}) for one in slices),
    ]


def earlier_runs(run: Run) -> list[str]:
    """Return the runs that this one continues; none if it has no current list, which readers then miss."""
    return [] if run.digest(EARLIER) is None else parse(_RUNS, run.read(EARLIER), EARLIER.file)


def by_run(refs: Iterable[Ref]) -> dict[str, list[Ref]]:
    """Return the parts of each twin among these files, in their order, by run: the run's own has no name."""
    found: dict[str, list[Ref]] = {}
    for ref in refs:
        if (ref.step, ref.file) == (TWIN.step, TWIN.file):
            found.setdefault(ref.run, []).append(ref)
    return found
