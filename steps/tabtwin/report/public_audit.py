"""``audit.json`` as it may be published: rounded by the people that each part was measured on.

Where a part says how many rows it took, it goes by these, or by people where those are fewer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tabtwin.evaluation.attacks.proximity import EXPOSED
from tabtwin.evaluation.intervals import Rate, effect_size
from tabtwin.evaluation.risks.risk import Risk
from tabtwin.report.rounding import Grid, fine

Json = Mapping[str, Any]
SAMPLES = ("twin", "pool")
_OF_A_FIGURE = ("value", "se", "df", "rates", "low", "high")
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


def public_audit(audit: Json, grid: Grid, people: People) -> dict[str, Any]:
    """Every part of the audit, with figures as exact as so many people allow."""
    parts = {
        "accuracy": _accuracy(audit["accuracy"], grid, people),
        "control": _control(audit["control"], grid, people),
        "gap": _scored(audit["gap"], grid, _rows(audit["gap"], people)),
        "discriminator": _scored(audit["discriminator"], grid, _rows(audit["discriminator"], people)),
        "dependence": links(audit["dependence"], grid, _people_a_row(audit["rows"], people)),
        "distances": _distances(audit["distances"], grid, people),
        "dcr": {name: _scored(found, grid, _rows(found, people)) for name, found in audit["dcr"].items()},
        "nndr_ratio": {
            name: _scored(found, grid, _rows(found, people)) for name, found in audit["nndr_ratio"].items()
        },
        "copies": {name: _copies(found, grid, people) for name, found in audit["copies"].items()},
        "attacks": audit["attacks"] and _attacks(audit["attacks"], grid, people),
        "risks": audit["risks"] and _risks(audit["risks"], grid, people),
        "combinations": audit["combinations"] and combinations(audit["combinations"], grid),
    }
    return {
        **audit,
        **{name: fine(part) for name, part in parts.items()},
        "canaries": fine(audit["canaries"]),
    }


def links(found: Json, grid: Grid, people_a_row: float) -> dict[str, Any]:
    """Links between columns, each as exact as the least groups of its columns allow.

    V is a distance: where one row moves between cells of groups of r and c rows, of columns of a and of b or
    more bins, it moves by √(2 / (min(a, b) − 1)rc) at most. ``None`` where the groups are too small to say
    anything.
    """
    shown = {name: part for name, part in found.items() if name not in {"least", "bins"}}
    least, bins = [rows * people_a_row for rows in found["least"]], found["bins"]

    def told(value: float, row: int, column: int) -> float | None:
        if row == column:
            return 1.0
        sides = max(1, min(bins[row], bins[column]) - 1)
        return _link(value, grid, (sides * least[row] * least[column] / 2) ** 0.5)

    for side in ("real", "synthetic"):
        shown[side] = [
            [told(value, row, column) for column, value in enumerate(line)]
            for row, line in enumerate(found[side])
        ]
    apart = [
        abs(ours - theirs)
        for row, (mine, others) in enumerate(zip(shown["real"], shown["synthetic"], strict=True))
        for ours, theirs in zip(mine[:row], others[:row], strict=True)
        if ours is not None and theirs is not None
    ]
    return shown | {"mean_difference": sum(apart) / len(apart) if apart else None}


def combinations(found: Json, grid: Grid) -> dict[str, Any]:
    """Rare combinations: about how many, without what few people hold or what that follows from."""
    sides = {
        side: {name: grid.count(count) for name, count in found[side].items()}
        for side in ("training", "holdout")
    }
    told = all(side["met"] is not None for side in sides.values())
    difference = None
    if told and found["difference"]:
        fewest = min(found[side]["subjects"] for side in sides)
        difference = grid.estimate(found["difference"], fewest, is_share=True)
    twin = found["twin"] | {"rare": grid.count(found["twin"]["rare"])}
    return {**found, **sides, "twin": twin, "difference": difference}


def _people_a_row(rows: Json, people: People) -> float:
    return min(1.0, people.all / max(1, int(rows["training"]) + int(rows["holdout"])))


def _rows(part: Json, people: People) -> int:
    return min(int(part["rows"]), people.fewer)


def _scored(node: Any, grid: Grid, people: float) -> Any:
    """A part whose figures are all scores of so many people."""
    if isinstance(node, Mapping):
        own = _OF_A_FIGURE if "se" in node else ()
        shown = (grid.estimate(node, people) or {}) if own else {}
        return shown | {key: _scored(value, grid, people) for key, value in node.items() if key not in own}
    if isinstance(node, list):
        return [_scored(value, grid, people) for value in node]
    return grid.score(node, people) if isinstance(node, float) else node


def _shares(node: Any, grid: Grid, people: float) -> Any:
    """The same of a part whose figures are all shares."""
    if isinstance(node, Mapping):
        return {key: _shares(value, grid, people) for key, value in node.items()}
    if isinstance(node, list):
        return [_shares(value, grid, people) for value in node]
    return grid.share(node, people) if isinstance(node, float) else node


def _accuracy(found: Json, grid: Grid, people: People) -> dict[str, Any]:
    own = {"training": people.training, "holdout": people.holdout}
    return {name: _shares(part, grid, own.get(name, people.all)) for name, part in found.items()}


def _control(found: Json, grid: Grid, people: People) -> dict[str, Any]:
    return {name: _scored(part, grid, _rows(found, people)) for name, part in found.items()}


def _distances(found: Json, grid: Grid, people: People) -> dict[str, Any]:
    return {name: _scored(part, grid, _rows(found, people)) for name, part in found.items()}


def _copies(found: Json, grid: Grid, people: People) -> dict[str, Any]:
    equal, rows = found["equal"], _rows(found["equal"], people)
    return {
        "surplus": grid.estimate(found["surplus"], people.training, is_share=True),
        "equal": {
            **equal,
            **{side: grid.told(equal[side], rows) for side in ("training", "holdout")},
            "difference": grid.estimate(equal["difference"], rows, is_share=True),
        },
    }


def _attacks(found: Json, grid: Grid, people: People) -> dict[str, Any]:
    sides = ("twin", "control")
    asked = People(
        min(people.training, found["rows"]["training"]), min(people.holdout, found["rows"]["holdout"])
    )
    attacked = {
        side: {name: _attack(one, grid, asked) for name, one in found[side].items()} for side in sides
    }
    return {**found, **attacked}


def _attack(found: Json, grid: Grid, people: People) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "auc": grid.estimate(found["auc"], people.fewer),
        "exposed": grid.estimate(found["exposed"], EXPOSED * people.fewer),
    }
    for end in ("above", "below"):
        # The share of unseen rows is set beforehand, so only training's tells of anybody.
        shown[end] = {
            rate: grid.estimate(one, people.training, is_share=True) for rate, one in found[end].items()
        }
    return shown | ({"near": _near(found["near"], grid, people)} if "near" in found else {})


def _near(found: Json, grid: Grid, people: People) -> dict[str, Any]:
    """Rates of near copies; how far they are apart follows from them, and is withheld with them."""
    asked = {"training": people.training, "holdout": people.holdout}
    rates = {side: grid.told(found[side], number) for side, number in asked.items()}
    if found["effect"] is None or None in rates.values():
        return {**rates, "effect": None}
    apart = effect_size(
        *(Rate(share=min(1.0, share), n=asked[side]) for side, share in rates.items() if share is not None)
    )
    return {**rates, "effect": apart.model_copy(update={"df": found["effect"]["df"]}).as_json()}


def _risks(found: Json, grid: Grid, people: People) -> dict[str, Any]:
    def side(part: Json) -> dict[str, Any]:
        shown = {name: one and _risk(one, grid, people) for name, one in part.items() if name != "columns"}
        columns = {name: one and _risk(one, grid, people) for name, one in part["columns"].items()}
        return shown | {"columns": columns}

    return {**found, "twin": side(found["twin"]), "control": side(found["control"])}


def _risk(found: Json, grid: Grid, people: People) -> dict[str, Any]:
    """A risk from rates as they may be told; a rate that few people stand behind counts as 0."""
    asked = {side: max(1.0, min(found[side]["n"], getattr(people, side))) for side in ("training", "holdout")}
    few = {side: grid.is_few(found[side]["share"], number) for side, number in asked.items()}
    rates = {
        side: grid.rate(Rate(share=0.0 if few[side] else found[side]["share"], n=found[side]["n"]), number)
        for side, number in asked.items()
    }
    baseline = grid.share(found["baseline"], min(found["guesses"], people.training))
    shown = Risk(**rates, baseline=baseline, guesses=found["guesses"]).as_json()
    withheld = {side: shown[side] | dict.fromkeys(("share", "low", "high")) for side in few if few[side]}
    return shown | withheld | {"guesses": grid.count(found["guesses"])}


def _link(value: float, grid: Grid, people: float) -> float | None:
    return None if grid.share_step(people) >= WIDEST else grid.share(value, people)
