"""Tables of which drawn rows would break a rule are named, and those that are learned otherwise."""

import pandas as pd
import pytest

from tests.benchmarks import learned
from tests.benchmarks.learned import Learned, learn, report

TOWNS = pd.DataFrame(
    {"town": [f"town {n % 8}" for n in range(400)], "state": [f"state {n % 8 // 2}" for n in range(400)]}
)


def test_a_table_whose_rules_are_kept_has_a_digest_and_no_broken_row() -> None:
    found = learn("x.towns", TOWNS)
    assert (found.rules, found.broken, found.failed) == (1, 0, "")
    assert learn("x.towns", TOWNS) == found
    assert learn("x.towns", TOWNS.iloc[::-1]).digest != found.digest


def test_rows_that_break_a_rule_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    def decoded(rows: pd.DataFrame, *about: object) -> pd.DataFrame:
        return rows.assign(state="state 0")

    monkeypatch.setattr(learned, "decode", decoded)
    assert learn("x.towns", TOWNS).broken > 0


def test_a_failure_is_told_without_a_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*about: object) -> None:
        raise ValueError("town 3")

    monkeypatch.setattr(learned, "broken", fail)
    assert learn("x.towns", TOWNS).failed.startswith("ValueError at ")


def test_the_report_names_what_is_wrong_and_what_is_learned_otherwise() -> None:
    found = [Learned("x.a", "1", 2), Learned("x.b", "2", 1, broken=3), Learned("x.c", "ends with 2: no rows")]
    said = report(found, {"x.a": "1", "x.b": "3", "x.c": "ends with 2: no rows"})
    assert said.splitlines() == [
        "- 2 of 3 tables are learned, with 3 rules",
        "- 1 have decoded rows that break a rule, or fail: x.b",
        "- 1 are learned otherwise: x.b",
    ]
