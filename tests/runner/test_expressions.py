from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabtwin.lib.errors import InputError
from tabtwin.runner.expressions import State, holds, needed, substitute

STATES: dict[str, State] = {"a": "Succeeded", "b": "Failed", "c": "Skipped", "d": "Omitted"}


@pytest.mark.parametrize(
    ("depends", "expected"),
    [
        ("a", True),
        ("b", False),
        ("c", True),
        ("d", False),
        ("b.Failed", True),
        ("a && b", False),
        ("a || b", True),
        ("b || a && c", True),
        ("(b || a) && d", False),
        ("a && (b.Succeeded || b.Failed || b.Errored)", True),
    ],
)
def test_depends_holds_as_argo_has_it(depends: str, expected: bool) -> None:
    assert holds(depends, STATES) is expected


@pytest.mark.parametrize("depends", ["a &&", "(a", "a b", "a & b", "nobody", "a)"])
def test_a_malformed_depends_is_refused(depends: str) -> None:
    with pytest.raises(InputError):
        holds(depends, STATES)


def test_needed_names_each_task_once() -> None:
    assert needed("ingest && (model.Succeeded || model.Failed)") == ["ingest", "model"]


@given(st.text(alphabet=st.characters(exclude_characters="{}"), max_size=20))
def test_text_without_variables_is_left_alone(text: str) -> None:
    assert substitute(text, {}) == text


def test_an_unknown_variable_is_refused_by_name() -> None:
    with pytest.raises(InputError, match=r"\{\{workflow.uid\}\}"):
        substitute("{{workflow.uid}}", {"workflow.name": "x"})
