"""What is installed is named by its digest: on a laptop and in images."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCKS = sorted(ROOT.glob("requirements*.lock"))
PINNED_IMAGE = re.compile(r"^(?:ARG )?BASE_IMAGE *\??= *(\S+@sha256:[0-9a-f]{64})$", re.MULTILINE)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_package_of_a_lock_has_a_digest(lock: Path) -> None:
    blocks = re.split(r"\n(?=[a-z0-9])", "\n" + lock.read_text())[1:]

    assert blocks
    assert [
        block for block in blocks if not re.search(r"==.*--hash=sha256:[0-9a-f]{64}", block, re.DOTALL)
    ] == []


def test_torch_is_locked_in_the_version_that_the_package_names() -> None:
    prize = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]["prize"]
    (named,) = [text for text in prize if text.startswith("torch==")]

    assert f"\n{named} \\\n" in (ROOT / "requirements-torch.lock").read_text()


def test_the_base_image_is_pinned_by_digest_and_an_argument() -> None:
    makefile, dockerfile = ((ROOT / name).read_text() for name in ("Makefile", "images/Dockerfile"))

    assert PINNED_IMAGE.findall(makefile) == PINNED_IMAGE.findall(dockerfile) != []


def test_an_image_is_built_with_every_lock() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()

    assert {f"!{lock.name}" for lock in LOCKS} <= set(ignored)
