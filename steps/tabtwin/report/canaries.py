"""The report's part on canaries: what was planted, whether it could be told, and what so many can show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tabtwin.evaluation.gates.definitions import NOTHING
from tabtwin.report.evidence import Evidence
from tabtwin.report.html import count, number, paragraph, section, table, text, with_interval

TITLE = "Canaries"
SURE = 2.0
"""Standard errors from guessing at which an AUC is more than chance, about."""


def canaries(evidence: Evidence) -> str:
    """How well planted rows are told from held-back ones; nothing where none were planted."""
    found = evidence.audit["canaries"]
    if found is None:
        return ""
    planted, held_back = count(found["planted"]), count(found["held_back"])
    return section(
        "canaries",
        TITLE,
        paragraph(
            f"{planted} rows that nobody is were planted in training. Each cell of theirs is a value that "
            "may be put out, drawn from its column alone, and of several times as many such combinations "
            f"those furthest from any training row were taken. {held_back} rows drawn exactly alike were "
            "held back. Whoever can tell the two apart by the raw pool has found what the generator "
            "memorised of single rows: nothing else sets them apart."
        ),
        table(
            ["Figure", "planted", "held back"],
            [
                [text("rows"), planted, held_back],
                [
                    text("equal to a row of the raw pool"),
                    *(count(found["repeated"][side]) for side in ("planted", "held_back")),
                ],
            ],
            f"Canaries, and how many of them {count(found['pool'])} rows of the raw pool repeat",
            numeric=2,
        ),
        paragraph(_told(found)),
        paragraph(
            "Canaries stand apart from other rows, as the rarest real rows do, and those are the easiest to "
            "memorise: of rows in a crowd they say little. They are no real rows, so the twin is less like "
            "the table; utility, the hybrid table and the other attacks have none, and rows of the pool "
            "closest to a planted one were dropped. They are dealt to folds as any row is: a model that "
            "trains without a fold has not seen those in it. After Carlini et al. 2019 and Steinke et al. "
            "2023.",
            css="soft",
        ),
    )


def _told(found: Mapping[str, Any]) -> str:
    """The AUC, and from where on it would be more than chance."""
    least = NOTHING + SURE * found["chance"]
    return (
        f"AUC {with_interval(found['auc'], 3)}, 95 % interval: how often a planted row is closer to the "
        "pool, as a part of its distance to training, than a held-back one; .5 is guessing. Chance moves it "
        f"by {number(found['chance'], 3)} with so many rows, so memorising that keeps it below "
        f"{number(least, 2)} cannot be seen here."
    )


def reason(evidence: Evidence) -> str | None:
    """Why a twin is published only when told to; None where no canaries were planted."""
    found = evidence.audit["canaries"]
    if found is None:
        return None
    return (
        f"{count(found['planted'])} canaries were planted in training to measure memorising: such a twin is "
        "published only with --release-canaries."
    )
