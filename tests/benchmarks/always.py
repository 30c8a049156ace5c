"""What holds in every row of a table, found by a script of its own: it shares no code with tabtwin.

Tables are read as a stranger's script would read them, by ``pandas.read_csv``. Five kinds of rules are looked
for, each with odds against chance of at least 10^15: columns that determine another (*fixing*), numbers in
order (*order*), equal columns (*copy*), sums of two columns (*sum*), multiples of a step (*lattice*), and the
shapes of texts (*shape*). A twin should keep each in at least 99.9 % of its rows.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import combinations, permutations

import numpy as np
import pandas as pd

ODDS = 15.0
"""In powers of ten: how unlikely a rule must be by chance. Four fifths of the rows, which a run learns from,
then show it with odds of 10^12."""
SHARED = 5
"""The fewest subjects that show what a value fixes: what fewer share is their secret, which no twin tells."""
FEWEST = 30
"""The fewest rows that support a rule."""
ENOUGH = 0.999
"""The share of a twin's rows in which a rule must hold."""
SAME = 1e-6
"""How far apart, as a share, fixed numbers are one: 4.442651 and 4.442651271820068, in single precision."""
MOST_COLUMNS = 40
"""Columns that are looked at: the first."""
MOST_SHAPES = 5
HIDDEN = "(other)"
"""What the twin has where protection hides a value: such a row says nothing of a rule."""


@dataclass(frozen=True)
class Always:
    """A rule that holds in every row of a table.

    Attributes:
        kind: Which one.
        columns: The columns that it is about.
        known: What the twin is held to: values by value, a step, shapes.
    """

    kind: str
    columns: tuple[str, ...]
    known: object = None

    def __str__(self) -> str:
        return f"{self.kind} {' '.join(self.columns)}"


def found_in(table: pd.DataFrame, subjects: np.ndarray | None = None) -> list[Always]:
    """Return what always holds in a table.

    Args:
        table: The rows.
        subjects: Whom each row is of (rows,), where columns say it that a run drops; by default, each row is
            of its own. Rows of one subject may be in order as they all are of it, which is evidence but once.
    """
    table = table[list(table.columns[:MOST_COLUMNS])]
    who = pd.Series(np.arange(len(table)) if subjects is None else subjects, table.index)
    numbers = [str(name) for name in table.select_dtypes("number")]
    texts = [str(name) for name in table.select_dtypes("object")]
    copies = list(_copies(table))
    return [
        *copies,
        *_fixings(table, who),
        *_orders(table, numbers, who),
        *_sums(table, numbers),
        *_lattices(table, numbers),
        *_shapes(table, texts),
    ]


def kept_in(twin: pd.DataFrame, rule: Always) -> float:
    """Return the share of a twin's rows in which a rule holds; of those that say something of it."""
    if not set(rule.columns) <= set(twin.columns):
        return 1.0
    cells = twin[list(rule.columns)]
    cells = cells[~(cells.isna() | (cells == HIDDEN)).any(axis=1)]
    if cells.empty:
        return 1.0
    return float(_holds(rule, [cells[name] for name in rule.columns]).mean())


def broken_in(twin: pd.DataFrame, rules: list[Always]) -> list[str]:
    """Return the rules that a twin keeps in fewer than 99.9 % of its rows, each with its share."""
    shares = [(rule, kept_in(twin, rule)) for rule in rules]
    return [f"{rule}: {share:.1%}" for rule, share in shares if share < ENOUGH]


def _holds(rule: Always, cells: list[pd.Series]) -> pd.Series:
    if rule.kind == "copy":
        return cells[0] == cells[1]
    if rule.kind == "order":
        return cells[0] <= cells[1]
    if rule.kind == "sum":
        return (cells[1] + cells[2] - cells[0]).abs() <= _slack(rule.known)
    if rule.kind == "lattice":
        steps = cells[0] / rule.known
        return (steps - steps.round()).abs() < 1e-6
    if rule.kind == "shape":
        return cells[0].astype(str).map(_shape).isin(rule.known)
    fixed = cells[0].map(rule.known)
    if pd.api.types.is_numeric_dtype(cells[1]) and pd.api.types.is_numeric_dtype(fixed):
        near = np.isclose(fixed.to_numpy("float64"), cells[1].to_numpy("float64"), rtol=SAME, atol=0.0)
        return fixed.isna() | near
    return fixed.isna() | (fixed == cells[1])


def _copies(table: pd.DataFrame) -> Iterator[Always]:
    for one, other in combinations(table.columns, 2):
        alike = table[one].dtype == table[other].dtype and table[one].equals(table[other])
        if alike and table[one].nunique() > 2 and len(table) >= FEWEST:
            yield Always("copy", (str(one), str(other)))


def _fixings(table: pd.DataFrame, who: pd.Series) -> Iterator[Always]:
    counts = {name: table[name].nunique() for name in table}
    for one, other in permutations(table.columns, 2):
        if not 2 <= counts[other] <= counts[one] <= len(table) / 3:
            continue
        whole = table[[one, other]].dropna()
        if len(whole) < FEWEST or whole.groupby(one, sort=False)[other].nunique().max() != 1:
            continue
        likely = float(whole[other].value_counts(normalize=True).iloc[0])
        holders = who[whole.index].groupby(whole[one]).nunique()
        shared = whole[whole[one].map(holders) >= SHARED]
        if shared[other].nunique() < 2:
            continue
        if -(holders[holders >= SHARED] - 1).sum() * math.log10(min(likely, 1 - 1e-12)) > ODDS:
            yield Always("fixing", (str(one), str(other)), shared.groupby(one)[other].first().to_dict())


def _orders(table: pd.DataFrame, names: list[str], who: pd.Series) -> Iterator[Always]:
    flags = {name for name in names if table[name].nunique() <= 2}
    for one, other in permutations(names, 2):
        if (one in flags) != (other in flags):  # a flag is before or after no number
            continue
        whole = table[[one, other]].dropna()
        if len(whole) < FEWEST or (whole[one] > whole[other]).any() or (whole[one] == whole[other]).all():
            continue
        above = np.searchsorted(np.sort(whole[other].to_numpy()), whole[one].to_numpy(), side="left")
        wrong = float(above.mean() / len(whole))
        if wrong > 0 and -who[whole.index].nunique() * math.log10(1 - min(wrong, 1 - 1e-12)) > ODDS:
            yield Always("order", (one, other))


def _sums(table: pd.DataFrame, names: list[str]) -> Iterator[Always]:
    whole = table[names].dropna()
    if len(whole) < FEWEST:
        return
    sample = whole.to_numpy()[np.linspace(0, len(whole) - 1, 50).astype(int)]
    decimals = [_digits(whole[name]) for name in names]
    for first, second in combinations(range(len(names)), 2):
        total = sample[:, first] + sample[:, second]
        near = np.abs(sample - total[:, None]).max(axis=0)
        for at in set(np.flatnonzero(near < 1).tolist()) - {first, second}:
            digits = max(decimals[place] for place in (at, first, second))
            parts = whole[names[first]], whole[names[second]]
            if near[at] > _slack(digits) or min(part.nunique() for part in parts) <= 2:
                continue
            if ((whole[names[at]] - parts[0] - parts[1]).abs() <= _slack(digits)).all():
                yield Always("sum", (names[at], names[first], names[second]), digits)


def _lattices(table: pd.DataFrame, names: list[str]) -> Iterator[Always]:
    for name in names:
        cells = table[name].dropna()
        scale = 10 ** _digits(cells)
        whole = (cells * scale).round()
        if cells.nunique() < 2 or len(cells) < FEWEST or whole.abs().max() > 2**53:
            continue
        step = reduce(math.gcd, (int(value) for value in whole.unique()))
        telling = whole[whole % 10 != 0] if scale > 1 else whole[whole != 0]
        if step > 1 and telling.nunique() * math.log10(_by_chance(step, fine=scale > 1)) > ODDS:
            yield Always("lattice", (name,), step / scale)


def _by_chance(step: int, *, fine: bool) -> float:
    """Return one in how many whole numbers is a multiple; of those that do not end in 0, where ``fine``.

    Numbers of fewer decimals are multiples of a half, or of .05, anyway, so they are no evidence.
    """
    if not fine:
        return float(step)
    ends = np.arange(step, math.lcm(step, 10) + 1, step)
    return 0.9 * math.lcm(step, 10) / max(1, int((ends % 10 != 0).sum()))


def _shapes(table: pd.DataFrame, names: list[str]) -> Iterator[Always]:
    for name in names:
        cells = table[name].dropna().astype(str)
        shapes = set(cells.map(_shape))
        if len(cells) >= FEWEST and cells.nunique() > 20 and len(shapes) <= MOST_SHAPES:
            yield Always("shape", (name,), shapes)


def _shape(text: str) -> str:
    """Return a text with its digits as 9 and its letters as a, runs of letters as one."""
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d", "9", text))


def _digits(cells: pd.Series) -> int:
    """Return how many decimals numbers have, six at most."""
    values = cells.to_numpy("float64")
    return next((digits for digits in range(6) if np.allclose(values, values.round(digits), atol=1e-9)), 6)


def _slack(digits: object) -> float:
    return 0.5000001 * 10.0 ** -float(str(digits))
