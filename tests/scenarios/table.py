"""How a workflow ends for which exit codes: recorded once, and held to by both engines."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

WORKFLOW = Path(__file__).with_name("workflow.yaml")


class Outcome(NamedTuple):
    """How a task ended: its state as Argo calls it, its tries, and the exit code of the last one."""

    state: str
    tries: int = 0
    code: int = 0


WELL = Outcome("Succeeded", 1)
AGAIN = Outcome("Succeeded", 2)
OMITTED = Outcome("Omitted")
SKIPPED = Outcome("Skipped")
USUAL = {
    **dict.fromkeys(("ingest", "train/a", "train/b", "score/a", "score/b", "weigh", "sample/a-0"), WELL),
    **dict.fromkeys(("screen", "audit", "balance", "release"), WELL),
    "refine": OMITTED,  # it waits for audit to fail
}
AFTER_WEIGH = dict.fromkeys(("sample", "screen", "audit", "balance", "refine", "release"), OMITTED)
B_IN_PARTS = {"b": ("b-1of2", "b-2of2")}
LOST_A = {"train/a": Outcome("Failed", 3, 1), "score/a": OMITTED}


@dataclass(frozen=True)
class Scenario:
    """What the tasks' tries end with, and how everything then ends.

    Attributes:
        codes: The exit codes of tries, by task; the others end with 0.
        tasks: How every task ends.
        code: The exit code of the task that ended the run; 0 where it succeeded.
        models: What there is to fan out over.
        shards: Likewise.
        parts: What a model is trained in; where nothing is said, one part of its own name.
    """

    codes: Mapping[str, Sequence[int]]
    tasks: Mapping[str, Outcome]
    code: int = 0
    models: Sequence[str] = ("a", "b")
    shards: Sequence[str] = ("a-0",)
    parts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    state: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "state", "Failed" if self.code else "Succeeded")

    @property
    def parameters(self) -> dict[str, str]:
        """The workflow's parameters."""
        models = [
            {"name": name, "parts": [{"name": part} for part in self.parts.get(name, (name,))]}
            for name in self.models
        ]
        shards = [{"name": name} for name in self.shards]
        lists = {"codes": self.codes, "models": models, "shards": shards}
        return {name: json.dumps(items) for name, items in lists.items()}


def without(tasks: Mapping[str, Outcome], *gone: str) -> dict[str, Outcome]:
    """``tasks`` less those whose step is ``gone``."""
    return {name: outcome for name, outcome in tasks.items() if name.split("/")[0] not in gone}


SCENARIOS = {
    "all goes well": Scenario({}, USUAL),
    "a step fails once, others are killed once": Scenario(
        {"screen": [1], "train/a": [-9], "weigh": [-15]},
        USUAL | {"screen": AGAIN, "train/a": AGAIN, "weigh": AGAIN},
    ),
    "a step fails for good": Scenario(
        {"screen": [1, 1, 1]},
        USUAL
        | {"screen": Outcome("Failed", 3, 1)}
        | dict.fromkeys(("audit", "balance", "refine", "release"), OMITTED),
        code=1,
    ),
    "the input is bad": Scenario(
        {"ingest": [2]},
        {"ingest": Outcome("Failed", 1, 2), "model": OMITTED, "weigh": OMITTED, **AFTER_WEIGH},
        code=2,
    ),
    "one model of many is lost": Scenario({"train/a": [1, 1, 1]}, USUAL | LOST_A),
    "a model is trained in parts, one of which is killed once": Scenario(
        {"train/b-1of2": [-9]},
        {name: outcome for name, outcome in USUAL.items() if name != "train/b"}
        | {"train/b-1of2": AGAIN, "train/b-2of2": WELL},
        parts=B_IN_PARTS,
    ),
    "one part of a model is lost, and the model with it": Scenario(
        {"train/b-2of2": [1, 1, 1]},
        {name: outcome for name, outcome in USUAL.items() if name != "train/b"}
        | {"train/b-1of2": WELL, "train/b-2of2": Outcome("Failed", 3, 1), "score/b": OMITTED},
        parts=B_IN_PARTS,
    ),
    "all models are lost to a setting": Scenario(
        {"train/a": [2], "train/b": [2], "weigh": [2]},
        without(USUAL, "sample")
        | dict.fromkeys(("train/a", "train/b"), Outcome("Failed", 1, 2))
        | dict.fromkeys(("score/a", "score/b"), OMITTED)
        | {"weigh": Outcome("Failed", 1, 2)}
        | AFTER_WEIGH,
        code=2,
    ),
    "a model was tampered with": Scenario(
        {"score/a": [4], "weigh": [4]},
        without(USUAL, "sample")
        | {"score/a": Outcome("Failed", 1, 4), "weigh": Outcome("Failed", 1, 4)}
        | AFTER_WEIGH,
        code=4,
    ),
    "a gate refuses": Scenario({"release": [3]}, USUAL | {"release": Outcome("Failed", 1, 3)}, code=3),
    "one branch fails and the other goes on": Scenario(
        {"audit": [1, 1, 1]},
        USUAL | {"audit": Outcome("Failed", 3, 1), "refine": WELL, "release": OMITTED},
        code=1,
    ),
    "one branch fails after the other was tampered with": Scenario(
        {"audit": [4], "balance": [1, 1, 1]},
        USUAL
        | {"audit": Outcome("Failed", 1, 4), "balance": Outcome("Failed", 3, 1)}
        | {"refine": WELL, "release": OMITTED},
        code=4,
    ),
    "there is nothing to sample": Scenario({}, without(USUAL, "sample") | {"sample": SKIPPED}, shards=()),
    "there is nothing to train": Scenario(
        {},
        {"ingest": WELL, "model": SKIPPED, "weigh": OMITTED, **AFTER_WEIGH},
        models=(),
    ),
}
