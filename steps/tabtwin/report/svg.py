"""Draw small inline SVG pictures: no scripts, each with a text alternative, colors safe for the color-blind.

Hues are Okabe and Ito's ("Color Universal Design", 2008): blue lightened for fills, vermilion darkened for
lines, so that the two differ in lightness, too, and each from white. Real and synthetic differ in form
as well: real is filled, synthetic is an outline. Text is large enough to be read if the picture is 320 pixels
    wide, as on a phone.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

REAL = "#4d9cc9"
SYNTHETIC = "#8a3800"
MARK = "#0072B2"
INK = "#1b1f24"
FAINT = "#8a919a"
WIDTH = 320
TEXT = 12
SMALL = 11
ROW = 13.0
"""The least height of a matrix's row that can be labeled."""
NAMES, NUMBERS = 112.0, 28.0
"""Room for the labels of a matrix's rows."""
LEVELS = ("#f2f5f8", "#d6e4f0", "#b3d0e7", "#86b6da", "#559aca", "#2c7fb8", "#0f639e", "#084b80", "#04345c")

Bars = Sequence[float | None]


def svg(width: float, height: float, title: str, body: str, css: str = "") -> str:
    """Return an SVG that scales to its column; ``title`` is its text for a screen reader."""
    kind = f' class="{css}"' if css else ""
    return (
        f'<svg{kind} viewBox="0 0 {_n(width)} {_n(height)}" role="img" '
        f'xmlns="http://www.w3.org/2000/svg"><title>{escape(title)}</title>{body}</svg>'
    )


def histogram(real: Bars, synthetic: Bars, low: str, high: str, title: str) -> str:
    """Draw shares of rows by bin: bars for real rows, an outline for synthetic ones; ``None`` is withheld."""
    height, floor = 118.0, 98.0
    step = WIDTH / max(1, len(real))
    scale = _scale([*real, *synthetic], floor - 6)
    bars = "".join(
        f'<rect x="{_n(place * step + 0.5)}" y="{_n(floor - share * scale)}" width="{_n(step - 1)}" '
        f'height="{_n(share * scale)}"/>'
        for place, share in enumerate(real)
        if share
    )
    axis = f'<path d="M0 {_n(floor)}H{WIDTH}" stroke="{FAINT}"/>'
    ends = _text(0, height - 4, low) + _text(WIDTH, height - 4, high, "end")
    body = f'<g fill="{REAL}">{bars}</g>{_outline(synthetic, step, scale, floor)}{axis}{ends}'
    return svg(WIDTH, height, title, body)


def category_bars(labels: Sequence[str], real: Bars, synthetic: Bars, title: str) -> str:
    """Draw shares of rows by category, a pair of bars each: filled for real rows, outlined for synthetic
    ones.
    """
    row, left, room = 24.0, 122.0, WIDTH - 122.0 - 78
    scale = _scale([*real, *synthetic], room)
    parts = []
    for place, label in enumerate(labels):
        top = place * row
        parts.append(_text(left - 6, top + 15, _shorten(label), "end", SMALL))
        ours, theirs = real[place], synthetic[place]
        if ours is not None:
            parts.append(
                f'<rect x="{_n(left)}" y="{_n(top + 3)}" width="{_n(ours * scale)}" height="8" '
                f'fill="{REAL}"/>'
            )
        if theirs is not None:
            parts.append(
                f'<rect x="{_n(left)}" y="{_n(top + 12.5)}" width="{_n(theirs * scale)}" height="7" '
                f'fill="none" stroke="{SYNTHETIC}" stroke-width="1.5"/>'
            )
        widest = max(ours or 0.0, theirs or 0.0) * scale
        shown = "withheld" if ours is None and theirs is None else f"{_percent(ours)} | {_percent(theirs)}"
        parts.append(_text(left + widest + 5, top + 15, shown, size=SMALL))
    return svg(WIDTH, len(labels) * row + 4, title, "".join(parts))


def matrix(values: Sequence[Sequence[float | None]], names: Sequence[str], title: str) -> str:
    """Return a square of cells, darker the nearer to 1; one path per shade keeps the page small.

    Rows are named if there is room, otherwise numbered.
    """
    named = has_names(len(names))
    left = NAMES if named else NUMBERS
    side = (WIDTH - left) / max(1, len(values))
    shades: dict[int, list[str]] = {}
    for row, line in enumerate(values):
        for column, value in enumerate(line):
            if value is not None:
                shades.setdefault(_shade(value), []).append(f"M{column} {row}h1v1h-1z")
    paths = "".join(
        f'<path fill="{LEVELS[shade]}" d="{"".join(cells)}"/>' for shade, cells in sorted(shades.items())
    )
    every = 1 if named else next(step for step in (1, 2, 5, 10, 20, 50, 100, 200) if step * side >= ROW)
    ticks = "".join(
        _text(
            left - 5, place * side + side / 2 + 4, _shorten(name) if named else str(place + 1), "end", SMALL
        )
        for place, name in enumerate(names)
        if (place + 1) % every == 0
    )
    scaled = f'transform="translate({_n(left)}) scale({side:.4f})"'
    body = f'<g {scaled} shape-rendering="crispEdges">{paths}</g>{ticks}'
    return svg(WIDTH, WIDTH - left, title, body)


def has_names(columns: int) -> bool:
    """Return whether a matrix of this many columns has room for their names."""
    return columns * ROW <= WIDTH - NAMES


def shades(title: str) -> str:
    """Return the legend of a matrix's shades."""
    step = 20
    boxes = "".join(
        f'<rect x="{18 + place * step}" y="4" width="{step}" height="12" fill="{shade}" stroke="{FAINT}"/>'
        for place, shade in enumerate(LEVELS)
    )
    end = 18 + len(LEVELS) * step
    return svg(WIDTH, 20, title, _text(12, 14, "0", "end") + boxes + _text(end + 6, 14, "1"), "shades")


def line(marks: Sequence[tuple[str, float, str]], low: float, high: float, title: str) -> str:
    """Draw marks on a line from ``low`` to ``high``: (label, value, color), labeled one below the other.

    A label is on the side with room, in an order in which no other's stem crosses it.
    """
    left, right, base = 8.0, WIDTH - 8.0, 12.0 + 17 * len(marks)
    span = (high - low) or 1.0
    placed = [
        (left + (right - left) * min(1.0, max(0.0, (value - low) / span)), label, value, colour)
        for label, value, colour in marks
    ]
    middle = (left + right) / 2
    rightwards = sorted(mark for mark in placed if mark[0] <= middle)
    leftwards = sorted((mark for mark in placed if mark[0] > middle), reverse=True)
    parts = [f'<path d="M{_n(left)} {_n(base)}H{_n(right)}" stroke="{FAINT}"/>']
    for place, (x, label, value, colour) in enumerate([*rightwards, *leftwards]):
        anchor, shift = ("start", 5) if x <= middle else ("end", -5)
        y = 13 + 17 * place
        parts.append(
            f'<path d="M{_n(x)} {_n(y - 9)}V{_n(base)}" stroke="{colour}" stroke-width="2"/>'
            f'<circle cx="{_n(x)}" cy="{_n(base)}" r="4.5" fill="{colour}"/>'
            + _text(x + shift, y, f"{label} {value:.3f}", anchor)
        )
    return svg(WIDTH, base + 6, title, "".join(parts), "line")


def interval(value: float, low: float, high: float, limits: Sequence[float], title: str) -> str:
    """Draw an estimate with its interval, 0 as a thin line and its limits as thick ones."""
    known = [value, low, high, 0.0, *limits]
    start, stop = min(known), max(known)
    margin = (stop - start or 1.0) * 0.1
    start, stop = start - margin, stop + margin

    def at(number: float) -> str:
        return _n((number - start) / (stop - start) * 160)

    parts = [
        f'<path d="M{at(0.0)} 4V24" stroke="{FAINT}" stroke-dasharray="2 2"/>',
        f'<path d="M{at(low)} 14H{at(high)}" stroke="{MARK}" stroke-width="3"/>',
        f'<circle cx="{at(value)}" cy="14" r="5" fill="{MARK}"/>',
    ]
    parts += [f'<path d="M{at(limit)} 2V26" stroke="{INK}" stroke-width="2.5"/>' for limit in limits]
    return svg(160, 28, title, "".join(parts), "interval")


def _outline(shares: Bars, step: float, scale: float, floor: float) -> str:
    """Return a stepped line over the bins, broken where one is withheld."""
    path, drawing = [], False
    for place, share in enumerate(shares):
        if share is None:
            drawing = False
            continue
        top = _n(floor - share * scale)
        path.append(f"V{top}" if drawing else f"M{_n(place * step)} {top}")
        path.append(f"H{_n((place + 1) * step)}")
        drawing = True
    return f'<path d="{"".join(path)}" fill="none" stroke="{SYNTHETIC}" stroke-width="2"/>' if path else ""


def _shade(value: float) -> int:
    return min(len(LEVELS) - 1, int(max(0.0, value) * len(LEVELS)))


def _scale(shares: Sequence[float | None], room: float) -> float:
    top = max((share for share in shares if share is not None), default=0.0)
    return room / top if top > 0 else 0.0


def _text(x: float, y: float, text: str, anchor: str = "start", size: int = TEXT) -> str:
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" font-size="{size}" text-anchor="{anchor}" fill="{INK}">'
        f"{escape(text)}</text>"
    )


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.1f}"


def _shorten(text: str, most: int = 17) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _n(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".") or "0"
