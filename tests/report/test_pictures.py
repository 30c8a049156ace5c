import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from tabtwin.protection.rare_values import fit_encoding
from tabtwin.report.pictures import ENOUGH, Picture, pictures
from tabtwin.schema.schema import Column, Schema

NUMBER = Schema(columns=(Column(name="x", kind="decimal", digits=2, missing=True),))
COLOUR = Schema(columns=(Column(name="x", kind="category", missing=True),))
DAY = Schema(columns=(Column(name="x", kind="datetime", format="%Y-%m-%d"),))


def draw(schema: Schema, real: list, synthetic: list, subjects: list[int] | None = None) -> Picture:
    kind = schema.columns[0].kind
    dtype = {"category": object, "datetime": "datetime64[ns]"}.get(kind, "float64")
    tables = [pd.DataFrame({"x": pd.Series(cells, dtype=dtype)}) for cells in (real, synthetic)]
    owners = np.arange(len(real)) if subjects is None else np.array(subjects)
    encoding = fit_encoding(tables[0], schema, owners, 5)
    (picture,) = pictures(tables[0], tables[1], owners, schema, encoding)
    return picture


def test_a_bar_of_fewer_than_five_is_withheld_on_either_side() -> None:
    picture = draw(COLOUR, ["red"] * 90 + ["blue"] * 10, ["red"] * 97 + ["blue"] * 3)
    assert picture.labels == ("red", "blue")
    assert picture.real == (0.9, 0.1)
    assert picture.synthetic == (1.0, None)


def test_a_bar_of_many_rows_but_few_subjects_is_withheld() -> None:
    real = ["red"] * 90 + ["blue"] * 10
    picture = draw(COLOUR, real, real, subjects=[*range(90), *[90] * 5, *range(91, 96)])
    assert picture.real[1] is not None
    few = draw(COLOUR, [*real, *[None] * 10], real, subjects=[*range(100), *[100] * 10])
    assert few.missing == (None, None)


def test_a_rare_category_is_nowhere_in_a_picture() -> None:
    picture = draw(COLOUR, ["red"] * 90 + ["secret"] * 4, ["red"] * 50)
    assert "secret" not in picture.svg() + picture.caption() + picture.title()


def test_categories_beyond_the_commonest_share_a_bar() -> None:
    names = [f"c{place:02d}" for place in range(20)]
    cells = [name for place, name in enumerate(names) for _ in range(40 - place)]
    picture = draw(COLOUR, cells, cells)
    assert picture.labels[-1] == "(10 others)"
    assert picture.apart == 0


def test_dates_times_and_single_values_have_pictures_too() -> None:
    assert "2020-01-01" in draw(DAY, ["2020-01-01"] * 20, ["2020-01-01"] * 20).title()
    time = Schema(columns=(Column(name="x", kind="datetime", format="%H:%M"),))
    drawn = draw(time, ["1900-01-01 08:05"] * 20, ["1900-01-01 08:05"] * 20)
    assert "08:05:00" in drawn.title()
    assert "1900" not in drawn.title()
    assert draw(NUMBER, [1.5] * 20, [1.5] * 20).svg().startswith("<svg")


def test_a_twin_of_missing_cells_alone_has_a_picture() -> None:
    picture = draw(NUMBER, [1.0] * 10 + [2.0] * 10, [np.nan] * 10)
    assert picture.missing == (None, 1.0)


@given(cells=st.lists(st.floats(-1e6, 1e6) | st.just(float("nan")), min_size=20, max_size=200))
@settings(max_examples=40)
def test_no_bar_stands_for_fewer_than_five(cells: list[float]) -> None:
    real = [0.0] * 10 + [1.0] * 10 + cells
    picture = draw(NUMBER, real, [0.0] * 30)
    shown = [share for share in picture.real if share is not None]
    assert all(share * len(real) >= ENOUGH * 0.9 for share in shown)
