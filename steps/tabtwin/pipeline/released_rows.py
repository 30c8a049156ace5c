"""Read the rows of a run's release and of those that it continues, or as many of them as are judged."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from tabtwin.lib import seeds
from tabtwin.pipeline.drawn_rows import MOST_ROWS, draw_rows
from tabtwin.store.twins import by_run

if TYPE_CHECKING:
    import pandas as pd

    from tabtwin.pipeline.step import Inputs


@dataclass(frozen=True)
class Released:
    """The canonical rows of all releases together, or those that were drawn of them.

    Attributes:
        table: The rows.
        rows: How many each release has, in their order, the run's own last.
    """

    table: pd.DataFrame
    rows: tuple[int, ...]

    @property
    def drawn_of(self) -> int | None:
        """Return how many rows there are; ``None`` if all of them are here."""
        return sum(self.rows) if len(self.table) < sum(self.rows) else None


def read_released(inputs: Inputs, seed: int) -> Released:
    """Return the canonical rows of all releases, or as many of them as are judged, drawn by the run's seed.

    The parts of each are read one at a time.
    """
    twins = by_run(inputs.refs)
    parts = [ref for run in twins.values() for ref in run]
    tables = (inputs.table(ref.step, ref.file, ref.name, ref.run) for ref in parts)
    drawn = draw_rows(tables, MOST_ROWS, seeds.generator(seed, "released"))
    counts = iter(drawn.counts)
    return Released(drawn.table, tuple(sum(islice(counts, len(run))) for run in twins.values()))
