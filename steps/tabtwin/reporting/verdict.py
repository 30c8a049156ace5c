"""The report's first screen and its gates: may this twin be shared, how close is it, what was not shown?"""

from __future__ import annotations

from tabtwin.measures.gates import Gate, Verdict
from tabtwin.measures.limits import shipped_limits
from tabtwin.reporting import canaries, carried, plots
from tabtwin.reporting.closeness import likeness_line, likeness_words
from tabtwin.reporting.evidence import Evidence
from tabtwin.reporting.page import bullets, count, number, paragraph, section, table, tag, text
from tabtwin.reporting.uses import uses

STATES: dict[Verdict, str] = {"passed": "✓ passed", "not_shown": "? not shown", "refused": "✗ refused"}
FOREMOST = ("copies", "dcr", "tracing", "canaries")
"""The gates of privacy that the first screen shows; all stand below."""
TABLE = "the table is too small"
TOO_LITTLE = {"canaries": "too few canaries were planted"}
"""Why a gate could not tell, where that is not the table's size."""
MEASURED_ON = {"twin": "the twin", "pool": "the raw pool"}

MADE_ANEW = (
    "Nothing on links to other tables beyond the attacks that were run: keys are made anew, but rare "
    "combinations of columns are not hidden one by one."
)
LINKS = (
    "Nothing on links to other tables beyond the attacks that were run: keys were only compared with those "
    "of training, and what the twin says of rare combinations of columns is as its maker left it."
)
NOT_SHOWN = (
    """No formal guarantee: this is not differential privacy. A determined attacker with other knowledge may
    still learn something of somebody.""",
    """No bound on membership: the attacks that were run show what they found, and others may find more.""",
    """Nothing on what is true of everybody: if the table says that a group behaves in some way, so does the
    twin, and that may concern people in that group.""",
    """Nothing on later use: another twin of the same rows, or another release of them, adds to what is
    known.""",
)


def by_verdict(evidence: Evidence, wanted: Verdict) -> list[Gate]:
    """The gates of one verdict."""
    return [gate for gate in evidence.gates if gate.verdict == wanted]


def verdict(evidence: Evidence) -> str:
    """The answer, in one line and its reasons."""
    refused, unshown = by_verdict(evidence, "refused"), by_verdict(evidence, "not_shown")
    total, passed = len(evidence.gates), len(by_verdict(evidence, "passed"))
    reasons = [f"{gate.title}: refused. {gate.remedy}" for gate in refused]
    reasons += [f"{gate.title}: not shown; {TOO_LITTLE.get(gate.name, TABLE)} to tell." for gate in unshown]
    if evidence.refused:
        answer, css = "Do not share this twin.", "refused"
        if evidence.strict and not refused and unshown:
            reasons.append("--strict refuses what is not shown.")
        if evidence.made:
            reasons.append("Nothing was published.")
    elif unshown:
        answer, css = "No gate refuses this twin, but not everything could be shown.", "unshown"
        reasons.append("Whoever shares the twin decides whether that is enough.")
    else:
        answer, css = "All gates passed: this twin may be shared, within what was measured.", "passed"
        reasons.append("What the gates do not show stands below.")
    reasons += carried.reasons(evidence.carried) if evidence.carried else []
    planted = canaries.reason(evidence)
    reasons += [planted] if planted else []
    reasons.append(f"{passed} of {total} gates passed.")
    return tag("div", tag("b", text(answer)), *map(paragraph, reasons), css=f"verdict {css}")


def cards(evidence: Evidence) -> str:
    """Closeness, privacy and what is missing, each in a figure and a sentence."""
    audit = evidence.audit
    control = audit["control"]
    twin, fresh, shuffle = (control[name]["value"] for name in ("twin", "training", "shuffle"))
    closest = f"Fresh real rows score {number(fresh)} and shuffled columns {number(shuffle)}."
    return tag(
        "div",
        _card("How close? Accuracy on unseen rows", number(twin), f"{closest} {likeness_words(audit)}"),
        *(
            _card(
                gate.title,
                number(gate.figure),
                f"{gate.means} Limit {gate.limit:g}, interval {_interval(gate)}.",
            )
            for gate in evidence.gates
            if gate.name in FOREMOST
        ),
        css="cards",
    )


def opening(evidence: Evidence, *, private: bool) -> str:
    """Title, verdict, the three figures, and the way to the rest."""
    facts = evidence.facts
    size = f"{count(evidence.audit['rows']['synthetic'])} synthetic rows, {count(facts['columns'])} columns"
    origin = "made from" if evidence.made else "judged by"
    kind = "Private report: it holds the seed and digests, so keep it with the table." if private else ""
    return (
        tag("h1", text("tabtwin report: a synthetic twin of a table"))
        + paragraph(f"{size}, {origin} {count(facts['rows'])} real rows.{_releases(evidence)}", css="soft")
        + (tag("div", text(kind), css="banner") if kind else "")
        + verdict(evidence)
        + cards(evidence)
        + likeness_line(evidence.audit)
        + uses(evidence)
        + tag("h3", text("What this report does not show"))
        + bullets([*NOT_SHOWN, MADE_ANEW if evidence.made else LINKS])
        + _contents(evidence, private=private)
    )


def _releases(evidence: Evidence) -> str:
    """Which of several releases this is; they are judged together."""
    if len(evidence.releases) < 2:
        return ""
    return (
        f" Release {len(evidence.releases)} of this twin: {count(evidence.releases[-1])} rows beside the "
        f"{count(sum(evidence.releases[:-1]))} that were released before. Every gate and every figure is of "
        "all of them together, as whoever holds them all has it."
    )


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
    return limit if gate.default is None else f"{limit} (set for this run; tabtwin's own: {gate.default:g})"


def _pictured(gate: Gate) -> str:
    if gate.figure is None or gate.interval is None:
        return "–"
    limits = [gate.limit] if gate.lower is None else [gate.lower, gate.limit]
    title = f"{gate.title}: {number(gate.figure)}, interval {_interval(gate)}, limit {gate.limit:g}"
    return plots.interval(gate.figure, *gate.interval, limits, title)


def _card(question: str, figure: str, words: str) -> str:
    return tag(
        "div",
        text(question),
        tag("span", text(figure), css="figure"),
        paragraph(words, css="soft"),
        css="card",
    )


def _contents(evidence: Evidence, *, private: bool) -> str:
    parts = {
        "gates": "Gates", "likeness": "Closeness", "columns": "Columns", "dependence": "Links",
        "distances": "Distances", "attacks": "Attacks", "canaries": canaries.TITLE,
        "risks": "Risks to people", "models": "Models", "dropped": "Dropped", "chosen": "Chosen",
        "utility": "Utility", "source": "Table and settings", "provenance": "Provenance",
    }  # fmt: skip
    left_out = (
        *(() if evidence.made else ("models", "dropped", "chosen")),
        *(() if private else ("provenance",)),
        *(() if evidence.audit["canaries"] else ("canaries",)),
    )
    links = (
        tag("a", text(label), href=f"#{identifier}")
        for identifier, label in parts.items()
        if identifier not in left_out
    )
    return tag("nav", *links, aria_label="Contents")
