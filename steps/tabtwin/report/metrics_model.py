"""Define ``metrics.json``: the models from which ``metrics.schema.json`` is generated."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field, JsonValue

from tabtwin.evaluation.audit_result import AuditResult
from tabtwin.evaluation.fidelity.score_results import Score
from tabtwin.evaluation.gates.verdicts import Verdicts
from tabtwin.evaluation.result import Result, optional
from tabtwin.evaluation.utility.results import Hybrid, Utility
from tabtwin.selection.results import Refined, Screened
from tabtwin.selection.weight_results import Weights

Json = dict[str, JsonValue]


class Headline(Result):
    """The few figures that a terminal shows, and the main score of a model trained on each table."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "additionalProperties": False,
            "patternProperties": {
                "_of_(real|synthetic|hybrid)$": {
                    "description": "main score on the holdout of a model trained on that table",
                    "anyOf": [{"type": "number"}, {"type": "null"}],
                }
            },
        },
    )

    verdict: Literal["passed", "not shown", "refused"] = Field(
        description="of all gates together; also refused if the twin repeats keys, or --strict refuses "
        "what was not shown"
    )
    accuracy: float = Field(
        description="of the twin against training and holdout together, as in mostlyai-qa"
    )
    accuracy_holdout: float = Field(description="against the holdout alone")
    accuracy_holdout_of_real_rows: float = Field(description="what as many training rows score there")
    accuracy_holdout_of_shuffle: float = Field(description="what their shuffle scores")
    discriminator_auc: float = Field(description="of a model that tells the twin from real rows")
    dcr_share: float = Field(description="against the whole holdout and as many training rows")
    nndr_ratio: float = Field(description="mean of five parts of the rows")


class Earlier(Result):
    """What was judged before this twin."""

    releases: int = Field(description="other releases")
    refused: int = Field(description="tries that gates refused")


class Source(Result):
    """The source table."""

    rows: int = Field(description="rows of the source, or those that were drawn of it")
    whole: int | None = optional("rows of the source, if only some were drawn")
    training: int = Field(description="rows of training")
    holdout: int = Field(description="rows held out")
    columns: int = Field(description="how many columns the source has")
    protect: int = Field(description="subjects that must share a value")
    notes: tuple[str, ...] = Field(description="what was chosen when the table was read")
    canaries: int | None = optional("rows planted")


class CarriedCounts(Result):
    """What no measure compares, and what does not fit."""

    keys: dict[str, int | None] = Field(
        description="cells of each key column that equal training's keys, beyond chance"
    )
    protected: dict[str, int | None] = Field(
        description="cells of each column that value protection would hide"
    )
    not_compared: tuple[str, ...] = Field(description="columns of the twin that nothing compared")
    defects: dict[str, dict[str, int | None]] = Field(
        description="cells of the twin that do not fit, by column and reason: not_a_number, "
        "not_a_date, not_a_duration (these count as missing), unknown_category, out_of_range, decimals, "
        "date_format, duration_format, spelling (these are read anyway), missing"
    )
    lacking: tuple[str, ...] = Field(description="columns of the table that the twin does not have")


class TaskProvenance(Result):
    """Where a task's output stands, and what it was made from."""

    where: str = Field(description="its place in the store")
    files: dict[str, str] = Field(description="the digest of each file")
    inputs: dict[str, str] = Field(description="the digest of each input")
    settings: dict[str, JsonValue] = Field(description="all settings of the task")


class Provenance(Result):
    """The seed, and where outputs stand."""

    seed: int = Field(description="the run's seed")
    tasks: dict[str, TaskProvenance] = Field(description="each task that the report speaks of")


class Metrics(Result):
    """What tabtwin found about a twin.

    release/metrics.json and private/metrics.json of a run, metrics.json of `tabtwin audit`, and Audit.metrics
    in Python. Within a major version, names keep their meaning and none is removed; new ones may be added. A
    figure that is null could not be computed, for the reason given, or is withheld from the public file,
    since it is based on fewer than k people (`protect`, at least 5). The public file and `tabtwin audit`'s
    are rounded by n, the number of people behind a
    figure: shares and accuracies to steps of 2k/n or more, other scores to k/n, neither finer than .001, and
    counts of real rows, subjects and cells to 2k; intervals follow from rounded figures. private/metrics.json
    is exact.
    """

    tabtwin: str = Field(description="the version that wrote the file")
    headline: Headline = Field(description="the few figures that a terminal shows, rounded")
    gates: Verdicts = Field(description="verdicts")
    releases: tuple[int, ...] = Field(
        default=(),
        description="rows of each release that is judged together with this one, its own last; "
        "none if another tool made the twin",
    )
    before: Earlier | None = optional(
        "earlier releases and tries of the same table in the same folder or store, judged separately"
    )
    seed: Literal["chosen", "keyed"] | None = optional(
        "whether the seed was chosen, and so can be tried by others, or made by the owner's signing key"
    )
    table: Source = Field(description="the source")
    audit: AuditResult = Field(description="every figure of the audit")
    carried: CarriedCounts | None = optional(
        "only in `tabtwin audit`: what no measure compares, and what does not fit; counts below five are null"
    )
    weights: Weights | None = optional("only in a run: how models were weighed")
    scores: dict[str, Score] | None = optional("only in a run: SDMetrics' scores of each model")
    screen: Screened | None = optional("only in a run: rows dropped, and how near rows are")
    refine: Refined | None = optional("only in a run: how the twin's rows were chosen")
    balance: Hybrid | None = optional("only in a run: rows of the hybrid table by class")
    utility: Utility = Field(description="models trained on each table and judged on the holdout")
    settings: Json = Field(description="what determined the twin, or how it was judged")
    versions: dict[str, str] = Field(description="of every library that a step used")
    private: Provenance | None = optional(
        "only in private/metrics.json: the seed, digests, and where outputs are"
    )
    protected: dict[str, int] | None = optional(
        "only in private/metrics.json: cells that protection changed, by column"
    )

    def as_json(self) -> Json:
        """Return the file's content."""
        return self.model_dump(mode="json")
