"""The report's part on what screening dropped, and how near to training rows it left the twin's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tabtwin.report import disclosure_control, svg
from tabtwin.report.evidence import Making
from tabtwin.report.html import count, paragraph, percent, section, table, tag, text

RULES = {
    "copy": "copies of training rows, beyond the rate at which training rows equal one another",
    "dcr": "rows closer to a training row than --min-dcr",
    "nndr": "rows of a low NNDR, beyond what training shows leaving one out",
    "crowd": "rows close to a training row, beyond what training shows leaving one out",
    "canary": "rows closer to a planted canary than to any training row",
}
CUTOFF_RULES = RULES | {"nndr": "rows of an NNDR below --min-nndr"}


def dropped(made: Making) -> str:
    """What screening dropped, beside what it would have dropped of training itself."""
    screen = made.screen
    rows_of, settings = screen["rows"], screen["settings"]
    pool = rows_of["compared"]
    rules = CUTOFF_RULES if settings["mode"] == "cutoff" else RULES
    rows = [
        [text(meaning), count(screen["dropped"][rule]), _part(screen["dropped"][rule], pool),
         percent(screen["training_dropped"].get(rule))]
        for rule, meaning in rules.items() if rule in screen["dropped"]
    ]  # fmt: skip
    return section(
        "dropped",
        "What was dropped, and why",
        paragraph(
            f"{count(rows_of['pool'])} rows were sampled{_never(rows_of)}; {count(rows_of['kept'])} were "
            "left after screening "
            f"(--screen {settings['mode']}, --dcr-scale {settings['scale']}, --min-dcr "
            f"{settings['min_dcr']:g}, --min-nndr {settings['min_nndr']:g}), and "
            f"{count(rows_of['wanted'])} of them make the twin."
        ),
        table(
            ["Rule", "rows", "of the pool", "of training"],
            rows,
            "The last column is what the same rule would drop of training rows, leaving one out: the price "
            "honest rows would pay (– where fewer than 5 rows stand behind it)",
            numeric=3,
        ),
        paragraph(
            "How near rows stand to training rows: training's own (filled), leaving one out, and the twin's "
            "candidates after screening (outline). A dent of the outline at the left is a hole around "
            "training rows; a bulge is a crowd."
        ),
        tag(
            "div",
            _nearness(made.screen["nndr"], "NNDR"),
            _nearness(made.screen["dcr"], "DCR"),
            css="pictures",
        ),
    )


def _part(rows: int | None, pool: int) -> str:
    return percent(None if rows is None else rows / max(1, pool))


def _never(rows: Mapping[str, Any]) -> str:
    never = rows["pool"] - rows["compared"]
    return f", of which {count(never)} were never compared with training rows and left out" if never else ""


def _nearness(histogram: Mapping[str, Any], label: str) -> str:
    """Training's own nearness (filled) and that of the rows kept (outline)."""
    edges = histogram["edges"]
    real, kept = (disclosure_control.shares(histogram[name]) for name in ("training", "kept"))
    lowest = " and ".join(
        f"{percent(part[0])} of the {rows}" for part, rows in ((real, "former"), (kept, "latter"))
    )
    title = (
        f"{label} of training rows, leaving one out, and of the rows kept, by bins from 0 to "
        f"{edges[-1]:g} and beyond; the lowest bin, up to {edges[1]:g}, holds {lowest} (– where withheld)"
    )
    picture = svg.histogram(real, kept, "0", f"{edges[-1]:g} ≤", title)
    return tag("figure", tag("figcaption", tag("b", text(label))), picture)
