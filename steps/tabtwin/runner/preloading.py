"""Load, once for all steps of a run, what each of them would import and look up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress

import pyarrow.dataset  # noqa: F401 - loaded for the steps, whose first Parquet file would import it

import tabtwin.pipeline.task
import tabtwin.store.directory.store  # noqa: F401 - loaded for the steps, which open it late
from tabtwin.generators.spec import TORCH
from tabtwin.pipeline.executing import look_up
from tabtwin.pipeline.registry import load
from tabtwin.runner import deliver  # noqa: F401 - loaded for the process that writes the pool

MODELLING = ("train", "score", "sample")
"""Steps that load a generator, late, once they know which."""
RARELY_COMPILED = ("ingest",)
"""Steps that call a compiled function for few tables, and load then what it needs: others can wait for it."""


def preload(name: str) -> Iterator[str]:
    """Import and look up what every task of a step would; yield its name after each part of that."""
    step = load(name)
    yield name
    look_up(step)
    yield name
    with suppress(ImportError):  # the step itself reports what is missing
        for _ in step.late() or ():
            yield name
    if "numba" in step.libraries and name not in RARELY_COMPILED:
        preload_kernels()
        yield name


def preload_kernels() -> None:
    """Import what compiled functions need."""
    from tabtwin.lib import kernels

    kernels.load()


def preload_for(words: Sequence[str]) -> None:
    """Import what a step with these words needs, with the generator that it would load late."""
    step, models = words[1], [word.partition("=")[2] for word in words if word.startswith("--model=")]
    for _ in preload(step):
        pass
    if step in MODELLING:
        with suppress(ImportError):  # the step itself reports what is missing
            if any(model.rpartition("-")[0] in TORCH for model in models):
                import tabtwin.generators.sdv.synthesizer
            else:
                import tabtwin.generators.boost  # noqa: F401 - loaded for the child
