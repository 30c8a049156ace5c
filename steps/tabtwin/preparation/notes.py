"""Write notes on a table besides its schema: what ``ingest`` chose, and what protection changed."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from tabtwin.preparation.balanced_designs import describe
from tabtwin.protection.identifiers.direct_identifiers import PLURALS
from tabtwin.protection.identifiers.remedies import Remedies
from tabtwin.protection.small_counts import about
from tabtwin.schema.encoding import Encoding
from tabtwin.schema.kinds.datetime import DATETIME
from tabtwin.schema.kinds.identifier import IDENTIFIER
from tabtwin.schema.kinds.key import KEY
from tabtwin.schema.kinds.registry import is_quantity, of
from tabtwin.schema.rule import Rule, by_first
from tabtwin.schema.schema import Column, Schema, numbers

_PLURAL = re.compile("^(is missing|has a certain value)")


def fixes(schema: Schema) -> tuple[str, ...]:
    """Return which columns and pairs fix cells of which others, a line for each that does, without values."""
    pairs: dict[tuple[str, ...], list[str]] = {}
    for rule in schema.rules:
        if rule.kind == "pair":
            pairs.setdefault(rule.fixing, []).append(rule.fixed)
    return (
        *(
            f"{first} fixes cells of {', '.join(rule.fixed for rule in rules)}"
            for first, rules in by_first(schema.rules).items()
        ),
        *(f"{' and '.join(both)} together fix cells of {', '.join(then)}" for both, then in pairs.items()),
    )


def always(schema: Schema) -> tuple[str, ...]:
    """Return what always holds, besides what columns fix: skip patterns that end alike share a line."""
    found: dict[str, list[str]] = {}
    for rule in schema.rules:
        if not rule.fixes:
            name, end = _skipped(rule)
            found.setdefault(end, []).append(name)
    return tuple(
        f"{', '.join(names)} {_PLURAL.sub(_of_several, end) if len(names) > 1 else end}".strip()
        for end, names in found.items()
    )


def _skipped(rule: Rule) -> tuple[str, str]:
    """Return the column that a skip pattern is about, and what it says of it; of other rules only words."""
    for name in rule.columns if rule.says else ():
        end = rule.says.removeprefix(f"{name} ")
        if _PLURAL.match(end):
            return name, end
    return "", str(rule)


def _of_several(verb: re.Match[str]) -> str:
    return "are missing" if verb.group() == "is missing" else "have a certain value"


def changed_cells(training: pd.DataFrame, protected: pd.DataFrame, schema: Schema) -> dict[str, int]:
    """Return how many cells of each column protection changed, if any."""
    counts = {column.name: _changed(training, protected, column) for column in schema.learned}
    return {name: count for name, count in counts.items() if count}


def _changed(training: pd.DataFrame, protected: pd.DataFrame, column: Column) -> int:
    before, after = training[column.name], protected[column.name]
    if is_quantity(column):
        before, after = pd.Series(numbers(training, column)), after.reset_index(drop=True)
    return int(((before != after) & (before.notna() | after.notna())).sum())


def choices(schema: Schema) -> list[str]:
    """Return what was chosen when the table was read: the target, and formats of dates that fit more than
    one.
    """
    found = []
    if schema.chosen:
        found.append(
            f"No target was given; {schema.target}, the most balanced column with few values, was chosen."
        )
    if schema.target is None:
        found.append("No target was given and no column fits: utility and balance are skipped.")
    return found + [
        f"Dates of {column.name} fit more than one format; {column.format} was chosen."
        for column in schema.columns
        if of(column) is DATETIME and "more would" in column.why
    ]


def drawn_alone(entity: str) -> str:
    """Return what is lost if subjects have several rows."""
    return (
        f"Rows of one {entity} are held out and counted together, but the twin's rows are drawn one by one: "
        "each is a separate subject, and how a subject's rows depend on each other is lost."
    )


def drawn_of(rows: int, whole: int, *, with_subjects: bool) -> str:
    """Return a note on ``rows`` that were drawn of a table's; whole subjects, if the user names them."""
    how = "whole subjects" if with_subjects else "one by one, since no --entity says what rows are about"
    return f"{rows:,} rows were drawn of {whole:,}, {how}; --max-train-rows sets how many."


def counted_together() -> str:
    """Return how rows that seem to belong to one subject are treated, without columns' names."""
    return (
        "Some rows seem to be about one subject, by columns that the twin does not have, or by keys that "
        "repeat entirely or in part: they count once, and are held out together."
    )


def notes(
    schema: Schema,
    hidden: list[str],
    protected: dict[str, int],
    remedies: Remedies,
    plans: Sequence[Sequence[str]] = (),
) -> list[str]:
    """Return what a reader of the report should know about what ingest chose, and what a twin keeps."""
    found = [*choices(schema), *lifted(schema)]
    if schema.entity is not None:
        found.append(drawn_alone(schema.entity))
    # Not which: the report is published, and a name may be what its column was dropped for.
    dropped = len(remedies.drop)
    found += [f"{dropped} of the columns dropped, as asked: the twin has none of them."] if dropped else []
    found += [
        f"{name} names no one, as the user declares: treated like any other column." for name in remedies.keep
    ]
    for column in schema.columns:
        if of(column) is KEY and column.why != "declared":
            found.append(
                f"{column.name} counts as a key ({column.why}): new values are made, none is learned."
            )
        elif of(column) is IDENTIFIER:
            plausible = f"plausible {PLURALS[column.identifier]} ({column.locale}) replace its values"
            found.append(f"{column.name} names people: {plausible}, nothing is learned from it.")
        elif of(column).is_carried and column.name not in hidden:
            found.append(f"{column.name} is {column.kind}: copied, not learned.")
    found += [f"{line} in every row: kept." for line in always(schema)]
    found += [f"{line}: kept." for line in fixes(schema)]
    found += [f"Rows form a plan: {describe(plan)}." for plan in plans]
    found += [f"{name} is left empty: too few subjects have a value in it." for name in hidden]
    if protected:
        found.append(
            f"Value protection changed {about(sum(protected.values()))} cells in {len(protected)} columns."
        )
    return found


def learned_apart(encoding: Encoding) -> list[str]:
    """Return which columns are learned as gaps or shares."""
    return [
        f"{gap.column} is learned as {'its share of' if gap.is_share else 'how far it is from'} "
        f"{' and '.join(gap.origins)}."
        for gap in encoding.recoding.gaps
    ]


def lifted(schema: Schema) -> list[str]:
    """Return how a schema file changes value protection in single columns: a reader would assume the same in
    all.
    """
    found = [
        f"{column.name} is declared public: value protection does not apply, and any of its values may "
        "appear."
        for column in schema.learned
        if column.public
    ]
    return found + [
        f"{column.name} has its own protection: {column.protect} subjects must share a value of it."
        for column in schema.learned
        if column.protect is not None and not column.public
    ]
