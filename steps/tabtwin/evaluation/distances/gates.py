"""The gates on distances and copies."""

from __future__ import annotations

from tabtwin.evaluation.question import CROWD_OR_HOLE, LESS_FIT, Question, Remedy

GATES: tuple[Question, ...] = (
    Question(
        name="dcr",
        title="Leaning toward training (DCR)",
        means="How much more often the closest real row is a training row, compared with unseen rows: "
        "0 like unseen rows, 1 like an exact copy of training.",
        limit=0.55,
        reason="The figure is a fraction of what a copy would show, since the plain excess depends on the "
        "sizes: where the holdout is a tenth of the table, a verbatim copy has a DCR share of "
        ".55, and a fixed limit would let it pass. Unseen rows vary by .05 with 1,243 holdout "
        "rows and three times as many training rows, and the interval reaches .36 from the figure; where "
        "the holdout is a sixth of 15,000 training rows, by .08 and .36. The limit lets honest twins pass "
        "there. A twin that "
        "copies less is refused by the attacks, which are sharper: half copies are at .5 "
        "here, and at an AUC of .75 there.",
        remedy=LESS_FIT,
        figure=lambda audit, sample: audit.distances[sample].leaning,
        samples=("twin", "pool"),
    ),
    Question(
        name="copies",
        title="Surplus copies",
        means="The share of rows that equal a training row, beyond the share of training rows that equal "
        "another training row.",
        limit=0.01,
        reason="Unseen rows have a surplus of 0 ± .002 on a table of 7,043 rows; one row in a "
        "hundred is a generator that repeats its input.",
        remedy=Remedy(
            "The generator repeats training rows: give boost some --regularization, ctgan and tvae fewer "
            "--epochs, or leave that model out.",
            "The generator repeats training rows: fit it less, or drop the rows that it repeats.",
        ),
        figure=lambda audit, sample: audit.copies[sample].surplus,
        samples=("twin", "pool"),
    ),
    Question(
        name="nndr",
        title="Crowds and holes (NNDR below 0.1)",
        means="The share of the twin's rows that are much closer to one training row than to any other, "
        "minus the same share measured against as many unseen rows: above 0 there is a crowd around "
        "training rows, below 0 a hole.",
        limit=0.02,
        reason="Both directions count, since a hole around training rows gives them away like a crowd. "
        "Unseen rows vary by .004 with 1,243 holdout rows; a verbatim copy has .16 where the "
        "holdout is a quarter of the table, .05 where it is a tenth.",
        remedy=Remedy(
            "A crowd: give boost some --regularization, ctgan and tvae fewer --epochs. A hole: use --screen "
            "matched, since a plain cutoff leaves one around every training row.",
            CROWD_OR_HOLE,
        ),
        figure=lambda audit, sample: audit.distances[sample].nndr,
        samples=("twin", "pool"),
        two_sided=True,
    ),
)
