"""What a twin scores: our audit's figures and mostlyai-qa's own, on the same rows."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pandas as pd

from tabtwin.evaluation.audit_result import AuditResult
from tabtwin.lib import seeds
from tabtwin.lib.foreign import contained
from tabtwin.pipeline.audit import audit_tables
from tabtwin.preparation.prepare import Ingested
from tests.benchmarks.tables import Halves

Figures = dict[str, float | None]


def figures(twin: pd.DataFrame, table: Halves, seed: int, threads: int) -> Figures:
    """The figures of a twin (canonical), held against both halves of its table."""
    found = table.found
    return _ours(_audit(twin, found.holdout, found, seed, threads)) | {
        f"qa_{name}": value
        for name, value in _theirs(twin, found.holdout, found, seed).items()
        if "max" not in name
    }


def fresh_figures(table: Halves, seed: int, threads: int) -> Figures:
    """The figures of as many rows that nobody trained on, from halves alone.

    Accuracy knows no direction, so training against holdout is a fresh sample against either; against both
    together it is the limit that mostlyai-qa expects of fresh rows. Distances are those of half of the
    holdout, held against training and the other half.
    """
    found = table.found
    order = seeds.generator(seed, "benchmark", "fresh").permutation(len(found.holdout))
    fresh, rest = (found.holdout.iloc[part].reset_index(drop=True) for part in (order[::2], order[1::2]))
    whole = _audit(found.training, found.holdout, found, seed, threads)
    half = _ours(_audit(fresh, rest, found, seed, threads))
    return _ours(whole) | {
        "acc_pooled": whole.accuracy.pooled.expected.overall,
        "acc_training": whole.accuracy.holdout.overall,
        "dcr_share": half["dcr_share"],
        "nndr_ratio": half["nndr_ratio"],
        "qa_accuracy": _theirs(found.training, found.holdout, found, seed)["accuracy_max"],
        "qa_dcr_share": _theirs(fresh, rest, found, seed)["dcr_share"],
    }


def qa_figures(twin: pd.DataFrame, table: Halves, seed: int, threads: int) -> Figures:
    """mostlyai-qa's figures of a twin."""
    found = _theirs(twin, table.found.holdout, table.found, seed)
    return {"qa_accuracy": found["accuracy"], "qa_dcr_share": found["dcr_share"]}


def fresh_qa_figures(table: Halves, seed: int, threads: int) -> Figures:
    """The limit that mostlyai-qa expects of fresh rows, and the DCR share of half of the holdout."""
    found = table.found
    order = seeds.generator(seed, "benchmark", "fresh").permutation(len(found.holdout))
    fresh, rest = (found.holdout.iloc[part].reset_index(drop=True) for part in (order[::2], order[1::2]))
    return {
        "qa_accuracy": _theirs(found.training, found.holdout, found, seed)["accuracy_max"],
        "qa_dcr_share": _theirs(fresh, rest, found, seed)["dcr_share"],
    }


def _audit(
    twin: pd.DataFrame, holdout: pd.DataFrame, found: Ingested, seed: int, threads: int
) -> AuditResult:
    return audit_tables(twin, twin, found.training, holdout, found.schema, seed=seed, threads=threads)


def _ours(audit: AuditResult) -> Figures:
    likeness = audit.control.likeness
    return {
        "acc_pooled": audit.accuracy.pooled.overall,
        "acc_training": audit.accuracy.training.overall,
        "acc_holdout": audit.accuracy.holdout.overall,
        "likeness": likeness.value if likeness else None,
        "auc": audit.discriminator.value,
        "dcr_share": audit.dcr.twin.value,
        "nndr_ratio": audit.nndr_ratio.twin.mean,
    }


def _theirs(twin: pd.DataFrame, holdout: pd.DataFrame, found: Ingested, seed: int) -> Figures:
    """mostlyai-qa's overall accuracy, the limit that it expects of fresh rows, and its DCR share.

    Its DCR share (three digits) is the largest over several sets of columns, on embeddings.
    """
    os.environ["HF_HUB_OFFLINE"] = "1"  # read when the library is imported; its model comes with it
    from mostlyai import qa
    from threadpoolctl import threadpool_limits

    names = [column.name for column in found.schema.learned]
    # One thread: its small loops lose minutes to waiting threads where cores are shared.
    with tempfile.TemporaryDirectory() as folder, contained(0), threadpool_limits(1):
        qa.set_random_state(seed)
        _, metrics = qa.report(
            syn_tgt_data=twin[names],
            trn_tgt_data=found.training[names],
            hol_tgt_data=holdout[names],
            report_path=Path(folder) / "report.html",
        )
    assert metrics is not None
    return {
        "accuracy": metrics.accuracy.overall,
        "accuracy_max": metrics.accuracy.overall_max,
        "dcr_share": metrics.distances.dcr_share,
    }
