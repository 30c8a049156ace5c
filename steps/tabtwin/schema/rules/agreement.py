"""Decide which rules between columns can be kept together.

A column of a sum is in no other sum and in no ordering, and nothing fixes its cells. A number that fixes
others is in neither. What a formula gives is in no other rule, except that other formulas may need it, that
something may come after it, and that it may end an ordering of which a number is free to move. Places are in
no other rule, unless it fixes them or is computed from them.
Neither orderings and formulas together, nor columns that fix others, form a circle. Where two columns fix the
same one, one of them fixes the other, too, so that they cannot contradict each other: a postcode and its town
may both write the state. Of a town and a bank only the one does, and the other yields: a bank of another
state is changed. What a pair of columns fixes, no other column fixes, unless it is one of them and says the
same. What never occurs together, and groups, write columns that no sum, order or pair has. And the values
that may be released leave room for sums and orderings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tabtwin.schema.kinds.steps import inner
from tabtwin.schema.rule import Bounds, Rule, Units, edges
from tabtwin.schema.rules.bands import band_obstacle
from tabtwin.schema.rules.chains import reached
from tabtwin.schema.rules.ordering import axis_of, has_room
from tabtwin.schema.rules.pairing import parts

Fixed = Mapping[str, str | None]


def obstacle(rule: Rule, kept: Sequence[Rule], bounds: Bounds, units: Units, dated: frozenset[str]) -> str:
    """Return why a rule cannot be kept together with others, naming them; empty if it can.

    Args:
        rule: Its ``values`` are known.
        kept: Rules that can be kept together.
        bounds: The least and the greatest number of each column; for dates, days since 1970.
        units: What the numbers of each column are multiples of.
        dated: Columns of dates.
    """
    if _is_checked(rule):
        return ""
    kept = [other for other in kept if not _is_checked(other)]
    found = band_obstacle(rule, kept) or _place_obstacle(rule, kept)
    if found or rule.kind in {"bands", "place"}:
        return found
    kept = [other for other in kept if other.kind not in {"bands", "place"}]
    if rule.kind == "formula":
        return _formula(rule, kept)
    if rule.kind == "compare":
        return _comparison(rule, kept)
    for other in kept:
        if other.kind != "formula" or other.columns[0] not in rule.columns or _comes_after(rule, other):
            continue
        if rule.kind != "order" or _comparison(rule, kept):
            return f"{other.columns[0]!r} follows from {other}"
    if rule.kind == "order":
        return _order(rule, kept, bounds, units, dated)
    kept = [other for other in kept if other.kind not in {"formula", "compare"}]
    if rule.is_group or rule.kind == "never":
        return _exclusion(rule, kept, bounds)
    return _fixing(rule, kept) if rule.fixes else _sum(rule, kept, bounds, units)


def _is_checked(rule: Rule) -> bool:
    """Return whether it is an ordering that yields: it changes nothing that others are about."""
    return rule.kind == "order" and rule.yields


def _formula(rule: Rule, kept: Sequence[Rule]) -> str:
    target = rule.columns[0]
    for other in kept:
        named = {"formula": other.columns[:1], "compare": ()}.get(other.kind, other.columns)
        if target in named and not _comes_after(other, rule):
            return f"{target!r} is one of {other}"
    needed = set(rule.columns[1:]).union(*(_needs(name, kept) for name in rule.columns[1:]))
    if target not in needed:
        return ""
    computing = (other for other in kept if other.kind == "formula" or other.kind == "order")
    circle = [other for other in computing if _result(other) in needed]
    return f"it forms a circle with {', '.join(map(str, circle))}"


def _comes_after(order: Rule, formula: Rule) -> bool:
    """Return whether a rule puts another column after what a formula gives: it can be learned from there."""
    return order.kind == "order" and order.columns[0] == formula.columns[0]


def _needs(name: str, rules: Sequence[Rule]) -> set[str]:
    """Return the columns that one is computed from, by formulas or as the end of orderings, at any depth."""
    sources: dict[str, set[str]] = {}
    for rule in rules:
        if rule.kind == "formula":
            sources.setdefault(rule.columns[0], set()).update(rule.columns[1:])
        elif rule.kind == "order":
            sources.setdefault(rule.columns[1], set()).add(rule.columns[0])
    needed, queue = set[str](), [name]
    while queue:
        new = sources.get(queue.pop(), set()) - needed
        needed |= new
        queue += new
    return needed


def _result(rule: Rule) -> str:
    return rule.columns[0 if rule.kind == "formula" else 1]


def _sum(rule: Rule, kept: Sequence[Rule], bounds: Bounds, units: Units) -> str:
    for other in kept:
        shared = set(rule.columns) & set(other.columns)
        if other.kind in {"sum", "order"} and shared:
            return f"it shares {min(shared)!r} with {other}"
        if shared:
            return f"{min(shared)!r} is one of {other}"
    total, *parts = rule.columns
    ends = [inner(bounds[part], units[part]) for part in parts]
    low, high = bounds[total]
    slack = units[total] / 2
    coarsest = max(units[part] for part in parts)
    reaches = sum(least for least, _ in ends) <= high + slack and sum(most for _, most in ends) >= low - slack
    if not reaches or high - low + units[total] < coarsest:
        return "the values of its columns that may be released do not add up"
    return ""


def _order(rule: Rule, kept: Sequence[Rule], bounds: Bounds, units: Units, dated: frozenset[str]) -> str:
    for other in kept:
        shared = set(rule.columns) & set(other.columns)
        if other.kind == "sum" and shared:
            return f"it shares {min(shared)!r} with {other}"
        if other.fixes and shared & ({*other.fixing} | _written(other)):
            return f"{min(shared & set(other.columns))!r} is one of {other}"
        if shared & _written(other):
            return f"{min(shared & _written(other))!r} is one of {other}"
    orders = [other for other in kept if other.kind == "order"]
    back = _way(rule.columns[1], rule.columns[0], orders)
    if back:
        return f"it forms a circle with {', '.join(map(str, back))}"
    computed = {other.columns[0] for other in kept if other.kind == "formula"}
    if rule.columns[1] not in computed and rule.columns[1] in _needs(rule.columns[0], kept):
        return f"{rule.columns[0]!r} follows from {rule.columns[1]!r}"
    orders.append(rule)
    names = {name for other in orders for name in other.columns}
    axes = {name: axis_of(name, bounds, units, dated=name in dated) for name in names}
    if not has_room(orders, axes):
        return "the values of its columns that may be released are in reverse order"
    return ""


def _fixing(rule: Rule, kept: Sequence[Rule]) -> str:
    fixing = [other for other in kept if other.fixes]
    for first in rule.fixing:
        back = _way(rule.fixed, first, _writing(kept))
        if back and not (rule.yields and all(other.kind == "implies" for other in back)):
            return f"it forms a circle with {', '.join(map(str, back))}"
    for other in kept:
        shared = {*rule.fixing} | _written(rule) if other.kind == "order" else {*rule.columns}
        if other.kind in {"order", "sum"} and shared & set(other.columns):
            return f"{min(shared & set(other.columns))!r} is one of {other}"
        if rule.kind == "pair" and not other.fixes and set(rule.columns) & _changed(other):
            return f"{min(set(rule.columns) & _changed(other))!r} is one of {other}"
        if rule.yields or other.yields or not other.fixes or other.fixed != rule.fixed:
            continue
        if not _agree(rule, other, fixing):
            sides = [" and ".join(map(repr, side.fixing)) for side in (rule, other)]
            return f"{other} may contradict it, and neither {sides[0]} nor {sides[1]} fixes the other"
    return ""


def _comparison(rule: Rule, kept: Sequence[Rule]) -> str:
    """Return why a comparison cannot be kept: a number that it depends on must be free to move."""
    sources = set(rule.columns).union(*(_needs(name, kept) for name in rule.columns))
    computed = {other.columns[0] for other in kept if other.computes}
    tied = {name for other in kept if other.kind == "sum" or other.is_group for name in other.columns}
    tied |= {name for other in kept if other.fixes or other.kind == "never" for name in other.columns}
    return "" if sources - computed - tied else "other rules leave none of its columns free"


def _exclusion(rule: Rule, kept: Sequence[Rule], bounds: Bounds) -> str:
    """Return why a rule about states cannot be kept: what it writes must not be written otherwise."""
    for first, then in edges(rule):
        back = _way(then, first, _writing(kept))
        if back:
            return f"it forms a circle with {', '.join(map(str, back))}"
    written, changed = _written(rule), _changed(rule)
    for other in kept:
        if other.kind == "pair" and changed & set(other.columns):
            return f"{min(changed & set(other.columns))!r} is one of {other}"
        codes = {other.columns[0]} & bounds.keys() if other.kind == "implies" else set()
        named = set(other.columns) if other.kind in {"sum", "order"} else codes
        if written & named:
            return f"{min(written & named)!r} is one of {other}"
    return ""


def _changed(rule: Rule) -> set[str]:
    """Return the columns that a rule about states changes, also to missing cells."""
    return set(rule.columns) if rule.is_group else {rule.columns[-1]} if rule.kind == "never" else set()


def _written(rule: Rule) -> set[str]:
    """Return the columns that a rule writes values to, and not only missing cells."""
    if rule.is_group:
        return {name for name, text in rule.unset.items() if text is not None} | set(rule.values)
    if rule.kind == "never":
        return {rule.columns[1]} if any(text is not None for _, text in rule.instead) else set()
    return {rule.fixed} if rule.writes else set()


def _place_obstacle(rule: Rule, kept: Sequence[Rule]) -> str:
    """Return why a place, or another rule beside one, cannot be kept; empty if it can."""
    for other in kept:
        shared = _placed(rule) & _placed(other)
        if "place" in {rule.kind, other.kind} and shared:
            return f"{min(shared)!r} is one of {other}"
    return ""


def _placed(rule: Rule) -> set[str]:
    """Return the columns whose cells must stay where a rule puts them; what fixes a place fixes both."""
    if rule.kind == "implies":
        return {rule.columns[0]}  # what it fixes is written before places are moved
    if rule.kind == "never":
        return set()
    return set(rule.columns[:1] if rule.kind == "formula" else rule.columns)


def _agree(one: Rule, other: Rule, kept: Sequence[Rule]) -> bool:
    """Return whether two rules about the same column never contradict each other in a row."""
    if len({*one.values.values(), *other.values.values()}) < 2:
        return True
    if "pair" in {one.kind, other.kind}:
        return _says_the_same(one, other) or _says_the_same(other, one)
    return _is_within(one, other, kept) or _is_within(other, one, kept)


def _writing(rules: Sequence[Rule]) -> list[Rule]:
    """Return the rules that write states in turn."""
    return [rule for rule in rules if rule.kind not in {"order", "sum"}]


def _says_the_same(pair: Rule, single: Rule) -> bool:
    """Return whether a pair fixes what one of its columns fixes alone, wherever that column does."""
    if pair.kind != "pair" or single.kind != "implies" or single.columns[0] not in pair.fixing:
        return False
    at = pair.fixing.index(single.columns[0])
    return all(single.values.get(parts(key)[at], held) == held for key, held in pair.values.items())


def _is_within(fine: Rule, coarse: Rule, kept: Sequence[Rule]) -> bool:
    """Return whether the column that fixes in ``fine`` also fixes that of ``coarse``, and both rules
    agree.
    """
    known: Fixed = reached(fine.columns[0], kept).get(coarse.columns[0], {})
    for value, fixed in fine.values.items():
        if value not in known:
            return False
        by = known[value]
        said = fixed if by is None else coarse.values.get(by, fixed)
        missing_is_fine = (said is None and fine.gaps) or (fixed is None and coarse.gaps)
        if said != fixed and not missing_is_fine:
            return False
    return True


def _way(start: str, end: str, rules: Sequence[Rule]) -> list[Rule]:
    """Return a chain of rules from one column to another; empty if there is none."""
    ways: dict[str, list[Rule]] = {start: []}
    queue = [start]
    steps = [
        (rule, *step)
        for rule in rules
        for step in ([(rule.columns[0], rule.columns[1])] if rule.kind == "order" else edges(rule))
    ]
    for at in queue:
        for rule, first, then in steps:
            if first == at and then not in ways:
                ways[then] = [*ways[at], rule]
                queue.append(then)
    return ways.get(end, [])
