"""The report's verdict and its gates: may this twin be shared, and what stands against it?"""

from __future__ import annotations

from collections.abc import Sequence

from tabtwin.evaluation.gates.limits import shipped_limits
from tabtwin.evaluation.gates.verdicts import Gate, Verdict
from tabtwin.report import canaries, disclosure, svg
from tabtwin.report.evidence import Evidence
from tabtwin.report.html import bullets, number, paragraph, section, table, tag, text

STATES: dict[Verdict, str] = {"passed": "✓ passed", "not_shown": "? not shown", "refused": "✗ refused"}
NAMED = 3
TABLE = "the table is too small"
TOO_LITTLE = {"canaries": "too few canaries were planted"}
"""Why a gate could not tell, where that is not the table's size."""
MEASURED_ON = {"twin": "the twin", "pool": "the raw pool"}


def by_verdict(evidence: Evidence, wanted: Verdict) -> list[Gate]:
    """The gates of one verdict."""
    return [gate for gate in evidence.gates if gate.verdict == wanted]


def verdict(evidence: Evidence) -> str:
    """May it be shared? Yes, no, or yes with what stands against it."""
    answer, css = _answer(evidence)
    lines = [_counted(evidence)]
    lines += (
        [f"{disclosure.keys_line(evidence.carried)}."] if evidence.carried and evidence.carried.keys else []
    )
    if evidence.carried and (unfit := disclosure.defects_line(evidence.carried)):
        lines.append(f"{unfit}.")
    planted = canaries.reason(evidence)
    lines += [planted] if planted else []
    question = tag("h2", text("May this twin be shared?"))
    return tag("div", question, tag("b", text(answer)), *map(paragraph, lines), css=f"verdict {css}")


def _answer(evidence: Evidence) -> tuple[str, str]:
    """The answer in a few words, and how it is drawn."""
    found = evidence.carried
    if evidence.refused:
        return "No. Do not share this twin.", "refused"
    if found and found.protected:
        return "Yes, but it holds rare values.", "unshown"
    if unshown := by_verdict(evidence, "not_shown"):
        return f"Yes, but {len(unshown)} of {len(evidence.gates)} gates could not tell.", "unshown"
    if found and disclosure.defects_line(found):
        return "Yes, but not every cell fits its column.", "unshown"
    if found and found.not_compared:
        return "Yes, but not every column was compared.", "unshown"
    if evidence.audit["canaries"]:
        return "Yes, but rows were planted in training.", "unshown"
    return "Yes, within what was measured.", "passed"


def _counted(evidence: Evidence) -> str:
    """How many gates passed, which did not, and what follows."""
    refused, unshown = by_verdict(evidence, "refused"), by_verdict(evidence, "not_shown")
    total = len(evidence.gates)
    passed = total - len(refused) - len(unshown)
    said = [f"All {total} gates passed." if passed == total else f"{passed} of {total} gates passed."]
    said += [f"Refused: {_named(refused)}."] if refused else []
    said += [f"Not shown: {_named(unshown)}."] if unshown else []
    if evidence.refused:
        said += ["--strict refuses what is not shown."] if evidence.strict and not refused and unshown else []
        said += ["Nothing was published."] if evidence.made else []
    elif unshown:
        said.append("Whoever shares the twin decides whether that is enough.")
    return " ".join(said)


def reasons(evidence: Evidence) -> str:
    """Why each gate that did not pass did not, and what helps; nothing where all did."""
    lines = [f"{gate.title}: refused. {gate.remedy}" for gate in by_verdict(evidence, "refused")]
    lines += [
        f"{gate.title}: not shown; {TOO_LITTLE.get(gate.name, TABLE)} to tell. {gate.remedy}"
        for gate in by_verdict(evidence, "not_shown")
    ]
    return tag("h2", text("Which gates did not pass, and what helps")) + bullets(lines) if lines else ""


def _named(gates: Sequence[Gate]) -> str:
    """The first of them by their titles, as the first screen has room for; all stand below."""
    more = f" and {len(gates) - NAMED} more" if len(gates) > NAMED else ""
    return "; ".join(gate.title for gate in gates[:NAMED]) + more


def gates(evidence: Evidence) -> str:
    """Every gate with its figure, interval, limit and meaning."""
    rows = [
        [
            tag("b", text(gate.title)) + "<br>" + text(gate.means),
            tag("span", text(STATES[gate.verdict]), css=f"state {gate.verdict}"),
            _pictured(gate),
            text(MEASURED_ON[gate.measured_on]),
            number(gate.figure),
            _interval(gate),
            _limit(gate),
        ]
        for gate in evidence.gates
    ]
    return section(
        "gates",
        "The gates",
        paragraph(
            "A gate passes where the whole interval stays within its limit, refuses where even its "
            "favourable end does not, and is not shown in between: the table is then too small to tell. "
            f"The error rate, {evidence.alpha:.2%}, is set for all gates together, so these intervals are "
            f"wider than those elsewhere on this page.{_own_rate(evidence.alpha)}"
            + (" Where twin and raw pool are judged, the worse of the two counts." if evidence.made else "")
        ),
        table(
            ["Gate", "verdict", "drawn", "measured on", "figure", "interval", "limit"],
            rows,
            "In the pictures the dot is the figure, the line its interval, the thick bar the limit, dashes 0",
            numeric=3,
        ),
    )


def _interval(gate: Gate) -> str:
    return "–" if gate.interval is None else " to ".join(number(end) for end in gate.interval)


def _own_rate(alpha: float) -> str:
    shipped = shipped_limits().alpha
    return "" if alpha == shipped else f" It was set for this run; tabtwin's own is {shipped:.0%}."


def _limit(gate: Gate) -> str:
    limit = f"{gate.limit:g}" if gate.lower is None else f"{gate.lower:g} to {gate.limit:g}"
    limit = limit.replace("-", "−")
    return limit if gate.default is None else f"{limit} (set for this run; tabtwin's own: {gate.default:g})"


def _pictured(gate: Gate) -> str:
    if gate.figure is None or gate.interval is None:
        return "–"
    limits = [gate.limit] if gate.lower is None else [gate.lower, gate.limit]
    title = f"{gate.title}: {number(gate.figure)}, interval {_interval(gate)}, limit {gate.limit:g}"
    return svg.interval(gate.figure, *gate.interval, limits, title)
