import numpy as np
import pandas as pd

from tabtwin.evaluation.utility.features import Features
from tabtwin.schema.schema import Column

COLUMNS = (
    Column(name='a, [b] {c}: "d"', kind="decimal"),
    Column(name="colour", kind="category", missing=True),
    Column(name="day", kind="datetime", format="%Y-%m-%d"),
)


def table(colours: list[str | None]) -> pd.DataFrame:
    rows = len(colours)
    return pd.DataFrame(
        {
            COLUMNS[0].name: np.arange(rows) / 2,
            "colour": pd.Series(colours, dtype=object),
            "day": pd.to_datetime(["1970-01-03"] * rows),
        }
    )


def test_common_categories_have_the_lowest_codes_and_dates_are_days() -> None:
    matrix = Features.fit(table(["red", "blue", "blue"]), COLUMNS).matrix(table(["red", "blue"]))
    assert matrix.tolist() == [[0.0, 1.0, 2.0], [0.5, 0.0, 2.0]]


def test_an_unknown_category_has_a_code_of_its_own_and_a_missing_one_none() -> None:
    codes = Features.fit(table(["red", "blue"]), COLUMNS).matrix(table(["green", None]))[:, 1]
    assert codes[0] == 2
    assert np.isnan(codes[1])


def test_a_matrix_becomes_the_encoded_table_again() -> None:
    original = table(["red", None, "blue"])
    features = Features.fit(original, COLUMNS)
    frame = features.frame(features.matrix(original))
    assert frame["colour"].tolist() == ["red", None, "blue"]
    assert frame["day"].tolist() == [2.0, 2.0, 2.0]
