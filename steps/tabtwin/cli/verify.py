"""``tabtwin verify``: check a release against its manifest, from its folder alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tabtwin.lib import command_line
from tabtwin.lib.blob import Blob, open_path
from tabtwin.lib.errors import InputError, IntegrityError
from tabtwin.store.artifacts import File
from tabtwin.store.release_manifest import CSV, FOLDER, LISTING, Listing, is_part, parquet_names, twin_names

REMEDY = "copy the release again from where it was made"


def main(arguments: Sequence[str]) -> int:
    """Verify a release, or all in an output folder, and print one line for each.

    Raises:
        InputError: if there is none.
        IntegrityError: with the first file that differs from what was published.
    """
    parser = command_line.Parser(prog="tabtwin verify", description="Check a release against its manifest.")
    parser.add_argument("DIR", help="the folder 'release' that a run wrote, a copy of it, or the run's --out")
    for root in find_releases(Path(parser.parse_args(arguments).DIR)):
        listing = verify_release(root)
        print(f"{root}: {len(listing.files)} files and {listing.rows} rows, as {LISTING} says")  # noqa: T201 - the command's answer
    return 0


def find_releases(folder: Path) -> list[Path]:
    """Return ``folder`` if it is a release, otherwise the releases in it.

    Raises:
        InputError: if there is neither.
    """
    if (folder / LISTING).is_file():
        return [folder]
    later = sorted(folder.glob("release-*"), key=lambda path: (len(path.name), path.name))
    found_here = [root for root in (folder / "release", *later) if (root / LISTING).is_file()]
    if found_here:
        return found_here
    found = "a folder without one" if folder.is_dir() else "a file" if folder.exists() else "nothing"
    raise InputError(
        f"expected a release with its {LISTING} at {folder}, found {found}; "
        "name the folder that a run wrote, or run again if a gate refused or an older tabtwin made it"
    )


def verify_release(root: Path) -> Listing:
    """Compare a release with its manifest, and return the manifest.

    Raises:
        IntegrityError: if the manifest is damaged, a file is missing, changed or added, or the number of rows
            differs.
    """
    listing = _read(root / LISTING)
    found = {path.relative_to(root).as_posix() for path in root.rglob("*")} - {LISTING}
    found -= {FOLDER} if any(map(is_part, listing.files)) else set()
    for name, entry in sorted(listing.files.items()):
        if name not in found or not (root / name).is_file():
            raise _differs(root, name, "a file", "none")
        _check(root, name, entry)
    if added := sorted(found - listing.files.keys()):
        raise IntegrityError(
            f"{root}: expected only the files of {LISTING}, found also {added[0]!r}; remove it, or {REMEDY}"
        )
    _check_rows(root, listing)
    return listing


def _read(path: Path) -> Listing:
    try:
        listing = Listing.model_validate_json(path.read_bytes())
    except ValueError:
        raise IntegrityError(
            f"{path}: expected a release's manifest, found something else; {REMEDY}"
        ) from None
    if unlisted := twin_names(listing.files, listing.rows) - listing.files.keys():
        raise IntegrityError(f"{path}: expected {min(unlisted)} among its files, found none; {REMEDY}")
    return listing


def _check(root: Path, name: str, entry: File) -> None:
    blob = open_path(root / name)
    if blob.size != entry.size:
        raise _differs(root, name, f"{entry.size} bytes", str(blob.size))
    if blob.sha256 != entry.sha256:
        raise _differs(root, name, f"the bytes of {LISTING}", "others of the same number")


def _check_rows(root: Path, listing: Listing) -> None:
    """Count the rows of the twin in each format.

    Raises:
        IntegrityError: if they are not as many as the manifest says.
    """
    if CSV in listing.files:
        _compare(root, CSV, listing.rows, _csv_rows(open_path(root / CSV)))
    counted = 0
    parts = parquet_names(listing.files)
    for name in parts:
        rows = _parquet_rows(root / name)
        if rows is None:
            raise _differs(root, name, "rows in Parquet", "something else")
        counted += rows
    _compare(root, parts[0] if len(parts) == 1 else FOLDER, listing.rows, counted)


def _compare(root: Path, name: str, expected: int, found: int) -> None:
    if found != expected:
        raise _differs(root, name, f"{expected} rows", str(found))


def _csv_rows(data: Blob) -> int:
    """Count the records after the header, by any delimiter; a line end within quotes does not end one."""
    lines, quotes = 0, 0
    for part in data.parts():
        pieces = part.split(b'"')
        lines += sum(piece.count(b"\n") for piece in pieces[quotes % 2 :: 2])
        quotes += len(pieces) - 1
    return lines - 1


def _parquet_rows(path: Path) -> int | None:
    try:
        return int(pq.read_metadata(path).num_rows)
    except pa.ArrowException:
        return None


def _differs(root: Path, name: str, expected: str, found: str) -> IntegrityError:
    return IntegrityError(f"{root}: {name!r}: expected {expected}, found {found}; {REMEDY}")
