"""tabtwin.pipeline.installed: libraries as Python's own importlib.metadata knows them."""

from __future__ import annotations

from importlib.metadata import distribution, packages_distributions

import pytest

from tabtwin.pipeline import installed
from tabtwin.pipeline.registry import STEPS, load

USED = sorted({library for step in STEPS for library in load(step).libraries})


def test_a_module_is_provided_by_the_distributions_that_python_names() -> None:
    found, known = installed.providers(), packages_distributions()
    assert {top: sorted(found[top]) for top in USED} == {top: sorted(known[top]) for top in USED}


@pytest.mark.parametrize("top", USED)
def test_a_librarys_version_and_requirements_are_those_of_its_metadata(top: str) -> None:
    for name in installed.providers()[top]:
        metadata = distribution(name).metadata
        required = [text for text in metadata.get_all("Requires-Dist") or [] if "extra ==" not in text]
        library = installed.library(name)
        assert library is not None
        assert library[0] == metadata["Version"]
        assert len(library[1]) == len(required)


def test_what_is_not_installed_has_no_version() -> None:
    assert installed.library("no-such-library-of-anyone") is None
