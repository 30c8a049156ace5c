"""What is wrong with a CSV is said in one line that quotes no cell."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabtwin.io.reading import read_source
from tabtwin.lib.errors import InputError

SECRET = "a cell's value"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"a,b\n1,{SECRET}\n1,2,3\n", "expected 2 cells in line 3, as in the header, found 3"),
        (f"a,b\n1,{SECRET}\na,b\n", "found them again in row 2; leave it out"),
        (f"names\n\na,b\n1,{SECRET}\n", "expected as many column names in line 1 .* found 1 and 2"),
        (f"a,b\nr1,1,{SECRET}\nr2,3,4\n", "expected as many column names in line 1 .* found 2 and 3"),
        (f'a,b\n1,2\n1,"{SECRET}\n', "found a quote in or before line 3 that is not closed"),
        (f'a,b\n1,2\n"1,{SECRET}\n1,2\n', "found a quote in or before line 4 that is not closed"),
        (f"a,b\n1,{SECRET}\n" + "1,2\n" * 1_000 + "\0,1\n", "found a zero byte in line 1003"),
    ],
)
def test_the_line_names_what_is_to_blame(text: str, said: str) -> None:
    with pytest.raises(InputError, match=rf"t\.csv: .*{said}") as caught:
        read_source(text.encode(), "t.csv")
    assert SECRET not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_one_column_may_hold_its_own_name_where_somebody_says_so_and_a_cell_a_single_quote() -> None:
    assert read_source(b"word\nword\nother\n", "t.csv", "yes").rows == 2
    assert read_source(b'a,b\n5" pipe,1\nx,2\n', "t.csv").columns["a"].values[0] == '5" pipe'


@settings(max_examples=300)
@given(st.one_of(st.binary(max_size=200), st.text('a1,;|\t"\n\r\0\ufeffé ', max_size=60).map(str.encode)))
def test_any_bytes_are_a_table_or_refused_in_one_line(data: bytes) -> None:
    try:
        source = read_source(data, "t.csv")
    except InputError as error:
        said = str(error)
    else:
        said = "a table"
        assert all(len(cells.codes) == source.rows for cells in source.columns.values())
    assert len(said.splitlines()) == 1
