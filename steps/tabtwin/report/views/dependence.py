"""Gather the section on links between columns, in real and in synthetic rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from tabtwin.report import svg
from tabtwin.report.evidence import Evidence
from tabtwin.report.formats import number
from tabtwin.report.section import Section
from tabtwin.report.templating import drawing

TOLD = 5
"""How many links a screen reader reads out."""
APART = 8
"""How many of the pairs whose links differ most are named."""

Matrix = Sequence[Sequence[float | None]]


@dataclass(frozen=True)
class Pair:
    """A pair of columns and how strongly each table links them."""

    first: str
    second: str
    real: float
    synthetic: float


@dataclass(frozen=True)
class Dependence:
    """The links between all columns.

    Attributes:
        mean_difference: How far the two tables' links are apart on average.
        shades: The legend of the shades.
        real: The matrix of real rows.
        synthetic: The matrix of synthetic rows.
        numbered: The columns' names, if the matrices have no room for them.
        pairs: The pairs that differ most.
    """

    mean_difference: float | None
    shades: Markup
    real: Markup
    synthetic: Markup
    numbered: tuple[str, ...]
    pairs: tuple[Pair, ...]


def view(evidence: Evidence) -> Dependence | None:
    """Gather the links, if there are at least two columns."""
    found = evidence.audit.dependence
    names, real, synthetic = found.columns, found.real, found.synthetic
    if len(names) < 2:
        return None
    return Dependence(
        mean_difference=found.mean_difference,
        shades=drawing(svg.shades("Shades from nearly white, 0, no link, to dark blue, 1, a full link")),
        real=_matrix("Real rows", names, real),
        synthetic=_matrix("Synthetic rows", names, synthetic),
        numbered=() if svg.has_names(len(names)) else names,
        pairs=_furthest_apart(names, real, synthetic),
    )


def _furthest_apart(names: Sequence[str], real: Matrix, synthetic: Matrix) -> tuple[Pair, ...]:
    pairs = [
        Pair(names[i], names[j], ours, theirs)
        for i, (mine, others) in enumerate(zip(real, synthetic, strict=True))
        for j, (ours, theirs) in enumerate(zip(mine[:i], others[:i], strict=True))
        if ours is not None and theirs is not None
    ]
    pairs.sort(key=lambda pair: (-abs(pair.real - pair.synthetic), f"{pair.first} × {pair.second}"))
    return tuple(pairs[:APART])


def _matrix(label: str, names: Sequence[str], values: Matrix) -> Markup:
    """Draw a matrix; a screen reader reads out its strongest links."""
    links = [
        (value, f"{names[i]} × {names[j]}")
        for i, line in enumerate(values)
        for j, value in enumerate(line[:i])
        if value is not None
    ]
    strongest = "; ".join(f"{pair} {number(value, 2)}" for value, pair in sorted(links, reverse=True)[:TOLD])
    title = f"{label}: links between {len(names)} columns. Strongest: {strongest or 'none could be measured'}"
    return drawing(svg.matrix(values, names, title))


SECTION = Section("dependence", "Links", view)
