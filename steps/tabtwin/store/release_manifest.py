"""What a release's ``manifest.json`` says: which files were published together, and the twin's rows.

Nobody signs it: it shows that a release was damaged, mixed up or edited, unless it was written anew as well.
"""

from __future__ import annotations

from pydantic import Field

from tabtwin import __version__
from tabtwin.lib.names import PlainName
from tabtwin.store.artifacts import File, Frozen, Manifest, canonical

LISTING = "manifest.json"
CSV, PARQUET = "synthetic.csv", "synthetic.parquet"
"""The twin itself, twice."""
SCHEMA = "schema.json"
COPIED = ("report.html", "metrics.json")
"""What a release has from the report as it is."""
RELEASED = {CSV, PARQUET, SCHEMA, *COPIED}
"""All that is published but the listing; nothing else leaves under a release's name."""


class Listing(Frozen):
    """A release: the version that wrote it, the rows of its twin, and its files by name, itself left out.

    ``owner`` is a mark that only the key's owner can make, who alone may replace or withdraw the release.
    """

    tabtwin: str = __version__
    rows: int = Field(ge=0)
    files: dict[PlainName, File]
    owner: str = ""


def write_listing(manifest: Manifest, owner: str, *, without: str) -> bytes:
    """The listing of what the release step made, less its file ``without``, which is not published."""
    files = {name: entry for name, entry in manifest.files.items() if name != without}
    return canonical(Listing(rows=manifest.figures["rows"], files=files, owner=owner).model_dump())
