"""What helps a twin that something else made, in words that fit any generator."""

from __future__ import annotations

from tabtwin.evaluation.gates.verdicts import Gate

CLOSER = ("likeness", "discriminator")
CLOSER_WORDS = "Fit the generator better; the report names the columns and pairs that fit worst."
CROWD_OR_HOLE = (
    "A crowd: the generator learned single rows, so fit it less. A hole: drop no rows for being close to a "
    "training row, since that tells on them."
)
REMEDIES = {
    "copies": "The generator repeats training rows: fit it less, or drop the rows that it repeats.",
    "nndr": CROWD_OR_HOLE,
    "near": CROWD_OR_HOLE,
    "exposed": "Group rare values and cut extremes before the generator learns them.",
}
OTHERWISE = "The generator learned single rows: fit it less; a larger holdout narrows the interval."


def neutral(gate: Gate) -> Gate:
    """The gate of a twin without a raw pool, and with a remedy that names no option of ours."""
    remedy = CLOSER_WORDS if gate.name in CLOSER else REMEDIES.get(gate.name, OTHERWISE)
    return gate.model_copy(update={"remedy": remedy, "measured_on": "twin"})
