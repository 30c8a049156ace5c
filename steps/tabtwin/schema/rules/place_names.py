"""Find pairs of columns that are named after the latitude and the longitude of one place."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORD = re.compile(r"[^\W\d_]+|[0-9]+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LATITUDE = {
    *("lat", "latitude", "latitud", "latitudine", "breite", "breitengrad", "breedtegraad", "szerokosc"),
    *("szerokość", "bredd", "breddgrad", "широта", "纬度", "緯度", "위도"),
}
_LONGITUDE = {
    *("lon", "long", "lng", "longitude", "longitud", "longitudine", "länge", "laenge", "längengrad"),
    *("laengengrad", "lengtegraad", "dlugosc", "długość", "längd", "longitudgrad", "долгота", "经度"),
    *("経度", "경도"),
}
_NORTHING = {"northing", "northings", "ycoord", "coordy", "hochwert"}
_EASTING = {"easting", "eastings", "xcoord", "coordx", "rechtswert"}
_AXES = {
    **dict.fromkeys(_LATITUDE, "latitude"),
    **dict.fromkeys(_LONGITUDE, "longitude"),
    **dict.fromkeys(_NORTHING, "northing"),
    **dict.fromkeys(_EASTING, "easting"),
}
_PARTNERS = {"latitude": "longitude", "northing": "easting"}


def place_names(names: Iterable[str]) -> list[tuple[str, str, bool]]:
    """Return pairs of a latitude and a longitude, or a northing and an easting, and whether they are in
    degrees.

    >>> place_names(["pickup_lat", "dropoff_lon", "pickup_lon", "Northing", "Easting"])
    [('pickup_lat', 'pickup_lon', True), ('Northing', 'Easting', False)]
    """
    known: dict[tuple[str, tuple[str, ...]], str] = {}
    for name in names:
        axis, rest = _axis(name)
        if axis:
            known.setdefault((axis, rest), name)
    return [
        (name, known[partner, rest], axis == "latitude")
        for (axis, rest), name in known.items()
        if (partner := _PARTNERS.get(axis, "")) and (partner, rest) in known
    ]


def _axis(name: str) -> tuple[str, tuple[str, ...]]:
    """Return which axis a column is named after, and the rest of its name."""
    words = [word.lower() for word in _WORD.findall(_HUMP.sub(" ", name))]
    if sorted(words[-2:]) in (["coord", "x"], ["coord", "y"]):
        words[-2:] = [f"{min(words[-2:], key=len)}coord"]
    found = [word for word in words if word in _AXES]
    if len(found) != 1:
        return "", ()
    return _AXES[found[0]], tuple(word for word in words if word != found[0])
