"""Compile, while an image is built, what its steps would compile whenever a pod starts.

numba keeps what it compiled by the source's path, date and size and by the CPU target, which tabtwin fixes:
so it is good for every pod of this image. ``NUMBA_CACHE_DIR`` says where to.
"""

from __future__ import annotations

import io
from importlib.util import find_spec

import numpy as np
import pandas as pd

from tabtwin.lib import cpu


def table(rows: int) -> pd.DataFrame:
    """Numbers, spikes, gaps, a few categories and many, a date: whatever has code of its own."""
    rng = np.random.default_rng(1)
    number = np.round(rng.lognormal(3, 1, rows), 2)
    return pd.DataFrame(
        {
            "number": np.where(rng.random(rows) < 0.2, np.nan, number),
            "spike": np.where(rng.random(rows) < 0.5, 0, rng.integers(1, 500, rows)),
            "close": np.round(number + rng.normal(0, 1, rows), 1),
            "few": rng.choice(["a", "b", "c"], rows),
            "many": rng.integers(0, 60, rows).astype(str),
            "date": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 900, rows), unit="D"),
        }
    )


def warm() -> None:
    """Do in small what steps do."""
    from tabtwin.evaluation.distances.neighbours import Gower, nearest
    from tabtwin.io.reading import read_source
    from tabtwin.io.row_sums import sums_of
    from tabtwin.pipeline.params.refine import Params
    from tabtwin.pipeline.pool import BLOCK, COPY, MEMBER
    from tabtwin.pipeline.refine import refine
    from tabtwin.preparation.profile import open_source
    from tabtwin.preparation.table_options import Asked
    from tabtwin.runner.fitting import learn
    from tabtwin.schema.typed import canonical
    from tabtwin.selection.weight_results import Weights

    source = table(600)
    file = io.BytesIO()
    source.to_parquet(file)
    read = read_source(file.getvalue(), "t.parquet")
    sums_of(read)
    # Unguarded: what tells people's names is in no image that learns.
    model = learn(open_source(read, b"", Asked(), guarded=False), threads=1)
    real = canonical(read, model.schema)
    features = Gower.fit(real, model.schema).features(real)
    first, second = features.take(np.arange(300)), features.take(np.arange(300, 600))
    nearest(first, first, 2, subjects=np.arange(300), threads=1)
    found, _ = nearest(first, second, 2, threads=1)
    nearest(first, second, 1, reach=found[:, 0], threads=1)
    origin = {MEMBER: "boost-1", BLOCK: np.int32(0), COPY: np.arange(600) % 50 == 0}
    weighed = Weights(
        rows=200,
        pool=600,
        reserve=0,
        weights={"boost-1": 1.0},
        drawn={"boost-1": 600},
        balanced={},
        models=(),
        lost=(),
    )
    pool, params = real.assign(**origin), Params(rebalance="few=a:0.5", threads=1)
    refine(pool, [pool], None, model.schema, weighed, params, wanted=200)
    if find_spec("lightgbm"):
        from tabtwin.pipeline.audit import audit_tables

        half = real.iloc[:300].reset_index(drop=True), real.iloc[300:].reset_index(drop=True)
        audit_tables(half[0], half[0], *half, model.schema, seed=1, threads=1)
    else:
        model.sample(300)


if __name__ == "__main__":
    cpu.fix(__file__, arguments=())
    warm()
