"""Tables are drawn for what they hold, and no table twice."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd

from tests.benchmarks.drawing import MOST_COLUMNS, MOST_ROWS, REASONS, Holds, draw, look


def any_tables() -> dict[str, Holds]:
    rng = np.random.default_rng(1)
    return {
        f"p.t{at}": Holds(
            rows=int(rng.choice([50, 150, 3_000, 300_000, 900_000])),
            columns=int(rng.choice([1, 8, 100, 200])),
            missing=float(rng.choice([0.0, 0.4])),
            spike=float(rng.choice([0.0, 0.6])),
            words=float(rng.choice([0.0, 30.0])),
            dates=bool(rng.random() < 0.3),
        )
        for at in range(400)
    }


def test_as_many_are_drawn_for_each_thing_as_the_rule_says_and_the_same_each_time() -> None:
    tables = any_tables()
    drawn = draw(tables)
    assert Counter(one.reason for one in drawn) == {reason: count for reason, count, _ in REASONS}
    assert len({one.table for one in drawn}) == len(drawn) >= 40
    holds = {reason: fit for reason, _, fit in REASONS}
    assert all(holds[one.reason](one.holds) for one in drawn)
    assert all(100 <= one.holds.rows <= MOST_ROWS and one.holds.columns <= MOST_COLUMNS for one in drawn)
    assert draw(dict(reversed(tables.items()))) == drawn


def test_what_a_table_holds_is_found() -> None:
    frame = pd.DataFrame({"n": [0] * 60 + [*range(40)], "d": ["2020-01-02"] * 50 + ["2020-02-03"] * 50})
    assert look(frame) == Holds(rows=100, columns=2, missing=0.0, spike=0.61, words=10.0, dates=True)
    gaps = pd.DataFrame({"a": ["x", None], "b": [1.0, 2.0]})
    assert look(gaps) == Holds(rows=2, columns=2, missing=0.5, spike=0.0, words=1.0, dates=False)
