"""How surely each gate decides on a twin: the distance from its figure to its limit, in standard errors."""

from __future__ import annotations

from dataclasses import dataclass

from tabtwin.evaluation.audit_result import AuditResult
from tabtwin.evaluation.gates.limits import shipped_limits
from tabtwin.evaluation.gates.verdicts import Gate, judge


@dataclass(frozen=True)
class Power:
    """How surely a gate decides on a twin.

    Attributes:
        gate: Its name.
        figure: The twin's.
        se: Its standard error.
        limit: The limit that it is nearer to.
        apart: Standard errors from figure to limit; below 0 beyond it.
        reach: Standard errors that the gate's interval reaches toward it.
    """

    gate: str
    figure: float
    se: float
    limit: float
    apart: float
    reach: float

    @classmethod
    def of(cls, gate: Gate, se: float) -> Power | None:
        """Return how surely a gate decided; ``None`` where nothing was measured or nothing is unsure."""
        if gate.figure is None or gate.interval is None or se <= 0:
            return None
        low, high = gate.interval
        if gate.lower is not None and gate.figure - gate.lower < gate.limit - gate.figure:
            limit, apart, reach = gate.lower, gate.figure - gate.lower, gate.figure - low
        else:
            limit, apart, reach = gate.limit, gate.limit - gate.figure, high - gate.figure
        return cls(gate.name, gate.figure, se, limit, apart / se, reach / se)

    @property
    def enough(self) -> float | None:
        """Return which multiple of the rows would just pass, if errors shrink with their root; none may."""
        return (self.reach / self.apart) ** 2 if self.apart > 0 else None


def powers(audit: AuditResult) -> list[Power]:
    """Return how surely each gate decides, by the limits that are shipped."""
    known = {question.name: question for question in AuditResult.questions()}
    gates = judge(audit, shipped_limits())
    figures = [known[gate.name].figure(audit, gate.measured_on) for gate in gates]
    found = [Power.of(gate, one.se) for gate, one in zip(gates, figures, strict=True) if one is not None]
    return [one for one in found if one is not None]
