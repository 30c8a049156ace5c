from __future__ import annotations

from tabtwin.pipeline.registry import shown_settings
from tabtwin.report.evidence import public_settings
from tabtwin.store.artifacts import Manifest


def told(**settings: object) -> Manifest:
    return Manifest(
        step="refine",
        fingerprint="0" * 24,
        files={},
        figures={},
        settings=settings,
        inputs={"source": "a digest"},
        versions={},
    )


def test_how_rows_were_chosen_is_public() -> None:
    shared = {"shortlist": 3, "training_weight": 0.5, "rebalance": "churn=Yes:0.5"}
    found = {"screen": told(**shared), "refine": told(**shared, max_swaps=5)}

    assert public_settings(found, shown_settings()) == shared | {"max_swaps": 5}


def test_seed_places_and_what_was_not_given_are_not() -> None:
    places = {"schema_file": "s3://somewhere", "source": "s3://somewhere", "holdout": "s3://somewhere"}
    found = {
        "refine": told(seed=3, name="tvae-1", rebalance="", training_weight=0.0, after="run-1", **places)
    }

    assert public_settings(found, shown_settings()) == {"training_weight": 0.0}
