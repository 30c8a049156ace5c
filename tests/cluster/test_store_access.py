from __future__ import annotations

import os

import pytest

from tabtwin.cluster.deployment import Deployment
from tabtwin.cluster.store_access import TRIES, settings, with_retries
from tabtwin.cluster.workflow_status import Layout
from tabtwin.lib.errors import StoreError
from tabtwin.lib.variables import variables
from tabtwin.store.store import MissingObjectError

CHART = Deployment(
    store="s3://b/p",
    inside="http://s.n.svc:9000",
    outside="",
    region="eu-west-1",
    addressing="path",
    layout=Layout(branches=(), names={}),
)


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy", "TABTWIN_S3_ADDRESSING"):
        monkeypatch.delenv(name, raising=False)


def test_both_of_amazons_variables_lead_to_the_store() -> None:
    found = settings(CHART, "https://s3.example.org")

    assert found["AWS_ENDPOINT_URL"] == found["AWS_ENDPOINT_URL_S3"] == "https://s3.example.org"
    assert (found["AWS_REGION"], found["TABTWIN_S3_ADDRESSING"]) == ("eu-west-1", "path")
    assert "NO_PROXY" not in found


def test_a_users_own_addressing_goes_before_the_charts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TABTWIN_S3_ADDRESSING", "virtual")

    assert "TABTWIN_S3_ADDRESSING" not in settings(CHART, "https://s3.example.org")


def test_a_forwarded_port_is_no_matter_of_the_proxys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", ".corp")

    assert settings(CHART, "http://127.0.0.1:5")["NO_PROXY"] == ".corp,127.0.0.1"


def test_variables_are_set_and_unset_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TABTWIN_ONE", "before")
    monkeypatch.delenv("TABTWIN_TWO", raising=False)

    with variables({"TABTWIN_ONE": None, "TABTWIN_TWO": "2"}):
        assert ("TABTWIN_ONE" in os.environ, os.environ["TABTWIN_TWO"]) == (False, "2")
    assert (os.environ["TABTWIN_ONE"], "TABTWIN_TWO" in os.environ) == ("before", False)


@pytest.mark.parametrize(
    ("errors", "tries"),
    [([StoreError()] * (TRIES - 1), TRIES), ([StoreError()] * TRIES, TRIES), ([MissingObjectError()], 1)],
)
def test_a_store_that_restarts_is_asked_again_and_one_that_answers_is_not(
    errors: list[Exception], tries: int
) -> None:
    asked = 0

    def work() -> str:
        nonlocal asked
        asked += 1
        if asked <= len(errors):
            raise errors[asked - 1]
        return "done"

    if len(errors) < tries:
        assert with_retries(work, pause=0) == "done"
    else:
        with pytest.raises(type(errors[0])):
            with_retries(work, pause=0)
    assert asked == tries
