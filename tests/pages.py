"""The pages that a person reads, and what tests look for in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGES = (
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "helm/README.md")),
    ROOT / "tests" / "benchmarks" / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
)
_FENCE = re.compile(
    r"^(?:<!-- not run: (?P<why>[^\n]+) -->\n)?```(?P<language>\w*)\n(?P<text>.*?)^```$", re.M | re.S
)


@dataclass(frozen=True)
class Block:
    """A block of code: its page and number there, its language, and why it is not run, if so."""

    page: Path
    number: int
    language: str
    text: str
    why_not: str

    @property
    def name(self) -> str:
        """Return the block's name, for the test that runs it."""
        return f"{self.page.relative_to(ROOT)}-{self.number}"


def blocks(page: Path) -> Iterator[Block]:
    """Return the fenced blocks of a page, in their order."""
    for number, found in enumerate(_FENCE.finditer(page.read_text()), start=1):
        yield Block(page, number, found["language"], found["text"], found["why"] or "")


def prose(page: Path) -> str:
    """Return a page without its fenced blocks."""
    return _FENCE.sub("", page.read_text())


def anchors(page: Path) -> set[str]:
    """Return what a link into a page may name: places with an id, and what GitHub makes of headings."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.M)
    return {*re.findall(r'<a id="([a-z-]+)">', prose(page))} | {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings
    }
