from __future__ import annotations

import pyarrow as pa
import pytest

from tabtwin.schema.arrow_types import arrow_type, is_type


@pytest.mark.parametrize(
    ("spelled", "found"),
    [
        ("int64", pa.int64()),
        ("dictionary:string", pa.dictionary(pa.int32(), pa.string())),
        ("decimal128(10, 2)", pa.decimal128(10, 2)),
        ("timestamp[us, tz=Europe/Berlin]", pa.timestamp("us", "Europe/Berlin")),
        ("timestamp[ns, tz=+05:30]", pa.timestamp("ns", "+05:30")),
        ("date32[day]", pa.date32()),
    ],
)
def test_a_type_is_known_by_its_spelling(spelled: str, found: pa.DataType) -> None:
    assert arrow_type(spelled) == found
    assert is_type(spelled)


@pytest.mark.parametrize(
    "spelled",
    [
        "secret",
        "",
        "decimal128(99, 2)",
        "timestamp[h]",
        "timestamp[us, tz=Secret/Place]",
        "dictionary:secret",
    ],
)
def test_what_names_no_type_is_text_or_of_an_unknown_zone(spelled: str) -> None:
    assert not is_type(spelled)
    assert arrow_type(spelled) == pa.string() or "tz" in spelled
