"""The report's parts on how the twin was made and what it is good for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tabtwin.evaluation.utility.results import Hybrid
from tabtwin.preparation.notes import FEW
from tabtwin.report.evidence import Evidence, Making
from tabtwin.report.html import bullets, count, number, paragraph, section, table, tag, text
from tabtwin.store.artifacts import canonical

METRICS = {"auc": "AUC", "accuracy": "accuracy", "f1": "F1 (macro)", "r2": "R²"}
TRAINED_ON = {
    "real": "real training rows",
    "synthetic": "the twin",
    "hybrid": "hybrid: real + balanced synthetic",
}


def models(made: Making, *, private: bool) -> str:
    """Every model with its scores, its weight, and how many rows of the twin it made."""
    rows = []
    for model in made.weights["models"]:
        score = made.scores.get(model["name"], {})
        gave = made.refine["models"].get(model["name"], {})
        rows.append(
            [
                text(model["name"]) + (f"<br>{text(model['reason'])}" if model["reason"] else ""),
                number(model["quality"], 3),
                number(_at(score, "references", "unseen", "score"), 3),
                number(_at(score, "references", "noise", "score"), 3),
                number(_at(score, "diagnostic", "score"), 3),
                number(_at(score, "privacy", "DCRBaselineProtection", "score"), 3),
                number(_at(score, "privacy", "DCROverfittingProtection", "score"), 3),
                number(model["composite"], 3),
                number(model["weight"], 3),
                count(gave.get("rows", 0)),
            ]
        )
    headings = ["Model", "quality", "of fresh rows", "of noise", "diagnostic", "DCR baseline"]
    return section(
        "models",
        "The models behind it",
        paragraph(
            "Each model trained on four fifths of the training rows. SDMetrics scored a sample of it, beside "
            "the fifth that it did not see (fresh rows) and uniform noise. Quality, between noise and fresh "
            "rows, decides the weight; the privacy metrics, which reward noise, can only lower it."
            if all(model.get("scored", True) for model in made.weights["models"])
            else "No model was scored, since SDMetrics was not installed (the extra prize): they share alike."
        ),
        table(
            [*headings, "DCR overfitting", "composite", "weight", "rows of the twin"],
            rows,
            "SDMetrics' scores, 0 to 1; what they come to; how many rows the model gave",
            numeric=9,
        ),
        bullets([_lost(failure, private) for failure in made.weights["lost"]]),
    )


def _lost(failure: Mapping[str, Any], private: bool) -> str:
    """Why a model is missing; the reason may name places in the store."""
    line = f"{failure['name']} was lost: {failure['step']} ended with exit code {failure['code']}"
    return f"{line}: {failure['reason']}" if private else f"{line}."


def utility(evidence: Evidence) -> str:
    """What models learn from each table, and how the classes were balanced."""
    found = evidence.utility
    metrics = found["metrics"]
    rows = [
        [text(TRAINED_ON.get(name, name)), count(result["rows"] if result else None)]
        + [_scored(result, metric) for metric in metrics]
        for name, result in found["trained_on"].items()
    ]
    if found["baseline"]:
        guess = "always the commonest class" if found["task"] == "classification" else "always the mean"
        rows.append([text(guess), "–"] + [number(found["baseline"].get(metric), 3) for metric in metrics])
    target = "" if found["target"] is None else f" Target: {found['target']}."
    chosen = (
        " Nobody named one, so the most balanced column of few values was taken."
        if evidence.schema.chosen
        else ""
    )
    return section(
        "utility",
        "What it is good for",
        paragraph(
            "The same stacked model (XGBoost and LightGBM) was trained on each table and judged on "
            f"{count(found['holdout_rows'])} holdout rows that none of them held.{target}{chosen}"
        ),
        table(
            ["Trained on", "rows", *(METRICS.get(metric, metric) for metric in metrics)],
            rows,
            f"Mean ± standard deviation over {found['seeds']} seeds of the model, without the luck of the "
            "holdout or of the twin",
            numeric=1 + len(metrics),
        ),
        bullets(list(found["notes"])),
        _balanced(evidence.made.balance) if evidence.made else "",
    )


def _balanced(balance: Hybrid) -> str:
    """What the hybrid table was made of."""
    classes = [
        [text(entry["class"]), count(entry["synthetic"]), count(entry["balanced"])]
        for entry in balance["classes"]
    ]
    return (
        tag("h3", text("Balanced classes"))
        + paragraph(
            f"Method: {balance['method']}, on synthetic rows only. The hybrid table holds real rows: it is "
            "private and no part of the release."
        )
        + table(["Class", "twin", "balanced"], classes, "Rows by class of the target", numeric=2)
        + bullets(list(balance["notes"]))
    )


def source(evidence: Evidence) -> str:
    """The table, what protection changed, the settings and the versions."""
    facts = evidence.facts
    changed = [
        [text(name), f"fewer than {FEW}" if cells is None else count(cells)]
        for name, cells in facts.get("protected", {}).items()
        if cells != 0
    ]
    kinds = [[text(column.name), text(column.kind), text(column.why)] for column in evidence.schema.columns]
    settings = [[tag("code", text(name)), text(value)] for name, value in evidence.settings.items()]
    versions = [[text(name), text(version)] for name, version in evidence.versions.items()]
    held, moved = "sealed in the holdout, which only audit and utility read.", "moved or grouped"
    if not evidence.made:
        held, moved = "in the holdout, which the twin's maker is to have left alone.", "would move or group"
    return section(
        "source",
        "The table, settings and versions",
        paragraph(
            f"{count(facts['rows'])} rows and {count(facts['columns'])} columns: {count(facts['training'])} "
            f"rows to train on, {count(facts['holdout'])} {held}"
        ),
        bullets(list(facts["notes"])),
        table(["Column", "kind", "why"], kinds, "Columns, and how each was read"),
        table(["Column", "cells"], changed, f"Training cells that value protection {moved}", numeric=1),
        table(["Setting", "value"], settings, "Settings"),
        table(["Library", "version"], versions, "Versions"),
    )


def provenance(evidence: Evidence) -> str:
    """The seed, and where everything lies, with digests. Private."""
    tasks = evidence.private["tasks"]
    rows = [
        [text(name), tag("code", text(entry["where"])),
         "<br>".join(tag("code", text(" ".join(pair))) for pair in entry["files"].items())]
        for name, entry in tasks.items()
    ]  # fmt: skip
    inputs = canonical({name: entry["inputs"] for name, entry in tasks.items()}).decode()
    return section(
        "provenance",
        "Seed, digests, and where things lie (private)",
        paragraph(
            f"Seed {evidence.private['seed']}. With the seed or a digest of the source, anyone could "
            "confirm a guess about a row; neither stands in the public report."
        ),
        table(["Task", "under the store's prefix", "files and their SHA-256"], rows, "Outputs of this run"),
        tag("h3", text("Digests of every input")),
        tag("pre", tag("code", text(inputs)), css="scroll"),
    )


def _scored(result: Mapping[str, Any] | None, metric: str) -> str:
    if result is None or result["mean"].get(metric) is None:
        return "–"
    return f"{number(result['mean'][metric], 3)} ± {number(result['spread'][metric], 3)}"


def _at(tree: Mapping[str, Any], *path: str) -> float | None:
    """A figure down a path of keys, or ``None`` where it is not there."""
    found: Any = tree
    for key in path:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found if isinstance(found, (int, float)) else None
