"""Measure whether the generator memorized rows that were planted in training."""

from __future__ import annotations

from typing import ClassVar, Self

from pydantic import Field

from tabtwin.evaluation.canaries.memorising import tell_apart
from tabtwin.evaluation.canaries.results import Canaries
from tabtwin.evaluation.comparison import MAX_ROWS, Comparison, draw_of, drawn
from tabtwin.evaluation.measure import Heading, Measure
from tabtwin.evaluation.question import LESS_FIT, NOTHING, Question, Remedy
from tabtwin.evaluation.rounding import Grid, People


class CanariesMeasure(Measure):
    """Whether the generator memorized rows that were planted."""

    canaries: Canaries | None = Field(description="planted rows; null if there are none")

    section = Heading("canaries", "Canaries")
    gates: ClassVar[tuple[Question, ...]] = (
        Question(
            name="canaries",
            title="Memorization, by planted rows",
            means="The AUC of distinguishing rows planted in training from rows drawn in the same way that "
            "were not, by how near the raw pool comes to them: 0.5 nothing was memorized, 1 every planted "
            "row.",
            limit=0.75,
            reason="Planted rows are isolated, so they are memorized first: on three tables "
            "of 4,700 to 6,600 training rows boost is at .52, .59 and .65, without its "
            "regularization at .56, .80 and .86, and a generator that repeats its rows at 1 "
            "(`make bench NAME=canaries`). With 100 planted the interval reaches .12 from the "
            "figure, so that boost passes on two of them and is not shown on the third; with "
            "50 it reaches .17, and few twins are shown.",
            remedy=Remedy(
                "The generator memorizes rows: give boost some --regularization, ctgan and tvae fewer "
                "--epochs; more --canaries narrow the interval.",
                LESS_FIT.foreign,
            ),
            figure=lambda audit, sample: audit.canaries.auc,
            samples=("pool",),
            neutral=NOTHING,
            asked=lambda audit: audit.canaries is not None,
        ),
    )

    @classmethod
    def measured(cls, compared: Comparison) -> Self:
        """Distinguish planted canaries from those held back, if there are any."""
        planted, pool = compared.whole.canaries, compared.whole.pool
        if planted is None or planted.empty:
            return cls(canaries=None)
        kept = pool.iloc[drawn(len(pool), MAX_ROWS, draw_of(compared.seed, "canaries"))]
        found = tell_apart(planted, kept, compared.seen.table, compared.schema, threads=compared.threads)
        return cls(canaries=found)

    def public(self, grid: Grid, people: People) -> Self:
        """Return the figures as they are: no real row is behind any of them."""
        return self
