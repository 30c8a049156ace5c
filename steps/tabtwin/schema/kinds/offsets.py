"""Learn and write the offsets of times from UTC where a column has several: a zone's, or by shares.

What is learned of such a time is what a clock on the wall shows. Its offset follows: from the zone whose
summer time fits all cells, or drawn by how often k subjects have it, in the month if it depends on that.
"""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd

from tabtwin.schema.column import Column
from tabtwin.schema.kinds.drawing import drawn, rounded
from tabtwin.schema.kinds.witnesses import Witnesses
from tabtwin.schema.spelling import date_formats

_ZONES = (
    "Europe/Berlin", "Europe/London", "America/New_York", "America/Chicago", "America/Denver",
    "America/Los_Angeles", "Europe/Athens", "Europe/Lisbon", "Europe/Moscow", "Europe/Istanbul",
    "America/Halifax", "America/St_Johns", "America/Anchorage", "America/Sao_Paulo", "America/Santiago",
    "America/Mexico_City", "America/Havana", "America/Asuncion", "Australia/Sydney", "Australia/Adelaide",
    "Pacific/Auckland", "Asia/Jerusalem", "Asia/Tehran", "Asia/Beirut", "Africa/Cairo",
)  # fmt: skip
"""Zones with summer time, one of each rule."""
_NUMBER = re.compile(r"(?:UTC|GMT)?([+-])([0-9]{1,2}):?([0-9]{2})?")
_PLACE = re.compile(r"(?<=.) ?[\[(].*")
"""What may stand after an offset: [Europe/Paris]."""
_SEASONAL = 0.25
"""How far a month's shares must be from those of the year, in total variation, to be a season's."""
_YEAR = 12


def learn(column: Column, witnesses: Witnesses) -> dict[str, object]:
    """Return the fields of a column on its offsets, of those that k subjects have.

    Where no offset has k, the format has none.
    """
    texts = witnesses.cells.values
    held = date_formats.offsets_in(texts, column.format)
    places, found = pd.factorize(held)
    kept = [at for at in range(len(found)) if witnesses.vouch(places == at)]
    if not kept:
        bare = re.sub(" ?%z", "", column.format)
        return {"format": bare, "offsets": (), "offset_shares": (), "zone": ""}
    stamps = date_formats.parse(texts, column.format, column.months)
    names = tuple(str(found[at]) for at in kept)
    zone = _zone(stamps, held, names, witnesses)
    shares = () if zone else _shares(stamps, places, kept, witnesses)
    return {"offsets": names, "offset_shares": shares, "zone": zone}


def written(texts: np.ndarray, stamps: np.ndarray, column: Column) -> np.ndarray:
    """Return texts with an offset in its place (rows,), object; ``None`` stays.

    Args:
        texts: Times (rows,), object, with ``%z`` where an offset belongs.
        stamps: The times, datetime64 (rows,).
        column: The column.
    """
    there = ~np.isnat(stamps)
    own = np.full(len(texts), None, dtype=object)
    chosen = _by_zone(stamps[there], column) if column.zone else _by_share(stamps, there, column)
    pairs = zip(texts[there].tolist(), chosen.tolist(), strict=True)
    own[there] = [text.replace("%z", offset) for text, offset in pairs]
    return own


def _shares(
    stamps: np.ndarray, places: np.ndarray, kept: list[int], witnesses: Witnesses
) -> tuple[tuple[float, ...], ...]:
    """Return how often each offset occurs: in all, or in each month if they differ much."""
    months = stamps.astype("datetime64[M]").astype("int64") % _YEAR
    ours = witnesses.codes
    counts = np.array(
        [[((places[ours] == at) & (months[ours] == month)).sum() for at in kept] for month in range(_YEAR)]
    )
    for month in range(_YEAR):
        for number, at in enumerate(kept):
            if not witnesses.vouch((places == at) & (months == month)):
                counts[month, number] = 0
    year = np.bincount(places[ours], minlength=max(kept) + 1)[kept]
    overall = rounded(year, witnesses.k)
    by_month = [rounded(row, witnesses.k) if row.sum() else overall for row in counts]
    apart = max(np.abs(np.array(row) - overall).sum() / 2 for row in by_month)
    return tuple(map(tuple, by_month)) if apart > _SEASONAL else (tuple(overall),)


def _by_share(stamps: np.ndarray, there: np.ndarray, column: Column) -> np.ndarray:
    rows = np.flatnonzero(there)
    names, found = np.array(column.offsets, dtype=object), np.full(len(rows), "", dtype=object)
    months = stamps[there].astype("datetime64[M]").astype("int64") % len(column.offset_shares)
    for month, shares in enumerate(column.offset_shares):
        some = months == month
        whole = np.array(shares) / sum(shares)
        found[some] = names[np.minimum(drawn(whole.tolist(), rows[some], column.name), len(names) - 1)]
    return found


def _zone(stamps: np.ndarray, held: np.ndarray, names: tuple[str, ...], witnesses: Witnesses) -> str:
    """Return a zone by whose rules all times but those of fewer than k subjects have their offset."""
    if len(names) < 2:
        return ""
    fits = np.fromiter((text is not None for text in held), bool, len(held)) & ~np.isnat(stamps)
    wanted = np.array(["" if text is None else _minutes(text) for text in held], dtype=object)
    some = np.flatnonzero(fits)
    look = some[:: max(len(some) // 50, 1)]
    for zone in _ZONES:
        if not _agrees(stamps[look], wanted[look], zone).mean() >= 0.9:
            continue
        odd = ~fits
        odd[some] = ~_agrees(stamps[some], wanted[some], zone)
        if not witnesses.vouch(odd):
            return zone
    return ""


def _agrees(stamps: np.ndarray, wanted: np.ndarray, zone: str) -> np.ndarray:
    """Return whether times have a zone's offset, or one of both in the hour that comes twice, bool (n,)."""
    either = [_offsets(stamps, zone, summer) for summer in (True, False)]
    fits = [(found == wanted) | (names == wanted) for found, names in either]
    return np.asarray(fits[0] | fits[1], bool)


def _by_zone(stamps: np.ndarray, column: Column) -> np.ndarray:
    """Return the spelling of each time's offset in the column's zone."""
    codes, distinct = pd.factorize(stamps)
    minutes, names = _offsets(np.asarray(distinct), column.zone, True)
    spelled = {_minutes(text): text for text in column.offsets}
    found = [
        spelled.get(minute, spelled.get(name, column.offsets[0]))
        for minute, name in zip(minutes, names, strict=True)
    ]
    return np.asarray(np.array(found, dtype=object)[codes])


def _offsets(stamps: np.ndarray, zone: str, summer: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return the minutes from UTC of times in a zone, and the name of each one's time: object (n,) each."""
    nothing = np.full(len(stamps), None, dtype=object)
    try:
        known = ZoneInfo(zone)
        local = pd.DatetimeIndex(stamps.astype("datetime64[s]"))
        at = local.tz_localize(known, ambiguous=np.full(len(local), summer), nonexistent="shift_forward")
    except (ZoneInfoNotFoundError, OverflowError, pd.errors.OutOfBoundsDatetime):
        return nothing, nothing
    shown = at.tz_localize(None)
    minutes = (shown - at.tz_convert("UTC").tz_localize(None)).total_seconds() // 60
    codes, distinct = pd.factorize(np.asarray(minutes))
    names = np.array([""] * len(distinct), dtype=object)
    for place in range(len(distinct)):
        names[place] = at[int((codes == place).argmax())].tzname()
    return distinct.astype(int).astype(object)[codes], names[codes]


def _minutes(offset: str) -> int | str:
    """Return an offset's minutes, or its name if it has one."""
    bare = _PLACE.sub("", offset).strip("()")
    found = _NUMBER.fullmatch(bare)
    if found is None:
        return 0 if bare in ("Z", "z", "UTC") else bare
    minutes = int(found[2]) * 60 + int(found[3] or 0)
    return -minutes if found[1] == "-" else minutes
