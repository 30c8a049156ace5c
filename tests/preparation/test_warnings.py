"""What may go wrong is told by columns and counts."""

import numpy as np
import pandas as pd
import pytest

from tabtwin.preparation.prepare import ingest_opened
from tabtwin.preparation.profile import Asked, open_table
from tabtwin.preparation.warnings import doubts

ROWS = 2_000
JOBS = [f"job {at // 3 if at < 1_600 else 0}" for at in range(ROWS)]


def told(entity: str = "", **columns: object) -> str:
    """All doubts about a sound table with these columns besides, or instead."""
    rng = np.random.default_rng(4)
    sound = {
        "age": rng.integers(18, 90, ROWS),
        "income": np.round(rng.lognormal(10, 1, ROWS), 2),
        "plan": rng.choice(["gold", "silver"], ROWS),
    }
    asked = Asked(target="plan", entity=entity)
    opened = open_table(pd.DataFrame(sound | columns).to_csv(index=False).encode(), "t.csv", b"", asked)
    return "\n".join(doubts(opened, ingest_opened(opened)))


def few(common: str, *others: str) -> np.ndarray:
    """One text in most rows, and each of the others in some."""
    cells = np.full(ROWS, common, dtype=object)
    for at, other in enumerate(others):
        cells[at * 20 : (at + 1) * 20] = other
    return np.random.default_rng(1).permutation(cells)


def test_a_sound_table_raises_none() -> None:
    assert told() == ""


@pytest.mark.parametrize(
    ("column", "cells", "said"),
    [
        ("note", few("fine", "=cmd()", "@x", "-5"), "40 cells of note begin like formulas"),
        (
            "note",
            few("fine", "+1", "-2+3+cmd|' /C calc'!A0", "-5 to 0"),
            "40 cells of note begin like formulas",
        ),
        ("=cmd()", np.arange(ROWS) % 7, "1 of the columns' names begin like formulas"),
        ("size", few("n/k", *(str(n) for n in range(95))), "size is text for 100 cells that are not numbers"),
        (
            "at",
            few("soon", *"abcde", *(f"{n // 60:02d}:{n % 60:02d}" for n in range(90))),
            "at is text, although 1800 of 2000 cells are times",
        ),
        ("price", few("1,50", "2,50", "3,50"), "price holds numbers with decimal commas"),
        ("shop_id", np.arange(ROWS) // 10, "shop_id is named like a key, and repeats.*--entity shop_id"),
        ("plan", few("gold", "silver"), "target plan has 1 of 2 classes with fewer than 50 rows"),
        ("rare", np.where(np.arange(ROWS) < 60, 1.5, np.nan), "rare is missing in 97 % of rows"),
        (
            "paid",
            ["1.123456", *(f"{n / 8:.2f}" for n in range(1, ROWS))],
            "paid has a few cells that are more precise",
        ),
        ("lost", np.where(np.arange(ROWS) < 4, 1.5, np.nan), "lost will be left empty"),
        (
            "job",
            [f"job {n // 3 if n < 1_600 else 0}" for n in range(ROWS)],
            "Value protection hides 80 % of job",
        ),
        ("job", [f"job {n // 3 if n < 1_600 else 0}" for n in range(ROWS)], "job has 534 different texts"),
    ],
)
def test_a_column_that_may_go_wrong_is_named_with_what_to_do(column: str, cells: object, said: str) -> None:
    lines = told(**{column: cells})
    assert any(pd.Series(lines.splitlines()).str.contains(said)), lines


def test_few_rows_and_many_equal_ones_are_told() -> None:
    frame = pd.DataFrame({"a": ["x", "y"] * 100, "b": ["u", "u", "v", "v"] * 50})
    opened = open_table(frame.to_csv(index=False).encode(), "t.csv", b"", Asked())
    lines = doubts(opened, ingest_opened(opened))
    assert any("150 rows to learn from are few" in line for line in lines)
    assert any("146 of 150 rows equal an earlier one" in line for line in lines)


def test_rows_that_are_a_plan_are_told_with_its_columns() -> None:
    plan = {"age": np.arange(ROWS) % 40, "clinic": np.arange(ROWS) // 40}
    assert "each combination of age, clinic has one row or a few" in told(**plan)


def test_rows_that_are_few_for_the_columns_are_told() -> None:
    wide = {f"c{at}": np.random.default_rng(at).normal(size=ROWS) for at in range(40)}
    assert "1500 rows are few for 43 columns" in told(**wide)


def test_rows_of_subjects_are_said_to_be_drawn_one_by_one() -> None:
    line = told(shop_id=np.arange(ROWS) // 10, entity="shop_id")
    assert "the twin's rows are drawn one by one" in line
    assert "150 subjects become 1500 of one row" in line
    assert "named like a key" not in line


def test_rows_that_are_alike_as_those_of_one_subject_are_said_to_be() -> None:
    rng = np.random.default_rng(5)
    whose = rng.integers(0, 300, ROWS)
    born, town = rng.integers(1_930, 2_005, 300), rng.integers(0, 40, 300)
    own = {"born": born[whose], "town": np.char.add("town ", town[whose].astype(str))}
    line = told(**own, sex=rng.choice(["m", "f"], 300)[whose], job=rng.choice(list("abc"), 300)[whose])
    assert "groups by born and town, within which sex, job stay the same" in line
    assert "use --entity" in line
