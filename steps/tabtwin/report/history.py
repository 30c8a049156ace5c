"""What the report says of what stands beside this twin: other releases of the same rows, and the seed."""

from __future__ import annotations

from typing import Any

from tabtwin.report.evidence import Evidence

CHOSEN = (
    "The seed was chosen (--seed). Someone who knows every cell of the table but one, and the seed, can run "
    "tabtwin for each value that the cell may have, and see which gives these bytes. Without --seed, the "
    "signing key makes the seed, and only its owner can repeat the run."
)


def public(evidence: Evidence) -> dict[str, Any]:
    """The same as JSON values."""
    return {"before": evidence.before.model_dump(), "seed": "chosen" if evidence.chose_seed else "keyed"}


def reasons(evidence: Evidence) -> list[str]:
    """Sentences for what the report does not show."""
    said = []
    before = evidence.before
    if before.releases or before.refused:
        said.append(
            f"Before this twin, {_counted(before.releases, 'other release')} of the same table went from the "
            f"same folder or store, and {_counted(before.refused, 'try', 'tries')} of it "
            f"{'was' if before.refused == 1 else 'were'} refused. Each was judged apart: together they tell "
            "more of these rows than any gate here has measured, and of many tries one may pass by chance."
        )
    if evidence.chose_seed:
        said.append(CHOSEN)
    return said


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count or 'no'} {one if count == 1 else many or one + 's'}"
