"""Read a table that another tool wrote by a schema, and count what does not fit.

Our own pipeline reads strictly (:mod:`tabtwin.schema.typed`): there, a cell that does not fit is a bug or a
wrong input. In a twin from elsewhere it is a finding, counted by column and reason.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tabtwin.io import respelling
from tabtwin.io.cells import Cells, Source
from tabtwin.io.respelling import Respelled
from tabtwin.preparation.notes import FEW
from tabtwin.protection.values import ColumnCode, Encoding
from tabtwin.schema.schema import CATEGORICAL, NUMERIC, Column, Schema, numbers

REASONS = (
    "not_a_number",
    "not_a_date",
    "unknown_category",
    "out_of_range",
    "decimals",
    "date_format",
    "spelling",
    "missing",
)
"""The reasons why a cell may not fit."""
FAR = 0.5
"""A share of a column's range: numbers beyond it by more are counted, however few they are."""
_DIGITS = 15
"""Decimals from which on float64 does not tell whether there are more."""
_WHOLE = 1e15
"""Numbers from which on it has no decimals to speak of."""


@dataclass(frozen=True)
class Lenient:
    """A twin as far as it could be read.

    Attributes:
        table: Typed; cells that could not be read are missing, unknown categories are values of their own.
        defects: How many cells of each column do not fit, by reason; without columns that fit.
        lacking: Learned columns that the twin lacks.
    """

    table: pd.DataFrame
    defects: dict[str, dict[str, int]]
    lacking: tuple[str, ...]


def read_leniently(source: Source, schema: Schema, training: pd.DataFrame, encoding: Encoding) -> Lenient:
    """Read the learned columns that a twin has, and count what does not fit.

    Args:
        source: The twin as it was read.
        schema: The training table's.
        training: Its rows, typed.
        encoding: The values of each column that may be released.
    """
    cells, defects = {}, {}
    met = [column for column in schema.learned if column.name in source.columns]
    for column in met:
        known = training[column.name]
        read, missing = _read(source.columns[column.name], column, known)
        cells[column.name] = read.values
        counted = {
            _UNREAD[column.kind]: int(read.unread.sum()),
            "date_format" if column.kind == "datetime" else "spelling": int(read.otherwise.sum()),
            "missing": 0 if column.missing or known.isna().any() else int(missing.sum()),
        }
        if column.kind not in CATEGORICAL:
            values = numbers(pd.DataFrame({column.name: read.values}), column)
            counted["out_of_range"] = _beyond(
                values, numbers(training, column), encoding.columns[column.name]
            )
        if column.kind in NUMERIC and column.digits < _DIGITS:
            held = read.values[np.abs(read.values) < _WHOLE]
            counted["decimals"] = int((held != np.round(held, column.digits)).sum())
        defects[column.name] = {reason: counted[reason] for reason in REASONS if counted.get(reason)}
    return Lenient(
        table=pd.DataFrame(cells, index=pd.RangeIndex(source.rows)),
        defects={name: found for name, found in defects.items() if found},
        lacking=tuple(column.name for column in schema.learned if column.name not in source.columns),
    )


_UNREAD = {
    "integer": "not_a_number",
    "decimal": "not_a_number",
    "datetime": "not_a_date",
    "category": "unknown_category",
    "boolean": "unknown_category",
}


def _read(cells: Cells, column: Column, known: pd.Series) -> tuple[Respelled, np.ndarray]:
    """Read one column by row: its values, what does not fit, and which cells are empty in the file."""
    cells = cells.without(column.marks)
    missing: object
    if column.kind in NUMERIC:
        held = known.dropna()
        read = respelling.numbers(cells, of_truth=bool(held.isin((0, 1)).all()))
        missing = np.nan
    elif column.kind == "datetime":
        read = respelling.stamps(cells, column.format, column.digits)
        missing = np.datetime64("NaT", "ns")
    else:
        spelled = column.spelling if column.kind == "boolean" else ()
        read, missing = respelling.words(cells, {*known.dropna().unique(), *spelled}), None
    rows = Respelled(
        cells.take(read.values, missing), cells.take(read.otherwise, False), cells.take(read.unread, False)
    )
    left_out = (cells.codes < 0) | (pd.isna(rows.values) & ~rows.unread)
    return rows, left_out


def _beyond(values: np.ndarray, known: np.ndarray, code: ColumnCode) -> int:
    """Return how many numbers lie beyond all of training's.

    Some fresh rows do, too, so as many as these count as none, unless one is far beyond the bounds: a count
    of so few would reveal where a single row of training lies.
    """
    assert code.low is not None
    assert code.high is not None
    beyond = (values < np.nanmin(known)) | (values > np.nanmax(known))
    reach = FAR * (code.high - code.low)
    far = (values < code.low - reach) | (values > code.high + reach)
    found = int((beyond & ~np.isnan(values)).sum())
    usual = 2 * FEW * max(1.0, len(values) / len(known))
    return found if found >= usual or (far & beyond).any() else 0


def without(schema: Schema, lacking: Collection[str]) -> Schema:
    """Return the schema of the columns that a twin has; without a target if its column is lacking."""
    if not lacking:
        return schema
    gone = schema.target_source in lacking
    return schema.model_copy(
        update={
            "columns": tuple(column for column in schema.columns if column.name not in lacking),
            "quasi_identifiers": tuple(name for name in schema.quasi_identifiers if name not in lacking),
            "rules": tuple(rule for rule in schema.rules if not set(rule.columns) & set(lacking)),
            **({"target": None, "made": None, "chosen": False} if gone else {}),
        }
    )
