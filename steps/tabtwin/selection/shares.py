"""Set shares of a column's values in the twin: ``COLUMN=VALUE:SHARE,…``; others stay in proportion."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tabtwin.lib.apportion import largest_remainders
from tabtwin.lib.errors import InputError
from tabtwin.schema.kinds.registry import is_label
from tabtwin.schema.schema import Schema, target_values

FORM = "COLUMN=VALUE:SHARE, such as churn=Yes:0.5"
SLACK = 1e-9
_PAIR = re.compile(r"(.+?):(\d*\.?\d+)(?:,|$)")


@dataclass(frozen=True)
class Shares:
    """The shares of the twin's rows that have each of some values of one column.

    Attributes:
        column: A categorical or boolean column, or the made target.
        wanted: Share by value, as typed tables hold it; each above 0, at most 1 together.
    """

    column: str
    wanted: Mapping[str, float]

    def values(self, table: pd.DataFrame, schema: Schema) -> np.ndarray:
        """Return the value of each row: object (rows,), ``None`` if missing."""
        if schema.made is not None and self.column == schema.target:
            return target_values(table, schema).to_numpy(object)
        return table[self.column].to_numpy(object)

    def check(self, values: np.ndarray) -> None:
        """Check that each value exists, and that the shares of all add up.

        Raises:
            InputError: without a value of the table, which may be a hidden one.
        """
        strange = len(self.wanted.keys() - set(values.tolist()))
        if strange:
            raise InputError(
                f"--rebalance: expected values that {self.column!r} has and protection allows, found "
                f"{strange} other; correct their spelling"
            )
        self._parts(values)

    def quotas(self, values: np.ndarray, rows: int) -> dict[object, int]:
        """Return how many of ``rows`` have each value, by largest remainders.

        Args:
            values: Of the pool's rows; values without a set share keep theirs relative to one another.
            rows: The number of rows of the twin.
        """
        parts = self._parts(values)
        ordered = sorted(parts, key=str)
        given = dict(
            zip(ordered, largest_remainders([parts[value] * rows for value in ordered], rows), strict=True)
        )
        return {value: given[value] for value in parts}

    def weights(self, values: np.ndarray) -> np.ndarray:
        """Return row weights that give a table's rows the shares: float64 (rows,), their mean 1."""
        parts, (found, places) = self._parts(values), _distinct(values)
        own = np.bincount(places) / len(values)
        return np.asarray(np.array([parts[value] for value in found])[places] / own[places])

    def natural(self, twin: np.ndarray, real: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Return as many rows of the twin as have the real rows' shares together: int64, ascending.

        Args:
            twin: The value of each row of the twin.
            real: The value of each real row.
            rng: Draws which rows of a value stay.
        """
        values, places = _distinct(real)
        parts = dict(zip(values, np.bincount(places) / len(real), strict=True))
        rows = {value: np.flatnonzero(holding(twin, value)) for value in parts}
        # A value that the twin lacks lowers likeness, as it should, and not the number of rows.
        most = min(len(rows[value]) / part for value, part in parts.items() if len(rows[value]))
        kept = [rng.permutation(rows[value])[: round(most * part)] for value, part in parts.items()]
        return np.sort(np.concatenate(kept))

    def _parts(self, values: np.ndarray) -> dict[object, float]:
        """Return the share of each value, those that were set first."""
        found, places = _distinct(values)
        own = dict(zip(found, np.bincount(places) / len(values), strict=True))
        others = {value: share for value, share in own.items() if value not in self.wanted}
        rest, left = 1.0 - sum(self.wanted.values()), sum(others.values())
        if rest > SLACK and not left:
            raise InputError(
                f"--rebalance: expected shares that add up to 1, since they name every value of "
                f"{self.column!r}, found {1.0 - rest:g}"
            )
        parts: dict[object, float] = {str(value): share for value, share in self.wanted.items()}
        return parts | {value: max(0.0, rest) * share / left for value, share in others.items()}


def parse_shares(text: str, schema: Schema) -> Shares | None:
    """Return the shares of an option; ``None`` if it is empty.

    Raises:
        InputError: if the text has another form, or names a column that is not one of categories.
    """
    if not text:
        return None
    name, pairs = _column(text, schema)
    wanted: dict[str, float] = {}
    end = 0
    for match in _PAIR.finditer(pairs):
        if match.start() != end:
            break
        wanted[match[1]] = float(match[2])
        end = match.end()
    if end != len(pairs) or not wanted:
        raise InputError(f"--rebalance: expected {FORM}, found another form; correct it")
    total = sum(wanted.values())
    if min(wanted.values()) <= 0 or total > 1 + SLACK:
        raise InputError(f"--rebalance: expected shares above 0 and of at most 1 together, found {total:g}")
    return Shares(name, wanted)


def _column(text: str, schema: Schema) -> tuple[str, str]:
    """Return the column's name, which may itself hold ``=``, and the rest of the text."""
    names = [column.name for column in schema.learned if is_label(column)]
    names += [schema.target] if schema.made and schema.target else []
    for name in sorted(names, key=len, reverse=True):
        if text.startswith(f"{name}="):
            return name, text[len(name) + 1 :]
    asked, sign, _ = text.partition("=")
    if not sign:
        raise InputError(f"--rebalance: expected {FORM}, found another form; correct it")
    if asked in [column.name for column in schema.columns]:
        raise InputError(
            f"--rebalance: expected a column of categories, found {asked!r}; for a number, "
            "make a target of it"
        )
    near = difflib.get_close_matches(asked, names, 1)
    raise InputError(
        f"--rebalance: expected a column of categories, found none named {asked!r}; "
        + (f"did you mean {near[0]!r}?" if near else "name one of the table's")
    )


def holding(values: np.ndarray, value: object) -> np.ndarray:
    """Return which rows hold a value, or are missing if it is ``None``: bool (rows,)."""
    return np.array([other == value for other in values], bool)


def _distinct(values: np.ndarray) -> tuple[list[object], np.ndarray]:
    """Return the distinct values in the order of their names, missing last; and each row's place
    among them.
    """
    codes, found = pd.factorize(values, sort=True)
    missing = codes < 0
    return [*found.tolist(), *([None] if missing.any() else [])], np.where(missing, len(found), codes)
