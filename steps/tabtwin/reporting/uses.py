"""Which uses the report's figures argue for, and which they do not."""

from __future__ import annotations

from tabtwin.reporting.evidence import Evidence
from tabtwin.reporting.page import bullets, number, percent, tag, text

NEAR = 0.02
"""Part of a score by which a model trained on the twin may fall short of one trained on real rows."""
CLOSE = ("likeness", "discriminator")
NEVER = (
    "For no decision about a person: no row of the twin is anybody's.",
    """For no count of what few people share: values that fewer subjects hold than protection asks are hidden,
    and rare combinations are made anew.""",
)


def uses(evidence: Evidence) -> str:
    """Both lists, in plain words."""
    shown = {gate.name: gate.verdict for gate in evidence.gates}
    close = all(shown[name] == "passed" for name in CLOSE if name in shown)
    figures, models = _figures(close), _models(evidence)
    argued = [line for good, line in (figures, models) if good]
    doubted = [line for good, line in (figures, models) if not good]
    argued.append(
        "Building and testing software that reads the table: columns, types and formats are the source's."
    )
    return (
        tag("h3", text("What these figures argue for"))
        + bullets(argued)
        + tag("h3", text("What they do not argue for"))
        + bullets([*doubted, *NEVER])
    )


def _figures(close: bool) -> tuple[bool, str]:
    """Whether statistics of the twin stand for the source's, and in which words."""
    if close:
        return True, (
            "Describing the source: shares, averages and links of two or three columns come out as in a "
            "fresh sample of it, within the spread that the accuracy on unseen rows shows."
        )
    return False, (
        "Describing the source: it was not shown that shares and links between columns are those of a fresh "
        "sample; check each figure that you take from the twin against the pictures below."
    )


def _models(evidence: Evidence) -> tuple[bool, str]:
    """Whether models may be developed on the twin, and in which words."""
    found = evidence.utility
    main = (found["metrics"] or [None])[0]
    scores = [
        trained["mean"].get(main) if (trained := found["trained_on"].get(name)) else None
        for name in ("synthetic", "real")
    ]
    if scores[0] is None or scores[1] is None or scores[1] <= 0:
        return False, "Training models: nothing was shown, since none could be trained and judged."
    short = 1 - scores[0] / scores[1]
    said = (
        f"a model trained on the twin scores {number(scores[0], 3)} on unseen real rows, one trained on real "
        f"rows {number(scores[1], 3)}"
    )
    if short <= NEAR:
        return True, f"Developing and comparing models that predict {found['target']}: {said}."
    return False, f"Models that predict {found['target']}: {said}, {percent(short)} more."
