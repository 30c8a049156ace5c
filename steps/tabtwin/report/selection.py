"""The report's part on how the twin's rows were chosen from the pool, and what that changed."""

from __future__ import annotations

from tabtwin.evaluation.fidelity.accuracy import ORDERS
from tabtwin.report.evidence import Making
from tabtwin.report.html import bullets, count, number, paragraph, percent, section, table, text
from tabtwin.selection.results import Refined

STOPPED = {
    "nothing to swap": "None were tried: a balanced block is near enough, or --swaps is 0.",
    "steps used up": "Swapping ended with its budget (--swaps).",
    "no better rows found": "Swapping ended since hardly any swap helped any more.",
}


def chosen(made: Making) -> str:
    """From what the rows were chosen, how near their tables came, and what fitting costs."""
    refine = made.refine
    start, swaps = refine["start"], refine["swaps"]
    origin = "whole balanced blocks of one model" if start["blocks"] else "no rows"
    singles, pairs, triples = refine["tables"]
    scores = [
        [text(name), number(refine["before"][name]), number(refine["after"][name])]
        for name in ("overall", *ORDERS)
    ]
    worst = [
        [text(entry["column"]), number(entry["before"]), number(entry["after"])] for entry in refine["worst"]
    ]
    return section(
        "chosen",
        "How its rows were chosen",
        paragraph(
            f"{count(refine['rows'])} of {count(refine['screened'])} screened rows, so that {count(singles)} "
            f"one-way, {count(pairs)} two-way and {count(triples)} three-way tables come near "
            f"{_aim(refine)}. Choosing started from {origin}, kept {count(start['kept'])} rows of them, "
            f"filled {count(start['filled'])} in, and swapped {count(swaps['done'])} in "
            f"{count(swaps['tried'])} tries. {STOPPED[swaps['stopped']]}"
        ),
        bullets([*_price(refine), *_shares(refine)]),
        table(
            ["Tables", "a plain draw", "the twin"],
            scores,
            "Accuracy against what was aimed at: 1 − total variation, mean over tables",
            numeric=2,
        ),
        table(
            ["Column", "a plain draw", "the twin"],
            worst,
            "The columns that stay furthest from it, by their one- and two-way tables",
            numeric=2,
        ),
    )


def _aim(refine: Refined) -> str:
    fit = refine["fit"]
    if not fit:
        return "the raw pool's own"
    if fit == 1:
        return "training's own"
    return f"a mixture: {percent(fit, 0)} training's own, {percent(1 - fit, 0)} the raw pool's"


def _price(refine: Refined) -> list[str]:
    if not refine["fit"]:
        return ["No table of training was looked at: choosing told nothing that the models had not told."]
    cost = (
        f"--fit {refine['fit']:g} looked at training's own tables. That tells of training's rows what no "
        "distance shows; the tracing attack measures it. In trials .001 of accuracy on unseen rows cost .005 "
        "of the attack's AUC."
    )
    return [cost]


def _shares(refine: Refined) -> list[str]:
    share = refine["share"]
    if not share:
        return []
    asked = ", ".join(f"{value}: {percent(part, 1)}" for value, part in share["values"].items())
    said = (
        f"Other shares of {share['column']} were asked for ({asked}). Closeness is measured on rows of the "
        "twin drawn to the table's own shares; attacks are run against all of it."
    )
    return [said]
