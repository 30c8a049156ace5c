"""Balance: as many synthetic rows of every target class, then real and synthetic rows in one table.

    synthetic, training -> hybrid, balance

SMOTENC runs on synthetic rows only: on real ones it would rebuild them ("SMOTE and Mirrors", ICLR 2026). The
hybrid table holds real rows and stays private.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from tabtwin.evaluation.utility import oversampling
from tabtwin.evaluation.utility.features import Features
from tabtwin.evaluation.utility.oversampling import Grown, oversample
from tabtwin.evaluation.utility.results import Balance, ClassRows, Hybrid, HybridRows
from tabtwin.lib.seeds import derive
from tabtwin.pipeline.params.base import StepParams as Params
from tabtwin.pipeline.released_rows import read_released
from tabtwin.pipeline.step import Figures, Inputs, Outputs, Step
from tabtwin.protection.rare_values import mended
from tabtwin.schema.encoding import Encoding
from tabtwin.schema.kinds.registry import is_label
from tabtwin.schema.schema import Schema, target_values
from tabtwin.store.artifacts import Ref
from tabtwin.store.run import Run
from tabtwin.store.twins import twin_refs

ORIGIN = "tabtwin:origin"
LISTED = 20
MAX_GROWTH = (
    2.0  # new rows, as a multiple of the synthetic ones: fifty classes would need fifty times as many
)

READS = (
    Ref(step="ingest", file="schema.json"),
    Ref(step="ingest", file="encoding.json"),
    Ref(step="ingest", file="training.parquet"),
)


def reads(params: Params, run: Run) -> list[Ref]:
    """Return the schema, the training rows, and all that is released."""
    return [*READS, *twin_refs(run)]


def run(params: Params, inputs: Inputs, outputs: Outputs) -> Figures:
    """Balance the synthetic rows and join them to the real ones."""
    schema = Schema.model_validate_json(inputs.read("ingest", "schema.json"))
    encoding = Encoding.model_validate_json(inputs.read("ingest", "encoding.json"))
    training = inputs.table("ingest", "training.parquet")
    released = read_released(inputs, params.run_seed)
    synthetic = released.table

    new, report = balance(synthetic, schema, encoding, derive(params.run_seed, "balance"))
    hybrid = join(training, synthetic, new)
    rows = HybridRows(real=len(training), synthetic=len(synthetic), smote=len(new), hybrid=len(hybrid))
    outputs.table("hybrid.parquet", hybrid)
    drawn = (
        []
        if released.drawn_of is None
        else [f"{len(synthetic)} of {released.drawn_of} synthetic rows were drawn"]
    )
    told = dict(report) | {"rows": rows, "notes": (*report.notes, *drawn)}
    outputs.json("balance.json", Hybrid(**told).model_dump(mode="json"))
    return {"method": report.method, **dict(rows)}


def balance(
    synthetic: pd.DataFrame, schema: Schema, encoding: Encoding, seed: int
) -> tuple[pd.DataFrame, Balance]:
    """Return the rows that even out the target's classes, as a canonical table, and what was done."""
    reason = _skipped(schema)
    if reason:
        return synthetic.iloc[:0], Balance(target=schema.target, notes=(reason,))
    target = target_values(synthetic, schema)
    labeled = synthetic[target.notna()].reset_index(drop=True)
    names, labels = np.unique(target.dropna().to_numpy(str), return_inverse=True)
    sizes = np.bincount(labels, minlength=len(names))
    if len(names) < 2:
        reason = f"skipped: the synthetic rows hold {len(names)} class of the target, and balancing needs two"
        return synthetic.iloc[:0], Balance(target=schema.target, notes=(reason,))

    wanted = evened(sizes, int(MAX_GROWTH * len(synthetic)))
    columns = [column for column in schema.learned if schema.made or column.name != schema.target]
    features = Features.fit(labeled, columns)
    grown = oversample(features, features.matrix(labeled), labels, wanted, seed)
    new = _canonical(grown, features, names, schema, encoding)

    notes = _notes(grown, sizes, wanted, int(target.isna().sum()))
    # A made target follows from its column, which SMOTE has changed: count the new rows' classes again.
    balanced = pd.concat([target.dropna(), target_values(new, schema)]).value_counts()
    order = sorted(range(len(names)), key=lambda place: (-sizes[place], names[place]))
    classes = tuple(
        ClassRows.model_validate(
            {
                "class": str(names[place]),
                "synthetic": int(sizes[place]),
                "balanced": int(balanced.get(names[place], 0)),
            }
        )
        for place in order[:LISTED]
    )
    return new, Balance(
        target=schema.target,
        method=grown.method if wanted else "none",
        neighbours=grown.neighbours,
        classes=classes,
        notes=tuple(notes),
    )


def evened(sizes: np.ndarray, most: int) -> dict[int, int]:
    """Return the number of new rows per class that raises all to the largest one, or as far as ``most``
    allows.
    """
    level = int(sizes.max())
    while level > 0 and np.maximum(level - sizes, 0).sum() > most:
        # Each class below the level costs one row per step, so the overshoot bounds the next step from below.
        over = np.maximum(level - sizes, 0).sum() - most
        level -= max(1, int(over // np.sum(sizes < level)))
    return {int(label): int(level - size) for label, size in enumerate(sizes) if level > size > 0}


def join(training: pd.DataFrame, synthetic: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Return one table of all rows, in this order, with where each came from in ``tabtwin:origin``."""
    parts = (("real", training), ("synthetic", synthetic), ("smote", new))
    columns = list(training.columns)
    marked = [table[columns].assign(**{ORIGIN: origin}) for origin, table in parts if len(table)]
    return pd.concat(marked, ignore_index=True)


def _skipped(schema: Schema) -> str | None:
    """Return why there is nothing to balance, or ``None``."""
    if schema.target is None:
        return "skipped: the table has no target to balance by; name one with --target"
    if schema.made is None and not is_label(schema[schema.target]):
        return "skipped: the target is not a category, so it has no classes to balance"
    return None


def _canonical(
    grown: Grown, features: Features, names: np.ndarray, schema: Schema, encoding: Encoding
) -> pd.DataFrame:
    """Return new rows as a canonical table: every cell rounded and bounded like the generators'."""
    cells = features.frame(grown.matrix)
    if schema.made is None and schema.target is not None:
        cells[schema.target] = names[grown.labels].astype(object)
    return mended(cells[[column.name for column in schema.learned]], schema, encoding)


def _notes(grown: Grown, sizes: np.ndarray, wanted: Mapping[int, int], unlabeled: int) -> list[str]:
    notes = []
    if grown.sampled:
        notes.append(
            f"{grown.sampled} rows were drawn again, from classes of one row: SMOTE needs two per class"
        )
    if unlabeled:
        notes.append(f"{unlabeled} synthetic rows have no target and were left as they are")
    if any(sizes[label] + new < sizes.max() for label, new in wanted.items()):
        notes.append(
            f"the classes were raised as far as {MAX_GROWTH:g} new rows for each synthetic one allow"
        )
    return notes


STEP = Step(
    name="balance",
    params=Params,
    reads=reads,
    run=run,
    covers=("evaluation", "protection", "schema"),
    late=oversampling.load,
    libraries=("imblearn", "numpy", "pandas", "pyarrow", "scipy"),
)
