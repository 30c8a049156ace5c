"""What ``check`` says of a table is what ``ingest`` finds."""

import numpy as np
import pandas as pd

from tabtwin.preparation.check import Check, check_table
from tabtwin.preparation.prepare import ingest_table
from tabtwin.preparation.profile import Asked, open_table

ROWS = 400
MARKER = "Zyxomarkle"


def table() -> pd.DataFrame:
    rng = np.random.default_rng(6)
    low = rng.integers(0, 1_000, ROWS)
    plan = rng.choice(["free", "paid"], ROWS)
    return pd.DataFrame(
        {
            "id": np.arange(1, ROWS + 1),
            "low": low,
            "high": low + rng.integers(0, 5, ROWS),
            "city": np.where(np.arange(ROWS) < 3, MARKER, rng.choice(["north", "south"], ROWS)),
            "plan": plan,
            "fee": np.where(plan == "free", "none", rng.choice(["small", "large"], ROWS)),
            "since": pd.date_range("2020-01-01", periods=ROWS, freq="D").strftime("%d.%m.%Y"),
            "mail": [f"p{number}@example.org" for number in rng.permutation(ROWS)],
            "gap": np.where(np.arange(ROWS) % 4 == 0, np.nan, 2.5 * low),
        }
    )


def check(frame: pd.DataFrame, **asked: object) -> Check:
    opened = open_table(frame.to_csv(index=False).encode(), "t.csv", b"", Asked.model_validate(asked))
    return check_table(opened, "t.csv")


def test_columns_are_described_in_the_order_of_the_file() -> None:
    found = check(table(), drop="mail")
    assert [column.name for column in found.columns] == list(table().columns)
    kinds = {column.name: column.kind for column in found.columns}
    assert kinds == {
        "id": "key",
        "low": "integer",
        "high": "integer",
        "city": "category",
        "plan": "category",
        "fee": "category",
        "since": "datetime",
        "mail": "dropped",
        "gap": "decimal",
    }
    columns = {column.name: column for column in found.columns}
    assert columns["gap"].missing == 100
    assert columns["plan"].heaviest is not None
    assert columns["plan"].heaviest > 0.5
    assert columns["id"].heaviest is None
    assert "%d.%m.%Y" in columns["since"].why
    assert columns["city"].hidden > 0


def test_rules_and_what_fixes_what_are_said() -> None:
    found = check(table(), drop="mail")
    assert "low <= high" in found.rules
    assert "fee fixes cells of plan" in found.fixes


def test_it_finds_what_ingest_finds() -> None:
    found = check(table(), drop="mail", target="plan")
    same = ingest_table(table().to_csv(index=False).encode(), "t.csv", drop="mail", target="plan")
    rules = tuple(rule.without_values() for rule in same.schema.rules)
    assert found.schema_found == same.schema.model_copy(update={"rules": rules})
    assert (found.training, found.holdout) == (len(same.training), len(same.holdout))
    assert found.stops == ""


def test_what_stops_a_run_is_said_beside_all_the_rest() -> None:
    found = check(table())
    assert "--drop mail" in found.stops
    kinds = {column.name: column.kind for column in found.columns}
    assert (kinds["mail"], kinds["plan"]) == ("identifier", "category")
    assert found.target is not None


def test_a_target_that_is_none_stops_a_run_too() -> None:
    found = check(table(), drop="mail", target="plann")
    assert "did you mean 'plan'" in found.stops
    assert found.training is None
    assert [column.name for column in found.columns] == list(table().columns)


def test_no_rare_value_is_in_what_is_said() -> None:
    assert MARKER not in check(table()).model_dump_json()
    assert "p7@example.org" not in check(table()).model_dump_json()
