"""The gate on what always holds."""

from __future__ import annotations

from tabtwin.evaluation.question import Question, Remedy
from tabtwin.evaluation.validity.results import LIMIT

GATES: tuple[Question, ...] = (
    Question(
        name="validity",
        title="What always holds",
        means="The share of rows that break a rule that holds in every training row, such as a town's "
        "state or a total, beyond the share of unseen rows that do.",
        limit=LIMIT,
        reason="A row that breaks what always holds could not exist, and at this share one meets such a row "
        "in every hundred. Fresh rows are at 0, with an interval up to .002 for a twin of "
        "5,000 rows; one of fewer than 780 rows is too small to show it. A generator that draws columns "
        "on their own breaks rules in most rows. The gate is not asked where no rule was found.",
        remedy=Remedy(
            "The report names the rules that are broken most: declare them in --schema, or drop one of "
            "their columns and compute it from the others.",
            "The report names the rules that are broken most: give them to the tool as constraints, or "
            "compute such columns from the others.",
        ),
        about="closeness",
        figure=lambda audit, sample: audit.validity.broken,
        asked=lambda audit: audit.validity.broken is not None,
    ),
)
