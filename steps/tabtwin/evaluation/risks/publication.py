"""Round what guesses about people find, so that it may be published."""

from __future__ import annotations

from tabtwin.evaluation.intervals import Rate
from tabtwin.evaluation.risks.results import (
    Combinations,
    EveryRisk,
    GuessRate,
    HeldCombinations,
    OneRisk,
    Risks,
)
from tabtwin.evaluation.risks.risk import Risk
from tabtwin.evaluation.rounding import Grid, People


def public_risks(found: Risks, grid: Grid, people: People) -> Risks:
    """Return every risk from rates as they may be shown."""

    def shown(one: OneRisk | None) -> OneRisk | None:
        return one and _risk(one, grid, people)

    def side(every: EveryRisk) -> EveryRisk:
        figures = {name: shown(one) for name, one in every if name != "columns"}
        return EveryRisk(**figures, columns={name: shown(one) for name, one in every.columns.items()})

    return found.model_copy(update={"twin": side(found.twin), "control": side(found.control)})


def public_combinations(found: Combinations, grid: Grid) -> Combinations:
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


def _risk(found: OneRisk, grid: Grid, people: People) -> OneRisk:
    """Return a risk from rates as they may be shown; a rate that is based on few people counts as 0."""
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
    """Return a rate that may be shown, and whether it is withheld since it is based on few people."""
    share = found.share or 0.0
    asked = max(1.0, min(found.n, people))
    few = grid.is_few(share, asked)
    return grid.rate(Rate(share=0.0 if few else share, n=found.n), asked), few
