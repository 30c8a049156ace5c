"""What a user declares goes before any guess, and what cannot be is refused."""

import json

import numpy as np
import pytest

from tabtwin.lib.errors import InputError
from tabtwin.preparation.describing import describe
from tabtwin.schema.declared import read_declared
from tabtwin.schema.kinds.cells import distinct
from tabtwin.schema.schema import Column, Schema
from tabtwin.schema.source import Source

ROWS = 120


def source(**columns: list[str | None]) -> Source:
    return Source({name: distinct(np.array(cells, dtype=object)) for name, cells in columns.items()}, ROWS)


def table() -> Source:
    return source(
        code=[str(number % 7) for number in range(ROWS)],
        note=["word " * (number % 5) + str(number) for number in range(ROWS)],
        colour=["red", "(other)", "n/k"] * (ROWS // 3),
    )


def declared(*columns: dict[str, object], entity: str | None = None) -> Schema:
    given = ({"name": "note", "kind": "key"}, *columns)
    merged = {str(column["name"]): column for column in given}
    return describe(table(), read_declared(json.dumps({"columns": [*merged.values()]}).encode()), entity, 5)


def test_a_declared_kind_replaces_the_guess_and_the_rest_is_found() -> None:
    assert declared({"name": "code", "kind": "category"})["code"].kind == "category"
    assert declared()["code"].kind == "integer"
    assert declared()["note"].pattern == "#"


def test_single_fields_may_be_declared_without_a_kind() -> None:
    column = declared({"name": "colour", "public": True, "protect": 9})["colour"]
    assert (column.kind, column.public, column.protect) == ("category", True, 9)


def test_declared_marks_are_missing() -> None:
    column = declared({"name": "colour", "marks": ["n/k"]})["colour"]
    assert column.missing


def test_the_token_never_equals_a_category() -> None:
    assert declared()["colour"].token == "(other 2)"
    with pytest.raises(InputError, match=r"'colour'.*token"):
        declared({"name": "colour", "token": "red"})


def test_the_schema_that_ingest_writes_can_be_given_back() -> None:
    first = declared({"name": "colour", "marks": ["n/k"]})
    again = describe(table(), read_declared(json.dumps(first.model_dump(mode="json")).encode()), None, 5)
    plain = [column.model_copy(update={"why": ""}) for column in first.columns]
    assert [column.model_copy(update={"why": ""}) for column in again.columns] == plain


def test_the_entity_is_a_key_whatever_it_looks_like() -> None:
    assert declared(entity="code")["code"].kind == "key"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "--schema"),
        (b'{"colums": []}', "colums"),
        (b'{"columns": [{"kind": "key"}]}', "name in every column"),
        (b'{"columns": [{"name": "code"}, {"name": "code"}]}', "twice"),
        (b'{"columns": [{"name": "note", "kind": "key"}, {"name": "cod"}]}', "did you mean 'code'"),
        (b'{"columns": [{"name": "code", "kind": "colour"}]}', "'code': expected a kind"),
        (
            b'{"columns": [{"name": "note", "kind": "key"}], "quasi_identifiers": ["color"]}',
            "quasi_identifiers: .*did you mean 'colour'",
        ),
        (
            b'{"columns": [{"name": "note", "kind": "key"}], "quasi_identifiers": ["note"]}',
            "quasi_identifiers: .*'note', of kind key",
        ),
        (
            b'{"columns": [{"name": "note", "kind": "key"}], "quasi_identifiers": ["code", "code"]}',
            "quasi_identifiers: .*twice",
        ),
        (b'{"quasi_identifiers": "code"}', "quasi_identifiers: "),
        (b'{"columns": [{"name": "code", "digit": 2}]}', "'code': digit"),
        (b'{"columns": [{"name": "note", "kind": "integer"}]}', "the declared kind integer"),
        (b'{"columns": [{"name": "note", "kind": "datetime"}]}', "declare its format"),
        (
            b'{"columns": [{"name": "note", "kind": "datetime", "format": "%Q"}]}',
            "'note': expected a strptime",
        ),
    ],
)
def test_a_wrong_schema_is_refused_in_one_line_without_a_cell(content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message) as error:
        describe(table(), read_declared(content), None, 5)
    assert "\n" not in str(error.value)
    assert "word" not in str(error.value)


@pytest.mark.parametrize("kind", ["integer", "decimal"])
def test_a_column_guessed_a_key_can_be_declared_a_number(kind: str) -> None:
    numbered = source(number=[str(1000 + number) for number in range(ROWS)])
    guessed = describe(numbered, read_declared(b""), None, 5)["number"]
    assert guessed.kind == "key"
    written = guessed.model_dump(mode="json") | {"kind": kind}
    for given in ({"name": "number", "kind": kind}, written):
        content = json.dumps({"columns": [given]}).encode()
        column = describe(numbered, read_declared(content), None, 5)["number"]
        assert (column.kind, column.pattern) == (kind, "")


def test_what_few_subjects_share_stands_in_no_pattern_of_a_declared_key() -> None:
    cells = [f"SECRET-{number}" if number < 8 else None for number in range(ROWS)]
    people = [str(max(number - 5, 0)) for number in range(ROWS)]
    content = json.dumps({"columns": [{"name": "seen", "kind": "key"}]}).encode()
    keyed = source(seen=cells, who=people)

    def pattern(entity: str | None, protect: int) -> str:
        return describe(keyed, read_declared(content), entity, protect)["seen"].pattern

    assert pattern(None, 8) == "SECRET-99"
    assert pattern(None, 9) == "#"
    assert pattern("who", 3) == "SECRET-99"
    assert pattern("who", 4) == "#"


def test_a_declared_column_is_the_same_value_object() -> None:
    assert isinstance(declared()["code"], Column)
