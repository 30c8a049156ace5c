"""What stands where in the store, and what may be trusted.

    private/STEP/FINGERPRINT/FILE           outputs, shared by all runs of a prefix
    private/STEP/FINGERPRINT/manifest.json  what vouches for them, written last
    private/runs/RUN/STEP[/NAME].json       which fingerprint this run used, and its figures
    private/runs/RUN/failed/STEP[/NAME].json  why a step of this run ended without outputs
    private/runs/RUN/owner.json             whose run it is: who signed this
    private/tables/TABLE/TRY.json           which twins of a table were judged, whatever became of their runs
    release/RUN/FILE                        what passed the gates

Manifests and records are signed, each for its place: what another key signed, or somebody changed, is no
basis of a twin. Names in them are plain, or the document is refused.

A pointer is *current* while the inputs that it records are what the run's other pointers offer now, so
what an earlier command left under the same run is never mistaken for this one's.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter

from tabtwin.lib.errors import InputError, IntegrityError
from tabtwin.lib.names import EXPECTED, Digest, Mark, MaybeName, PlainName, is_plain
from tabtwin.store import records
from tabtwin.store.signing import owner, seal
from tabtwin.store.store import ConflictError, MissingObjectError, Store

R = TypeVar("R", bound=BaseModel)
T = TypeVar("T")


class Frozen(BaseModel):
    """A value object: checked when built, never changed, and silent about values in its errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Ref(Frozen):
    """A file that a step reads: ``file`` of ``step``, of its task ``name`` where the step fans out, and of
    another ``run`` where one is named.
    """

    step: PlainName
    file: PlainName
    name: MaybeName = ""
    run: MaybeName = ""


class File(Frozen):
    """What a manifest vouches for: the SHA-256 (hex) and the size of a file."""

    sha256: Digest
    size: int


class Manifest(Frozen):
    """A finished output: its files, the figures that it found, and what made it."""

    step: PlainName
    fingerprint: Mark
    files: dict[PlainName, File]
    figures: dict[str, Any]
    settings: dict[str, Any]
    inputs: dict[str, str]
    versions: dict[str, str]


class Pointer(Frozen):
    """Which output a run used for one task, and the digests of what that was made from.

    Of uploaded files that the task read, ``uploads`` says where they stand: ``private/source/PLACE/``.
    """

    step: PlainName
    name: MaybeName
    fingerprint: Mark
    inputs: dict[str, Digest]
    uploads: tuple[PlainName, ...] = ()


class Failure(Frozen):
    """How a task of a run ended without outputs: its exit code and the one line that says why."""

    step: PlainName
    name: MaybeName
    code: int
    reason: str


class Owned(Frozen):
    """Whose run it is: the owner's of the key that signed this."""

    run: PlainName


def sha256(data: bytes) -> str:
    """The digest that manifests record."""
    return hashlib.sha256(data).hexdigest()


def canonical(value: object) -> bytes:
    """JSON with one spelling for each value, so that equal values have equal digests."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False, indent=1)
    return text.encode() + b"\n"


def output_key(step: str, fingerprint: str, file: str) -> str:
    """Where an output stands."""
    return f"private/{step}/{fingerprint}/{file}"


def pointer_key(run: str, step: str, name: str = "") -> str:
    """Where a run says which output it used."""
    return f"private/runs/{run}/{task(step, name)}.json"


def failure_key(run: str, step: str, name: str = "") -> str:
    """Where a run says why a task failed."""
    return f"private/runs/{run}/failed/{task(step, name)}.json"


def owner_key(run: str) -> str:
    """Where a run says whose it is."""
    return f"private/runs/{run}/owner.json"


def task(step: str, name: str = "") -> str:
    """A task of a run: ``screen``, or ``train/ctgan-1``."""
    return f"{step}/{name}" if name else step


def read_manifest(store: Store, step: str, fingerprint: str, *, verify: bool = True) -> Manifest:
    """The manifest of an output; ``verify`` its signature, unless the key that made it is elsewhere.

    Raises:
        MissingObjectError: if the output was never finished.
        IntegrityError: if the manifest is not one, or not signed with this key.
    """
    key = output_key(step, fingerprint, "manifest.json")
    manifest = records.read_signed(Manifest, store.get(key), key, verify=verify)
    if (manifest.step, manifest.fingerprint) != (step, fingerprint):
        raise IntegrityError(f"{key} is another output's manifest; run again to make this one")
    return manifest


def read_file(store: Store, manifest: Manifest, file: str) -> bytes:
    """A file of an output, checked against its manifest.

    Raises:
        IntegrityError: if the file is missing or not what the manifest vouches for.
    """
    key = output_key(manifest.step, manifest.fingerprint, file)
    if file not in manifest.files:
        raise IntegrityError(f"the manifest of {manifest.step} lists no {file}; run again to make it anew")
    try:
        data = store.get(key)
    except MissingObjectError:
        raise IntegrityError(
            f"{key} is gone, though its manifest stands; run again to make it anew"
        ) from None
    if sha256(data) != manifest.files[file].sha256:
        raise IntegrityError(f"{key} does not match its manifest; run again to make it anew")
    return data


def parse(kind: TypeAdapter[T], data: bytes, what: str) -> T:
    """A document of the store, checked as far as ``kind`` says; ``what`` names it.

    Raises:
        IntegrityError: if it is none such, as where a name in it is no plain one.
    """
    try:
        return kind.validate_json(data)
    except ValueError:
        raise IntegrityError(f"{what} is not as tabtwin writes it; run again to make it again") from None


def stands_whole(store: Store, manifest: Manifest) -> bool:
    """Whether every file of an output is still what its manifest vouches for."""
    try:
        for file in manifest.files:
            read_file(store, manifest, file)
    except IntegrityError:
        return False
    return True


def write_output(store: Store, manifest: Manifest, files: Mapping[str, bytes]) -> None:
    """Write the files of an output, then the manifest that vouches for them."""
    for file, data in files.items():
        store.put(output_key(manifest.step, manifest.fingerprint, file), data)
    manifest_key = output_key(manifest.step, manifest.fingerprint, "manifest.json")
    store.put(manifest_key, canonical(seal(manifest.model_dump(mode="json"), manifest_key)))


class Run:
    """One run's view of the store: which outputs its tasks have, and their files, verified.

    Args:
        store: The store.
        run: The run's name.
        views: Of the same store, by run.
        verify: Whether signatures are checked; not where the key that made them stays in a cluster.

    Raises:
        InputError: if the run's name is no plain one.
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
        # Shared, since a run may go on from many others, and each of those from those before it.
        self._views = {} if views is None else views
        self._views[run] = self

    def manifest(self, step: str, name: str = "") -> Manifest | None:
        """The output that this run used for a task, or ``None`` where it has no current one."""
        key = task(step, name)
        if key not in self._manifests:
            self._manifests[key] = self._resolve(step, name)
        return self._manifests[key]

    def digest(self, ref: Ref) -> str | None:
        """The digest of a file, as its manifest has it, or ``None`` where there is no such output."""
        manifest = self._view(ref).manifest(ref.step, ref.name)
        if manifest is None or ref.file not in manifest.files:
            return None
        return manifest.files[ref.file].sha256

    def read(self, ref: Ref) -> bytes:
        """A file's bytes.

        Raises:
            InputError: if the task has no current output in this run.
            IntegrityError: if the file is not what its manifest vouches for.
        """
        view = self._view(ref)
        manifest = view.manifest(ref.step, ref.name)
        if manifest is None:
            raise InputError(
                f"run {view.run} has no output of {task(ref.step, ref.name)}; run that step first"
            )
        return read_file(self.store, manifest, ref.file)

    def own(self) -> None:
        """Take the run's name, or see that it is this key's.

        Raises:
            IntegrityError: if it is another owner's.
        """
        key = owner_key(self.run)
        try:
            self.store.create(key, canonical(records.mark(Owned(run=self.run), key)))
        except ConflictError:
            records.read(Owned, self.store.get(key), key)

    def failures(self) -> list[Failure]:
        """Why tasks of this run failed, by task."""
        keys = self.store.list(f"private/runs/{self.run}/failed/")
        found = (self._record(Failure, key) for key in keys)
        return [failure for failure in found if failure is not None]

    def point(self, pointer: Pointer) -> None:
        """Record that this run uses an output, and forget an earlier failure of the task."""
        self._manifests.clear()
        self._write(pointer, pointer_key(self.run, pointer.step, pointer.name))
        self.store.delete(failure_key(self.run, pointer.step, pointer.name))

    def forget(self, step: str, name: str) -> None:
        """Remove what an earlier try left for a task, before it is done anew."""
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
        """The run that a file is of: this one, unless it names another."""
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


def spell_ref(ref: Ref) -> str:
    """``step:name:file``, and ``:run`` where it is another's, as manifests and pointers record inputs."""
    return ":".join([ref.step, ref.name, ref.file, *([ref.run] if ref.run else [])])


def parse_ref(text: str) -> Ref:
    """The inverse of :func:`spell_ref`.

    Raises:
        IntegrityError: if it is none.
    """
    try:
        step, name, file, *run = text.split(":")
        return Ref(step=step, name=name, file=file, run="".join(run))
    except ValueError:
        raise IntegrityError("a record of a run names an input that is none; run again") from None


def fingerprint(
    step: str, code: str, settings: Mapping[str, Any], inputs: Mapping[str, str], versions: Mapping[str, str]
) -> str:
    """What an output is called: a digest of all that decides its bytes, and whose it is.

    So owners of several keys, who cannot trust each other's outputs, do not write over them either.
    """
    parts: Iterable[object] = [step, code, dict(settings), dict(inputs), dict(versions), owner(step)]
    return sha256(canonical(list(parts)))[:24]
