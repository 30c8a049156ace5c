"""Make a table ready to learn from: what a run and :func:`tabtwin.fit` share, whatever is held out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tabtwin.lib.errors import InputError
from tabtwin.lib.frames import with_columns
from tabtwin.preparation.hidden import without_hidden, without_rare_words
from tabtwin.preparation.profile import Opened
from tabtwin.protection.banding import find_bands
from tabtwin.protection.precision import as_vouched, as_written, with_vouched_encoding
from tabtwin.protection.rare_values import (
    as_protected,
    encode,
    fit_encoding,
    protect_cells,
    unsupported_columns,
)
from tabtwin.protection.recoding import with_recoding
from tabtwin.schema.declared import Declared
from tabtwin.schema.encoding import Encoding
from tabtwin.schema.levels import with_levels
from tabtwin.schema.rules.finding import with_rules
from tabtwin.schema.rules.observed import Observed
from tabtwin.schema.schema import Schema
from tabtwin.schema.source import Source
from tabtwin.schema.target import (
    as_classes,
    check_made,
    choose_target,
    with_classes,
    with_made_target,
    with_target,
)
from tabtwin.schema.typed import canonical


@dataclass(frozen=True)
class Learnable:
    """Rows that are ready to be learned, and what is known about them.

    Attributes:
        schema: The columns, as training rows have them.
        training: Canonical rows, unprotected.
        subjects: The subject of each training row, int32 (rows,).
        holdout: Canonical rows that are not learned, as the schema writes them.
        hidden: Columns that protection empties.
        encoding: The values of each column that may be released.
        protected: The training rows after value protection, all columns: float64, or object.
        encoded: The same as generators see them, in other columns.
    """

    schema: Schema
    training: pd.DataFrame
    subjects: np.ndarray
    holdout: pd.DataFrame
    hidden: tuple[str, ...]
    encoding: Encoding
    protected: pd.DataFrame
    encoded: pd.DataFrame


def read_rows(opened: Opened) -> tuple[Schema, pd.DataFrame]:
    """Return the schema with the given target, and all rows of the table, read by it.

    Raises:
        InputError: if no column can be learned, cells do not fit their kind, or the target is wrong.
    """
    table = canonical(opened.source, opened.schema)
    schema = _given_target(opened.schema, opened.declared, opened.asked.target)
    schema = with_classes(schema, opened.source)
    if _kinds(schema) != _kinds(opened.schema):
        table = canonical(opened.source, schema)
    return schema, table


def prepare(
    opened: Opened, schema: Schema, table: pd.DataFrame, learned: np.ndarray, holdout: pd.DataFrame
) -> Learnable:
    """Describe and protect rows, using only those that are learned.

    Args:
        opened: The table, with nothing that stops a run.
        schema: Its columns, see :func:`read_rows`.
        table: All of its rows, see :func:`read_rows`.
        learned: Which of them are learned: bool (rows,).
        holdout: Rows that are not, of this table or another; there may be none.

    Raises:
        InputError: if the target does not fit, or protection empties it or all columns.
    """
    source, protect, owners = opened.source, opened.asked.min_subjects, opened.owners.rows
    training, subjects = rows_of(table, learned), pd.factorize(owners[learned])[0].astype("int32")
    written = as_vouched(schema, source, learned, owners, protect, opened.declared.fields)
    if not opened.declared.encoding:
        written = with_vouched_encoding(written, source, learned, owners, protect)
    training, holdout = (as_written(part, schema, written) for part in (training, holdout))
    schema = written
    if schema.target is None:
        chosen = choose_target(schema, training, subjects, protect)
        schema = with_classes(chosen, source)
        if _kinds(schema) != _kinds(chosen):
            training, holdout = (_with_classes(part, chosen, source) for part in (training, holdout))
    check_made(schema, training, subjects, protect)
    hidden = unsupported_columns(training, schema, subjects, protect)
    schema = without_hidden(schema, hidden)
    training, holdout = (part[[column.name for column in schema.learned]] for part in (training, holdout))
    encoding = fit_encoding(training, schema, subjects, protect)
    schema = with_levels(without_rare_words(schema, encoding), source, encoding, holdout)
    shown = as_protected(training, schema, encoding)
    ranges = find_bands(training, shown, schema, subjects, protect)
    schema = with_rules(Observed(schema, training, shown, encoding, subjects, protect), ranges)
    encoding = with_recoding(encoding, training, shown, schema, subjects, protect)
    protected = protect_cells(training, schema, encoding)
    encoded = encode(training, schema, encoding)
    return Learnable(schema, training, subjects, holdout, tuple(hidden), encoding, protected, encoded)


def rows_of(table: pd.DataFrame, chosen: np.ndarray) -> pd.DataFrame:
    """Return some rows of a table, numbered from 0."""
    return table[chosen].reset_index(drop=True)


def _given_target(schema: Schema, declared: Declared, text: str) -> Schema:
    """Return the schema with the given target: of the command line, otherwise of the schema file."""
    if not schema.learned:
        raise InputError("expected a column to learn, found only keys, constants and empty ones; add one")
    if text:
        return with_target(schema, text)
    if declared.made:
        return with_made_target(schema, declared.made)
    if declared.target:
        return with_target(schema, declared.target).model_copy(update={"chosen": declared.chosen})
    return schema


def _kinds(schema: Schema) -> list[str]:
    """Return the kind of each column, by which cells are read."""
    return [column.kind for column in schema.columns]


def _with_classes(rows: pd.DataFrame, schema: Schema, source: Source) -> pd.DataFrame:
    """Return canonical rows with the target's two numbers as text."""
    target = schema[str(schema.target)]
    return with_columns(rows, {target.name: as_classes(rows[target.name], target, source)})
