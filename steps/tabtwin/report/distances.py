"""The report's part on distances and copies, of twin and raw pool, beside the control."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tabtwin.report.evidence import Evidence
from tabtwin.report.html import count, number, paragraph, percent, section, table, text, with_interval

SIDES = ("twin", "pool")


def distances(evidence: Evidence) -> str:
    """DCR share, crowding and copies, of twin and raw pool, beside the control."""
    audit = evidence.audit
    found, control = audit["distances"], audit["distances"]["control"]
    rows = [
        _row("leaning towards training: 0 as fresh rows, 1 as a copy", _of(found, "leaning")),
        _row("DCR share", _of(found, "dcr_share"), with_interval(control["dcr_share"])),
        _row(
            "NNDR below .1, to training minus to holdout", _of(found, "nndr"), with_interval(control["nndr"])
        ),
        _row("copies of training rows beyond chance", _of(audit["copies"], "surplus")),
        _row("equal to a training row | to one of as many holdout rows", _equal(audit["copies"])),
        _row("DCR share against the whole holdout", [with_interval(audit["dcr"][side]) for side in SIDES]),
        _row("NNDR ratio (information only)", _ratio(audit["nndr_ratio"])),
    ]
    headings = ["the twin", "the raw pool", "control: real rows"]
    if not evidence.made:  # a twin from elsewhere has no raw pool: the audit took the twin for it
        headings, rows = [headings[0], headings[2]], [[row[0], row[1], row[3]] for row in rows]
    return section(
        "distances",
        "Distances and copies",
        paragraph(
            "DCR share is the share of rows that lie closer to a training row than to one of as many unseen "
            "rows; a twin that remembers nothing has what the control has, which is not exactly .5. NNDR is "
            "the distance to the closest row by that to the next; below .1 a row points at one person's "
            "record. Above 0 the twin crowds training rows, below 0 it leaves a hole around them, and either "
            "tells on them. The control is half of the holdout, taken as a twin."
        ),
        table(
            ["Figure", *headings],
            rows,
            f"Means of {found['trials']} trials, {count(found['rows'])} rows of each side; 95 % intervals",
            numeric=len(headings),
        ),
        paragraph(
            "Screening makes the twin's distances look good by construction, so the raw pool is measured as "
            "well, and the worse of the two counts at the gates.",
            css="soft",
        )
        if evidence.made
        else "",
    )


def _row(label: str, sides: Sequence[str], control: str = "–") -> list[str]:
    return [text(label), *map(text, sides), text(control)]


def _of(figures: Mapping[str, Any], key: str) -> list[str]:
    return [with_interval(figures[side][key]) for side in SIDES]


def _equal(copies: Mapping[str, Any]) -> list[str]:
    shares = [copies[side]["equal"] for side in SIDES]
    return [f"{percent(share['training'])} | {percent(share['holdout'])}" for share in shares]


def _ratio(ratios: Mapping[str, Any]) -> list[str]:
    return [f"{number(ratios[side]['mean'], 2)} ± {number(ratios[side]['sd'], 2)}" for side in SIDES]
