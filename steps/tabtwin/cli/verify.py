"""``tabtwin verify``: check a release against its manifest, from its folder alone."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tabtwin.lib import command_line
from tabtwin.lib.errors import InputError, IntegrityError
from tabtwin.store.artifacts import File, sha256
from tabtwin.store.release_manifest import CSV, LISTING, PARQUET, Listing

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
    found = {path.name for path in root.iterdir()} - {LISTING}
    for name, entry in sorted(listing.files.items()):
        if name not in found or not (root / name).is_file():
            raise _differs(root, name, "a file", "none")
        _check(root, name, entry, listing.rows)
    if added := sorted(found - listing.files.keys()):
        raise IntegrityError(
            f"{root}: expected only the files of {LISTING}, found also {added[0]!r}; remove it, or {REMEDY}"
        )
    return listing


def _read(path: Path) -> Listing:
    try:
        listing = Listing.model_validate_json(path.read_bytes())
    except ValueError:
        raise IntegrityError(
            f"{path}: expected a release's manifest, found something else; {REMEDY}"
        ) from None
    if unlisted := {CSV, PARQUET} - listing.files.keys():
        raise IntegrityError(f"{path}: expected {min(unlisted)} among its files, found none; {REMEDY}")
    return listing


def _check(root: Path, name: str, entry: File, rows: int) -> None:
    data = (root / name).read_bytes()
    if len(data) != entry.size:
        raise _differs(root, name, f"{entry.size} bytes", str(len(data)))
    if sha256(data) != entry.sha256:
        raise _differs(root, name, f"the bytes of {LISTING}", "others of the same number")
    if name in {CSV, PARQUET}:
        counted = _csv_rows(data) if name == CSV else _parquet_rows(data)
        if counted != rows:
            raise _differs(root, name, f"{rows} rows", "another number" if counted is None else str(counted))


def _csv_rows(data: bytes) -> int:
    """Count the records after the header, by any delimiter; a line end within quotes does not end one."""
    outside = data.split(b'"')[::2]
    return sum(part.count(b"\n") for part in outside) - 1


def _parquet_rows(data: bytes) -> int | None:
    try:
        return int(pq.read_metadata(io.BytesIO(data)).num_rows)
    except pa.ArrowException:
        return None


def _differs(root: Path, name: str, expected: str, found: str) -> IntegrityError:
    return IntegrityError(f"{root}: {name!r}: expected {expected}, found {found}; {REMEDY}")
