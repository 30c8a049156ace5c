"""Define the options of ``screen``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from tabtwin.evaluation.distances.screening_limits import DEFAULTS, LeastDcr, LeastNndr, Mode, Scale
from tabtwin.lib.options import Option, Takes
from tabtwin.pipeline.params.twin_rows import OfSlice
from tabtwin.pipeline.params.weigh import OVERSAMPLE

WHOLE, SHORT = OVERSAMPLE, 3
"""A pool of up to ``WHOLE`` times the rows wanted is compared entirely, ``SHORT`` times of a larger one."""


class Params(OfSlice):
    """What to drop of which slice."""

    screen: Annotated[Mode, Option("Advanced")] = Field(
        DEFAULTS.mode,
        description="matched drops rows below --min-dcr, and of those below --min-nndr as many as exceed the "
        "share among training rows themselves; cutoff drops all below either",
    )
    dcr_scale: Annotated[Scale, Option("Advanced")] = Field(
        DEFAULTS.scale,
        description="whether the distance to the closest training row is read relative to that row's own "
        "distance to its neighbor, or absolute",
    )
    min_dcr: Annotated[LeastDcr, Option("Advanced"), Takes("DISTANCE")] = Field(
        DEFAULTS.min_dcr, description="the smallest distance of a row to its closest training row"
    )
    min_nndr: Annotated[LeastNndr, Option("Advanced"), Takes("RATIO")] = Field(
        DEFAULTS.min_nndr,
        description="the smallest ratio of a row's distances to its two closest training rows",
    )
    shortlist: Annotated[int, Option("Advanced")] = Field(
        0,
        ge=0,
        le=1_000,
        description="at most how many times the rows wanted are compared with training rows; "
        f"0: all of a pool of up to {WHOLE} times, {SHORT} times of a larger one",
    )
