"""Keep as many rules as can be kept together: first those that the user declared, then those that were found.

Of two columns that fix the same one, one writes it, and the other yields: where they disagree, the other is
changed, or the row is drawn again. So does a column that is fixed by the one it fixes, except for few values.
This is done where most rows have a value that fixes another: what a single value fixes is not worth any row.
An ordering yields to what writes its numbers: a code that fixes an end, or a formula.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property

from tabtwin.lib.errors import InputError
from tabtwin.schema.encoding import bounds, units
from tabtwin.schema.kinds import registry
from tabtwin.schema.kinds.quantity import Quantity
from tabtwin.schema.rule import Bounds, Rule, Units
from tabtwin.schema.rules.agreement import obstacle
from tabtwin.schema.rules.breaking import broken
from tabtwin.schema.rules.chains import follows, is_turned, told
from tabtwin.schema.rules.number_codes import covered
from tabtwin.schema.rules.observed import Observed
from tabtwin.schema.rules.ordering import reach
from tabtwin.schema.schema import Column, Schema

MOST_FIXINGS = 1_000
"""The most rules found of what single columns fix that are kept, since each is compared with all others. In a
survey in which one answer skips hundreds of questions, many thousands hold.
"""

MOST, FEW = 0.5, 0.01
"""Of a rule that yields: the least share of rows that it is about, and the largest that may break it after
protection.
"""


def kept_together(declared: Sequence[Rule], found: Sequence[Rule], observed: Observed) -> tuple[Rule, ...]:
    """Return all declared rules, and as many found ones as can be kept together with them.

    Raises:
        InputError: with a declared rule that cannot be kept, and why.
    """
    work = _Reconciliation(observed)
    said, seen = work.settled(declared, found)
    said, seen = work.settled(*([work.as_fixing(rule) for rule in rules] for rules in (said, seen)))
    together = work.fixed_together()
    said, _ = work.settled(*([work.as_order(rule, together) for rule in rules] for rules in (said, seen)))
    work.settled((), [work.as_order(rule, together) for rule in work.across()])
    for rule in said:
        raise InputError(
            f"--schema: expected rules that can be kept together, found {rule}, but {work.obstacle(rule)}; "
            "correct it or leave it out"
        )
    return tuple(work.kept)


@dataclass(frozen=True)
class _Reconciliation:
    """The rules that are kept so far."""

    observed: Observed
    kept: list[Rule] = field(default_factory=list)

    @cached_property
    def _dated(self) -> frozenset[str]:
        return frozenset(column.name for column in self.observed.schema.learned if _is_dated(column))

    @cached_property
    def _bounds(self) -> Bounds:
        return bounds(self.observed.encoding)

    @cached_property
    def _units(self) -> Units:
        return units(self.observed.schema)

    def obstacle(self, rule: Rule) -> str:
        """Return why a rule cannot be kept together with those that are; empty if it can."""
        return obstacle(rule, self.kept, self._bounds, self._units, self._dated)

    def settled(self, said: Sequence[Rule], seen: Sequence[Rule]) -> tuple[list[Rule], list[Rule]]:
        """Keep declared and found rules; return those that cannot be kept.

        Whether one can be may depend on a later one, so they are tried until no more can be kept.
        """
        said, seen, before = list(said), list(seen), -1
        while len(self.kept) > before:
            before = len(self.kept)
            said, seen = self._settle(said), self._settle(seen)
        return said, seen

    def _settle(self, waiting: list[Rule]) -> list[Rule]:
        left = []
        room = MOST_FIXINGS - len(_found_fixings(self.kept))
        for rule in waiting:
            if _is_found_fixing(rule) and room <= 0:
                continue
            is_said = any(rule.is_like(other) for other in self.kept)
            if is_said or (not rule.declared and follows(rule, self.kept)):
                continue
            if self.obstacle(rule):
                left.append(rule)
            else:
                self.kept.append(rule)
                room -= _is_found_fixing(rule)
        return left if len(left) == len(waiting) else self._settle(left)

    def as_fixing(self, rule: Rule) -> Rule:
        """Return what a column fixes as a rule that yields, if it says what most rows hold, and no other rule
        says the same in turn.
        """
        is_in_ranges = any(other.kind == "bands" and other.columns == rule.columns for other in self.kept)
        if rule.kind != "implies" or is_in_ranges or is_turned(rule, self.kept):
            return rule
        return self._yielding(rule) if self._covered(rule) >= MOST else rule

    def as_order(self, rule: Rule, together: Sequence[Set[str]]) -> Rule:
        """Return an ordering as a rule that yields, unless its numbers are fixed ``together``."""
        follows_anyway = any(columns >= set(rule.columns) for columns in together)
        return self._yielding(rule) if rule.kind == "order" and not follows_anyway else rule

    def fixed_together(self) -> list[Set[str]]:
        """Return columns that one of them fixes in all rows: all others."""
        schema = self.observed.schema
        whole = [rule for rule in self.kept if rule.kind == "implies" and not schema[rule.columns[0]].missing]
        covering = [rule for rule in whole if not rule.gaps and self._covered(rule) == 1]
        return [
            {first, *told(first, covering)} for first in dict.fromkeys(rule.columns[0] for rule in covering)
        ]

    def across(self) -> list[Rule]:
        """Return orderings that follow from one that yields and others, except where what is between is
        missing.
        """
        orders = [rule for rule in self.kept if rule.kind == "order"]
        direct = [rule.columns for rule in orders]
        missing = {column.name for column in self.observed.schema.learned if column.missing}
        found = {
            (first, last): None
            for low, high in (rule.columns for rule in orders if rule.yields)
            for first in reach(low, [(end, start) for start, end in direct])
            for last in reach(high, direct)
            if first != last and missing & ({low, high} - {first, last})
        }
        wanted = (Rule(kind="order", columns=ends) for ends in found if ends not in direct)
        return [
            rule for rule in wanted if not any(rule.is_like(other) for other in self.observed.schema.denied)
        ]

    def _yielding(self, rule: Rule) -> Rule:
        """Return a rule as one that yields, if few of the table's rows break it."""
        table, schema = self.observed.protected, self.observed.schema
        is_kept = broken(table, (rule,), units(schema)).mean() <= FEW
        return rule.model_copy(update={"yields": True}) if is_kept else rule

    def _covered(self, rule: Rule) -> float:
        """Return the share of rows with a value that fixes something."""
        table, first = self.observed.protected, rule.columns[0]
        if registry.is_quantity(self.observed.schema[first]):
            return covered(rule, table) if rule.loose else 1.0
        return float(table[first].isin(rule.values).mean())


def not_kept(schema: Schema) -> str:
    """Return in one line that a table has more rules than are kept; or nothing."""
    if len(_found_fixings(schema.rules)) < MOST_FIXINGS:
        return ""
    return (
        f"Single columns fix others in {MOST_FIXINGS:,} ways or more; those that hold in most rows are kept. "
        "--schema may declare others, and --drop leaves out columns that you do not need."
    )


def _found_fixings(rules: Iterable[Rule]) -> list[Rule]:
    return [rule for rule in rules if _is_found_fixing(rule)]


def _is_found_fixing(rule: Rule) -> bool:
    return rule.kind == "implies" and not rule.declared


def _is_dated(column: Column) -> bool:
    kind = registry.of(column)
    return isinstance(kind, Quantity) and kind.is_calendar
