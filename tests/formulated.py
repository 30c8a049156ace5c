"""Tables whose columns follow from others, with the formulas that are found in each."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tabtwin.protection.rare_values import as_protected, fit_encoding
from tabtwin.schema.rules.finding import with_rules
from tabtwin.schema.rules.observed import Observed
from tabtwin.schema.schema import Column, Schema

ROWS = 400


def schema_of(table: pd.DataFrame) -> Schema:
    """Columns as a CSV of the table would have them."""

    def column(name: str) -> Column:
        cells = table[name]
        if cells.dtype.kind == "M":
            whole = (cells.dropna() == cells.dropna().dt.normalize()).all()
            form = "%Y-%m-%d" if whole else "%Y-%m-%d %H:%M"
            return Column(name=name, kind="datetime", format=form, missing=bool(cells.isna().any()))
        if cells.dtype == object:
            return Column(name=name, kind="category")
        digits = max((len(f"{value:.6g}".partition(".")[2]) for value in cells.dropna()), default=0)
        kind = "decimal" if digits else "integer"
        return Column(name=name, kind=kind, digits=digits, missing=bool(cells.isna().any()))

    return Schema(columns=tuple(map(column, table)))


def with_found(table: pd.DataFrame, schema: Schema | None = None) -> Schema:
    schema = schema or schema_of(table)
    people = np.arange(len(table))
    encoding = fit_encoding(table, schema, people, 5)
    return with_rules(Observed(schema, table, as_protected(table, schema, encoding), encoding, people, 5))


def said(table: pd.DataFrame) -> set[str]:
    return {str(rule) for rule in with_found(table).rules if rule.kind == "formula"}


def rng() -> np.random.Generator:
    return np.random.default_rng(3)


def copies() -> pd.DataFrame:
    price = rng().lognormal(2, 1, ROWS).round(2)
    return pd.DataFrame({"price": price, "price_eur": price})


def measures() -> pd.DataFrame:
    draw = rng()
    cm, kg, f = (
        draw.normal(170, 10, ROWS).round(1),
        draw.normal(75, 9, ROWS).round(1),
        draw.normal(60, 9, ROWS),
    )
    table = pd.DataFrame({"cm": cm, "kg": kg, "inches": (cm / 2.54).round(1), "f": f.round(1)})
    return table.assign(bmi=(kg / (cm / 100) ** 2).round(1), c=((table["f"] - 32) * 5 / 9).round(2))


def sums() -> pd.DataFrame:
    parts = rng().integers(0, 50, (ROWS, 9))
    table = pd.DataFrame(parts.astype(float), columns=[f"part{at}" for at in range(9)])
    return table.assign(total=parts.sum(axis=1).astype(float), half=(parts[:, 0] - parts[:, 1]).astype(float))


def levels() -> pd.DataFrame:
    table = pd.DataFrame(rng().integers(0, 50, (ROWS, 4)).astype(float), columns=list("abcd"))
    table = table.assign(ab=table["a"] + table["b"], cd=table["c"] + table["d"])
    return table.assign(all=table["ab"] + table["cd"])


def averages() -> pd.DataFrame:
    table = pd.DataFrame(rng().integers(0, 90, (ROWS, 2)).astype(float), columns=["first", "second"])
    return table.assign(average=table.mean(axis=1))


def loans() -> pd.DataFrame:
    draw = rng()
    loan = draw.integers(2, 40, ROWS) * 500.0
    paid = np.round(loan * draw.random(ROWS), 2)
    return pd.DataFrame({"loan": loan, "left": np.round(loan - paid, 2), "paid": paid})


def shares() -> pd.DataFrame:
    draw = rng()
    a = draw.integers(0, 60, ROWS)
    b = draw.integers(0, 40, ROWS)
    return pd.DataFrame({"a": a, "b": b, "c": 100 - a - b}).astype(float)


def ends() -> pd.DataFrame:
    draw = rng()
    due, paid, fee = draw.integers(0, 900, ROWS), draw.integers(0, 600, ROWS), draw.integers(0, 200, ROWS)
    table = pd.DataFrame({"due": due, "paid": paid, "fee": fee}).astype(float)
    return table.assign(left=np.maximum(0.0, due - paid), charged=np.minimum(700.0, due + fee))


def orders() -> pd.DataFrame:
    draw = rng()
    qty, price = draw.integers(1, 20, ROWS), draw.lognormal(3, 1, ROWS).round(2)
    off = draw.choice([0, 5, 10, 20], ROWS)
    amount = (qty * price).round(2)
    table = pd.DataFrame({"qty": qty, "price": price, "off": off, "amount": amount}).astype(float)
    return table.assign(net=(amount * (1 - off / 100)).round(2))


def ratios() -> pd.DataFrame:
    draw = rng()
    part = draw.integers(1, 50, ROWS)
    whole = part + draw.integers(0, 500, ROWS)
    table = pd.DataFrame({"part": part, "whole": whole}).astype(float)
    return table.assign(percent=(100 * part / whole).round(1))


def people() -> pd.DataFrame:
    draw = rng()
    born = pd.Timestamp("1940-01-01") + pd.to_timedelta(draw.integers(0, 25_000, ROWS), unit="D")
    seen = pd.Timestamp("2015-01-01") + pd.to_timedelta(draw.integers(0, 3_000, ROWS), unit="D")
    before = (seen.month * 100 + seen.day) < (born.month * 100 + born.day)
    table = pd.DataFrame({"born": born, "seen": seen, "age": (seen.year - born.year - before).astype(float)})
    return table.assign(year=seen.year.astype(float), weekday=seen.weekday.astype(float))


def stays() -> pd.DataFrame:
    draw = rng()
    start = pd.Timestamp("2020-01-01") + pd.to_timedelta(draw.integers(0, 300_000, ROWS), unit="min")
    minutes = draw.integers(5, 300, ROWS)
    table = pd.DataFrame({"start": start, "end": start + pd.to_timedelta(minutes, unit="min")})
    return table.assign(minutes=minutes.astype(float), hours=(minutes / 60).round(2))


def curves() -> pd.DataFrame:
    draw = rng()
    age = draw.integers(18, 70, ROWS).astype(float)
    wage = draw.lognormal(2.5, 0.6, ROWS).round(2)
    hours = np.where(draw.random(ROWS) < 0.3, 0.0, draw.integers(1, 60, ROWS)).astype(float)
    table = pd.DataFrame({"age": age, "wage": wage, "hours": hours, "agesq": age**2 / 100})
    return table.assign(lwage=np.log(wage).round(5), lhours=np.log1p(hours).round(4))


def fees() -> pd.DataFrame:
    draw = rng()
    parts = {f"fee{at}": draw.lognormal(3, 1, ROWS).round(2) for at in range(3)}
    table = pd.DataFrame(
        {name: np.where(draw.random(ROWS) < 0.7, np.nan, fee) for name, fee in parts.items()}
    )
    return table.assign(due=table.sum(axis=1).round(2))


def discounts() -> pd.DataFrame:
    draw = rng()
    gross = draw.lognormal(4, 1, ROWS).round(2)
    off = np.where(draw.random(ROWS) < 0.5, np.nan, (gross * draw.random(ROWS) / 3).round(2))
    visits = draw.integers(1, 9, ROWS) * (draw.random(ROWS) < 0.6)
    table = pd.DataFrame({"gross": gross, "off": off, "net": (gross - np.nan_to_num(off)).round(2)})
    return table.assign(visits=visits.astype(float), visited=np.where(visits, visits, np.nan))


def tries() -> pd.DataFrame:
    draw = rng()
    table = pd.DataFrame({f"try{at}": draw.normal(60, 15, ROWS).round(1) for at in range(3)})
    table = table.assign(best=table.max(axis=1), worst=table.min(axis=1))
    days = pd.DataFrame({f"day{at}": draw.integers(0, 900, ROWS) for at in range(2)})
    dates = days.apply(lambda day: pd.Timestamp("2020-01-01") + pd.to_timedelta(day, unit="D"))
    return pd.concat([table, dates.assign(first=dates.min(axis=1))], axis=1)


def flags() -> pd.DataFrame:
    draw = rng()
    table = pd.DataFrame({f"flag{at}": (draw.random(ROWS) < 0.2).astype(float) for at in range(3)})
    return table.assign(any=table.max(axis=1), age=draw.integers(18, 90, ROWS).astype(float))


def rounded_shares() -> pd.DataFrame:
    shares = rng().dirichlet([3, 2, 1], ROWS) * 100
    return pd.DataFrame(shares.round(1), columns=["coal", "gas", "wind"])


def rounded_totals() -> pd.DataFrame:
    parts = rng().gamma(2, 300, (ROWS, 3))
    table = pd.DataFrame(parts.round(), columns=["north", "south", "abroad"])
    return table.assign(sold=parts.sum(axis=1).round(), thousands=(parts.sum(axis=1) / 1000).round(1))


def ages() -> pd.DataFrame:
    draw = rng()
    table = pd.DataFrame({"born": draw.integers(1930, 2000, ROWS), "year": draw.integers(2005, 2020, ROWS)})
    return table.assign(age=table["year"] - table["born"] - (draw.random(ROWS) < 0.3)).astype(float)


TABLES = {
    "rounded shares": (rounded_shares, {"wind = 100 - coal - gas, give or take 0.1"}),
    "rounded totals": (
        rounded_totals,
        {"sold = north + south + abroad, give or take 2", "thousands = 0.001 * sold"},
    ),
    "ages": (ages, {"year = born + age, give or take 1"}),
    "tries": (
        tries,
        {"best = max(try0, try1, try2)", "worst = min(try0, try1, try2)", "first = min(day0, day1)"},
    ),
    "flags": (flags, {"any = max(flag0, flag1, flag2)"}),
    "fees": (fees, {"due = coalesce(fee0, 0) + coalesce(fee1, 0) + coalesce(fee2, 0)"}),
    "discounts": (discounts, {"gross = coalesce(off, 0) + net", "visits = coalesce(visited, 0)"}),
    "curves": (
        curves,
        {"agesq = 0.01 * (age * age)", "lwage = log(wage)", "lhours = log(hours + 1)"},
    ),
    "copies": (copies, {"price_eur = price"}),
    "measures": (
        measures,
        {"inches = cm / 2.54", "bmi = 10000 * (kg / cm / cm)", "c = 5 * (f - 32) / 9"},
    ),
    "sums": (sums, {"total = " + " + ".join(f"part{at}" for at in range(9)), "part0 = part1 + half"}),
    "levels": (levels, {"ab = a + b", "cd = c + d", "all = ab + cd"}),
    "shares": (shares, {"c = 100 - a - b"}),
    "averages": (averages, {"average = 0.5 * (first + second)"}),
    "loans": (loans, {"paid = loan - left"}),
    "ends": (ends, {"left = max(0, due - paid)", "charged = min(700, due + fee)"}),
    "orders": (orders, {"amount = qty * price", "net = amount * (1 - off / 100)"}),
    "ratios": (ratios, {"percent = 100 * (part / whole)"}),
    "people": (people, {"age = years(born, seen)", "year = year(seen)", "weekday = weekday(seen) - 1"}),
    "stays": (stays, {"minutes = 1440 * (end - start)", "hours = minutes / 60"}),
}
