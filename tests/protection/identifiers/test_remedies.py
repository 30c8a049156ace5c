"""What is said of columns that name people, and to whoever said nothing."""

import shlex

import numpy as np
import pytest

from tabtwin.lib.errors import InputError
from tabtwin.lib.listing import joined, spell_columns
from tabtwin.protection.identifiers.direct_identifiers import Identifier
from tabtwin.protection.identifiers.remedies import identifiers_refusal, read_remedies
from tabtwin.schema.kinds.cells import distinct
from tabtwin.schema.source import Source

NAMES = ("mail", "last, first", 'a "b"', "age", "say what's new")
SOURCE = Source({name: distinct(np.array(["x"], dtype=object)) for name in NAMES}, 1)


def test_columns_are_listed_with_commas_and_a_single_one_as_it_is() -> None:
    assert read_remedies("mail,age", "", "", SOURCE).drop == ("mail", "age")
    assert read_remedies("mail, age, mail", "", "", SOURCE).drop == ("mail", "age")
    assert read_remedies("last, first", "", "", SOURCE).drop == ("last, first",)
    assert read_remedies("", '"last, first",age', "", SOURCE).keep == ("last, first", "age")


def test_what_an_error_spells_can_be_given_back_in_a_shell() -> None:
    (word,) = shlex.split(spell_columns(NAMES[:3] + NAMES[4:]))
    assert read_remedies("", "", word, SOURCE).replace == NAMES[:3] + NAMES[4:]
    assert joined(["a", "b"]) == "a,b"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("maill", "", ""), "--drop: .*'maill'; did you mean 'mail'"),
        (("", "mail", "age,mail"), "--keep: .*--replace.*'mail' in both"),
        ((joined(NAMES), "", ""), "--drop: .*all"),
    ],
)
def test_what_makes_no_sense_is_refused(options: tuple[str, str, str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_remedies(*options, SOURCE)


def test_the_line_names_columns_reasons_and_three_remedies() -> None:
    line = identifiers_refusal(
        {"mail": Identifier("email", "en_US", "by 99 % of its values")}, {"note": ""}, ["mail"]
    )
    assert "'mail' (e-mail addresses, by 99 % of its values)" in line
    for option in ("--drop mail", "--replace mail", "--keep mail", "--drop note"):
        assert option in line
    assert "\n" not in line


def test_nobody_is_told_to_keep_what_cannot_be_learned() -> None:
    assert "--keep" not in identifiers_refusal({"mail": Identifier("email", "en_US", "")}, {}, [])


def test_a_pattern_names_all_columns_that_it_fits_and_a_column_of_that_name_goes_first() -> None:
    cells = distinct(np.array(["x"], dtype=object))
    source = Source(dict.fromkeys(("P-1", "P-2", "(a)*", "(a)b", "age"), cells), 1)
    assert read_remedies("", "P-*", "", source).keep == ("P-1", "P-2")
    assert read_remedies("*-2,age", "", "", source).drop == ("P-2", "age")
    assert read_remedies("(a)*", "", "", source).drop == ("(a)*",)
    with pytest.raises(InputError, match="--replace: expected a pattern that matches a column"):
        read_remedies("", "", "Q-*", source)
    with pytest.raises(InputError, match=r"--drop: .* that it names all"):
        read_remedies("*", "", "", source)
