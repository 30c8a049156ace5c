"""Numbers as text: what counts as one, how many decimals it bears, and how it is written again."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

MARKERS = ("NA", "N/A", "n/a", "NaN", "nan", "NAN", "null", "NULL", "None", "?", "-", ".", "#N/A")
"""What stands for a missing cell in a column otherwise all numbers."""

ALL_DIGITS = 17
"""As many decimals as tell any two float64 apart."""

MOST_DECIMALS = 15
"""That are counted: of more, a column has :data:`ALL_DIGITS`."""

LARGEST_INTEGER = 2**53
"""Beyond it float64 cannot tell integers apart, so they are text."""

GREATEST = 1e30
"""Of numbers that are learned: trees know float32 alone, and squares of greater ones come near its end."""

_NUMBER = r"^ *-?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)? *$"
_OTHER_NUMBER = (
    r"^ *-?(?:[0-9]+,[0-9]+|[0-9]{1,3}(?:[. '][0-9]{3})+,[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?) *$"
)
_COMMA = r"^ *-?(?:[0-9]+|[0-9]{1,3}(?:[. '][0-9]{3})+)(?:,[0-9]+)? *$"
_TELLING = r",(?:[0-9]{1,2}|[0-9]{4,}) *$"
_INFINITE = r"(?i)^ *[-+]?inf(?:inity)? *$"


def are_numbers(texts: np.ndarray) -> np.ndarray:
    """Which texts are numbers (n,), bool; none with leading zeros, a leading plus or thousands separators."""
    return _matches(texts, _NUMBER)


def are_too_great(values: np.ndarray) -> np.ndarray:
    """Which numbers are infinite, or so great that what is computed of them would be (n,), bool."""
    return np.asarray(np.abs(values) > GREATEST)


def are_infinite(texts: np.ndarray) -> np.ndarray:
    """Which texts are infinities (n,), bool."""
    return _matches(texts, _INFINITE)


def are_other_numbers(texts: np.ndarray) -> np.ndarray:
    """Which texts are numbers with a decimal comma or thousands separators (n,), bool."""
    return _matches(texts, _OTHER_NUMBER)


def with_points(texts: np.ndarray) -> np.ndarray | None:
    """Texts that are numbers with a decimal comma, or marks, with a point instead and no thousands apart.

    ``None`` where some are neither, or no comma is certain to be a decimal one (1,234 may be a thousand).
    """
    marked = np.isin(texts, np.array(MARKERS, dtype=object))
    found = texts[~marked]
    if not len(found) or not _matches(found, _COMMA).all() or not _matches(found, _TELLING).any():
        return None
    plain = pc.replace_substring_regex(pa.array(found, pa.string()), "[. ']", "")
    pointed = pc.replace_substring(plain, ",", ".")
    # Leading zeros are none of a number that we read.
    pointed = pc.replace_substring_regex(pointed, "^(-?)0+([0-9])", r"\1\2")
    written = texts.copy()
    written[~marked] = pointed.to_numpy(zero_copy_only=False)
    return np.asarray(written, dtype=object)


def parse(texts: np.ndarray) -> np.ndarray:
    """Texts that are numbers as float64 (n,); beyond float64's range, infinite."""
    trimmed = pc.utf8_trim_whitespace(pa.array(texts, pa.string()))
    return np.asarray(pc.cast(trimmed, pa.float64()).to_numpy(zero_copy_only=False) + 0.0)


def decimals(texts: np.ndarray) -> tuple[int, int]:
    """The least and the most decimals of texts that are numbers; ``ALL_DIGITS`` at most where too many."""
    least, most = decimals_each(texts)
    return as_told(int(least.min()), int(most.max()))


def decimals_each(texts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How many decimals each number is written with at least and at most: int64 (n,) each.

    A number with an exponent may have any.
    """
    trimmed = pc.utf8_trim_whitespace(pa.array(texts, pa.string()))
    floating = pc.match_substring_regex(trimmed, "[eE]").to_numpy(zero_copy_only=False)
    point = pc.find_substring(trimmed, ".").to_numpy(zero_copy_only=False)
    length = pc.utf8_length(trimmed).to_numpy(zero_copy_only=False)
    found = np.where(point < 0, 0, length - point - 1).astype("int64")
    return np.where(floating, 0, found), np.where(floating, ALL_DIGITS, found)


def as_told(least: int, most: int) -> tuple[int, int]:
    """Decimals as a column has them: of too many, all that a number has."""
    return (least, most) if most <= MOST_DECIMALS else (min(least, 1), ALL_DIGITS)


def decimals_of(values: np.ndarray) -> int:
    """The fewest decimals that finite float64 values (n,) need; ``ALL_DIGITS`` where too many."""
    for digits in range(MOST_DECIMALS + 1):
        if np.array_equal(np.round(values, digits), values):
            return digits
    return ALL_DIGITS


def spell(values: np.ndarray, least: int, most: int) -> np.ndarray:
    """Finite float64 values as text (n,), object, with between ``least`` and ``most`` decimals."""
    written = [_spell(value, least, most) for value in values.tolist()]
    return np.array(written, dtype=object)


def _spell(value: float, least: int, most: int) -> str:
    if most >= ALL_DIGITS:
        shortest = repr(value + 0.0)
        return shortest[:-2] if least == 0 and shortest.endswith(".0") else shortest
    text = f"{value + 0.0:.{most}f}"
    if least < most:
        whole, _, fraction = text.partition(".")
        fraction = fraction.rstrip("0").ljust(least, "0")
        text = f"{whole}.{fraction}" if fraction else whole
    return text


def _matches(texts: np.ndarray, pattern: str) -> np.ndarray:
    found = pc.match_substring_regex(pa.array(texts, pa.string()), pattern)
    return np.asarray(found.to_numpy(zero_copy_only=False), bool)
