"""What a step's module imports is in its image: ``images/Dockerfile`` says which image has what."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tabtwin.pipeline.registry import STEPS

DOCKERFILE = Path(__file__).parents[2] / "images" / "Dockerfile"
LACKING = {
    "plain": ("lightgbm", "xgboost", "sklearn", "imblearn", "torch", "sdv", "sdmetrics"),
    "learning": ("faker", "phonenumbers", "stdnum", "torch", "sdv", "sdmetrics"),
}
BASES = dict(
    reversed(found)
    for found in re.findall(r"^FROM (plain|learning|torch) AS (\w+)$", DOCKERFILE.read_text(), re.M)
)
IMPORT = """
import importlib, sys
lacking = sys.argv[1].split(",")
class Gone:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in lacking:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Gone())
for module in sys.argv[2:]:
    importlib.import_module(module)
"""


@pytest.mark.parametrize("base", LACKING)
def test_steps_import_nothing_that_their_image_lacks(base: str) -> None:
    modules = [f"tabtwin.pipeline.{step}" for step in STEPS if BASES.get(step) == base]
    assert len(modules) > 2
    modules += ["tabtwin.runner.fitting"] if base == "learning" else []
    words = [sys.executable, "-c", IMPORT, ",".join(LACKING[base]), *modules]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-1500:]
