"""Compute SDMetrics' reports and privacy metrics: seeded, silent, as JSON values, without a cell of the
table.

Columns go to SDMetrics by number, since it builds names of its own from theirs and fails on some
(``index``, ``diff``); its error texts, which may hold a cell's value, are reduced to the error's type.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.util import find_spec
from typing import Any

import numpy as np
import pandas as pd

from tabtwin.evaluation.fidelity.score_results import Metric, Report, Row
from tabtwin.lib.foreign import contained
from tabtwin.schema.kinds.registry import is_label
from tabtwin.schema.schema import Schema, numbers

TABLE = "table"
COMPARISONS = 5_000_000
ABSENT = "SDMetrics is not installed"
"""The error of what could not be computed without the extra ``prize``, which ``boost`` does not need."""


_ABSENT_METRIC = Metric(score=None, error=ABSENT)
_ABSENT_REPORT = Report(score=None, error=ABSENT, properties={}, details={})


def is_installed() -> bool:
    """Return whether SDMetrics is installed."""
    return find_spec("sdmetrics") is not None


class _NoTorch(MetaPathFinder):
    """Find no torch, and leave ``sys.modules`` alone: scipy takes an entry there for the library itself."""

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:
        """Raise an error for torch, as an environment without it does."""
        if fullname == "torch":
            raise ModuleNotFoundError("torch is not needed here", name=fullname)


@contextmanager
def _without_torch() -> Iterator[None]:
    """Keep SDMetrics from importing torch: it takes seconds, for a metric that is not computed here."""
    absent = _NoTorch()
    sys.meta_path.insert(0, absent)
    try:
        yield
    finally:
        sys.meta_path.remove(absent)


def load() -> None:
    """Import SDMetrics, which is otherwise loaded by its first use: it takes seconds."""
    with _without_torch():
        import sdmetrics.reports
        import sdmetrics.single_table  # noqa: F401 - loaded for later


def quality(real: pd.DataFrame, made: pd.DataFrame, schema: Schema, seed: int) -> Report:
    """Return SDMetrics' QualityReport of canonical tables; see :func:`_report`."""
    if not is_installed():
        return _ABSENT_REPORT
    load()
    from sdmetrics.reports import QualityReport

    return _report(QualityReport, real, made, schema, seed)


def diagnostic(real: pd.DataFrame, made: pd.DataFrame, schema: Schema, seed: int) -> Report:
    """Return SDMetrics' DiagnosticReport of canonical tables; see :func:`_report`."""
    if not is_installed():
        return _ABSENT_REPORT
    load()
    from sdmetrics.reports import DiagnosticReport

    return _report(DiagnosticReport, real, made, schema, seed)


def baseline_protection(real: pd.DataFrame, made: pd.DataFrame, schema: Schema, seed: int) -> Metric:
    """Return DCRBaselineProtection: the median distance of ``made`` to ``real`` over that of random rows.

    Noise scores 1, a copy 0; fresh real rows are between. The cost is quadratic in the rows given.
    """
    if not is_installed():
        return _ABSENT_METRIC
    load()
    from sdmetrics.single_table import DCRBaselineProtection

    class Seeded(DCRBaselineProtection):  # type: ignore[misc] # SDMetrics ships no types
        _seed = seed
        CHUNK_SIZE = 500

    columns = _varying(real, schema)
    return _breakdown(Seeded.compute_breakdown, [real, made], schema, columns, seed)


def overfitting_protection(
    real: pd.DataFrame, made: pd.DataFrame, unseen: pd.DataFrame, schema: Schema, seed: int
) -> Metric:
    """Return DCROverfittingProtection: 1 unless most of ``made`` are closer to ``real`` than to ``unseen``.

    ``real`` and ``unseen`` should be of equal size. The cost is quadratic in the rows given.
    """
    if not is_installed():
        return _ABSENT_METRIC
    load()
    from sdmetrics.single_table import DCROverfittingProtection

    class Chunked(DCROverfittingProtection):  # type: ignore[misc] # SDMetrics ships no types
        CHUNK_SIZE = 500

    columns = [name for name in _varying(real, schema) if unseen[name].notna().any()]
    return _breakdown(Chunked.compute_breakdown, [real, made, unseen], schema, columns, seed)


def affordable_rows(columns: int) -> int:
    """Return how many rows the quadratic metrics can handle in a second or two: they take rows² x columns."""
    return min(1_000, math.isqrt(COMPARISONS // max(1, columns)))


def _report(kind: type[Any], real: pd.DataFrame, made: pd.DataFrame, schema: Schema, seed: int) -> Report:
    """Return a complete report: ``score``, ``properties`` (name to score) and ``details`` (name to rows)."""
    columns = [column.name for column in schema.learned]
    report = kind()
    with contained(seed):
        report.generate(
            {TABLE: _numbered(real, schema, columns)},
            {TABLE: _numbered(made, schema, columns)},
            _metadata(schema, columns),
            verbose=False,
        )
        properties = report.get_properties()
        details = {name: report.get_details(name) for name in properties["Property"]}
    return Report(
        score=_json(report.get_score()),
        properties=dict(zip(properties["Property"], map(_json, properties["Score"]), strict=True)),
        details={name: tuple(_rows(table, columns)) for name, table in details.items()},
    )


def _breakdown(
    compute: Callable[..., Mapping[str, object]],
    tables: list[pd.DataFrame],
    schema: Schema,
    columns: list[str],
    seed: int,
) -> Metric:
    if not columns:
        return Metric(score=None, error="no column varies")
    with contained(seed):
        numbered = [_numbered(table, schema, columns) for table in tables]
        found = compute(*numbered, metadata=_metadata(schema, columns), table_name=TABLE)
    return Metric.model_validate(_json(found))


def _varying(table: pd.DataFrame, schema: Schema) -> list[str]:
    """Return columns with two values or more: SDMetrics' distances fail on others, which carry no
    information.
    """
    return [column.name for column in schema.learned if table[column.name].nunique() > 1]


def _numbered(table: pd.DataFrame, schema: Schema, columns: list[str]) -> pd.DataFrame:
    """Return the columns for SDMetrics, dates as days."""
    cells = {
        f"c{number}": table[name].to_numpy() if is_label(schema[name]) else numbers(table, schema[name])
        for number, name in enumerate(columns)
    }
    return pd.DataFrame(cells, index=range(len(table)))


def _metadata(schema: Schema, columns: list[str]) -> dict[str, object]:
    sdtypes = {
        f"c{number}": {"sdtype": "categorical" if is_label(schema[name]) else "numerical"}
        for number, name in enumerate(columns)
    }
    return {"tables": {TABLE: {"columns": sdtypes}}, "relationships": []}


def _rows(details: pd.DataFrame, columns: list[str]) -> list[Row]:
    """Return a report's details as JSON values, under the columns' own names."""
    names = {f"c{number}": name for number, name in enumerate(columns)}
    rows = []
    for row in details.drop(columns="Table", errors="ignore").to_dict("records"):
        cells = {str(key): _json(cell) for key, cell in row.items()}
        for key in ("Column", "Column 1", "Column 2"):
            if key in cells:
                cells[key] = names[cells[key]]
        if cells.get("Error"):
            cells["Error"] = str(cells["Error"]).partition(":")[0]
        rows.append(cells)
    return rows


def _json(value: Any) -> Any:
    """Return NumPy's and pandas' scalars as JSON values; NaN becomes ``None``."""
    if isinstance(value, dict):
        return {key: _json(item) for key, item in value.items()}
    if isinstance(value, str) or value is None:
        return value
    if value is pd.NA:
        return None
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    number = float(value)
    return number if math.isfinite(number) else None
