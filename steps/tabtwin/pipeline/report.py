"""Report: the gates' verdicts, one static page of every figure, and the figures as JSON.

    everything above -> report, metrics, gates

The report is rendered twice: the public one has nothing that value protection hides, no seed and no digest of
private data; the private one adds those and where things are stored. Both are written, refused or not.
"""

from __future__ import annotations

from collections.abc import Iterable

from tabtwin.evaluation.audit_result import AuditResult
from tabtwin.evaluation.fidelity.score_results import Score, read_score
from tabtwin.evaluation.gates.limits import judged_by, own_limits
from tabtwin.evaluation.gates.verdicts import judge, refuses, verdict_of
from tabtwin.evaluation.subjects import count
from tabtwin.evaluation.utility.results import Hybrid, Utility
from tabtwin.pipeline.params.judging import Judging as Params
from tabtwin.pipeline.plan import MODELS, planned_parts
from tabtwin.pipeline.registry import shown_settings
from tabtwin.pipeline.released_rows import read_released
from tabtwin.pipeline.slice_results import read_refined, read_screened, slice_refs
from tabtwin.pipeline.step import SEED, Figures, Inputs, Outputs, RunSeed, Step
from tabtwin.preparation.facts import Facts
from tabtwin.report import templating
from tabtwin.report.evidence import (
    Evidence,
    Making,
    manifests,
    provenance,
    public_settings,
    table_of,
    versions,
)
from tabtwin.report.metrics import metrics
from tabtwin.report.page import render
from tabtwin.report.pictures import pictures
from tabtwin.schema.encoding import Encoding
from tabtwin.schema.schema import Schema
from tabtwin.selection.weight_results import Weights
from tabtwin.store import history
from tabtwin.store.artifacts import Manifest, Ref, sha256
from tabtwin.store.run import Run
from tabtwin.store.sources import fetch
from tabtwin.store.twins import twin_refs

READS = (
    Ref(step="ingest", file="schema.json"),
    Ref(step="ingest", file="facts.json"),
    Ref(step="ingest", file="encoding.json"),
    SEED,
    Ref(step="ingest", file="training.parquet"),
    Ref(step="ingest", file="folds.parquet"),
    Ref(step="ingest", file="holdout_subjects.parquet"),
    MODELS,
    Ref(step="weigh", file="weights.json"),
    Ref(step="audit", file="audit.json"),
    Ref(step="balance", file="balance.json"),
    Ref(step="utility", file="utility.json"),
)


def reads(params: Params, run: Run) -> Iterable[Ref]:
    """Return the outputs of all steps, and the score of every model that has one."""
    scores = [Ref(step="score", file="score.json", name=model) for model in _planned(run)]
    return [
        *READS,
        *twin_refs(run),
        *slice_refs(run),
        *(ref for ref in scores if run.digest(ref) is not None),
    ]


def extra(params: Params, run: Run) -> dict[str, str]:
    """Return the gates' limits, the page's templates, and the outputs that the private report refers to."""
    given = fetch(params.gates_file, run.store)
    own = own_limits(given)
    limits = {"gates.toml": own.model_dump_json()} | ({"gates": sha256(given)} if given else {})
    before = history.begin(run, judged_by(own, strict=params.strict))
    return (
        limits
        | {"before": before.model_dump_json(), "templates": templating.digest()}
        | {name: manifest.fingerprint for name, manifest in _manifests(run).items()}
    )


def run(params: Params, inputs: Inputs, outputs: Outputs) -> Figures:
    """Gather, judge, and write both reports."""
    found = gather(params, inputs)
    verdict = verdict_of(found.gates, alpha=found.alpha, strict=found.strict)
    outputs.json("gates.json", verdict.model_dump(mode="json"))
    for private, suffix in ((False, ""), (True, "_private")):
        outputs.write(f"report{suffix}.html", render(found, private=private).encode())
        outputs.json(f"metrics{suffix}.json", metrics(found, private=private).as_json())
    return {"refused": found.refused} | {gate.name: gate.verdict for gate in found.gates}


def gather(params: Params, inputs: Inputs) -> Evidence:
    """Read the findings of every step."""
    schema = Schema.model_validate_json(inputs.read("ingest", "schema.json"))
    audit = inputs.parsed(AuditResult, "audit", "audit.json")
    limits = own_limits(fetch(params.gates_file, inputs.run.store))
    gates = judge(audit, limits)
    tasks = _manifests(inputs.run)
    released = read_released(inputs, params.run_seed)
    facts = inputs.parsed(Facts, "ingest", "facts.json")
    subjects = inputs.table("ingest", "folds.parquet")["subject"].to_numpy()
    held_subjects = inputs.table("ingest", "holdout_subjects.parquet")["subject"].to_numpy()
    return Evidence(
        schema=schema,
        table=table_of(facts),
        protected=facts.protected,
        audit=audit,
        gates=gates,
        alpha=limits.alpha,
        refused=refuses(gates, strict=params.strict),
        strict=params.strict,
        made=Making(
            weights=inputs.parsed(Weights, "weigh", "weights.json"),
            scores=_scores(inputs),
            screen=read_screened(inputs),
            refine=read_refined(inputs),
            balance=inputs.parsed(Hybrid, "balance", "balance.json"),
        ),
        utility=inputs.parsed(Utility, "utility", "utility.json"),
        pictures=pictures(
            inputs.table("ingest", "training.parquet"),
            released.table,
            subjects,
            schema,
            Encoding.model_validate_json(inputs.read("ingest", "encoding.json")),
            facts.protect,
        ),
        subjects={"training": count(subjects), "holdout": count(held_subjects)},
        releases=released.rows,
        settings=public_settings(tasks, shown_settings()) | {"strict": params.strict},
        versions=versions(tasks),
        private=provenance(tasks, params.run_seed),
        before=history.begin(inputs.run, judged_by(limits, strict=params.strict)),
        chose_seed=not inputs.parsed(RunSeed, SEED.step, SEED.file).keyed,
    )


def _scores(inputs: Inputs) -> dict[str, Score]:
    """Return the scores of each model that was scored."""
    found = {name: read_score(inputs.json("score", "score.json", name)) for name in inputs.names("score")}
    return {name: score for name, score in found.items() if isinstance(score, Score)}


def _planned(run: Run) -> dict[str, list[str]]:
    """Return the models of the run and their parts; none if it has no plan, which is reported as a missing
    input.
    """
    return {} if run.digest(MODELS) is None else planned_parts(run)


def _manifests(run: Run) -> dict[str, Manifest]:
    return manifests(run, _planned(run))


STEP = Step(
    name="report",
    params=Params,
    reads=reads,
    run=run,
    extra=extra,
    emits={"report": "report.html"},  # Argo's UI shows it to all who may see workflows
    late=templating.compiled,
    covers=("evaluation", "generators", "io", "preparation", "protection", "report", "schema", "selection"),
    libraries=("jinja2", "lightgbm", "markupsafe", "numba", "numpy", "pandas", "pyarrow", "scipy", "sklearn"),
)
