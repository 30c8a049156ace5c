"""The audit is its measures, one after the other."""

from __future__ import annotations

from tabtwin.evaluation.audit_result import AuditResult
from tabtwin.evaluation.gates.definitions import QUESTIONS
from tabtwin.evaluation.measures import MEASURES


def test_every_part_of_the_audit_has_its_measure_in_the_same_order() -> None:
    assert tuple(measure.result for measure in MEASURES) == AuditResult.parts()
    fields = [name for measure in MEASURES for name in measure.result.model_fields]
    assert fields == list(AuditResult.model_fields)


def test_every_gate_of_a_measure_is_asked_once() -> None:
    gates = [gate.name for measure in MEASURES for gate in measure.result.gates]
    assert gates == [question.name for question in QUESTIONS]
    assert len(set(gates)) == len(gates) > 10
