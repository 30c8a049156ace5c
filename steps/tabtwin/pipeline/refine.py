"""Refine: choose the rows that make the twin, or a slice of it, and shuffle them.

    weights, slices, pool, screened -> synthetic, refine

Those screened rows are chosen whose one-, two- and three-way tables together come close to a target: the raw
pool's own tables, which removes sampling noise and reveals nothing about training that the models do not.
With ``--training-weight`` above 0, that part of training's tables is mixed in: closer, but a leak. If one
model draws balanced blocks, the twin is its first whole blocks, and the best candidates fill the gaps that
``screen`` left; otherwise rows are added one by one, then swapped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from tabtwin.lib.errors import RefusedError
from tabtwin.lib.options import FEWEST_TWIN_ROWS
from tabtwin.lib.seeds import generator
from tabtwin.pipeline.params.refine import Params
from tabtwin.pipeline.pool import BLOCK, COPY, MEMBER, planned_slice, pool_refs, read_shards
from tabtwin.pipeline.step import Figures, Inputs, Outputs, Step
from tabtwin.protection.rare_values import decode
from tabtwin.schema.encoding import Encoding
from tabtwin.schema.schema import Schema
from tabtwin.selection.choosing import Stratum, choose
from tabtwin.selection.outcome import by_order, worst_columns
from tabtwin.selection.results import AskedShares, Origin, Refined, Start, Swaps
from tabtwin.selection.shares import Shares, parse_shares
from tabtwin.selection.starting import drawn, whole_blocks
from tabtwin.selection.targets import aim_at, quotas
from tabtwin.selection.weight_results import Weights
from tabtwin.store.artifacts import Ref
from tabtwin.store.run import Run

READS = (
    Ref(step="ingest", file="schema.json"),
    Ref(step="weigh", file="weights.json"),
)
TRAINING = (Ref(step="ingest", file="encoded.parquet"), Ref(step="ingest", file="encoding.json"))


def reads(params: Params, run: Run) -> Iterable[Ref]:
    """Return the screened rows and their pool; training only if its tables are fitted."""
    screened = Ref(step="screen", file="screened.parquet", name=params.slice)
    return (*READS, screened, *pool_refs(run, params.slice), *(TRAINING if params.training_weight else ()))


def run(params: Params, inputs: Inputs, outputs: Outputs) -> Figures:
    """Choose the slice from the screened pool."""
    schema = Schema.model_validate_json(inputs.read("ingest", "schema.json"))
    training = _protected_training(inputs, schema) if params.training_weight else None
    rows, report = refine(
        inputs.table("screen", "screened.parquet", params.slice),
        read_shards(inputs),
        training,
        schema,
        inputs.parsed(Weights, "weigh", "weights.json"),
        params,
        wanted=planned_slice(inputs, params.slice).rows,
    )
    outputs.table("synthetic.parquet", rows)
    outputs.json("refine.json", report.model_dump(mode="json"))
    return {
        "rows": report.rows,
        "models": sum(model.rows > 0 for model in report.models.values()),
        "kept": report.start.kept,
        "swaps": report.swaps.done,
        "before": report.before.overall,
        "after": report.after.overall,
    }


def refine(
    screened: pd.DataFrame,
    pool: Iterable[pd.DataFrame],
    training: pd.DataFrame | None,
    schema: Schema,
    weighed: Weights,
    params: Params,
    *,
    wanted: int,
) -> tuple[pd.DataFrame, Refined]:
    """Return the rows of the slice, shuffled, and what ``refine.json`` says of them.

    Args:
        screened: The rows that ``screen`` kept, with the pool's columns.
        pool: The raw pool's shards, which are read one at a time.
        training: Protected training rows, if their tables are to be fitted.
        schema: The schema of all of them.
        weighed: How models were weighed, and which draw balanced blocks.
        params: The settings.
        wanted: Rows of the slice.

    Raises:
        RefusedError: if too few rows were screened.
        InputError: if the shares do not fit the column.
    """
    _check_enough(len(screened), wanted)
    shares = parse_shares(params.rebalance, schema)
    aim = aim_at(
        screened,
        pool,
        training,
        schema,
        fit=params.training_weight,
        shares=shares,
        seed=params.run_seed,
        threads=params.threads,
    )
    layout, target = aim.layout, aim.target * wanted
    names = [column.name for column in schema.learned]
    codes, members = aim.coder.codes(screened), screened[MEMBER].to_numpy()
    balanced = _is_balanced(members, weighed) and shares is None
    start = whole_blocks(screened[BLOCK].to_numpy(), wanted) if balanced else np.empty(0, np.int64)
    # Swaps could only undo balancing; toward another target they still help.
    rounds = params.max_swaps if params.training_weight or 2 * len(start) < wanted else 0
    groups = _groups(screened, schema, shares, wanted)
    rng = generator(params.run_seed, f"refine{params.slice}")
    chosen = choose(codes, layout, target, groups, start, rounds, rng, params.threads)
    plain = codes[:, drawn(members, weighed.weights, wanted, rng)]
    before = layout.distances(plain, target, params.threads)
    report = Refined(
        rows=wanted,
        screened=len(screened),
        models=origins(members, chosen.rows, weighed.weights),
        fit=params.training_weight,
        share=AskedShares(column=shares.column, values=dict(shares.wanted)) if shares else None,
        tables=tuple(int((layout.orders == order).sum()) for order in (1, 2, 3)),
        before=by_order(layout, before),
        after=by_order(layout, chosen.distances),
        worst=worst_columns(layout, aim.coder.names, before, chosen.distances),
        start=Start(blocks=balanced, kept=chosen.kept, filled=wanted - chosen.kept),
        swaps=Swaps(tried=chosen.steps, done=chosen.swaps, stopped=chosen.stopped),
    )
    return screened.iloc[rng.permutation(chosen.rows)][names], report


def _protected_training(inputs: Inputs, schema: Schema) -> pd.DataFrame:
    """Return the training rows after value protection, canonical."""
    encoding = Encoding.model_validate_json(inputs.read("ingest", "encoding.json"))
    return decode(inputs.table("ingest", "encoded.parquet"), schema, encoding)


def _check_enough(screened: int, wanted: int) -> None:
    if screened < wanted:
        fewer = f", or use --rows {screened}" if screened >= FEWEST_TWIN_ROWS else ""
        raise RefusedError(f"expected {wanted} screened rows, found {screened}; run screen again{fewer}")


def _is_balanced(members: np.ndarray, weighed: Weights) -> bool:
    """Return whether all rows are of one model that draws balanced blocks."""
    found = set(members.tolist())
    return len(found) == 1 and bool(weighed.balanced.get(next(iter(found))))


def _groups(screened: pd.DataFrame, schema: Schema, shares: Shares | None, wanted: int) -> list[Stratum]:
    """Return the strata and their quotas.

    Raises:
        RefusedError: if there are too few rows of a value for its share.
    """
    groups = quotas(screened, screened[COPY].to_numpy(), schema, shares, wanted)
    for copies, others in zip(groups[::2], groups[1::2], strict=True):
        needed, found = copies.quota + others.quota, len(copies.rows) + len(others.rows)
        if shares is not None and found < needed:
            fewer = wanted * found // needed
            less = f" or --rows {fewer}" if fewer >= FEWEST_TWIN_ROWS else ""
            raise RefusedError(
                f"--rebalance: expected {needed} screened rows of a value of {shares.column!r}, "
                f"found {found}; use a greater --oversample{less}"
            )
    return groups


def origins(members: np.ndarray, rows: np.ndarray, weights: Mapping[str, float]) -> dict[str, Origin]:
    """Return for each model with rows in the screened pool: its weight, those rows, and its rows of the
    twin.
    """
    return {
        str(name): Origin(
            weight=float(weights.get(name, 0.0)),
            screened=int((members == name).sum()),
            rows=int((members[rows] == name).sum()),
        )
        for name in sorted(set(members))
    }


STEP = Step(
    name="refine",
    params=Params,
    reads=reads,
    run=run,
    covers=(
        "evaluation",
        "protection",
        "schema",
        "selection",
    ),
    libraries=("numba", "numpy", "pandas", "pyarrow", "scipy"),
)
