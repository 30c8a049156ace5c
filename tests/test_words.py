"""Words that a person reads are of the present day: in pages, help, errors, reports and docstrings.

A room of ``steps/tabtwin`` that still has archaic words stands in ``NOT_YET``; clean it, and take it out.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pages import PAGES, ROOT, prose

PACKAGE = ROOT / "steps" / "tabtwin"
ARCHAIC = {
    r"put(s|ting)? out": "release, released",
    r"anew": "again, new",
    r"nobody|nobody's": "no one",
    r"shall": "must, does",
    r"whoever|whosoever|whomever": "anyone who, those who",
    r"likewise": "too, in the same way",
    r"(is|are|was|were|be|been|being) told(?! (apart|from))": "found by, decided by, given",
    r"told (by|of)": "found by, said of",
    r"(?<!there )(is|are|was|were) none(?! of)": "is not one, does not count",
    r"unasked": "unless you say so",
    r"but for": "except for",
    r"be (it|they)": "whether",
    r"lest": "so that ... not",
    r"mended": "fixed",
    r"hence|whence|thereof|therein|whilst|naught|nought|forthwith|heretofore|perforce": "plain words",
    r"of (one's|your) own accord": "by itself",
}
_ARCHAIC = re.compile("|".join(rf"\b(?:{word})\b" for word in ARCHAIC), re.IGNORECASE)

NOT_YET = {
    *("cli", "evaluation", "generators", "io", "pipeline", "preparation", "protection", "report", "schema"),
    "store",
}
"""Rooms that still have such words."""

ROOMS = sorted(path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists())
TEXTS = (*PAGES, *sorted((ROOT / "helm").glob("values*")), ROOT / "Makefile")


@pytest.mark.parametrize("page", TEXTS, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_has_no_archaic_word(page: Path) -> None:
    assert found_in([prose(page)]) == []


@pytest.mark.parametrize("room", ["", *(room for room in ROOMS if room not in NOT_YET)])
def test_a_room_has_no_archaic_word(room: str) -> None:
    files = (PACKAGE / room).rglob("*") if room else PACKAGE.glob("*.py")
    assert {str(path.relative_to(PACKAGE)): found for path in files if (found := found_in(texts(path)))} == {}


def test_every_room_that_is_not_yet_clean_exists() -> None:
    assert set(ROOMS) >= NOT_YET


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("values that are put\n   out", ["put out"]),
        ("It is told by its cells, whoever looks.", ["is told", "whoever"]),
        ("Rows cannot be told apart, nor told from others.", []),
        ("Released again by anyone who has the key.", []),
    ],
)
def test_archaic_words_are_found_across_lines(text: str, found: list[str]) -> None:
    assert found_in([text]) == found


def found_in(texts: list[str] | Iterator[str]) -> list[str]:
    """Return the archaic words of texts, in their order."""
    return [found.group().lower() for text in texts for found in _ARCHAIC.finditer(" ".join(text.split()))]


def texts(path: Path) -> Iterator[str]:
    """Return what a person may read of a file: strings and docstrings of Python, all of a template."""
    if path.suffix in {".html", ".jinja", ".j2", ".toml"}:
        yield path.read_text()
    elif path.suffix == ".py":
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
