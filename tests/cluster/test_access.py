"""What a user without a cluster is told: one line, and the code for bad input."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from small import run

KUBECONFIG = """
apiVersion: v1
kind: Config
current-context: here
contexts: [{name: here, context: {cluster: c, user: u}}]
clusters: [{name: c, cluster: {server: "http://127.0.0.1:9"}}]
users: [{name: u, user: {}}]
"""


@pytest.fixture
def words(tmp_path: Path) -> list[str]:
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    table, out = str(tmp_path / "t.csv"), str(tmp_path / "out")
    return [sys.executable, "-m", "tabtwin", "submit", table, "--out", out]


def told(words: list[str], kubeconfig: Path) -> tuple[int, str]:
    code, _, errors = run(words, KUBECONFIG=str(kubeconfig))
    (line,) = errors.splitlines()
    return code, line


def test_without_a_kubeconfig(words: list[str], tmp_path: Path) -> None:
    code, line = told(words, tmp_path / "none")

    assert (code, "set KUBECONFIG" in line) == (2, True), line
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ([], "the cluster does not answer"),
        (["--context", "there"], "expected one of the kubeconfig's (here), found 'there'"),
    ],
)
def test_without_a_cluster(more: list[str], said: str, words: list[str], tmp_path: Path) -> None:
    (tmp_path / "kubeconfig").write_text(KUBECONFIG)
    code, line = told([*words, *more], tmp_path / "kubeconfig")

    assert (code, said in line) == (2, True), line


def test_a_table_that_is_not_there_is_noticed_before_a_cluster_is_asked(
    words: list[str], tmp_path: Path
) -> None:
    (tmp_path / "t.csv").unlink()

    assert "expected a file" in told(words, tmp_path / "none")[1]
