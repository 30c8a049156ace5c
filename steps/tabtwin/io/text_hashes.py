"""Hash texts, equal numbers alike however they are spelled; compiled, for every cell of a large table."""

from __future__ import annotations

import numpy as np
from numba import njit

_BASIS, _PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)  # of FNV-1a
_STEP = np.uint64(0x9E3779B97F4A7C15)  # of SplitMix64, and so are the next two
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_NUMBER = np.uint64(0x5851F42D4C957F2D)
_SPACE, _MINUS, _PLUS, _POINT, _COMMA = 0x20, 0x2D, 0x2B, 0x2E, 0x2C
_ZERO, _NINE, _UPPER_E, _LOWER_E = 0x30, 0x39, 0x45, 0x65
_MOST_EXPONENT = 10_000
_COLON = 0x3A
_DATE, _MOMENT = len("2020-01-31"), len("2020-01-31 00:00:00")


@njit(cache=True)
def mix(value):  # type: ignore[no-untyped-def] # numba needs none
    """Return a number of 64 bits, all of which depend on all of another's (SplitMix64)."""
    value = value + _STEP
    value = (value ^ (value >> np.uint64(30))) * _FIRST
    value = (value ^ (value >> np.uint64(27))) * _SECOND
    return value ^ (value >> np.uint64(31))


@njit(cache=True)
def add_texts(ends, data, salt, into):  # type: ignore[no-untyped-def]
    """Add to each number of ``into`` (n,), uint64, the hash of its text; an empty one adds nothing.

    Args:
        ends: Where texts begin and end in ``data``: (n + 1,).
        data: The texts' bytes, uint8.
        salt: What makes equal texts of other columns differ, uint64.
        into: What is added to.
    """
    for at in range(len(into)):
        begin, end = np.int64(ends[at]), np.int64(ends[at + 1])
        if end > begin:
            into[at] += mix(_hash(data, begin, end) ^ salt)


@njit(cache=True)
def _hash(data, begin, end):  # type: ignore[no-untyped-def]
    found, is_number = _hash_number(data, begin, end)
    if is_number:
        return found
    found = _BASIS
    for at in range(begin, _moment_end(data, begin, end)):
        found = (found ^ np.uint64(data[at])) * _PRIME
    return found


@njit(cache=True)
def _moment_end(data, begin, end):  # type: ignore[no-untyped-def]
    """Return where a date and time (2020-01-31 00:00:00.000) ends without zeros that a date may lack."""
    if end - begin < _MOMENT:
        return end
    for place, sign in ((4, _MINUS), (7, _MINUS), (10, _SPACE), (13, _COLON), (16, _COLON)):
        if data[begin + place] != sign:
            return end
    last = begin + _MOMENT
    if end > last:
        if data[last] != _POINT:
            return end
        for place in range(last + 1, end):
            if not _ZERO <= data[place] <= _NINE:
                return end
        while end > last + 1 and data[end - 1] == _ZERO:
            end -= 1
        if end > last + 1:
            return end
    for place in (11, 12, 14, 15, 17, 18):
        if data[begin + place] != _ZERO:
            return last
    return begin + _DATE


@njit(cache=True)
def _hash_number(data, begin, end):  # type: ignore[no-untyped-def]
    """Return the hash of a number by its sign, its digits and their exponent; and whether it is one.

    A leading zero or plus makes none, as in a code; a comma is a decimal one.
    """
    while begin < end and data[begin] == _SPACE:
        begin += 1
    while end > begin and data[end - 1] == _SPACE:
        end -= 1
    minus = begin < end and data[begin] == _MINUS
    if minus:
        begin += 1
    stop, whole, places = _read_digits(data, begin, end)
    exponent, is_read = _read_exponent(data, stop, end)
    if not is_read or whole + places == 0 or (whole > 1 and data[begin] == _ZERO):
        return np.uint64(0), False
    exponent -= places
    while stop > begin and not _ZERO < data[stop - 1] <= _NINE:
        exponent += data[stop - 1] == _ZERO
        stop -= 1
    found, shown = _NUMBER, 0
    for place in range(begin, stop):
        if _ZERO <= data[place] <= _NINE and (shown or data[place] != _ZERO):
            shown += 1
            found = (found ^ np.uint64(data[place])) * _PRIME
    if not shown:
        return _NUMBER, True
    found = (found ^ np.uint64(exponent + 2 * _MOST_EXPONENT)) * _PRIME
    return (found ^ np.uint64(minus)) * _PRIME, True


@njit(cache=True)
def _read_digits(data, begin, end):  # type: ignore[no-untyped-def]
    """Return where the digits at ``begin`` end, and how many are before and after their point."""
    whole, places, has_point, at = 0, 0, False, begin
    while at < end:
        if _ZERO <= data[at] <= _NINE:
            whole += not has_point
            places += has_point
        elif has_point or data[at] not in (_POINT, _COMMA):
            break
        else:
            has_point = True
        at += 1
    return at, whole, places


@njit(cache=True)
def _read_exponent(data, begin, end):  # type: ignore[no-untyped-def]
    """Return the exponent that follows a number's digits, 0 if none does; and whether nothing else does."""
    if begin == end:
        return 0, True
    if data[begin] not in (_UPPER_E, _LOWER_E):
        return 0, False
    at, found = begin + 1, 0
    minus = at < end and data[at] == _MINUS
    if at < end and data[at] in (_MINUS, _PLUS):
        at += 1
    is_read = at < end
    while at < end and is_read:
        is_read = _ZERO <= data[at] <= _NINE and found < _MOST_EXPONENT
        found = 10 * found + data[at] - _ZERO
        at += 1
    return -found if minus else found, is_read


@njit(cache=True)
def add_rows(rows, into):  # type: ignore[no-untyped-def]
    """Add the hashes of rows (rows,), uint64, to sums (lanes,), uint64, each of a mixture of its own."""
    for at in range(len(rows)):
        for lane in range(len(into)):
            into[lane] += mix(rows[at] ^ mix(np.uint64(lane + 1)))
