"""Read and write numbers as text, and count their decimals."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tabtwin.schema.spelling.missing_marks import MARKS

ALL_DIGITS = 17
"""As many decimals as distinguish any two float64 numbers."""

MOST_DECIMALS = 15
"""The most decimals that are counted: a column with more has :data:`ALL_DIGITS`."""

CLEAN = 6
"""The decimals that numbers with float noise may have without it."""

_BITS_OFF, _MOST_OFF = 2.0**-46, 1e-9
"""How much they may be off, as a multiple of the column's greatest number, and at all."""

LARGEST_INTEGER = 2**53
"""Beyond it float64 cannot resolve integers, so they are text."""

GREATEST = 1e30
"""The greatest number that is learned: trees use float32, and squares of greater ones come near its limit."""

_NUMBER = r"^ *-?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)? *$"
_OTHER_NUMBER = (
    r"^ *-?(?:[0-9]+,[0-9]+|[0-9]{1,3}(?:[. '][0-9]{3})+,[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?) *$"
)
_COMMA = r"^ *-?(?:[0-9]+|[0-9]{1,3}(?:[. '][0-9]{3})+)(?:,[0-9]+)? *$"
_TELLING = r",(?:[0-9]{1,2}|[0-9]{4,}) *$"
_INFINITE = r"(?i)^ *[-+]?inf(?:inity)? *$"


def are_numbers(texts: np.ndarray) -> np.ndarray:
    """Return which texts are numbers, bool (n,): not with leading zeros, a leading plus or thousands
    separators.
    """
    return match(texts, _NUMBER)


def are_too_great(values: np.ndarray) -> np.ndarray:
    """Return which numbers are infinite, or so great that results computed from them would be, bool (n,)."""
    return np.asarray(np.abs(values) > GREATEST)


def are_infinite(texts: np.ndarray) -> np.ndarray:
    """Return which texts are infinities, bool (n,)."""
    return match(texts, _INFINITE)


def are_other_numbers(texts: np.ndarray) -> np.ndarray:
    """Return which texts are numbers with a decimal comma or thousands separators, bool (n,)."""
    return match(texts, _OTHER_NUMBER)


def with_points(texts: np.ndarray) -> np.ndarray | None:
    """Return numbers with a decimal comma, or marks, with a point instead and without thousands separators.

    ``None`` if some texts are neither, or no comma is surely a decimal one (1,234 may be a thousand).
    """
    marked = np.isin(texts, np.array(MARKS, dtype=object))
    found = texts[~marked]
    if not len(found) or not match(found, _COMMA).all() or not match(found, _TELLING).any():
        return None
    plain = pc.replace_substring_regex(pa.array(found, pa.string()), "[. ']", "")
    pointed = pc.replace_substring(plain, ",", ".")
    # Numbers with leading zeros are not read.
    pointed = pc.replace_substring_regex(pointed, "^(-?)0+([0-9])", r"\1\2")
    written = texts.copy()
    written[~marked] = pointed.to_numpy(zero_copy_only=False)
    return np.asarray(written, dtype=object)


def parse(texts: np.ndarray) -> np.ndarray:
    """Return texts that are numbers as float64 (n,); beyond float64's range, infinite."""
    trimmed = pc.utf8_trim_whitespace(pa.array(texts, pa.string()))
    return np.asarray(pc.cast(trimmed, pa.float64()).to_numpy(zero_copy_only=False) + 0.0)


def decimals(texts: np.ndarray) -> tuple[int, int]:
    """Return the least and the most decimals of numbers; ``ALL_DIGITS`` in place of too many."""
    least, most = decimals_each(texts)
    return decimals_of_column(int(least.min()), int(most.max()))


def decimals_each(texts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return how many decimals each number is written with at least and at most: int64 (n,) each.

    A number with an exponent may have any.
    """
    trimmed = pc.utf8_trim_whitespace(pa.array(texts, pa.string()))
    floating = pc.match_substring_regex(trimmed, "[eE]").to_numpy(zero_copy_only=False)
    point = pc.find_substring(trimmed, ".").to_numpy(zero_copy_only=False)
    length = pc.utf8_length(trimmed).to_numpy(zero_copy_only=False)
    found = np.where(point < 0, 0, length - point - 1).astype("int64")
    return np.where(floating, 0, found), np.where(floating, ALL_DIGITS, found)


def decimals_of_column(least: int, most: int) -> tuple[int, int]:
    """Return a column's decimals, given those of its cells: too many become all that a number has."""
    return (least, most) if most <= MOST_DECIMALS else (min(least, 1), ALL_DIGITS)


def decimals_of(values: np.ndarray) -> int:
    """Return the fewest decimals that finite float64 values (n,) need; ``ALL_DIGITS`` if there are too
    many.
    """
    for digits in range(MOST_DECIMALS + 1):
        if np.array_equal(np.round(values, digits), values):
            return digits
    return ALL_DIGITS


def without_noise(values: np.ndarray) -> np.ndarray:
    """Return the numbers (n,) of a column, in place of those a few bits off one of at most :data:`CLEAN`
    decimals that one.

    Sums and differences of floats are: .52 - .48 is 0.040000000000000036, which is off by the last bit of .52
    and not of .04. So the column's greatest number decides how much that may be.

    >>> without_noise(np.array([0.04, 0.52 - 0.48, 0.0399999999999999, 0.0403, 0.52])).tolist()
    [0.04, 0.04, 0.04, 0.0403, 0.52]
    """
    greatest = np.max(np.abs(values), initial=0.0, where=np.isfinite(values))
    with np.errstate(invalid="ignore", over="ignore"):
        clean = np.round(values, CLEAN)
        few_bits = np.abs(clean - values) <= min(greatest * _BITS_OFF, _MOST_OFF)
    return np.where(few_bits, clean, values)


def decimals_without_noise(values: np.ndarray) -> np.ndarray:
    """Return the fewest decimals that each number (n,) of at most :data:`CLEAN` needs, int64 (n,)."""
    found = np.full(len(values), CLEAN)
    for digits in range(CLEAN - 1, -1, -1):
        found[np.round(values, digits) == values] = digits
    return found


def spell(values: np.ndarray, least: int, most: int) -> np.ndarray:
    """Return finite float64 values as text (n,), object, with between ``least`` and ``most`` decimals."""
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


def match(texts: np.ndarray, pattern: str) -> np.ndarray:
    """Return in which texts a pattern is found, bool (n,)."""
    found = pc.match_substring_regex(pa.array(texts, pa.string()), pattern)
    return np.asarray(found.to_numpy(zero_copy_only=False), bool)
