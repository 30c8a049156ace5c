"""tabtwin.evaluation.risks.linkability: halves that meet at one twin row."""

from __future__ import annotations

import numpy as np
import pytest

from tabtwin.evaluation.distances.neighbours import Features
from tabtwin.evaluation.risks.linkability import NEIGHBOURS, by_chance, deals, links


def rows(count: int, seed: int) -> Features:
    return Features(np.random.default_rng(seed).random((count, 6)).astype(np.float32))


def test_every_deal_puts_each_column_into_one_of_two_halves_of_a_size() -> None:
    for left, right in deals(7, np.random.default_rng(1)):
        assert sorted([*left, *right]) == list(range(7))
        assert len(right) - len(left) == 1


def test_rows_that_the_twin_holds_are_linked_and_others_hardly() -> None:
    twin, dealt = rows(1_000, 1), deals(6, np.random.default_rng(1))
    copied, others = (links(part, twin, dealt) for part in (twin.take(np.arange(200)), rows(200, 2)))
    for near in NEIGHBOURS:
        assert copied[near].all()
        assert others[near].mean() < 0.2


def test_halves_that_have_nothing_to_do_with_one_another_are_linked_as_often_as_chance_has_it() -> None:
    found = links(rows(2_000, 2), rows(100, 1), deals(6, np.random.default_rng(1)))
    for near in NEIGHBOURS:
        assert found[near].mean() == pytest.approx(by_chance(near, 100), abs=0.05)


def test_a_twin_of_fewer_rows_than_are_looked_at_links_everybody() -> None:
    found = links(rows(20, 1), rows(3, 2), deals(6, np.random.default_rng(1)))
    assert found[10].all()
    assert by_chance(10, 3) == 1
    assert by_chance(1, 50) == pytest.approx(1 / 50)
