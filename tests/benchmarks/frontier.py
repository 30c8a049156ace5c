"""The frontier of closeness against tracing, as an SVG: what each bit of closeness costs in privacy.

A panel for each table. To the right, the AUC of 3-way tracing, with its standard error; upwards, how far
acc(H) is short of what the training rows score themselves, on a logarithmic scale, the closest on top. Better
is up and to the left. Settings of one generator are joined.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT, COLUMNS = 430, 330, 2
LEFT, RIGHT, TOP, BOTTOM = 58, 18, 34, 40
COLOURS = ("#0072B2", "#D55E00", "#007A5A", "#CC79A7", "#8a6d00", "#56B4E9", "#6b4e9b", "#1b1f24")
INK, FAINT, LINE = "#1b1f24", "#68707a", "#d6dbe0"
LEAST, MOST = 1e-4, 0.5
TICKS = (0.0001, 0.001, 0.01, 0.1)

Scale = Callable[[float], float]


@dataclass(frozen=True)
class Point:
    """One generator with its options on one table: tracing's AUC, its standard error, and the shortfall."""

    name: str
    tracing: float
    error: float
    short: float

    @property
    def base(self) -> str:
        """The generator without its options."""
        return self.name.partition("@")[0]


def draw(panels: Mapping[str, Sequence[Point]]) -> str:
    """All panels in one picture."""
    names = list(dict.fromkeys(point.base for points in panels.values() for point in points))
    colours = {name: COLOURS[place % len(COLOURS)] for place, name in enumerate(names)}
    rows = math.ceil(len(panels) / COLUMNS)
    parts = [
        f'<g transform="translate({place % COLUMNS * WIDTH} {place // COLUMNS * HEIGHT})">'
        f"{_panel(table, points, colours)}</g>"
        for place, (table, points) in enumerate(panels.items())
    ]
    width, height = WIDTH * COLUMNS, HEIGHT * max(1, rows)
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        f'xmlns="http://www.w3.org/2000/svg" font-family="system-ui, sans-serif" font-size="11">'
        f"<title>Closeness to unseen rows against the AUC of 3-way tracing, by table and generator</title>"
        f'<rect width="{width}" height="{height}" fill="#fff"/>{"".join(parts)}</svg>\n'
    )


def _panel(table: str, points: Sequence[Point], colours: Mapping[str, str]) -> str:
    low = min([0.49, *(point.tracing - point.error for point in points)])
    high = max([0.53, *(point.tracing + point.error for point in points)])

    def across(tracing: float) -> float:
        return LEFT + (tracing - low) / (high - low) * (WIDTH - LEFT - RIGHT)

    def down(short: float) -> float:
        share = math.log(min(MOST, max(LEAST, short)) / LEAST) / math.log(MOST / LEAST)
        return TOP + share * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<text x="{LEFT}" y="18" fill="{INK}" font-weight="600">{escape(table)}</text>',
        _axes(across, down, low, high),
    ]
    for base in dict.fromkeys(point.base for point in points):
        of_base = sorted((point for point in points if point.base == base), key=lambda point: point.tracing)
        places = [(across(point.tracing), down(point.short)) for point in of_base]
        if len(places) > 1:
            path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
            parts.append(f'<path d="M{path}" fill="none" stroke="{colours[base]}" stroke-width="1.2"/>')
        parts += [
            _mark(
                point,
                place,
                across(point.tracing - point.error),
                across(point.tracing + point.error),
                colours[base],
            )
            for point, place in zip(of_base, places, strict=True)
        ]
    return "".join(parts)


def _mark(point: Point, place: tuple[float, float], left: float, right: float, colour: str) -> str:
    x, y = place
    anchor, at = ("end", x - 6) if x > WIDTH * 0.7 else ("start", x + 6)
    label = point.name.partition("@")[2] or point.name
    return (
        f'<path d="M{left:.1f} {y:.1f}H{right:.1f}" stroke="{colour}" stroke-opacity=".45"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>'
        f'<text x="{at:.1f}" y="{y - 5:.1f}" fill="{colour}" text-anchor="{anchor}">{escape(label)}</text>'
    )


def _axes(across: Scale, down: Scale, low: float, high: float) -> str:
    parts = []
    for tick in TICKS:
        y = down(tick)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="{LINE}"/>')
        parts.append(f'<text x="{LEFT - 5}" y="{y + 4:.1f}" fill="{FAINT}" text-anchor="end">{tick:g}</text>')
    step = 0.01 if high - low < 0.08 else 0.02 if high - low < 0.16 else 0.05
    for count in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1):
        x = across(count * step)
        parts.append(f'<path d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="{LINE}"/>')
        parts.append(
            f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 14}" fill="{FAINT}" text-anchor="middle">'
            f"{count * step:.2f}</text>"
        )
    x, y = LEFT + (WIDTH - LEFT - RIGHT) / 2, TOP + (HEIGHT - TOP - BOTTOM) / 2
    parts.append(
        f'<text x="{x:.0f}" y="{HEIGHT - 8}" fill="{FAINT}" text-anchor="middle">AUC of 3-way tracing</text>'
    )
    parts.append(
        f'<text transform="translate(14 {y:.0f}) rotate(-90)" fill="{FAINT}" text-anchor="middle">'
        "acc(H) short of training's own</text>"
    )
    return "".join(parts)
