"""Name the files of a release, and write its ``manifest.json``: what was published together, and its rows.

The twin is one file in each format, or, if it was made in parts, a folder of Parquet files:

    synthetic.csv, synthetic.parquet       a twin of one part
    synthetic/part-00001.parquet, ...      one of several, in their order; and synthetic.csv if it is small

The manifest is not signed: it shows that a release was damaged, mixed up or edited, unless it was rewritten
as well.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from tabtwin import __version__
from tabtwin.lib.errors import IntegrityError
from tabtwin.lib.names import EXPECTED, is_plain
from tabtwin.store.artifacts import File, Frozen, Manifest, canonical

LISTING = "manifest.json"
CSV, PARQUET = "synthetic.csv", "synthetic.parquet"
"""The twin itself, in both formats."""
FOLDER = "synthetic"
"""The folder of a twin's parts."""
CSV_ROWS = 1_000_000
"""The most rows of a twin of several parts that are also released as one CSV."""
SCHEMA = "schema.json"
COPIED = ("report.html", "metrics.json")
"""Files that a release takes from the report as they are."""
_PART = re.compile(r"part-[0-9]{5,9}\.parquet")


def part_file(number: int) -> str:
    """Return the name of a part's file, counted from 1, where the release step keeps it.

    >>> part_file(12)
    'part-00012.parquet'
    """
    return f"part-{number:05}.parquet"


def released_name(file: str) -> str:
    """Return the name that a file of the release step has in the release.

    >>> released_name("part-00012.parquet"), released_name("report.html")
    ('synthetic/part-00012.parquet', 'report.html')
    """
    return f"{FOLDER}/{file}" if _PART.fullmatch(file) else file


def is_part(name: str) -> bool:
    """Return whether a name in a release is that of a part of the twin."""
    folder, _, file = name.partition("/")
    return folder == FOLDER and _PART.fullmatch(file) is not None


def is_released_name(name: str) -> bool:
    """Return whether a file of a release may have this name: a plain one, or a part's in its folder."""
    return is_plain(name) or is_part(name)


def parquet_names(names: Collection[str]) -> list[str]:
    """Return which names of a release are those of the twin's rows in Parquet, in their order."""
    return [PARQUET] if PARQUET in names else sorted(filter(is_part, names), key=_number)


def twin_names(names: Collection[str], rows: int) -> set[str]:
    """Return the names that the twin's files must have in a release.

    Args:
        names: Those that there are: of the parts, there must be as many as there are, without a gap.
        rows: The rows of the twin.
    """
    parts = sum(map(is_part, names))
    if not parts:
        return {CSV, PARQUET}
    whole = {CSV} if rows <= CSV_ROWS else set()
    return whole | {released_name(part_file(number)) for number in range(1, parts + 1)}


def _number(part: str) -> int:
    return int(part.rpartition("-")[2].partition(".")[0])


def _checked(name: str) -> str:
    if not is_released_name(name):
        raise PydanticCustomError("released_name", EXPECTED)
    return name


ReleasedName = Annotated[str, AfterValidator(_checked)]
"""A name of a file of a release; none leads out of its folder."""


class Listing(Frozen):
    """A release: the version that wrote it, the rows of its twin, and its files by name, except itself.

    ``owner`` is a mark that only the owner of the key can make, and only they may replace or withdraw it.
    """

    tabtwin: str = __version__
    rows: int = Field(ge=0)
    files: dict[ReleasedName, File]
    owner: str = ""


def released_rows(manifest: Manifest) -> int:
    """Return the twin's rows, by the release step's manifest.

    Raises:
        IntegrityError: if it has no number of rows.
    """
    rows = manifest.figures.get("rows")
    if not isinstance(rows, int):
        raise IntegrityError(
            "expected the number of rows in the manifest of a release, found none; run again"
        )
    return rows


def write_listing(manifest: Manifest, owner: str, *, without: str) -> bytes:
    """Return the listing of the release step's files, except ``without``, which is not published."""
    files = {released_name(name): entry for name, entry in manifest.files.items() if name != without}
    listing = Listing.model_validate({"rows": released_rows(manifest), "files": files, "owner": owner})
    return canonical(listing.model_dump())
