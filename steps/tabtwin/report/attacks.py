"""The report's part on membership attacks: what a holder of the twin could tell of who was trained on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tabtwin.report.evidence import Evidence
from tabtwin.report.html import count, number, paragraph, percent, section, table, text, with_interval

RATE = "0.01"
WORDS = {
    "tracing_1": "tracing by single columns: does a row fit the twin's counts better than fresh rows'?",
    "tracing_2": "tracing by pairs of columns",
    "tracing_3": "tracing by triples of columns",
    "nearest": "nearest row: how close is the closest row of the twin?",
    "relative": "relative distance: is a twin row closer to it than to any fresh row?",
    "density_1": "density ratio: is the twin denser around it than fresh rows are? By 1 neighbour",
    "density_2": "density ratio by 2 neighbours",
    "density_5": "density ratio by 5 neighbours",
    "density_10": "density ratio by 10 neighbours",
    "learned": "learned: a model shown some members and some others, and all figures above",
}


def attacks(evidence: Evidence) -> str:
    """Every attack's AUC beside its control, among the most exposed rows, and what it catches for sure."""
    found = evidence.audit["attacks"]
    if found is None:
        return section(
            "attacks", "Attacks", paragraph("The holdout holds too few subjects for attacks to be run.")
        )
    rows = [
        [
            text(words),
            with_interval(found["twin"][name]["auc"], 3),
            with_interval(found["control"][name]["auc"], 3),
            with_interval(found["twin"][name]["exposed"], 3),
            _caught(found["twin"][name]),
        ]
        for name, words in WORDS.items()
    ]
    return section(
        "attacks",
        "Attacks",
        paragraph(
            "Each attack asks of training rows and of unseen ones: was this row trained on? It holds the "
            "twin and fresh rows of the same source, as many as half of the holdout. AUC is how often it "
            "ranks a training row above an unseen one: .5 is guessing, 1 is certainty. Below .5 tells as "
            "much: it is what a hole around training rows shows. The control is half of the holdout, "
            "taken as a twin."
        ),
        table(
            [
                "Attack",
                "AUC",
                "control: real rows",
                "among the rows that stand most alone",
                "caught for sure",
            ],
            rows,
            f"{count(found['rows']['training'])} training and {count(found['rows']['holdout'])} unseen rows "
            "attacked; 95 % intervals",
            numeric=4,
        ),
        paragraph(_nearly(found["twin"]["relative"]["near"])),
        paragraph(
            "Caught for sure: the share of training rows among the highest (and, after the bar, the lowest) "
            "scores where 1 % of unseen rows are, less that 1 %; a dash where the holdout is too small to "
            "say. The rows that stand most alone are the tenth that is furthest from fresh rows. Sources: "
            "Homer et al. 2008 and Dwork et al. 2015 (tracing), Chen et al. 2020 (nearest row), van Breugel "
            "et al. 2023 (density ratio), DeLong et al. 1988 and Obuchowski 1997 (intervals). Other attacks "
            "may find more: these show what they show, and no more.",
            css="soft",
        ),
    )


def _nearly(found: Mapping[str, Any]) -> str:
    training, unseen = (percent(found[side]) for side in ("training", "holdout"))
    return (
        f"The twin comes ten times nearer than other real rows do to {training} of training rows and to "
        f"{unseen} of unseen ones: more of training's are near copies, fewer a hole around them."
    )


def _caught(found: Mapping[str, Any]) -> str:
    above, below = found["above"][RATE], found["below"][RATE]
    if above is None or below is None:
        return number(None)
    return f"{percent(above['value'])} | {percent(below['value'])}"
