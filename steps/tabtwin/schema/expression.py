"""Read and evaluate expressions about the columns of a table, such as ``net + tax``; none is ever executed.

    numbers      1.25, 1e-3
    columns      net; in backticks if it is not one word: `unit price` (a backtick in a name is doubled)
    operations   + - * / and brackets
    functions    year(d) quarter(d) month(d) day(d), weekday(d) with Monday as 1, yearday(d) with January 1 as
                 1, week(d) as ISO 8601 counts; hour(d) minute(d) second(d); date(d) and time(d), the day and
                 the time of day of a stamp; years(a, b), whole years from a
                 date to another; days(a, b), calendar days between them; round(x, digits), floor(x), abs(x),
                 log(x), the natural one; min(x, y, …), max(x, y, …); coalesce(x, y, …), the first of them
                 that is not missing, as in SQL
    comparisons  net + tax <= gross, also with <, >= and >

Dates are days since 1970, and a result is missing where a column that it needs is, except for ``coalesce``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from tabtwin.schema.calculation import FUNCTIONS, OPERATIONS

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|`(?P<quoted>(?:[^`]|``)+)`"
    r"|(?P<word>[^\W\d]\w*(?:\.\w+)*)|(?P<sign><=|>=|[-+*/(),=<>]))"
)
_WORD = re.compile(r"[^\W\d]\w*(?:\.\w+)*")
_MOST_TOKENS = 200
Tokens = list[tuple[str, str]]
_COMPARISONS = {("sign", sign) for sign in ("<=", "<", ">=", ">")}
_BINDING = {"+": 1, "-": 1, "*": 2, "/": 2, "negative": 3}


@dataclass(frozen=True)
class Expression:
    """A number, a column, or an operation on other expressions.

    Attributes:
        what: ``number``, ``column``, the name of a function, ``negative``, or the sign of an operation.
        number: The number, if it is one.
        name: The column's name, if it is one.
        parts: What the operation is about.
    """

    what: str
    number: float = 0.0
    name: str = ""
    parts: tuple[Expression, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns that it needs, in the order in which they occur."""
        own = (self.name,) if self.what == "column" else ()
        return tuple(dict.fromkeys((*own, *(name for part in self.parts for name in part.columns))))

    def coalesced(self, names: Collection[str]) -> Expression:
        """Return the expression with 0 where one of some columns is missing.

        >>> str(parse("net + fee").coalesced({"fee"}))
        'net + coalesce(fee, 0)'
        """
        if self.what == "column" and self.name in names:
            return operation("coalesce", self, number(0))
        return replace(self, parts=tuple(part.coalesced(names) for part in self.parts))

    @property
    def numbers(self) -> tuple[float, ...]:
        """Return the numbers in it, in the order in which they occur."""
        own = (self.number,) if self.what == "number" else ()
        return (*own, *(value for part in self.parts for value in part.numbers))

    def evaluate(self, cells: Mapping[str, np.ndarray]) -> np.ndarray:
        """Return the result for each row, float64 (rows,): NaN where a column that it needs is missing, or
        the result is not a number.

        Args:
            cells: The numbers of its columns, float64 (rows,); at least one.
        """
        with np.errstate(all="ignore"):
            found = np.asarray(self._result(cells), "float64")
        found = np.where(np.isfinite(found), found, np.nan)
        return np.array(np.broadcast_to(found, np.shape(next(iter(cells.values())))))

    def _result(self, cells: Mapping[str, np.ndarray]) -> np.ndarray:
        if self.what == "number":
            return np.asarray(self.number)
        if self.what == "column":
            return cells[self.name]
        results = [part._result(cells) for part in self.parts]
        return (OPERATIONS | FUNCTIONS)[self.what].compute(*results)

    def __str__(self) -> str:
        if self.what == "number":
            return repr(self.number).removesuffix(".0")
        if self.what == "column":
            return self.name if _WORD.fullmatch(self.name) else f"`{self.name.replace('`', '``')}`"
        if self.what in FUNCTIONS:
            return f"{self.what}({', '.join(map(str, self.parts))})"
        if self.what == "negative":
            return f"-{self._bracketed(self.parts[0], tight=True)}"
        left, right = self.parts
        return f"{self._bracketed(left, tight=False)} {self.what} {self._bracketed(right, tight=True)}"

    def _bracketed(self, part: Expression, *, tight: bool) -> str:
        """Return a part as text, in brackets unless it binds more strongly, or, if not ``tight``, as much."""
        own, other = _BINDING[self.what], _BINDING.get(part.what, 9)
        return str(part) if other > own or (other == own and not tight) else f"({part})"


def number(value: float) -> Expression:
    """Return a number as an expression; negative ones by the operation."""
    known = Expression("number", number=abs(float(value)))
    return known if value >= 0 else operation("negative", known)


def column(name: str) -> Expression:
    """Return the cells of a column as an expression."""
    return Expression("column", name=name)


def operation(what: str, *parts: Expression) -> Expression:
    """Return an operation or a function of other expressions."""
    return Expression(what, parts=parts)


def parse(text: str) -> Expression:
    """Return an expression read from text.

    >>> str(parse("(net+tax) * 2"))
    '(net + tax) * 2'

    Raises:
        ValueError: with one line, if it cannot be read, or is about no column.
    """
    return _parsed(list(_tokens(text)))


def parse_equation(text: str) -> tuple[str, Expression]:
    """Return the column and the expression that it is equal to, of a text such as ``gross = net + tax``.

    Raises:
        ValueError: with one line, if it cannot be read.
    """
    tokens = list(_tokens(text))
    if len(tokens) < 3 or tokens[0][0] not in {"word", "quoted"} or tokens[1] != ("sign", "="):
        raise ValueError("expected COLUMN = EXPRESSION, found something else")
    return tokens[0][1], _parsed(tokens[2:])


def parse_comparison(text: str) -> tuple[Expression, str, Expression]:
    """Return what ``net + tax <= gross`` or the like compares, and how: ``<=`` or ``<``, the smaller first.

    Raises:
        ValueError: with one line, if it cannot be read.
    """
    tokens = list(_tokens(text))
    signs = [at for at, token in enumerate(tokens) if token in _COMPARISONS]
    if len(signs) != 1:
        raise ValueError("expected one of <=, <, >= and > between two expressions, found none or several")
    (at,) = signs
    left, right = (_parsed(part, about_columns=False) for part in (tokens[:at], tokens[at + 1 :]))
    if not (left.columns or right.columns):
        raise ValueError("expected a comparison about at least one column, found none")
    sign = tokens[at][1]
    return (left, sign, right) if sign in {"<=", "<"} else (right, sign.replace(">", "<"), left)


def is_comparison(text: str) -> bool:
    """Return whether a text compares two expressions, rather than to say that they are equal."""
    try:
        return any(token in _COMPARISONS for token in _tokens(text))
    except ValueError:
        return False


def _parsed(tokens: Tokens, *, about_columns: bool = True) -> Expression:
    if len(tokens) > _MOST_TOKENS:
        raise ValueError(
            f"expected an expression of at most {_MOST_TOKENS} words and signs, found a longer one"
        )
    found, rest = _sum(tokens)
    if rest:
        raise ValueError(f"expected an expression, found {rest[0][1]!r} after its end")
    if about_columns and not found.columns:
        raise ValueError("expected an expression about at least one column, found none")
    return found


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            raise ValueError(f"expected an expression, found {text[at:].strip()[0]!r} in it")
        kind = str(match.lastgroup)
        found = match.group(kind)
        yield kind, found.replace("``", "`") if kind == "quoted" else found
        at = match.end()


def _sum(tokens: Tokens) -> tuple[Expression, Tokens]:
    left, rest = _product(tokens)
    while rest and rest[0] in {("sign", "+"), ("sign", "-")}:
        right, after = _product(rest[1:])
        left, rest = operation(rest[0][1], left, right), after
    return left, rest


def _product(tokens: Tokens) -> tuple[Expression, Tokens]:
    left, rest = _one(tokens)
    while rest and rest[0] in {("sign", "*"), ("sign", "/")}:
        right, after = _one(rest[1:])
        left, rest = operation(rest[0][1], left, right), after
    return left, rest


def _one(tokens: Tokens) -> tuple[Expression, Tokens]:
    if not tokens:
        raise ValueError("expected an expression, found one that ends too early")
    (kind, text), rest = tokens[0], tokens[1:]
    if kind == "number":
        return Expression("number", number=float(text)), rest
    if (kind, text) == ("sign", "-"):
        part, rest = _one(rest)
        return operation("negative", part), rest
    if (kind, text) == ("sign", "("):
        found, rest = _sum(rest)
        return found, _closed(rest)
    if kind == "word" and rest[:1] == [("sign", "(")]:
        return _call(text, rest[1:])
    if kind == "sign":
        raise ValueError(f"expected a number, a column or a function, found {text!r}")
    return column(text), rest


def _call(name: str, tokens: Tokens) -> tuple[Expression, Tokens]:
    if name not in FUNCTIONS:
        raise ValueError(f"expected a function ({', '.join(FUNCTIONS)}), found {name!r}")
    first, rest = _sum(tokens)
    parts = [first]
    while rest[:1] == [("sign", ",")]:
        part, rest = _sum(rest[1:])
        parts.append(part)
    least, most = FUNCTIONS[name].least, FUNCTIONS[name].most
    if not least <= len(parts) <= most:
        wanted = f"{least}" if least == most else f"{least} to {most}"
        raise ValueError(f"expected {wanted} values in {name}(), found {len(parts)}")
    return operation(name, *parts), _closed(rest)


def _closed(tokens: Tokens) -> Tokens:
    if tokens[:1] != [("sign", ")")]:
        raise ValueError("expected a closing bracket, found none")
    return tokens[1:]
