"""Find the columns that name a row's subject (``--entity``): one, or several that do so only together."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from tabtwin.lib.counting import ranked
from tabtwin.lib.listing import split_columns
from tabtwin.schema.kinds.cells import as_text
from tabtwin.schema.source import Source


def entity_columns(entity: str | None, columns: Collection[str]) -> tuple[str, ...]:
    """Return the columns that ``--entity`` names, whether or not they exist."""
    return split_columns(entity, columns) if entity else ()


def made_column(source: Source, names: Collection[str]) -> str:
    """Return which of an entity's columns gets new values in the twin: the one with most values.

    The others, such as the clinic of a clinic's patients, are learned if enough subjects share a value.
    """
    return max(reversed(list(names)), key=lambda name: len(source.columns[name].values))


def named_subjects(source: Source, names: Collection[str]) -> np.ndarray:
    """Return the subject of each row (rows,), int64; -1 where a column that names it is missing."""
    return together([source.columns[name].codes for name in names])


def subjects_of(source: Source, names: Collection[str]) -> np.ndarray:
    """Return the subject of each row (rows,), int64; a subject of its own for each row that names none."""
    if not names:
        return np.arange(source.rows)
    subjects = named_subjects(source, names)
    nameless = subjects < 0
    subjects[nameless] = subjects.max(initial=-1) + 1 + np.arange(nameless.sum())
    return subjects


def subject_names(source: Source, names: Collection[str]) -> set[tuple[str, ...]]:
    """Return the names of the subjects."""
    codes = np.stack([source.columns[name].codes for name in names], axis=1)
    texts = [as_text(source.columns[name]) for name in names]
    distinct = np.unique(codes[(codes >= 0).all(axis=1)], axis=0)
    return {tuple(str(text[code]) for text, code in zip(texts, row, strict=True)) for row in distinct}


def together(groups: Sequence[np.ndarray]) -> np.ndarray:
    """Return groups of rows that are alike in several ways (rows,), in their order; -1 where one is
    missing.
    """
    whole = groups[0].astype("int64")
    for part in groups[1:]:
        held = (whole >= 0) & (part >= 0)
        both = whole * (int(part.max(initial=0)) + 1) + part
        whole = np.full(len(both), -1, "int64")
        whole[held] = ranked(both[held])
    return whole
