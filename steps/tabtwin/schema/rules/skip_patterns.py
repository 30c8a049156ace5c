"""Say what never occurs together in words: as a skip pattern where it is one, and never with a value."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tabtwin.schema.rules.states import States, is_rest


def said(one: States, other: States, counts: np.ndarray, absent: np.ndarray) -> str:
    """Return in words the clearest skip pattern of two columns: that one of them has a state exactly, or
    only, where the other has some; or nothing.
    """
    found = [*_patterns(one, other, counts, absent), *_patterns(other, one, counts.T, absent.T)]
    return min(found, key=lambda pattern: pattern[:-1])[-1] if found else ""


def _patterns(
    one: States, other: States, counts: np.ndarray, absent: np.ndarray
) -> Iterator[tuple[bool, bool, str]]:
    """Yield skip patterns of the second column: whether they are vague, and about a value, and words."""
    zero, names = counts == 0, (one.column.name, other.column.name)
    for place, state in enumerate(other.states):
        seen = ~zero[:, place]
        known = seen.any() and absent[:, place].any() and (absent[:, place] == zero[:, place]).all()
        if is_rest(state) or not known or one.shares[seen].sum() > 0.5:
            continue
        vague = bool(np.delete(counts, place, axis=1)[seen].any())
        where = [one.states[at] for at in np.flatnonzero(seen)]
        missing = f"{names[1]} is missing" if state is None else f"{names[1]} has a certain value"
        by = f"{names[0]} is missing" if where == [None] else f"{names[0]} has certain values"
        yield vague, state is not None, f"{missing} {'only' if vague else 'exactly'} where {by}"


def plain(one: States, other: States, absent: np.ndarray) -> str:
    """Return in words how many combinations never occur."""
    number = int(absent.sum())
    combinations_of = "combination" if number == 1 else "combinations"
    verb = "occurs" if number == 1 else "occur"
    return f"{number} {combinations_of} of {one.column.name} and {other.column.name} never {verb}"
