"""What the part on choosing shows: how the twin's rows were taken from the pool, and what that changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tabtwin.report.evidence import Evidence
from tabtwin.report.section import Section

ORDERS = ("overall", "univariate", "bivariate", "trivariate")


@dataclass(frozen=True)
class Change:
    """Accuracy of some tables in a plain draw and in the twin."""

    name: str
    before: float | None
    after: float | None


@dataclass(frozen=True)
class Share:
    """Shares of a column's values that were asked for."""

    column: str
    values: Mapping[str, float]


@dataclass(frozen=True)
class Chosen:
    """How rows were chosen.

    Attributes:
        rows: How many were chosen.
        screened: Of how many.
        tables: How many tables of one, two and three columns were looked at.
        fit: How much of training's own tables was aimed at.
        blocks: Whether choosing started from whole balanced blocks.
        kept: How many rows of the start were kept.
        filled: How many were filled in.
        swapped: How many were swapped.
        tried: In how many tries.
        stopped: Why swapping ended.
        share: Other shares that were asked for.
        scores: Accuracy by the order of tables.
        worst: The columns that stay furthest from the aim.
    """

    rows: int
    screened: int
    tables: tuple[int, ...]
    fit: float
    blocks: bool
    kept: int
    filled: int
    swapped: int
    tried: int
    stopped: str
    share: Share | None
    scores: tuple[Change, ...]
    worst: tuple[Change, ...]


def view(evidence: Evidence) -> Chosen | None:
    """Gather how rows were chosen; of a twin from elsewhere nothing is known."""
    if evidence.made is None:
        return None
    refine = evidence.made.refine
    start, swaps = refine["start"], refine["swaps"]
    return Chosen(
        rows=refine["rows"],
        screened=refine["screened"],
        tables=tuple(refine["tables"]),
        fit=refine["fit"],
        blocks=bool(start["blocks"]),
        kept=start["kept"],
        filled=start["filled"],
        swapped=swaps["done"],
        tried=swaps["tried"],
        stopped=swaps["stopped"],
        share=_share(refine["share"]),
        scores=tuple(Change(name, refine["before"][name], refine["after"][name]) for name in ORDERS),
        worst=tuple(Change(entry["column"], entry["before"], entry["after"]) for entry in refine["worst"]),
    )


def _share(found: Mapping[str, Any] | None) -> Share | None:
    return Share(found["column"], found["values"]) if found else None


SECTION = Section("chosen", "Chosen", view)
