"""The outputs of a run's steps, with an audit of examples, and a store that holds them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

import examples
from audited import SCHEMA, source
from examples import figure
from tabtwin.evaluation.attacks.results import Attacks
from tabtwin.evaluation.audit_result import AuditResult
from tabtwin.evaluation.fidelity.score_results import Score
from tabtwin.evaluation.risks.results import Risks
from tabtwin.evaluation.utility.results import Utility
from tabtwin.lib.frames import to_parquet
from tabtwin.protection.rare_values import fit_encoding
from tabtwin.report.evidence import Evidence
from tabtwin.report.metrics_model import Source
from tabtwin.schema.schema import Column, Schema
from tabtwin.store.artifacts import File, Manifest, Pointer, sha256, write_output
from tabtwin.store.run import Run
from tabtwin.store.store import Store

TRAINING, HOLDOUT = 2_000, 1_000
SEED = 987_001
NASTY = "<script>alert('age')</script>"
SECRET = "Zyxomarkle"
PLACE = "s3://somewhere/private"
TARGET = SCHEMA.model_copy(update={"target": "left"})


def bare_evidence(utility: Utility) -> Evidence:
    """What a report is made of that says nothing beyond its audit and its utility."""
    return Evidence(
        schema=TARGET,
        table=Source(rows=260, training=200, holdout=60, columns=6, protect=5, notes=()),
        protected={},
        audit=audit(),
        gates=[],
        alpha=0.05,
        refused=False,
        strict=False,
        made=None,
        utility=utility,
        pictures=[],
        settings={},
        versions={},
        private=None,
    )


def audit(**changed: Any) -> AuditResult:
    """What ``audit`` writes; ``leaning``, ``surplus`` and ``nndr`` are the gates' figures."""
    names = [column.name for column in TARGET.learned]
    links = np.eye(len(names)).tolist()
    given: dict[str, Any] = {
        "leaning": figure(0.1, 0.02),
        "surplus": figure(0.001),
        "nndr": figure(0.002),
        "likeness": figure(0.02),
        "twin": 0.955,
        "broken": figure(0.0),
        "discriminator": 0.8,
        "attacks": attacked(),
        "risks": risked(),
        "combinations": None,
        "canaries": None,
    } | changed
    return examples.audit(
        {
            "rows": {"synthetic": 240, "pool": 720, "training": TRAINING, "holdout": HOLDOUT, "caps": {}},
            "accuracy.columns": dict.fromkeys(names, 0.95),
            "accuracy.worst_pairs": [{"columns": names[:2], "accuracy": 0.8}],
            "control.twin": figure(given["twin"]),
            "control.training": figure(0.96),
            "control.shuffle": figure(0.85),
            "control.likeness": given["likeness"],
            "gap": figure(0.001) | {"training": 0.91, "holdout": 0.9, "rows": HOLDOUT, "blocks": 3},
            "validity.broken": given["broken"],
            "discriminator": figure(given["discriminator"]) | {"against": "training", "rows": TRAINING},
            "dependence.columns": names,
            "dependence.least": [200] * len(names),
            "dependence.bins": [10] * len(names),
            "dependence.real": links,
            "dependence.synthetic": links,
            "distances.*.nndr": given["nndr"] | {"training": 0.01, "holdout": 0.008},
            "distances.*.leaning": given["leaning"],
            "distances.copy.leaning": figure(0.5),
            "copies.*.surplus": given["surplus"],
            "copies.*.equal.*": 0.01,
            "copies.*.equal.difference": figure(0.0),
            "copies.*.equal.rows": HOLDOUT,
            **{name: given[name] for name in ("attacks", "risks", "combinations", "canaries")},
        }
    )


def attacked(**changed: Any) -> dict[str, Any]:
    """What ``audit`` says of attacks, with other figures at these names of the twin's attacks."""
    return examples.example(
        Attacks,
        {
            "*.*.auc": figure(0.5123, 0.004),
            "*.*.exposed": figure(0.5, 0.01),
            "*.*.above": {"0.001": None, "0.01": figure(0.002)},
            "*.*.below": {"0.001": None, "0.01": figure(-0.001)},
            "*.*.near": {"training": 0.1, "holdout": 0.09, "effect": figure(0.03, 0.02)},
            "rows": {"twin": 240, "training": TRAINING, "holdout": HOLDOUT},
        }
        | {f"twin.{name}.auc": value for name, value in changed.items()},
    )


def risked() -> dict[str, Any]:
    """What ``audit`` says of risks."""
    rate = {"share": 0.2, "n": float(TRAINING), "low": 0.15, "high": 0.26}
    found = {
        "risk": {"value": 0.0345, "low": -0.01, "high": 0.08},
        "training": rate,
        "holdout": rate,
        "baseline": 0.0123,
        "guesses": TRAINING,
    }
    columns = {column.name: found for column in TARGET.learned}
    rows = {"twin": 240, "training": TRAINING, "holdout": HOLDOUT}
    return examples.example(Risks, {"*.*": found, "*.columns": columns, "rows": rows})


def told(planted: int = 20) -> dict[str, Any]:
    """What ``audit`` says of canaries."""
    return {
        "auc": figure(0.5321, 0.04),
        "chance": 0.0925,
        "planted": planted,
        "held_back": planted,
        "repeated": {"planted": 1, "held_back": 0},
        "pool": 720,
    }


def chosen(**changed: Any) -> dict[str, Any]:
    """What ``refine`` says of how it chose."""
    scores = {"overall": 0.9512, "univariate": 0.98, "bivariate": 0.95, "trivariate": 0.92}
    return {
        "rows": 240,
        "screened": 700,
        "models": {"tvae-1": {"weight": 1.0, "screened": 700, "rows": 240}},
        "fit": 0.0,
        "share": None,
        "tables": [5, 10, 10],
        "before": scores,
        "after": scores | {"overall": 0.9876},
        "worst": [{"column": "pay", "before": 0.91, "after": 0.96}],
        "start": {"blocks": False, "kept": 0, "filled": 240},
        "swaps": {"tried": 1_200, "done": 77, "stopped": "steps used up"},
    } | changed


def findings(*, plain: bool = False, **changed: Any) -> dict[str, dict[str, Any]]:
    """Every file that ``report`` reads, by task; ``changed`` goes to :func:`audit`.

    One column's name is markup, unless ``plain``.
    """
    training, twin = source(TRAINING, seed=1), source(240, seed=2)
    training.loc[:1, "plan"] = SECRET
    schema = TARGET
    if not plain:
        schema, training, twin = _renamed(schema, training, twin)
    encoding = fit_encoding(training, schema, np.arange(len(training)), 5)
    counts = {"edges": [0.0, 0.5], "pool": [20, 700], "kept": [10, 690], "training": [3, TRAINING - 3]}
    below = {rows: {"dcr": 0.0015, "nndr": 0.1} for rows in ("pool", "kept", "training")}
    planted = changed.get("canaries")
    rules = dict.fromkeys(("copy", "dcr", "nndr", "crowd", *(["canary"] if planted else [])), 5)
    weighed = {"name": "tvae-1", "quality": 0.8, "noise": 0.2, "privacy": 1.0, "composite": 0.5}
    lost = {"step": "train", "name": "tvae-2", "code": 1, "reason": f"the store failed at {PLACE}"}
    scored = {"rows": TRAINING, "score": {"auc": figure(0.7)}}
    return {
        "ingest": {
            "schema.json": schema.model_dump(mode="json"),
            "published.json": schema.model_dump(mode="json"),
            "encoding.json": encoding.model_dump(mode="json"),
            "facts.json": {"rows": TRAINING + HOLDOUT, "training": TRAINING, "holdout": HOLDOUT,
                           "columns": 6, "protect": 5,
                           "notes": ["a note"],
                           "canaries": planted["planted"] if planted else 0,
                           "protected": {"pay": 8, "plan": 2}, "plans": []},
            "seed.json": {"seed": SEED, "keyed": True},
            "contents.json": {"rows": sha256(b"the rows")},
            "models.json": [{"name": name, "parts": [{"name": name}]} for name in ("tvae-1", "tvae-2")],
            "training.parquet": training,
            "folds.parquet": pd.DataFrame({"fold": 0, "subject": np.arange(len(training))}),
            "holdout_subjects.parquet": pd.DataFrame({"subject": np.arange(HOLDOUT)}),
        },
        "weigh": {
            "weights.json": {"rows": 240, "pool": 720, "reserve": 0, "weights": {"tvae-1": 1.0},
                             "lost": [lost], "drawn": {"tvae-1": 720}, "balanced": {"tvae-1": False},
                             "models": [weighed | {"weight": 1.0, "reason": ""}]},
            "earlier.json": [],
            "slices.json": sliced(240, ["tvae-1-0"]),
        },
        "score/tvae-1": {"score.json": examples.example(Score, {"model": "tvae-1", "quality.score": 0.8})},
        "screen": {
            "screen.json": {"rows": {"pool": 720, "compared": 720, "kept": 700, "wanted": 240},
                            "models": {}, "dropped": rules,
                            "training_dropped": dict.fromkeys(rules, 0.01), "nndr": counts, "dcr": counts,
                            "copies": {"pool": 0.0, "kept": 0.0, "training": 0.001}, "below": below,
                            "settings": {"mode": "matched", "scale": "relative", "min_dcr": 0.05,
                                         "min_nndr": 0.5}},
        },
        "refine": {
            "refine.json": chosen(),
            "synthetic.parquet": twin,
        },
        "audit": {"audit.json": audit(**changed).as_json()},
        "balance": {
            "balance.json": {"target": "left", "method": "SMOTENC", "neighbours": 5, "notes": [],
                             "rows": {"real": 200, "synthetic": 240, "smote": 0, "hybrid": 440},
                             "classes": [{"class": "False", "synthetic": 200, "balanced": 200}]},
        },
        "utility": {
            "utility.json": {"target": "left", "task": "classification", "metrics": ["auc"],
                             "holdout_rows": HOLDOUT, "baseline": {"auc": 0.5}, "notes": [],
                             "trained_on": {"real": scored, "synthetic": scored, "hybrid": None}},
        },
    }  # fmt: skip


def sliced(rows: int, shards: Sequence[str]) -> list[dict[str, Any]]:
    """``slices.json`` of a twin that is one slice."""
    return [{"name": "", "rows": str(rows), "shards": [{"name": name} for name in shards]}]


def stand(store: Store, run: str, found: dict[str, dict[str, Any]], *, uploads: tuple[str, ...] = ()) -> Run:
    """Put findings into a store as outputs of a run's tasks, which read files from these places."""
    view = Run(store, run)
    for name, files in found.items():
        step, _, task = name.partition("/")
        data = {file: _bytes(content) for file, content in files.items()}
        manifest = Manifest(
            step=step,
            fingerprint=sha256(b"".join(data.values()))[:24],
            files={file: File(sha256=sha256(content), size=len(content)) for file, content in data.items()},
            figures={},
            settings={"seed": SEED, "epochs": 300, "name": task},
            inputs={"source": sha256(b"the source")},
            versions={"numpy": "2.4"},
        )
        write_output(store, manifest, data)
        view.point(
            Pointer(step=step, name=task, fingerprint=manifest.fingerprint, inputs={}, uploads=uploads)
        )
    return view


def _bytes(content: Any) -> bytes:
    return to_parquet(content) if isinstance(content, pd.DataFrame) else json.dumps(content).encode()


def _renamed(schema: Schema, *tables: pd.DataFrame) -> tuple[Any, ...]:
    """The same with a column whose name is markup."""
    columns: list[Column] = [
        column.model_copy(update={"name": NASTY}) if column.name == "age" else column
        for column in schema.columns
    ]
    renamed = [table.rename(columns={"age": NASTY}) for table in tables]
    return schema.model_copy(update={"columns": tuple(columns)}), *renamed
