"""Screen: drop near copies, and surplus copies and crowding around training rows, in a slice of the twin.

    slices, pool, training, encoding, canaries -> screened, screen

Rows are compared with the raw training rows, before value protection, since a copy harms their subjects. Rows
that are closer to a planted canary than to any of them are dropped first: they reflect the planting, not the
table.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from tabtwin.evaluation.canaries.planting import planted_rows
from tabtwin.evaluation.distances.around import asked
from tabtwin.evaluation.distances.neighbours import Features, Gower, nearest
from tabtwin.evaluation.distances.screening_limits import Rules
from tabtwin.evaluation.distances.screening_rules import (
    RULES,
    Closeness,
    measure,
    screen,
    threshold_for,
)
from tabtwin.lib.errors import RefusedError
from tabtwin.lib.log import progress
from tabtwin.lib.options import FEWEST_TWIN_ROWS, flag
from tabtwin.lib.seeds import generator
from tabtwin.pipeline.params.screen import SHORT, WHOLE, Params
from tabtwin.pipeline.pool import COPY, MEMBER, planned_slice, pool_refs, read_pool
from tabtwin.pipeline.step import Figures, Inputs, Outputs, Step
from tabtwin.protection.rare_values import decode, unfinished, violations
from tabtwin.schema.encoding import Encoding, units
from tabtwin.schema.rules.breaking import broken
from tabtwin.schema.schema import Schema
from tabtwin.selection.results import (
    Below,
    BySet,
    Histogram,
    ModelRows,
    PoolRows,
    Screened,
    ScreenSettings,
    ShareBySet,
)
from tabtwin.selection.shares import parse_shares
from tabtwin.selection.shortlist import best_rows, first_rows
from tabtwin.store.artifacts import Ref
from tabtwin.store.run import Run

READS = (
    Ref(step="ingest", file="schema.json"),
    Ref(step="ingest", file="encoding.json"),
    Ref(step="ingest", file="training.parquet"),
    Ref(step="ingest", file="folds.parquet"),
    Ref(step="ingest", file="canaries.parquet"),
)
ENCODED = Ref(step="ingest", file="encoded.parquet")
CANARY = "canary"
"""The rule that drops rows closest to a planted canary."""
HISTOGRAM_DCR = (0.0, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5, 2.0)
HISTOGRAM_NNDR = tuple(step / 10 for step in range(10))
SPARE = 1.1  # the advised oversampling, relative to what would have sufficed this time
MOST_OVERSAMPLE = 100


def reads(params: Params, run: Run) -> list[Ref]:
    """Return ingest's outputs, and every shard of the slice; encoded rows only if their tables are fitted."""
    return [*READS, *pool_refs(run, params.slice), *([ENCODED] if params.training_weight else [])]


def run(params: Params, inputs: Inputs, outputs: Outputs) -> Figures:
    """Compare the pool's rows with training, drop rows by the rules, and check that enough are left."""
    schema = Schema.model_validate_json(inputs.read("ingest", "schema.json"))
    encoding = Encoding.model_validate_json(inputs.read("ingest", "encoding.json"))
    training = inputs.table("ingest", "training.parquet")
    subjects = inputs.table("ingest", "folds.parquet")["subject"].to_numpy()
    wanted = planned_slice(inputs, params.slice).rows
    rules = Rules(
        mode=params.screen, scale=params.dcr_scale, min_dcr=params.min_dcr, min_nndr=params.min_nndr
    )
    raw = read_pool(inputs)
    assert_protected(raw, schema, encoding)
    whole = raw[~unfinished(raw, schema, encoding)].reset_index(drop=True)
    if not len(whole):
        raise RefusedError(
            f"expected rows that keep the rules of the schema, found none of {len(raw)}: values that may be "
            "released do not allow any; correct the rules that --schema declares, or deny one there"
        )
    assert_rules(whole, schema)
    protected = None
    if params.training_weight:
        protected = decode(inputs.table("ingest", "encoded.parquet"), schema, encoding)
    pool = whole.iloc[shortlist(whole, protected, schema, wanted, params)]

    gower = Gower.fit(training, schema)
    made, real = gower.features(pool), gower.features(training)
    some = asked(len(real), generator(params.run_seed, "screen", "asked"))
    seen, own = measure(made, real, subjects, params.threads, progress, some)
    planted = gower.features(planted_rows(inputs.table("ingest", "canaries.parquet")))
    near = nearer(made, seen, planted, params.threads)
    dropped = {
        rule: _among(~near, mask)
        for rule, mask in screen(
            seen.take(~near), own, rules, generator(params.run_seed, f"screen{params.slice}")
        ).items()
    }
    price = dropped_leaving_one_out(own, rules)
    if len(planted):
        dropped[CANARY] = near
        price[CANARY] = float(nearer(real.take(some), own, planted, params.threads).mean())
    kept = ~np.logical_or.reduce(list(dropped.values()))
    if kept.sum() < wanted:
        remedy = too_few(seen, rules, int(kept.sum()), wanted, len(whole), len(raw), one=not params.slice)
        raise RefusedError(remedy)

    outputs.table("screened.parquet", pool.assign(**{COPY: seen.copies})[kept])
    sets = {"pool": seen, "kept": seen.take(kept), "training": own}
    report = Screened(
        rows=PoolRows(pool=len(raw), compared=len(pool), kept=int(kept.sum()), wanted=wanted),
        models=models(pool[MEMBER], kept),
        dropped={rule: int(mask.sum()) for rule, mask in dropped.items()},
        training_dropped=dict(price),
        settings=ScreenSettings(**rules.model_dump()),
        copies=ShareBySet(**{name: copied(some) for name, some in sets.items()}),
        below=BySet(**{name: below(some, rules) for name, some in sets.items()}),
        dcr=histogram({name: some.dcr(rules.scale) for name, some in sets.items()}, HISTOGRAM_DCR),
        nndr=histogram({name: some.nndr for name, some in sets.items()}, HISTOGRAM_NNDR),
    )
    outputs.json("screen.json", report.model_dump(mode="json"))
    impossible = {"dropped_broken": len(raw) - len(whole)} if len(whole) < len(raw) else {}
    counts = {"rows": len(raw), "compared": len(pool), "kept": int(kept.sum()), **impossible}
    return counts | {f"dropped_{rule}": int(mask.sum()) for rule, mask in dropped.items()}


def shortlist(
    pool: pd.DataFrame, protected: pd.DataFrame | None, schema: Schema, wanted: int, params: Params
) -> np.ndarray:
    """Return the rows of the pool that are compared, int64, ascending.

    If ``refine`` chooses by other tables than the pool's own, they are the rows that suit it best; otherwise
    the first of each model's stream, since whole blocks are worth most.
    """
    most = wanted * (params.shortlist or (WHOLE if len(pool) <= WHOLE * wanted else SHORT))
    if len(pool) <= most:
        return np.arange(len(pool))
    shares = parse_shares(params.rebalance, schema)
    if not params.training_weight and shares is None:
        return first_rows(pool[MEMBER].to_numpy(), most)
    return best_rows(
        pool,
        protected,
        schema,
        most,
        fit=params.training_weight,
        shares=shares,
        seed=params.run_seed,
        threads=params.threads,
        rng=generator(params.run_seed, f"screen{params.slice}", "shortlist"),
    )


def nearer(rows: Features, seen: Closeness, planted: Features, threads: int) -> np.ndarray:
    """Return which rows are closer to a planted canary than to any training row, bool (rows,).

    Args:
        rows: The rows.
        seen: How close they are to training.
        planted: The canaries that were planted, if any.
        threads: CPU threads.
    """
    distances, _ = nearest(rows, planted, 1, within=seen.distance, threads=threads)
    return np.asarray(distances[:, 0] < seen.distance)


def _among(rest: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Return a mask over the rows of ``rest`` as a mask over all rows."""
    whole = np.zeros(len(rest), bool)
    whole[rest] = mask
    return whole


def assert_protected(pool: pd.DataFrame, schema: Schema, encoding: Encoding) -> None:
    """Assert that no row shows a hidden value: generators learn after value protection, so it would be a bug.

    Raises:
        AssertionError: instead of dropping the row, since there may be others.
    """
    shown = int(violations(pool, schema, encoding).sum())
    if shown:
        raise AssertionError(f"{shown} of {len(pool)} pool rows hold a value that protection hides")


def assert_rules(pool: pd.DataFrame, schema: Schema) -> None:
    """Assert that no row breaks a rule: rules are kept when rows are decoded, so it would be a bug.

    Raises:
        AssertionError: instead of dropping the row.
    """
    shown = int(broken(pool, schema.rules, units(schema)).sum())
    if shown:
        raise AssertionError(f"{shown} of {len(pool)} pool rows break a rule of the schema")


def dropped_leaving_one_out(training: Closeness, rules: Rules) -> dict[str, float]:
    """Return the share of training rows that the same rules would drop if training were the pool."""
    dropped = screen(training, training, rules, generator(0, "screen", "training"))
    return {rule: float(dropped[rule].mean()) for rule in RULES}


def models(members: pd.Series, kept: np.ndarray) -> dict[str, ModelRows]:
    """Count the rows of each model, in the pool and kept."""
    return {
        str(model): ModelRows(pool=int((members == model).sum()), kept=int(((members == model) & kept).sum()))
        for model in sorted(members.unique())
    }


def copied(some: Closeness) -> float:
    """Return the share of rows that equal a training row."""
    return float(some.copies.mean())


def below(some: Closeness, rules: Rules) -> Below:
    """Return the shares of rows below each threshold."""
    return Below(
        dcr=float((some.dcr(rules.scale) < rules.min_dcr).mean()),
        nndr=float((some.nndr < rules.min_nndr).mean()),
    )


def histogram(rows: Mapping[str, np.ndarray], edges: tuple[float, ...]) -> Histogram:
    """Return counts by bin, for each set of values."""
    counts = {name: _counts(values, edges) for name, values in rows.items()}
    return Histogram(edges=edges, **counts)


def _counts(values: np.ndarray, edges: tuple[float, ...]) -> tuple[int, ...]:
    places = np.searchsorted(edges, values, side="right") - 1
    return tuple(int(count) for count in np.bincount(places, minlength=len(edges)))


def too_few(
    pool: Closeness, rules: Rules, kept: int, wanted: int, whole: int, sampled: int, *, one: bool
) -> str:
    """Return one line: what was expected and found, and settings that would suffice.

    Args:
        pool: The rows that were compared with training.
        rules: By what they were screened.
        kept: How many were left.
        wanted: How many were to be.
        whole: How many of the rows that were sampled keep the rules of the schema.
        sampled: How many were sampled.
        one: Whether the twin is one slice.
    """
    rows = len(pool.distance)
    remedies = []
    if rows < whole:
        remedies.append(f"--shortlist {math.ceil(whole / wanted)}")
    oversample = math.ceil(SPARE * sampled / kept) if kept else MOST_OVERSAMPLE + 1
    if rows == whole and oversample <= MOST_OVERSAMPLE:
        remedies.append(f"--oversample {oversample}")
    if rules.mode == "cutoff":
        threshold = threshold_for(pool, rules, wanted)
        remedies.append(f"{flag(threshold[0])} {threshold[1]:g}" if threshold else "--screen matched")
    elif rules.scale == "absolute":
        remedies.append("--dcr-scale relative")
    if one and kept >= FEWEST_TWIN_ROWS:
        remedies.append(f"--rows {kept}")
    remedy = " or ".join(remedies) or "other --generators, since these repeat training rows"
    return f"expected {wanted} rows after screening, found {kept} of {rows}; use {remedy}"


STEP = Step(
    name="screen",
    params=Params,
    reads=reads,
    run=run,
    covers=("evaluation", "protection", "schema", "selection"),
    libraries=("numba", "numpy", "pandas", "pyarrow", "scipy"),
)
