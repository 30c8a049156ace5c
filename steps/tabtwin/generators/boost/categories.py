"""A column of categories as codes, the commonest first; missing is a category like any other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypedDict

import numpy as np
import pandas as pd


class CategoriesState(TypedDict):
    """What a file keeps of categories."""

    kind: Literal["categories"]
    values: list[str | None]


@dataclass(frozen=True)
class Categories:
    """The codes of categories: ``values[code]``, ``None`` for missing."""

    values: tuple[str | None, ...]

    ordered = False
    missing = False

    @property
    def size(self) -> int:
        """Return the number of codes."""
        return len(self.values)

    def codes(self, cells: np.ndarray) -> np.ndarray:
        """Return the code of each cell (rows,), int32; an unknown category counts as the rarest."""
        lookup = {value: code for code, value in enumerate(self.values)}
        numbers, found = pd.factorize(cells, use_na_sentinel=True)
        known = [lookup.get(value, self.size - 1) for value in found]
        return np.asarray(np.array([*known, lookup.get(None, self.size - 1)], np.int32)[numbers])

    def draw(self, codes: np.ndarray, positions: np.ndarray) -> np.ndarray:
        """Return the category of each code, object (rows,)."""
        drawn: np.ndarray = np.array(self.values, dtype=object)[codes]
        return drawn

    def reordered(self, places: np.ndarray) -> Categories:
        """Return the same categories with new codes, int32 (size,): code c becomes ``places[c]``."""
        return Categories(tuple(self.values[code] for code in np.argsort(places)))

    def state(self) -> tuple[CategoriesState, dict[str, np.ndarray]]:
        """Return what a file keeps, as JSON values and arrays."""
        return {"kind": "categories", "values": list(self.values)}, {}


def fit_categories(cells: np.ndarray) -> Categories:
    """Return the codes of categories, object (rows,), to which ingest has applied value protection."""
    numbers, found = pd.factorize(cells, use_na_sentinel=True, sort=True)
    counts = np.bincount(numbers + 1, minlength=len(found) + 1)
    names: list[str | None] = [None, *map(str, found)]
    order = np.argsort(-counts, kind="stable")
    return Categories(tuple(names[code] for code in order if counts[code] > 0))


def load_categories(about: CategoriesState, arrays: Mapping[str, np.ndarray]) -> Categories:
    """Return the inverse of :meth:`Categories.state`."""
    return Categories(tuple(about["values"]))
