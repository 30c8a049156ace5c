"""Small inline SVG pictures: no scripts, a text alternative each, colours safe for the colour-blind.

Colours are Okabe and Ito's ("Color Universal Design", 2008). Real and synthetic differ in form as well, so
that the pictures read in grey: real is filled, synthetic is an outline.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

REAL = "#0072B2"
SYNTHETIC = "#D55E00"
GOOD = "#007A5A"  # Okabe and Ito's green, darkened until text in it has a contrast of 4.5 on white
INK = "#1b1f24"
FAINT = "#8a919a"
WIDTH = 320
LEVELS = ("#f2f5f8", "#d6e4f0", "#b3d0e7", "#86b6da", "#559aca", "#2c7fb8", "#0f639e", "#084b80", "#04345c")

Bars = Sequence[float | None]


def svg(width: float, height: float, title: str, body: str, css: str = "") -> str:
    """An SVG that scales to its column; ``title`` is what a screen reader says."""
    kind = f' class="{css}"' if css else ""
    return (
        f'<svg{kind} viewBox="0 0 {_n(width)} {_n(height)}" role="img" '
        f'xmlns="http://www.w3.org/2000/svg"><title>{escape(title)}</title>{body}</svg>'
    )


def histogram(real: Bars, synthetic: Bars, low: str, high: str, title: str) -> str:
    """Shares of rows by bin: bars for real rows, an outline for synthetic ones; ``None`` is withheld."""
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
    body = (
        f'<g fill="{REAL}" fill-opacity=".38">{bars}</g>{_outline(synthetic, step, scale, floor)}{axis}{ends}'
    )
    return svg(WIDTH, height, title, body)


def category_bars(labels: Sequence[str], real: Bars, synthetic: Bars, title: str) -> str:
    """Shares of rows by category, a pair of bars each: filled for real rows, outlined for synthetic ones."""
    row, left, room = 24.0, 128.0, WIDTH - 128.0 - 62
    scale = _scale([*real, *synthetic], room)
    parts = []
    for place, label in enumerate(labels):
        top = place * row
        parts.append(_text(left - 6, top + 15, _shorten(label), "end"))
        ours, theirs = real[place], synthetic[place]
        if ours is not None:
            parts.append(
                f'<rect x="{_n(left)}" y="{_n(top + 3)}" width="{_n(ours * scale)}" height="8" '
                f'fill="{REAL}" fill-opacity=".6"/>'
            )
        if theirs is not None:
            parts.append(
                f'<rect x="{_n(left)}" y="{_n(top + 12.5)}" width="{_n(theirs * scale)}" height="7" '
                f'fill="none" stroke="{SYNTHETIC}" stroke-width="1.5"/>'
            )
        widest = max(ours or 0.0, theirs or 0.0) * scale
        shown = "withheld" if ours is None and theirs is None else f"{_percent(ours)} | {_percent(theirs)}"
        parts.append(_text(left + widest + 5, top + 15, shown, size=9))
    return svg(WIDTH, len(labels) * row + 4, title, "".join(parts))


def matrix(values: Sequence[Sequence[float | None]], title: str) -> str:
    """A square of cells, the darker the nearer to 1; one path for each shade keeps the page small."""
    side = WIDTH / max(1, len(values))
    shades: dict[int, list[str]] = {}
    for row, line in enumerate(values):
        for column, value in enumerate(line):
            if value is not None:
                shade = min(len(LEVELS) - 1, int(max(0.0, value) * len(LEVELS)))
                shades.setdefault(shade, []).append(f"M{column} {row}h1v1h-1z")
    paths = "".join(
        f'<path fill="{LEVELS[shade]}" d="{"".join(cells)}"/>' for shade, cells in sorted(shades.items())
    )
    body = f'<g transform="scale({side:.4f})" shape-rendering="crispEdges">{paths}</g>'
    return svg(WIDTH, WIDTH, title, body)


def line(marks: Sequence[tuple[str, float, str]], low: float, high: float, title: str) -> str:
    """Marks on a line from ``low`` to ``high``: (label, value, colour), labelled one below the other."""
    left, right, base = 12.0, 448.0, 26.0 + 22 * len(marks)
    span = (high - low) or 1.0
    parts = [f'<path d="M{_n(left)} {_n(base)}H{_n(right)}" stroke="{FAINT}"/>']
    for place, (label, value, colour) in enumerate(sorted(marks, key=lambda mark: mark[1])):
        x = left + (right - left) * min(1.0, max(0.0, (value - low) / span))
        y = 20 + 22 * place
        anchor, shift = ("end", -7) if x > (left + right) / 2 else ("start", 7)
        parts.append(
            f'<path d="M{_n(x)} {_n(y - 8)}V{_n(base)}" stroke="{colour}" stroke-width="2"/>'
            f'<circle cx="{_n(x)}" cy="{_n(base)}" r="6" fill="{colour}"/>'
            + _text(x + shift, y + 3, f"{label} {value:.4f}", anchor, size=15)
        )
    ends = _text(left, base + 24, f"{low:.3f}", size=12) + _text(
        right, base + 24, f"{high:.3f}", "end", size=12
    )
    return svg(460, base + 30, title, "".join(parts) + ends, "line")


def interval(value: float, low: float, high: float, limits: Sequence[float], title: str) -> str:
    """An estimate with its interval, 0 as a thin line and its limits as thick ones."""
    known = [value, low, high, 0.0, *limits]
    start, stop = min(known), max(known)
    margin = (stop - start or 1.0) * 0.1
    start, stop = start - margin, stop + margin

    def at(number: float) -> str:
        return _n((number - start) / (stop - start) * 160)

    parts = [
        f'<path d="M{at(0.0)} 4V24" stroke="{FAINT}" stroke-dasharray="2 2"/>',
        f'<path d="M{at(low)} 14H{at(high)}" stroke="{REAL}" stroke-width="3"/>',
        f'<circle cx="{at(value)}" cy="14" r="5" fill="{REAL}"/>',
    ]
    parts += [f'<path d="M{at(limit)} 2V26" stroke="{INK}" stroke-width="2.5"/>' for limit in limits]
    return svg(160, 28, title, "".join(parts), "interval")


def _outline(shares: Bars, step: float, scale: float, floor: float) -> str:
    """A stair over the bins, broken where one is withheld."""
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


def _scale(shares: Sequence[float | None], room: float) -> float:
    top = max((share for share in shares if share is not None), default=0.0)
    return room / top if top > 0 else 0.0


def _text(x: float, y: float, text: str, anchor: str = "start", size: int = 11) -> str:
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" font-size="{size}" text-anchor="{anchor}" fill="{INK}">'
        f"{escape(text)}</text>"
    )


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.1f}"


def _shorten(text: str, most: int = 20) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _n(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".") or "0"
