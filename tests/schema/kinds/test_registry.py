"""Each kind stands in its own module, and everything else asks it."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import tabtwin
from tabtwin.schema.column import Column
from tabtwin.schema.kinds.cells import distinct
from tabtwin.schema.kinds.guessing import guess
from tabtwin.schema.kinds.registry import KINDS, named, of, quantity, without_strange_fields
from tabtwin.schema.schema import Schema

PACKAGE = Path(tabtwin.__file__).parent
MODULES = sorted((PACKAGE / "schema" / "kinds").glob("*.py"))
BELOW = ("tabtwin.lib", "tabtwin.schema.column", "tabtwin.schema.spelling", "tabtwin.schema.kinds")

QUANTITIES = {
    "integer": ["3", "-4", "3"],
    "decimal": ["1.50", "2.25", "-0.75"],
    "datetime": ["2024-02-29", "1969-12-31", "2024-02-29"],
}


def test_every_kind_is_found_by_its_name_and_no_two_share_one() -> None:
    assert [named(kind.name) for kind in KINDS] == list(KINDS)
    assert named("colour") is None


def test_a_kind_names_fields_that_a_column_has() -> None:
    assert all(set(Column.model_fields) >= kind.fields for kind in KINDS)


def test_a_schema_refuses_a_kind_that_there_is_not() -> None:
    with pytest.raises(ValueError, match="of an unknown kind"):
        Schema(columns=(Column(name="x", kind="colour"),))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_kind_imports_nothing_of_the_rooms_that_ask_it(path: Path) -> None:
    strange = [name for name in _imported(path) if name.startswith("tabtwin.") and not name.startswith(BELOW)]
    assert not strange


def test_nothing_but_a_kind_compares_what_a_kind_is_called() -> None:
    names = {kind.name for kind in KINDS}
    found = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in PACKAGE.rglob("*.py")
        if path not in MODULES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Compare) and _asks_kind(node, names)
    ]
    assert not found


@pytest.mark.parametrize("kind", QUANTITIES)
def test_what_a_quantity_reads_it_writes_again(kind: str) -> None:
    texts = np.array(QUANTITIES[kind], dtype=object)
    cells = distinct(texts)
    column = guess("x", cells)
    assert column.kind == kind
    read = pd.Series(of(column).read(cells, column))
    assert of(column).texts(read, column).tolist() == texts.tolist()


@pytest.mark.parametrize("kind", QUANTITIES)
def test_the_numbers_of_a_quantity_lie_on_its_grid_and_give_its_cells_again(kind: str) -> None:
    cells = distinct(np.array(QUANTITIES[kind], dtype=object))
    column = guess("x", cells)
    asked = quantity(column)
    read = pd.Series(asked.read(cells, column))
    numbers = asked.numbers(read)
    assert asked.on_grid(numbers, column) == pytest.approx(numbers)
    grid = asked.grid(column, float(np.abs(numbers).max()))
    assert grid is not None
    assert [grid.value(place) for place in grid.index(numbers)] == pytest.approx(numbers.tolist())
    ends = float(numbers.min()), float(numbers.max())
    assert pd.Series(asked.canonical(numbers, column, ends)).equals(read)


def test_a_column_keeps_no_field_that_another_kind_has_left_behind() -> None:
    left = Column(name="x", kind="category", format="%Y", spelling=("ja", "nein"), token="(rest)")
    assert without_strange_fields(left) == Column(name="x", kind="category", token="(rest)")


def _imported(path: Path) -> list[str]:
    nodes = list(ast.walk(ast.parse(path.read_text())))
    found = [node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module]
    return found + [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]


def _asks_kind(node: ast.Compare, names: set[str]) -> bool:
    sides = [node.left, *node.comparators]
    asked = any(isinstance(side, ast.Attribute) and side.attr == "kind" for side in sides)
    told = [item.value for side in sides for item in ast.walk(side) if isinstance(item, ast.Constant)]
    return asked and bool(names.intersection(text for text in told if isinstance(text, str)))
