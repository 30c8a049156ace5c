"""The steps, in the pipeline's order, and where each is defined."""

from __future__ import annotations

import importlib
from typing import Any

from tabtwin.lib.errors import InputError
from tabtwin.pipeline.step import Step

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
    """Return the step called ``name``; only its own libraries are imported.

    Raises:
        InputError: if there is none.
    """
    if name not in STEPS:
        raise InputError(f"expected a step ({', '.join(STEPS)}), found {name!r}")
    # By name, since an image has the libraries of its own step alone.
    step = importlib.import_module(module_of(name)).STEP
    assert isinstance(step, Step)
    return step


def module_of(name: str) -> str:
    """Return the module in which a step is defined."""
    return f"tabtwin.pipeline.{name}"
