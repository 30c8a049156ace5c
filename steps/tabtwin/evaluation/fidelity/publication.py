"""Round accuracies and links between columns, so that they may be published."""

from __future__ import annotations

from tabtwin.evaluation.fidelity.results import Accuracies, Dependence
from tabtwin.evaluation.rounding import Grid, People

WIDEST = 0.5
"""With a step of this size or more, a link between two columns says nothing."""


def public_accuracies(found: Accuracies, grid: Grid, people: People) -> Accuracies:
    """Return accuracies, each a share of the people on its side."""
    own = {"training": people.training, "holdout": people.holdout}
    return found.model_copy(
        update={name: grid.shares(part, own.get(name, people.all)) for name, part in found}
    )


def public_dependence(found: Dependence, grid: Grid, people_a_row: float) -> Dependence:
    """Return links between columns, each as exact as the smallest groups of its columns allow.

    V is a distance: if one row moves between cells of groups of r and c rows, in columns of a and b or more
    bins, it changes by at most √(2 / (min(a, b) − 1)rc). ``None`` if the groups are too small to say
    anything.
    """
    assert found.least is not None
    assert found.bins is not None
    least, bins = [rows * people_a_row for rows in found.least], found.bins

    def shown(value: float | None, row: int, column: int) -> float | None:
        if row == column or value is None:
            return 1.0 if row == column else None
        sides = max(1, min(bins[row], bins[column]) - 1)
        return _link(value, grid, (sides * least[row] * least[column] / 2) ** 0.5)

    real, synthetic = (
        tuple(
            tuple(shown(value, row, column) for column, value in enumerate(line))
            for row, line in enumerate(side)
        )
        for side in (found.real, found.synthetic)
    )
    apart = [
        abs(ours - theirs)
        for row, (mine, others) in enumerate(zip(real, synthetic, strict=True))
        for ours, theirs in zip(mine[:row], others[:row], strict=True)
        if ours is not None and theirs is not None
    ]
    return Dependence(
        columns=found.columns,
        real=real,
        synthetic=synthetic,
        mean_difference=sum(apart) / len(apart) if apart else None,
    )


def _link(value: float, grid: Grid, people: float) -> float | None:
    return None if grid.share_step(people) >= WIDEST else grid.share(value, people)
