"""Find everything that holds in all training rows, whatever made the twin.

This code knows nothing of the rules that the generators keep (``schema.rules``): it checks them, too. A rule
is found by ``FEWEST`` training subjects, and by odds below 1 in 10¹² that independent columns have it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tabtwin.evaluation.validity.coded import Known
from tabtwin.evaluation.validity.exclusions import exclusions
from tabtwin.evaluation.validity.fixings import fixings
from tabtwin.evaluation.validity.gaps import missing_together
from tabtwin.evaluation.validity.groups import one_set
from tabtwin.evaluation.validity.lattices import lattices
from tabtwin.evaluation.validity.orders import copies, orders
from tabtwin.evaluation.validity.rule import Rule
from tabtwin.evaluation.validity.sums import sums
from tabtwin.schema.kinds.registry import is_quantity

MOST_COLUMNS = 200
"""The most columns among which rules are looked for, in the table's order."""
_MOST_CELLS = 2_000_000
"""The most cells that are looked at: of a wide table fewer rows."""
_FEWEST_ROWS = 5_000


def rows_searched(rows: int, columns: int) -> int:
    """Return of how many rows of a table all pairs of columns are compared."""
    return min(rows, max(_FEWEST_ROWS, _MOST_CELLS // max(1, columns)))


def find_rules(known: Known, rng: np.random.Generator) -> list[Rule]:
    """Return the rules that hold in every training row.

    They are looked for in the first rows of a large table, which are in random order, and tried on all.
    """
    some = rows_searched(len(known.cells), len(known.columns))
    part = Known(known.columns, known.cells.take(np.arange(some)), known.words, known.subjects[:some])
    return [rule for rule in _candidates(part, rng) if not rule.broken(known.cells).any()]


def _candidates(known: Known, rng: np.random.Generator) -> Iterator[Rule]:
    equal = list(copies(known))
    yield from (rule for *_, rule in equal)
    repeated = {second for _, second, _ in equal}
    groups = list(missing_together(known))
    yield from (rule for _, rule in groups)
    together = {(mine, other) for group, _ in groups for mine in group for other in group}
    yield from fixings(known, repeated, together)
    quantities = [
        number
        for number, column in enumerate(known.columns)
        if is_quantity(column) and number not in repeated
    ]
    yield from exclusions(known, repeated, together)
    yield from one_set(known)
    yield from orders(known, quantities)
    yield from sums(known, quantities, rng)
    yield from lattices(known, quantities)
