"""Find columns of codes with check digits, and what k subjects' codes have in common."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tabtwin.schema.kinds.cells import Cells, as_text
from tabtwin.schema.kinds.drawing import rounded
from tabtwin.schema.kinds.identifying import holds_unique, nearly_unique
from tabtwin.schema.kinds.key_ranges import apart_in_length
from tabtwin.schema.spelling import numerals, patterns
from tabtwin.schema.spelling.check_digits import CHECK_DIGIT, SCHEMES, Scheme, places_of, validity
from tabtwin.schema.spelling.number_style import PLAIN

FEWEST = 8
"""So many different codes are seldom all valid by chance: a hundred millionth."""
_FEWEST_CHECKS = 3
_FIRST = 4
_SOME = 20
_MOSTLY = 0.95
_MOST_FORMS = 40
_FEW_SIGNS = 6
_EXACT = 2.0**53
_HIDDEN = 0.95
_FEW_CELLS = 20


@dataclass(frozen=True)
class Checked:
    """Codes of a column.

    Attributes:
        scheme: How their check digits are computed.
        texts: All distinct cells (n,), object.
        wrong: How many cells are no valid codes.
    """

    scheme: Scheme
    texts: np.ndarray
    wrong: int

    @property
    def dtype(self) -> str:
        """Return the type of such codes in a CSV."""
        longest = max(map(len, self.texts))
        whole = all(text.isdigit() and text[0] != "0" for text in self.texts)
        return "int64" if whole and longest <= numerals.ALL_DIGITS else "string"

    @property
    def but(self) -> str:
        """Return a clause on cells that speak against it; empty if none do."""
        cells = "1 cell is" if self.wrong == 1 else f"{self.wrong} cells are"
        return f" ({cells} not)" if self.wrong else ""


def find_checked(cells: Cells) -> Checked | None:
    """Return the codes of a column, if nearly all of its distinct cells have the right check digits."""
    bare = cells.plainly(PLAIN)
    if len(bare.values) < FEWEST:
        return None
    if not bare.is_text and (
        bare.values.dtype.kind != "f" or np.median(bare.values) < 10**7 or bare.values.max() >= _EXACT
    ):
        return None
    few = np.unique(np.linspace(0, len(bare.values) - 1, _SOME).astype(int))
    some = as_text(Cells(bare.values[few], few.astype("int32")))
    for scheme in SCHEMES.values():
        if validity(some[:_FIRST], scheme).sum() < _FIRST - 1:
            continue  # most columns end here
        if validity(some, scheme).mean() < _MOSTLY - 1 / _SOME:
            continue
        texts = as_text(bare)
        valid = validity(texts, scheme)
        if valid.mean() < _MOSTLY:
            continue
        ends = {text[places_of(text, scheme)[scheme.places[-1]]] for text in texts[valid].tolist()}
        if len(ends) >= _FEWEST_CHECKS:
            return Checked(scheme, texts, int(bare.counts[~valid].sum()))
    return None


def are_keys(cells: Cells, protect: int) -> bool:
    """Return whether codes identify rows, or are too rare to be learned as categories."""
    if cells.is_unique or nearly_unique(cells) or holds_unique(cells):
        return True
    counts = cells.counts
    rare = int(counts[counts < protect].sum())
    return cells.held >= _FEW_CELLS and rare >= _HIDDEN * cells.held


def forms_of(
    texts: np.ndarray, owners: np.ndarray, codes: np.ndarray, k: int, scheme: Scheme, rows: int
) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Return the patterns of new codes, with a sign for each check digit, and how often each occurs.

    Codes of one pattern have the same length, separators, and first digits or country. A pattern is of k
    different codes of k owners.

    Args:
        texts: Distinct cells (n,), object.
        owners: The owner of each cell, integers (cells,).
        codes: Which text each cell holds, integers (cells,).
        k: How many owners must share a pattern.
        scheme: How check digits are computed.
        rows: How many new codes may be wanted.
    """
    valid = np.flatnonzero(validity(texts, scheme))
    bare = {int(at): unchecked(texts[at], scheme) for at in valid}
    held = np.isin(codes, valid)
    codes, owners = codes[held], owners[held]
    found: dict[str, int] = {}
    everything = np.array(list(bare.values()), dtype=object)
    lengths = np.fromiter(map(len, everything), int, len(everything))
    for at in _groups(texts, owners, codes, k, scheme):
        some = np.array([bare[code] for code in np.unique(codes[at]).tolist()], dtype=object)
        kept = np.array([bare[code] for code in codes[at].tolist()], dtype=object)
        if len(some) < k or (pattern := patterns.infer(kept, owners[at], k)) is None:
            continue
        if pattern[0] == "9" and not any(text[0] == "0" for text in some):
            pattern = f"1{pattern[1:]}"
        pattern = apart_in_length(some, pattern, rows, everything[lengths == len(some[0])])
        found[pattern] = found.get(pattern, 0) + len(at)
    most = sorted(found, key=lambda pattern: (-found[pattern], pattern))[:_MOST_FORMS]
    return tuple(most), tuple(rounded(np.array([found[pattern] for pattern in most]), k))


def unchecked(text: str, scheme: Scheme) -> str:
    """Return a code with a sign in place of each check digit."""
    signs, places = list(text), places_of(text, scheme)
    for at in scheme.places:
        signs[places[at]] = CHECK_DIGIT
    return "".join(signs)


def _groups(
    texts: np.ndarray, owners: np.ndarray, codes: np.ndarray, k: int, scheme: Scheme
) -> Iterator[np.ndarray]:
    """Yield the cells of codes that are alike, of k owners each."""
    places = {int(code): places_of(texts[code], scheme) for code in np.unique(codes)}
    least, most = scheme.issuer
    layouts = {code: f"{len(texts[code])} {at} {texts[code][: at[0]]}" for code, at in places.items()}
    begun = {code: "".join(texts[code][place] for place in at[:most]) for code, at in places.items()}
    whole = np.array([begun[code] for code in codes.tolist()])
    for at in _split(np.array([layouts[code] for code in codes.tolist()]), owners, k):
        yield from _branches(at, whole, owners, k, least, most)


def _branches(
    cells: np.ndarray, begun: np.ndarray, owners: np.ndarray, k: int, size: int, most: int
) -> Iterator[np.ndarray]:
    """Yield cells of the same first signs, as far as few signs follow one another."""
    kept = _split(begun[cells].astype(f"U{max(size, 1)}") if size else np.zeros(len(cells)), owners[cells], k)
    for at in (cells[some] for some in kept):
        following = _split(begun[at].astype(f"U{size + 1}"), owners[at], k)
        covered = sum(map(len, following)) >= _MOSTLY * len(at)
        if size < most and covered and len(following) <= _FEW_SIGNS:
            yield from _branches(at, begun, owners, k, size + 1, most)
        else:
            yield at


def _split(names: np.ndarray, owners: np.ndarray, k: int) -> list[np.ndarray]:
    """Return the places of equal names that k owners have, the most common first."""
    groups, _ = pd.factorize(names)
    order = np.argsort(-np.bincount(groups), kind="stable")[:_MOST_FORMS]
    found = (np.flatnonzero(groups == number) for number in order)
    return [at for at in found if len(np.unique(owners[at])) >= k]
