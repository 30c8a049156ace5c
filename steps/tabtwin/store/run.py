"""Read and write one run's part of the store.

A pointer is *current* while the inputs that it records are those that the run's other pointers offer now, so
that what an earlier command left under the same run is never mistaken for this one's.
"""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel

from tabtwin.lib.errors import InputError
from tabtwin.lib.names import EXPECTED, is_plain
from tabtwin.store import records
from tabtwin.store.artifacts import (
    Failure,
    Manifest,
    Owned,
    Pointer,
    Ref,
    canonical,
    failure_key,
    owner_key,
    parse_ref,
    pointer_key,
    read_file,
    read_manifest,
    task,
)
from tabtwin.store.store import ConflictError, MissingObjectError, Store

R = TypeVar("R", bound=BaseModel)


class Run:
    """One run's view of the store: which outputs its tasks have, and their files, verified.

    Args:
        store: The store.
        run: The run's name.
        views: Views of the same store, by run.
        verify: Whether signatures are checked; false if the key that made them stays in a cluster.

    Raises:
        InputError: if the run's name is not plain.
    """

    def __init__(
        self, store: Store, run: str, views: dict[str, Run] | None = None, *, verify: bool = True
    ) -> None:
        if not is_plain(run):
            raise InputError(f"--run: {EXPECTED}")
        self.store = store
        self.run = run
        self.verify = verify
        self._manifests: dict[str, Manifest | None] = {}
        # Shared, since a run may continue many others, each of which continues those before it.
        self._views = {} if views is None else views
        self._views[run] = self

    def manifest(self, step: str, name: str = "") -> Manifest | None:
        """Return the output that this run used for a task, or ``None`` if it has no current one."""
        key = task(step, name)
        if key not in self._manifests:
            self._manifests[key] = self._resolve(step, name)
        return self._manifests[key]

    def digest(self, ref: Ref) -> str | None:
        """Return the digest of a file from its manifest, or ``None`` if there is no such output."""
        manifest = self._view(ref).manifest(ref.step, ref.name)
        if manifest is None or ref.file not in manifest.files:
            return None
        return manifest.files[ref.file].sha256

    def read(self, ref: Ref) -> bytes:
        """Return a file's bytes.

        Raises:
            InputError: if the task has no current output in this run.
            IntegrityError: if the file does not match its manifest.
        """
        view = self._view(ref)
        manifest = view.manifest(ref.step, ref.name)
        if manifest is None:
            raise InputError(
                f"run {view.run} has no output of {task(ref.step, ref.name)}; run that step first"
            )
        return read_file(self.store, manifest, ref.file)

    def own(self) -> None:
        """Claim the run's name, or check that this key owns it.

        Raises:
            IntegrityError: if another key owns it.
        """
        key = owner_key(self.run)
        try:
            records.read(Owned, self.store.get(key), key)  # every task but the first finds it
        except MissingObjectError:
            try:
                self.store.create(key, canonical(records.mark(Owned(run=self.run), key)))
            except ConflictError:
                records.read(Owned, self.store.get(key), key)

    def failures(self) -> list[Failure]:
        """Return why tasks of this run failed, by task."""
        keys = self.store.list(f"private/runs/{self.run}/failed/")
        found = (self._record(Failure, key) for key in keys)
        return [failure for failure in found if failure is not None]

    def point(self, pointer: Pointer) -> None:
        """Record that this run uses an output, and forget an earlier failure of the task."""
        self._manifests.clear()
        self._write(pointer, pointer_key(self.run, pointer.step, pointer.name))
        self.store.delete(failure_key(self.run, pointer.step, pointer.name))

    def forget(self, step: str, name: str) -> None:
        """Remove what an earlier try left for a task, before it is repeated."""
        self._manifests.clear()
        self.store.delete(pointer_key(self.run, step, name))
        self.store.delete(failure_key(self.run, step, name))

    def fail(self, failure: Failure) -> None:
        """Record why a task ended without outputs."""
        self._write(failure, failure_key(self.run, failure.step, failure.name))

    def _write(self, record: BaseModel, key: str) -> None:
        self.store.put(key, canonical(records.mark(record, key)))

    def _record(self, kind: type[R], key: str) -> R | None:
        return records.read(kind, self.store.get(key), key, verify=self.verify)

    def _view(self, ref: Ref) -> Run:
        """Return the run that a file belongs to: this one, unless the reference names another."""
        name = ref.run or self.run
        if name not in self._views:
            Run(self.store, name, self._views, verify=self.verify)
        return self._views[name]

    def _resolve(self, step: str, name: str) -> Manifest | None:
        try:
            pointer = self._record(Pointer, pointer_key(self.run, step, name))
            if pointer is None or not self._is_current(pointer):
                return None
            return read_manifest(self.store, step, pointer.fingerprint, verify=self.verify)
        except MissingObjectError:
            return None

    def _is_current(self, pointer: Pointer) -> bool:
        return all(self.digest(parse_ref(ref)) == digest for ref, digest in pointer.inputs.items())
