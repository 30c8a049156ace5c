"""Which run may go on from which, so that all releases of a table are judged together."""

from __future__ import annotations

from typing import Any

import pytest

from step_outputs import sliced, stand
from tabtwin.lib.errors import InputError, IntegrityError
from tabtwin.pipeline import releases
from tabtwin.pipeline.releases import check_goes_on, follow, followed_by
from tabtwin.store.run import Run
from tabtwin.store.store import Store
from tabtwin.store.twins import twin_refs


def ran(store: Store, run: str, *, model: str = "a", earlier: tuple[str, ...] = (), **verdict: Any) -> Run:
    """A run as far as its release."""
    said = {"refused": False, "withheld_for_canaries": 0, "owner": "o"} | verdict
    names = ("schema.json", "encoding.json", "training.parquet", "holdout.parquet")
    found: dict[str, dict[str, Any]] = {
        "ingest": {**dict.fromkeys(names, ""), "models.json": [{"name": "m", "parts": [{"name": "m"}]}]},
        "train/m": {"model.bin": model},
        "weigh": {"earlier.json": list(earlier), "slices.json": sliced(9, [])},
        "release": {"verdict.json": said},
    }
    return stand(store, run, found)


def test_a_run_goes_on_from_one_of_the_same_table_and_models(store: Store) -> None:
    ran(store, "one")
    check_goes_on(ran(store, "two"), "one")


@pytest.mark.parametrize("verdict", [{"refused": True}, {"withheld_for_canaries": 20}])
def test_what_was_not_released_is_not_gone_on_from(store: Store, verdict: dict[str, Any]) -> None:
    ran(store, "one", **verdict)
    with pytest.raises(InputError, match="expected a run that was released, found none"):
        check_goes_on(ran(store, "two"), "one")


def test_another_model_is_another_twin(store: Store) -> None:
    ran(store, "one")
    with pytest.raises(InputError, match="expected the table and the models of one, found others"):
        check_goes_on(ran(store, "two", model="b"), "one")


def test_two_runs_cannot_go_on_from_one(store: Store) -> None:
    ran(store, "one")
    follow(store, "one", "two")
    assert followed_by(store, "one") == "two"
    check_goes_on(ran(store, "two"), "one")
    with pytest.raises(InputError, match="found that two continues one; name two"):
        check_goes_on(ran(store, "three"), "one")


def test_the_rows_of_all_releases_are_read_in_their_order(store: Store) -> None:
    ran(store, "one")
    ran(store, "two", earlier=("one",))
    refs = twin_refs(ran(store, "three", earlier=("one", "two")))
    assert [(ref.step, ref.run) for ref in refs] == [
        ("weigh", ""),
        ("weigh", "one"),
        ("refine", "one"),
        ("weigh", "two"),
        ("refine", "two"),
        ("weigh", ""),
        ("refine", ""),
    ]


def test_a_release_of_other_files_than_releases_have_is_published_nowhere(store: Store) -> None:
    said = {"refused": False, "withheld_for_canaries": 0, "owner": "o"}
    whole = dict.fromkeys(("schema.json", "report.html", "metrics.json", "synthetic.csv"), "")
    parts = {f"part-0000{number}.parquet": "" for number in (1, 2)}
    for files, is_one in (
        (whole | {"synthetic.parquet": ""}, True),
        (whole | parts, True),
        (whole | {"synthetic.parquet": ""} | parts, False),
        (whole | {"part-00002.parquet": ""}, False),
        (whole, False),
    ):
        run = stand(store, "run", {"release": files | {"verdict.json": said}})
        manifest = run.manifest("release")
        assert manifest is not None
        manifest = manifest.model_copy(update={"figures": {"rows": 3}})
        if is_one:
            assert len(releases.released_files(store, manifest)) == len(files) + 1
        else:
            with pytest.raises(IntegrityError, match="in a release, found others; run again"):
                releases.released_files(store, manifest)
