"""tabtwin.evaluation.canaries.planting: planted rows join training and vouch for nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from audited import SCHEMA, source
from tabtwin.evaluation.canaries.generation import draw_canaries
from tabtwin.evaluation.canaries.planting import plant, planted_rows, without_nobody
from tabtwin.generators.boost.coding import fit_column
from tabtwin.lib.seeds import generator
from tabtwin.protection.rare_values import decode, encode, fit_encoding
from tabtwin.schema.schema import Column, Schema

ROWS = 1_500
TRAINING = source(ROWS, 1)
ENCODING = fit_encoding(TRAINING, SCHEMA, np.arange(ROWS), 5)
ENCODED = encode(TRAINING, SCHEMA, ENCODING)


def test_planted_rows_follow_the_training_rows_in_every_fold_and_are_one_subjects():
    folds = pd.DataFrame({"fold": np.arange(ROWS) % 5, "subject": np.arange(ROWS)})
    folds = folds.astype({"fold": "int8", "subject": "int32"})
    canaries = draw_canaries(ENCODED, SCHEMA, ENCODING, 20, rng=generator(1), threads=1)
    rows, dealt = plant(ENCODED, folds, canaries, SCHEMA, ENCODING)
    pd.testing.assert_frame_equal(rows[:ROWS], ENCODED)
    pd.testing.assert_frame_equal(
        decode(rows[ROWS:].reset_index(drop=True), SCHEMA, ENCODING), planted_rows(canaries)
    )
    pd.testing.assert_frame_equal(dealt[:ROWS], folds)
    assert dealt.dtypes.equals(folds.dtypes)
    assert dealt["fold"][ROWS:].value_counts().tolist() == [4] * 5
    assert dealt["subject"][ROWS:].tolist() == [ROWS] * 20


@pytest.mark.parametrize("own", [None, 4])
def test_a_canary_vouches_for_no_number_that_too_few_real_subjects_hold(own):
    """One value of four subjects, and a planted row that repeats it: boost must not keep it as it is."""
    schema = Schema(columns=(Column(name="pay", kind="decimal", digits=2, protect=own),))
    pay = np.repeat(np.linspace(0, 1_000, 101), 10)
    spike = 123.45
    rows = pd.DataFrame({"pay": np.concatenate([pay, np.repeat(spike, (own or 5) - 1), [spike]])})
    subjects = np.arange(len(rows))

    def keeps(schema: Schema) -> bool:
        column = fit_column(rows["pay"], schema["pay"], subjects, 5, 2_000)
        return spike in column.parts[""].low  # type: ignore[union-attr] # a column of numbers

    assert keeps(schema)
    assert not keeps(without_nobody(schema, 5))
