"""Follow what columns fix, from one to the next: a postcode its town, and that its state."""

from __future__ import annotations

from collections.abc import Sequence

from tabtwin.schema.rule import Rule, by_first, fixing_order


def follows(rule: Rule, kept: Sequence[Rule]) -> bool:
    """Return whether what a category fixes already follows from a chain of other rules, or from a group."""
    if rule.kind != "implies":
        return False
    if any(other.is_group and set(rule.columns) <= set(other.columns) for other in kept):
        return True
    strict = [other for other in kept if not other.gaps]  # where a link is missing, a chain says nothing
    known = reached(rule.columns[0], strict).get(rule.columns[1], {})
    return all(value in known and known[value] == fixed for value, fixed in rule.values.items())


def reached(first: str, rules: Sequence[Rule]) -> dict[str, dict[str, str | None]]:
    """Return, by column, what each value of ``first`` fixes there, directly or through other columns."""
    found: dict[str, dict[str, str | None]] = {}
    for rule in fixing_order(_leading_from(first, rules)):
        by, then = rule.columns
        if by == first:
            found.setdefault(then, {}).update(rule.values)
        elif by in found:
            onwards = {value: rule.values[to] for value, to in found[by].items() if to in rule.values}
            found.setdefault(then, {}).update(onwards)
    return found


def _leading_from(first: str, rules: Sequence[Rule]) -> list[Rule]:
    """Return what a column fixes, and what is fixed by that, at any depth, in the order of ``rules``."""
    following = by_first(rules)
    reached_columns = [first]
    for name in reached_columns:
        fixed = dict.fromkeys(rule.fixed for rule in following.get(name, ()))
        reached_columns += [column for column in fixed if column not in reached_columns]
    return [rule for rule in rules if rule.kind == "implies" and rule.columns[0] in reached_columns]


def told(first: str, rules: Sequence[Rule]) -> dict[str, dict[str, str | None]]:
    """Return, by column, what each value of ``first`` fixes there, also by rules that yield."""
    found = reached(first, rules)
    for rule in rules:
        if rule.fixes and rule.yields and rule.columns[0] == first:
            found.setdefault(rule.fixed, {}).update(rule.values)
    return found


def is_turned(rule: Rule, kept: Sequence[Rule]) -> bool:
    """Return whether the column that is fixed fixes the other: each of the rule's values its own."""
    back = reached(rule.fixed, kept).get(rule.columns[0], {})
    return all(fixed is not None and back.get(fixed) == value for value, fixed in rule.values.items())
