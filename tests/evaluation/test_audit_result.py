"""The audit is its measures, one after the other."""

from __future__ import annotations

from examples import audit
from tabtwin.evaluation.audit_result import AuditResult
from tabtwin.evaluation.rounding import Grid, People

MANY = People(training=100_000, holdout=100_000, rows=200_000)


def test_the_figures_of_the_audit_are_those_of_its_measures_in_their_order() -> None:
    measures = AuditResult.measures()
    assert len(measures) > 5
    assert [name for measure in measures for name in measure.model_fields] == list(AuditResult.model_fields)


def test_every_gate_of_a_measure_is_asked_once() -> None:
    gates = [gate.name for measure in AuditResult.measures() for gate in measure.gates]
    assert gates == [question.name for question in AuditResult.questions()]
    assert len(set(gates)) == len(gates) > 10


def test_a_limit_is_beyond_what_honest_rows_show_and_says_why() -> None:
    for question in AuditResult.questions():
        assert question.limit > question.neutral
        assert len(question.reason) > 40


def test_every_comparison_says_how_many_rows_it_takes_once() -> None:
    caps = [name for measure in AuditResult.measures() for name in measure.caps]
    assert len(set(caps)) == len(caps) > 8


def test_a_part_of_the_audit_is_what_its_measure_found() -> None:
    found = audit({"canaries.planted": 321})
    parts = [found.part(measure) for measure in AuditResult.measures()]
    assert AuditResult(**{name: value for part in parts for name, value in part}) == found


def test_public_figures_keep_the_audits_shape() -> None:
    found = audit({})
    shown = found.public(Grid(5), MANY)
    assert AuditResult.model_validate(shown.as_json()) == shown
    assert shown.rows == found.rows
