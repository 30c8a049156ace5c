"""What fresh eyes found beyond the list: whose rows they are, in forms that nobody had thought of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from faker import Faker

import tabtwin
from tabtwin.lib.errors import InputError
from tests.benchmarks.holes.replay import Hole, call

SECRET = "SECRETX"
"""An employer that one person has, in all of that person's rows."""
PEOPLE, VISITS = 200, 6


def rows(name: str = "cust") -> pd.DataFrame:
    """Rows of persons, each with the same employer, sex and year of birth in all of them."""
    rng = np.random.default_rng(7)
    who = np.repeat(np.arange(PEOPLE), VISITS)
    employer = rng.choice(["mill", "port", "school", "bank"], PEOPLE).astype(object)
    employer[17] = SECRET
    return pd.DataFrame(
        {
            name: [f"K-{n * 7919 % 90_000 + 10_000}" for n in who],
            "employer": employer[who],
            "sex": rng.choice(["f", "m"], PEOPLE)[who],
            "born": rng.integers(1940, 2005, PEOPLE)[who],
            "cost": rng.lognormal(4, 1, len(who)).round(2),
        }
    )


def replay(folder: Path) -> Iterator[Hole]:
    """Each in a form in which it once came out."""
    table = rows()
    for what, fit in {
        "--drop of the column that names subjects": lambda: tabtwin.fit(table, drop=["cust", "born"], seed=1),
        "one person's rows among single ones": lambda: tabtwin.fit(_once(table), seed=1),
    }.items():
        try:
            twin = fit().sample(len(table))
        except InputError as error:
            yield Hole("12", f"tabtwin.fit: {what}", f"InputError, {str(error)!r}", closed=True)
        else:
            held = int((twin["employer"] == SECRET).sum())
            yield Hole("12", f"tabtwin.fit: {what}", f"{held} rows with what one person has", not held)
    visits = table.assign(cust=[f"P{at // VISITS:03d}-V{at % VISITS}" for at in range(len(table))])
    yield _stops("the subject in a part of a key", visits)
    yield _stops("the subject in the index", table.set_index("cust"))
    plain = table[["cost"]].assign(customer_id=np.repeat(np.arange(PEOPLE) * 37 + 1_000, VISITS))
    yield _stops("a customer's number on which nothing hangs", plain)
    yield from _checked(folder)


def _once(table: pd.DataFrame) -> pd.DataFrame:
    """All people once, and one of them in all rows."""
    mine = table["employer"] == SECRET
    return pd.concat([table[mine], table[~mine].drop_duplicates("cust")], ignore_index=True)


def _stops(what: str, table: pd.DataFrame) -> Hole:
    try:
        tabtwin.fit(table)
    except InputError as error:
        return Hole("12", f"tabtwin.fit: {what}", f"InputError, {str(error)!r}", closed=True)
    return Hole("12", f"tabtwin.fit: {what}", "a model", closed=False)


def _checked(folder: Path) -> Iterator[Hole]:
    """Names of people: of few, in another writing, and as names of columns."""
    fake = Faker("zh_CN")
    fake.seed_instance(1)
    rng = np.random.default_rng(1)
    days = pd.date_range("2024-01-01", periods=300).strftime("%Y-%m-%d")
    western = Faker("en_US")
    western.seed_instance(1)
    names = [f"{western.unique.first_name()} {western.unique.last_name()}" for _ in range(12)]
    tables = {
        "nine employees of many rows": pd.DataFrame(
            {"employee": rng.choice(names[:9], 900), "hours": rng.normal(8, 1, 900).round(1)}
        ),
        "Chinese names": pd.DataFrame(
            {
                "patient_name": rng.choice([fake.name() for _ in range(40)], 600),
                "age": rng.integers(18, 90, 600),
            }
        ),
        "a column a person": pd.DataFrame(
            {"day": days} | {name: rng.choice(["office", "home", "sick"], 300) for name in names}
        ),
    }
    for what, table in tables.items():
        file = folder / f"{what}.csv"
        table.to_csv(file, index=False)
        ended = call("check", file)
        yield Hole(
            "12", f"check: {what}", str(ended), ended.code == 2 and not any(n in ended.line for n in names)
        )
