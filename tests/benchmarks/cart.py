"""Synthesis by classification and regression trees, in the way of the R package synthpop.

Nowok, Raab and Dibben, "synthpop: bespoke creation of synthetic data in R" (Journal of Statistical Software
74, 2016), after Reiter, "Using CART to generate partially synthetic public use microdata" (Journal of
Official Statistics 21, 2005): the first column is drawn from its values; every other one by a tree grown on
the columns before it, each synthetic row taking the value of a training row of the leaf that it falls into.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn import __version__
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from tabtwin.lib import seeds
from tests.benchmarks.gapless import with_gaps, without_gaps
from tests.benchmarks.making import Job, Made, Stopwatch, peak_megabytes

LEAF = 200


def peer(job: Job) -> Made:
    """A twin by trees of at least ``LEAF`` rows a leaf, or of the option ``leaf``."""
    watch = Stopwatch()
    table, coding = without_gaps(job.table.found)
    rng = seeds.generator(job.seed, "benchmark", "cart")
    drawn = synthesize(table, len(table), int(job.options.get("leaf", LEAF)), rng)
    twin = with_gaps(drawn, coding, job.table.found)
    return Made({"twin": twin}, *watch.read(), peak_megabytes())


def versions() -> dict[str, str]:
    """What a twin hangs on besides its rows."""
    return {"scikit-learn": __version__, "cart": "1"}


def synthesize(table: pd.DataFrame, rows: int, leaf: int, rng: np.random.Generator) -> pd.DataFrame:
    """``rows`` synthetic rows of a table without missing cells: numbers, and texts."""
    names = list(table)
    drawn = pd.DataFrame(index=range(rows))
    for place, name in enumerate(names):
        cells = table[name].to_numpy()
        if place == 0:
            drawn[name] = rng.choice(cells, rows)
            continue
        target = pd.factorize(cells, sort=True)[0] if table[name].dtype == object else cells
        known, asked = _features(table[names[:place]], drawn, target)
        grow = DecisionTreeClassifier if table[name].dtype == object else DecisionTreeRegressor
        tree = grow(min_samples_leaf=leaf, random_state=int(rng.integers(2**31))).fit(known, target)
        drawn[name] = cells[_donors(tree.apply(known), tree.apply(asked), rng)]
    return drawn


def _features(known: pd.DataFrame, drawn: pd.DataFrame, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The columns done, of training and synthetic rows; categories in the order of the target's mean."""
    columns = []
    for name in known:
        if known[name].dtype == object:
            means = pd.Series(target).groupby(known[name].to_numpy()).mean().sort_values(kind="stable")
            codes = {value: code for code, value in enumerate(means.index)}
            columns.append((known[name].map(codes), drawn[name].map(codes)))
        else:
            columns.append((known[name], drawn[name]))
    left, right = (np.column_stack([np.asarray(pair[side], float) for pair in columns]) for side in (0, 1))
    return left, right


def _donors(leaves: np.ndarray, fallen: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A training row of the leaf that each synthetic row has fallen into: int (rows,)."""
    order = np.argsort(leaves, kind="stable")
    first = np.searchsorted(leaves[order], fallen, side="left")
    count = np.searchsorted(leaves[order], fallen, side="right") - first
    return order[first + (rng.random(len(fallen)) * count).astype(int)]
