"""What ``ingest`` tells of a table besides its schema: what it chose, and what protection changed."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from tabtwin.preparation.balanced_designs import describe
from tabtwin.protection.identifiers.finding import PLURALS
from tabtwin.protection.identifiers.remedies import Remedies
from tabtwin.protection.small_counts import about
from tabtwin.schema.kinds.datetime import DATETIME
from tabtwin.schema.kinds.identifier import IDENTIFIER
from tabtwin.schema.kinds.key import KEY
from tabtwin.schema.kinds.registry import is_quantity, of
from tabtwin.schema.rule import by_first
from tabtwin.schema.schema import Column, Schema, numbers


def fixes(schema: Schema) -> tuple[str, ...]:
    """Which columns fix cells of which others, a line for each that does; no values."""
    return tuple(
        f"{first} fixes cells of {', '.join(rule.columns[1] for rule in rules)}"
        for first, rules in by_first(schema.rules).items()
    )


def changed_cells(training: pd.DataFrame, encoded: pd.DataFrame, schema: Schema) -> dict[str, int]:
    """How many cells of each column protection changed, where it changed any."""
    counts = {column.name: _changed(training, encoded, column) for column in schema.learned}
    return {name: count for name, count in counts.items() if count}


def _changed(training: pd.DataFrame, encoded: pd.DataFrame, column: Column) -> int:
    before, after = training[column.name], encoded[column.name]
    if is_quantity(column):
        before, after = pd.Series(numbers(training, column)), after.reset_index(drop=True)
    return int(((before != after) & (before.notna() | after.notna())).sum())


def choices(schema: Schema) -> list[str]:
    """What was chosen on reading: the target, and formats of dates that fit more than one."""
    found = []
    if schema.chosen:
        found.append(f"No target was given: {schema.target}, the most balanced column of few values, is it.")
    if schema.target is None:
        found.append("No target was given and no column fits: utility and balance are skipped.")
    return found + [
        f"Dates of {column.name} fit more than one format; {column.format} was taken."
        for column in schema.columns
        if of(column) is DATETIME and "more would" in column.why
    ]


def drawn_alone(entity: str) -> str:
    """What is not kept where rows have subjects."""
    return (
        f"Rows of one {entity} are held out and counted together, but the twin's rows are drawn one by one: "
        "each is a subject of its own, and how a subject's rows hang together is not kept."
    )


def counted_together() -> str:
    """What is made of rows that seem to be one subject's, though no entity was declared; no column's name."""
    return (
        "Some rows seem to be about one subject, by columns that the twin does not have, or by keys that "
        "repeat, or of which a part does: they count once, and are held out together."
    )


def notes(
    schema: Schema,
    hidden: list[str],
    protected: dict[str, int],
    remedies: Remedies,
    plans: Sequence[Sequence[str]] = (),
) -> list[str]:
    """What a reader of the report should know of what ingest chose, and of what a twin of ours keeps."""
    found = [*choices(schema), *lifted(schema)]
    if schema.entity is not None:
        found.append(drawn_alone(schema.entity))
    # Not which: the report is published, and a name may be what its column was dropped for.
    dropped = len(remedies.drop)
    found += [f"{dropped} of the columns dropped, as asked: the twin has none of them."] if dropped else []
    found += [f"{name} names nobody, as the user says: treated as any column." for name in remedies.keep]
    for column in schema.columns:
        if of(column) is KEY and column.why != "declared":
            found.append(f"{column.name} is taken for a key ({column.why}): made anew, never learned.")
        elif of(column) is IDENTIFIER:
            plausible = f"plausible {PLURALS[column.identifier]} ({column.locale}) take their place"
            found.append(f"{column.name} names people: {plausible}, nothing is learned of it.")
        elif of(column).is_carried and column.name not in hidden:
            found.append(f"{column.name} is {column.kind}: carried through, not learned.")
    found += [f"{rule} in every row: kept." for rule in schema.rules if rule.kind != "implies"]
    found += [f"{line}: kept." for line in fixes(schema)]
    found += [f"Rows are a plan: {describe(plan)}." for plan in plans]
    found += [f"{name} is left empty: too few subjects have a value in it." for name in hidden]
    if protected:
        found.append(
            f"Value protection changed {about(sum(protected.values()))} cells in {len(protected)} columns."
        )
    return found


def lifted(schema: Schema) -> list[str]:
    """What a schema file says of value protection column by column: a reader takes it for the same in all."""
    found = [
        f"{column.name} is declared public: value protection leaves it alone, and any of its values may come "
        "out."
        for column in schema.learned
        if column.public
    ]
    return found + [
        f"{column.name} has a protection of its own: {column.protect} subjects have to share a value of it."
        for column in schema.learned
        if column.protect is not None and not column.public
    ]
