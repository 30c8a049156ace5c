"""The whole demo, as the README has it: once on this machine, once in the cluster."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest

from small import digests, run
from tests.cluster.installation import Installation, call

pytestmark = [pytest.mark.cluster, pytest.mark.slow]

ROOT = Path(__file__).parents[2]


def test_the_demo_in_a_cluster_releases_the_bytes_that_make_run_does(
    tabtwin: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, key in tabtwin.signing_key().items():
        monkeypatch.setenv(name, key)
    call("make", "--directory", str(ROOT), "run")
    said = call("make", "--directory", str(ROOT), "--silent", "--dry-run", "run").splitlines()
    (words,) = [shlex.split(line) for line in said if "/tabtwin run " in line]
    table, out, options = words[2], ROOT / words[4], words[5:]
    assert words[3] == "--out"

    submit = [sys.executable, "-m", "tabtwin", "submit", str(ROOT / table), "--out", str(tmp_path / "twin")]
    code, lines, errors = run([*submit, "--namespace", tabtwin.namespace, "--log", "json", *options])

    assert code == 0, (lines[-2:], errors)
    here, there = digests(out), digests(tmp_path / "twin")
    released = {path for path in here if path.startswith("release/")}
    assert released
    assert {path: there.get(path) for path in released} == {path: here[path] for path in released}
