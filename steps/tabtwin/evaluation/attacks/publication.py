"""Round what membership attacks find, so that it may be published."""

from __future__ import annotations

from collections.abc import Mapping

from tabtwin.evaluation.attacks.nearest_rows import EXPOSED
from tabtwin.evaluation.attacks.results import Attack, Attacks, EveryAttack, FalsePositives, Near, NearAttack
from tabtwin.evaluation.intervals import Figure, Rate, effect_size
from tabtwin.evaluation.rounding import Grid, People


def public_attacks(found: Attacks, grid: Grid, people: People) -> Attacks:
    """Return every attack's figures, by the people that it asked about."""
    asked = people.at_most(found.rows.training, found.rows.holdout)

    def side(every: EveryAttack) -> EveryAttack:
        return every.model_copy(update={name: _attack(one, grid, asked) for name, one in every})

    return found.model_copy(update={"twin": side(found.twin), "control": side(found.control)})


def _attack(found: Attack, grid: Grid, people: People) -> Attack:
    def caught(end: Mapping[FalsePositives, Figure | None]) -> dict[FalsePositives, Figure | None]:
        # The share of unseen rows is set beforehand, so only training's reveals anything about people.
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
    """Return rates of near copies; their difference follows from them, and is withheld with them."""
    training = grid.told(found.training, people.training)
    holdout = grid.told(found.holdout, people.holdout)
    if found.effect is None or training is None or holdout is None:
        return Near(training=training, holdout=holdout, effect=None)
    apart = effect_size(
        Rate(share=min(1.0, training), n=people.training), Rate(share=min(1.0, holdout), n=people.holdout)
    )
    effect = apart.model_copy(update={"df": found.effect.df}).figure()
    return Near(training=training, holdout=holdout, effect=effect)
