"""The gates' power by size, as an SVG: a panel for each twin, so that no line hides another.

The line is the share of seeds in which a gate that is meant for the twin refuses it (any gate, where it is
honest), over training rows on a logarithmic scale; the shade above it is what was not shown.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT, COLUMNS = 230, 150, 4
LEFT, RIGHT, TOP, BOTTOM, HEAD = 34, 14, 26, 26, 30
INK, FAINT, LINE, SHADE, REFUSED = "#1b1f24", "#68707a", "#d6dbe0", "#e9edf1", "#0072B2"


@dataclass(frozen=True)
class Point:
    """Training rows, and the shares of seeds in which a twin was refused, and in which nothing was shown."""

    rows: int
    refused: float
    unshown: float


def draw(panels: Mapping[str, Sequence[Point]], title: str) -> str:
    """All panels in one picture."""
    height = HEAD + HEIGHT * math.ceil(len(panels) / COLUMNS)
    parts = [
        f'<g transform="translate({place % COLUMNS * WIDTH} {HEAD + place // COLUMNS * HEIGHT})">'
        f"{_panel(label.replace('`', ''), points)}</g>"
        for place, (label, points) in enumerate(panels.items())
    ]
    return (
        f'<svg viewBox="0 0 {WIDTH * COLUMNS} {height}" width="{WIDTH * COLUMNS}" height="{height}" '
        f'role="img" xmlns="http://www.w3.org/2000/svg" font-family="system-ui, sans-serif" font-size="10">'
        f'<title>{escape(title)}</title><rect width="{WIDTH * COLUMNS}" height="{height}" fill="#fff"/>'
        f'<text x="{LEFT}" y="19" fill="{INK}" font-size="12">{escape(title)}: share of seeds '
        f'<tspan fill="{REFUSED}">refused</tspan> <tspan fill="{FAINT}">(shaded: not shown)</tspan></text>'
        f"{''.join(parts)}</svg>\n"
    )


def _panel(label: str, points: Sequence[Point]) -> str:
    across = [_across(point.rows, [other.rows for other in points]) for point in points]
    line = [f"{x:.1f} {_down(point.refused):.1f}" for x, point in zip(across, points, strict=True)]
    roof = [
        f"{x:.1f} {_down(point.refused + point.unshown):.1f}" for x, point in zip(across, points, strict=True)
    ]
    parts = [f'<text x="8" y="16" fill="{INK}" font-weight="600">{escape(label)}</text>']
    for share in (0, 0.5, 1):
        y = _down(share)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="{LINE}"/>')
        parts.append(
            f'<text x="{LEFT - 4}" y="{y + 3:.1f}" fill="{FAINT}" text-anchor="end">{share:g}</text>'
        )
    parts.append(f'<path d="M{"L".join([*line, *reversed(roof)])}Z" fill="{SHADE}"/>')
    parts.append(f'<path d="M{"L".join(line)}" fill="none" stroke="{REFUSED}" stroke-width="1.8"/>')
    for x, point in zip(across, points, strict=True):
        parts.append(f'<circle cx="{x:.1f}" cy="{_down(point.refused):.1f}" r="2.6" fill="{REFUSED}"/>')
        parts.append(
            f'<text x="{x:.1f}" y="{HEIGHT - 10}" fill="{FAINT}" text-anchor="middle">{point.rows:,}</text>'
        )
    return "".join(parts)


def _across(rows: int, all_rows: Sequence[int]) -> float:
    low, high = math.log(min(all_rows)), math.log(max(all_rows))
    room = WIDTH - LEFT - RIGHT - 20
    return LEFT + 10 + (room * (math.log(rows) - low) / (high - low) if high > low else room / 2)


def _down(share: float) -> float:
    return TOP + (1 - share) * (HEIGHT - TOP - BOTTOM)
