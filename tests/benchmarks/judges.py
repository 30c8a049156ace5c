"""Who judges twins: figures that are kept apart, so that a change of one measure asks for its own only."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version

import pandas as pd

from tabtwin.pipeline import provenance
from tabtwin.store.artifacts import canonical, sha256
from tests.benchmarks import judge, trial
from tests.benchmarks.judge import Figures
from tests.benchmarks.tables import Halves

KEY_LENGTH = 12


@dataclass(frozen=True)
class Judge:
    """A set of figures.

    Attributes:
        name: What its files are called after.
        score: The figures of a twin: twin, table, seed, threads.
        fresh: The figures of real rows that nobody trained on: table, seed, threads.
        modules: Those of tabtwin that decide them.
        libraries: Others that do.
    """

    name: str
    score: Callable[[pd.DataFrame, Halves, int, int], Figures]
    fresh: Callable[[Halves, int, int], Figures]
    modules: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()

    @cached_property
    def file(self) -> str:
        """The name of the file of its figures, by what decides them besides the twin."""
        code = [sha256(inspect.getsource(part).encode()) for part in (self.score, self.fresh)]
        code += [provenance.source_digest(module) for module in self.modules]
        versions = [provenance.library_versions(module) for module in self.modules]
        versions += [{name: version(name)} for name in self.libraries]
        return f"{self.name}-{sha256(canonical([code, versions]))[:KEY_LENGTH]}.json"


CLOSENESS = Judge(
    "closeness", judge.figures, judge.fresh_figures, ("tabtwin.pipeline.audit",), libraries=("mostlyai-qa",)
)
LIKENESS = Judge(
    "likeness",
    trial.likeness,
    trial.fresh_likeness,
    ("tabtwin.evaluation.fidelity.accuracy", "tabtwin.evaluation.fidelity.discriminator"),
)
ATTACKS = Judge("attacks", trial.attacks, trial.fresh_attacks, ("tabtwin.evaluation.attacks.attack",))
UTILITY = Judge("utility", trial.utility, trial.fresh_utility, ("tabtwin.pipeline.utility",))
QA = Judge("qa", judge.qa_figures, judge.fresh_qa_figures, libraries=("mostlyai-qa",))
JUDGES = {judge.name: judge for judge in (CLOSENESS, LIKENESS, ATTACKS, UTILITY, QA)}
