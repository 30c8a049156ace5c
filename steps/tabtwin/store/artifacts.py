"""Define the layout of the store, and check which of its documents can be trusted.

    private/STEP/FINGERPRINT/FILE           outputs, shared by all runs of a prefix
    private/STEP/FINGERPRINT/manifest.json  their manifest, written last
    private/runs/RUN/STEP[/NAME].json       the fingerprint that this run used
    private/runs/RUN/failed/STEP[/NAME].json  why a step of this run ended without outputs
    private/runs/RUN/owner.json             the run's owner: the key that signed this
    private/tables/TABLE/TRY.json           a twin of a table that was judged; outlives its run
    release/RUN/FILE                        what passed the gates

Manifests and records are signed, each for its place: a document that another key signed, or that was changed,
is refused. So is one with names that are not plain.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, JsonValue, TypeAdapter

from tabtwin.lib.blob import Blob
from tabtwin.lib.errors import IntegrityError
from tabtwin.lib.names import Digest, Mark, MaybeName, PlainName
from tabtwin.store import records
from tabtwin.store.signing import owner, seal
from tabtwin.store.store import MissingObjectError, Store

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
    """A file as its manifest has it: the SHA-256 (hex) and the size."""

    sha256: Digest
    size: int


class Manifest(Frozen):
    """A finished output: its files, its figures, and what it was made from."""

    step: PlainName
    fingerprint: Mark
    files: dict[PlainName, File]
    figures: dict[str, JsonValue]
    settings: dict[str, JsonValue]
    inputs: dict[str, str]
    versions: dict[str, str]


class Pointer(Frozen):
    """The output that a run used for one task, and the digests of its inputs.

    ``uploads`` are the places of uploaded files that the task read: ``private/source/PLACE/``.
    """

    step: PlainName
    name: MaybeName
    fingerprint: Mark
    inputs: dict[str, Digest]
    uploads: tuple[PlainName, ...] = ()


class Failure(Frozen):
    """The end of a task without outputs: its exit code and the one line that says why."""

    step: PlainName
    name: MaybeName
    code: int
    reason: str


class Owned(Frozen):
    """A claim of a run's name, by the owner of the key that signed it."""

    run: PlainName


def sha256(data: bytes | Blob) -> str:
    """Return the digest that manifests record."""
    return data.sha256 if isinstance(data, Blob) else hashlib.sha256(data).hexdigest()


def as_entry(data: bytes) -> File:
    """Return a file as manifests record it."""
    return File(sha256=sha256(data), size=len(data))


def canonical(value: object) -> bytes:
    """Return JSON with one spelling for each value, so that equal values have equal digests.

    >>> canonical({"b": 1, "a": 2}) == canonical({"a": 2, "b": 1})
    True
    """
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False, indent=1)
    return text.encode() + b"\n"


def output_key(step: str, fingerprint: str, file: str) -> str:
    """Return the key of an output's file."""
    return f"private/{step}/{fingerprint}/{file}"


def pointer_key(run: str, step: str, name: str = "") -> str:
    """Return the key of a run's pointer to an output."""
    return f"private/runs/{run}/{task(step, name)}.json"


def failure_key(run: str, step: str, name: str = "") -> str:
    """Return the key of the record of a task's failure."""
    return f"private/runs/{run}/failed/{task(step, name)}.json"


def owner_key(run: str) -> str:
    """Return the key of the record of a run's owner."""
    return f"private/runs/{run}/owner.json"


def task(step: str, name: str = "") -> str:
    """Return the name of a task of a run.

    >>> task("train", "ctgan-1")
    'train/ctgan-1'
    """
    return f"{step}/{name}" if name else step


def read_manifest(store: Store, step: str, fingerprint: str, *, verify: bool = True) -> Manifest:
    """Return the manifest of an output; ``verify`` its signature, unless the key that made it is elsewhere.

    Raises:
        MissingObjectError: if the output was never finished.
        IntegrityError: if it is not a manifest, or not signed with this key.
    """
    key = output_key(step, fingerprint, "manifest.json")
    manifest = records.read_signed(Manifest, store.get(key), key, verify=verify)
    if (manifest.step, manifest.fingerprint) != (step, fingerprint):
        raise IntegrityError(f"{key} is another output's manifest; run again to make this one")
    return manifest


def read_file(store: Store, manifest: Manifest, file: str) -> bytes:
    """Return a file of an output, checked against its manifest.

    Raises:
        IntegrityError: if the file is missing or does not match its manifest.
    """
    key, entry = output_key(manifest.step, manifest.fingerprint, file), listed(manifest, file)
    try:
        data = store.get(key)
    except MissingObjectError:
        raise gone(key) from None
    if sha256(data) != entry.sha256:
        raise unlike(key)
    return data


def listed(manifest: Manifest, file: str) -> File:
    """Return a file as its output's manifest has it.

    Raises:
        IntegrityError: if there is none of this name.
    """
    if file not in manifest.files:
        raise IntegrityError(f"the manifest of {manifest.step} lists no {file}; run again to make it")
    return manifest.files[file]


def gone(key: str) -> IntegrityError:
    """Return the error for a file that a manifest lists and the store lacks."""
    return IntegrityError(f"{key} is gone, though its manifest is there; run again to make it")


def unlike(key: str) -> IntegrityError:
    """Return the error for a file that is not what its manifest says."""
    return IntegrityError(f"{key} does not match its manifest; run again to make it")


def parse(kind: TypeAdapter[T], data: bytes, what: str) -> T:
    """Return a document of the store, validated as ``kind``; errors call it ``what``.

    Raises:
        IntegrityError: if it is not one, or a name in it is not plain.
    """
    try:
        return kind.validate_json(data)
    except ValueError:
        raise IntegrityError(
            f"{what} does not have the format that tabtwin writes; run again to rewrite it"
        ) from None


def stands_whole(store: Store, manifest: Manifest) -> bool:
    """Check whether every file of an output still matches its manifest."""
    try:
        for file in manifest.files:
            read_file(store, manifest, file)
    except IntegrityError:
        return False
    return True


def write_output(store: Store, manifest: Manifest, files: Mapping[str, bytes]) -> None:
    """Write the files of an output, as far as they are not stored yet, then its manifest."""
    for file, data in files.items():
        store.put(output_key(manifest.step, manifest.fingerprint, file), data)
    manifest_key = output_key(manifest.step, manifest.fingerprint, "manifest.json")
    store.put(manifest_key, canonical(seal(manifest.model_dump(mode="json"), manifest_key)))


def spell_ref(ref: Ref) -> str:
    """Return ``step:name:file``, and ``:run`` if it is another run's, as manifests and pointers record
    inputs.
    """
    return ":".join([ref.step, ref.name, ref.file, *([ref.run] if ref.run else [])])


def parse_ref(text: str) -> Ref:
    """Return the inverse of :func:`spell_ref`.

    Raises:
        IntegrityError: if the text is not a reference.
    """
    try:
        step, name, file, *run = text.split(":")
        return Ref(step=step, name=name, file=file, run="".join(run))
    except ValueError:
        raise IntegrityError("expected the inputs of a task, found something else; run again") from None


def fingerprint(
    step: str,
    code: str,
    settings: Mapping[str, JsonValue],
    inputs: Mapping[str, str],
    versions: Mapping[str, str],
) -> str:
    """Return the name of an output: a digest of all that determines its bytes, and of its owner.

    So owners of different keys, who cannot trust each other's outputs, do not overwrite them either.
    """
    parts: Iterable[object] = [step, code, dict(settings), dict(inputs), dict(versions), owner(step)]
    return sha256(canonical(list(parts)))[:24]
