"""``audit.json`` as it may be published: rounded by the people that each part was measured on.

Where a part says how many rows it took, it goes by these, or by people where those are fewer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from tabtwin.evaluation.attacks.nearest_rows import EXPOSED
from tabtwin.evaluation.attacks.results import (
    Attack,
    Attacks,
    EveryAttack,
    FalsePositives,
    Near,
    NearAttack,
)
from tabtwin.evaluation.audit_result import AuditResult, TableRows
from tabtwin.evaluation.distances.results import Copies
from tabtwin.evaluation.fidelity.results import Accuracies, Dependence
from tabtwin.evaluation.intervals import Figure, Rate, effect_size
from tabtwin.evaluation.result import Samples
from tabtwin.evaluation.risks.results import (
    Combinations,
    EveryRisk,
    GuessRate,
    HeldCombinations,
    OneRisk,
    Risks,
)
from tabtwin.evaluation.risks.risk import Risk
from tabtwin.report.rounding import Grid, fine

N = TypeVar("N")
WIDEST = 0.5
"""The step from which on a link between two columns says nothing."""


@dataclass(frozen=True)
class People:
    """How many people there are in training and in the holdout."""

    training: int
    holdout: int

    @property
    def all(self) -> int:
        """In both."""
        return self.training + self.holdout

    @property
    def fewer(self) -> int:
        """In the smaller of them."""
        return min(self.training, self.holdout)


def public_audit(audit: AuditResult, grid: Grid, people: People) -> AuditResult:
    """Return every part of the audit with figures as exact as so many people allow."""
    parts = {
        "accuracy": _accuracy(audit.accuracy, grid, people),
        "control": _scores(audit.control, audit.control.rows, grid, people),
        "gap": _scores(audit.gap, audit.gap.rows, grid, people),
        "discriminator": _scores(audit.discriminator, audit.discriminator.rows, grid, people),
        "dependence": links(audit.dependence, grid, _people_a_row(audit.rows, people)),
        "distances": _scores(audit.distances, audit.distances.rows, grid, people),
        "dcr": _of_both(audit.dcr, lambda found: _scores(found, found.rows, grid, people)),
        "nndr_ratio": _of_both(audit.nndr_ratio, lambda found: _scores(found, found.rows, grid, people)),
        "copies": _of_both(audit.copies, lambda found: _copies(found, grid, people)),
        "attacks": audit.attacks and _attacks(audit.attacks, grid, people),
        "risks": audit.risks and _risks(audit.risks, grid, people),
        "combinations": audit.combinations and combinations(audit.combinations, grid),
        "canaries": audit.canaries,
    }
    return audit.model_copy(update={name: fine(part) for name, part in parts.items()})


def links(found: Dependence, grid: Grid, people_a_row: float) -> Dependence:
    """Return links between columns, each as exact as the least groups of its columns allow.

    V is a distance: where one row moves between cells of groups of r and c rows, of columns of a and of b or
    more bins, it moves by √(2 / (min(a, b) − 1)rc) at most. ``None`` where the groups are too small to say
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


def combinations(found: Combinations, grid: Grid) -> Combinations:
    """Return about how many rare combinations there are, without what few people hold or that follows."""
    training, holdout = (
        HeldCombinations(**{name: grid.count(count) for name, count in side})
        for side in (found.training, found.holdout)
    )
    difference = None
    fewest = [side.subjects for side in (found.training, found.holdout) if side.subjects is not None]
    if training.met is not None and holdout.met is not None and found.difference and fewest:
        difference = grid.estimate(found.difference, min(fewest), is_share=True)
    twin = found.twin.model_copy(update={"rare": grid.count(found.twin.rare)})
    return found.model_copy(
        update={"training": training, "holdout": holdout, "twin": twin, "difference": difference}
    )


def _people_a_row(rows: TableRows, people: People) -> float:
    return min(1.0, people.all / max(1, rows.training + rows.holdout))


def _scores(part: N, rows: int, grid: Grid, people: People) -> N:
    """Return a part whose figures are all scores of so many rows of either side."""
    return grid.scores(part, min(rows, people.fewer))


def _of_both(found: Samples[N], shown: Callable[[N], N]) -> Samples[N]:
    return found.model_copy(update={"twin": shown(found.twin), "pool": shown(found.pool)})


def _accuracy(found: Accuracies, grid: Grid, people: People) -> Accuracies:
    own = {"training": people.training, "holdout": people.holdout}
    return found.model_copy(
        update={name: grid.shares(part, own.get(name, people.all)) for name, part in found}
    )


def _copies(found: Copies, grid: Grid, people: People) -> Copies:
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


def _attacks(found: Attacks, grid: Grid, people: People) -> Attacks:
    asked = People(min(people.training, found.rows.training), min(people.holdout, found.rows.holdout))

    def side(every: EveryAttack) -> EveryAttack:
        return every.model_copy(update={name: _attack(one, grid, asked) for name, one in every})

    return found.model_copy(update={"twin": side(found.twin), "control": side(found.control)})


def _attack(found: Attack, grid: Grid, people: People) -> Attack:
    def caught(end: Mapping[FalsePositives, Figure | None]) -> dict[FalsePositives, Figure | None]:
        # The share of unseen rows is set beforehand, so only training's gives anybody away.
        return {rate: one and grid.estimate(one, people.training, is_share=True) for rate, one in end.items()}

    shown: dict[str, object] = {
        "auc": grid.estimate(found.auc, people.fewer),
        "exposed": found.exposed and grid.estimate(found.exposed, EXPOSED * people.fewer),
        "above": caught(found.above),
        "below": caught(found.below),
    }
    if isinstance(found, NearAttack):
        shown["near"] = _near(found.near, grid, people)
    return found.model_copy(update=shown)


def _near(found: Near, grid: Grid, people: People) -> Near:
    """Return rates of near copies; how far they are apart follows from them, and is withheld with them."""
    training = grid.told(found.training, people.training)
    holdout = grid.told(found.holdout, people.holdout)
    if found.effect is None or training is None or holdout is None:
        return Near(training=training, holdout=holdout, effect=None)
    apart = effect_size(
        Rate(share=min(1.0, training), n=people.training), Rate(share=min(1.0, holdout), n=people.holdout)
    )
    effect = apart.model_copy(update={"df": found.effect.df}).figure()
    return Near(training=training, holdout=holdout, effect=effect)


def _risks(found: Risks, grid: Grid, people: People) -> Risks:
    def shown(one: OneRisk | None) -> OneRisk | None:
        return one and _risk(one, grid, people)

    def side(every: EveryRisk) -> EveryRisk:
        figures = {name: shown(one) for name, one in every if name != "columns"}
        return EveryRisk(**figures, columns={name: shown(one) for name, one in every.columns.items()})

    return found.model_copy(update={"twin": side(found.twin), "control": side(found.control)})


def _risk(found: OneRisk, grid: Grid, people: People) -> OneRisk:
    """Return a risk from rates as they may be shown; a rate that few people stand behind counts as 0."""
    training, hides_training = _rate(found.training, people.training, grid)
    holdout, hides_holdout = _rate(found.holdout, people.holdout, grid)
    guesses = found.guesses or 0
    baseline = grid.share(found.baseline, min(guesses, people.training))
    shown = Risk(training=training, holdout=holdout, baseline=baseline, guesses=guesses).result()
    withheld = dict.fromkeys(("share", "low", "high"))
    return shown.model_copy(
        update={
            "training": shown.training.model_copy(update=withheld if hides_training else {}),
            "holdout": shown.holdout.model_copy(update=withheld if hides_holdout else {}),
            "guesses": grid.count(found.guesses),
        }
    )


def _rate(found: GuessRate, people: int, grid: Grid) -> tuple[Rate, bool]:
    """Return a rate that may be shown, and whether it is withheld since few people stand behind it."""
    share = found.share or 0.0
    asked = max(1.0, min(found.n, people))
    few = grid.is_few(share, asked)
    return grid.rate(Rate(share=0.0 if few else share, n=found.n), asked), few


def _link(value: float, grid: Grid, people: float) -> float | None:
    return None if grid.share_step(people) >= WIDEST else grid.share(value, people)
