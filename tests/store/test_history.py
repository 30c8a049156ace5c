"""What went before a twin of the same table, in the same store."""

from __future__ import annotations

import pytest

import divided
from step_outputs import sliced, stand
from tabtwin.lib.errors import IntegrityError
from tabtwin.store import history
from tabtwin.store.artifacts import canonical
from tabtwin.store.history import Before
from tabtwin.store.run import Run
from tabtwin.store.store import Store


def judged(store: Store, run: str, twin: str, *earlier: str) -> Run:
    """A run with a twin, and those that it goes on from."""
    found = {
        "ingest": {"schema.json": {}},
        "weigh": {"earlier.json": list(earlier), "slices.json": sliced(9, [])},
        "refine": {"synthetic.parquet": twin},
    }
    return stand(store, run, found)


def ended(run: Run, limits: str = "", *, refused: bool = False) -> Before:
    before = history.begin(run, limits)
    if refused:
        history.end(run, limits, refused=True)
    else:
        history.publish(run, limits, before.model_dump_json().encode())
    return before


def test_releases_and_refused_tries_of_a_table_are_counted(store: Store) -> None:
    assert ended(judged(store, "a", "seed 1"), refused=True) == Before()
    assert ended(judged(store, "b", "seed 2"), refused=True) == Before(refused=1)
    assert ended(judged(store, "c", "seed 3")) == Before(refused=2)
    assert ended(judged(store, "d", "seed 4")) == Before(refused=2, releases=1)


def test_tries_under_one_name_are_tries_too(store: Store) -> None:
    for number in range(3):
        assert ended(judged(store, "r", f"seed {number}"), refused=True) == Before(refused=number)


def test_the_same_run_again_is_told_what_it_was_told_at_first(store: Store) -> None:
    first = judged(store, "a", "seed 1")
    ended(first)
    ended(judged(store, "b", "seed 2"))
    assert ended(first) == Before()
    assert ended(judged(store, "c", "seed 3")) == Before(releases=2)


def test_the_same_twin_released_twice_is_one_release(store: Store) -> None:
    for run in ("a", "b"):
        assert ended(judged(store, run, "twin")) == Before()
    assert ended(judged(store, "c", "other")) == Before(releases=1)


def test_a_twin_that_passes_by_looser_limits_was_refused_before(store: Store) -> None:
    run = judged(store, "r", "twin")
    ended(run, "strict", refused=True)
    assert ended(run, "loose") == Before(refused=1)


def test_what_is_judged_together_is_not_told_of_as_apart(store: Store) -> None:
    ended(judged(store, "other", "seed 9"))
    ended(judged(store, "one", "rows"))
    assert ended(judged(store, "two", "more rows", "one")) == Before(releases=1)


def test_a_twin_that_never_came_to_a_release_counts_for_nothing(store: Store) -> None:
    history.begin(judged(store, "a", "seed 1"), "")
    assert history.begin(judged(store, "b", "seed 2"), "") == Before()


def test_a_count_that_was_changed_is_refused(store: Store) -> None:
    run = judged(store, "a", "seed 1")
    ended(run, refused=True)
    (key,) = store.list("private/tables/")
    store.put(key, canonical({"twin": "0" * 64, "before": {}, "refused": False}))
    with pytest.raises(IntegrityError, match="was not signed with this key"):
        history.begin(judged(store, "b", "seed 2"), "")


def test_a_twin_in_parts_is_known_by_all_of_them(store: Store) -> None:
    parts = {"a": ("rows", "last"), "b": ("other rows", "last"), "c": ("rows", "last")}
    told = {}
    for run, (first, second) in parts.items():
        found = {
            "ingest": {"schema.json": {}},
            "weigh": {"earlier.json": [], "slices.json": divided.slices(5, 4)},
            "refine/1": {"synthetic.parquet": first},
            "refine/2": {"synthetic.parquet": second},
        }
        told[run] = ended(stand(store, run, found))
    assert told == {"a": Before(), "b": Before(releases=1), "c": Before()}
