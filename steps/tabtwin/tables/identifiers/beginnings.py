"""Subjects that stand at the beginning of keys: the patient of a visit ``P017-V3``, or of visit 1703.

A key is unique, so it names no subject of several rows, but what it begins with may. Beginnings are tried
where their signs change (letters, digits, others), and before the last one to three digits. What tells is
the same as of columns (:mod:`evidence`), and that what follows them starts over within each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from tabtwin.tables.cells import as_text
from tabtwin.tables.identifiers.evidence import weigh
from tabtwin.tables.identifiers.fields import COMMON, Field, is_even, repeats

_PARTS = re.compile(r"[0-9]+|[^\W\d_]+|[\W_]+")
_ENDS = (1, 2, 3)
_MOST_PARTS = 10
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
    r"(?:^|\D)(?:1[89]|20)[0-9]{2}(?:\D?(?:0[1-9]|1[0-2])(?:\D?(?:0[1-9]|[12][0-9]|3[01]))?)?\D*$"
)


@dataclass(frozen=True)
class Beginning:
    """What keys of a column begin with, where that names what several rows are about.

    Attributes:
        name: The column.
        groups: The beginning of each row's key (rows,); -1 where there is none.
        hanging: Columns that are constant within, or nearly so.
        sure: Whether these tell that they are subjects; else it is told by how the keys are numbered.
    """

    name: str
    groups: np.ndarray
    hanging: tuple[str, ...]
    sure: bool


def find_beginnings(fields: Sequence[Field], keys: Sequence[Field]) -> list[Beginning]:
    """For each column of keys the beginning that names subjects most surely, the finest of such.

    Args:
        fields: All columns.
        keys: Those of which each cell is a key of its own.
    """
    found = (_of_keys(field, [other for other in fields if other.name != field.name]) for field in keys)
    return [one for one in found if one is not None]


class _Cut(NamedTuple):
    """Keys cut in two: what each begins with, and what it ends with (n,), object; whether inside a number."""

    begins: np.ndarray
    ends: np.ndarray
    inside: bool


def _of_keys(field: Field, others: Sequence[Field]) -> Beginning | None:
    found: dict[tuple[bool, int, int], Beginning] = {}
    for cut in _cuts(as_text(field.cells)):
        codes, names = pd.factorize(cut.begins)
        groups = np.append(codes, -1)[field.cells.codes]
        if not _may_be(groups, names) or not _starts_over(codes, cut):
            continue
        ranks = np.argsort(np.argsort(names.astype(str), kind="stable"), kind="stable")
        evidence = weigh(groups, ranks, others)
        sure = evidence.tells_subjects
        if sure or (evidence.apart and len(names) >= _FEWEST_COUNTED):
            found[sure, evidence.apart, len(names)] = Beginning(field.name, groups, evidence.hanging, sure)
    return found[max(found)] if found else None


def _may_be(groups: np.ndarray, names: np.ndarray) -> bool:
    """Whether there are enough groups, of few rows each, that are no days."""
    if not repeats(groups) or not is_even(groups, COMMON):
        return False
    return bool((groups >= 0).sum() <= _MOST_ROWS * len(names)) and not _are_days(names)


def _cuts(texts: np.ndarray) -> Iterator[_Cut]:
    """Ways to cut texts (n,)."""
    parts = [_PARTS.findall(text) for text in texts]
    width = int(np.bincount([min(len(some), _MOST_PARTS) for some in parts]).argmax())
    if np.mean([len(some) >= width for some in parts]) >= _MOSTLY:
        for at in range(1, width):
            if parts[0][at - 1][0].isalnum():
                begins, ends = ([some[:at] for some in parts], [some[at:] for some in parts])
                yield _Cut(_joined(begins), _joined(ends), inside=False)
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
    """Whether most beginnings end in a year, a month or a day."""
    sample = names[np.linspace(0, len(names) - 1, min(len(names), _SAMPLED)).astype(int)]
    return bool(np.mean([_CALENDAR.search(str(name)) is not None for name in sample]) >= 0.5)


def _starts_over(codes: np.ndarray, cut: _Cut) -> bool:
    """Whether what follows is counted from 0 or 1 within most beginnings, or is one of a few words.

    Args:
        codes: The beginning of each key (n,).
        cut: What follows.
    """
    known = pd.Series(cut.ends, dtype=object).str.extract(r"([0-9]+)\D*$")[0]
    few = len(pd.unique(cut.ends)) <= max(2, len(cut.ends) // 20)
    if known.notna().mean() < _MOSTLY:
        return few
    numbers = known.fillna("0").str[-9:].astype("int64")
    starts = bool((numbers.groupby(codes).min() <= _START).mean() >= _MOSTLY)
    if not cut.inside:
        return starts or few
    return starts and numbers.nunique() <= _USED * 10 ** len(str(cut.ends[0]))
