"""Read a model as ``train`` stored it: whole, or in the parts that several tasks fitted."""

from __future__ import annotations

from tabtwin import generators
from tabtwin.generators.protocol import Model, Trained
from tabtwin.pipeline.plan import planned_parts
from tabtwin.pipeline.step import Inputs
from tabtwin.store.artifacts import Ref
from tabtwin.store.run import Run


def model_refs(run: Run, model: str) -> list[Ref]:
    """Return the files of all parts of a model; a model that is not planned is reported missing by its name.

    The plan itself is not among them: its other models do not affect this one.
    """
    parts, files = planned_parts(run).get(model, [model]), ("model.bin", "training.json")
    return [Ref(step="train", file=file, name=part) for part in parts for file in files]


def read_model(inputs: Inputs) -> tuple[Model, Trained]:
    """Return the declared model, verified and whole, and the record of its training (of its first part).

    Raises:
        IntegrityError: if a part is not what its signed manifest vouches for, or not of this model.
    """
    parts = inputs.names("train")
    training = inputs.parsed(Trained, "train", "training.json", parts[0])
    generator = generators.find(training.generator)
    models = [generator.load(inputs.read("train", "model.bin", part)) for part in parts]
    return generator.join(models), training
