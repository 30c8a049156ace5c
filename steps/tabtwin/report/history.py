"""Describe what goes with this twin: other releases of the same rows, and how the seed was made."""

from __future__ import annotations

from typing import Any

from tabtwin.report.evidence import Evidence


def public(evidence: Evidence) -> dict[str, Any]:
    """Return the history as JSON values."""
    return {"before": evidence.before.model_dump(), "seed": "chosen" if evidence.chose_seed else "keyed"}
