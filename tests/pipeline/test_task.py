"""One step in one process: whose run it may work on, and under which names."""

from __future__ import annotations

import pytest

from tabtwin.pipeline.task import run_task
from tabtwin.store import lease
from tabtwin.store.run import Run
from tabtwin.store.signing import KEY_VARIABLE
from tabtwin.store.store import Store


def step(store: Store, *words: str) -> int:
    return run_task(["weigh", f"--store={store.url}", "--log=json", *words])


@pytest.mark.parametrize("word", ["--run=../other", "--run=/x", "--run=a/b", "--run=.x"])
def test_a_runs_name_that_leads_elsewhere_is_bad_input(store: Store, word: str) -> None:
    assert step(store, word) == 2
    assert step(store, "--run=r", word.replace("--run", "--name")) == 2
    assert store.list("") == []


def test_another_owners_run_is_left_as_it_is(
    store: Store, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    Run(store, "r").own()
    before = {key: store.get(key) for key in store.list("")}
    monkeypatch.setenv(KEY_VARIABLE, "ab" * 16)
    assert step(store, "--run=r", "--owner=theirs") == 4
    assert "private/runs/r/owner.json was not signed with this key" in capfd.readouterr().out
    assert {key: store.get(key) for key in store.list("")} == before
    assert not lease.is_held(store, "r")
