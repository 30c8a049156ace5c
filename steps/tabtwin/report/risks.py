"""The report's part on what a holder of the twin could do: single out, link, infer, and rare combinations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tabtwin.report.evidence import Evidence
from tabtwin.report.html import count, paragraph, percent, section, table, tag, text

SHOWN_COLUMNS = 10
WORDS = {
    "singling_out_univariate": "singling out by one column: a value that the twin holds once, or a column's "
    "least or greatest; does exactly one person have it?",
    "singling_out_multivariate": "singling out by three columns: what one row of the twin has alone; does "
    "exactly one person have it?",
    "linkability_1": "linkability: have two halves of a person's columns one and the same closest row of the "
    "twin, so that they can be put together?",
    "linkability_10": "linkability by the 10 closest rows: do those of the two halves share one?",
    "inference": "attribute inference: is a cell that of the twin row which is closest in all other columns?",
}
HEADINGS = ["risk", "right of training", "right of unseen", "random guesses", "control: real rows"]


def risks(evidence: Evidence) -> str:
    """Every risk beside its rates, what guessing at random reaches, and the same of a twin of real rows."""
    audit = evidence.audit
    return section("risks", "Risks to people", *_attacks(audit["risks"]), *_rare(audit["combinations"]))


def _attacks(found: Mapping[str, Any] | None) -> tuple[str, ...]:
    if found is None:
        return (paragraph("The holdout holds too few subjects for these attacks to be run."),)
    twin, control = found["twin"], found["control"]
    rows = [[text(words), *_figures(twin[name], control[name])] for name, words in WORDS.items()]
    columns = sorted(twin["columns"], key=lambda name: (-_order(twin["columns"][name]), name))
    worst = [
        [text(name), *_figures(twin["columns"][name], control["columns"].get(name))]
        for name in columns[:SHOWN_COLUMNS]
    ]
    asked = f"{count(found['rows']['training'])} training and {count(found['rows']['holdout'])} unseen rows"
    return (
        paragraph(
            "Each attack guesses something of a person by way of the twin. What is right of people whom the "
            "generator never saw is what the twin says of everybody. The risk is what is right of training "
            "beyond that, as a part of what could be: 0 where those who were trained on stand no worse than "
            "others, 1 where all of them are guessed, below 0 where others are guessed better. The control "
            "is half of the holdout, taken as a twin."
        ),
        table(["Attack", *HEADINGS], rows, f"{asked}; 95 % intervals", numeric=len(HEADINGS)),
        paragraph(
            "A dash stands where no guess could be made. Where several rows are one person's, guesses and "
            "intervals go by person. Unseen people are fewer than training's; singling out counts them as "
            "so many. Source: Giomi et al. 2023 (attacks and risk), Wilson 1927 and Donner and Zou 2012 "
            "(intervals).",
            css="soft",
        ),
        *((tag("h3", text("Which cells can be inferred")), _columns(worst, len(columns))) if worst else ()),
    )


def _columns(rows: list[list[str]], all_columns: int) -> str:
    caption = f"The {count(len(rows))} of {count(all_columns)} columns asked whose risk is highest"
    return table(["Column", *HEADINGS], rows, caption, numeric=len(HEADINGS))


def _figures(found: Mapping[str, Any] | None, control: Mapping[str, Any] | None) -> list[str]:
    if found is None:
        return [percent(None)] * (len(HEADINGS) - 1) + [_interval(control)]
    rates = (percent(found[side]["share"]) for side in ("training", "holdout"))
    return [_interval(found), *rates, percent(found["baseline"]), _interval(control)]


def _interval(found: Mapping[str, Any] | None) -> str:
    if found is None or found["risk"]["value"] is None:
        return percent(None)
    low, high = (percent(found["risk"][end]) for end in ("low", "high"))
    return f"{percent(found['risk']['value'])} ({low} to {high})"


def _order(found: Mapping[str, Any]) -> float:
    value = found["risk"]["value"]
    return -1.0 if value is None else float(value)


def _rare(found: Mapping[str, Any] | None) -> tuple[str, ...]:
    heading = tag("h3", text("Rare combinations"))
    if found is None:
        return heading, paragraph(
            "No quasi-identifiers are declared, so nothing was counted: only who knows the table can say by "
            "which columns its people may be found elsewhere. Declare them in --schema: "
            '"quasi_identifiers": ["zip", "birth_date", "sex"].'
        )
    left_out = (
        f"{', '.join(found['left_out'])}: constant or empty, and so left out. " if found["left_out"] else ""
    )
    if not found["columns"]:
        return heading, paragraph(f"{left_out}No quasi-identifier that was declared sets anybody apart.")
    rows = [
        [text(words), *(count(found[side][name]) for name in ("combinations", "in_twin", "subjects", "met"))]
        for side, words in (("training", "training"), ("holdout", "unseen people, the control"))
    ]
    headings = ["held by", "rare combinations", "of these in the twin", "people", "of these met in the twin"]
    twin = found["twin"]
    return (
        heading,
        paragraph(
            f"Combinations of {', '.join(found['columns'])}, compared exactly; rare: held by fewer than "
            f"{found['k']} people of training and holdout together. A twin meets some by chance, so unseen "
            f"people stand beside training's. {left_out}{_lead(found['difference'])}"
        ),
        table(
            headings,
            rows,
            f"{count(twin['rare'])} of {count(twin['rows'])} rows of the twin hold a rare one of training. A "
            "dash stands for fewer than five, which the public report withholds",
            numeric=len(headings) - 1,
        ),
    )


def _lead(difference: Mapping[str, Any] | None) -> str:
    if difference is None:
        return "No difference is given: nobody, or too few to be told of, hold a rare one."
    low, high = percent(difference["low"]), percent(difference["high"])
    return (
        f"Of training's people with a rare one, {percent(difference['rates'][0]['share'])} are met, of "
        f"unseen ones {percent(difference['rates'][1]['share'])}: a difference of "
        f"{percent(difference['value'])} ({low} to {high})."
    )
