"""Give a twin the types and names of the pandas table that it was made from."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from tabtwin.io.from_pandas import FAILS, with_levels


@dataclass(frozen=True)
class GivenColumn:
    """A column of a pandas table.

    Attributes:
        name: Its name, which need not be text.
        dtype: Its type; of a categorical one, without its categories.
        ordered: Whether its categories have an order.
        levels: The categories by their texts, of a categorical type.
        of_levels: The type of the categories.
    """

    name: Hashable
    dtype: object
    ordered: bool = False
    levels: Mapping[str, Hashable] | None = None
    of_levels: object = None


@dataclass(frozen=True)
class GivenTypes:
    """The types and names of a pandas table.

    Attributes:
        columns: The columns by their names as text.
        called: The names of the levels of columns' names.
        labels: The type of columns' names.
    """

    columns: Mapping[str, GivenColumn]
    called: tuple[Hashable, ...]
    labels: object = None

    def showing(self, shown: Mapping[str, Collection[str]]) -> GivenTypes:
        """Return the types with only those categories of each column that may be shown."""
        columns = {name: _showing(given, shown.get(name, ())) for name, given in self.columns.items()}
        return replace(self, columns=columns)

    def restore(self, twin: pd.DataFrame) -> pd.DataFrame:
        """Return a twin in these types and under these names; a type that cannot hold a column's cells is
        not given.
        """
        cells = [_as_given(twin[name], self.columns[name]) for name in twin.columns]
        named = [self.columns[name].name for name in twin.columns]
        # By position: pandas would read tuples among the names as levels.
        table = pd.DataFrame(dict(enumerate(cells)), index=twin.index)
        if len(self.called) > 1:
            levels = [name for name in named if isinstance(name, tuple)]
            table.columns = pd.MultiIndex.from_tuples(levels, names=self.called)
        else:
            table.columns = pd.Index(named, name=self.called[0], tupleize_cols=False, dtype=self.labels)  # type: ignore[call-overload] # a type of pandas, or numpy
        return table


def given_types(table: pd.DataFrame) -> GivenTypes:
    """Return the types and names of a table, with the named levels of its index as columns."""
    table = with_levels(table)
    columns = {str(name): _given(name, table.iloc[:, at]) for at, name in enumerate(table.columns)}
    return GivenTypes(columns, tuple(table.columns.names), table.columns.dtype)


def _given(name: Hashable, cells: pd.Series) -> GivenColumn:
    dtype = cells.dtype
    if not isinstance(dtype, pd.CategoricalDtype):
        return GivenColumn(name, dtype)
    levels = {str(level): level for level in dtype.categories}
    return GivenColumn(name, "category", bool(dtype.ordered), levels, dtype.categories.dtype)


def _showing(given: GivenColumn, shown: Collection[str]) -> GivenColumn:
    if given.levels is None:
        return given
    return replace(given, levels={text: level for text, level in given.levels.items() if text in shown})


def _as_given(cells: pd.Series, given: GivenColumn) -> pd.Series:
    if given.levels is not None:
        return _categories(cells, given)
    if cells.dtype == given.dtype and str(cells.dtype) == str(given.dtype):
        return cells
    try:
        return cells.astype(given.dtype)  # type: ignore[call-overload, no-any-return] # a type of pandas, or numpy
    except FAILS:
        return cells


def _categories(cells: pd.Series, given: GivenColumn) -> pd.Series:
    """Return cells as categories of the given type, as far as it can hold them."""
    found = cells if isinstance(cells.dtype, pd.CategoricalDtype) else cells.astype("category")
    levels = [_level(text, given) for text in found.cat.categories]
    try:
        categories = pd.Index(levels, dtype=given.of_levels)  # type: ignore[call-overload] # as above
    except FAILS:
        categories = pd.Index(levels, dtype=object)
    dtype = pd.CategoricalDtype(categories, ordered=given.ordered)
    return pd.Series(pd.Categorical.from_codes(found.cat.codes.to_list(), dtype=dtype), index=cells.index)


def _level(text: Hashable, given: GivenColumn) -> Hashable:
    """Return the category that a text stands for; the text if it stands for none."""
    if given.levels and str(text) in given.levels:
        return given.levels[str(text)]
    try:
        level: Hashable = pd.Index([text]).astype(given.of_levels)[0]  # type: ignore[call-overload] # as above
    except FAILS:
        return text
    return level


def has_other_names(table: pd.DataFrame) -> bool:
    """Return whether a table has names that are not text, so that no row of a file was read as names."""
    return not all(isinstance(name, str) for name in table.columns)
