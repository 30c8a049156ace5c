"""Measure how close the twin and its raw pool are to training rows, beside unseen ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar, Self, TypeVar

from pydantic import Field

from tabtwin.evaluation.comparison import Comparison
from tabtwin.evaluation.distances import closeness as of_closeness
from tabtwin.evaluation.distances.closeness import Closeness
from tabtwin.evaluation.distances.gates import GATES
from tabtwin.evaluation.distances.results import Copies, DcrShare, Distances, NndrRatio
from tabtwin.evaluation.measure import Measure
from tabtwin.evaluation.result import Samples
from tabtwin.evaluation.rounding import Grid, People

N = TypeVar("N")


class ClosenessMeasure(Measure):
    """How close rows of the twin and of the pool are to training, beside unseen rows."""

    distances: Distances = Field(description="distances, with the holdout as the control")
    dcr: Samples[DcrShare] = Field(
        description="DCR share against the whole holdout and as many training rows"
    )
    nndr_ratio: Samples[NndrRatio] = Field(
        description="mostlyai-qa's NNDR ratio: for information, since it is noisy"
    )
    copies: Samples[Copies] = Field(description="rows that equal real ones")

    gates = GATES
    caps: ClassVar[Mapping[str, int]] = {
        "reference": of_closeness.MAX_REFERENCE,
        "asked": of_closeness.MAX_ASKED,
        "training": of_closeness.MAX_TRAINING,
        "copied": of_closeness.MAX_COPIED,
    }

    @classmethod
    def measured(cls, compared: Comparison) -> Self:
        """Measure distances to training and holdout rows, and copies of them."""
        near = closeness_of(compared)
        return cls(
            distances=near.distances(),
            dcr=Samples(twin=near.share("twin"), pool=near.share("pool")),
            nndr_ratio=Samples(twin=near.nndr_ratio("twin"), pool=near.nndr_ratio("pool")),
            copies=Samples(twin=near.copies("twin"), pool=near.copies("pool")),
        )

    def public(self, grid: Grid, people: People) -> Self:
        """Return the figures, as exact as the number of rows behind each allows."""
        return type(self)(
            distances=grid.scores(self.distances, people.of_rows(self.distances.rows)),
            dcr=_of_both(self.dcr, lambda share: grid.scores(share, people.of_rows(share.rows))),
            nndr_ratio=_of_both(
                self.nndr_ratio, lambda ratio: grid.scores(ratio, people.of_rows(ratio.rows))
            ),
            copies=_of_both(self.copies, lambda found: _public_copies(found, grid, people)),
        )


def closeness_of(compared: Comparison) -> Closeness:
    """Make the twin, its pool and real rows comparable by distance."""
    return Closeness(
        {"twin": compared.twin} | ({} if compared.is_own_pool else {"pool": compared.raw}),
        compared.seen.table,
        compared.unseen.table,
        compared.schema,
        subjects=compared.seen.clusters,
        held_subjects=compared.unseen.clusters,
        seed=compared.seed,
        threads=compared.threads,
    )


def _of_both(found: Samples[N], shown: Callable[[N], N]) -> Samples[N]:
    return found.model_copy(update={"twin": shown(found.twin), "pool": shown(found.pool)})


def _public_copies(found: Copies, grid: Grid, people: People) -> Copies:
    equal, rows = found.equal, min(found.equal.rows, people.fewer)
    shown = {
        "training": grid.told(equal.training, rows),
        "holdout": grid.told(equal.holdout, rows),
        "difference": grid.estimate(equal.difference, rows, is_share=True),
    }
    return Copies(
        surplus=grid.estimate(found.surplus, people.training, is_share=True),
        equal=equal.model_copy(update=shown),
    )
