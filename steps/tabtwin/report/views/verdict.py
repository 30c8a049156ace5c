"""Gather the verdict: may this twin be shared, and what speaks against it?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tabtwin.evaluation.gates.verdicts import Gate
from tabtwin.report import disclosure
from tabtwin.report.evidence import Evidence
from tabtwin.report.views.gates import by_verdict

Answer = Literal["refused", "rare_values", "unshown", "defects", "not_compared", "planted", "passed"]


@dataclass(frozen=True)
class Verdict:
    """May the twin be shared?

    Attributes:
        answer: No, yes, or yes with what speaks against it.
        gates: How many there are.
        refused: Those that refused.
        unshown: Those that could not decide.
        is_refused: Whether the twin is refused.
        is_ours: Whether the pipeline made the twin.
        keys: Which key columns repeat training's; empty if none does.
        defects: Which columns do not fit; empty if all do.
        planted: How many canaries were planted; None if the run had none.
    """

    answer: Answer
    gates: int
    refused: tuple[Gate, ...]
    unshown: tuple[Gate, ...]
    is_refused: bool
    is_ours: bool
    keys: str
    defects: str
    planted: int | None

    @property
    def passed(self) -> int:
        """Return how many gates passed."""
        return self.gates - len(self.refused) - len(self.unshown)

    @property
    def refused_by_strict(self) -> bool:
        """Return whether the twin is refused only for what is not shown."""
        return self.is_refused and not self.refused and bool(self.unshown)


def view(evidence: Evidence) -> Verdict:
    """Gather the verdict."""
    found, canaries = evidence.carried, evidence.audit.canaries
    return Verdict(
        answer=_answer(evidence),
        gates=len(evidence.gates),
        refused=by_verdict(evidence, "refused"),
        unshown=by_verdict(evidence, "not_shown"),
        is_refused=evidence.refused,
        is_ours=evidence.made is not None,
        keys=disclosure.keys_line(found) if found else "",
        defects=disclosure.defects_line(found) if found else "",
        planted=canaries.planted if canaries else None,
    )


def _answer(evidence: Evidence) -> Answer:
    """Return the answer; if several things speak against a twin, the most serious."""
    found = evidence.carried
    standing: dict[Answer, bool] = {
        "refused": evidence.refused,
        "rare_values": bool(found and found.protected),
        "unshown": bool(by_verdict(evidence, "not_shown")),
        "defects": bool(found and disclosure.defects_line(found)),
        "not_compared": bool(found and found.not_compared),
        "planted": bool(evidence.audit.canaries),
    }
    return next((answer for answer, stands in standing.items() if stands), "passed")
