"""The benchmark of generators: its peers make canonical twins, its judges judge, its picture is drawn."""

from __future__ import annotations

import time
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from small import small_table
from tabtwin.evaluation.fidelity.accuracy import shuffled
from tabtwin.generators.spec import GENERATORS
from tabtwin.lib import seeds
from tabtwin.preparation.prepare import ingest_table
from tabtwin.protection.rare_values import encode, violations
from tests.benchmarks import alone, cart, cells, frontier, peers, runner, strangers, trial
from tests.benchmarks.cells import Cell, is_finished
from tests.benchmarks.frontier import Point
from tests.benchmarks.gapless import label, with_gaps, without_gaps
from tests.benchmarks.generators import plan, summary
from tests.benchmarks.judges import Judge
from tests.benchmarks.making import Job
from tests.benchmarks.tables import Halves


@pytest.fixture(scope="module")
def table() -> Halves:
    """A small table, halved."""
    training, holdout = (
        rows.to_csv(index=False).encode() for rows in np.array_split(small_table(600), [300])
    )
    found = ingest_table(training, "small.csv", holdout=holdout, target="bought", seed=1)
    return Halves("small", "bought", training, holdout, found)


def job(table: Halves, folder: Path, **options: str) -> Job:
    return Job(table, 1, 1, folder, options=options)


def is_a_twin(twin: pd.DataFrame, table: Halves) -> bool:
    """Whether it is canonical, complete, and holds nothing that is protected."""
    found = table.found
    training = found.training[[column.name for column in found.schema.learned]]
    hidden = violations(twin, found.schema, found.encoding)
    return twin.dtypes.equals(training.dtypes) and len(twin) == len(training) and not hidden.any()


def test_a_table_without_gaps_is_turned_back_into_what_it_was(table: Halves) -> None:
    found = table.found
    plain, coding = without_gaps(found)
    assert not plain.isna().any().any()
    assert plain[label(coding, "age")].dtype == "int64"
    back = encode(with_gaps(plain, coding, found), found.schema, found.encoding)
    pd.testing.assert_frame_equal(back, found.encoded, check_exact=False)


def test_trees_draw_each_cell_from_a_training_row_and_keep_what_hangs_together() -> None:
    rng = np.random.default_rng(1)
    group = rng.choice(["a", "b", "c"], 3000)
    rows = pd.DataFrame({"group": group, "amount": np.where(group == "b", 10.0, 0.0) + rng.random(3000)})
    drawn = cart.synthesize(rows.astype({"group": object}), 2000, 200, rng)
    assert drawn["amount"].isin(rows["amount"]).all()
    assert ((drawn["group"] == "b") == (drawn["amount"] > 5)).all()
    assert len(drawn) == 2000


def test_trees_make_a_twin_the_same_for_a_seed(table: Halves, tmp_path: Path) -> None:
    one, two = (cart.peer(job(table, tmp_path, leaf="20")).twins["twin"] for _ in range(2))
    assert is_a_twin(one, table)
    pd.testing.assert_frame_equal(one, two)


def test_every_generator_is_a_peer() -> None:
    assert set(alone.peers()) == {f"tabtwin-{name}" for name in GENERATORS}
    assert alone.peers().keys() <= peers.PEERS.keys()


@pytest.mark.slow
def test_a_generator_alone_makes_a_twin(table: Halves, tmp_path: Path) -> None:
    made = peers.PEERS["tabtwin-tvae"].make(job(table, tmp_path))
    assert is_a_twin(made.twins["twin"], table)
    assert made.notes["fit"] > 0


def test_a_likelihood_is_asked_of_the_models_that_know_one() -> None:
    class Knows:
        def log_likelihood(self, rows: pd.DataFrame) -> pd.DataFrame:
            return rows

    assert isinstance(Knows(), alone.Likely)
    assert not isinstance(object(), alone.Likely)


def test_cells_that_a_stranger_wrote_get_their_types_back(table: Halves) -> None:
    drawn = table.found.training.assign(
        member=lambda rows: rows["member"] == "True", age=lambda rows: rows["age"].astype(str)
    )
    pd.testing.assert_frame_equal(
        strangers._typed(drawn, table.found.schema),
        table.found.training[[column.name for column in table.found.schema.learned]],
    )


def test_the_prototype_is_run_by_the_command_in_the_variable(
    table: Halves, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "copier.py"
    script.write_text(
        "import sys, pandas as pd\n"
        "pd.read_csv(sys.argv[1]).to_parquet(sys.argv[2])\n"
        f"open({str(tmp_path / 'said')!r}, 'w').write(' '.join(sys.argv[3:]))\n"
    )
    monkeypatch.setenv("PROTOTYPE", f"{script} last={{target}}")
    made = strangers.prototype(job(table, tmp_path, one_se="2"))
    target, option, seed = (tmp_path / "said").read_text().split()
    assert is_a_twin(made.twins["twin"], table)
    assert (target[:6], option, seed[:5]) == ("last=c", "one_se=2", "seed=")
    assert made.megabytes
    assert strangers.prototype_versions()["command"] == "last={target}"


def test_the_judges_tell_fresh_rows_a_copy_and_a_shuffle_apart(table: Halves) -> None:
    shuffle = shuffled(table.found.training, seeds.generator(1, "shuffle"))
    twins = {"copy": table.found.training, "shuffle": shuffle}
    likeness = {name: trial.likeness(twin, table, 1, 1) for name, twin in twins.items()}
    assert likeness["copy"]["short"] == 0
    assert likeness["shuffle"]["short"] > 0
    assert likeness["copy"]["gap"] > likeness["shuffle"]["gap"]
    assert trial.fresh_likeness(table, 1, 1)["gap"] is None
    attacks = trial.attacks(twins["copy"], table, 1, 1)
    assert attacks["density_1"] > 0.95
    assert attacks["density_1_above_0.01"] is None
    assert trial.fresh_attacks(table, 1, 1).keys() == attacks.keys()
    assert trial.utility(twins["copy"], table, 1, 1)["utility_short"] == 0
    assert trial.fresh_utility(table, 1, 1)["utility"] == trial.utility(twins["copy"], table, 1, 1)["utility"]


def test_slow_peers_have_the_first_seeds_only_and_come_last() -> None:
    found = plan(["Ecdat.Computers"], ["ctgan", "cart"], [1, 2, 3], 1, 300)
    assert [(cell.peer, cell.seed) for cell in found] == [("cart", 1), ("cart", 2), ("cart", 3), ("ctgan", 1)]


def test_seeds_are_summed_up_as_means_and_errors_as_those_of_the_mean() -> None:
    found = summary(
        [
            {"tracing_3": 0.52, "tracing_3_se": 0.004, "density_1": 0.53, "density_5": 0.49, "short": None},
            {"tracing_3": 0.54, "tracing_3_se": 0.004, "density_1": 0.51, "density_5": 0.43, "short": 0.1},
        ]
    )
    assert found["tracing_3"] == pytest.approx(0.53)
    assert found["tracing_3_se"] == pytest.approx(0.004 / 2**0.5)
    assert found["density"] == pytest.approx(0.46)
    assert found["short"] == 0.1
    assert found["seeds"] == 2


def test_the_frontier_is_a_picture_with_a_mark_for_every_point_within_it() -> None:
    points = [
        Point("cart", 0.515, 0.004, 0.02),
        Point("boost", 0.52, 0.004, -0.001),
        Point("boost@a=1", 0.51, 0.0, 0.9),
    ]
    root = ET.fromstring(frontier.draw({"one <table>": points, "another": points[:1]}))
    marks = root.findall(".//{*}circle")
    assert len(marks) == 4
    assert all(0 < float(mark.get("cx") or 0) < frontier.WIDTH for mark in marks)
    assert all(0 < float(mark.get("cy") or 0) < frontier.HEIGHT for mark in marks)
    assert ET.fromstring(frontier.draw({})) is not None


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A benchmark that has made nothing yet."""
    monkeypatch.setattr(cells, "BENCH", tmp_path)
    return tmp_path


def test_a_cell_that_takes_longer_than_its_cap_is_killed_and_noted(
    bench: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cell = Cell("Ecdat.Computers", "shuffle", 0, 1)
    judges: list[Judge] = []
    monkeypatch.setattr(runner, "_words", lambda cell, judges: ["/bin/sleep", "60"])
    states = {cell: ""}
    started = time.monotonic()
    assert runner.run_all([cell], judges, states, jobs=1, show=lambda done: "", cap=0.3)
    assert time.monotonic() - started < 30
    assert states[cell].startswith("stopped after")
    assert is_finished(cell, judges, cap=0.3)
