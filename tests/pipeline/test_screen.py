"""tabtwin.screen: near copies, surplus copies and crowding go; the rest stays as it is."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from step_outputs import sliced
from tabtwin.evaluation.canaries.planting import PLANTED
from tabtwin.lib import frames
from tabtwin.lib.errors import InputError, RefusedError
from tabtwin.lib.options import build
from tabtwin.pipeline.pool import BLOCK, COPY, MEMBER
from tabtwin.pipeline.screen import STEP, Params, assert_rules, run
from tabtwin.pipeline.step import Inputs, Outputs
from tabtwin.protection.rare_values import fit_encoding
from tabtwin.schema.encoding import Encoding, Recoding
from tabtwin.schema.rule import Rule
from tabtwin.schema.schema import Column, Schema
from tabtwin.store.artifacts import Ref

SCHEMA = Schema(
    columns=(
        Column(name="amount", kind="decimal", digits=6, missing=True),
        Column(name="when", kind="datetime", format="%Y-%m-%d"),
        Column(name="plan", kind="category"),
        Column(name="score", kind="decimal", digits=6),
        Column(name="id", kind="key"),
    )
)
LEARNED = [column.name for column in SCHEMA.learned]


def table(rows: int, seed: int) -> pd.DataFrame:
    """A canonical table whose columns hang together; no value lies outside of what protection allows."""
    draw = np.random.default_rng(seed)
    hidden = draw.normal(size=rows)
    amount = np.clip(100 + 15 * hidden + draw.normal(0, 5, rows), 70, 130)
    return pd.DataFrame(
        {
            "amount": np.where(draw.random(rows) < 0.05, np.nan, amount.round(6)),
            "when": pd.to_datetime("2024-01-01") + pd.to_timedelta(draw.integers(0, 50, rows), "D"),
            "plan": np.where(hidden > 0, "gold", draw.choice(["basic", "plus"], rows)).astype(object),
            "score": np.clip(draw.normal(0, 1, rows), -2, 2).round(6),
        }
    )


class Given(Inputs):
    """The inputs of a step, as bytes."""

    def __init__(self, files: dict[tuple[str, str, str], bytes]) -> None:
        self.files = files
        self.refs = tuple(Ref(step=step, file=file, name=name) for step, file, name in files)

    def read(self, step: str, file: str, name: str = "", run: str = "") -> bytes:
        return self.files[step, file, name]


def given(training: pd.DataFrame, pool: pd.DataFrame, canaries: pd.DataFrame | None = None) -> Given:
    training = training.assign(id="k")
    subjects = np.arange(len(training), dtype=np.int32)
    encoding = fit_encoding(training, SCHEMA, subjects, 5)
    none = table(0, 1).assign(**{PLANTED: np.zeros(0, bool)})
    halves = np.array_split(np.arange(len(pool)), 2)
    folds = pd.DataFrame({"fold": (subjects % 5).astype(np.int8), "subject": subjects})
    shards = {
        ("sample", "pool.parquet", f"m{number}-0"): frames.to_parquet(
            pool.iloc[half].assign(**{MEMBER: f"m{number}", BLOCK: np.int32(0)})
        )
        for number, half in enumerate(halves)
    }
    return Given(
        {
            ("ingest", "schema.json", ""): SCHEMA.model_dump_json().encode(),
            ("ingest", "encoding.json", ""): encoding.model_dump_json().encode(),
            ("weigh", "slices.json", ""): json.dumps(sliced(800, [])).encode(),
            ("ingest", "training.parquet", ""): frames.to_parquet(training),
            ("ingest", "folds.parquet", ""): frames.to_parquet(folds),
            ("ingest", "canaries.parquet", ""): frames.to_parquet(none if canaries is None else canaries),
            **shards,
        }
    )


def wanting(rows: int, inputs: Given) -> Given:
    """The same inputs for a slice of so many rows."""
    plan = json.dumps(sliced(rows, [])).encode()
    return Given(inputs.files | {("weigh", "slices.json", ""): plan})


def outcome(params: Params, inputs: Given) -> SimpleNamespace:
    outputs = Outputs()
    figures = run(params, inputs, outputs)
    kept = frames.from_parquet(outputs.files["screened.parquet"])
    return SimpleNamespace(figures=figures, kept=kept, report=json.loads(outputs.files["screen.json"]))


@pytest.fixture(scope="module")
def clean() -> Given:
    return given(table(800, 1), table(2400, 2))


@pytest.fixture(scope="module")
def copied() -> Given:
    training = table(800, 1)
    return given(training, pd.concat([table(2400, 2), training[:120]], ignore_index=True))


def equal_rows(kept: pd.DataFrame, training: pd.DataFrame) -> int:
    return len(kept[LEARNED].merge(training[LEARNED].drop_duplicates(), on=LEARNED))


def test_copies_of_training_rows_go_and_are_counted(copied):
    result = outcome(Params(), copied)
    assert equal_rows(result.kept, table(800, 1)) == 0
    assert result.report["dropped"]["copy"] == 120
    assert result.report["copies"] == {"pool": 120 / 2520, "kept": 0, "training": 0}


def test_what_is_closest_to_a_planted_canary_goes_first_and_a_held_back_one_draws_nothing() -> None:
    training, pool = table(800, 1), table(2400, 2)
    odd = pool[:40].assign(amount=np.nan, plan=np.repeat(["gold", "plus"], 20).astype(object))
    canaries = odd.assign(**{PLANTED: np.arange(40) < 20})
    near = odd.assign(score=np.clip(odd["score"] + 1e-6, -2, 2).round(6))
    result = outcome(Params(), given(training, pd.concat([pool, near], ignore_index=True), canaries))
    report = result.report
    assert equal_rows(result.kept, near[:20]) == 0
    assert equal_rows(result.kept, near[20:]) > 10
    assert 20 <= report["dropped"]["canary"] < 200
    assert report["rows"]["kept"] + sum(report["dropped"].values()) == report["rows"]["pool"]
    assert 0 <= report["training_dropped"]["canary"] < 0.1


def test_a_run_without_canaries_speaks_of_none(clean):
    report = outcome(Params(), clean).report
    assert "canary" not in {*report["dropped"], *report["training_dropped"]}


def test_a_clean_pool_keeps_its_rows_in_order_with_their_model_and_block(clean):
    result = outcome(Params(), clean)
    assert list(result.kept) == [*LEARNED, MEMBER, BLOCK, COPY]
    assert len(result.kept) > 0.98 * 2400
    assert (result.kept[MEMBER] == sorted(result.kept[MEMBER])).all()
    assert len(result.kept.merge(table(2400, 2).drop_duplicates(), on=LEARNED)) == len(result.kept)


def test_every_row_of_the_pool_is_accounted_for(copied):
    for mode in ("matched", "cutoff"):
        report = outcome(Params(screen=mode), copied).report
        rows = report["rows"]
        assert rows["kept"] + sum(report["dropped"].values()) == rows["pool"] == 2520
        assert sum(model["kept"] for model in report["models"].values()) == rows["kept"]
        for measure in ("dcr", "nndr"):
            assert [sum(report[measure][name]) for name in ("pool", "kept", "training")] == [
                rows["pool"],
                rows["kept"],
                800,
            ]


def test_cutoff_leaves_nothing_below_the_thresholds_and_says_what_hole_that_is(clean):
    report = outcome(Params(screen="cutoff", min_nndr=0.3), clean).report
    assert report["below"]["kept"] == {"dcr": 0, "nndr": 0}
    assert report["training_dropped"]["nndr"] > 0.02


def test_matched_would_drop_next_to_nothing_of_training_leaving_one_out(clean):
    assert sum(outcome(Params(), clean).report["training_dropped"].values()) < 0.01


def test_the_same_seed_gives_the_same_bytes_whatever_the_threads(copied):
    first, again = Outputs(), Outputs()
    run(Params(threads=1), copied, first)
    run(Params(threads=2), copied, again)
    assert first.files == again.files


def test_of_a_large_pool_a_shortlist_is_compared_and_the_report_says_so(clean: Given) -> None:
    whole = outcome(Params(), wanting(480, clean))
    assert whole.report["rows"] | {"kept": 0} == {"pool": 2400, "compared": 2400, "kept": 0, "wanted": 480}
    short = outcome(Params(), wanting(300, clean))
    assert short.report["rows"]["compared"] == short.figures["compared"] == 900
    assert set(short.kept[MEMBER]) == {"m0", "m1"}
    assert outcome(Params(shortlist=4), wanting(300, clean)).report["rows"]["compared"] == 1_200


def test_what_is_to_be_fitted_or_shared_decides_the_shortlist(clean: Given) -> None:
    gold = outcome(Params(rebalance="plan=gold:0.9"), wanting(200, clean)).kept["plan"] == "gold"
    assert gold.mean() > 0.8
    files = clean.files | {
        ("ingest", "encoded.parquet", ""): frames.to_parquet(table(300, 9).assign(plan="plus"))
    }
    plus = outcome(Params(training_weight=1.0), wanting(200, Given(files))).kept["plan"] == "plus"
    assert plus.mean() > 1.5 * (table(2400, 2)["plan"] == "plus").mean()


def test_too_few_rows_of_a_shortlist_are_refused_with_a_longer_one(clean: Given) -> None:
    strict: dict[str, Any] = {"screen": "cutoff", "dcr_scale": "absolute", "min_dcr": 0.3, "min_nndr": 0.1}
    with pytest.raises(RefusedError, match="--shortlist 12 or "):
        run(Params(**strict), wanting(200, clean), Outputs())


def test_too_few_rows_are_refused_with_an_oversampling_that_would_do(clean):
    with pytest.raises(RefusedError, match=r"expected 2500 rows after screening, found 2\d+ of 2400"):
        run(Params(), wanting(2500, clean), Outputs())
    with pytest.raises(RefusedError, match=r"--oversample \d+ or --rows \d+$"):
        run(Params(), wanting(2500, clean), Outputs())


def test_too_few_rows_under_cutoff_name_a_threshold_that_does(clean):
    strict: dict[str, Any] = {"screen": "cutoff", "dcr_scale": "absolute", "min_dcr": 0.2, "min_nndr": 0.1}
    with pytest.raises(RefusedError) as refusal:
        run(Params(**strict), clean, Outputs())
    advice = str(refusal.value).split("--min-dcr ")[1].split()[0]
    lowered = Params(**(strict | {"min_dcr": float(advice)}))
    assert outcome(lowered, clean).report["rows"]["kept"] >= 800


def test_a_pool_of_nothing_but_copies_is_refused_without_useless_advice():
    training = table(800, 1)
    with pytest.raises(RefusedError, match="found 0 of 1600; use other --generators"):
        run(Params(), given(training, pd.concat([training, training], ignore_index=True)), Outputs())


def test_a_row_that_shows_a_protected_value_ends_the_step_without_naming_it():
    pool = table(1000, 2)
    pool.loc[3, "plan"] = "secret"
    with pytest.raises(AssertionError, match="1 of 1000 pool rows") as bug:
        run(Params(), given(table(800, 1), pool), Outputs())
    assert "secret" not in str(bug.value)


def test_a_row_that_breaks_a_rule_ends_the_step() -> None:
    pool = pd.DataFrame({"low": [1.0, 3.0], "high": [2.0, 2.0]})
    columns = tuple(Column(name=name, kind="integer") for name in pool)
    schema = Schema(columns=columns, rules=(Rule(kind="order", columns=("low", "high")),))
    assert_rules(pool.head(1), schema)
    with pytest.raises(AssertionError, match="1 of 2 pool rows break"):
        assert_rules(pool, schema)


def test_rows_that_a_formula_with_its_own_missing_cells_cannot_complete_are_dropped(clean: Given) -> None:
    above, impossible = (
        Rule(kind="formula", expression=f"amount = {number} + score", declared=True, loose=True)
        for number in (100, 5000)
    )

    def asked(rule: Rule, unfit: int = 1) -> Given:
        schema = SCHEMA.model_copy(update={"rules": (rule,)})
        encoding = Encoding.model_validate_json(clean.read("ingest", "encoding.json"))
        encoding = encoding.model_copy(update={"recoding": Recoding(computed=(rule,))})
        inputs = Given(dict(clean.files))
        inputs.files["ingest", "schema.json", ""] = schema.model_dump_json().encode()
        inputs.files["ingest", "encoding.json", ""] = encoding.model_dump_json().encode()
        for number in range(2):
            pool = frames.from_parquet(clean.read("sample", "pool.parquet", f"m{number}-0"))
            fits = np.arange(len(pool)) % 4 >= unfit
            pool["amount"] = np.where(fits, (100 + pool["score"]).round(6), 101.5)
            inputs.files["sample", "pool.parquet", f"m{number}-0"] = frames.to_parquet(pool)
        return inputs

    found = outcome(Params(), asked(above))
    assert 590 < found.figures["dropped_broken"] <= 600
    with pytest.raises(RefusedError, match="keep the rules of the schema, found none of 2400"):
        run(Params(), asked(impossible), Outputs())
    with pytest.raises(RefusedError, match=r"found \d+ of \d+; use --oversample 5 or"):
        run(Params(), wanting(700, asked(above, unfit=3)), Outputs())


def test_thresholds_that_make_no_sense_are_bad_input():
    for option in ({"min_dcr": "-1"}, {"min_dcr": "inf"}, {"min_nndr": "2"}, {"screen": "both"}):
        with pytest.raises(InputError, match="--"):
            build(STEP.params, option)
