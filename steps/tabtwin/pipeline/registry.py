"""Register the steps, in the pipeline's order: the options of each, and the module that defines it."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from tabtwin.lib.errors import InputError
from tabtwin.lib.options import GROUPS, Described, describe
from tabtwin.pipeline.params import ingest, refine, release, sample, score, screen, train, weigh
from tabtwin.pipeline.params.base import StepParams
from tabtwin.pipeline.params.judging import Judging

if TYPE_CHECKING:
    from tabtwin.pipeline.step import Step

PARAMS: dict[str, type[StepParams]] = {
    "ingest": ingest.Params,
    "train": train.Params,
    "score": score.Params,
    "weigh": weigh.Params,
    "sample": sample.Params,
    "screen": screen.Params,
    "refine": refine.Params,
    "audit": StepParams,
    "balance": StepParams,
    "utility": StepParams,
    "report": Judging,
    "release": release.Params,
}
STEPS = tuple(PARAMS)


def load(name: str) -> Step[Any]:
    """Return the step called ``name``; only its own libraries are imported.

    Raises:
        InputError: if there is none.
    """
    if name not in STEPS:
        raise InputError(f"expected a step ({', '.join(STEPS)}), found {name!r}")
    # By name, since an image has only the libraries of its own step.
    step: Step[Any] = importlib.import_module(module_of(name)).STEP
    return step


def module_of(name: str) -> str:
    """Return the module in which a step is defined."""
    return f"tabtwin.pipeline.{name}"


def options() -> tuple[Described, ...]:
    """Return every option of the pipeline once, by heading, in the order of the steps that take them."""
    found = {one.name: one for params in PARAMS.values() for one in describe(params)}
    return tuple(sorted(found.values(), key=lambda one: GROUPS.index(one.option.group)))


def shown_settings() -> tuple[str, ...]:
    """Return the settings that the public report lists, by their fields."""
    return tuple(one.field for one in options() if one.option.is_shown and not one.option.is_file)
