"""Warn about what may go wrong with a table, before anything is trained: columns and counts, no cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from tabtwin.io.formulas import begins_formula
from tabtwin.preparation.balanced_designs import advise, describe
from tabtwin.preparation.hanging import find_hanging
from tabtwin.preparation.notes import drawn_alone, lifted
from tabtwin.preparation.prepare import Ingested
from tabtwin.preparation.profile import Opened
from tabtwin.protection.identifiers.alike import find_alike
from tabtwin.schema.kinds.cells import Cells
from tabtwin.schema.kinds.empty import EMPTY
from tabtwin.schema.kinds.identifying import is_called_id, nearly_unique
from tabtwin.schema.kinds.key import KEY
from tabtwin.schema.kinds.near_misses import almost
from tabtwin.schema.kinds.registry import is_label, of
from tabtwin.schema.rules.formulas.finding import not_tried
from tabtwin.schema.rules.pair_fixing import not_paired
from tabtwin.schema.rules.reconciling import not_kept
from tabtwin.schema.schema import target_values
from tabtwin.schema.spelling import numerals
from tabtwin.schema.target import hidden_classes

FEW_ROWS = 1_000
"""With fewer training rows, most gates cannot decide."""

FEW_ROWS_A_COLUMN = 50
RARE_CLASS = 50
MANY_VALUES = 500
_MOSTLY = 0.9
_MUCH = 0.2
_NUMBERS = 0.8
_FEWEST_SUBJECTS = 20


def doubts(opened: Opened, found: Ingested) -> list[str]:
    """Return what may go wrong, the table as a whole first, then column by column."""
    return [line for test in _TESTS for line in test(opened, found)]


def _size(opened: Opened, found: Ingested) -> Iterator[str]:
    rows, columns = len(found.training), len(found.schema.learned)
    if rows < FEW_ROWS:
        yield (
            f"{rows} rows to learn from are few: some gates will say 'not shown'. "
            "A table of a few thousand rows shows more."
        )
    if rows < FEW_ROWS_A_COLUMN * columns:
        yield (
            f"{rows} rows are few for {columns} columns: the twin may keep fewer dependencies between them. "
            "--drop columns that you do not need."
        )


def _not_sought(opened: Opened, found: Ingested) -> Iterator[str]:
    yield from (
        line for line in (not_tried(found.schema), not_paired(found.schema), not_kept(found.schema)) if line
    )


def _repeated(opened: Opened, found: Ingested) -> Iterator[str]:
    repeats = int(found.training.duplicated().sum())
    if repeats > _MUCH * len(found.training):
        yield f"{repeats} of {len(found.training)} rows equal an earlier one in all learned columns."


def _design(opened: Opened, found: Ingested) -> Iterator[str]:
    for plan in found.facts.plans:
        yield (
            f"Rows form a plan, like those of a trial, a panel or a calendar: {describe(plan)}. The twin may "
            f"reveal which were learned, and gates may refuse it: {advise(plan)}."
        )


def _target(opened: Opened, found: Ingested) -> Iterator[str]:
    schema = found.schema
    if schema.target is None:
        yield "No column fits as a target, and none was given: utility and balance will be skipped."
        return
    if gone := hidden_classes(schema, opened.source, found.encoding, opened.asked.min_subjects):
        yield gone
    classes = target_values(found.training, schema)
    if classes.dtype == object and len(counts := classes.value_counts()) and counts.min() < RARE_CLASS:
        rare = int((counts < RARE_CLASS).sum())
        yield (
            f"The target {schema.target} has {rare} of {len(counts)} classes with fewer than {RARE_CLASS} "
            "rows: what models learn about them will vary by chance."
        )


def _subjects(opened: Opened, found: Ingested) -> Iterator[str]:
    if found.schema.entity is not None:
        people = int(found.folds["subject"].nunique())
        yield f"{drawn_alone(found.schema.entity)} {people} subjects become {len(found.training)} of one row."
        return
    if opened.owners.by:
        people = len(np.unique(opened.owners.rows))
        yield (
            f"Rows are assigned to subjects by {', '.join(opened.owners.by)}: {people} subjects in "
            f"{opened.rows} rows. If rows with the same value are unrelated, --keep the column."
        )
    for column in found.schema.columns:
        cells = opened.source.columns[column.name].without(column.marks)
        if of(column) is KEY and nearly_unique(cells):
            few = int((cells.counts > 1).sum())
            k = column.threshold(opened.asked.min_subjects)
            new = (
                "a twin has new ones, of which about as many repeat"
                if column.repeats
                else "a twin has new ones, of which none repeats"
                if column.why == "declared"
                else f"a twin has new ones, of which none repeats, as fewer than {k} subjects' in training do"
            )
            yield f"{column.name} counts as a key, although {few} of its values repeat: {new}."
    named = {name for subject in opened.subjects for name in subject.columns}
    for column in found.schema.learned:
        cells = opened.source.columns[column.name]
        some = _FEWEST_SUBJECTS <= len(cells.values) <= cells.held / 2 and column.name not in named
        if of(column).may_name_subjects and is_called_id(column.name) and some:
            yield (
                f"{column.name} is named like a key, and repeats: if it names a row's subject, use "
                f"--entity {column.name}, or one subject counts as many."
            )


def _hanging(opened: Opened, found: Ingested) -> Iterator[str]:
    for one in find_hanging(found.schema.columns, opened.source.columns):
        yield (
            f"{one.name} counts as a key, although its numbers {one}: new ones say nothing about it. To "
            "learn it, declare its kind in --schema (integer)."
        )


def _alike(opened: Opened, found: Ingested) -> Iterator[str]:
    if found.schema.entity is not None or opened.subjects:
        return
    alike = find_alike(opened.source)
    if alike is not None:
        yield (
            f"{alike.rows} rows form {alike.groups} groups by {' and '.join(alike.columns)}, within which "
            f"{', '.join(alike.dependent)} stay the same: if each group is one subject, put its name in a "
            "column and use --entity, or one subject counts as many."
        )


def _missing(opened: Opened, found: Ingested) -> Iterator[str]:
    for column in found.schema.learned:
        share = found.training[column.name].isna().mean()
        if share > _MOSTLY:
            yield f"{column.name} is missing in {100 * share:.0f} % of rows: its values are known in few."


def _hidden(opened: Opened, found: Ingested) -> Iterator[str]:
    emptied = {column.name for column in found.schema.columns if of(column) is EMPTY}
    for column in opened.schema.learned:
        if column.name in emptied:
            yield f"{column.name} will be left empty: too few subjects share any of its values."
    for name, cells in found.facts.protected.items():
        if cells > _MUCH * len(found.training):
            yield (
                f"Value protection hides {100 * cells / len(found.training):.0f} % of {name}: its values are "
                "too rare to be released. Group them, or --drop it."
            )


def _lifted(opened: Opened, found: Ingested) -> Iterator[str]:
    yield from lifted(found.schema)


def _rewritten(opened: Opened, found: Ingested) -> Iterator[str]:
    for read, written in zip(opened.schema.columns, found.schema.columns, strict=True):
        if of(written).is_learned and (read.digits, read.format) != (written.digits, written.format):
            yield (
                f"{written.name} has a few cells that are more precise, or written differently, than "
                "the others: they are rounded, and the twin is written like the others."
            )


def _names(opened: Opened, found: Ingested) -> Iterator[str]:
    formulas = [name for name in opened.source.columns if begins_formula(name)]
    if formulas:
        yield (
            f"{len(formulas)} of the columns' names begin like formulas (=, +, -, @): a spreadsheet would "
            "run them."
        )


def _text(opened: Opened, found: Ingested) -> Iterator[str]:
    for column in found.schema.learned:
        cells = opened.source.columns[column.name].without(column.marks)
        if not is_label(column) or not cells.is_text or not len(cells.values):
            continue
        formulas = _cells_that(cells, begins_formula)
        if formulas:
            yield (
                f"{formulas} cells of {column.name} begin like formulas (=, +, -, @): the twin may hold "
                "such cells, and a spreadsheet would run them (--escape-formulas)."
            )
        numbers = numerals.are_numbers(cells.values)
        counted = int(cells.counts[numbers].sum())
        if _NUMBERS * cells.held < counted < cells.held:
            yield (
                f"{column.name} is text for {cells.held - counted} cells that are not numbers: correct them, "
                'or declare them missing in --schema ("marks").'
            )
        elif most := almost(cells):
            yield (
                f"{column.name} is text, although {most}: correct the others, or declare them missing in "
                '--schema ("marks").'
            )
        elif cells.counts[numerals.are_other_numbers(cells.values)].sum() > _NUMBERS * cells.held:
            yield (
                f"{column.name} holds numbers with decimal commas or thousands separators, read as text: "
                "write them plainly (1234.5)."
            )
        elif len(cells.values) > MANY_VALUES:
            yield f"{column.name} has {len(cells.values)} different texts: slow to learn, and mostly hidden."


def _cells_that(cells: Cells, holds: Callable[[str], bool]) -> int:
    return int(cells.counts[np.array([holds(text) for text in cells.values], dtype=bool)].sum())


_TESTS = (
    _size,
    _not_sought,
    _repeated,
    _design,
    _target,
    _subjects,
    _hanging,
    _alike,
    _missing,
    _hidden,
    _lifted,
    _rewritten,
    _names,
    _text,
)
