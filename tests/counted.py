"""Facts of a table of which only the number of rows matters."""

from __future__ import annotations

from tabtwin.preparation.facts import Facts


def facts(rows: int) -> Facts:
    """What ``ingest`` counts of a table of so many rows."""
    return Facts(rows=rows, training=rows - rows // 4, holdout=rows // 4, columns=6, protect=5, canaries=0)
