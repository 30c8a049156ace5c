"""Score: how good a sample of one model is, and what it gives away.

    models, model, encoded, folds -> score

One model needs no weighing: it is scored only if asked for. The scores are SDMetrics' QualityReport,
DiagnosticReport and privacy metrics, complete. The scores of the member's left-out fold (fresh real rows) and
of uniform noise give them meaning. For a mixture of members, only the first is judged. Tables are canonical,
after value protection.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from tabtwin import generators
from tabtwin.evaluation.distances.neighbours import Gower, nearest
from tabtwin.evaluation.fidelity import sdmetrics
from tabtwin.evaluation.fidelity.score_results import (
    Nearness,
    NearShares,
    Privacy,
    Protection,
    References,
    Sampled,
    SampleRows,
    SampleScore,
    Score,
    ScoredModel,
)
from tabtwin.lib.log import progress
from tabtwin.lib.seeds import derive, generator
from tabtwin.pipeline.params.score import Params
from tabtwin.pipeline.plan import MODELS, planned_parts
from tabtwin.pipeline.step import Figures, Inputs, Outputs, Step
from tabtwin.pipeline.stored_models import model_refs, read_model
from tabtwin.protection.rare_values import decode
from tabtwin.schema.encoding import Encoding
from tabtwin.schema.schema import Schema
from tabtwin.schema.splits import left_out
from tabtwin.store.artifacts import Ref
from tabtwin.store.run import Run

FEWEST_ROWS = 1_000
MOST_ROWS = 5_000
NEAR = 0.05
PARTS = 5


def reads(params: Params, run: Run) -> list[Ref]:
    """Return the plan, the model, and the rows that it saw and did not see, if it is scored."""
    model = [MODELS, *model_refs(run, params.model)]
    if not is_wanted(params, run):
        return model
    return [
        *model,
        Ref(step="ingest", file="schema.json"),
        Ref(step="ingest", file="encoding.json"),
        Ref(step="ingest", file="encoded.parquet"),
        Ref(step="ingest", file="folds.parquet"),
    ]


def is_wanted(params: Params, run: Run) -> bool:
    """Return whether the model is scored: beside others, or if asked for."""
    return params.score == "always" or len(planned_parts(run)) > 1


def run(params: Params, inputs: Inputs, outputs: Outputs) -> Figures:
    """Draw a sample about as long as the left-out fold, and score it, if there is a choice of models."""
    model, training = read_model(inputs)
    bare = ScoredModel(
        model=params.model,
        block=model.block,
        balanced=generators.find(training.generator).balances,
    )
    if not is_wanted(params, inputs.run):
        outputs.json("score.json", bare.model_dump(mode="json"))
        return {}
    schema = Schema.model_validate_json(inputs.read("ingest", "schema.json"))
    encoding = Encoding.model_validate_json(inputs.read("ingest", "encoding.json"))
    real = decode(inputs.table("ingest", "encoded.parquet"), schema, encoding)
    mask = left_out(inputs.table("ingest", "folds.parquet"), training.member)
    seen, unseen = real[~mask], _thinned(real[mask], MOST_ROWS, derive(params.run_seed, "score", "unseen"))

    seed = derive(params.run_seed, "score", params.model)
    made = decode(model.alone().sample(0, max(FEWEST_ROWS, len(unseen)), seed), schema, encoding)

    score = score_sample(made, seen, unseen, schema, seed, params.threads)
    whole = Score(**dict(bare), **dict(score))
    outputs.json("score.json", whole.model_dump(mode="json"))
    return {
        "quality": score.quality.score,
        "quality_unseen": score.references.unseen.score,
        "quality_noise": score.references.noise.score,
        "diagnostic": score.diagnostic.score,
        "copies": score.privacy.copies.sample,
    }


def score_sample(
    made: pd.DataFrame, seen: pd.DataFrame, unseen: pd.DataFrame, schema: Schema, seed: int, threads: int
) -> SampleScore:
    """Return all scores of a sample.

    Args:
        made: The model's rows, canonical.
        seen: The training rows that the model learned from.
        unseen: Training rows that it did not learn from.
        schema: Their schema.
        seed: The seed from which all draws derive theirs.
        threads: CPU threads.
    """
    noise = uniform_noise(seen, len(made), generator(seed, "noise"))
    quality = sdmetrics.quality(seen, made, schema, derive(seed, "quality"))
    progress(1, PARTS, "score")
    references = References(
        unseen=sdmetrics.quality(seen, unseen, schema, derive(seed, "quality", "unseen")).headline(),
        noise=sdmetrics.quality(seen, noise, schema, derive(seed, "quality", "noise")).headline(),
    )
    progress(2, PARTS, "score")
    diagnostic = sdmetrics.diagnostic(seen, made, schema, derive(seed, "diagnostic"))
    progress(3, PARTS, "score")
    protection = _protection(made, seen, unseen, schema, seed)
    progress(4, PARTS, "score")
    near = nearness(made, seen, unseen, schema, threads)
    progress(5, PARTS, "score")
    return SampleScore(
        rows=SampleRows(sample=len(made), seen=len(seen), unseen=len(unseen)),
        quality=quality,
        references=references,
        diagnostic=diagnostic,
        privacy=Privacy.model_validate(protection.model_dump(by_alias=True) | near.model_dump(by_alias=True)),
    )


def uniform_noise(table: pd.DataFrame, rows: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return rows drawn from each column's range, categories and missing rate alone: the floor of quality."""
    columns = {}
    for name in table:
        cells = table[name]
        there = cells.dropna()
        if there.empty:
            columns[name] = pd.Series([None] * rows, dtype=cells.dtype)
            continue
        if cells.dtype == object:
            drawn = pd.Series(rng.choice(np.array(sorted(there.unique()), dtype=object), rows))
        elif cells.dtype.kind == "M":
            micros = there.astype("datetime64[us]").astype(
                "int64"
            )  # for two dates, nanoseconds end after 292 years
            span = float(micros.max() - micros.min()) * rng.random(rows)
            drawn = pd.Series((micros.min() + span.astype("int64")).astype("datetime64[us]")).astype(
                cells.dtype
            )
        else:
            drawn = pd.Series(there.min() + (there.max() - there.min()) * rng.random(rows))
        columns[name] = drawn.mask(rng.random(rows) < cells.isna().mean(), None)
    return pd.DataFrame(columns)


def nearness(
    made: pd.DataFrame, seen: pd.DataFrame, unseen: pd.DataFrame, schema: Schema, threads: int
) -> Nearness:
    """Return how many rows equal, or are suspiciously near, a row that the model saw; with fresh rows' share.

    *Near* is at most Gower's distance to the closest seen row that 5 % of the fresh rows have or stay below,
    of those that equal no seen row.
    """
    gower = Gower.fit(seen, schema)
    reference = gower.features(seen)
    found = {}
    for name, table in {"sample": made, "unseen": unseen}.items():
        distances, _ = nearest(gower.features(table), reference, 1, threads=threads)
        found[name] = distances[:, 0].astype("float64")
    apart = found["unseen"][found["unseen"] > 0]
    limit = float(np.quantile(apart, NEAR, method="lower")) if len(apart) else 0.0
    copies = {name: float((distances == 0).mean()) for name, distances in found.items()}
    near = {name: float((distances <= limit).mean()) for name, distances in found.items()}
    return Nearness(
        copies=Sampled(sample=copies["sample"], unseen=copies["unseen"]),
        near=NearShares(sample=near["sample"], unseen=near["unseen"], distance=limit),
    )


def _protection(
    made: pd.DataFrame, seen: pd.DataFrame, unseen: pd.DataFrame, schema: Schema, seed: int
) -> Protection:
    """Compute SDMetrics' privacy metrics on equally many rows of each table, few enough for their
    quadratic cost.
    """
    rows = min(sdmetrics.affordable_rows(len(schema.learned)), len(seen), len(unseen))
    sample = _thinned(made, rows, derive(seed, "privacy", "sample"))
    real = _thinned(seen, rows, derive(seed, "privacy", "seen"))
    fresh = _thinned(unseen, rows, derive(seed, "privacy", "unseen"))
    baseline_seed = derive(seed, "baseline")
    found = {
        "DCRBaselineProtection": sdmetrics.baseline_protection(real, sample, schema, baseline_seed),
        "DCRBaselineProtection of unseen rows": sdmetrics.baseline_protection(
            real, fresh, schema, baseline_seed
        ),
        "DCROverfittingProtection": sdmetrics.overfitting_protection(
            real, sample, fresh, schema, derive(seed, "overfitting")
        ),
    }
    return Protection.model_validate({"rows": rows, **found})


def _thinned(table: pd.DataFrame, rows: int, seed: int) -> pd.DataFrame:
    return table.sample(min(rows, len(table)), random_state=seed).reset_index(drop=True)


STEP = Step(
    name="score",
    params=Params,
    reads=reads,
    run=run,
    covers=("evaluation", "generators", "protection", "schema"),
    libraries=("joblib", "numba", "numpy", "pandas", "pyarrow", "scipy", "sdmetrics", "sdv", "torch"),
)
