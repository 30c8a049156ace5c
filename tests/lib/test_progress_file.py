from __future__ import annotations

from pathlib import Path

import pytest

from tabtwin.lib import log
from tabtwin.lib.progress_file import VARIABLE


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that Argo would name."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "progress"))
    return tmp_path / "progress"


def test_argos_file_holds_how_far_a_step_is_and_nothing_else(file: Path) -> None:
    log.progress(37, 100, "told to argo")
    assert file.read_text() == "37/100"

    log.progress(100, 100, "told to argo")
    assert file.read_text() == "100/100"


def test_the_file_is_written_no_more_often_than_the_log(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(log, "PROGRESS_SECONDS", 1e9)
    log.progress(1, 100, "thinned for argo")
    log.progress(2, 100, "thinned for argo")

    assert file.read_text() == "1/100"
    assert len(capsys.readouterr().out.splitlines()) == 1


@pytest.mark.parametrize(("done", "total"), [(0, 0), (2, 1), (-1, 3)])
def test_what_argo_does_not_take_for_progress_is_not_written(file: Path, done: int, total: int) -> None:
    log.progress(done, total, f"odd {done}")

    assert not file.exists()


def test_a_step_goes_on_where_the_file_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "gone" / "progress"))

    log.progress(1, 1, "told to none")

    assert "told to none" in capsys.readouterr().out


def test_without_argo_no_file_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)

    log.progress(1, 2, "told to nobody")

    assert not list(tmp_path.iterdir())


def test_progress_that_is_silenced_is_not_told_to_argo_either(file: Path) -> None:
    with log.silence():
        log.progress(1, 2, "silenced")

    assert not file.exists()
