"""What a person reads is present-day American English: pages, help, errors, reports and docstrings."""

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
    r"(go|goes|gone|going|went) on from": "continue",
    r"say(?= --)": "use",
    r"called like": "named like",
    r"in silence": "silently",
    r"stands? (in|under|beside)(?! for)": "is in",
    r"such a one": "one",
    r"somebody": "someone",
    r"(is|are|has|have|there's) but (?!not)": "only",
}
BRITISH = {
    r"\w*(memoris|summaris|organis|recognis|regularis|anonymis|optimis|normalis|minimis|maximis)\w*": "-ize",
    r"\w*(neighbour|behaviour|colour|favour)\w*": "-or",
    r"licence\w*": "license",
    r"judgements?": "judgment",
    r"(un)?(label|model)l(ed|ing)": "labeled, modeling",
    r"towards(?! formalizing)": "toward",
    r"centre\w*": "center",
    r"grey\w*": "gray",
    r"defence": "defense",
    r"spelt|learnt": "spelled, learned",
}
"""Pages, help and report are in American English; names in code and in JSON files stay as they are."""
_ARCHAIC = re.compile("|".join(rf"\b(?:{word})\b" for word in ARCHAIC), re.IGNORECASE)
_BRITISH = re.compile("|".join(rf"\b(?:{word})\b(?!:)" for word in BRITISH), re.IGNORECASE)
_CODE = re.compile(
    r"``[^`]+``|`[^`]+`|:\w+:`[^`]+`|\{[^{}]*\}|\w+://\S+|\w+(\.\w+)+|\b\w+_\w+\b|\b[A-Z]{2,}\b"
)

_STATEMENT = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)

ROOMS = sorted(path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists())
TEXTS = (*PAGES, *sorted((ROOT / "helm").glob("values*")), ROOT / "Makefile")


@pytest.mark.parametrize("page", TEXTS, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_has_no_archaic_word(page: Path) -> None:
    assert found_in([prose(page)]) == []


@pytest.mark.parametrize("room", ["", *ROOMS])
def test_a_room_has_no_archaic_word(room: str) -> None:
    files = (PACKAGE / room).rglob("*") if room else PACKAGE.glob("*.py")
    assert {str(path.relative_to(PACKAGE)): found for path in files if (found := found_in(texts(path)))} == {}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("values that are put\n   out", ["put out"]),
        ("It is told by its cells, whoever looks.", ["is told", "whoever"]),
        ("Rows cannot be told apart, nor told from others.", []),
        ("Released again by anyone who has the key.", []),
        ("Judgements of the neighbour's colour.", ["judgements", "neighbour", "colour"]),
        ("A call of ``neighbours`` in evaluation.distances.neighbours.", []),
    ],
)
def test_archaic_words_are_found_across_lines(text: str, found: list[str]) -> None:
    assert found_in([text]) == found


def found_in(texts: list[str] | Iterator[str]) -> list[str]:
    """Return the archaic and the British words of texts, in their order; names of code do not count."""
    plain = [" ".join(text.split()) for text in texts]
    british = [_CODE.sub(" ", text) for text in plain if " " in text]
    return [
        found.group().lower()
        for pattern, read in ((_ARCHAIC, plain), (_BRITISH, british))
        for text in read
        for found in pattern.finditer(text)
    ]


def texts(path: Path) -> Iterator[str]:
    """Return what a person may read of a file: strings and docstrings of Python, all of a template."""
    if path.suffix in {".html", ".jinja", ".j2", ".toml"}:
        yield _STATEMENT.sub(" ", path.read_text())
    elif path.suffix == ".py":
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
