"""Read Arrow's types in the spelling of schemas."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

import pyarrow as pa

from tabtwin.schema.spelling.periods import arrow_period

_DICTIONARY = "dictionary:"
_DECIMAL = re.compile(r"decimal(32|64|128|256)\((\d+), (-?\d+)\)")
_STAMP = re.compile(r"timestamp\[(s|ms|us|ns)(?:, tz=(.+))?\]")
_OFFSET = re.compile(r"[+-][0-9]{2}:[0-9]{2}")


def arrow_type(spelled: str) -> pa.DataType:
    """Return the type that a column's ``dtype`` names; text if it names none that can be written."""
    return _named(spelled) or pa.string()


def is_type(spelled: str) -> bool:
    """Return whether a text names a type that can be written.

    >>> is_type("timestamp[us, tz=UTC]"), is_type("list<item: int8>")
    (True, False)
    """
    stamp = _STAMP.fullmatch(spelled.removeprefix(_DICTIONARY))
    return _named(spelled) is not None and (stamp is None or _is_zone(stamp[2]))


def _named(spelled: str) -> pa.DataType | None:
    if spelled.startswith(_DICTIONARY):
        inner = _named(spelled.removeprefix(_DICTIONARY))
        return pa.dictionary(pa.int32(), inner) if inner and not pa.types.is_dictionary(inner) else None
    if period := arrow_period(spelled):
        return period
    try:
        if decimal := _DECIMAL.fullmatch(spelled):
            return getattr(pa, f"decimal{decimal[1]}")(int(decimal[2]), int(decimal[3]))
        if stamp := _STAMP.fullmatch(spelled):
            return pa.timestamp(stamp[1], stamp[2])
        return pa.type_for_alias(spelled)
    except ValueError:
        return None


def _is_zone(spelled: str | None) -> bool:
    if not spelled or _OFFSET.fullmatch(spelled):
        return True
    try:
        ZoneInfo(spelled)
    except (KeyError, ValueError, OSError):  # no such zone, or a folder of them
        return False
    return True
