"""Read the files of an output a range at a time, checked against the output's manifest."""

from __future__ import annotations

from functools import cached_property

from tabtwin.lib.blob import Blob
from tabtwin.store.artifacts import Manifest, gone, listed, output_key, unlike
from tabtwin.store.store import MissingObjectError, Store


class Vouched(Blob):
    """A file of an output, which is checked against its manifest before its first byte is read.

    Its size and its digest are the manifest's; nothing is opened for them.

    Args:
        store: The store of the output.
        manifest: The output's manifest.
        file: A file that it lists.

    Raises:
        IntegrityError: when it is read, if the file is missing or does not match its manifest.
    """

    def __init__(self, store: Store, manifest: Manifest, file: str) -> None:
        self._store = store
        self._key = output_key(manifest.step, manifest.fingerprint, file)
        self._entry = listed(manifest, file)

    @property
    def size(self) -> int:
        """See :class:`Blob`."""
        return self._entry.size

    @cached_property
    def sha256(self) -> str:
        """Return the digest (hex) that the manifest vouches for."""
        return self._entry.sha256

    def read_at(self, start: int, count: int) -> bytes:
        """See :class:`Blob`."""
        return self._checked.read_at(start, count)

    @cached_property
    def _checked(self) -> Blob:
        try:
            found = self._store.open(self._key)
        except MissingObjectError:
            raise gone(self._key) from None
        if found.sha256 != self._entry.sha256:
            raise unlike(self._key)
        return found
