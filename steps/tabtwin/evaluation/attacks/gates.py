"""The gates on membership attacks.

Attacks are AUCs: .5 learns nothing. Each is how often an attacker who is shown a training row and an unseen
one picks the right one. Limits leave room for the interval, which with 1,760 holdout rows reaches .03 from
the figure; unseen rows taken as a twin are at .5.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tabtwin.evaluation.intervals import Figure
from tabtwin.evaluation.question import (
    ATTACKED,
    CROWD_OR_HOLE,
    LESS_FIT,
    NOTHING,
    SCREENED,
    Question,
    Remedy,
    Sample,
)


def _auc(name: str, key: str = "auc") -> Callable[[Any, Sample], Figure | None]:
    return lambda audit, sample: audit.attacks and audit.attacks[sample][name][key]


GATES: tuple[Question, ...] = (
    Question(
        name="tracing",
        title="Tracing by joint tables",
        means=ATTACKED + "It compares the twin's three-way tables with those of other real rows.",
        limit=0.575,
        reason="boost gives away .50 to .55, a verbatim copy .54 to .63, less the larger the table "
        "and the smaller the holdout, half of which is the attacker's reference. With 2,500 "
        "holdout rows beside 15,000 of training even a copy passes, and so do rows chosen to "
        "fit training's tables (.51 to .52, as boost): no limit separates them there, and a "
        "lower one would refuse boost on small tables. The gate is meant for larger holdouts.",
        remedy=LESS_FIT,
        figure=_auc("tracing_3"),
        neutral=NOTHING,
    ),
    Question(
        name="nearest",
        title="Nearest rows, by an attacker",
        means=ATTACKED + "It asks how near the twin comes to a row, as a fraction of the distance to other "
        "real rows; below 0.5, a hole gives the row away.",
        limit=0.56,
        reason="A verbatim copy is near 1; boost is at .51 to .53, on tables of 3,000 training rows "
        "at up to .58, which such a table is too small to show.",
        remedy=Remedy(SCREENED, LESS_FIT.foreign),
        figure=_auc("relative"),
        neutral=NOTHING,
        two_sided=True,
    ),
    Question(
        name="near",
        title="Near copies and holes, by an attacker",
        means="Whether the twin comes unusually close, ten times closer than other real rows do, more often "
        "to training rows than to unseen rows (Cohen's h): above 0 there are near copies, below 0 a hole "
        "around training rows.",
        limit=0.15,
        reason="It is sharper than an AUC where few rows are near, as around a hole: real rows with "
        "an NNDR of .5 and more have an h of -.26 on a numeric table of 15,000 training rows, "
        "where the AUC is .45. The interval reaches .06 from the figure with 2,500 holdout "
        "rows, .08 with 1,760, whatever the table.",
        remedy=Remedy(SCREENED, CROWD_OR_HOLE),
        figure=lambda audit, sample: audit.attacks and audit.attacks[sample].relative.near.effect,
        two_sided=True,
    ),
    Question(
        name="density",
        title="Density ratio, by an attacker",
        means=ATTACKED + "It compares how dense the twin and other real rows are around a row.",
        limit=0.56,
        reason="A verbatim copy is near 1; the interval reaches .03 from the figure with 1,760 holdout rows.",
        remedy=Remedy(SCREENED, LESS_FIT.foreign),
        figure=_auc("density_1"),
        neutral=NOTHING,
        two_sided=True,
    ),
    Question(
        name="learned",
        title="All attacks together, learned",
        means=ATTACKED + "It is a model that learns from the figures of all others.",
        limit=0.575,
        reason="A verbatim copy is near 1; the interval reaches .03 from the figure with 1,760 holdout rows.",
        remedy=LESS_FIT,
        figure=_auc("learned"),
        neutral=NOTHING,
    ),
    Question(
        name="exposed",
        title="All attacks, on the most exposed rows",
        means=ATTACKED + "Here it is asked about the tenth of rows that are most isolated.",
        limit=0.65,
        reason="A tenth of the rows has three times the interval: it reaches .1 from the figure with "
        "1,760 holdout rows. A verbatim copy is near 1.",
        remedy=Remedy(
            "Raise --min-subjects, so that more rare values are hidden.",
            "Group rare values and cut extremes before the generator learns them.",
        ),
        figure=_auc("learned", "exposed"),
        neutral=NOTHING,
    ),
)
