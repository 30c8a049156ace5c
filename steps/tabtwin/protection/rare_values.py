"""Protect values: find which values of each column may be released, and keep tables within them.

A category of fewer than k subjects joins the rare group; a number or date beyond a column's bounds, which are
not cells of single subjects (:mod:`tabtwin.protection.bounds`), is moved to them. Missing cells stay missing
if k subjects have one; those of fewer become the rare group, or the median. Columns declared public stay as
they are.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from tabtwin.protection.bounds import find_bounds
from tabtwin.schema.encoding import ColumnCode, Encoding, bounds, units
from tabtwin.schema.kinds.registry import has_rare_group, is_label, quantity
from tabtwin.schema.rules.bands import with_bands, written_first, written_last
from tabtwin.schema.rules.breaking import broken
from tabtwin.schema.rules.deriving import derive
from tabtwin.schema.rules.enforcing import enforce
from tabtwin.schema.rules.mirroring import mirror
from tabtwin.schema.rules.recoding import raw_numbers, recode
from tabtwin.schema.schema import Column, Schema, numbers


def unsupported_columns(
    training: pd.DataFrame, schema: Schema, subjects: np.ndarray, protect: int
) -> list[str]:
    """Return the learned columns that protection would empty: too few subjects have a value.

    A generator cannot learn them; ``ingest`` declares them empty before :func:`fit_encoding`.
    """
    hidden = []
    for column in schema.learned:
        k = column.threshold(protect)
        held = training[column.name].notna().to_numpy()
        supported = len(pd.unique(subjects[held])) >= k
        if supported and is_label(column):
            supported = bool(_fit_categories(training[column.name], column, subjects, k).categories)
        if not supported:
            hidden.append(column.name)
    return hidden


def fit_encoding(training: pd.DataFrame, schema: Schema, subjects: np.ndarray, protect: int) -> Encoding:
    """Find the values that may be released.

    Args:
        training: Typed rows; none of :func:`unsupported_columns` is declared learned.
        schema: The columns; a column's ``protect`` overrides the run's, a public one is not protected.
        subjects: The subject of each row (rows,), integers from 0.
        protect: k, the number of subjects that must share a value.
    """
    found = {}
    for column in schema.learned:
        k = column.threshold(protect)
        if is_label(column):
            found[column.name] = _fit_categories(training[column.name], column, subjects, k)
        else:
            found[column.name] = _fit_bounds(numbers(training, column), column, subjects, k)
    return Encoding(columns=found)


def encode(table: pd.DataFrame, schema: Schema, encoding: Encoding) -> pd.DataFrame:
    """Return a typed table as generators see it: protected and recoded, float64, or object ``str``/``None``.

    Its columns are those of :func:`tabtwin.schema.rules.recoding.recoded_schema`.
    """
    raw = raw_numbers(table, schema, encoding)
    return recode(protect_cells(table, schema, encoding), raw, schema, encoding)


def protect_cells(table: pd.DataFrame, schema: Schema, encoding: Encoding) -> pd.DataFrame:
    """Return all learned columns of a typed table after protection: float64, or object ``str``/``None``."""
    cells = {}
    for column in schema.learned:
        code = encoding.columns[column.name]
        if is_label(column):
            cells[column.name] = _protect_categories(table[column.name], column, code)
        else:
            assert code.low is not None
            assert code.high is not None
            values = numbers(table, column)
            if not column.missing and np.isnan(values).any():
                values = np.where(np.isnan(values), np.nanpercentile(values, 50, method="lower"), values)
            cells[column.name] = np.clip(values, code.low, code.high)
    return pd.DataFrame(cells, index=table.index)


def decode(encoded: pd.DataFrame, schema: Schema, encoding: Encoding) -> pd.DataFrame:
    """Return a generator's rows as a typed table: within protection, rounded as columns are written, rules
    kept.

    In a row that no values within bounds could complete, a rule may be broken; never protection.
    """
    derived = encoding.recoding.derived
    own = [column for column in schema.learned if column.name not in derived]
    decoded = _shown(encoded, own, encoding)
    if schema.rules:
        hidden = {column.name: column.token for column in own if is_label(column)}
        decoded = enforce(decoded, schema.rules, bounds(encoding), units(schema), hidden)
        decoded = with_bands(decoded, written_first(schema.rules))
    if encoding.recoding.is_needed:
        decoded = derive(decoded, encoded, schema, encoding)
    return mirror(with_bands(decoded, written_last(schema.rules)), schema, encoding)


def unfinished(decoded: pd.DataFrame, schema: Schema, encoding: Encoding) -> np.ndarray:
    """Return which decoded rows break a rule, since no values within bounds complete them, bool (rows,).

    Where columns are computed or compared, or several rules exclude all states of one, there may be some.
    """
    if encoding.recoding.is_needed or any(rule.may_drop for rule in schema.rules):
        return broken(decoded, schema.rules, units(schema))
    return np.zeros(len(decoded), bool)


def mended(cells: pd.DataFrame, schema: Schema, encoding: Encoding) -> pd.DataFrame:
    """Return made-up rows of all learned columns, as :func:`protect_cells` has them, as a typed table in
    which rules hold.
    """
    return decode(recode(cells, cells, schema, encoding), schema, encoding)


def as_protected(table: pd.DataFrame, schema: Schema, encoding: Encoding) -> pd.DataFrame:
    """Return a typed table with only what protection changes: rules do not write cells."""
    return _shown(protect_cells(table, schema, encoding), schema.learned, encoding)


def _shown(cells: pd.DataFrame, columns: Sequence[Column], encoding: Encoding) -> pd.DataFrame:
    """Return cells as canonical ones, within protection, rounded as columns are written."""
    found = {}
    for column in columns:
        code = encoding.columns[column.name]
        if is_label(column):
            found[column.name] = _protect_categories(cells[column.name], column, code)
            continue
        assert code.low is not None
        assert code.high is not None
        ends = code.low, code.high
        drawn = np.clip(cells[column.name].to_numpy("float64"), *ends)
        found[column.name] = quantity(column).canonical(drawn, column, ends)
    return pd.DataFrame(found, index=cells.index)


def violations(table: pd.DataFrame, schema: Schema, encoding: Encoding) -> np.ndarray:
    """Return which rows of a typed table hold a value that protection hides: bool (rows,)."""
    found = np.zeros(len(table), bool)
    for cells in hidden_cells(table, schema, encoding).values():
        found |= cells
    return found


def hidden_cells(table: pd.DataFrame, schema: Schema, encoding: Encoding) -> dict[str, np.ndarray]:
    """Return which cells of a typed table protection hides: bool (rows,) by column; no public columns."""
    found = {}
    for column in schema.learned:
        if column.public:
            continue
        code = encoding.columns[column.name]
        if is_label(column):
            cells = table[column.name]
            found[column.name] = (cells.notna() & ~cells.isin(code.categories)).to_numpy()
        else:
            assert code.low is not None
            assert code.high is not None
            slack = quantity(column).slack
            values = numbers(table, column)
            found[column.name] = (values < code.low - slack) | (values > code.high + slack)
    return found


def _fit_categories(cells: pd.Series, column: Column, subjects: np.ndarray, k: int) -> ColumnCode:
    codes, values = pd.factorize(cells, sort=True)
    held = codes >= 0
    width = int(subjects.max()) + 1
    pairs = pd.unique(codes[held].astype("int64") * width + subjects[held])
    counts = np.bincount(pairs // width, minlength=len(values))
    order = np.argsort(-counts, kind="stable")
    kept = [str(values[code]) for code in order if counts[code] >= k]
    rare = len(pd.unique(pairs[counts[pairs // width] < k] % width))
    if rare >= k and has_rare_group(column) and column.rare == "token":
        kept.append(column.token)
    return ColumnCode(categories=tuple(kept))


def _protect_categories(cells: pd.Series, column: Column, code: ColumnCode) -> np.ndarray:
    """Return object (rows,): categories that may be released, with rare ones replaced as the schema says."""
    protected = cells.to_numpy(object, copy=True)
    missing = cells.isna().to_numpy() & (column.missing or column.rare == "missing")
    rare = ~missing & ~cells.isin(code.categories).to_numpy()
    protected[missing] = None
    if has_rare_group(column) and code.categories and code.categories[-1] == column.token:
        protected[rare] = column.token
    elif column.missing or column.rare == "missing":
        protected[rare] = None
    else:
        protected[rare] = code.categories[0]
    return protected


def _fit_bounds(values: np.ndarray, column: Column, subjects: np.ndarray, k: int) -> ColumnCode:
    held = ~np.isnan(values)
    values = values[held]
    kind = quantity(column)
    grid = kind.grid(column, float(np.abs(values).max(initial=0.0)))
    low, high = find_bounds(values, subjects[held], k, grid)
    if grid is None:
        low, high = kind.on_grid(np.array([low, high]), column).tolist()
    return ColumnCode(low=low, high=high)
