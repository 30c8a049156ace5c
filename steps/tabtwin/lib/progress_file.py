"""Write how far a step is into the file that Argo's executor reads, for the progress of the step's node."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

VARIABLE = "ARGO_PROGRESS_FILE"
"""The variable by which Argo names the file, on a volume that a read-only root does not concern."""


def write_progress(done: int, total: int) -> None:
    """Overwrite the file with ``done/total`` if Argo named one; a step does not fail for what shows it."""
    place = os.environ.get(VARIABLE)
    if place and 0 <= done <= total and total > 0:  # what else there is, Argo would warn of and ignore
        with suppress(OSError):
            Path(place).write_text(f"{done}/{total}")
