"""Define what ``screen`` drops, apart from what measures rows: options are read without NumPy."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from tabtwin.store.artifacts import Frozen

Mode = Literal["matched", "cutoff"]
Scale = Literal["relative", "absolute"]
LeastDcr = Annotated[float, Field(ge=0, allow_inf_nan=False)]
LeastNndr = Annotated[float, Field(ge=0, le=1)]


class Rules(Frozen):
    """What to drop.

    Attributes:
        mode: ``matched`` drops the excess over what training shows leaving one out, ``cutoff`` every row
            below either threshold.
        scale: Whether DCR is relative or the plain distance.
        min_dcr: Rows of a smaller DCR are dropped in both modes (copies under the rule for copies).
        min_nndr: Below it NNDR is matched, or the row dropped.
    """

    mode: Mode = "matched"
    scale: Scale = "relative"
    min_dcr: LeastDcr = 0.05
    min_nndr: LeastNndr = 0.5


DEFAULTS = Rules()
