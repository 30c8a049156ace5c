"""What is counted of a table as it is read, and said of it: what ``facts.json`` holds."""

from __future__ import annotations

from pydantic import Field

from tabtwin.store.artifacts import Frozen


class Facts(Frozen):
    """Counts of a table, and one-line notes on what was chosen or is doubtful.

    Attributes:
        rows: Rows of the table, or those that were drawn of it.
        training: Rows that are learned.
        holdout: Rows held out.
        columns: Columns of the table.
        protect: k of value protection, unless a column has its own.
        notes: What was chosen on reading, a line each.
        protected: How many cells value protection changed, by column.
        plans: Columns whose combinations are rows of a plan, as of a trial.
        canaries: Rows planted; ``None`` before any were drawn.
        whole: Rows of the table's files, if only some were drawn.
    """

    rows: int
    training: int
    holdout: int
    columns: int
    protect: int
    notes: tuple[str, ...] = ()
    protected: dict[str, int] = Field(default_factory=dict)
    plans: tuple[tuple[str, ...], ...] = ()
    canaries: int | None = None
    whole: int | None = Field(default=None, exclude_if=lambda value: value is None)
