"""tabtwin.schema.rules.breaking: what is fixed, of categories by thousands, too."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.breaking import what_is_fixed

WORDS = st.sampled_from(["a", "b", "c", "d", None])


@given(
    st.lists(WORDS, max_size=20),
    st.dictionaries(st.sampled_from("abcde"), st.sampled_from(["x", "y", None]), min_size=1),
)
def test_each_fixed_value_comes_once_with_all_cells_that_fix_it(cells, values):
    rule = Rule(kind="implies", columns=("first", "then"), values=values)
    found = [(there.tolist(), then) for there, then in what_is_fixed(np.array(cells, object), rule, [rule])]
    expected = {then: [cell in values and values[cell] == then for cell in cells] for then in values.values()}
    assert found == [(there, then) for then, there in expected.items()]
