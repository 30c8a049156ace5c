"""List the objects of a store's folder by the spelling of its files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime

from tabtwin.store.directory.folders import names_in, walked
from tabtwin.store.directory.spelling import CUT, FOLDER, read_segment, spell_folders
from tabtwin.store.store import Entry


def objects(root: int, prefix: str) -> Iterator[Entry]:
    """Yield all objects whose keys begin with ``prefix``, in no order."""
    *segments, _ = prefix.split("/")
    waiting: list[tuple[list[str], list[str], list[str]]] = [(spell_folders(segments), segments, [])]
    while waiting:
        names, segments, cuts = waiting.pop()
        with suppress(FileNotFoundError), walked(root, names) as folder:
            folders, files = names_in(folder)
            for name in folders:
                if name.endswith(CUT):
                    waiting.append(([*names, name], segments, [*cuts, name]))
                elif name.endswith(FOLDER):
                    segment = read_segment(cuts, name.removesuffix(FOLDER))
                    if segment is not None and _leads_to("/".join([*segments, segment, ""]), prefix):
                        waiting.append(([*names, name], [*segments, segment], []))
            for name in files:
                segment = read_segment(cuts, name)
                key = "/".join([*segments, segment or ""])
                if segment is not None and key.startswith(prefix):
                    with suppress(FileNotFoundError):  # removed in the meantime
                        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
                        yield Entry(key, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))


def _leads_to(folder: str, prefix: str) -> bool:
    """Return whether keys in a folder may begin with ``prefix``."""
    return folder.startswith(prefix[: len(folder)])
