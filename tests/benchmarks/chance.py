"""``make bench NAME=chance``: how many false rules are found in random tables of independent columns.

``python -m tests.benchmarks.chance 400`` draws so many tables (:mod:`tests.independent`) and prints each rule
that ``tabtwin check`` or the auditor finds in one, and their number in a hundred tables. A lattice is left
out: it is about one column alone. Nothing is trained. Minutes on one core.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pandas as pd

from tabtwin.evaluation.validity.coded import Known, coded
from tabtwin.evaluation.validity.finding import find_rules
from tabtwin.io.from_pandas import from_pandas
from tabtwin.lib import options
from tabtwin.lib.errors import InputError
from tabtwin.preparation.prepare import ingest_opened
from tabtwin.preparation.profile import open_table
from tabtwin.preparation.table_options import Asked
from tests.benchmarks.runner import say
from tests.independent import independent_table

MOST = 1.0
"""False rules in a hundred tables, at most."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw tables, print the rules found in them, and return 1 if there are too many."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.chance", description=__doc__)
    parser.add_argument("tables", nargs="?", type=int, default=400)
    parser.add_argument("--first", type=int, default=0, help="the seed of the first table")
    asked = parser.parse_args(arguments)
    counts = Counter[str]()
    for seed, finder, rule in false_rules(range(asked.first, asked.first + asked.tables)):
        say(f"table {seed}: {finder} found {rule}")
        counts[finder] += 1
    for finder in ("check", "audit"):
        found = counts[finder]
        say(
            f"{finder}: {found} false rules in {asked.tables} tables, {100 * found / asked.tables:.2f} in 100"
        )
    return int(max(counts.values(), default=0) > MOST / 100 * asked.tables)


def false_rules(seeds: Iterable[int]) -> Iterator[tuple[int, str, str]]:
    """Yield the rules found in the tables of given seeds: the seed, who found the rule, and what it says."""
    for seed in seeds:
        for finder, rule in found_rules(independent_table(np.random.default_rng(seed))):
            yield seed, finder, rule


def found_rules(table: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """Yield the rules between columns of a table that ``check`` and the auditor find."""
    try:
        opened = open_table(from_pandas(table), "table.parquet", b"", options.build(Asked, {}))
        found = ingest_opened(opened)
    except InputError:  # no column can be learned
        return
    yield from (("check", str(rule)) for rule in found.schema.rules)
    columns = found.schema.learned
    (cells,), words = coded([found.training], columns)
    known = Known(columns, cells, words, np.arange(len(found.training)))
    for rule in find_rules(known, np.random.default_rng(0)):
        if rule.kind != "lattice":
            yield "audit", rule.says


if __name__ == "__main__":
    raise SystemExit(main())
