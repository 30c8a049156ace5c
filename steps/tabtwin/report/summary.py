"""The report's first screen: may the twin be shared, how close is it, how private, what was not shown?"""

from __future__ import annotations

from tabtwin.evaluation.audit_result import AuditResult
from tabtwin.evaluation.gates.definitions import NOTHING
from tabtwin.evaluation.gates.verdicts import Gate
from tabtwin.report import canaries, disclosure, history
from tabtwin.report.closeness import likeness_line
from tabtwin.report.evidence import Evidence
from tabtwin.report.html import bullets, count, number, paragraph, percent, tag, text, with_interval
from tabtwin.report.uses import LIKE, uses
from tabtwin.report.verdict import by_verdict, reasons, verdict

ATTACKS = ("tracing", "nearest", "density", "learned")
"""The gates whose figure is the AUC of an attack on all rows."""
CLOSENESS = ("likeness", "discriminator")
"""The gates that say nothing of privacy."""

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


def opening(evidence: Evidence, *, private: bool) -> str:
    """Title, verdict and three answers on one screen; then reasons, uses, limits, and the way to the rest."""
    facts = evidence.facts
    size = f"{count(evidence.audit['rows']['synthetic'])} synthetic rows, {count(facts['columns'])} columns"
    origin = "made from" if evidence.made else "judged by"
    kind = " Private: with seed and digests, keep it with the table." if private else ""
    return (
        tag("h1", text("tabtwin report: a synthetic twin"))
        + paragraph(
            f"{size}, {origin} {count(facts['rows'])} real rows.{_releases(evidence)}{kind}", css="soft"
        )
        + verdict(evidence)
        + tag("div", _close(evidence.audit), _private(evidence), _unshown(evidence), css="cards")
        + _contents(evidence, private=private)
        + reasons(evidence)
        + uses(evidence)
        + tag("h2", text("What this report does not show"), id="not-shown")
        + bullets(
            [
                *_carried(evidence),
                *history.reasons(evidence),
                *NOT_SHOWN,
                MADE_ANEW if evidence.made else LINKS,
            ]
        )
    )


def _releases(evidence: Evidence) -> str:
    """Which of several releases this is; they are judged together."""
    if len(evidence.releases) < 2:
        return ""
    return (
        f" Release {len(evidence.releases)} of this twin: {count(evidence.releases[-1])} rows beside the "
        f"{count(sum(evidence.releases[:-1]))} that were released before. All are judged together."
    )


def _close(audit: AuditResult) -> str:
    """Where the twin stands between a shuffle and fresh real rows, in words and as a picture."""
    return _card("How close is it?", _distance(audit), _likeness(audit), likeness_line(audit))


def _distance(audit: AuditResult) -> str:
    control, likeness = audit["control"], audit["control"]["likeness"]
    if likeness is None or likeness.get("value") is None:
        return f"Discriminator: AUC {number(audit['discriminator']['value'], 3)}"
    if control["twin"]["value"] < control["shuffle"]["value"]:
        return "Further than shuffled columns"
    if max(likeness["value"], likeness["high"]) <= LIKE:
        return "Nearly as fresh real rows"
    return f"{percent(likeness['value'], 0)} of the way to a shuffle"


def _likeness(audit: AuditResult) -> str:
    likeness = audit["control"]["likeness"]
    if likeness is None or likeness.get("value") is None:
        return (
            "0.5 is a coin, 1 always right. Accuracy cannot tell here: a shuffle has nearly real rows' own."
        )
    return (
        f"Likeness {with_interval(likeness, 2)}: 0 is a fresh sample, 1 a shuffle. Accuracy on unseen rows:"
    )


def _private(evidence: Evidence) -> str:
    """How many gates on privacy refuse, or what the attack found that found most; and copies."""
    gates = {gate.name: gate for gate in evidence.gates if gate.name not in CLOSENESS}
    refused = sum(gate.verdict == "refused" for gate in gates.values())
    tried = [gates[name] for name in ATTACKS if name in gates and gates[name].figure is not None]
    copies = gates["copies"].figure
    said = f"Copies beyond chance: {'none' if copies is not None and copies <= 0 else percent(copies)}."
    found = f"{percent(max(map(_right, tried)))} right, guessing 50 %" if tried else "No attack could be run"
    attack = f"The best of {len(tried)} attacks at telling rows trained on from unseen ones"
    if refused:
        words = f"{attack}: {found}." if tried else f"{found}."
        return _card(
            "How private is it?", f"{refused} of {len(gates)} privacy gates refuse", f"{words} {said}"
        )
    words = f"{attack}." if tried else "The holdout is too small."
    return _card("How private is it?", found, f"{words} {said}")


def _right(gate: Gate) -> float:
    """How often an attacker is right who knows which way the attack errs."""
    assert gate.figure is not None
    return NOTHING + abs(gate.figure - NOTHING)


def _unshown(evidence: Evidence) -> str:
    """Which gates could not tell, and what none can."""
    unshown = by_verdict(evidence, "not_shown")
    answer = (
        f"{len(unshown)} of {len(evidence.gates)} gates could not tell"
        if unshown
        else f"Each of {len(evidence.gates)} gates could tell"
    )
    found = evidence.carried
    apart = f"{len(found.not_compared)} columns were not compared. " if found and found.not_compared else ""
    limits = f"{apart}No formal guarantee: this is not differential privacy, and other attacks may find more."
    more = tag(
        "p", text(limits + " "), tag("a", text("All that is not shown"), href="#not-shown"), css="soft"
    )
    return _card("What was not shown?", answer, "", more)


def _carried(evidence: Evidence) -> list[str]:
    return disclosure.reasons(evidence.carried) if evidence.carried else []


def _card(question: str, answer: str, words: str, more: str = "") -> str:
    said = paragraph(words, css="soft") if words else ""
    return tag("div", tag("h2", text(question)), tag("b", text(answer)), said, more, css="card")


def _has_defects(evidence: Evidence) -> bool:
    found = evidence.carried
    return bool(found and (found.defects or found.lacking))


def _contents(evidence: Evidence, *, private: bool) -> str:
    parts = {
        "gates": "Gates", "likeness": "Closeness", "columns": "Columns", "dependence": "Links",
        "distances": "Distances", "attacks": "Attacks", "canaries": canaries.TITLE,
        "risks": "Risks to people", "defects": "Defects", "models": "Models",
        "dropped": "Dropped", "chosen": "Chosen",
        "utility": "Utility", "source": "Table and settings", "provenance": "Provenance",
    }  # fmt: skip
    left_out = (
        *(() if evidence.made else ("models", "dropped", "chosen")),
        *(() if private else ("provenance",)),
        *(() if evidence.audit["canaries"] else ("canaries",)),
        *(() if _has_defects(evidence) else ("defects",)),
    )
    links = (
        tag("a", text(label), href=f"#{identifier}")
        for identifier, label in parts.items()
        if identifier not in left_out
    )
    return tag("nav", *links, aria_label="Contents")
