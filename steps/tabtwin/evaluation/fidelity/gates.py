"""The gates on likeness, and on the discriminator that replaces it if it says nothing."""

from __future__ import annotations

from tabtwin.evaluation.question import CLOSER, NOTHING, Question

UNEVEN = 0.25
"""The AUC of a discriminator below which a twin is far more even than real rows."""

LIKENESS_GATES: tuple[Question, ...] = (
    Question(
        name="likeness",
        title="Likeness",
        means="How far the twin is from unseen rows: 0 as a fresh sample of the real source, 1 as a "
        "shuffle of its columns, which keeps no link between them.",
        limit=0.25,
        reason="boost reaches .02 to .05 on the benchmark's tables, which are of many kinds, and "
        "varies by .03 where the table has 7,000 rows. A shuffle is at 1, with the same "
        "spread, and never passes.",
        remedy=CLOSER,
        about="closeness",
        figure=lambda audit, sample: audit.control.likeness,
        asked=lambda audit: audit.control.likeness is not None,
    ),
)

DISCRIMINATOR_GATES: tuple[Question, ...] = (
    Question(
        name="discriminator",
        title="Likeness, by a discriminator",
        means="How well a model tells the twin from real rows: 0.5 not at all, 1 always. Below 0.5 it errs "
        "more than a guess: the twin is more even than real rows are, as where its values are dealt out "
        "in turn.",
        limit=0.65,
        reason="Where a shuffle is within .01 of the accuracy of fresh rows, likeness says nothing, and "
        "this is judged instead; boost reaches .50 to .55 on such tables. A figure below the lower limit "
        "is judged on any table, since no sample of rows is so even. That limit is further from .5: on a "
        "table of 240 rows whose columns say nothing of one another, boost, which balances the counts of "
        "each column, is at .25, and the interval reaches .1 from there. Fresh rows vary by .03 around .5.",
        remedy=CLOSER,
        about="closeness",
        figure=lambda audit, sample: audit.discriminator,
        neutral=NOTHING,
        two_sided=True,
        least=UNEVEN,
        asked=lambda audit: audit.control.likeness is None or audit.discriminator.value < UNEVEN,
    ),
)
