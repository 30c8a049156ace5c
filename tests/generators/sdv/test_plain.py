import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from tabtwin.generators.sdv.plain import fit_coding, from_plain, to_plain
from tabtwin.schema.schema import Column, Schema

SCHEMA = Schema(columns=(Column(name="n", kind="decimal"), Column(name="c", kind="category")))
numbers = st.one_of(st.just(float("nan")), st.floats(-1e12, 1e12, allow_subnormal=False))
texts = st.one_of(st.none(), st.sampled_from(["a", "nan", "0", "None", ""]))


def encoded(rows: list[tuple[float, str | None]]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "n": np.array([number for number, _ in rows], dtype="float64"),
            "c": pd.Series([text for _, text in rows], dtype=object),
        }
    )


@settings(max_examples=100)
@given(st.lists(st.tuples(numbers, texts), min_size=1, max_size=12))
def test_a_plain_table_holds_no_missing_cell_and_is_turned_back_whole(
    rows: list[tuple[float, str | None]],
) -> None:
    table = encoded(rows)
    coding = fit_coding(table, SCHEMA)
    plain = to_plain(table, coding)
    assert not plain.isna().any(axis=None)
    back = from_plain(plain, coding)
    spread = np.nanmax(np.abs(table["n"])) if table["n"].notna().any() else 1.0
    np.testing.assert_allclose(back["n"], table["n"], atol=1e-9 * max(spread, 1e-300))
    assert back["c"].tolist() == table["c"].tolist()


def test_what_does_not_vary_is_not_learned() -> None:
    table = encoded([(7.0, None)] * 3)
    coding = fit_coding(table, SCHEMA)
    assert to_plain(table, coding).shape == (3, 0)
    assert sum(column.width for column in coding) == 0
    back = from_plain(pd.DataFrame(index=range(2)), coding)
    assert back.to_dict("list") == {"n": [7.0, 7.0], "c": [None, None]}


def test_sdv_sees_neither_names_nor_values() -> None:
    table = encoded([(1.0, "secret"), (2.0, "other"), (float("nan"), None)])
    plain = to_plain(table, fit_coding(table, SCHEMA))
    assert list(plain) == ["n0", "m0", "c1"]
    assert plain["c1"].tolist() == ["1", "0", "2"]
