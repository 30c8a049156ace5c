"""Measure what a holder of the twin could do to people: single out, link, and infer attributes.

Three attacks after Giomi et al. 2023 (:mod:`tabtwin.evaluation.risks.risk`), each on training rows and, as
the control, on rows of the holdout. Guesses are about subjects: at most one row of each is asked about, and a
subject with several rows counts as one person when someone is singled out; so guesses are independent, and
intervals by guess are intervals by subject.

The *control* twin is half of the holdout, judged with as many training subjects as the other half has: what
an honest sample shows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tabtwin.evaluation.comparison import Rows
from tabtwin.evaluation.distances.neighbours import Features, Gower
from tabtwin.evaluation.distances.without_column import nearest_without
from tabtwin.evaluation.risks import inference, linkability, singling_out
from tabtwin.evaluation.risks.boxes import Population
from tabtwin.evaluation.risks.cells import cells
from tabtwin.evaluation.risks.results import EveryRisk, OneRisk
from tabtwin.evaluation.risks.risk import Guesses, Risk
from tabtwin.evaluation.subjects import count, one_each
from tabtwin.lib import seeds
from tabtwin.schema.kinds.registry import is_label
from tabtwin.schema.schema import Schema

MAX_ASKED = 2_000
"""The most subjects whose rows are linked and inferred, in training and in the holdout each."""
FEWEST_GUESSES = 10
"""The fewest predicates for a rate: two that happen to be right prove nothing."""
UNIVARIATE, MULTIVARIATE = "singling_out_univariate", "singling_out_multivariate"
LINKS = {near: f"linkability_{near}" for near in linkability.NEIGHBOURS}
INFERENCE = "inference"
RISKS = (UNIVARIATE, MULTIVARIATE, *LINKS.values(), INFERENCE)


@dataclass(frozen=True)
class Risks:
    """The risk of each kind, and of guessing each column; ``None`` if no guess can be made."""

    figures: dict[str, Risk | None]
    columns: dict[str, Risk]

    def result(self) -> EveryRisk:
        """Return the risks as ``audit.json`` holds them."""
        figures = {name: found.result() if found else None for name, found in self.figures.items()}
        columns: dict[str, OneRisk | None] = {name: one.result() for name, one in self.columns.items()}
        return EveryRisk(**figures, columns=columns)


def risks(
    twin: pd.DataFrame, training: Rows, holdout: Rows, schema: Schema, *, seed: int, threads: int = 1
) -> Risks:
    """Return the risks to training rows from a twin; the holdout's rows are the control of every attack.

    Args:
        twin: What was published, canonical.
        training: The rows that its generator saw.
        holdout: Rows of the same source that it did not see.
        schema: Their schema.
        seed: Draws guesses, and rows if there are more than the caps.
        threads: Threads to compute with; no figure depends on it.
    """
    rng = seeds.generator(seed, "risks")
    return _figures([_trial(twin, training, holdout, schema, seed, rng, threads)])


def control(training: Rows, holdout: Rows, schema: Schema, *, seed: int, threads: int = 1) -> Risks:
    """Return the risks from each half of the holdout taken as a twin: what chance and the split alone would
    show.

    Each half is judged by the other and by its own training subjects, so the two trials ask about no row
    twice. Columns are divided, and secrets drawn, as for the twin.
    """
    rng = seeds.generator(seed, "risks", "control")
    people, others = (rng.permutation(np.unique(rows.clusters)) for rows in (training, holdout))
    halves = [_of(holdout, others[side::2]) for side in (0, 1)]
    trials = []
    for side, (made, rest) in enumerate((halves, halves[::-1])):
        asked = _of(training, people[side::2][: count(rest.clusters)])
        trials.append(_trial(made.table, asked, rest, schema, seed, rng, threads))
    return _figures(trials)


@dataclass(frozen=True)
class _Trial:
    """The guesses from one twin, by risk and, for inference, by column."""

    figures: dict[str, Guesses | None]
    columns: dict[str, Guesses]


def _trial(
    twin: pd.DataFrame,
    training: Rows,
    holdout: Rows,
    schema: Schema,
    seed: int,
    rng: np.random.Generator,
    threads: int,
) -> _Trial:
    holdout = _of(holdout, rng.permutation(np.unique(holdout.clusters))[: count(training.clusters)])
    sides = (training, holdout)
    figures = _singled_out(twin, sides, schema, rng, threads)
    asked = [_asked(rows, rng) for rows in sides]
    gower = Gower.fit(twin, schema)
    published, *features = (gower.features(table) for table in (twin, *(rows.table for rows in asked)))
    figures |= _linked(features, published, seed, threads)
    columns = _inferred(twin, asked, features, published, schema, seed, rng, threads)
    return _Trial(figures | {INFERENCE: _mean(list(columns.values()))}, columns)


def _singled_out(
    twin: pd.DataFrame, sides: tuple[Rows, Rows], schema: Schema, rng: np.random.Generator, threads: int
) -> dict[str, Guesses | None]:
    published, *found = cells([twin, *(rows.table for rows in sides)], schema)
    people = [Population.of(part, rows.clusters) for part, rows in zip(found, sides, strict=True)]
    ordered = np.array([not is_label(column) for column in schema.learned])
    kinds = {
        UNIVARIATE: (1, singling_out.univariate(published, ordered, rng=rng, threads=threads)),
        MULTIVARIATE: (
            singling_out.WIDTH,
            singling_out.multivariate(published, ordered, rng=rng, threads=threads),
        ),
    }
    figures: dict[str, Guesses | None] = {}
    for name, (width, boxes) in kinds.items():
        figures[name] = None
        if boxes is not None and len(boxes) >= FEWEST_GUESSES:
            luck = singling_out.at_random(published, ordered, width, len(boxes), rng=rng)
            figures[name] = singling_out.judged(boxes, luck, *people, threads=threads)
    return figures


def _linked(
    features: list[Features], published: Features, seed: int, threads: int
) -> dict[str, Guesses | None]:
    columns = published.values.shape[1]
    if columns < 2:
        return dict.fromkeys(LINKS.values())
    dealt = linkability.deals(columns, seeds.generator(seed, "risks", "deals"))
    seen, unseen = (linkability.links(part, published, dealt, threads=threads) for part in features)
    return {
        name: Guesses(seen[near], unseen[near], linkability.by_chance(near, len(published)))
        for near, name in LINKS.items()
    }


def _inferred(
    twin: pd.DataFrame,
    asked: list[Rows],
    features: list[Features],
    published: Features,
    schema: Schema,
    seed: int,
    rng: np.random.Generator,
    threads: int,
) -> dict[str, Guesses]:
    """Guess every column that is a secret; return nothing if there is no other column to guess from."""
    if len(schema.learned) < 2:
        return {}
    made, *truths = cells([twin, *(rows.table for rows in asked)], schema)
    secrets = inference.secrets(len(schema.learned), seeds.generator(seed, "risks", "secrets"))
    guessed = [nearest_without(part, published, secrets, threads=threads) for part in features]
    found = {}
    for place, secret in enumerate(secrets):
        column, held = schema.learned[secret], made[secret]
        seen, unseen = (
            inference.right(held[rows[:, place]], truth[secret], column)
            for rows, truth in zip(guessed, truths, strict=True)
        )
        luck = inference.right(rng.choice(held, len(seen)), truths[0][secret], column)
        found[column.name] = Guesses(seen.astype(float), unseen.astype(float), float(luck.mean()))
    return found


def _mean(parts: list[Guesses]) -> Guesses | None:
    """Combine guesses about the same rows, so that a row counts once in an interval."""
    if not parts:
        return None
    return Guesses(
        np.mean([part.training for part in parts], axis=0),
        np.mean([part.holdout for part in parts], axis=0),
        float(np.mean([part.baseline for part in parts])),
    )


def _figures(trials: list[_Trial]) -> Risks:
    figures: dict[str, Risk | None] = {}
    for name in RISKS:
        made = [guesses for trial in trials if (guesses := trial.figures[name]) is not None]
        figures[name] = Risk.of(made) if made else None
    return Risks(
        figures, {name: Risk.of([trial.columns[name] for trial in trials]) for name in trials[0].columns}
    )


def _asked(rows: Rows, rng: np.random.Generator) -> Rows:
    """Return one row of each subject, of at most ``MAX_ASKED`` subjects, in their order."""
    return rows.take(np.sort(rng.permutation(one_each(rows.clusters, rng))[:MAX_ASKED]))


def _of(rows: Rows, people: np.ndarray) -> Rows:
    """Return the rows of some subjects."""
    return rows.take(np.isin(rows.clusters, people))
