"""tabtwin.evaluation.risks.singling_out: predicates that one twin row meets, and in whom they are counted."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest

from tabtwin.evaluation.risks.boxes import Boxes, Population, equal_to, met_by
from tabtwin.evaluation.risks.cells import MISSING
from tabtwin.evaluation.risks.singling_out import at_random, judged, multivariate, univariate

ORDERED = np.array([True, True, False])


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


def table(rows: int, seed: int) -> np.ndarray:
    draw = np.random.default_rng(seed)
    numbers = np.round(draw.normal(50, 20, rows)), draw.exponential(10, rows)
    numbers[1][draw.random(rows) < 0.1] = MISSING
    return np.stack([*numbers, draw.integers(-1, 4, rows).astype(float)])


def people(cells: np.ndarray, subjects: np.ndarray | None = None) -> Population:
    return Population.of(cells, np.arange(cells.shape[1]) if subjects is None else subjects)


def count(boxes: Boxes, of: Population, threads: int = 1) -> list[int]:
    return met_by(boxes, of, most=of.size, threads=threads)[0].tolist()


def met(boxes: Boxes, cells: np.ndarray) -> np.ndarray:
    """Who meets each predicate, the slow way: bool (predicates, rows)."""
    values = cells[boxes.columns]
    return ((values >= boxes.low[..., None]) & (values <= boxes.high[..., None])).all(axis=1)


@pytest.mark.parametrize("guess", [univariate, multivariate])
def test_every_guess_is_met_by_one_row_of_the_twin(guess) -> None:
    twin = table(400, 1)
    boxes = guess(twin, ORDERED, rng=rng())
    assert (met(boxes, twin).sum(axis=1) == 1).all()
    assert len(boxes) > 50


def test_multivariate_guesses_are_about_different_rows() -> None:
    twin = table(400, 1)
    boxes = multivariate(twin, ORDERED, rng=rng())
    assert boxes is not None
    assert len(np.unique(met(boxes, twin).argmax(axis=1))) == len(boxes)


@pytest.mark.parametrize("guess", [univariate, multivariate])
def test_a_twin_whose_rows_are_all_alike_offers_no_guess(guess) -> None:
    assert guess(np.repeat(table(1, 1), 50, axis=1), ORDERED, rng=rng()) is None


def test_a_missing_number_is_met_by_missing_ones_alone() -> None:
    cells = np.array([[1.0, 2.0, MISSING, MISSING]])
    missing = equal_to(np.zeros((1, 1), np.int64), np.array([[MISSING]]))
    assert count(missing, people(cells)) == [2]
    ends = univariate(np.array([[1.0, 2.0, 2.0, MISSING, MISSING]]), np.array([True]), rng=rng())
    assert ends is not None
    assert (ends.low[:, 0] < MISSING).all()


def test_several_rows_of_a_subject_are_one_person() -> None:
    cells = np.array([[5.0, 7.0, 5.0, 5.0]])
    boxes = equal_to(np.zeros((1, 1), np.int64), np.array([[5.0]]))
    assert count(boxes, people(cells, np.array([3, 0, 3, 3]))) == [1]
    assert count(boxes, people(cells, np.array([3, 0, 3, 1]))) == [2]


@pytest.mark.parametrize("few", [0, 1_000_000], ids=["by threads", "at once"])
def test_the_number_of_threads_changes_no_count(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tabtwin.evaluation.risks.boxes.FEW", few)
    boxes = at_random(table(300, 1), ORDERED, 2, 77, rng=rng())
    one, two = (count(boxes, people(table(500, 2)), threads) for threads in (1, 2))
    assert one == two == met(boxes, table(500, 2)).sum(axis=1).tolist()


def test_as_many_unseen_people_are_counted_as_they_are() -> None:
    boxes = multivariate(table(400, 1), ORDERED, rng=rng())
    assert boxes is not None
    seen, unseen = table(300, 2), table(300, 3)
    found = judged(boxes, boxes, people(seen), people(unseen))
    assert found.holdout == pytest.approx((met(boxes, unseen).sum(axis=1) == 1) * 1.0)
    assert found.training.tolist() == (met(boxes, seen).sum(axis=1) == 1).tolist()


def test_fewer_unseen_people_stand_for_as_many_as_were_trained_on() -> None:
    """One holdout subject counts n / h, by the chance that none of the t training subjects is drawn."""
    value = equal_to(np.zeros((1, 1), np.int64), np.array([[1.0]]))
    for many in (0, 1, 2, 3):
        seen = np.where(np.arange(20) < many, 1.0, 0.0)[None]
        unseen = np.array([[1.0, 0.0, 0.0, 0.0, 0.0]])
        found = judged(value, value, people(seen), people(unseen))
        assert found.holdout[0] == pytest.approx(20 / 5 * comb(5, many) / comb(20, many))


def test_a_small_holdout_is_singled_out_on_average_as_often_as_training() -> None:
    """Where nobody was trained on, though a tenth as many are held out."""
    boxes = multivariate(table(1_000, 1), ORDERED, rng=rng())
    assert boxes is not None
    found = [
        judged(boxes, boxes, people(table(1_000, 2 * seed)), people(table(100, 2 * seed + 1)))
        for seed in range(1, 200)
    ]
    seen, unseen = (np.mean([getattr(one, side) for one in found]) for side in ("training", "holdout"))
    assert unseen == pytest.approx(seen, rel=0.1)
