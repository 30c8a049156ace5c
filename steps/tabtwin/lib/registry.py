"""The steps, in the pipeline's order, and where each is defined."""

from __future__ import annotations

import importlib
from typing import Any

from tabtwin.lib.errors import InputError
from tabtwin.lib.step import Step

STEPS = (
    "ingest",
    "train",
    "score",
    "weigh",
    "sample",
    "screen",
    "refine",
    "audit",
    "balance",
    "utility",
    "report",
    "release",
)


def load(name: str) -> Step[Any]:
    """The step called ``name``; only its own libraries are imported.

    Raises:
        InputError: if there is none.
    """
    if name not in STEPS:
        raise InputError(f"expected a step ({', '.join(STEPS)}), found {name!r}")
    step = importlib.import_module(f"tabtwin.{name}").STEP
    assert isinstance(step, Step)
    return step
