"""The estimate comes near what runs took."""

import pytest

from tabtwin.cli.estimate import Estimate, estimate
from tabtwin.preparation.check import Check, ColumnCheck
from tabtwin.schema.schema import Schema


def learned(rows: int, columns: int) -> Check:
    column = ColumnCheck(name="x", kind="integer", why="", missing=0, values=9, heaviest=0.1)
    key = ColumnCheck(name="k", kind="key", why="", missing=0, values=9)
    return Check(
        file="t",
        rows=rows,
        training=rows,
        columns=(column,) * columns + (key,),
        schema_found=Schema(columns=()),
    )


@pytest.mark.parametrize(
    ("rows", "columns", "seconds", "gigabytes"),
    [
        (120, 14, 4.4, 0.45),
        (5_283, 20, 9.9, 0.53),
        (11_126, 24, 15.5, 0.56),
        (23_595, 15, 15.5, 0.60),
        (303_098, 18, 302, 1.44),
        (900_000, 20, 565, 2.50),
    ],
)
def test_it_is_near_what_runs_took(rows: int, columns: int, seconds: float, gigabytes: float) -> None:
    found = estimate(learned(rows, columns))
    assert 1 / 1.5 < found.seconds / seconds < 1.5
    assert 1 / 1.5 < found.gigabytes / gigabytes < 1.5


def test_it_is_said_in_round_figures() -> None:
    assert str(Estimate(47.3, 1.04)).startswith("about 50 seconds on two cores, and 1.0 GB")
    assert str(Estimate(3.4, 0.4)).startswith("about 3 seconds")
    assert str(Estimate(3_700, 4)).startswith("about 62 minutes")
