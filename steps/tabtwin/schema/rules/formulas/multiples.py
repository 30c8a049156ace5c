"""Find columns that are a plain multiple of something, or differ from it by a whole number, to rounding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from tabtwin.schema.expression import Expression, column, number, operation
from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.computing import FLOAT_NOISE, is_fine, single_noise, source_noise
from tabtwin.schema.rules.formulas.features import Feature
from tabtwin.schema.rules.formulas.nice import plainest
from tabtwin.schema.rules.formulas.quantities import FEWEST_ROWS, Quantities

_LOOK = 24
_TELLING = 12
_BATCH = 64
_ALIKE = 0.98
_TRIES = 3
"""How many features are taken for one target, the plainest first."""


def multiples(table: Quantities, features: Sequence[Feature]) -> Iterator[Rule]:
    """Yield formulas that may hold: a target is ``k`` times a feature, rounded or cut off, or adds ``k``.

    The range of ``k`` that fits is narrowed by a few rows first, then by all that are looked at.
    """
    if not features or len(table.names) < 2:
        return
    rows = table.some(np.ones(len(table.values), bool))
    spread = np.linspace(0, len(rows) - 1, min(len(rows), _LOOK)).astype(int)
    telling = [np.union1d(spread, _telling(target)) for target in rows.T]
    looked = np.unique(np.concatenate(telling))
    few = rows[looked]
    cells, looks = _by_name(table, rows), _by_name(table, few)
    seen = np.array([feature.expression.evaluate(looks) for feature in features]).T
    scales = np.array([feature.may_scale for feature in features])
    needed = [feature.expression.columns for feature in features]
    seen_noise = _noise(table, features, looks)
    values: dict[int, np.ndarray] = {}
    for at, name in enumerate(table.names):
        if table.dated[at]:
            continue
        own = np.searchsorted(looked, telling[at])
        half, target = float(table.halves[at]), rows[:, at]
        others = np.array([name not in names for names in needed])
        for shift in _shifts(half, target):
            noise = seen_noise[own] if is_fine(2 * half) else 0.0
            low, high = _range(seen[own], few[own, at], half, shift, scales, noise)
            found = 0
            for places in _batches(np.flatnonzero((low <= high) & others)):
                for place in places.tolist():
                    if place not in values:
                        values[place] = features[place].expression.evaluate(cells)
                some = np.array([values[place] for place in places.tolist()]).T
                chosen = [features[place] for place in places.tolist()]
                noise = _noise(table, chosen, cells) if is_fine(2 * half) else 0.0
                ends = _range(some, target, half, shift, scales[places], noise)
                for place, least, most in zip(places.tolist(), *ends, strict=True):
                    text = _text(features[place], float(least), float(most), cut=shift != 0)
                    if text is not None and found < _TRIES:
                        found += 1
                        columns = (name, *needed[place])
                        yield Rule(kind="formula", columns=columns, expression=str(text))
                if found == _TRIES:
                    break


def lines(table: Quantities) -> Iterator[Rule]:
    """Yield formulas that may hold of one column as a straight line of another, to rounding."""
    plain = [at for at in range(len(table.names)) if not table.dated[at]]
    alike = pd.DataFrame(table.some(np.ones(len(table.values), bool))[:, plain]).corr(min_periods=3).abs()
    for row, column_at in zip(*np.nonzero(alike.to_numpy() > _ALIKE), strict=True):
        at, by = plain[row], plain[column_at]
        there = ~np.isnan(table.values[:, [at, by]]).any(axis=1)
        if by == at or there.sum() < FEWEST_ROWS:
            continue
        x, y = table.some(there)[:, [by, at]].T
        text = _line(column(table.names[by]), x, y, float(table.halves[at]))
        if text is not None:
            yield Rule(kind="formula", columns=(table.names[at], table.names[by]), expression=str(text))


def _batches(places: np.ndarray) -> list[np.ndarray]:
    return [places[start : start + _BATCH] for start in range(0, len(places), _BATCH)]


def _telling(target: np.ndarray) -> np.ndarray:
    """Return some rows (n,) in which a target is not what it mostly is: 0 is a multiple of anything."""
    values, counts = np.unique(target[~np.isnan(target)], return_counts=True)
    if not len(values):
        return np.empty(0, int)
    other = np.flatnonzero(~np.isnan(target) & (target != values[counts.argmax()]))
    return np.asarray(other[np.linspace(0, len(other) - 1, min(len(other), _TELLING)).astype(int)])


def _by_name(table: Quantities, rows: np.ndarray) -> dict[str, np.ndarray]:
    return {name: rows[:, at] for at, name in enumerate(table.names)}


def _shifts(half: float, target: np.ndarray) -> tuple[float, ...]:
    """Return by how much cells are below what they are made of, at most: nothing if rounded, or cut off.

    A flag is no number that was cut off: y93 is floor(0.0108 * year), but that is an accident.
    """
    may_be_cut = half == 0.5 and len(np.unique(target[~np.isnan(target)])) > 2
    return (0.0, 0.5) if may_be_cut else (0.0,)


def _noise(table: Quantities, features: Sequence[Feature], cells: dict[str, np.ndarray]) -> np.ndarray:
    """Return how far off values may be, (rows, features), since their one column was rounded."""
    units = dict(zip(table.names, (2 * table.halves).tolist(), strict=True))
    texts = [feature.expression for feature in features]
    nothing = np.zeros(len(next(iter(cells.values()))))
    found = [source_noise(text, cells, units) if len(text.columns) == 1 else nothing for text in texts]
    return np.array(found).T


def _range(
    values: np.ndarray,
    target: np.ndarray,
    half: float,
    shift: float,
    scales: np.ndarray,
    noise: np.ndarray | float,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the least and the greatest k, each (features,), for which values (rows, features) fit a target.

    Where they may not scale, k is added. ``noise`` is how far off the values may be.
    """
    slack = half + FLOAT_NOISE * np.abs(target) + single_noise(target, 2 * half)
    with np.errstate(all="ignore"):
        off = np.nan_to_num(noise * np.where(scales, np.abs(target[:, None] / values), 1.0), posinf=0.0)
        bottom, top = (target + shift - slack)[:, None] - off, (target + shift + slack)[:, None] + off
        one, other = bottom / values, top / values
        low, high = np.minimum(one, other), np.maximum(one, other)
    none = (values == 0) & ~np.isnan(target)[:, None]
    fits = (bottom <= 0) & (top >= 0)
    low = np.where(none, np.where(fits, -np.inf, np.inf), low)
    high = np.where(none, np.where(fits, np.inf, -np.inf), high)
    low = np.where(scales, low, bottom - values)
    high = np.where(scales, high, top - values)
    unknown = np.isnan(values) | np.isnan(target)[:, None]
    return np.where(unknown, -np.inf, low).max(axis=0), np.where(unknown, np.inf, high).min(axis=0)


def _text(feature: Feature, low: float, high: float, *, cut: bool) -> Expression | None:
    """Return a feature times, or plus, the plainest number of a range."""
    if not (np.isfinite(low) and np.isfinite(high)) or low > high:
        return None
    if not feature.may_scale:
        whole = np.ceil(low - FLOAT_NOISE)
        if whole > high + FLOAT_NOISE or cut:
            return None
        return _plus(feature.expression, float(whole))
    found = plainest(low, high)
    if found is None or found[0] == 0:
        return None
    text = _scaled(feature.expression, *found)
    return operation("floor", text) if cut else text


def _plus(text: Expression, value: float) -> Expression:
    return operation("+" if value > 0 else "-", text, number(abs(value))) if value else text


def _scaled(text: Expression, factor: float, divisor: float) -> Expression:
    if factor != 1:
        text = operation("*", number(factor), text)
    return text if divisor == 1 else operation("/", text, number(divisor))


def _line(name: Expression, x: np.ndarray, y: np.ndarray, half: float) -> Expression | None:
    width, height = x.max() - x.min(), y.max() - y.min()
    if not (width and height) or half * 8 > height or len(np.unique(x)) < 3:
        return None
    slope, _ = np.polyfit(x - x.mean(), y, 1)
    if np.abs(slope * (x - x.mean()) - (y - y.mean())).max() > 4 * half + 1e-6 * height:
        return None
    room = 2 * half / width + 1e-9 * abs(slope)
    found = plainest(slope - room, slope + room)
    if found is None or found[0] == 0:
        return None
    rest = y - x * found[0] / found[1]
    noise = half + FLOAT_NOISE * np.abs(y).max()
    ends = rest.max() - noise, rest.min() + noise
    steps = sorted(-end * found[1] / found[0] for end in ends)
    if ends[0] > ends[1]:
        return None
    added, before = plainest(*ends), plainest(steps[0], steps[1])
    if added is not None and added[1] == 1 and len(f"{added[0]:g}") <= 4:
        return _plus(_scaled(name, *found), added[0])
    if before is not None and before[1] == 1:
        return _scaled(_plus(name, -before[0]), *found)
    return _plus(_scaled(name, *found), added[0]) if added is not None and added[1] == 1 else None
