"""Round what breaks rules, so that it may be published."""

from __future__ import annotations

from tabtwin.evaluation.intervals import Figure, difference
from tabtwin.evaluation.rounding import Grid, People
from tabtwin.evaluation.validity.results import FoundRule, UnlikeCells, Validity


def public_validity(found: Validity, grid: Grid, people: People) -> Validity:
    """Return shares rounded by the people that they are based on, and no rule that fewer than k show."""
    shown = [rule for rule in found.found if rule.subjects is not None and rule.subjects >= grid.k]
    hidden = [rule.kind for rule in found.found if rule not in shown]
    return found.model_copy(
        update={
            "rules": {kind: number - hidden.count(kind) for kind, number in found.rules.items()},
            "broken": found.broken and _broken(found.broken, grid, people),
            "found": tuple(_rule(rule, grid, people) for rule in shown),
            "columns": tuple(_cells(cells, grid, people) for cells in found.columns),
        }
    )


def _broken(found: Figure, grid: Grid, people: People) -> Figure:
    """Return the share beyond the holdout, from rates as they may be shown."""
    if found.rates is None:
        return grid.estimate(found, people.fewer, is_share=True)
    twin, holdout = found.rates
    if grid.is_few(holdout.share, people.holdout):
        holdout = holdout.model_copy(update={"share": 0.0})
    return difference(grid.rate(twin, people.training), grid.rate(holdout, people.holdout)).figure()


def _rule(found: FoundRule, grid: Grid, people: People) -> FoundRule:
    return found.model_copy(
        update={
            "subjects": grid.count(found.subjects),
            "twin": grid.share(found.twin, people.training),
            "holdout": grid.told(found.holdout, people.holdout),
        }
    )


def _cells(found: UnlikeCells, grid: Grid, people: People) -> UnlikeCells:
    return found.model_copy(
        update={
            "unlike": grid.share(found.unlike, people.training),
            "beyond": grid.share(found.beyond, people.training),
            "unlike_holdout": grid.told(found.unlike_holdout, people.holdout),
            "beyond_holdout": grid.told(found.beyond_holdout, people.holdout),
        }
    )
