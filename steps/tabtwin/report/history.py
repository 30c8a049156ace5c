"""Describe what goes with this twin: other releases of the same rows, and how the seed was made."""

from __future__ import annotations

from typing import Literal

from tabtwin.report.evidence import Evidence
from tabtwin.report.metrics_model import Earlier


def earlier(evidence: Evidence) -> Earlier:
    """Return what was judged before this twin."""
    return Earlier(releases=evidence.before.releases, refused=evidence.before.refused)


def seed(evidence: Evidence) -> Literal["chosen", "keyed"]:
    """Return how the seed came about."""
    return "chosen" if evidence.chose_seed else "keyed"
