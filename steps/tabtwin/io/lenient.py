"""Read a table that another tool wrote by a schema, and count what does not fit.

The pipeline itself reads strictly (:mod:`tabtwin.schema.typed`): there, a cell that does not fit is a bug or
a wrong input. In a twin from elsewhere it is a finding, counted by column and reason.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tabtwin.protection.small_counts import FEW
from tabtwin.schema.encoding import ColumnCode, Encoding
from tabtwin.schema.kinds.cells import Cells
from tabtwin.schema.kinds.quantity import Quantity
from tabtwin.schema.kinds.registry import as_written, learned
from tabtwin.schema.kinds.respelling import Respelled
from tabtwin.schema.schema import Column, Schema, numbers
from tabtwin.schema.source import Source

REASONS = (
    "not_a_number",
    "not_a_date",
    "not_a_duration",
    "unknown_category",
    "out_of_range",
    "decimals",
    "date_format",
    "duration_format",
    "spelling",
    "missing",
)
"""The reasons why a cell may not fit."""
FAR = 0.5
"""A share of a column's range: numbers beyond it by more are counted, however few they are."""


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
        known, kind = training[column.name], learned(column)
        read, missing = _read(source.columns[column.name], column, known)
        cells[column.name] = read.values
        counted = {
            kind.unread: int(read.unread.sum()),
            kind.otherwise: int(read.otherwise.sum()),
            "decimals": kind.too_fine(read.values, column),
            "missing": 0 if column.missing or known.isna().any() else int(missing.sum()),
        }
        if isinstance(kind, Quantity):
            values = numbers(pd.DataFrame({column.name: read.values}), column)
            counted["out_of_range"] = _beyond(
                values, numbers(training, column), encoding.columns[column.name]
            )
        defects[column.name] = {reason: counted[reason] for reason in REASONS if counted.get(reason)}
    return Lenient(
        table=pd.DataFrame(cells, index=pd.RangeIndex(source.rows)),
        defects={name: found for name, found in defects.items() if found},
        lacking=tuple(column.name for column in schema.learned if column.name not in source.columns),
    )


def _read(cells: Cells, column: Column, known: pd.Series) -> tuple[Respelled, np.ndarray]:
    """Read one column by row: its values, what does not fit, and which cells are empty in the file."""
    cells = as_written(cells, column).without(column.marks)
    kind = learned(column)
    read, missing = kind.respelled(cells, column, known), kind.missing
    rows = Respelled(
        cells.take(read.values, missing), cells.take(read.otherwise, False), cells.take(read.unread, False)
    )
    left_out = (cells.codes < 0) | (pd.isna(rows.values) & ~rows.unread)
    return rows, left_out


def _beyond(values: np.ndarray, known: np.ndarray, code: ColumnCode) -> int:
    """Return how many numbers lie beyond all of training's.

    Some fresh rows do, too, so as few as these do not count, unless one is far beyond the bounds: a count
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
