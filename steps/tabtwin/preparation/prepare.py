"""Turn a table into what the pipeline works on: typed, split, and protected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from tabtwin.io.contents import rows_digest
from tabtwin.io.formulas import formulas_note
from tabtwin.io.headings import refuse_other_row
from tabtwin.io.reading import plainly, read_file, spell_unread, unread
from tabtwin.lib import seeds
from tabtwin.lib.blob import Blob, as_blob
from tabtwin.lib.errors import InputError
from tabtwin.preparation.balanced_designs import designs
from tabtwin.preparation.draws import draw_of
from tabtwin.preparation.facts import Facts
from tabtwin.preparation.learnable import prepare, read_rows, rows_of
from tabtwin.preparation.notes import changed_cells, counted_together, drawn_of, learned_apart, notes
from tabtwin.preparation.profile import Opened, open_table, owners_of
from tabtwin.preparation.table_options import Asked
from tabtwin.protection.identifiers.counting import with_hidden
from tabtwin.protection.published_schema import published
from tabtwin.schema.encoding import Encoding
from tabtwin.schema.entities import entity_columns, subject_names
from tabtwin.schema.rules.recoding import recoded_schema
from tabtwin.schema.schema import Schema, target_values
from tabtwin.schema.splits import folds, sample_rows, split, strata, topped_up
from tabtwin.schema.target import hidden_classes
from tabtwin.schema.typed import canonical

FEWEST_SUBJECTS = 50
FEWEST_HELD = 25
"""The fewest rows that the audit can compare with: as many as the smallest table holds out."""


@dataclass(frozen=True)
class Ingested:
    """What is found in a table.

    Attributes:
        schema: Its columns and their roles.
        published: The schema without what must not be published.
        training: Canonical rows, unprotected.
        holdout: The sealed rows, also canonical and unprotected.
        held_subjects: The subject of each holdout row, int32 (rows,).
        folds: ``fold`` (int8, 0 to 4) and ``subject`` (int32) of each training row.
        encoding: The values of each column that may be released.
        encoded: The training rows as generators see them, protected and recoded.
        facts: Counts, and one-line notes on what was chosen or is doubtful.
        contents: The digest of all rows of the table, in whatever file and order.
    """

    schema: Schema
    published: Schema
    training: pd.DataFrame
    holdout: pd.DataFrame
    held_subjects: np.ndarray
    folds: pd.DataFrame
    encoding: Encoding
    encoded: pd.DataFrame
    facts: Facts
    contents: str

    @property
    def encoded_schema(self) -> Schema:
        """Return the schema of ``encoded``, which has other columns than the table where rules compute
        some.
        """
        return recoded_schema(self.schema, self.encoding)


def ingest_table(
    source: bytes | Blob,
    filename: str,
    *,
    more: Sequence[tuple[bytes | Blob, str]] = (),
    holdout: bytes | Blob = b"",
    schema_file: bytes = b"",
    seed: int = 1,
    guarded: bool = True,
    **asked: Any,
) -> Ingested:
    """Return everything that ``ingest`` finds in a table.

    Args:
        source: The table, CSV or Parquet.
        filename: Its name in errors.
        more: Further files of the table, and their names in errors.
        holdout: The user's own holdout, CSV or Parquet; then all of ``source`` is training.
        schema_file: What the user declares, as JSON.
        seed: The run's seed.
        guarded: Whether columns that name people are refused.
        asked: Fields of :class:`Asked`.

    Raises:
        InputError: if any of it cannot be used.
    """
    said = Asked(**asked)
    draw = draw_of(said, schema_file, seed, own_holdout=as_blob(holdout).size > 0)
    opened = open_table(source, filename, schema_file, said, more=more, guarded=guarded, draw=draw)
    if opened.refusal:
        raise InputError(opened.refusal)
    return ingest_opened(opened, holdout=holdout, seed=seed)


def ingest_opened(opened: Opened, *, holdout: bytes | Blob = b"", seed: int = 1) -> Ingested:
    """Return what is found in an opened table, without the columns that must not be learned.

    A table is read by all of its rows. Everything else depends on training rows only, see :func:`prepare`.
    The split is stratified by a given target, but not by one that is chosen after it.

    Raises:
        InputError: if the table, the holdout or the options cannot be used.
    """
    read, protect = opened.source, opened.asked.min_subjects
    schema, table = read_rows(opened)
    subjects = opened.owners.rows
    if as_blob(holdout).size:
        held, held_subjects = _own_holdout(holdout, opened, schema)
        is_held = np.zeros(len(table), bool)
    else:
        strata_of = schema.model_copy(update={"target": None}) if schema.chosen else schema
        rng = seeds.generator(seed, "ingest", "split")
        is_held = split(subjects, _strata(table, strata_of), rng)
        if opened.owners.by:
            is_held = topped_up(is_held, subjects, FEWEST_HELD, rng)
        held, held_subjects = rows_of(table, is_held), subjects[is_held]
    learned = _sampled(subjects, is_held, opened.asked.max_train_rows, seed)
    _check_split(subjects[learned], held, opened, own_holdout=as_blob(holdout).size > 0)
    found = prepare(opened, schema, table, learned, held)
    schema, training = found.schema, found.training
    protected = changed_cells(training, found.protected, schema)
    plans = designs(pd.concat([training, found.holdout], ignore_index=True), schema)
    dealt = folds(found.subjects, _strata(training, schema), seeds.generator(seed, "ingest", "folds"))
    said = [
        *notes(schema, list(found.hidden), protected, opened.remedies, plans),
        *learned_apart(found.encoding),
        *([counted_together()] if opened.owners.by else []),
        *_drawn(opened),
        *_left_out(int((~is_held & ~learned).sum())),
        *formulas_note(schema, found.encoding),
        *filter(None, [hidden_classes(schema, read, found.encoding, protect, counted=False)]),
    ]
    facts = Facts(
        rows=read.rows,
        whole=opened.file.drawn_of,
        training=len(training),
        holdout=len(held),
        columns=len(schema.columns),
        protect=protect,
        notes=tuple(said),
        protected=protected,
        plans=tuple(plans),
    )
    return Ingested(
        schema=schema,
        published=published(schema, opened.file, learned, subjects, protect),
        training=training,
        holdout=found.holdout,
        held_subjects=pd.factorize(held_subjects)[0].astype("int32"),
        folds=pd.DataFrame({"fold": dealt, "subject": found.subjects}),
        encoding=found.encoding,
        encoded=found.encoded,
        facts=facts,
        contents=opened.file.whole.contents if opened.file.whole else rows_digest(opened.file),
    )


def _strata(table: pd.DataFrame, schema: Schema) -> np.ndarray:
    if schema.target is None:
        return strata(None, len(table))
    return strata(target_values(table, schema), len(table))


def _sampled(subjects: np.ndarray, is_held: np.ndarray, most: int, seed: int) -> np.ndarray:
    """Return which rows may be learned from, at most ``most`` that are not held out, bool (rows,)."""
    chosen = ~is_held
    if 0 < most < chosen.sum():
        rng = seeds.generator(seed, "ingest", "sample")
        chosen[chosen] = sample_rows(subjects[chosen], most, rng)
    return chosen


def _drawn(opened: Opened) -> list[str]:
    """Return a note on rows that were drawn."""
    whole, entity = opened.file.drawn_of, opened.schema.entity is not None
    return [] if whole is None else [drawn_of(opened.rows, whole, with_subjects=entity)]


def _left_out(rows: int) -> list[str]:
    """Return a note on rows that are neither learned from nor held out."""
    return [f"--max-train-rows leaves {rows} rows out: neither learned nor compared with."] if rows else []


def _own_holdout(data: bytes | Blob, opened: Opened, schema: Schema) -> tuple[pd.DataFrame, np.ndarray]:
    """Return a user's own holdout, read as the schema says, and the subject of each row."""
    source, header = opened.source, opened.asked.header
    whole = plainly(read_file(data, "--holdout", header))
    other = whole.without(opened.absent)
    if faulty := unread(other):
        raise InputError(f"--holdout: {spell_unread(faulty)}")
    if header == "auto" and other.columns.keys() != source.columns.keys():
        refuse_other_row(other, source, "--holdout")
    lacking = [name for name in source.columns if name not in other.columns]
    added = [at for at, name in enumerate(other.columns, 1) if name not in source.columns]
    if lacking or added:
        # Its names may be a row's cells.
        found = f"none named {lacking[0]!r}" if lacking else f"one more, column {added[0]}"
        raise InputError(f"--holdout: expected the table's columns, found {found}; align it")
    named = entity_columns(schema.entity, source.columns)
    for columns in (named,) if named else opened.owners.named:
        if not whole.columns.keys() >= set(columns):
            continue
        mine, theirs = (subject_names(with_hidden(part), columns) for part in (opened.file, whole))
        if mine & theirs:
            raise InputError(
                f"--holdout: expected subjects that the table does not have, found {len(mine & theirs)} "
                "in both; move their rows to one side"
            )
    try:
        return canonical(other, schema), owners_of(opened, whole)
    except InputError as error:
        raise InputError(f"--holdout: {error}") from None


def _check_split(subjects: np.ndarray, held: pd.DataFrame, opened: Opened, *, own_holdout: bool) -> None:
    people, schema = len(np.unique(subjects)), opened.schema
    if people < FEWEST_SUBJECTS and not opened.owners.by:
        advice = f"{schema.entity!r} may be the wrong --entity" if schema.entity else "raise --max-train-rows"
        raise InputError(
            f"expected at least {FEWEST_SUBJECTS} subjects in training, found {people}; {advice}"
        )
    if len(held) < FEWEST_HELD:
        advice = "add rows" if own_holdout else "a few subjects have most rows; name another --entity"
        option = "--holdout: " if own_holdout else ""
        raise InputError(
            f"{option}expected at least {FEWEST_HELD} rows held out, found {len(held)}; {advice}"
        )
