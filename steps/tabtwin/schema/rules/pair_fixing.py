"""Find pairs of columns that fix a third, though neither does alone: a product and a size its price.

In all rows with a combination, the third holds the same. The odds of chance are exact: if one of the two had
nothing to do with the third, given the other, any order of the third's cells within a value of the other
would be as likely, and few of them agree in every combination. Of a subject with several rows, one counts. A
combination is learned only if k subjects have it; columns whose combinations are mostly rarer make no rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.special import gammaln

from tabtwin.lib.counting import counted
from tabtwin.schema.kinds import registry
from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.fixing import CHANCE, FEWEST, NEARLY_ALL
from tabtwin.schema.rules.grouping import Things
from tabtwin.schema.rules.observed import Observed
from tabtwin.schema.rules.pairing import key, text_of
from tabtwin.schema.schema import Column, Schema

MOST_COLUMNS = 40
"""Pairs are sought among the first so many columns whose values repeat."""

MOST_FIXED = 120
"""What they fix is sought among the first so many columns."""

LOOKED_AT = 1_000
"""Nearly all pairs are refuted by so many rows."""


@dataclass(frozen=True)
class _Source:
    """A column that may be one of a pair.

    Attributes:
        column: The column.
        codes: The place of each row's value in ``texts``, -1 if missing or hidden (rows,).
        texts: The values, as rules write them.
    """

    column: Column
    codes: np.ndarray
    texts: tuple[str, ...]

    @classmethod
    def of(cls, cells: pd.Series, column: Column) -> _Source:
        """Return that of a column in canonical rows after value protection."""
        codes, found = pd.factorize(cells.to_numpy(), use_na_sentinel=True)
        if registry.is_label(column) and registry.has_rare_group(column):
            rare = np.append(found == column.token, [False])
            codes = np.where(rare[codes], -1, codes)
        return cls(column, codes.astype("int64"), tuple(str(text_of(cell)) for cell in found))

    def repeats(self, protect: int) -> bool:
        """Return whether nearly all rows have a value that k of them have, and not all the same."""
        held = self.codes[self.codes >= 0]
        counts = np.bincount(held, minlength=1)
        common = counts[counts >= max(2, self.column.threshold(protect))]
        return len(common) > 1 and common.sum() >= NEARLY_ALL * len(held)


def pair_implications(
    protected: pd.DataFrame, schema: Schema, subjects: np.ndarray, protect: int
) -> list[Rule]:
    """Return what pairs of columns fix, two categories first, then those of the fewest combinations.

    Args:
        protected: Canonical rows after value protection.
        schema: Their columns.
        subjects: The subject of each row (rows,), integers from 0.
        protect: k of value protection.
    """
    sources = [
        source
        for source in (_Source.of(protected[column.name], column) for column in schema.learned)
        if source.repeats(protect)
    ][:MOST_COLUMNS]
    if len(sources) < 2:
        return []
    things = [Things.of(protected[column.name], column, protect) for column in schema.learned]
    things = [then for then in things if then.sayable and then.shares.max() < 1][:MOST_FIXED]
    if not things:
        return []
    cells = np.stack([then.codes for then in things], axis=1)
    some = np.unique(np.linspace(0, len(cells) - 1, min(len(cells), LOOKED_AT)).astype(int))
    alone = [_agreeing(source.codes, cells, some) for source in sources]
    few = [source.codes[some] for source in sources]
    tried = float(np.log10(len(sources) * (len(sources) - 1) / 2 * len(things)))
    once = np.unique(subjects, return_index=True)[1]
    found: list[tuple[tuple[int, int, int], Rule]] = []
    for one, other in combinations(range(len(sources)), 2):
        both = sources[one], sources[other]
        names = {source.column.name for source in both}
        open_to = [
            at
            for at, then in enumerate(things)
            if then.column.name not in names and not (alone[one][at] or alone[other][at])
        ]
        left = _alike(_joined(few[one], few[other], len(both[1].texts)), cells[some][:, open_to])
        open_to = [at for at, does in zip(open_to, left, strict=True) if does]
        if not open_to:
            continue
        codes = _joined(both[0].codes, both[1].codes, len(both[1].texts))
        agree = _alike(codes, cells[:, open_to])
        for then in (things[at] for at, does in zip(open_to, agree, strict=True) if does):
            if _strength(both, codes, then.codes, once) <= CHANCE + tried:
                continue
            values, covered, people = _told(both, codes, then, subjects, protect)
            if covered >= NEARLY_ALL and people >= FEWEST:
                columns = (both[0].column.name, both[1].column.name, then.column.name)
                numbers = sum(not registry.is_label(source.column) for source in both)
                rank = (numbers, len(values), sum(len(source.texts) for source in both))
                found.append((rank, Rule(kind="pair", columns=columns, values=values)))
    found.sort(key=lambda known: known[0])
    return [rule for _, rule in found]


def pair_values(rule: Rule, observed: Observed) -> tuple[dict[str, str | None], bool]:
    """Return what two declared columns fix in the table, whatever the odds, and whether rows may have other
    combinations.
    """
    schema, protected, protect = observed.schema, observed.protected, observed.protect
    one, other = (_Source.of(protected[name], schema[name]) for name in rule.fixing)
    then = Things.of(protected[rule.fixed], schema[rule.fixed], protect)
    if not then.sayable:
        return {}, True
    codes = _joined(one.codes, other.codes, len(other.texts))
    values, covered, _ = _told((one, other), codes, then, observed.subjects, protect)
    return values, not (covered >= NEARLY_ALL and _alike(codes, then.codes[:, None]).all())


def not_paired(schema: Schema) -> str:
    """Return in one line which pairs are not sought, since a table has too many columns; or nothing."""
    count = len(schema.learned)
    if count <= MOST_COLUMNS:
        return ""
    return (
        f"What two columns fix together was not sought beyond the first {MOST_COLUMNS} columns of few values"
        f"{f', nor in columns after the first {MOST_FIXED}' if count > MOST_FIXED else ''}. "
        "--schema may declare it."
    )


def _joined(one: np.ndarray, other: np.ndarray, width: int) -> np.ndarray:
    """Return a code of each row's combination, int (rows,); -1 where one of both has none."""
    return np.where((one < 0) | (other < 0), -1, one * width + other)


def _agreeing(codes: np.ndarray, cells: np.ndarray, some: np.ndarray) -> np.ndarray:
    """Return the same as :func:`_alike`, after a look at some rows."""
    agree = _alike(codes[some], cells[some])
    left = np.flatnonzero(agree)
    if len(left):
        agree[left] = _alike(codes, cells[:, left])
    return agree


def _alike(codes: np.ndarray, cells: np.ndarray) -> np.ndarray:
    """Return in which columns of ``cells`` (rows, columns) rows of one code never differ, bool (columns,).

    Args:
        codes: Of each row, (rows,); those of -1 do not count.
        cells: What is compared.
    """
    rows = np.flatnonzero(codes >= 0)
    order = rows[np.argsort(codes[rows], kind="stable")]
    alike = codes[order][1:] == codes[order][:-1]
    before, after = order[:-1][alike], order[1:][alike]
    return np.asarray((cells[before] == cells[after]).all(axis=0))


def _strength(both: Sequence[_Source], codes: np.ndarray, then: np.ndarray, once: np.ndarray) -> float:
    """Return the odds, in powers of ten, against one of two columns having nothing to do with a third.

    Within a value of the other, n cells with counts m of each of v values can be in n!/∏m! orders. In c
    combinations that agree there are at most v^c of them.

    Args:
        both: The two columns.
        codes: Their combination in each row.
        then: The value of the third column in each row.
        once: One row of each subject.
    """
    rows = once[codes[once] >= 0]
    held = counted(codes[rows])[0]
    width, fixed = len(both[1].texts), then[rows] + 1
    least = np.inf
    for source, combined in zip(both, (held // width, held % width), strict=True):
        values = source.codes[rows]
        sizes = np.bincount(values)
        orders = gammaln(sizes + 1.0)
        kinds, counts = counted(values * (fixed.max(initial=0) + 1) + fixed)
        of_value = kinds // (fixed.max(initial=0) + 1)
        np.subtract.at(orders, of_value, gammaln(counts + 1.0))
        others = np.bincount(of_value, minlength=len(sizes))
        agreeing = np.bincount(combined, minlength=len(sizes))
        odds = (orders - agreeing * np.log(np.maximum(others, 1)))[sizes > 0]
        least = min(least, float(np.maximum(odds, 0.0).sum() / np.log(10)))
    return least


def _told(
    both: Sequence[_Source], codes: np.ndarray, then: Things, subjects: np.ndarray, protect: int
) -> tuple[dict[str, str | None], float, int]:
    """Return what each combination of k subjects fixes, the share of rows that have one of them, and of how
    many subjects.
    """
    one, other = both
    k = max(2, then.least, *(source.column.threshold(protect) for source in both))
    table = pd.DataFrame({"code": codes, "then": then.codes, "subject": subjects})[codes >= 0]
    grouped = table.groupby("code", sort=True)
    counts = pd.DataFrame(
        {
            "people": grouped["subject"].nunique(),
            "rows": grouped.size(),
            "least": grouped["then"].min(),
            "most": grouped["then"].max(),
        }
    )
    kept = counts[(counts["people"] >= k) & (counts["least"] == counts["most"])]
    values = {
        key(one.texts[code // len(other.texts)], other.texts[code % len(other.texts)]): (
            None if held < 0 else str(then.held[held])
        )
        for code, held in zip(kept.index.tolist(), kept["least"].tolist(), strict=True)
    }
    people = table["subject"][table["code"].isin(kept.index)].nunique()
    # In the order of keys, as files have them, so that rows are moved alike wherever the rule comes from.
    values = dict(sorted(values.items()))
    return values, float(kept["rows"].sum() / max(1, len(table))), int(people)
