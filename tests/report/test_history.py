from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest

from step_outputs import bare_evidence
from tabtwin.evaluation.utility.results import Utility
from tabtwin.report import history
from tabtwin.report.evidence import Evidence
from tabtwin.report.metrics_model import Earlier
from tabtwin.report.templating import fill
from tabtwin.report.views import guidance
from tabtwin.store.history import Before

FIRST = bare_evidence(Utility(target=None))


def shown(evidence: Evidence) -> str:
    """What the report says that it does not show."""
    said = unescape(fill("guidance.html", view=guidance.view(evidence)))
    return said[said.index("What this report does not show") :]


def test_of_a_first_twin_with_a_keyed_seed_nothing_is_said() -> None:
    assert "Before this twin" not in shown(FIRST)
    assert "seed" not in shown(FIRST)
    assert (history.earlier(FIRST), history.seed(FIRST)) == (Earlier(releases=0, refused=0), "keyed")


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (Before(releases=1), "1 other release of the same table came .* and no tries of it were refused"),
        (Before(releases=3, refused=1), "3 other releases .* and 1 try of it was refused"),
        (Before(refused=2), "no other releases .* and 2 tries of it were refused"),
    ],
)
def test_what_went_before_is_counted_and_said_to_be_judged_apart(before: Before, said: str) -> None:
    line = shown(replace(FIRST, before=before))
    assert re.search(f"Before this twin, {said}", line)
    assert "judged separately" in line


def test_a_chosen_seed_says_what_it_gives_up() -> None:
    chose = replace(FIRST, chose_seed=True)
    assert "--seed" in shown(chose)
    assert "every cell of the table but one" in shown(chose)
    assert history.seed(chose) == "chosen"
