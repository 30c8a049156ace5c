"""Parse which generators a run trains, and how many of each: ``"boost:4"``, or the name of a preset."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from pydantic import Field

from tabtwin.lib.errors import InputError
from tabtwin.store.artifacts import Frozen

GENERATORS = ("boost", "ctgan", "tvae")
TORCH = frozenset({"ctgan", "tvae"})
"""Generators that compute with torch: devices and GPU pools concern them, and epochs."""
AVERAGED = frozenset({"boost"})
"""Generators whose members are averaged within one model, which groups of columns can be fitted of."""
PRESETS = {"prize": "ctgan:4,tvae:1", "all": "boost:4,ctgan:4,tvae:1"}
MOST = 99
MOST_MEMBERS = 5
"""The members of one model: each leaves out its own fold."""


class Spec(Frozen):
    """A number of models of one generator, or of members of its one model."""

    generator: str
    count: int = Field(ge=1, le=MOST)

    @property
    def models(self) -> int:
        """Return the number of models, of which members that are averaged make one."""
        return 1 if self.generator in AVERAGED else self.count


class PartTask(Frozen):
    """A task of ``train``: a model, or a shard of one group of its columns; Argo's items hold texts alone."""

    name: str
    group: str
    groups: str
    shard: str
    shards: str


class PlannedModel(Frozen):
    """A model that a run trains, as ``models.json`` lists it for Argo to fan out over.

    Attributes:
        name: Its name.
        generator: What is trained.
        member: Its number, from 1 through all models of the run.
        members: How many members it has.
        epochs: Passes over the rows.
        torch: Whether it computes with torch.
        parts: The tasks that train it.
    """

    name: str
    generator: str
    member: str
    members: str
    epochs: str
    torch: str
    parts: tuple[PartTask, ...]


def parse_spec(text: str) -> tuple[Spec, ...]:
    """Read a list such as ``"ctgan:4,tvae:1"`` (a name alone means one model) or a preset.

    Raises:
        InputError: if a generator is unknown or named twice, or a count is not a number from 1 to 99.
    """
    parts = [part.strip() for part in PRESETS.get(text.strip(), text).split(",")]
    specs = tuple(_parse_part(part) for part in parts)
    names = [spec.generator for spec in specs]
    for name in names:
        if names.count(name) > 1:
            raise InputError(
                f"--generators: expected each generator once, found {name} twice; add the counts"
            )
    return specs


def model_names(specs: Sequence[Spec]) -> tuple[str, ...]:
    """Return the models of a run, in order.

    >>> model_names(parse_spec("boost:4,ctgan:2"))
    ('boost-1', 'ctgan-1', 'ctgan-2')
    """
    return tuple(f"{spec.generator}-{number}" for spec in specs for number in range(1, spec.models + 1))


def plan_models(specs: Sequence[Spec], epochs: int, groups: int, shards: int = 1) -> list[PlannedModel]:
    """Return each model's name and generator, whether that uses torch, and the tasks of ``train`` that fit
    it.

    Generators without epochs get 1, so that the number does not affect them. A model whose members are
    averaged has ``shards`` tasks for each of ``groups`` groups of columns; others learn all columns together.

    Members are numbered from 1 through all models of the run, whatever their generator, so that models
    leave out different folds.
    """
    planned = [spec for spec in specs for _ in range(spec.models)]
    return [
        PlannedModel(
            name=name,
            generator=spec.generator,
            member=str(member),
            members=str(spec.count if spec.generator in AVERAGED else 1),
            epochs=str(epochs if spec.generator in TORCH else 1),
            torch=str(spec.generator in TORCH).lower(),
            parts=part_tasks(name, groups, shards) if spec.generator in AVERAGED else part_tasks(name),
        )
        for member, (name, spec) in enumerate(zip(model_names(specs), planned, strict=True), start=1)
    ]


def part_tasks(model: str, groups: int = 1, shards: int = 1) -> tuple[PartTask, ...]:
    """Return the tasks of ``train`` that fit one model; a single one has the model's name.

    >>> [task.name for task in part_tasks("boost-1", groups=2, shards=2)]
    ['boost-1-1of2-1of2', 'boost-1-1of2-2of2', 'boost-1-2of2-1of2', 'boost-1-2of2-2of2']
    """
    return tuple(
        PartTask(
            name=model + (f"-{group}of{groups}" if groups * shards > 1 else "") + of_shards,
            group=str(group),
            groups=str(groups),
            shard=str(shard),
            shards=str(shards),
        )
        for group in range(1, groups + 1)
        for shard in range(1, shards + 1)
        for of_shards in [f"-{shard}of{shards}" if shards > 1 else ""]
    )


def _parse_part(part: str) -> Spec:
    name, _, count = part.partition(":")
    name, count = name.strip(), count.strip() or "1"
    if name not in GENERATORS:
        raise InputError(_unknown(name))
    most = MOST_MEMBERS if name in AVERAGED else MOST
    if not (count.isascii() and count.isdigit() and 1 <= int(count) <= most):
        raise InputError(f"--generators: expected {name}:COUNT with a count from 1 to {most}, found {part!r}")
    return Spec(generator=name, count=int(count))


def _unknown(name: str) -> str:
    there = (*GENERATORS, *PRESETS)
    close = difflib.get_close_matches(name, there, n=1)
    hint = f"did you mean {close[0]}?" if close else ""
    return (
        f"--generators: expected generators ({', '.join(GENERATORS)}) or a preset alone "
        f"({', '.join(PRESETS)}), found {name!r}; {hint or 'name one of them'}"
    )
