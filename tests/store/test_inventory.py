"""What a store holds: which run uses what, and what goes with it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from step_outputs import stand
from tabtwin.lib.errors import InputError, IntegrityError
from tabtwin.pipeline.releases import follow
from tabtwin.store import inventory, lease
from tabtwin.store.artifacts import canonical, sha256
from tabtwin.store.inventory import survey
from tabtwin.store.run import Run
from tabtwin.store.signing import KEY_VARIABLE
from tabtwin.store.store import Store

SOURCE = sha256(b"the source")[:24]


def ran(store: Store, name: str, *own: str) -> Run:
    """A run whose ingest is everybody's, with outputs of its own."""
    store.put(f"private/source/{SOURCE}/t.csv", b"the source")
    found = {"ingest": {"schema.json": {}}} | {step: {"a.json": name} for step in own}
    return stand(store, name, found, uploads=(SOURCE,))


def gone(store: Store, *names: str, unused: bool = False) -> list[str]:
    """What stands of steps and sources once these runs are removed."""
    for key in survey(store, held=True).going(names, unused=unused):
        store.delete(key)
    return sorted({key.split("/")[1] for key in store.list("private/")})


def test_what_another_run_uses_stays(store: Store) -> None:
    ran(store, "one", "screen")
    ran(store, "two", "audit")
    assert gone(store, "one") == ["audit", "ingest", "runs", "source"]
    assert list(survey(store, held=True).runs) == ["two"]
    assert Run(store, "two").manifest("audit") is not None


def test_with_the_last_run_all_goes_that_it_used(store: Store) -> None:
    ran(store, "one", "screen")
    store.put("release/one/synthetic.csv", b"a")
    assert gone(store, "one") == []
    assert store.list("") == ["release/one/synthetic.csv"]


def test_what_no_run_uses_goes_only_when_asked_for(store: Store) -> None:
    ran(store, "one", "screen")
    store.put("private/audit/0123/manifest.json", b"{}")
    store.put("private/source/4567/other.csv", b"x")
    assert survey(store, held=True).unused == {"private/audit/0123/", "private/source/4567/"}
    assert gone(store) == ["audit", "ingest", "runs", "screen", "source"]
    assert gone(store, unused=True) == ["ingest", "runs", "screen", "source"]
    assert store.list("private/source/") == [f"private/source/{SOURCE}/t.csv"]


def test_sizes_count_every_object_once(store: Store) -> None:
    ran(store, "one", "screen")
    ran(store, "two", "audit")
    found = survey(store, held=True)
    assert found.size == sum(entry.size for entry in store.entries("private/"))
    assert found.size < sum(run.size for run in found.runs.values())


def test_runs_that_are_judged_together_go_together(store: Store) -> None:
    for name in ("one", "two", "three", "other"):
        ran(store, name)
    follow(store, "one", "two")
    follow(store, "two", "three")
    found = survey(store, held=True)
    assert [found.row(name) for name in ("one", "two", "three")] == [["one", "two", "three"]] * 3
    assert found.row("other") == ["other"]


def test_a_row_is_as_old_as_its_last_run(store: Store) -> None:
    for name in ("one", "two"):
        ran(store, name)
    found = survey(store, held=True)
    assert sorted(found.old(datetime.now(UTC) + timedelta(hours=1))) == ["one", "two"]
    assert found.old(datetime.now(UTC) - timedelta(hours=1)) == []


def test_a_run_at_work_is_left_alone(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    ran(store, "one")
    ran(store, "two")
    with pytest.raises(InputError, match="expected runs that have ended, found two still running"):
        survey(store, held=False).going(["two"], unused=False)  # it may wait for a pod
    monkeypatch.setattr(inventory, "IDLE", timedelta(0))
    lease.claim(store, "one", "somebody")
    found = survey(store, held=False)
    found.going(["two"], unused=False)
    for names, unused in ((["one"], False), ([], True)):
        with pytest.raises(InputError, match="expected runs that have ended, found one still running"):
            found.going(names, unused=unused)


@pytest.mark.parametrize("damage", [b"no JSON", b"[]", b'{"step": "inge'])
def test_where_a_record_is_damaged_nothing_goes_that_its_run_may_use(store: Store, damage: bytes) -> None:
    ran(store, "one", "screen")
    ran(store, "two")
    store.put("private/runs/one/ingest.json", damage)
    found = survey(store, held=True)
    for names, unused in ((["two"], False), ([], True)):
        with pytest.raises(InputError, match="expected records that say what each run uses, found"):
            found.going(names, unused=unused)
    assert found.going(["one", "two"], unused=True)


def test_another_owners_run_is_neither_removed_nor_what_it_uses(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran(store, "theirs", "screen")
    monkeypatch.setenv(KEY_VARIABLE, "ab" * 16)
    ran(store, "mine", "audit")
    found = survey(store, held=True)
    with pytest.raises(IntegrityError, match=r"^private/runs/theirs/.* was not signed with this key"):
        found.going(["theirs"], unused=False)
    assert found.old(datetime.now(UTC) + timedelta(hours=1)) == ["mine"]
    assert gone(store, "mine", unused=True) == ["ingest", "runs", "screen", "source"]


def test_what_was_judged_of_a_table_outlives_its_runs(store: Store) -> None:
    ran(store, "one")
    store.put("private/tables/0123/4567.json", b"{}")
    assert survey(store, held=True).unused == frozenset()
    assert gone(store, "one", unused=True) == ["tables"]


@pytest.mark.parametrize("fingerprint", ["other", "../runs/other"])
def test_a_record_cannot_have_another_runs_records_removed(store: Store, fingerprint: str) -> None:
    ran(store, "other")
    store.put("private/runs/one/audit.json", canonical({"step": "runs", "fingerprint": fingerprint}))
    assert survey(store, held=True).runs["one"].uses == frozenset()
    assert "runs" in gone(store, "one")
    assert Run(store, "other").manifest("ingest") is not None


@pytest.mark.parametrize("record", [b'{"fingerprint": "abc"}', b'{"step": "a", "fingerprint": null}'])
def test_an_odd_record_hides_nothing_else(store: Store, record: bytes) -> None:
    ran(store, "one", "screen")
    store.put("private/runs/one/audit.json", record)
    store.put("private/runs/one/followed.json", b'{"run": "one"}')
    assert survey(store, held=True).row("one") == ["one"]
    assert gone(store, "one") == []
