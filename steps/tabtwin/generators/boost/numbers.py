"""Encode a column of numbers as ordinal codes, and draw numbers from codes.

Missing is a code of its own, the last. A *heavy* value (a spike, such as 0) has a code of its own too; the
other segments (see :mod:`segments`) are gathered, in order, into codes of about equal mass. Inside a code
numbers are drawn between knots: a held value as it is, a group's around its mean, no further than half way
to its neighbors, and never beyond the first and the last knot.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypedDict

import numpy as np

from tabtwin.generators.boost.segments import Segments, find_segments
from tabtwin.protection.bounds import Places, coarse
from tabtwin.schema.kinds.grids import Grid

MOST_CODES = 250
GROUPS_PER_CODE = 16
SUBJECTS_PER_GROUP = 2
"""A multiple of k. Numbers drawn from a group of k hit its own numbers a quarter more often than by chance,
since a group is narrow where numbers are close by chance; from a group of twice as many, an eighth more
often."""
HEAVY_ROWS = 20
LOPSIDED = 3.0
MOST_UNITS = 2.0**51
"""The most units of a number: float64 cannot distinguish finer ones."""


class NumbersState(TypedDict):
    """What a file keeps of numbers beside arrays."""

    kind: Literal["numbers"]
    unit: float
    missing: bool


@dataclass(frozen=True)
class Numbers:
    """The codes of numbers.

    Attributes:
        breaks: Where one code ends and the next begins, float64 (codes of numbers - 1,).
        first: The first segment of each code, and the number of segments, int64 (codes of numbers + 1,).
        mass: Rows in all segments up to each, int64 (segments + 1,), from 0.
        low, middle, high: Half of a segment's numbers lie between low and middle, half between middle and
            high, float64 (segments,).
        unit: Numbers are multiples of it; 0 if they are not.
        missing: Whether the last code means missing.
    """

    breaks: np.ndarray
    first: np.ndarray
    mass: np.ndarray
    low: np.ndarray
    middle: np.ndarray
    high: np.ndarray
    unit: float
    missing: bool

    ordered = True

    @property
    def size(self) -> int:
        """Return the number of codes."""
        return len(self.first) - 1 + self.missing

    def codes(self, values: np.ndarray) -> np.ndarray:
        """Return the code of each number (NaN if missing), int32 (rows,).

        A missing number counts as the highest if no number was missing in training.
        """
        found = np.searchsorted(self.breaks, values, side="right")
        return np.where(np.isnan(values), self.size - 1, found).astype(np.int32)

    def draw(self, codes: np.ndarray, positions: np.ndarray) -> np.ndarray:
        """Draw a number for each code (rows,), NaN if missing, at its position in the code, in [0, 1)."""
        if len(self.low) == 0:
            return np.full(len(codes), np.nan)
        absent = codes >= len(self.first) - 1
        of = np.where(absent, 0, codes)
        start, end = self.mass[self.first[of]], self.mass[self.first[of + 1]]
        at = np.minimum(start + positions * (end - start), np.nextafter(end.astype(float), 0))
        segment = np.searchsorted(self.mass, at, side="right") - 1
        part = (at - self.mass[segment]) / (self.mass[segment + 1] - self.mass[segment])
        low, middle, high = self.low[segment], self.middle[segment], self.high[segment]
        drawn = np.where(
            part < 0.5, low + 2 * part * (middle - low), middle + (2 * part - 1) * (high - middle)
        )
        drawn = np.clip(drawn, low, high)
        if self.unit > 0:
            # A half goes up, as at breaks. Dividing keeps decimals as written: 0.1 * 3 is not 0.3.
            per_unit = round(1 / self.unit)
            whole = np.floor(drawn / self.unit + 0.5)
            drawn = whole / per_unit if self.unit < 1 else whole * self.unit
        return np.where(absent, np.nan, drawn)

    def state(self) -> tuple[NumbersState, dict[str, np.ndarray]]:
        """Return what a file keeps, as JSON values and arrays."""
        about: NumbersState = {"kind": "numbers", "unit": self.unit, "missing": self.missing}
        return about, {name: getattr(self, name) for name in _ARRAYS}


_ARRAYS = ("breaks", "first", "mass", "low", "middle", "high")


def fit_numbers(values: np.ndarray, subjects: np.ndarray, k: int, unit: float, bins: int) -> Numbers:
    """Fit about ``bins`` codes to ``values`` (rows,), NaN if missing, and one for missing values.

    If fewer than ``k`` subjects have a value, every cell counts as missing.
    """
    there = ~np.isnan(values)
    held = values[there]
    outer = -(-len(held) // (bins * GROUPS_PER_CODE))
    group = max(outer, SUBJECTS_PER_GROUP * k)
    segments = find_segments(held, subjects[there], k, group, unit, outer)
    if len(segments) == 0:
        none = np.empty(0)
        return Numbers(none, np.zeros(1, np.int64), np.zeros(1, np.int64), none, none, none, unit, True)
    counts = np.bincount(segments.of(held), minlength=len(segments))
    segments, counts = _without_empty(segments, counts)
    segments = _without_lone_ends(segments, held, subjects[there], k, unit)
    first = np.flatnonzero(_starts(segments, counts, bins))
    mass = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return Numbers(
        breaks=segments.breaks[first[1:] - 1],
        first=np.append(first, len(segments)).astype(np.int64),
        mass=mass,
        **_spans(segments),
        unit=unit,
        missing=not there.all(),
    )


def load_numbers(about: NumbersState, arrays: Mapping[str, np.ndarray]) -> Numbers:
    """Return the inverse of :meth:`Numbers.state`."""
    return Numbers(**arrays, unit=about["unit"], missing=about["missing"])


def _without_empty(segments: Segments, counts: np.ndarray) -> tuple[Segments, np.ndarray]:
    """Leave out segments without a row: those of a skewed group may all be nearer to its neighbor."""
    kept = np.flatnonzero(counts)
    if len(kept) == len(counts):
        return segments, counts
    # Any break between two that are kept will do: no row is between them.
    return Segments(segments.knots[kept], segments.held[kept], segments.breaks[kept[1:] - 1]), counts[kept]


def _without_lone_ends(
    segments: Segments, values: np.ndarray, subjects: np.ndarray, k: int, unit: float
) -> Segments:
    """Round the first and the last mean, and move them off numbers that fewer than k subjects hold.

    Half of an end's numbers are drawn at its mean, so it must not reveal a single cell.
    """
    is_fine = unit <= 0 or np.abs(values).max() / unit >= MOST_UNITS
    grid = None if is_fine else Grid(1 / unit if unit > 1 else round(1 / unit))
    knots, inside = segments.knots.copy(), segments.of(values)
    for at in {0, len(segments) - 1}:
        if segments.held[at]:
            continue
        near = inside == at
        knots[at] = _rounded_end(segments, at, grid, values[near])
        places = Places(values[near], subjects[near], k, grid)
        if places.is_rare(knots[at]):
            below = segments.breaks[at - 1] + unit / 2 if at else values.min()
            above = segments.breaks[at] - unit / 2 if at < len(segments) - 1 else values.max()
            knots[at] = places.free(knots[at], *((below, above) if at == 0 else (above, below)))
    return replace(segments, knots=knots)


def _rounded_end(segments: Segments, at: int, grid: Grid | None, values: np.ndarray) -> float:
    """Return the end's mean in coarse steps, if such a number is between the end's own."""
    mean, next_one = segments.knots[at], 1 if at == 0 else at - 1
    width = np.ptp(values) if len(segments) == 1 else abs(segments.knots[next_one] - mean)
    found = coarse(float(mean), float(width) / 2, grid)
    return found if values.min() <= found <= values.max() else float(mean)


def _starts(segments: Segments, counts: np.ndarray, bins: int) -> np.ndarray:
    """Return which segments begin a code, bool (segments,)."""
    if len(segments) <= bins:
        return np.ones(len(segments), bool)
    rows = counts.sum()
    least = max(rows / bins / 2, HEAVY_ROWS)
    while True:
        heavy = segments.held & (counts >= least)
        light = np.where(heavy, 0, counts)
        share = max(2, int(bins * light.sum() / rows))
        middle = np.cumsum(light) - light / 2
        bin_of = np.minimum((middle * share / max(light.sum(), 1)).astype(int), share - 1)
        changes = np.append(True, (bin_of[1:] != bin_of[:-1]) | heavy[1:] | heavy[:-1])
        if changes.sum() <= MOST_CODES:
            return changes
        least *= 1.5


def _spans(segments: Segments) -> dict[str, np.ndarray]:
    """Return between which numbers each segment's are drawn; a held value is drawn as it is."""
    knots = segments.knots
    below = knots - np.concatenate([knots[:1], segments.breaks])
    above = np.concatenate([segments.breaks, knots[-1:]]) - knots
    # Next to a wide gap, the group's other side says more than the mean about how far the group reaches.
    reach_below, reach_above = np.minimum(below, LOPSIDED * above), np.minimum(above, LOPSIDED * below)
    reach_below[0], reach_above[-1] = 0.0, 0.0
    if len(knots) > 1:
        reach_above[0], reach_below[-1] = above[0], below[-1]
    # Rounding may step over a break by the last bit, and the number would have another code.
    least = np.concatenate([knots[:1], segments.breaks])
    most = np.concatenate([np.nextafter(segments.breaks, -np.inf), knots[-1:]])
    low = np.maximum(knots - np.maximum(reach_below, 0), least)
    high = np.minimum(knots + np.maximum(reach_above, 0), most)
    return {
        "low": np.where(segments.held, knots, low),
        "middle": np.where(segments.held, knots, np.clip(knots, low, np.maximum(low, high))),
        "high": np.where(segments.held, knots, np.maximum(low, high)),
    }
