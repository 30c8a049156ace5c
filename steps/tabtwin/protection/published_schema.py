"""The schema as it may be published: it says nothing that value protection hides, whatever a user declared.

What categories fix is left out, since a reader would learn of a group what holds for each of its members; a
schema that comes back without it has it found again. So are marks of missing cells that too few subjects
hold: a cell's text is no less theirs for meaning nothing.
"""

from __future__ import annotations

from collections.abc import Set

import numpy as np

from tabtwin.io.cells import Source
from tabtwin.schema.cells import Cells
from tabtwin.schema.kinds import numerals
from tabtwin.schema.schema import Column, Schema


def published(
    schema: Schema, source: Source, training: np.ndarray, subjects: np.ndarray, protect: int
) -> Schema:
    """A schema without what is not to be published.

    Args:
        schema: Of the table, whole.
        source: The table as it was read, with what columns it has besides.
        training: Which rows may be learned from: bool (rows,). What only others hold is hidden.
        subjects: The subject of each row (rows,), integers from 0.
        protect: k of value protection.
    """
    said = {text for column in schema.columns for text in (*column.marks, column.blank)}
    known = {column.name: column.threshold(protect) for column in schema.columns}
    hidden = {
        name: _hidden(cells, said, training, subjects, known.get(name, protect))
        for name, cells in source.columns.items()
    }
    # A word may be hidden in one column and stand as another's mark; a number is too common to tell.
    words = {text for texts in hidden.values() for text in texts if not _is_number(text)}
    return schema.model_copy(
        update={
            "columns": tuple(_without(column, hidden[column.name] | words) for column in schema.columns),
            "rules": tuple(rule.without_values() for rule in schema.rules),
            "denied": tuple(rule.without_values() for rule in schema.denied),
        }
    )


def _hidden(
    cells: Cells, said: set[str], training: np.ndarray, subjects: np.ndarray, k: int
) -> frozenset[str]:
    """Of some texts, those that cells of a column hold, and fewer than k subjects of training rows."""
    if not cells.is_text:
        return frozenset()
    places = np.flatnonzero(np.isin(cells.values, np.array(list(said), dtype=object)))
    holders = ((str(cells.values[place]), cells.codes == place) for place in places)
    return frozenset(
        text for text, held in holders if held.any() and len(np.unique(subjects[held & training])) < k
    )


def _without(column: Column, hidden: Set[str]) -> Column:
    """A column's description without hidden texts."""
    return column.model_copy(
        update={
            "marks": tuple(mark for mark in column.marks if mark not in hidden),
            "blank": "" if column.blank in hidden else column.blank,
        }
    )


def _is_number(text: str) -> bool:
    return bool(numerals.are_numbers(np.array([text], dtype=object)).all())
