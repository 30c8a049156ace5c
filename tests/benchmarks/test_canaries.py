"""The benchmark of canaries, as far as it takes no minutes."""

from __future__ import annotations

from tests.benchmarks.canaries import trial


def test_a_copy_is_found_on_a_real_table() -> None:
    found = trial("Ecdat.Computers", None, 1)
    assert found["auc"]["value"] == 1
    assert (found["planted"], found["training"]) == (93, 4_695)
