"""Measure how close a twin is to rows of its source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Self

import numpy as np
from pydantic import Field

from tabtwin.evaluation.comparison import Comparison, draw_of, drawn
from tabtwin.evaluation.fidelity.accuracy import fit_bins, subsets
from tabtwin.evaluation.fidelity.discriminator import discriminator_auc
from tabtwin.evaluation.fidelity.gates import DISCRIMINATOR_GATES, LIKENESS_GATES
from tabtwin.evaluation.fidelity.likeness import MAX_COMPARED, Likeness
from tabtwin.evaluation.fidelity.publication import public_accuracies, public_dependence
from tabtwin.evaluation.fidelity.results import (
    Accuracies,
    Against,
    Control,
    Dependence,
    Discriminator,
    Gap,
)
from tabtwin.evaluation.measure import Measure
from tabtwin.evaluation.rounding import Grid, People
from tabtwin.evaluation.subjects import count, one_each

MAX_DISCRIMINATED = 10_000
FEWEST_DISCRIMINATED = 10
"""The fewest subjects for one row of each to be enough: two per fold; with fewer, all rows are used."""
ENOUGH_HOLDOUT = 500
"""The fewest holdout subjects for the discriminator to learn from; with fewer, it uses training rows."""


class LikenessMeasure(Measure):
    """How close the twin is to rows of the source."""

    accuracy: Accuracies = Field(description="1 minus the total variation distance of binned tables")
    control: Control = Field(description="accuracy on the holdout at equal sizes")
    gap: Gap = Field(description="accuracy on training minus on the holdout, against equally many rows")
    dependence: Dependence = Field(
        description="Cramér's V of every pair; null: columns whose groups are too small to show it"
    )

    gates = LIKENESS_GATES
    work: ClassVar[int] = 4
    caps: ClassVar[Mapping[str, int]] = {"compared": MAX_COMPARED}

    @classmethod
    def measured(cls, compared: Comparison) -> Self:
        """Measure accuracy against training and holdout rows, and the links between columns."""
        judged = likeness_of(compared)
        # In this order: each draws rows from one generator.
        accuracy, control, gap = judged.accuracies(), judged.control(), judged.gap()
        return cls(accuracy=accuracy, control=control, gap=gap, dependence=judged.dependence())

    def public(self, grid: Grid, people: People) -> Self:
        """Return accuracies as shares of the people compared, and links, as exact as their groups allow."""
        return type(self)(
            accuracy=public_accuracies(self.accuracy, grid, people),
            control=grid.scores(self.control, people.of_rows(self.control.rows)),
            gap=grid.scores(self.gap, people.of_rows(self.gap.rows)),
            dependence=public_dependence(self.dependence, grid, people.per_row),
        )


class DiscriminatorMeasure(Measure):
    """How well a model tells the twin from real rows."""

    discriminator: Discriminator = Field(description="AUC of a model that tells the twin from real rows")

    gates = DISCRIMINATOR_GATES
    caps: ClassVar[Mapping[str, int]] = {"discriminator": MAX_DISCRIMINATED}

    @classmethod
    def measured(cls, compared: Comparison) -> Self:
        """Measure how well a model tells the twin from holdout rows, or from training rows if those are
        few.
        """
        seed = compared.seed
        against: Against = "holdout" if count(compared.unseen.clusters) >= ENOUGH_HOLDOUT else "training"
        known = compared.unseen if against == "holdout" else compared.seen
        if count(known.clusters) >= FEWEST_DISCRIMINATED:
            # A subject's other rows, in other folds, would give away which side its row is on.
            rng = draw_of(seed, "discriminator", "subjects")
            known = known.take(np.sort(one_each(known.clusters, rng)))
        twin, real = compared.alike, known.table
        rows = min(len(twin), len(real), MAX_DISCRIMINATED)
        found = discriminator_auc(
            twin.iloc[drawn(len(twin), rows, draw_of(seed, "discriminator", "twin"))],
            real.iloc[drawn(len(real), rows, draw_of(seed, "discriminator", "real"))],
            compared.schema,
            seed=seed,
            threads=compared.threads,
        )
        return cls(discriminator=Discriminator.of(found, against=against, rows=rows))

    def public(self, grid: Grid, people: People) -> Self:
        """Return the AUC as a score of the people compared."""
        rows = people.of_rows(self.discriminator.rows)
        return type(self)(discriminator=grid.scores(self.discriminator, rows))


def likeness_of(compared: Comparison) -> Likeness:
    """Prepare the twin and real rows for accuracy, on bins fitted on both kinds of real rows."""
    seen, unseen, schema = compared.seen, compared.unseen, compared.schema
    bins = fit_bins([seen.table, unseen.table], schema)
    codes = [bins.codes(table) for table in (compared.alike, seen.table, unseen.table)]
    return Likeness(
        bins,
        subsets(bins, compared.seed),
        *codes,
        subjects=seen.clusters,
        held_subjects=unseen.clusters,
        seed=compared.seed,
        threads=compared.threads,
    )
