from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tabtwin.generators.boost.categories import fit_categories, load_categories


def cells(*values: str | None) -> np.ndarray:
    return np.array(values, dtype=object)


TEXTS = st.text(st.characters(exclude_characters="\0"), max_size=3)
"""Without NUL, at which a text ends for pandas."""


@given(st.lists(st.one_of(st.none(), TEXTS), min_size=1, max_size=60))
def test_cells_come_back_from_their_codes(values: list[str | None]) -> None:
    given_cells = cells(*values)
    categories = fit_categories(given_cells)
    restored = load_categories(*categories.state())
    codes = categories.codes(given_cells)
    assert restored.draw(codes, np.zeros(len(codes))).tolist() == values
    assert sorted(set(codes.tolist())) == list(range(categories.size))


def test_the_commonest_come_first_and_missing_among_them() -> None:
    assert fit_categories(cells("a", None, "b", None, "b", None)).values == (None, "b", "a")


def test_what_was_not_seen_counts_as_the_rarest() -> None:
    categories = fit_categories(cells("a", "a", "b"))
    assert categories.codes(cells("z", None, "a")).tolist() == [1, 1, 0]
