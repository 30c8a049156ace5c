"""Weigh: how many rows each model contributes, and the slices and shards in which they are made.

    scores, models -> weights, slices, earlier

The composite and its weights are in ``selection/weights.py``. A model that failed gets no rows and is
reported with its reason; damage or denied access ends the run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tabtwin.evaluation.fidelity.score_results import read_score
from tabtwin.lib.errors import InputError, IntegrityError, RefusedError
from tabtwin.pipeline.params.weigh import OVERSAMPLE, Params
from tabtwin.pipeline.plan import MODELS, planned_parts
from tabtwin.pipeline.releases import check_goes_on
from tabtwin.pipeline.slicing import in_one, in_slices
from tabtwin.pipeline.step import Figures, Inputs, Outputs, Step
from tabtwin.preparation.facts import Facts
from tabtwin.selection.weight_results import LostModel, Weight, Weights
from tabtwin.selection.weights import apportion, judge_model, weigh_models
from tabtwin.store.artifacts import Failure, Ref, canonical, parse_ref, sha256
from tabtwin.store.run import Run
from tabtwin.store.twins import EARLIER, SLICES, of_run

FACTS = Ref(step="ingest", file="facts.json")
WEIGHTS = Ref(step="weigh", file="weights.json")


def score_ref(name: str) -> Ref:
    """Return the reference to a model's scores."""
    return Ref(step="score", file="score.json", name=name)


def reads(params: Params, run: Run) -> list[Ref]:
    """Return the plan, all current scores of models, and what an earlier run has drawn."""
    if params.after:
        check_goes_on(run, params.after)
    drawn = [of_run(ref, params.after) for ref in (WEIGHTS, EARLIER)] if params.after else []
    scored = [score_ref(name) for name, parts in planned_parts(run).items() if is_scored(run, name, parts)]
    return [MODELS, FACTS, *scored, *drawn]


def extra(params: Params, run: Run) -> Mapping[str, str]:
    """Return the failures, which determine the output as much as the scores do."""
    found = [failure.model_dump() for failure in lost_models(run)]
    return {"failures": sha256(canonical(found))}


def lost_models(run: Run) -> list[Failure]:
    """Return the planned models without current scores, each with the reason."""
    failures = {(failure.step, failure.name): failure for failure in run.failures()}
    lost = []
    for name, parts in planned_parts(run).items():
        if not is_scored(run, name, parts):
            unknown = Failure(step="score", name=name, code=1, reason="it was not scored in this run")
            trained = [failures[task] for part in parts if (task := ("train", part)) in failures]
            # The worst of several parts counts: damage ends the run, whatever else went wrong.
            worst = max(trained, key=lambda failure: failure.code, default=None)
            lost.append(worst or failures.get(("score", name)) or unknown)
    return lost


def is_scored(run: Run, name: str, parts: Sequence[str]) -> bool:
    """Return whether a model has current scores, for the parts in the plan.

    Scores for another number of column groups may still be current if an earlier command left them.
    """
    manifest = run.manifest("score", name)
    read = map(parse_ref, manifest.inputs) if manifest else ()
    return manifest is not None and {ref.name for ref in read if ref.step == "train"} <= set(parts)


def check_enough(weights: list[Weight], lost: list[Failure], least: int) -> None:
    """Raise an error if too few models get rows.

    Raises:
        IntegrityError: if a model was lost to damage or denied access, however many are left.
        InputError: if too few are left, and a setting caused one failure.
        RefusedError: if too few are left.
    """
    for failure in lost:
        if failure.code == IntegrityError.code:
            raise IntegrityError(f"{failure.name}: {failure.reason}")
    left = sum(weight.weight > 0 for weight in weights)
    if left >= least:
        return
    for failure in lost:
        if failure.code == InputError.code:
            raise InputError(f"{failure.name}: {failure.reason}")
    reasons = [f"{failure.name}: {failure.reason}" for failure in lost]
    reasons += [f"{weight.name}: {weight.reason}" for weight in weights if weight.reason]
    raise RefusedError(
        f"expected --min-models {least} or more models to get rows, found {left} ({'; '.join(reasons)}); "
        "train longer (--epochs), add models (--generators) or lower --min-models"
    )


def balanced_model(shares: Mapping[str, float], balanced: Mapping[str, bool], params: Params) -> str | None:
    """Return the model whose blocks make the twin as they are; ``None`` if rows are to be selected."""
    used = [name for name, share in shares.items() if share > 0]
    selects = params.oversample or params.training_weight or params.rebalance
    return used[0] if len(used) == 1 and balanced[used[0]] and not selects else None


def run(params: Params, inputs: Inputs, outputs: Outputs) -> Figures:
    """Judge the models, and distribute the rows of the raw pool among them."""
    lost = lost_models(inputs.run)
    scores = {name: read_score(inputs.json("score", "score.json", name)) for name in inputs.names("score")}
    weights = weigh_models([judge_model(name, score) for name, score in scores.items()])
    check_enough(weights, lost, params.min_models)

    wanted = params.rows or inputs.parsed(Facts, "ingest", "facts.json").rows
    shares = {weight.name: weight.weight for weight in weights}
    blocks = {name: score.block for name, score in scores.items()}
    balanced = {name: score.balanced for name, score in scores.items()}
    alone = balanced_model(shares, balanced, params)
    rows = apportion(shares, wanted if alone else (params.oversample or OVERSAMPLE) * wanted)
    earlier, drawn = _earlier(params, inputs)
    begun = {name: -(-drawn.get(name, 0) // block) * block for name, block in blocks.items()}
    if alone:
        slices = in_slices(alone, wanted, blocks[alone], begun[alone], params.slice_rows)
    else:
        slices = in_one(rows, blocks, begun, wanted)
    shards = [shard for one in slices for shard in one["shards"]]
    reserve = sum(int(shard["count"]) for shard in shards if shard["reserve"] == "true")
    weighed = Weights(
        rows=wanted,
        pool=sum(rows.values()) + reserve,
        reserve=reserve,
        weights=shares,
        drawn=drawn | {name: begun[name] + count for name, count in rows.items() if count},
        balanced=balanced,
        models=tuple(weights),
        lost=tuple(LostModel(**failure.model_dump()) for failure in lost),
    )
    outputs.json("weights.json", weighed.model_dump(mode="json"))
    outputs.json(SLICES.file, slices)
    outputs.json(EARLIER.file, earlier)
    figures = {f"weight_{name}": round(share, 4) for name, share in shares.items()}
    left = sum(share > 0 for share in shares.values())
    return {"models": left, "lost": len(lost), "shards": len(shards), **figures}


def _earlier(params: Params, inputs: Inputs) -> tuple[list[str], dict[str, int]]:
    """Return the runs that this one continues, and how many rows of each model they have drawn."""
    if not params.after:
        return [], {}
    before = [str(name) for name in inputs.json(EARLIER.step, EARLIER.file, run=params.after)]
    weighed = inputs.parsed(Weights, WEIGHTS.step, WEIGHTS.file, run=params.after)
    return [*before, params.after], weighed.drawn


STEP = Step(
    name="weigh",
    params=Params,
    reads=reads,
    run=run,
    extra=extra,
    emits={"slices": SLICES.file},
    covers=("evaluation", "preparation.facts", "schema", "selection"),
    libraries=("numpy", "pandas", "pyarrow", "scipy", "sdmetrics"),
)
