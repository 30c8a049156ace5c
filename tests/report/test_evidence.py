from __future__ import annotations

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
    chosen = {"fit": 0.5, "share": "churn=Yes:0.5", "swaps": 5, "shortlist": 3}
    found = {"screen": told(shortlist=3, fit=0.5, share="churn=Yes:0.5"), "refine": told(**chosen)}
    assert public_settings(found).items() >= chosen.items()


def test_seed_places_and_what_was_not_given_are_not() -> None:
    found = {"refine": told(seed=3, name="tvae-1", schema_file="s3://somewhere", share="", fit=0.0)}
    assert public_settings(found) == {"fit": 0.0}
