"""Fit ``boost`` to a pandas table in three lines of Python.

    import tabtwin

    model = tabtwin.fit(table)
    twin = model.sample(len(table))

The table is typed and its values are protected as in ``ingest``, and columns that stop a run stop this, too;
nothing is held out, screened or audited here.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tabtwin.generators.boost.fitting import fit_model
from tabtwin.generators.boost.knobs import Knobs
from tabtwin.generators.boost.model import BoostModel
from tabtwin.generators.protocol import Settings
from tabtwin.io.reading import from_pandas, pointed, read_file, read_source
from tabtwin.io.writing import export_table, to_typed
from tabtwin.lib.errors import InputError
from tabtwin.lib.listing import as_option
from tabtwin.lib.seeds import derive, derive_wide, generator
from tabtwin.preparation.asked import Asked
from tabtwin.preparation.hidden import with_empty
from tabtwin.preparation.profile import Opened, open_source
from tabtwin.protection.precision import as_vouched, as_written
from tabtwin.protection.rare_values import as_protected, decode, encode, fit_encoding, unsupported_columns
from tabtwin.schema.encoding import Encoding
from tabtwin.schema.rules.finding import with_rules
from tabtwin.schema.schema import Schema
from tabtwin.schema.typed import canonical

FILENAME = "table.parquet"


@dataclass(frozen=True)
class TableModel:
    """A model of a table.

    Attributes:
        model: The model of the encoded table.
        schema: Its columns.
        encoding: The values of each that may be released.
        seed: The seed of the fit.
    """

    model: BoostModel
    schema: Schema
    encoding: Encoding
    seed: int

    def sample(self, rows: int, first: int = 0, seed: int | None = None) -> pd.DataFrame:
        """Return rows ``first`` to ``first + rows`` of a seed's endless twin, in the table's columns and
        types.

        As many rows as the table has are balanced as a whole; each call makes new keys.
        """
        mark = self.seed if seed is None else seed
        encoded = self.model.sample(first, rows, derive(mark, "sample"))
        made = export_table(
            decode(encoded, self.schema, self.encoding), self.schema, generator(mark, "dress", first)
        )
        return to_typed(made, self.schema)

    def log_likelihood(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the log-likelihood of rows of a table of the same columns: nats (rows, learned columns)."""
        rows = canonical(read_source(from_pandas(table), FILENAME), self.schema)
        return self.model.log_likelihood(encode(rows, self.schema, self.encoding))


def fit(
    table: pd.DataFrame,
    schema: Schema | None = None,
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
    asked = Asked(entity=as_option(entity), keep=as_option(keep), drop=as_option(drop))
    if min_subjects is not None:
        asked = asked.model_copy(update={"min_subjects": min_subjects})
    declared = schema.model_dump_json().encode() if schema else b""
    stored = from_pandas(table, [drop] if isinstance(drop, str) else drop)
    opened = open_source(pointed(read_file(stored, FILENAME)), declared, asked)
    if opened.refusal:
        raise InputError(opened.refusal)
    return learn(opened, seed=seed, knobs=knobs, threads=threads, is_given=schema is not None)


def learn(
    opened: Opened,
    *,
    seed: int | None = None,
    knobs: Knobs | None = None,
    threads: int | None = None,
    is_given: bool = False,
) -> TableModel:
    """Learn a table that was opened; see :func:`fit`.

    Args:
        opened: The table, which stops nothing.
        seed: As of :func:`fit`, and so are ``knobs`` and ``threads``.
        knobs: Settings of the generator.
        threads: CPU threads.
        is_given: Whether its schema was given, and so says how columns are written.

    Raises:
        InputError: if nothing of it can be learned.
    """
    mark = secrets.randbits(128) if seed is None else seed
    source, known, protect = opened.source, opened.schema, opened.asked.min_subjects
    rows = canonical(source, known)
    subjects = opened.owners.rows
    if not is_given:
        written = as_vouched(known, source, np.ones(source.rows, bool), subjects, protect, {}, kinds=False)
        rows, known = as_written(rows, known, written), written
    known = with_empty(known, unsupported_columns(rows, known, subjects, protect))
    if not known.learned:
        raise InputError(
            "expected a column to learn, found only keys, constants and columns in which too few subjects "
            "have a value; add one, or lower min_subjects"
        )
    encoding = fit_encoding(rows, known, subjects, protect)
    known = with_rules(known, rows, as_protected(rows, known, encoding), encoding, subjects, protect)
    settings = Settings(threads=threads or os.cpu_count() or 1, protect=protect)
    model = fit_model(
        encode(rows, known, encoding),
        known,
        settings,
        knobs or Knobs(),
        derive_wide(mark, "fit"),
        _quiet,
        subjects,
    )
    return TableModel(model, known, encoding, mark)


def _quiet(done: int, total: int, what: str) -> None:
    """Report no progress."""
