"""How the files of a release are called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tabtwin.store.release_manifest import (
    CSV_ROWS,
    Listing,
    is_released_name,
    parquet_names,
    part_file,
    released_name,
    twin_names,
)


@given(st.integers(1, 10**9 - 1))
def test_a_part_is_released_in_its_folder(number: int) -> None:
    name = released_name(part_file(number))
    assert name.startswith("synthetic/part-")
    assert is_released_name(name)


@given(st.text(alphabet="abc./\\-~0", max_size=30))
def test_no_name_that_a_release_may_have_leads_elsewhere(name: str) -> None:
    if is_released_name(name):
        assert ".." not in name
        assert "/" not in name.removeprefix("synthetic/")


@pytest.mark.parametrize("name", ["synthetic", "report.html", "synthetic/part-00001.parquet"])
def test_plain_names_and_those_of_parts_may_be_listed(name: str) -> None:
    Listing.model_validate({"rows": 1, "files": {name: {"sha256": "0" * 64, "size": 1}}})


@pytest.mark.parametrize(
    "name",
    [
        "/x",
        "../x",
        "synthetic/../x",
        "synthetic/x",
        "synthetic/",
        "a/part-00001.parquet",
        "synthetic/part-1.parquet",
    ],
)
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        Listing.model_validate({"rows": 1, "files": {name: {"sha256": "0" * 64, "size": 1}}})


def test_parts_are_in_the_order_of_their_numbers_however_many_there_are() -> None:
    names = [released_name(part_file(number)) for number in (100_000, 99_999, 2)]
    assert parquet_names(names) == [*reversed(names)]


@pytest.mark.parametrize(("rows", "has_csv"), [(CSV_ROWS, True), (CSV_ROWS + 1, False)])
def test_a_twin_in_parts_has_a_csv_up_to_a_size(rows: int, has_csv: bool) -> None:
    parts = {released_name(part_file(number)) for number in (1, 2)}
    assert twin_names(parts, rows) == parts | ({"synthetic.csv"} if has_csv else set())


def test_a_twin_of_one_part_has_both_formats_whatever_its_size() -> None:
    assert twin_names([], CSV_ROWS + 1) == {"synthetic.csv", "synthetic.parquet"}
