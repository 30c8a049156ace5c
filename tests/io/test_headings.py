"""A row in place of names is refused without its cells, and names are not."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabtwin.io.concat import read_files
from tabtwin.io.from_pandas import from_pandas
from tabtwin.io.reading import read_source
from tabtwin.lib.errors import InputError

ROWS = 200
RNG = np.random.default_rng(4)


def people(rows: int = ROWS) -> pd.DataFrame:
    rng = np.random.default_rng(2)
    return pd.DataFrame(
        {
            "town": rng.choice(["Bern", "Basel", "Zug"], rows),
            "age": rng.integers(18, 80, rows),
            "hiv": rng.choice(["positive", "negative"], rows),
            "pay": rng.integers(3_000, 9_000, rows),
        }
    )


def headless(table: pd.DataFrame, **how: object) -> bytes:
    return table.to_csv(index=False, header=False, **how).encode()  # type: ignore[call-overload] # test's own


def refused(data: bytes, cells: list[str], name: str = "t.csv") -> str:
    with pytest.raises(InputError) as error:
        read_source(data, name)
    said = str(error.value)
    assert "--no-header" in said
    assert "--header yes" in said
    assert "\n" not in said
    assert not [cell for cell in cells if cell in said]
    return said


HOW: dict[str, Callable[[pd.DataFrame], bytes]] = {
    "commas": headless,
    "semicolons": lambda table: headless(table, sep=";"),
    "all in quotes": lambda table: headless(table, quoting=1),
    "gzip": lambda table: gzip.compress(headless(table), mtime=0),
    "Windows-1252": lambda table: headless(table.replace("Bern", "Zürich")).decode().encode("cp1252"),
    "row names": lambda table: table.rename(index="r{}".format).to_csv(header=False).encode(),
    "as pandas reads and writes it": lambda table: from_pandas(pd.read_csv(io.BytesIO(headless(table)))),
    "a person twice": lambda table: headless(table.iloc[[0, *range(len(table)), 0]]),
    "columns alike": lambda table: headless(table[["town", "hiv", "town", "hiv"]]),
}  # fmt: skip


@pytest.mark.parametrize("how", HOW)
def test_the_first_person_is_no_header_however_the_table_is_written(how: str) -> None:
    table = people()
    refused(HOW[how](table), [str(cell) for cell in table.iloc[0]])


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ([str(28 + at % 50) for at in range(ROWS)], "number"),
        ([f"2020-01-{1 + at % 28:02d}" for at in range(ROWS)], "date"),
        ([f"{at % 12 + 1}/{at % 28 + 1}/2019 10:30" for at in range(ROWS)], "stamp"),
        ([f"u{at}@mail.example" for at in range(ROWS)], "e-mail"),
        ([f"MRN-{100_000 + 37 * at}" for at in range(ROWS)], "record number"),
        ([f"{at % 90},{at % 10}" for at in range(3, ROWS + 3)], "decimal comma"),
        ([f"$ {100 + at}" for at in range(ROWS)], "amount"),
        ([f"+41 44 {200 + at} {10 + at % 80} 33" for at in range(ROWS)], "phone"),
        ([f"Lindenweg {at + 1}" for at in range(ROWS)], "address"),
        ([f"{at * 7919:08x}-ab12-{at:04x}" for at in range(1, ROWS + 1)], "hexadecimal"),
        (["Anna Meier", *(f"{a} {b}" for a in ("Peter", "Maria", "Paul", "Laura", "John")
           for b in ("Smith", "Huber", "Weber", "Keller", "Brown"))] * 4, "person"),
    ],
)  # fmt: skip
def test_one_cell_of_a_kind_gives_a_row_away_beside_texts_that_do_not(column: list[str], kind: str) -> None:
    words = RNG.permutation(len(column))
    lines = [f"{_word(at)};{cell}" for at, cell in zip(words, column, strict=True)]
    refused("\n".join(lines).encode(), [column[0], _word(words[0])])
    named = "\n".join(["label;what", *lines]).encode()
    assert list(read_source(named, "t.csv").columns) == ["label", "what"], kind


def _word(number: int) -> str:
    """A word for each number, of letters alone."""
    return "q" + "".join(chr(97 + int(digit)) for digit in str(number))


@pytest.mark.parametrize(
    ("names", "cells"),
    [
        ("country,1990,1991,1992,1993", "0.5,12.25,7.5,31.0"),
        ("country,2019,2020", "900,41000"),
        ("country,group,2005", "x,44.5"),
        ("1970,1971,1972,1974", "3,4,5,6"),
        ("who,1,2,3,4,5,6", "3,5,1,2,4,4"),
        ("who,0,10,20,40", "800,900,1000,1500"),
        ("town,urban,age,pay", "urban,31,4000"),
        ("who,python,R", "python,R"),
    ],
)
def test_years_counts_and_a_category_called_as_its_value_are_names(names: str, cells: str) -> None:
    width = names.count(",") - cells.count(",")
    rows = [",".join([_word(at)] * width + cells.split(",")) for at in range(ROWS)]
    if "urban" in names:
        rows = [row.replace("urban", "rural") if at % 2 else row for at, row in enumerate(rows)]
    source = read_source("\n".join([names, *rows]).encode(), "t.csv")
    assert list(source.columns) == names.split(",")


def test_birth_years_are_no_series_of_years() -> None:
    rows = [f"{_word(at)},{1940 + at % 50},{1990 + at % 9}" for at in range(ROWS)]
    refused("\n".join(rows).encode(), ["1940", "1990"])


def test_what_somebody_says_is_a_header_is_one() -> None:
    data = headless(people())
    first = [str(cell) for cell in people().iloc[0]]
    assert list(read_source(data, "t.csv", "yes").columns) == first


@pytest.mark.parametrize(
    ("names", "looks"),
    [
        (("Wasserburg", "astronaut", "yes", "call"), True),
        (("Wasserburg", "astronaut", "NA", "call"), True),
        (("city", "job", "yes", "call"), True),
        (("city", "job", "yes", "calls"), True),
        (("city", "job", "answer", "call"), False),
    ],
)
def test_one_name_that_is_a_cell_or_a_mark_is_enough_where_no_name_stands_over_numbers(
    names: tuple[str, ...], looks: bool
) -> None:
    rng = np.random.default_rng(1)
    pools = (["Bonn", "Ulm", "Kiel"], ["nurse", "cook"], ["yes", "no"], ["called back", "no reply"])
    rows = [",".join(str(rng.choice(pool)) for pool in pools) for _ in range(200)]
    data = "\n".join([",".join(names), *rows]).encode()
    if looks:
        with pytest.raises(InputError, match="looks like data"):
            read_source(data, "t.csv")
    else:
        assert list(read_source(data, "t.csv").columns) == list(names)


def test_a_category_may_be_called_as_a_value_where_another_name_stands_over_numbers() -> None:
    rng = np.random.default_rng(1)
    rows = [f"{rng.choice(['dead', 'alive'])},{rng.integers(18, 80)}" for _ in range(200)]
    assert list(read_source("\n".join(["dead,age", *rows]).encode(), "t.csv").columns) == ["dead", "age"]


def test_a_further_file_without_names_is_refused_and_quotes_no_cell() -> None:
    table = people()
    few = headless(table[:1])
    with pytest.raises(InputError) as error:
        read_files([(table.to_csv(index=False).encode(), "1.csv"), (few, "2.csv")])
    assert str(error.value).startswith("2.csv: expected column names, but line 1 looks like data")
    assert not [cell for cell in table.iloc[0] if str(cell) in str(error.value)]


KINDS = {
    "category": st.sampled_from(["north", "south", "west"]),
    "integer": st.integers(0, 99).map(str),
    "amount": st.integers(0, 99_999).map(lambda cents: f"{cents / 100:.2f}"),
    "day": st.dates().map(lambda day: f"{day.year % 60 + 1960}-{day.month:02d}-{day.day:02d}"),
}


@settings(max_examples=60)
@given(data=st.data(), kinds=st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=5))
def test_no_row_of_repeating_words_numbers_and_dates_passes_for_names(
    data: st.DataObject, kinds: list[str]
) -> None:
    seed = data.draw(st.integers(0, 2**20))
    rng = np.random.default_rng(seed)
    pools = [data.draw(st.lists(KINDS[kind], min_size=3, max_size=6, unique=True)) for kind in kinds]
    rows = [[pool[rng.integers(len(pool))] for pool in pools] for _ in range(120)]
    text = "\n".join(",".join(row) for row in rows)
    with pytest.raises(InputError, match="looks like data"):
        read_source(text.encode(), "t.csv")
