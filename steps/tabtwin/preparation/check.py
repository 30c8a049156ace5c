"""Check what tabtwin finds in a table before it trains anything, with the code of ``ingest``."""

from __future__ import annotations

import numpy as np

from tabtwin.lib.blob import Blob
from tabtwin.lib.errors import InputError
from tabtwin.preparation.notes import always, fixes
from tabtwin.preparation.prepare import Ingested, ingest_opened
from tabtwin.preparation.profile import Opened
from tabtwin.preparation.warnings import doubts
from tabtwin.protection.identifiers.asking import tells
from tabtwin.protection.identifiers.direct_identifiers import PLURALS
from tabtwin.schema.kinds.cells import Cells
from tabtwin.schema.kinds.identifier import IDENTIFIER
from tabtwin.schema.kinds.near_misses import nearly
from tabtwin.schema.kinds.registry import is_quantity, of
from tabtwin.schema.schema import Column, Schema
from tabtwin.store.artifacts import Frozen


class ColumnCheck(Frozen):
    """One column of the file.

    Attributes:
        name: Its name in the file.
        kind: Its kind in the schema; ``identifier``, ``subject``, ``text`` or ``unread`` if it stops a run,
            ``dropped`` if it is not in the schema.
        why: How the kind was found.
        missing: Cells without a value.
        values: Different values.
        heaviest: Share of rows that hold the commonest value, in learned columns.
        hidden: Cells of training rows that value protection changes.
    """

    name: str
    kind: str
    why: str
    missing: int
    values: int
    heaviest: float | None = None
    hidden: int = 0


class Check(Frozen):
    """What is found in a table.

    Attributes:
        file: Its name.
        rows: The number of its rows, or of those that were drawn.
        whole: The number of rows of its files, if only some were drawn.
        training: Rows to learn from.
        holdout: Rows held out.
        target: What models would predict.
        chosen: Whether tabtwin chose it.
        columns: The file's columns, in their order.
        rules: What holds in every row: formulas, orderings, skip patterns, groups.
        fixes: What columns fix in others, alone or in pairs.
        doubts: What may go wrong.
        stops: Why a run would end with 2; empty if it would go on.
        schema_found: The schema to edit, and to give back as ``--schema``. Of the values that categories fix,
            it holds those that the user declared; others would be the table's, and are found again.
    """

    file: str
    rows: int
    whole: int | None = None
    training: int | None = None
    holdout: int | None = None
    target: str | None = None
    chosen: bool = False
    columns: tuple[ColumnCheck, ...]
    rules: tuple[str, ...] = ()
    fixes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    stops: str = ""
    schema_found: Schema


def check_table(opened: Opened, file: str, *, holdout: bytes | Blob = b"", seed: int = 1) -> Check:
    """Return what is found in an opened table, and what would stop a run.

    Everything else is found without the columns that stop a run.
    """
    try:
        found = ingest_opened(opened, holdout=holdout, seed=seed)
    except InputError as error:
        stops = "; ".join(line for line in (opened.refusal, str(error)) if line)
        columns = _columns(opened, opened.schema, None)
        return Check(
            file=file,
            rows=opened.rows,
            whole=opened.file.drawn_of,
            columns=columns,
            stops=stops,
            schema_found=opened.schema,
        )
    schema = found.schema
    return Check(
        file=file,
        rows=opened.rows,
        whole=opened.file.drawn_of,
        training=len(found.training),
        holdout=len(found.holdout),
        target=schema.target,
        chosen=schema.chosen,
        columns=_columns(opened, schema, found),
        rules=always(schema),
        fixes=fixes(schema),
        doubts=tuple(doubts(opened, found)),
        stops=opened.refusal,
        schema_found=_to_edit(schema, opened.schema),
    )


def _to_edit(schema: Schema, read: Schema) -> Schema:
    """Return the schema to edit and give back.

    It has the kinds and marks needed to read the table, even if few cells need them, and only declared values
    of rules: the others would be the table's.
    """
    columns = []
    for column, other in zip(schema.columns, read.columns, strict=True):
        is_whole = other.kind != column.kind and is_quantity(other) and is_quantity(column)
        update = {"marks": other.marks} | ({"kind": other.kind, "dtype": other.dtype} if is_whole else {})
        columns.append(column.model_copy(update=update))
    rules = (
        rule
        if any(rule.is_like(said) and (said.values or said.pairs) for said in read.rules)
        else rule.without_values()
        for rule in schema.rules
    )
    return schema.model_copy(update={"columns": tuple(columns), "rules": tuple(rules)})


def _columns(opened: Opened, schema: Schema, found: Ingested | None) -> tuple[ColumnCheck, ...]:
    known = {column.name: column for column in schema.columns}
    hidden = found.facts.protected if found else {}
    return tuple(
        _column(name, cells, known.get(name), opened, int(hidden.get(name, 0)))
        for name, cells in opened.file.columns.items()
    )


def _column(name: str, cells: Cells, column: Column | None, opened: Opened, hidden: int) -> ColumnCheck:
    kind, why = ("dropped", "as asked") if column is None else (column.kind, _why(column))
    if name in opened.identifiers:
        one = opened.identifiers[name]
        kind, why = IDENTIFIER.name, f"{PLURALS[one.what]}, {one.why}"
    elif subject := next((one for one in opened.subjects if name == one.columns[-1]), None):
        kind, why = "subject", tells(subject)
    elif name in opened.unread:
        kind, why = "unread", opened.unread[name]
    elif name in opened.varied:
        kind, why = "text", nearly(cells) or "nearly every cell is different or too rare"
    held = cells.without(column.marks if column else ())
    learned = column is not None and of(column).is_learned and len(held.values) > 0
    return ColumnCheck(
        name=name,
        kind=kind,
        why=why,
        missing=len(held.codes) - held.held,
        values=len(held.values),
        heaviest=float(np.max(held.counts) / len(held.codes)) if learned else None,
        hidden=hidden,
    )


def _why(column: Column) -> str:
    """Return how a kind was found, and the form of dates and keys, which a schema also shows."""
    form = of(column).form(column)
    return f"{column.why} ({form})" if form else column.why
