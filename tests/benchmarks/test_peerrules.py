"""Peers are given the columns that our run learned, and their broken rules stand beside ours."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.benchmarks import peerrules
from tests.benchmarks.attempt import Attempt
from tests.benchmarks.peerrules import Kept, dropped, judged, report
from tests.benchmarks.watching import Watched


def test_columns_that_our_run_left_out_are_read_from_its_options() -> None:
    assert dropped(("--drop", 'name,"a, b"', "--keep", "c", "--drop", "d")) == ["name", "a, b", "d"]
    assert dropped(()) == []


def test_a_twin_is_held_to_what_holds_in_the_columns_that_a_peer_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(1)
    net = rng.integers(1, 900, 300)
    table = pd.DataFrame({"net": net, "again": net, "name": [f"n{row}" for row in range(300)]})
    source = tmp_path / "t.csv"
    table.to_csv(source, index=False)
    monkeypatch.setattr(peerrules, "KEPT", tmp_path / "kept")
    monkeypatch.setattr(peerrules, "WORK", tmp_path / "work")
    calls = []

    def shuffle(words: list[str], folder: Path, cap: float) -> Watched:
        calls.append(words)
        given = pd.read_csv(words[3])
        assert list(given) == ["net", "again"]
        given.assign(again=rng.permutation(given["again"])).to_csv(words[4], index=False)
        return Watched(0, "", "", 1.0, 1.0)

    monkeypatch.setattr(peerrules, "watch", shuffle)
    found = judged(source, ["name"], "gaussian", None)
    assert found.rules == 1
    assert [line.split(":")[0] for line in found.broken] == ["copy net again"]
    assert judged(source, ["name"], "gaussian", None) == found
    assert len(calls) == 1  # kept


def test_shares_are_of_twins_that_were_made_and_failures_are_listed() -> None:
    last = Attempt((), 0, "", 0, 1.0, 1.0, rules=4, broken=("copy a b: 3.0%",))
    theirs = {"x": {"ctgan": Kept(4, ("copy a b: 1.0%", "order a c: 2.0%"), "", 1.0)}}
    theirs["y"] = {"ctgan": Kept(2, (), "ValueError: no", 1.0)}
    said = report({"x": last, "y": last}, theirs, ["ctgan"])
    assert "- tabtwin: 25.0% of 8 rules broken; 0 of 2 twins break none" in said
    assert "- CTGAN (SDV): 50.0% of 4 rules broken; 0 of 1 twins break none" in said
    assert "- `y`, CTGAN (SDV): ValueError: no" in said
