"""Hold everything that a report is made from, gathered from the run's outputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import JsonValue

from tabtwin.evaluation.audit_result import AuditResult
from tabtwin.evaluation.disclosure import Carried
from tabtwin.evaluation.fidelity.score_results import Score
from tabtwin.evaluation.gates.verdicts import Gate
from tabtwin.evaluation.utility.results import Hybrid, Utility
from tabtwin.preparation.facts import Facts
from tabtwin.report.metrics_model import Provenance, Source, TaskProvenance
from tabtwin.report.pictures import Picture
from tabtwin.schema.schema import Schema
from tabtwin.selection.results import Refined, Screened
from tabtwin.selection.weight_results import Weights
from tabtwin.store.artifacts import Manifest, output_key, task
from tabtwin.store.history import Before
from tabtwin.store.run import Run
from tabtwin.store.twins import slices_of

SINGLE = ("ingest", "weigh", "audit", "balance", "utility")


@dataclass(frozen=True)
class Making:
    """How the pipeline made the twin, as in its steps' JSON files.

    Attributes:
        weights: ``weights.json``; the reasons why models were lost may name places in the store.
        scores: ``score.json`` of each model that has one.
        screen: Rows dropped, and how near rows are to training.
        refine: How rows were chosen.
        balance: How the hybrid table was made.
    """

    weights: Weights
    scores: Mapping[str, Score]
    screen: Screened
    refine: Refined
    balance: Hybrid


@dataclass(frozen=True)
class Evidence:
    """What the steps found, as in their JSON files.

    Attributes:
        schema: The table's schema.
        table: Counts of the source, and notes on it.
        protected: How many cells value protection changed, by column; None for those that are withheld.
        audit: What the audit found.
        gates: Each gate's verdict.
        alpha: The error rate of all gates together.
        refused: Whether the twin may not be released.
        strict: Whether a gate that is not shown refuses.
        made: How the twin was made; None for another tool's twin.
        utility: What models trained on each table score.
        pictures: A picture of every learned column.
        settings: The public ones.
        versions: The version of every library that a step used.
        private: What only the private report says: where outputs stand, digests, the seed; None elsewhere.
        carried: What the twin carries that no measure compares, and what does not fit; None if the pipeline
            made it.
        before: Other releases of the same table, and refused tries, before this twin was judged.
        chose_seed: Whether the seed was chosen, so that others can try it; otherwise the signing key made it.
        releases: The rows of each release that is judged together with this one, its own last.
        subjects: The number of subjects in training and in the holdout, by side; by default one per row.
    """

    schema: Schema
    table: Source
    protected: Mapping[str, int | None]
    audit: AuditResult
    gates: Sequence[Gate]
    alpha: float
    refused: bool
    strict: bool
    made: Making | None
    utility: Utility
    pictures: Sequence[Picture]
    settings: Mapping[str, JsonValue]
    versions: Mapping[str, str]
    private: Provenance | None
    carried: Carried | None = None
    releases: Sequence[int] = ()
    before: Before = field(default_factory=Before)
    chose_seed: bool = False
    subjects: Mapping[str, int] = field(default_factory=dict)


def table_of(facts: Facts) -> Source:
    """Return the report's facts on the source, without its plans, which are in the notes, and protected
    cells.
    """
    return Source(**facts.model_dump(exclude={"protected", "plans"}))


def manifests(run: Run, models: Mapping[str, Sequence[str]]) -> dict[str, Manifest]:
    """Return the current manifest of every task in the report, by task.

    Args:
        run: The run.
        models: The parts of each model.
    """
    tasks = [(step, "") for step in SINGLE]
    tasks += [(step, one.name) for one in slices_of(run) for step in ("screen", "refine")]
    tasks += [("train", part) for parts in models.values() for part in parts]
    tasks += [("score", model) for model in models]
    found = {task(step, name): run.manifest(step, name) for step, name in tasks}
    return {name: manifest for name, manifest in found.items() if manifest is not None}


def public_settings(found: Mapping[str, Manifest], names: Sequence[str]) -> dict[str, JsonValue]:
    """Return the settings of ``names`` that determined the twin, each once.

    A seed, a path or a digest must not be published: it would let anyone confirm a guess. A rebalanced share
    names a value of the table, but only one that may be released: refine accepts no other.
    """
    together: dict[str, JsonValue] = {}
    for manifest in found.values():
        together |= manifest.settings
    return {name: together[name] for name in names if together.get(name) not in (None, "")}


def versions(found: Mapping[str, Manifest]) -> dict[str, str]:
    """Return the version of every library that any of the tasks used."""
    together = {name: text for manifest in found.values() for name, text in manifest.versions.items()}
    return dict(sorted(together.items()))


def provenance(found: Mapping[str, Manifest], seed: int) -> Provenance:
    """Return the seed, and for each task where its output is, with every digest and setting. Private."""
    return Provenance(
        seed=seed,
        tasks={
            name: TaskProvenance(
                where=output_key(manifest.step, manifest.fingerprint, ""),
                files={file: entry.sha256 for file, entry in manifest.files.items()},
                inputs=manifest.inputs,
                settings=manifest.settings,
            )
            for name, manifest in found.items()
        },
    )
