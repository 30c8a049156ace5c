"""What a release's ``manifest.json`` says: which files were published together, and the twin's rows.

Nobody signs it: it shows that a release was damaged, mixed up or edited, unless it was written anew as well.
"""

from __future__ import annotations

from pydantic import Field

from tabtwin import __version__
from tabtwin.lib.contract import File, Frozen, Manifest, canonical

LISTING = "manifest.json"
CSV, PARQUET = "synthetic.csv", "synthetic.parquet"
"""The twin itself, twice."""


class Listing(Frozen):
    """A release: the version that wrote it, the rows of its twin, and its files by name, itself left out."""

    tabtwin: str = __version__
    rows: int = Field(ge=0)
    files: dict[str, File]


def write_listing(manifest: Manifest, *, without: str) -> bytes:
    """The listing of what the release step made, less its file ``without``, which is not published."""
    files = {name: entry for name, entry in manifest.files.items() if name != without}
    return canonical(Listing(rows=manifest.figures["rows"], files=files).model_dump())
