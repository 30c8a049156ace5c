"""Read what screening and choosing found of a run's twin, in all of its slices."""

from __future__ import annotations

from tabtwin.pipeline.step import Inputs
from tabtwin.selection.merging import merge_refined, merge_screened
from tabtwin.selection.results import Refined, Screened
from tabtwin.store.artifacts import Ref
from tabtwin.store.run import Run
from tabtwin.store.twins import of_twin

SCREENED = Ref(step="screen", file="screen.json")
REFINED = Ref(step="refine", file="refine.json")


def slice_refs(run: Run) -> list[Ref]:
    """Return the files with what was found of each slice."""
    return [*of_twin(SCREENED, run), *of_twin(REFINED, run)]


def read_screened(inputs: Inputs) -> Screened:
    """Return what screening found of the whole twin."""
    return merge_screened(
        [inputs.parsed(Screened, ref.step, ref.file, ref.name) for ref in _of(SCREENED, inputs)]
    )


def read_refined(inputs: Inputs) -> Refined:
    """Return how the rows of the whole twin were chosen."""
    return merge_refined(
        [inputs.parsed(Refined, ref.step, ref.file, ref.name) for ref in _of(REFINED, inputs)]
    )


def _of(file: Ref, inputs: Inputs) -> list[Ref]:
    return [ref for ref in inputs.refs if (ref.step, ref.file, ref.run) == (file.step, file.file, "")]
