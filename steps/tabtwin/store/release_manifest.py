"""Write a release's ``manifest.json``: which files were published together, and the twin's rows.

It is not signed: it shows that a release was damaged, mixed up or edited, unless it was rewritten as well.
"""

from __future__ import annotations

from pydantic import Field

from tabtwin import __version__
from tabtwin.lib.names import PlainName
from tabtwin.store.artifacts import File, Frozen, Manifest, canonical

LISTING = "manifest.json"
CSV, PARQUET = "synthetic.csv", "synthetic.parquet"
"""The twin itself, in both formats."""
SCHEMA = "schema.json"
COPIED = ("report.html", "metrics.json")
"""Files that a release takes from the report as they are."""
RELEASED = {CSV, PARQUET, SCHEMA, *COPIED}
"""Everything that is published except the listing; nothing else is published under a release's name."""


class Listing(Frozen):
    """A release: the version that wrote it, the rows of its twin, and its files by name, except itself.

    ``owner`` is a mark that only the owner of the key can make, and only they may replace or withdraw it.
    """

    tabtwin: str = __version__
    rows: int = Field(ge=0)
    files: dict[PlainName, File]
    owner: str = ""


def write_listing(manifest: Manifest, owner: str, *, without: str) -> bytes:
    """Return the listing of the release step's files, except ``without``, which is not published."""
    files = {name: entry for name, entry in manifest.files.items() if name != without}
    listing = Listing.model_validate({"rows": manifest.figures["rows"], "files": files, "owner": owner})
    return canonical(listing.model_dump())
