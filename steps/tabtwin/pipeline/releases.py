"""Know the releases of a run and of those that it continues: together, they are what a reader may have.

A run that continues another takes new rows of the same models, and its gates judge the rows of all these
releases together: each alone may reveal little, but all of them more.
"""

from __future__ import annotations

from pydantic import ConfigDict, TypeAdapter

from tabtwin.lib.blob import Blob, Held
from tabtwin.lib.errors import InputError, IntegrityError
from tabtwin.lib.names import PlainName
from tabtwin.pipeline.plan import planned_parts
from tabtwin.store import records
from tabtwin.store.artifacts import Frozen, Manifest, Ref, canonical, parse, read_file
from tabtwin.store.release_manifest import (
    COPIED,
    LISTING,
    PARQUET,
    SCHEMA,
    parquet_names,
    released_name,
    released_rows,
    twin_names,
    write_listing,
)
from tabtwin.store.run import Run
from tabtwin.store.signing import seal
from tabtwin.store.store import MissingObjectError, Store
from tabtwin.store.twins import of_run
from tabtwin.store.vouched import Vouched

VERDICT = Ref(step="release", file="verdict.json")
_LEARNED_FROM = ("schema.json", "encoding.json", "training.parquet", "holdout.parquet")


class Followed(Frozen):
    """The run that continues another: only one, or no run would judge all releases together."""

    run: PlainName


class Judged(Frozen):
    """The part of the verdict that says whether there is a release, and whose."""

    model_config = ConfigDict(extra="ignore")

    refused: bool
    withheld_for_canaries: int
    owner: str


_JUDGED = TypeAdapter(Judged)


def released_files(store: Store, manifest: Manifest) -> dict[str, Blob]:
    """Return the files of a release, by name; the manifest of all others comes last.

    Each is opened, and checked against the step's own manifest, when it is read.

    Raises:
        IntegrityError: if there are others than a release has.
    """
    verdict = parse(_JUDGED, read_file(store, manifest, VERDICT.file), VERDICT.file)
    files = {released_name(file): file for file in manifest.files if file != VERDICT.file}
    listing = write_listing(manifest, verdict.owner, without=VERDICT.file)
    expected = twin_names(files, released_rows(manifest)) | {SCHEMA, *COPIED}
    if files.keys() != expected:
        raise IntegrityError(f"expected {', '.join(sorted(expected))} in a release, found others; run again")
    found: dict[str, Blob] = {name: Vouched(store, manifest, file) for name, file in sorted(files.items())}
    return found | {LISTING: Held(listing)}


def row_refs(run: Run, earlier: str) -> list[Ref]:
    """Return the files with the rows that an earlier run released; if it has none, one that is missing."""
    manifest = Run(run.store, earlier).manifest("release")
    released = {released_name(file): file for file in (manifest.files if manifest else ())}
    files = [released[name] for name in parquet_names(released)] or [PARQUET]
    return [Ref(step="release", file=file, run=earlier) for file in files]


def check_goes_on(run: Run, after: str) -> None:
    """Check that a run can continue another.

    Raises:
        InputError: if that one was not released, is of another table or other models, or was already
            continued.
    """
    if not is_released(Run(run.store, after)):
        raise InputError(
            f"--after: expected a run that was released, found none of this name ({after}); "
            "name the last one that was, or leave it out"
        )
    learned = [Ref(step="ingest", file=file) for file in _LEARNED_FROM]
    parts = [part for names in planned_parts(run).values() for part in names]
    learned += [Ref(step="train", file="model.bin", name=part) for part in parts]
    if any(run.digest(ref) != run.digest(of_run(ref, after)) for ref in learned):
        raise InputError(
            f"--after: expected the table and the models of {after}, found others; use the same settings "
            "except for --rows, and the version that made it"
        )
    follower = followed_by(run.store, after)
    if follower not in {None, run.run}:
        raise InputError(
            f"--after: expected the last of several runs, found that {follower} continues {after}; "
            f"name {follower}"
        )


def is_released(run: Run) -> bool:
    """Return whether the run's gates passed, and nothing that it was made from has changed."""
    manifest = run.manifest("release")
    if manifest is None:
        return False
    verdict = parse(_JUDGED, read_file(run.store, manifest, VERDICT.file), VERDICT.file)
    return not verdict.refused and not verdict.withheld_for_canaries


def followed_by(store: Store, run: str) -> str | None:
    """Return the run that continues this one, if any does.

    Raises:
        IntegrityError: if another key signed its record.
    """
    key = _followed_key(run)
    try:
        return records.read_signed(Followed, store.get(key), key).run
    except MissingObjectError:
        return None


def follow(store: Store, earlier: str, run: str) -> None:
    """Record that a run continues another."""
    key = _followed_key(earlier)
    store.put(key, canonical(seal(Followed(run=run).model_dump(), key)))


def forget_follower(store: Store, run: str) -> None:
    """Forget which run continues one whose release is replaced."""
    store.delete(_followed_key(run))


def _followed_key(run: str) -> str:
    return f"private/runs/{run}/followed.json"
