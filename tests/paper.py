"""What stands on the pages of a PDF: its letters, and its elements with the pages that each is on."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pdfminer.high_level import extract_pages
from pdfminer.layout import LAParams, LTChar
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import resolve1


@dataclass(frozen=True)
class Letter:
    """A letter with its size in points and its ink, 0 (black) to 1."""

    text: str
    size: float
    ink: tuple[float, ...]


@dataclass
class Element:
    """An element as the PDF is tagged, such as ``Table`` or ``Figure``."""

    kind: str
    pages: set[int]
    inner: list[Element] = field(default_factory=list)

    @property
    def all_pages(self) -> set[int]:
        """The pages that it and all in it stand on."""
        return self.pages.union(*(part.all_pages for part in self.inner))

    def all(self, kind: str) -> list[Element]:
        """Every element of a kind in it, itself among them."""
        found = [self] if self.kind == kind else []
        return found + [part for inner in self.inner for part in inner.all(kind)]


def letters(pdf: bytes) -> list[Letter]:
    """Every letter of a PDF."""
    pages = extract_pages(io.BytesIO(pdf), laparams=LAParams(all_texts=True))
    return [
        Letter(char.get_text(), char.size, _ink(char.graphicstate.ncolor))
        for page in pages
        for char in _characters(page)
    ]


def tagged(pdf: bytes) -> Element:
    """The elements of a tagged PDF, in one that is all of it."""
    document = PDFDocument(PDFParser(io.BytesIO(pdf)))
    pages = {page.pageid: number for number, page in enumerate(PDFPage.create_pages(document), start=1)}
    return _element(resolve1(document.catalog["StructTreeRoot"]), pages)


def _element(entry: dict[str, Any], pages: dict[int, int]) -> Element:
    found = Element(kind=_name(entry.get("S")), pages=set())
    kids = resolve1(entry.get("K")) or []
    for kid in map(resolve1, kids if isinstance(kids, list) else [kids]):
        marked = isinstance(kid, int) or "MCID" in kid
        if marked:  # it is on its own page where it names one, else on that of the element
            page = (kid.get("Pg") if isinstance(kid, dict) else None) or entry["Pg"]
            found.pages.add(pages[page.objid])
        elif "S" in kid:
            found.inner.append(_element(kid, pages))
    return found


def _name(value: Any) -> str:
    return str(getattr(value, "name", ""))


def _characters(part: Any) -> Iterator[LTChar]:
    if isinstance(part, LTChar):
        yield part
    elif hasattr(part, "__iter__"):
        for inner in part:
            yield from _characters(inner)


def _ink(colour: Any) -> tuple[float, ...]:
    return tuple(colour) if isinstance(colour, (tuple, list)) else (float(colour or 0),)
