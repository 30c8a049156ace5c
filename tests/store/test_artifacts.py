"""What a store says is trusted where this key signed it, at the place where it stands, and nowhere else."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from step_outputs import sliced, stand
from tabtwin.lib.errors import InputError, IntegrityError
from tabtwin.pipeline.plan import planned_parts
from tabtwin.pipeline.pool import pool_refs
from tabtwin.pipeline.releases import follow, followed_by
from tabtwin.store.artifacts import (
    Failure,
    Ref,
    canonical,
    failure_key,
    output_key,
    pointer_key,
)
from tabtwin.store.run import Run
from tabtwin.store.signing import KEY_VARIABLE, SIGNATURE, seal
from tabtwin.store.store import Store
from tabtwin.store.twins import earlier_runs

AUDIT = Ref(step="audit", file="audit.json")


def bare(found: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in found.items() if name != SIGNATURE}


def kept(found: dict[str, Any], key: str) -> dict[str, Any]:
    return found | {"settings": {}, "inputs": {"a:b:c": "0" * 64}}


def moved(found: dict[str, Any], key: str) -> dict[str, Any]:
    return seal(bare(found, key), "elsewhere")


FORGED = {"unsigned": bare, "changed": kept, "signed for another place": moved}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
@pytest.mark.parametrize("which", ["pointer", "manifest"])
def test_what_this_key_did_not_sign_is_not_read(
    store: Store, which: str, forge: Callable[[dict[str, Any], str], dict[str, Any]]
) -> None:
    manifest = stand(store, "r", {"audit": {"audit.json": {"a": 1}}}).manifest("audit")
    assert manifest is not None
    assert Run(store, "r").read(AUDIT) == b'{"a": 1}'
    places = {
        "pointer": pointer_key("r", "audit"),
        "manifest": output_key("audit", manifest.fingerprint, "manifest.json"),
    }
    key = places[which]
    store.put(key, canonical(forge(json.loads(store.get(key)), key)))
    with pytest.raises(IntegrityError, match=rf"^{key} was not signed with this key: "):
        Run(store, "r").read(AUDIT)


def test_another_owners_pointer_is_refused_in_one_line(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    stand(store, "r", {"audit": {"audit.json": {}}})
    monkeypatch.setenv(KEY_VARIABLE, "ab" * 16)
    with pytest.raises(IntegrityError) as refused:
        Run(store, "r").read(AUDIT)
    assert "\n" not in str(refused.value)
    assert KEY_VARIABLE in str(refused.value)
    assert Run(store, "r", verify=False).read(AUDIT) == b"{}"


def test_the_pointer_of_another_run_does_not_count_for_this_one(store: Store) -> None:
    for run, figure in (("good", 0), ("bad", 1)):
        stand(store, run, {"audit": {"audit.json": {"figure": figure}}})
    store.put(pointer_key("bad", "audit"), store.get(pointer_key("good", "audit")))
    with pytest.raises(IntegrityError, match="was not signed with this key"):
        Run(store, "bad").read(AUDIT)


def test_a_failure_that_nobody_recorded_is_not_told(store: Store) -> None:
    Run(store, "r").fail(Failure(step="train", name="a", code=1, reason="out of memory"))
    assert [found.reason for found in Run(store, "r").failures()] == ["out of memory"]
    key = failure_key("r", "train", "a")
    store.put(key, store.get(key).replace(b"out of memory", b"see evil.example"))
    with pytest.raises(IntegrityError, match="was not signed with this key"):
        Run(store, "r").failures()


def test_what_is_no_record_counts_as_absent(store: Store) -> None:
    store.put(pointer_key("r", "audit"), b"{ torn")
    assert Run(store, "r").manifest("audit") is None


def test_a_run_is_its_first_owners(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    Run(store, "r").own()
    Run(store, "r").own()
    monkeypatch.setenv(KEY_VARIABLE, "ab" * 16)
    with pytest.raises(IntegrityError, match=r"^private/runs/r/owner\.json was not signed with this key"):
        Run(store, "r").own()


@pytest.mark.parametrize("name", ["../other", "/r", "a/b", "", ".r"])
def test_a_run_has_a_plain_name(store: Store, name: str) -> None:
    with pytest.raises(InputError, match=r"^--run: expected a name of letters, digits"):
        Run(store, name)


@pytest.mark.parametrize("name", ["../../x", "/x", "a/b", ".x", ""])
def test_names_in_lists_of_the_store_are_plain(store: Store, name: str) -> None:
    run = stand(
        store,
        "r",
        {
            "ingest": {"models.json": [{"name": "m", "parts": [{"name": name}]}]},
            "weigh": {"slices.json": sliced(1, [name]), "earlier.json": [name]},
        },
    )
    for read in (planned_parts, pool_refs, earlier_runs):
        with pytest.raises(IntegrityError, match="does not have the format that tabtwin writes"):
            read(run)


def test_who_goes_on_from_a_run_is_signed(store: Store) -> None:
    follow(store, "one", "two")
    assert followed_by(store, "one") == "two"
    store.put("private/runs/one/followed.json", b'{"run": "three"}')
    with pytest.raises(IntegrityError, match="was not signed with this key"):
        followed_by(store, "one")
