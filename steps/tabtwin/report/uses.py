"""Which uses the report's figures argue for, and which they do not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tabtwin.evaluation.utility.results import Utility
from tabtwin.report.evidence import Evidence
from tabtwin.report.html import bullets, number, percent, tag, text, with_interval

LIKE = 0.1
"""The likeness, and the end of its interval, up to which statistics of the twin stand for the source's."""
NEAR = 0.05
"""Part of what real rows teach, beyond guessing, by which a model trained on the twin may fall short."""
LEARNABLE = 0.02
"""By how much models of real rows must beat guessing for a comparison to say anything."""
SOFTWARE = "Building and testing software that reads the table: columns, types and formats are the source's."
SOFTWARE_OF_ANY = (
    "Building and testing software that reads the columns compared here: their cells could be read as the "
    "source's are. Formats and other columns were not compared."
)
NEVER = (
    "For no decision about a person: no row of the twin is anybody's.",
    """For no count of what few people share: values that fewer subjects hold than protection asks are hidden,
    and rare combinations are made anew.""",
)
NEVER_OF_ANY = (
    "For no decision about a person: whether a row of the twin is somebody's, its maker alone can say.",
    "For no count of what few people share: no figure here tells how true the twin is to so few.",
)


def uses(evidence: Evidence) -> str:
    """Both lists, in plain words; only what is not argued for where the twin is refused."""
    figures, models = _figures(evidence.audit["control"]["likeness"]), _models(evidence.utility)
    argued = [line for good, line in (figures, models) if good]
    doubted = [line for good, line in (figures, models) if not good]
    argued.append(SOFTWARE if evidence.made else SOFTWARE_OF_ANY)
    never = NEVER if evidence.made else NEVER_OF_ANY
    against = bullets([*doubted, *never])
    if evidence.refused:
        return tag("h2", text("What these figures do not argue for")) + against
    return (
        tag("h2", text("What these figures argue for"))
        + bullets(argued)
        + tag("h2", text("What they do not argue for"))
        + against
    )


def _figures(likeness: Mapping[str, Any] | None) -> tuple[bool, str]:
    """Whether statistics of the twin stand for the source's, and in which words; whatever the gates allow."""
    if likeness is None or likeness.get("value") is None:
        return False, (
            "Describing the source: no likeness could be measured, so check each figure that you take from "
            "the twin against the pictures below."
        )
    found = f"likeness {with_interval(likeness, 2)}, where 0 is a fresh sample and 1 a shuffle of the columns"
    if max(likeness["value"], likeness["high"]) <= LIKE:
        return True, (
            "Describing the source: shares, averages and links of two or three columns come out nearly as in "
            f"a fresh sample of it ({found})."
        )
    return False, (
        "Describing the source: it was not shown that shares and links between columns are those of a fresh "
        f"sample ({found}); check each figure that you take from the twin against the pictures below."
    )


def _models(found: Utility) -> tuple[bool, str]:
    """Whether models may be developed on the twin, and in which words."""
    main = (found["metrics"] or [None])[0]
    synthetic, real = (
        trained["mean"].get(main) if (trained := found["trained_on"].get(name)) else None
        for name in ("synthetic", "real")
    )
    guessing = _guessing(found, main)
    if synthetic is None or real is None or guessing is None:
        return False, "Training models: nothing was shown, since none could be trained and judged."
    said = (
        f"a model trained on the twin scores {number(synthetic, 3)} on unseen real rows, one trained on real "
        f"rows {number(real, 3)} (a difference of {number(real - synthetic, 3)}), guessing "
        f"{number(guessing, 3)}"
    )
    if real - guessing <= LEARNABLE:
        return False, (
            f"Models that predict {found['target']}: nothing was shown, since real rows teach next to "
            f"nothing about it; {said}."
        )
    short = (real - synthetic) / (real - guessing)
    if short <= NEAR:
        return True, f"Developing and comparing models that predict {found['target']}: {said}."
    return False, (
        f"Models that predict {found['target']}: {said}. The twin loses {percent(short)} of what real rows "
        "teach beyond guessing."
    )


def _guessing(found: Utility, metric: str | None) -> float | None:
    """What one who looks at no feature scores; the AUC of that is .5 whatever the shares of the classes."""
    if metric == "auc":
        return 0.5
    value = (found["baseline"] or {}).get(metric)
    return None if value is None else float(value)
