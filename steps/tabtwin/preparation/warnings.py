"""What may go wrong with a table, told before anything is trained: columns and counts, no cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from tabtwin.io.formulas import begins_formula
from tabtwin.preparation.balanced_designs import advise, describe
from tabtwin.preparation.notes import drawn_alone, lifted
from tabtwin.preparation.prepare import Ingested
from tabtwin.preparation.profile import Opened
from tabtwin.protection.identifiers.alike import find_alike
from tabtwin.schema.kinds import numerals
from tabtwin.schema.kinds.cells import Cells
from tabtwin.schema.kinds.empty import EMPTY
from tabtwin.schema.kinds.identifying import is_called_id, nearly_unique
from tabtwin.schema.kinds.key import KEY
from tabtwin.schema.kinds.near_misses import almost
from tabtwin.schema.kinds.registry import is_label, of
from tabtwin.schema.schema import target_values
from tabtwin.schema.target import hidden_classes

FEW_ROWS = 1_000
"""Training rows below which most gates cannot show what they are there to show."""

FEW_ROWS_A_COLUMN = 50
RARE_CLASS = 50
MANY_VALUES = 500
_MOSTLY = 0.9
_MUCH = 0.2
_NUMBERS = 0.8
_FEWEST_SUBJECTS = 20


def doubts(opened: Opened, found: Ingested) -> list[str]:
    """What may go wrong, the table as a whole first, then column by column."""
    return [line for test in _TESTS for line in test(opened, found)]


def _size(opened: Opened, found: Ingested) -> Iterator[str]:
    rows, columns = len(found.training), len(found.schema.learned)
    if rows < FEW_ROWS:
        yield (
            f"{rows} rows to learn from are few: some gates will say 'not shown'. "
            "A table of some thousand rows shows more."
        )
    if rows < FEW_ROWS_A_COLUMN * columns:
        yield (
            f"{rows} rows are few for {columns} columns: the twin may keep less of what hangs together. "
            "--drop columns that you do not need."
        )


def _repeated(opened: Opened, found: Ingested) -> Iterator[str]:
    repeats = int(found.training.duplicated().sum())
    if repeats > _MUCH * len(found.training):
        yield f"{repeats} of {len(found.training)} rows equal an earlier one in all columns that are learned."


def _design(opened: Opened, found: Ingested) -> Iterator[str]:
    for plan in found.facts.plans:
        yield (
            f"Rows are a plan, as of a trial, a panel or a calendar: {describe(plan)}. The twin may show "
            f"which were learned, and gates may refuse it: {advise(plan)}."
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
            "rows: what models learn of them will vary by chance."
        )


def _subjects(opened: Opened, found: Ingested) -> Iterator[str]:
    if found.schema.entity is not None:
        people = int(found.folds["subject"].nunique())
        yield f"{drawn_alone(found.schema.entity)} {people} subjects become {len(found.training)} of one row."
        return
    if opened.owners.by:
        people = len(np.unique(opened.owners.rows))
        yield (
            f"Rows count as one subject's by {', '.join(opened.owners.by)}: {people} subjects in "
            f"{opened.rows} rows. Where rows have nothing to do with one another by that, --keep the column."
        )
    for column in found.schema.columns:
        cells = opened.source.columns[column.name].without(column.marks)
        if of(column) is KEY and nearly_unique(cells):
            few = int((cells.counts > 1).sum())
            yield f"{column.name} is taken for a key, though {few} of its values repeat: it is made new."
    told = {name for subject in opened.subjects for name in subject.columns}
    for column in found.schema.learned:
        cells = opened.source.columns[column.name]
        some = _FEWEST_SUBJECTS <= len(cells.values) <= cells.held / 2 and column.name not in told
        if of(column).may_name_subjects and is_called_id(column.name) and some:
            yield (
                f"{column.name} is called like a key, and repeats: where it names a row's subject, say "
                f"--entity {column.name}, or one subject counts as many."
            )


def _alike(opened: Opened, found: Ingested) -> Iterator[str]:
    if found.schema.entity is not None or opened.subjects:
        return
    alike = find_alike(opened.source)
    if alike is not None:
        yield (
            f"{alike.rows} rows are of {alike.groups} kinds by {' and '.join(alike.columns)}, within which "
            f"{', '.join(alike.dependent)} stay the same: where each kind is one subject, put its name in a "
            "column and say --entity, or one subject counts as many."
        )


def _missing(opened: Opened, found: Ingested) -> Iterator[str]:
    for column in found.schema.learned:
        share = found.training[column.name].isna().mean()
        if share > _MOSTLY:
            yield f"{column.name} is missing in {100 * share:.0f} % of rows: little is known of the others."


def _hidden(opened: Opened, found: Ingested) -> Iterator[str]:
    emptied = {column.name for column in found.schema.columns if of(column) is EMPTY}
    for column in opened.schema.learned:
        if column.name in emptied:
            yield f"{column.name} will be left empty: too few subjects share any of its values."
    for name, cells in found.facts.protected.items():
        if cells > _MUCH * len(found.training):
            yield (
                f"Value protection hides {100 * cells / len(found.training):.0f} % of {name}: its values are "
                "too rare to be put out. Group them, or --drop it."
            )


def _lifted(opened: Opened, found: Ingested) -> Iterator[str]:
    yield from lifted(found.schema)


def _rewritten(opened: Opened, found: Ingested) -> Iterator[str]:
    for read, told in zip(opened.schema.columns, found.schema.columns, strict=True):
        if of(told).is_learned and (read.digits, read.format) != (told.digits, told.format):
            yield (
                f"{told.name} has cells that are finer, or written otherwise, than nearly all: so few that "
                "the twin is not written so; what is learned of them is rounded."
            )


def _names(opened: Opened, found: Ingested) -> Iterator[str]:
    formulas = [name for name in opened.source.columns if begins_formula(name)]
    if formulas:
        yield (
            f"{len(formulas)} of the columns' names begin as formulas do (=, +, -, @): a spreadsheet would "
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
                f"{formulas} cells of {column.name} begin as formulas do (=, +, -, @): the twin may hold "
                "such, and a spreadsheet would run them (--escape-formulas)."
            )
        numbers = numerals.are_numbers(cells.values)
        counted = int(cells.counts[numbers].sum())
        if _NUMBERS * cells.held < counted < cells.held:
            yield (
                f"{column.name} is text for {cells.held - counted} cells that are no numbers: correct them, "
                'or declare them missing in --schema ("marks").'
            )
        elif most := almost(cells):
            yield (
                f"{column.name} is text, though {most}: correct what is none, or declare it missing in "
                '--schema ("marks").'
            )
        elif cells.counts[numerals.are_other_numbers(cells.values)].sum() > _NUMBERS * cells.held:
            yield (
                f"{column.name} holds numbers with decimal commas or thousands separators, taken for text: "
                "write them plainly (1234.5)."
            )
        elif len(cells.values) > MANY_VALUES:
            yield f"{column.name} has {len(cells.values)} different texts: slow to learn, and mostly hidden."


def _cells_that(cells: Cells, holds: Callable[[str], bool]) -> int:
    return int(cells.counts[np.array([holds(text) for text in cells.values], dtype=bool)].sum())


_TESTS = (
    _size,
    _repeated,
    _design,
    _target,
    _subjects,
    _alike,
    _missing,
    _hidden,
    _lifted,
    _rewritten,
    _names,
    _text,
)
