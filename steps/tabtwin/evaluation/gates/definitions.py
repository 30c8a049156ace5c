"""All gates: what each measure's gates ask, in the order of the measures; limits are in ``gates.toml``."""

from __future__ import annotations

from tabtwin.evaluation.audit_result import AuditResult
from tabtwin.evaluation.question import NOTHING, Question, Sample

__all__ = ["NOTHING", "QUESTIONS", "Question", "Sample"]

QUESTIONS: tuple[Question, ...] = tuple(question for part in AuditResult.parts() for question in part.gates)
