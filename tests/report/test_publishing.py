"""What is published of a run says no more than rounded figures can, in JSON and on the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audited import source
from step_outputs import HOLDOUT, TRAINING, figure, findings, told
from tabtwin.evaluation.audit_result import AuditResult
from tabtwin.evaluation.comparison import Comparison, Rows, Tables
from tabtwin.evaluation.fidelity.measure import likeness_of
from tabtwin.evaluation.fidelity.publication import public_dependence
from tabtwin.evaluation.fidelity.score_results import Score
from tabtwin.evaluation.gates.limits import shipped_limits
from tabtwin.evaluation.gates.verdicts import judge
from tabtwin.evaluation.intervals import Rate, effect_size
from tabtwin.evaluation.rounding import Grid
from tabtwin.evaluation.utility.results import Hybrid, Utility
from tabtwin.preparation.facts import Facts
from tabtwin.report.evidence import Evidence, Making, table_of
from tabtwin.report.metrics import metrics
from tabtwin.report.metrics_model import Provenance
from tabtwin.report.page import render
from tabtwin.report.pictures import pictures
from tabtwin.report.publishing import published
from tabtwin.schema.encoding import Encoding
from tabtwin.schema.schema import Column, Schema
from tabtwin.selection.results import Refined, Screened
from tabtwin.selection.weight_results import Weights

GRID = Grid(5)
RATES = {"rates": [{"share": 3 / 423, "n": 423}, {"share": 0.2, "n": 423}]}


def evidence(protect: int = 5, **changed: Any) -> Evidence:
    """A run's evidence, of hand-made findings."""
    found = findings(**changed)
    ingest, audit = found["ingest"], AuditResult.model_validate(found["audit"]["audit.json"])
    schema = Schema.model_validate(ingest["schema.json"])
    training, twin = ingest["training.parquet"], found["refine"]["synthetic.parquet"]
    facts = Facts.model_validate(ingest["facts.json"])
    limits = shipped_limits()
    return Evidence(
        schema=schema,
        table=table_of(facts).model_copy(update={"protect": protect}),
        protected=facts.protected,
        audit=audit,
        gates=judge(audit, limits),
        alpha=limits.alpha,
        refused=False,
        strict=False,
        made=Making(
            weights=Weights.model_validate(found["weigh"]["weights.json"]),
            scores={"tvae-1": Score.model_validate(found["score/tvae-1"]["score.json"])},
            screen=Screened.model_validate(found["screen"]["screen.json"]),
            refine=Refined.model_validate(found["refine"]["refine.json"]),
            balance=Hybrid.model_validate(found["balance"]["balance.json"]),
        ),
        utility=Utility.model_validate(found["utility"]["utility.json"]),
        pictures=pictures(
            training,
            twin,
            np.arange(len(training)),
            schema,
            Encoding.model_validate(ingest["encoding.json"]),
        ),
        settings={"drop": "hiv_status, mrn", "protect": protect},
        versions={},
        private=Provenance(tasks={}, seed=1),
        subjects={"training": TRAINING, "holdout": HOLDOUT},
    )


EVIDENCE = evidence(canaries=told())


def floats(node: Any, *path: str) -> Iterator[tuple[str, float]]:
    """Every number that is no whole one, with where it stands."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from floats(value, *path, str(key))
    elif isinstance(node, list | tuple):
        for place, value in enumerate(node):
            yield from floats(value, *path, str(place))
    elif isinstance(node, float):
        yield "/".join(path), node


def noisy(node: Any, rng: np.random.Generator) -> Any:
    """The same findings with other figures of as many digits as a float has."""
    if isinstance(node, dict):
        return {
            key: value if key in {"df", "edges", "settings", "fit"} else noisy(value, rng)
            for key, value in node.items()
        }
    if isinstance(node, list):
        return [noisy(value, rng) for value in node]
    return float(np.clip(node + rng.normal(0, 0.01), 0, 1)) if isinstance(node, float) else node


def noisy_audit(rng: np.random.Generator) -> AuditResult:
    """The same audit with other figures."""
    return AuditResult.model_validate(noisy(EVIDENCE.audit.as_json(), rng))


@settings(max_examples=10)
@given(seed=st.integers(0, 10**6))
def test_no_number_of_the_public_file_has_more_than_three_decimals(seed: int) -> None:
    rng = np.random.default_rng(seed)
    audit = noisy_audit(rng)
    made = EVIDENCE.made
    assert made is not None
    exact = replace(
        EVIDENCE,
        audit=audit,
        gates=judge(audit, shipped_limits()),
        utility=Utility.model_validate(noisy(EVIDENCE.utility.model_dump(mode="json"), rng)),
        made=replace(
            made,
            **{name: noisy(getattr(made, name), rng) for name in ("weights", "scores")},
            screen=Screened.model_validate(noisy(made.screen.model_dump(mode="json"), rng)),
            refine=Refined.model_validate(noisy(made.refine.model_dump(mode="json"), rng)),
        ),
    )
    public = metrics(exact, private=False).as_json()
    assert [(place, value) for place, value in floats(public) if value != round(value, 3)] == []
    private = metrics(exact, private=True).as_json()
    assert sum(value != round(value, 3) for _, value in floats(private)) > 100


def test_no_number_on_the_public_page_has_more_than_three_decimals() -> None:
    audit = noisy_audit(np.random.default_rng(5))
    page = render(replace(EVIDENCE, audit=audit, gates=judge(audit, shipped_limits())), private=False)
    words = re.sub(r"<style>.*?</style>|<[^>]*>|0\.1\.0", " ", page)
    assert re.findall(r"\d\.\d{4,}", words) == []
    assert len(re.findall(r"\d\.\d{3}", words)) > 100


def test_page_and_file_give_a_gate_one_figure() -> None:
    audit = noisy_audit(np.random.default_rng(7))
    exact = replace(EVIDENCE, audit=audit, gates=judge(audit, shipped_limits()))
    page = render(exact, private=False)
    for gate in metrics(exact, private=False).gates.gates:
        assert f'<td class="n">{gate.figure:.3f}'.replace("-", "−") in page


@settings(max_examples=30)
@given(seed=st.integers(0, 10**6))
def test_rounding_takes_no_figure_past_the_limit_that_its_verdict_goes_by(seed: int) -> None:
    rng = np.random.default_rng(seed)
    audit = noisy_audit(rng)
    exact = judge(audit, shipped_limits())
    for gate, true in zip(published(replace(EVIDENCE, audit=audit, gates=exact)).gates, exact, strict=True):
        assert gate.verdict == true.verdict
        if gate.interval is None or true.interval is None:
            continue
        for shown, end in zip(gate.interval, true.interval, strict=True):
            assert (shown > gate.limit) <= (end > gate.limit)
            assert gate.lower is None or (shown < gate.lower) <= (end < gate.lower)
        assert gate.interval[0] <= (gate.figure or 0) <= gate.interval[1]


@pytest.mark.parametrize("few", [0, 1, 4])
def test_nothing_tells_how_many_of_one_to_four_rows_stand_near(few: int) -> None:
    """Whatever of 0 to 4 training rows an attack or a screen met, the public file is the same."""
    made = EVIDENCE.made
    assert made is not None

    def shown(rows: int) -> dict[str, Any]:
        share = rows / TRAINING
        found = EVIDENCE.audit.as_json()
        attacks, risks = found["attacks"], found["risks"]
        near = attacks["twin"]["relative"]["near"] | {
            "training": share,
            "effect": effect_size(Rate(share=share, n=TRAINING), Rate(share=0.09, n=HOLDOUT)).figure(),
        }
        relative = attacks["twin"]["relative"] | {"near": near}
        guessed = risks["twin"]["inference"]
        rate = guessed["training"] | {"share": share, "low": share / 2, "high": share * 2}
        risk = guessed | {"training": rate, "baseline": share}
        audit = found | {
            "attacks": attacks | {"twin": attacks["twin"] | {"relative": relative}},
            "risks": risks | {"twin": risks["twin"] | {"inference": risk, "columns": {"pay": risk}}},
            "copies": {
                side: {
                    "surplus": part["surplus"] | {"value": share},
                    "equal": part["equal"] | {"training": share},
                }
                for side, part in found["copies"].items()
            },
            "combinations": {
                "columns": ["pay"], "left_out": [], "k": 5,
                "training": {"combinations": rows, "subjects": 40, "in_twin": rows, "met": rows},
                "holdout": {"combinations": 40, "subjects": 40, "in_twin": 10, "met": rows},
                "difference": figure(0.0) | RATES, "twin": {"rows": 240, "rare": rows},
            },
        }  # fmt: skip
        screen = made.screen.model_dump(mode="json") | {
            "below": {side: {"dcr": share, "nndr": share} for side in ("pool", "kept", "training")},
            "copies": dict.fromkeys(("pool", "kept", "training"), share),
            "training_dropped": {"dcr": share},
            "dropped": {"dcr": rows},
            "dcr": made.screen.dcr.model_dump(mode="json")
            | {"training": [9, rows, 3, 598, TRAINING - 610 - rows]},
        }
        utility = EVIDENCE.utility.model_copy(update={"baseline": {"accuracy": 1 - rows / HOLDOUT}})
        exact = replace(
            EVIDENCE,
            audit=AuditResult.model_validate(audit),
            protected={"pay": rows},
            utility=utility,
            made=replace(made, screen=Screened.model_validate(screen)),
        )
        page = render(exact, private=False)
        return {"metrics": metrics(exact, private=False), "page": page}

    assert shown(few) == shown(2)


def test_the_shares_in_pictures_are_rounded_by_people() -> None:
    few = replace(EVIDENCE, subjects={"training": 120, "holdout": 40})
    step = GRID.share_step(120)
    shares = [share for picture in published(few).pictures for share in picture.real if share is not None]
    assert step == 0.1
    assert len(shares) > 5
    assert all(share == pytest.approx(round(share / step) * step) for share in shares)


def test_which_columns_were_dropped_is_not_published() -> None:
    text = metrics(EVIDENCE, private=False).model_dump_json() + render(EVIDENCE, private=False)
    assert "mrn" not in text
    assert "hiv_status" not in text
    assert metrics(EVIDENCE, private=False).settings["drop"] == "2 of the columns"
    assert metrics(EVIDENCE, private=True).settings["drop"] == "hiv_status, mrn"


@settings(max_examples=12)
@given(group=st.integers(10, 150), held=st.integers(10, 150), both=st.integers(0, 150))
def test_a_link_between_two_groups_does_not_tell_how_many_of_either_are_in_both(
    group: int, held: int, both: int
) -> None:
    schema = Schema(columns=(Column(name="a", kind="category"), Column(name="b", kind="category")))
    rows, both = 1_200, max(GRID.k, min(both, group - GRID.k, held - GRID.k))

    def link(overlap: int) -> float | None:
        places = np.arange(rows)
        first = places < group
        second = (places < overlap) | ((places >= group) & (places < group + held - overlap))
        table = source(rows, 1)[[]].assign(
            a=np.where(first, "yes", "no").astype(object), b=np.where(second, "yes", "no").astype(object)
        )
        seen, unseen = Rows.of(table.iloc[::2]), Rows.of(table.iloc[1::2])
        compared = Comparison.of(Tables(table, table, seen, unseen), schema, seed=1, threads=1)
        return public_dependence(likeness_of(compared).dependence(), GRID, 1.0).real[0][1]

    shown = link(both)
    alike = [
        other for other in range(max(0, both - 6), min(group, held, both + 6) + 1) if link(other) == shown
    ]
    assert len(alike) >= GRID.k


def test_the_page_counts_no_cells_where_it_says_how_columns_were_read() -> None:
    found = evidence()
    column = found.schema.columns[0]
    told = column.model_copy(update={"why": "every cell is a number with commas (7913 cells have two marks)"})
    schema = found.schema.model_copy(update={"columns": (told, *found.schema.columns[1:])})
    page = render(replace(found, schema=schema), private=False)
    assert "every cell is a number with commas<" in page
    assert "7913" not in page


def test_a_report_on_drawn_rows_says_of_how_many_they_were_drawn() -> None:
    drawn = evidence()
    drawn = replace(drawn, table=drawn.table.model_copy(update={"rows": 1_234, "whole": 56_789}))
    words = " ".join(render(drawn, private=False).split())
    assert re.search(r"1.?234 rows drawn of 56.?789 and", words)
    assert metrics(drawn, private=False).as_json()["table"]["whole"] == 56_789
    assert "rows drawn of" not in render(evidence(), private=False)
    assert "whole" not in metrics(evidence(), private=False).as_json()["table"]
