"""Read and write pandas' periods: months, quarters, days, as the dates on which they begin."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pyarrow as pa

EXTENSION = "pandas.period"
_PERIOD = re.compile(r"period\[([A-Za-z0-9-]{1,12})\]")
_FORMATS = {"M": "%Y-%m", "Y": "%Y", "A": "%Y", "D": "%Y-%m-%d"}


def is_period(dtype: str) -> bool:
    """Return whether a text names a type of periods that pandas has.

    >>> is_period("period[M]"), is_period("period[secret]")
    (True, False)
    """
    return _dtype(dtype) is not None


def arrow_period(dtype: str) -> pa.DataType | None:
    """Return Arrow's type of periods, which pandas registers; ``None`` if the text names none."""
    found = _dtype(dtype)
    return pa.array(pd.PeriodIndex([], dtype=found)).type if found is not None else None


def format_of(dtype: str) -> str:
    """Return the format that spells a type of periods; empty if none does without a day or time."""
    found = _PERIOD.fullmatch(dtype)
    return _FORMATS.get(found[1].partition("-")[0], "") if found else ""


def beginnings(ordinals: np.ndarray, dtype: str) -> np.ndarray:
    """Return the time at which each period begins, datetime64[us] (n,).

    Raises:
        ValueError: if one begins before 1678 or after 2261.
    """
    found = pd.arrays.PeriodArray(ordinals, dtype=_checked(dtype))
    return np.asarray(found.to_timestamp(how="start"), dtype="datetime64[us]")


def to_arrow(texts: pd.Series, dtype: str) -> pa.Array:
    """Return texts of dates (``None`` if missing) as the periods in which they are.

    Raises:
        ValueError: if a text is no date.
    """
    return pa.array(pd.PeriodIndex(texts.to_numpy(object), dtype=_checked(dtype)))


def _dtype(spelled: str) -> pd.PeriodDtype | None:
    if not _PERIOD.fullmatch(spelled):
        return None
    try:
        found = pd.api.types.pandas_dtype(spelled)
    except (TypeError, ValueError):
        return None
    return found if isinstance(found, pd.PeriodDtype) else None


def _checked(spelled: str) -> pd.PeriodDtype:
    found = _dtype(spelled)
    if found is None:
        raise ValueError("expected a type of periods, as pandas spells it")
    return found


arrow_period("period[D]")  # registers the type, so that files with periods are read as such
