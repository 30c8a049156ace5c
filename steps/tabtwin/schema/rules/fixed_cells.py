"""Write cells that other columns fix as texts in rules, and read them."""

from __future__ import annotations

import numpy as np
import pandas as pd

_NOT_A_TIME = np.datetime64("NaT")

Cell = str | float | np.datetime64 | None


def as_text(value: float | np.datetime64) -> str:
    """Return a canonical number or date as text.

    >>> as_text(40.25), as_text(7.0), as_text(np.datetime64("2020-01-31T00:00:00.000000"))
    ('40.25', '7', '2020-01-31')
    """
    if isinstance(value, np.datetime64):
        whole, _, part = str(value).partition(".")
        while part.endswith("000"):
            part = part.removesuffix("000")
        return f"{whole}.{part}" if part else whole.removesuffix("T00:00:00")
    return repr(float(value)).removesuffix(".0")


def texts(cells: np.ndarray) -> np.ndarray:
    """Return canonical numbers or dates as texts, object (n,); ``None`` where missing."""
    codes, values = pd.factorize(cells)
    return np.array([*map(as_text, values), None], dtype=object)[codes]


def as_cell(text: str | None, dtype: np.dtype) -> Cell:
    """Return a text of a rule as a canonical cell of a column of that type; missing if it is ``None``.

    Raises:
        ValueError: if it is no number or date.
    """
    if dtype.kind == "O":
        return text
    if dtype.kind == "M":
        return _NOT_A_TIME if text is None else np.datetime64(text)
    return float("nan") if text is None else float(text)


def are(cells: np.ndarray, text: str | None) -> np.ndarray:
    """Return which canonical cells are the one that a rule says, bool (rows,)."""
    if text is not None:
        return np.asarray(cells == as_cell(text, cells.dtype))
    return np.asarray(pd.isna(cells))
