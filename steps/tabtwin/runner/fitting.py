"""Fit ``boost`` to a pandas table in three lines of Python.

    import tabtwin

    model = tabtwin.fit(table)
    twin = model.sample(len(table))

What stops a run stops this, too, and the table is read and its values are protected by the same code as in
``ingest``; nothing is held out, screened or audited here.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from tabtwin.generators.boost.fitting import fit_model
from tabtwin.generators.boost.knobs import Knobs
from tabtwin.generators.boost.model import BoostModel
from tabtwin.generators.protocol import Settings
from tabtwin.io.reading import from_pandas, read_source
from tabtwin.io.to_pandas import GivenTypes, given_types, has_other_names
from tabtwin.io.writing import export_table
from tabtwin.io.writing_parquet import to_arrow
from tabtwin.lib.errors import InputError
from tabtwin.lib.frames import to_pandas
from tabtwin.lib.listing import as_option
from tabtwin.lib.seeds import derive, derive_wide, generator
from tabtwin.preparation.learnable import prepare, read_rows
from tabtwin.preparation.profile import Opened, open_table
from tabtwin.preparation.table_options import Asked
from tabtwin.protection.precision import as_written
from tabtwin.protection.rare_values import decode, encode, unfinished
from tabtwin.runner.notebook import as_schema
from tabtwin.schema.encoding import Encoding
from tabtwin.schema.kinds.decimal import DECIMAL
from tabtwin.schema.kinds.registry import of
from tabtwin.schema.rules.recoding import recoded_schema
from tabtwin.schema.schema import Schema
from tabtwin.schema.typed import canonical

FILENAME = "table"
MOST_REDRAWS = 10
"""How often a row that breaks a rule is drawn again."""


@dataclass(frozen=True)
class TableModel:
    """A model of a table.

    Attributes:
        model: The model of the encoded table.
        schema: Its columns.
        encoding: The values of each that may be released.
        seed: The seed of the fit.
        types: The types and names of the pandas table, if it was one.
    """

    model: BoostModel
    schema: Schema
    encoding: Encoding
    seed: int
    types: GivenTypes | None = None

    def sample(self, rows: int, first: int = 0, seed: int | None = None) -> pd.DataFrame:
        """Return rows ``first`` to ``first + rows`` of a seed's endless twin, in the table's columns and
        types.

        As many rows as the table has are balanced as a whole; each call makes new keys. A row that no values
        within bounds complete is drawn again, so that rules hold.
        """
        mark = self.seed if seed is None else seed
        made = export_table(self._whole_rows(first, rows, mark), self.schema, generator(mark, "dress", first))
        typed = to_pandas(to_arrow(made, self.schema))
        return typed if self.types is None else self.types.restore(typed)

    def _whole_rows(self, first: int, rows: int, mark: int) -> pd.DataFrame:
        """Return canonical rows; one that breaks a rule is replaced by that of its place in the next twin."""
        found = self._decoded(first, rows, derive(mark, "sample"))
        wrong = np.flatnonzero(unfinished(found, self.schema, self.encoding))
        for attempt in range(MOST_REDRAWS):
            if not len(wrong):
                break
            others = self._decoded(first, rows, derive(mark, "sample", "again", attempt)).iloc[wrong]
            good = ~unfinished(others, self.schema, self.encoding)
            found.iloc[wrong[good]] = others[good]
            wrong = wrong[~good]
        return found

    def _decoded(self, first: int, rows: int, seed: int) -> pd.DataFrame:
        return decode(self.model.sample(first, rows, seed), self.schema, self.encoding)

    def log_likelihood(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the log-likelihood of rows of a table of the same columns: nats (rows, learned columns).

        Numbers count as the twin writes them: whole, where too few subjects have decimals. The end of an
        ordering counts given its start, and a column that others compute costs nothing, so it has no column.
        """
        read_as = _with_decimals(self.schema)
        rows = canonical(read_source(from_pandas(table), FILENAME, "yes"), read_as)
        rows = as_written(rows, read_as, self.schema)
        found = self.model.log_likelihood(encode(rows, self.schema, self.encoding))
        return found.rename(columns={gap.name: gap.column for gap in self.encoding.recoding.gaps})


def fit(
    table: pd.DataFrame,
    schema: Schema | Mapping[str, object] | None = None,
    seed: int | None = None,
    *,
    entity: str | Sequence[str] = (),
    keep: Sequence[str] = (),
    drop: Sequence[str] = (),
    min_subjects: int | None = None,
    knobs: Knobs | None = None,
    threads: int | None = None,
) -> TableModel:
    """Learn a table; see :func:`tabtwin.fit`.

    Rows of one subject vouch for a value but once. ``min_subjects`` is by default that of a run.

    Raises:
        InputError: if the table does not fit the schema, nothing of it can be learned, or it has columns
            that must not be learned unless you say so; the line names options of a run, arguments here.
    """
    asked = Asked(
        header="yes" if has_other_names(table) else "auto",
        entity=as_option(entity),
        keep=as_option(keep),
        drop=as_option(drop),
        max_train_rows=0,
    )
    if min_subjects is not None:
        asked = asked.model_copy(update={"min_subjects": min_subjects})
    said = schema.model_dump(mode="json", exclude_unset=True) if isinstance(schema, Schema) else schema
    declared = as_schema(said or {})
    dropped = [drop] if isinstance(drop, str) else drop
    stored = from_pandas(table, dropped)
    opened = open_table(stored, FILENAME, declared, asked)
    if opened.refusal:
        raise InputError(opened.refusal)
    model = learn(opened, seed=seed, knobs=knobs, threads=threads)
    shown = {column.name: column.categories for column in model.schema.columns}
    return replace(model, types=given_types(table).showing(shown))


def learn(
    opened: Opened,
    *,
    seed: int | None = None,
    knobs: Knobs | None = None,
    threads: int | None = None,
) -> TableModel:
    """Learn a table that was opened; see :func:`fit`.

    Args:
        opened: The table, with nothing that stops a run.
        seed: As of :func:`fit`, and so are ``knobs`` and ``threads``.
        knobs: Settings of the generator.
        threads: CPU threads.

    Raises:
        InputError: if nothing of it can be learned.
    """
    mark = secrets.randbits(128) if seed is None else seed
    schema, table = read_rows(opened)
    found = prepare(opened, schema, table, np.ones(len(table), bool), table.iloc[:0])
    settings = Settings(threads=threads or os.cpu_count() or 1, protect=opened.asked.min_subjects)
    model = fit_model(
        found.encoded,
        recoded_schema(found.schema, found.encoding),
        settings,
        knobs or Knobs(),
        derive_wide(mark, "fit"),
        _quiet,
        found.subjects,
    )
    return TableModel(model, found.schema, found.encoding, mark)


def _with_decimals(schema: Schema) -> Schema:
    """Return the schema such that whole numbers may be read with decimals."""
    columns = tuple(
        column.model_copy(update={"kind": DECIMAL.name}) if of(column).is_whole else column
        for column in schema.columns
    )
    return schema.model_copy(update={"columns": columns})


def _quiet(done: int, total: int, what: str) -> None:
    """Report no progress."""
