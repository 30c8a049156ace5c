"""Recognize whole numbers that may name a subject: running numbers, record numbers, article numbers."""

from __future__ import annotations

from collections import Counter

import numpy as np

from tabtwin.protection.identifiers.tokens import have_check_digits, share

_MOST = 0.9
_LONG_NUMBER = 9
_LARGE = 10**6
_EPOCHS = (10**9, 2 * 10**9)
"""Seconds since 1970 in this century look like numbers of ten digits."""
_CALENDAR = (
    *((1, 4), (1, 7), (0, 6), (1, 12), (0, 11), (0, 23), (0, 59), (1, 31)),
    *((1, 52), (1, 53), (0, 52), (1, 365), (1, 366)),
)


def number_spelled_as(numbers: np.ndarray) -> str:
    """Return the kind of distinct whole numbers (n,), in the plural: those of one length, longer than
    measures.
    """
    texts = [f"{number:.0f}" for number in numbers]
    lengths = Counter(map(len, texts))
    length, count = lengths.most_common(1)[0]
    if (numbers < 0).any() or count < _MOST * len(texts):
        return ""
    if length in (8, 12, 13, 14) and have_check_digits(texts):
        return "article numbers"
    epochs = ((numbers >= _EPOCHS[0]) & (numbers < _EPOCHS[1])).mean() >= _MOST
    stamps = length >= 12 and all(text.startswith(("19", "20")) for text in texts)
    # Counts and measures end in zeros, or begin with a few digits only.
    rounded = share(texts, lambda text: text.endswith("00")) > 0.1
    return "" if length < _LONG_NUMBER or epochs or stamps or rounded else "long numbers"


def may_be_number_of_subject(numbers: np.ndarray, *, named: bool = False) -> bool:
    """Return whether distinct whole numbers may be running or record numbers: not counts, measures or years.

    Running numbers are dense; drawn ones are of one length, or spread evenly.

    Args:
        numbers: The numbers.
        named: Whether the column's name is a key's; then any numbers may be.
    """
    numbers = np.sort(-numbers if numbers.max() < 0 else numbers)
    if numbers[0] < 0 or _are_years(numbers) or _are_states(numbers):
        return False
    spread = numbers[-1] - numbers[0] + 1
    if named or len(numbers) >= 0.2 * spread:
        return True
    even = np.abs(np.linspace(0, 1, len(numbers)) - (numbers - numbers[0]) / spread).max()
    lengths = Counter(len(f"{number:.0f}") for number in numbers)
    length, count = lengths.most_common(1)[0]
    alike = (count >= _MOST * len(numbers) and length >= 4) or float(np.median(numbers)) >= _LARGE
    return bool(even <= 0.25 and (alike or len(numbers) >= 100))


def is_calendar(numbers: np.ndarray) -> bool:
    """Return whether whole numbers are all hours, minutes, days, weeks or months that there are."""
    span = (int(numbers.min()), int(numbers.max()))
    return span in _CALENDAR and len(numbers) >= _MOST * (span[1] - span[0] + 1)


def _are_years(numbers: np.ndarray) -> bool:
    return bool(numbers[0] >= 1700 and numbers[-1] <= 2100 and len(numbers) <= 250)


def _are_states(numbers: np.ndarray) -> bool:
    """Return whether numbers are codes of the states of the USA: 1 to 56 without unused ones."""
    given = set(range(1, 57)) - {3, 7, 14, 43, 52}
    return len(numbers) >= 40 and set(numbers.astype(int).tolist()) <= given
