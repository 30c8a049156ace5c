"""Find subjects that are a part of keys: the patient of a visit ``P017-V3``, or of visit 1703.

A key is unique, so it names no subject of several rows, but its beginning or another part of it may. A part
is named in two ways. :func:`beginnings` cuts off a short number of the row that a separator sets apart; the
result is judged as a column of its own (:mod:`subjects`). :func:`find_parts` also cuts where the kind of
characters changes (letters, digits, others) and before the last one to three digits; since such cuts are
guesses, evidence of other columns (:mod:`evidence`) must support them, and what follows a beginning must
start over in each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from tabtwin.protection.identifiers.evidence import weigh
from tabtwin.protection.identifiers.fields import COMMON, FEWEST, Field, is_even, repeats
from tabtwin.schema.kinds.cells import Cells, as_text

_TAILED = re.compile(r"(.*[^\W_])[-_./:# ]+(?:[A-Za-z]{1,3}[0-9]{0,3}|[0-9]{1,3})", re.DOTALL)
_NUMBER = re.compile("[0-9]{1,15}")
_NEARLY_UNIQUE = 0.5
_MOST_BEGINNINGS = 0.7
_PARTS = re.compile(r"[0-9]+|[^\W\d_]+|[\W_]+")
_ENDS = (1, 2, 3)
_MOST_PARTS = 10
_LONGEST = 64
_MOSTLY = 0.9
_START = 1
"""The numbers after a beginning are counted from 0 or 1."""
_USED = 0.75
"""The largest share of numbers of so many digits that are in use: running numbers use all."""
_MOST_ROWS = 50
"""The most rows of a beginning on average: a shop has more receipts."""
_FEWEST_COUNTED = 67
_SAMPLED = 400
_CALENDAR = re.compile(
    r"(?:^|\D)(?:1[89]|20)[0-9]{2}"
    r"(?:\D?[QWMHSqwmhs][0-9]{1,2}|\D?(?:0[1-9]|1[0-2])(?:\D?(?:0[1-9]|[12][0-9]|3[01]))?)?"
    r"(?:\D+[0-9]{0,3})?$"
)


@dataclass(frozen=True)
class KeyPart:
    """A part of a column's keys that names subjects of several rows.

    Attributes:
        name: The column.
        groups: The part of each row's key (rows,); -1 where there is none.
        dependent: Columns that depend on it.
        sure: Whether these show that they are subjects; otherwise the numbering of the keys does.
    """

    name: str
    groups: np.ndarray
    dependent: tuple[str, ...]
    sure: bool


def beginnings(field: Field) -> Field | None:
    """Return the repeating beginnings of a nearly unique column as a column of the same name.

    ``P0012-V3`` begins with ``P0012``, and ``1001_L`` with 1001; ``None`` if values have no such form.
    """
    if field.kind != "text" or field.count < _NEARLY_UNIQUE * field.cells.held:
        return None
    found = [_TAILED.fullmatch(str(text).strip()) for text in field.cells.values]
    tailed = np.array([match is not None for match in found])
    if tailed.mean() < _MOSTLY:
        return None
    codes, names = pd.factorize(np.array([match[1] for match in found if match], dtype=object))
    if not FEWEST <= len(names) <= _MOST_BEGINNINGS * len(codes):
        return None
    of_values = np.full(field.count + 1, -1, "int32")
    of_values[:-1][tailed] = codes
    cells = Cells(np.asarray(names, dtype=object), of_values[field.cells.codes])
    if all(_NUMBER.fullmatch(name) for name in names):
        return Field(field.name, cells, "whole", np.array(names, dtype=float))
    return Field(field.name, cells, "text")


def find_parts(fields: Sequence[Field], keys: Sequence[Field]) -> list[KeyPart]:
    """Return the part of each column of keys that names subjects most surely, the finest of such.

    Args:
        fields: All columns.
        keys: Those of which each cell is a key of its own.
    """
    found = (_of_keys(field, [other for other in fields if other.name != field.name]) for field in keys)
    return [one for one in found if one is not None]


class _Cut(NamedTuple):
    """A part of each key (n,), object, and for a beginning, what follows it; whether it cuts a number."""

    part: np.ndarray
    ends: np.ndarray | None = None
    inside: bool = False

    @property
    def cuts(self) -> bool:
        """Return whether what follows says anything: ``.0`` behind all whole numbers does not."""
        return self.ends is None or len(pd.unique(self.ends)) > 1


def _of_keys(field: Field, others: Sequence[Field]) -> KeyPart | None:
    found: dict[tuple[bool, int, int], KeyPart] = {}
    for cut in _cuts(as_text(field.cells)):
        codes, names = pd.factorize(cut.part)
        groups = np.append(codes, -1)[field.cells.codes]
        begins = cut.ends is not None
        if not _may_be(groups, names) or (begins and not (cut.cuts and _starts_over(codes, cut))):
            continue
        ranks = np.argsort(np.argsort(names.astype(str), kind="stable"), kind="stable")
        evidence = weigh(groups, ranks, others)
        sure = evidence.tells_subjects if begins else evidence.apart >= 2
        numbered = begins and evidence.apart and len(names) >= _FEWEST_COUNTED
        if sure or numbered:
            found[sure, evidence.apart, len(names)] = KeyPart(field.name, groups, evidence.dependent, sure)
    return found[max(found)] if found else None


def _may_be(groups: np.ndarray, names: np.ndarray) -> bool:
    """Return whether there are enough groups, of few rows each, that are not days."""
    if not repeats(groups) or not is_even(groups, COMMON):
        return False
    return bool((groups >= 0).sum() <= _MOST_ROWS * len(names)) and not _are_days(names)


def _cuts(texts: np.ndarray) -> Iterator[_Cut]:
    """Yield parts of texts (n,): beginnings, single words and numbers, and ends; none of long texts."""
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
    """Return whether most texts end in a year, a month, a week or a day, and at most a short number
    after it.
    """
    sample = names[np.linspace(0, len(names) - 1, min(len(names), _SAMPLED)).astype(int)]
    return bool(np.mean([_CALENDAR.search(str(name)) is not None for name in sample]) >= 0.5)


def _starts_over(codes: np.ndarray, cut: _Cut) -> bool:
    """Return whether what follows is counted from 0 or 1 within most beginnings, or is one of a few words.

    Args:
        codes: The beginning of each key (n,).
        cut: The cut.
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
