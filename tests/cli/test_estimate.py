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
    ("rows", "columns", "seconds"),
    [(5_283, 20, 45), (4_695, 10, 38), (6_602, 11, 41), (48_546, 10, 183)],
)
def test_it_is_near_what_runs_took(rows: int, columns: int, seconds: int) -> None:
    found = estimate(learned(rows, columns))
    assert found.seconds == pytest.approx(seconds, rel=0.25)
    assert 1.0 <= found.gigabytes < 2.5


def test_it_is_said_in_round_figures() -> None:
    assert str(Estimate(47.3, 1.04)).startswith("about 50 seconds on two cores, and 1.0 GB")
    assert str(Estimate(3_700, 4)).startswith("about 62 minutes")
