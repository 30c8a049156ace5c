"""``tabtwin``, which tries failed steps again at once: ``python tests/hurried.py run ...``."""

from __future__ import annotations

from types import SimpleNamespace

from tabtwin.__main__ import main
from tabtwin.cli import run
from tabtwin.runner.parameters import pipeline_file

PAUSE = "duration: 5s"


def at_once() -> SimpleNamespace:
    """Return the pipeline's file without the pause before another try."""
    text = pipeline_file().read_text()
    assert PAUSE in text
    return SimpleNamespace(read_text=lambda: text.replace(PAUSE, "duration: 0s"))


if __name__ == "__main__":
    run.pipeline_file = at_once  # type: ignore[assignment] # all that is asked of it is its text
    main()
