"""Describe one column of a table, as ``schema.json`` does: its kind, and what the kind needs to know."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from tabtwin.store.artifacts import Frozen

Identifies = Literal[
    "", "email", "iban", "card", "national number", "phone", "address", "name", "first name", "last name"
]


class Column(Frozen):
    """One column of the source.

    Attributes:
        name: Its name in the source.
        kind: The name of one of :data:`tabtwin.schema.kinds.registry.KINDS`.
        why: One clause that says how the kind was found; no value of the column.
        missing: Whether cells may be missing.
        dtype: The source's type, for Parquet, as Arrow spells it: ``int64``, ``double``, ``string``,
            ``bool``, ``timestamp[us]``, ``date32[day]``.
        pandas: Pandas' name of that type, if the source is a table of pandas: ``Int64``, ``category``.
        categories: The values that a categorical type lists, in its order, as far as protection shows them.
        ordered: Whether that order means something.
        digits: The most decimals that a decimal column is written with (17: all that a number has), or of
            seconds in a datetime column.
        least: The fewest decimals that a number is written with.
        comma: Whether a number is written with a decimal comma.
        thousands: The sign between groups of three digits.
        grouped: From how many digits on a number is grouped: 5 where 1234 is, and 12.345.
        lakhs: Whether groups before the last have two digits: 1,23,456.
        prefix: What is before each number, a currency: ``$``, ``EUR ``.
        suffix: What is after each number, a unit or percent, with its blank.
        negative: Where numbers below zero have their sign: before everything or inside the prefix, after
            everything, as brackets around everything or within the affixes, or a typographic minus.
        plus: Whether numbers above zero have a plus.
        scientific: How a number with an exponent is written, if all are: ``0.00E+00``.
        step: How far numbers of one ending lie apart: 25, or .05; 0 if no such step is known.
        endings: What numbers end in, within a step: .95 and .99 of 1; by default they are multiples of it.
        quoted: Whether a CSV has its cells in quotes.
        format: strptime format of a datetime column; ``%-d`` and the like if it is written without zeros.
        months: The names of months in a datetime column, January first, and then of days of the week, Monday
            first, if they are not English.
        every: The seconds that times are multiples of, if they are coarser than the format: 900 for quarter
            hours.
        offsets: The offsets from UTC of a datetime column that has several, as they are written.
        offset_shares: How often each occurs, in all or in each month.
        zone: The zone, by IANA's name, that all offsets follow.
        pattern: Pattern of a key, one sign a character, as ``tabtwin.schema.spelling.patterns`` spells it.
        check: How a key's check digits are computed, by its name in
            :mod:`tabtwin.schema.spelling.check_digits`; ``?`` is their place in its patterns.
        forms: The patterns of keys with check digits.
        form_shares: How often each occurs.
        gaps: The share of a key's cells that are missing.
        repeats: Which share of keys has one row, two rows and so on; empty if each has one.
        first: Where the running number of new keys begins.
        spelling: How a boolean's false and true are written, in this order.
        value: What a constant column holds.
        rare: What rare categories become: one group, released as ``token``, or missing.
        token: The text that the rare group is released as.
        public: Whether value protection leaves the column alone.
        protect: This column's own k, if it is not the run's.
        marks: Texts, besides the empty cell, that mean missing in this column.
        mark_shares: How often each mark occurs among missing cells, if a twin has them all; the rest is
            empty.
        blank: The text of a missing cell in a CSV.
        quoted_blank: Whether that text is in quotes.
        identifier: How a column identifies people; plausible values of that kind replace its own.
        locale: The locale of those values, by Faker's name: ``de_DE``.
        distinct: Whether they are all different, like the source's.
    """

    name: str
    kind: str
    why: str = ""
    missing: bool = False
    dtype: str = "string"
    pandas: str = ""
    categories: tuple[str, ...] = ()
    ordered: bool = False
    digits: int = Field(default=0, ge=0, le=17)
    least: int = Field(default=0, ge=0, le=17)
    comma: bool = False
    thousands: Literal["", ",", ".", " ", "\u00a0", "\u202f", "\u2009", "'", "\u2019"] = ""
    grouped: int = Field(default=4, ge=4, le=5)
    lakhs: bool = False
    prefix: str = Field(default="", max_length=6)
    suffix: str = Field(default="", max_length=24)
    negative: Literal["before", "inside", "after", "brackets", "inner brackets", "minus sign"] = "before"
    plus: bool = False
    scientific: str = Field(default="", pattern=r"^(0(\.0+)?[eE]\+?0+)?$")
    step: float = Field(default=0.0, ge=0, le=1e15, allow_inf_nan=False)
    endings: tuple[float, ...] = ()
    quoted: bool = False
    format: str = ""
    months: tuple[str, ...] = ()
    every: float = Field(default=0.0, ge=0, le=86_400)
    offsets: tuple[str, ...] = ()
    offset_shares: tuple[tuple[float, ...], ...] = ()
    zone: str = ""
    pattern: str = ""
    first: int = Field(default=1, ge=0)
    check: str = ""
    forms: tuple[str, ...] = ()
    form_shares: tuple[float, ...] = ()
    gaps: float = Field(default=0.0, ge=0, le=1)
    repeats: tuple[Annotated[float, Field(ge=0, le=1)], ...] = ()
    spelling: tuple[str, str] = ("False", "True")
    value: str = ""
    rare: Literal["token", "missing"] = "token"
    token: str = "(other)"  # noqa: S105 - a category's name, no secret
    public: bool = False
    protect: int | None = Field(default=None, ge=1)
    marks: tuple[str, ...] = ()
    mark_shares: tuple[tuple[str, float], ...] = ()
    blank: str = ""
    quoted_blank: bool = False
    identifier: Identifies = ""
    locale: str = ""
    distinct: bool = False

    def threshold(self, protect: int) -> int:
        """Return k of value protection in this column, given the run's."""
        return 1 if self.public else self.protect or protect
