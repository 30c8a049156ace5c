"""Make the schema that can be published: without what value protection hides, whatever a user declared.

Values that categories determine are left out, since they would tell a reader what holds for each member of a
group; if such a schema is given to a run, they are inferred again. Marks of missing cells that too few
subjects hold are left out, too: a cell's text is theirs even if it means nothing. So are counts of cells in
the reason for a kind: one of them may count one subject.
"""

from __future__ import annotations

import re
from collections.abc import Set

import numpy as np

from tabtwin.schema.kinds.cells import Cells
from tabtwin.schema.schema import Column, Schema
from tabtwin.schema.source import Source
from tabtwin.schema.spelling import numerals

_COUNTED = re.compile(r"\b\d+ (?:of \d+ )?(?:cells?|units|values|whole numbers|classes)\b")
_BRACKETS = re.compile(r" \([^()]*\)")
_NEXT = re.compile(r"; |, but ")
_MARKED = re.compile(", or a usual mark$|, or a mark for none$|, where they are not missing")


def published(
    schema: Schema, source: Source, training: np.ndarray, subjects: np.ndarray, protect: int
) -> Schema:
    """Return a schema without what must not be published.

    Args:
        schema: The table's, complete.
        source: The table as it was read, also with columns that the schema lacks.
        training: Which rows may be learned from: bool (rows,). Texts that only other rows hold are hidden.
        subjects: The subject of each row (rows,), integers from 0.
        protect: k of value protection.
    """
    marks = {text for column in schema.columns for text in (*column.marks, column.blank)}
    known = {column.name: column.threshold(protect) for column in schema.columns}
    hidden = {
        name: _hidden(cells, marks, training, subjects, known.get(name, protect))
        for name, cells in source.columns.items()
    }
    # A word may be hidden in one column and be another's mark; a number is too common to reveal anything.
    words = {text for texts in hidden.values() for text in texts if not _is_number(text)}
    return schema.model_copy(
        update={
            "columns": tuple(_without(column, hidden[column.name] | words) for column in schema.columns),
            "rules": tuple(rule.without_values() for rule in schema.rules),
            "denied": tuple(rule.without_values() for rule in schema.denied),
        }
    )


def _hidden(
    cells: Cells, marks: set[str], training: np.ndarray, subjects: np.ndarray, k: int
) -> frozenset[str]:
    """Return those of some texts that cells of a column hold, and fewer than k subjects of training rows."""
    if not cells.is_text:
        return frozenset()
    places = np.flatnonzero(np.isin(cells.values, np.array(list(marks), dtype=object)))
    holders = ((str(cells.values[place]), cells.codes == place) for place in places)
    return frozenset(
        text for text, held in holders if held.any() and len(np.unique(subjects[held & training])) < k
    )


def _without(column: Column, hidden: Set[str]) -> Column:
    """Return a column's description without hidden texts."""
    return column.model_copy(
        update={
            "marks": tuple(mark for mark in column.marks if mark not in hidden),
            "mark_shares": tuple(pair for pair in column.mark_shares if pair[0] not in hidden),
            "blank": "" if column.blank in hidden else column.blank,
            "why": reason(column),
        }
    )


def reason(column: Column) -> str:
    """Return the reason for a column's kind, as it may be published: no count, and no mark that it lacks."""
    why = uncounted(column.why)
    return why if column.missing else _MARKED.sub("", why)


def uncounted(why: str) -> str:
    """Return the reason for a kind without the clauses that count cells, as it may be published.

    >>> uncounted("every cell is a number with thousands' commas (1 cells have two marks), a plus")
    "every cell is a number with thousands' commas, a plus"
    >>> uncounted("every cell parses by one format, but 1 of 900 cells hold 1 mark, which counts as missing")
    'every cell parses by one format'
    """
    bare = _BRACKETS.sub(lambda found: "" if _COUNTED.search(found[0]) else found[0], why)
    first, *others = _clauses(bare)
    if _COUNTED.search(first):
        first = re.sub(r"\b\d+ ", "", first)
    return first + "".join(clause for clause in others if not _COUNTED.search(clause))


def _clauses(text: str) -> list[str]:
    """Return a text cut before each further clause."""
    starts = [0, *(found.start() for found in _NEXT.finditer(text))]
    return [text[start:end] for start, end in zip(starts, [*starts[1:], None], strict=True)]


def _is_number(text: str) -> bool:
    return bool(numerals.are_numbers(np.array([text], dtype=object)).all())
