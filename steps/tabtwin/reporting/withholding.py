"""What of screen's and audit's figures may be published: nothing that fewer than five rows stand behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tabtwin.tables.findings import FEW

HISTOGRAMS = ("dcr", "nndr")
SIDES = ("training", "holdout")


def shares(counts: Sequence[int]) -> list[float | None]:
    """The rounded share of each bin, of the rows in bins that are shown."""
    total = max(1, sum(rows for rows in counts if rows >= FEW))
    return [round(rows / total, 3) if rows >= FEW else None for rows in counts]


def counts(rows: Sequence[int]) -> list[int | None]:
    """The counts that may be shown; so many that what is withheld does not follow from their sum."""
    hidden = {place for place, count in enumerate(rows) if count < FEW}
    for place in sorted(range(len(rows)), key=lambda place: rows[place]):
        if 0 < sum(rows[other] for other in hidden) < FEW:
            hidden.add(place)
    return [None if place in hidden else count for place, count in enumerate(rows)]


def cells(columns: Mapping[str, int]) -> dict[str, int | None]:
    """Counts by column, of which no sum is told; None where one is withheld."""
    return {name: None if count < FEW else count for name, count in columns.items()}


def rate(share: float | None, rows: int) -> float | None:
    """A share of ``rows`` training rows, unless fewer than five stand behind it."""
    return None if share is None or round(share * rows) < FEW else share


def screen(found: Mapping[str, Any]) -> dict[str, Any]:
    """``screen.json`` as it may be published."""
    rows = sum(found["nndr"]["training"])
    return {
        **found,
        "training_dropped": {rule: rate(share, rows) for rule, share in found["training_dropped"].items()},
        "copies": found["copies"] | {"training": rate(found["copies"]["training"], rows)},
        "below": found["below"]
        | {"training": {name: rate(share, rows) for name, share in found["below"]["training"].items()}},
        **{name: _histogram(found[name]) for name in HISTOGRAMS},
    }


def audit(found: Mapping[str, Any]) -> dict[str, Any]:
    """``audit.json`` as it may be published."""
    rare = found["combinations"]
    return {**found, "combinations": rare and combinations(rare)}


def combinations(found: Mapping[str, Any]) -> dict[str, Any]:
    """Rare combinations, without counts of one to four people or rows, and without what these follow from."""
    sides = {side: {name: _few(count) for name, count in found[side].items()} for side in SIDES}
    told = all(side["met"] is not None and side["subjects"] is not None for side in sides.values())
    twin = found["twin"] | {"rare": _few(found["twin"]["rare"])}
    return {**found, **sides, "twin": twin, "difference": found["difference"] if told else None}


def _few(count: int) -> int | None:
    return None if 0 < count < FEW else count


def _histogram(found: Mapping[str, Any]) -> dict[str, Any]:
    return {name: part if name == "edges" else counts(part) for name, part in found.items()}
