"""The discriminator finds what is wrong with a table, and nothing where nothing is."""

from __future__ import annotations

from audited import SCHEMA, source
from tabtwin.evaluation.fidelity.accuracy import shuffled
from tabtwin.evaluation.fidelity.discriminator import discriminator_auc
from tabtwin.lib import seeds


def test_fresh_rows_cannot_be_told_from_the_source() -> None:
    low, high = discriminator_auc(source(800, 1), source(800, 2), SCHEMA, seed=1, threads=1).interval()
    assert low < 0.5 < high


def test_a_shuffle_of_columns_is_told_at_once() -> None:
    mixed = shuffled(source(800, 1), seeds.generator(1, "test"))
    assert discriminator_auc(mixed, source(800, 2), SCHEMA, seed=1, threads=1).interval()[0] > 0.8


def test_the_same_seed_gives_the_same_figure_on_any_number_of_threads() -> None:
    found = [
        discriminator_auc(source(200, 1), source(200, 2), SCHEMA, seed=1, threads=threads)
        for threads in (1, 2)
    ]
    assert found[0] == found[1]


def test_a_handful_of_rows_is_judged_without_an_error() -> None:
    found = discriminator_auc(source(25, 1), source(25, 2), SCHEMA, seed=1, threads=1)
    assert found.interval()[1] - found.interval()[0] > 0.2
