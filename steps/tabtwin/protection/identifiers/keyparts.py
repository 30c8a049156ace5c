"""Subjects that are a part of keys: the patient of a visit ``P017-V3``, or of visit 1703.

A key is unique, so it names no subject of several rows, but what it begins with may, or a part of it. Parts
are tried where signs change (letters, digits, others), and what stands before the last one to three digits.
What tells is the same as of columns (:mod:`evidence`), and of beginnings that what follows starts over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from tabtwin.protection.identifiers.evidence import weigh
from tabtwin.protection.identifiers.fields import COMMON, Field, is_even, repeats
from tabtwin.schema.cells import as_text

_PARTS = re.compile(r"[0-9]+|[^\W\d_]+|[\W_]+")
_ENDS = (1, 2, 3)
_MOST_PARTS = 10
_LONGEST = 64
_MOSTLY = 0.9
_START = 1
"""What follows a beginning is counted from 0 or 1."""
_USED = 0.75
"""The share of numbers of so many digits that are in use, at most: running numbers use all."""
_MOST_ROWS = 50
"""Rows that a beginning has on average, at most: receipts of a shop are more."""
_FEWEST_COUNTED = 67
_SAMPLED = 400
_CALENDAR = re.compile(
    r"(?:^|\D)(?:1[89]|20)[0-9]{2}"
    r"(?:\D?[QWMHSqwmhs][0-9]{1,2}|\D?(?:0[1-9]|1[0-2])(?:\D?(?:0[1-9]|[12][0-9]|3[01]))?)?"
    r"(?:\D+[0-9]{0,3})?$"
)


@dataclass(frozen=True)
class KeyPart:
    """A part of a column's keys that names what several rows are about.

    Attributes:
        name: The column.
        groups: The part of each row's key (rows,); -1 where there is none.
        hanging: Columns that are constant within, or nearly so.
        sure: Whether these tell that they are subjects; else it is told by how the keys are numbered.
    """

    name: str
    groups: np.ndarray
    hanging: tuple[str, ...]
    sure: bool


def find_parts(fields: Sequence[Field], keys: Sequence[Field]) -> list[KeyPart]:
    """For each column of keys the part that names subjects most surely, the finest of such.

    Args:
        fields: All columns.
        keys: Those of which each cell is a key of its own.
    """
    found = (_of_keys(field, [other for other in fields if other.name != field.name]) for field in keys)
    return [one for one in found if one is not None]


class _Cut(NamedTuple):
    """A part of each key (n,), object, and where it is a beginning, what follows; whether inside a number."""

    part: np.ndarray
    ends: np.ndarray | None = None
    inside: bool = False


def _of_keys(field: Field, others: Sequence[Field]) -> KeyPart | None:
    found: dict[tuple[bool, int, int], KeyPart] = {}
    for cut in _cuts(as_text(field.cells)):
        codes, names = pd.factorize(cut.part)
        groups = np.append(codes, -1)[field.cells.codes]
        begins = cut.ends is not None
        if not _may_be(groups, names) or (begins and not _starts_over(codes, cut)):
            continue
        ranks = np.argsort(np.argsort(names.astype(str), kind="stable"), kind="stable")
        evidence = weigh(groups, ranks, others)
        sure = evidence.tells_subjects if begins else evidence.apart >= 2
        numbered = begins and evidence.apart and len(names) >= _FEWEST_COUNTED
        if sure or numbered:
            found[sure, evidence.apart, len(names)] = KeyPart(field.name, groups, evidence.hanging, sure)
    return found[max(found)] if found else None


def _may_be(groups: np.ndarray, names: np.ndarray) -> bool:
    """Whether there are enough groups, of few rows each, that are no days."""
    if not repeats(groups) or not is_even(groups, COMMON):
        return False
    return bool((groups >= 0).sum() <= _MOST_ROWS * len(names)) and not _are_days(names)


def _cuts(texts: np.ndarray) -> Iterator[_Cut]:
    """Parts of texts (n,): beginnings, single words and numbers, and ends; none of long ones."""
    if np.median([len(text) for text in texts]) > _LONGEST:
        return
    parts = [_PARTS.findall(text) for text in texts]
    width = int(np.bincount([min(len(some), _MOST_PARTS) for some in parts]).argmax())
    if np.mean([len(some) >= width for some in parts]) >= _MOSTLY:
        model = next(some for some in parts if len(some) >= width)
        words = [at for at in range(width) if model[at][0].isalnum()]
        for at in words[:-1]:
            yield _Cut(
                _joined([some[: at + 1] for some in parts]), _joined([some[at + 1 :] for some in parts])
            )
        for at in words[1:]:
            yield _Cut(_joined([some[at : at + 1] for some in parts]))
        for at in words[1:-1]:
            yield _Cut(_joined([some[at:] for some in parts]))
    digits = np.array([len(some[-1]) if some and some[-1][0].isdecimal() else 0 for some in parts])
    for size in _ENDS:
        if (digits > size).mean() >= _MOSTLY:
            yield _Cut(
                np.array([text[:-size] for text in texts], dtype=object),
                np.array([text[-size:] for text in texts], dtype=object),
                inside=True,
            )


def _joined(parts: Sequence[Sequence[str]]) -> np.ndarray:
    return np.array(["".join(some) for some in parts], dtype=object)


def _are_days(names: np.ndarray) -> bool:
    """Whether most texts end in a year, a month, a week or a day, and at most a short number behind it."""
    sample = names[np.linspace(0, len(names) - 1, min(len(names), _SAMPLED)).astype(int)]
    return bool(np.mean([_CALENDAR.search(str(name)) is not None for name in sample]) >= 0.5)


def _starts_over(codes: np.ndarray, cut: _Cut) -> bool:
    """Whether what follows is counted from 0 or 1 within most beginnings, or is one of a few words.

    Args:
        codes: The beginning of each key (n,).
        cut: Where they are cut.
    """
    ends = np.empty(0, object) if cut.ends is None else cut.ends
    known = pd.Series(ends, dtype=object).str.extract(r"([0-9]+)\D*$")[0]
    few = len(pd.unique(ends)) <= max(2, len(ends) // 20)
    if known.notna().mean() < _MOSTLY:
        return few
    numbers = known.fillna("0").str[-9:].astype("int64")
    starts = bool((numbers.groupby(codes).min() <= _START).mean() >= _MOSTLY)
    if not cut.inside:
        return starts or few
    return starts and numbers.nunique() <= _USED * 10 ** len(str(ends[0]))
