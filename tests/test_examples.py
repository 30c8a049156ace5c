"""Every example in a docstring prints what it shows."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

STEPS = Path(__file__).parents[1] / "steps"
SHOWN = sorted(path for path in STEPS.rglob("*.py") if ">>> " in path.read_text())
NEEDS_TORCH = "sdv"


@pytest.mark.parametrize("path", SHOWN, ids=lambda path: path.relative_to(STEPS).as_posix())
def test_an_example_prints_what_it_shows(path: Path) -> None:
    if NEEDS_TORCH in path.parts:
        pytest.importorskip("torch")
    module = importlib.import_module(".".join(path.relative_to(STEPS).with_suffix("").parts))

    assert doctest.testmod(module).attempted > 0
    assert doctest.testmod(module).failed == 0
