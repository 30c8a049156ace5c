"""Name the target, make it from a column by a small rule, or choose one."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from tabtwin.lib.errors import InputError
from tabtwin.schema.declared import check_known
from tabtwin.schema.encoding import Encoding
from tabtwin.schema.kinds import registry
from tabtwin.schema.kinds.category import CATEGORY
from tabtwin.schema.kinds.cells import as_text
from tabtwin.schema.kinds.constant import Constant
from tabtwin.schema.kinds.registry import KINDS
from tabtwin.schema.schema import Column, MadeTarget, Schema, target_values
from tabtwin.schema.source import Source
from tabtwin.schema.spelling.missing_marks import MARKS
from tabtwin.schema.spelling.numerals import are_numbers

_TWO = 2
MOST_CLASSES = 10
"""A column with more categories is not chosen as the target."""

_WORD = re.compile("[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_CLASS_WORDS = frozenset(
    (
        "class",
        "classes",
        "type",
        "label",
        "category",
        "cluster",
        "segment",
        "species",
        "klasse",
        "classe",
        "clase",
    )
)
_RULE = re.compile(r"\s*(>=|<=|>|<|=)\s*(.+?)\s*")


def with_target(schema: Schema, text: str) -> Schema:
    """Return the schema with the target that ``text`` names: ``COLUMN``, ``COLUMN >= NUMBER`` or ``COLUMN =
    VALUE``.

    Raises:
        InputError: if it names no column, or a rule that does not fit the column's kind.
    """
    text = text.strip()
    names = [column.name for column in schema.columns]
    if text in names:
        _check_kind(schema[text])
        return schema.model_copy(update={"target": text, "made": None, "chosen": False})
    # The longest name first: a name may begin with another, or hold an operator.
    for name in sorted(names, key=len, reverse=True):
        rule = _RULE.fullmatch(text.removeprefix(name)) if text.startswith(name) else None
        if rule:
            made = MadeTarget(column=name, operator=rule[1], value=_unquoted(rule[2]))  # type: ignore[arg-type] # the pattern admits no other
            return with_made_target(schema, made)
    head = re.split(r"\s*(?:>=|<=|>|<|=)", text, maxsplit=1)[0]
    check_known(head, names, "--target")
    raise InputError(
        "--target: expected COLUMN, COLUMN >= NUMBER or COLUMN = VALUE, found another rule; write it so"
    )


def with_made_target(schema: Schema, made: MadeTarget) -> Schema:
    """Return the schema with a target made by a rule.

    Raises:
        InputError: if the rule does not fit the column's kind.
    """
    check_known(made.column, [column.name for column in schema.columns], "--target")
    column = schema[made.column]
    _check_kind(column, only_numbers=made.operator != "=")
    if registry.of(column).is_number and not are_numbers(np.array([made.value], dtype=object)).all():
        raise InputError(
            f"--target: expected a number to compare column {made.column!r} with, found none; write one"
        )
    name = f"{made.column} {made.operator} {made.value}"
    return schema.model_copy(update={"target": name, "made": made, "chosen": False})


def check_made(schema: Schema, training: pd.DataFrame, subjects: np.ndarray, protect: int) -> None:
    """Refuse a made target if one side has fewer than 2 k subjects, with its column's k.

    The target's name, which is released, spells the rule's value, so it must not be one that protection
    hides.

    Args:
        schema: With the target.
        training: Canonical rows, on which protection is based.
        subjects: The subject of each row (rows,).
        protect: The run's k.

    Raises:
        InputError: with the column and the side.
    """
    if schema.made is None:
        return
    least = 2 * max(protect, schema[schema.made.column].threshold(protect))
    made = target_values(training, schema)
    for side, meaning in (("yes", "meet"), ("no", "fail")):
        if len(np.unique(subjects[(made == side).to_numpy()])) < least:
            raise InputError(
                f"--target: expected at least {least} subjects in training that {meaning} the rule on column "
                f"{schema.made.column!r}, found fewer; choose another number or value"
            )


def choose_target(
    schema: Schema, table: pd.DataFrame, subjects: np.ndarray | None = None, protect: int = 1
) -> Schema:
    """Return the schema with the most balanced column of few classes as target, if there is one.

    Classes are categories, or two numbers. Balance is the entropy of the classes over its maximum (Pielou's
    evenness); ties go to the first column. If no column has classes, integers of few values are used instead.
    If protection hides all classes of each, the best one is chosen anyway, so that a run can explain why it
    stops.

    Args:
        schema: Its columns.
        table: Canonical rows: training's, since the holdout must not matter.
        subjects: The subject of each row (rows,); by default, each row is one.
        protect: The run's k: classes of fewer subjects do not count.
    """
    owners = np.arange(len(table)) if subjects is None else subjects
    classes = [column for column in schema.learned if registry.is_label(column) or _has_two(column, table)]
    integers = [column for column in schema.learned if registry.of(column).is_whole]
    for shown in (True, False):
        for eligible in (classes, integers):
            balance = {
                column.name: _evenness(table[column.name], owners, column.threshold(protect), shown=shown)
                for column in eligible
            }
            best = max(balance, key=lambda name: balance[name], default=None)
            if best is not None and balance[best] > 0:
                return schema.model_copy(update={"target": best, "made": None, "chosen": True})
    return schema


def with_classes(schema: Schema, source: Source) -> Schema:
    """Return the schema with a target of two numbers as a category: two values are two classes.

    Three to ten whole numbers are classes if the column is called a class or type. Otherwise they are a
    number, such as a grade or a count, whose order classes would lose. If the user declares the column a
    number, or the source spells two numbers in more ways, it stays one.
    """
    if schema.target is None or schema.made is not None:
        return schema
    column = schema[schema.target]
    cells = source.columns[column.name].without(column.marks)
    declared = column.why == "declared" or column.comma
    few = 1 < len(cells.values) <= (MOST_CLASSES if registry.of(column).is_whole else _TWO)
    if not registry.of(column).is_number or declared or not few:
        return schema
    if cells.is_text and np.isin(cells.values, np.array(MARKS, dtype=object)).any():
        return schema
    count = len(cells.values)
    update = {"kind": CATEGORY.name, "why": "two values, and the target: two classes"}
    if count > _TWO and _is_called_class(column.name):
        update["why"] = f"{count} whole numbers, and a target that is called a class: {count} classes"
    elif count > _TWO:
        update = {
            "why": f"{column.why}; {count} values, predicted as a number: declare a category for classes"
        }
    changed = column.model_copy(update=update)
    if changed.kind != column.kind:
        changed = registry.without_strange_fields(changed)
    columns = tuple(changed if one is column else one for one in schema.columns)
    return schema.model_copy(update={"columns": columns})


def as_classes(cells: pd.Series, column: Column, source: Source) -> pd.Series:
    """Return the cells of a column of two numbers as text, each that of the nearer number.

    Args:
        cells: Those of a canonical table, float64; a training row's number may be rounded.
        column: The column, of which the source has two values.
        source: The table as it was read.
    """
    held = source.columns[column.name].without(column.marks)
    texts = as_text(held)
    numbers = texts.astype(float)
    nearest = np.abs(cells.to_numpy(float)[:, None] - numbers).argmin(axis=1, keepdims=False)
    return pd.Series(np.where(cells.isna(), None, texts[nearest]), index=cells.index, dtype=object)


def hidden_classes(
    schema: Schema, source: Source, encoding: Encoding, protect: int, *, counted: bool = True
) -> str:
    """Return one line on classes of the target that a twin lacks, and what helps; empty if it has all.

    Args:
        schema: With the target.
        source: All rows: a rare class may be held out as a whole.
        encoding: The values that may be released.
        protect: The run's k.
        counted: Whether the line counts them; one that is published does not.
    """
    if schema.target is None or schema.made is not None or not registry.has_rare_group(schema[schema.target]):
        return ""
    column = schema[schema.target]
    classes = {str(text) for text in as_text(source.columns[column.name].without(column.marks))}
    hidden = len(classes - set(encoding.columns[column.name].categories))
    if not hidden:
        return ""
    how_many = f"{hidden} of {len(classes)} classes" if counted else "classes"
    return (
        f"The target {column.name} has {how_many} that the twin lacks: fewer than "
        f"{column.threshold(protect)} subjects to learn from hold each, so protection hides "
        f"{'it' if counted and hidden == 1 else 'them'}. Lower --min-subjects, group rare classes in the "
        "table, or name another --target."
    )


def _is_called_class(name: str) -> bool:
    """Return whether a column's name says that its cells are classes.

    >>> _is_called_class("glass_type"), _is_called_class("quality")
    (True, False)
    """
    return not _CLASS_WORDS.isdisjoint(word.lower() for word in _WORD.findall(name))


def _has_two(column: Column, table: pd.DataFrame) -> bool:
    return registry.of(column).is_number and table[column.name].nunique() == _TWO


def _evenness(cells: pd.Series, subjects: np.ndarray, k: int, *, shown: bool) -> float:
    """Return how even the classes of a column are of which protection shows some; where not ``shown``,
    none.
    """
    codes, _ = pd.factorize(cells)
    classes = pd.Series(subjects[codes >= 0]).groupby(codes[codes >= 0])
    rows, vouched = classes.size(), classes.nunique() >= k
    if vouched.any() != shown or (shown and vouched.sum() < 2):
        return 0.0
    rare = ~vouched.reindex(codes, fill_value=True).to_numpy()
    if shown and len(np.unique(subjects[rare])) < k:
        rows = rows[vouched]
    if not 2 <= len(rows) <= MOST_CLASSES:
        return 0.0
    shares = np.sort((rows / rows.sum()).to_numpy())[::-1]
    # Missing cells are no class: a half-missing column is half as good.
    return float(-(shares * np.log(shares)).sum() / np.log(len(shares)) * (rows.sum() / len(cells)))


def _check_kind(column: Column, *, only_numbers: bool = False) -> None:
    if isinstance(registry.of(column), Constant):
        raise InputError(
            f"--target: expected a column of two classes or more, found only one value in {column.name!r}; "
            "name another, or leave --target out"
        )
    allowed = [kind for kind in KINDS if (kind.is_number if only_numbers else kind.may_be_target)]
    if registry.of(column) not in allowed:
        raise InputError(
            f"--target: expected a column of kind {' or '.join(kind.name for kind in allowed)}, found "
            f"{column.name!r}, which is {column.kind}; name another, or declare its kind in --schema"
        )


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text
