from __future__ import annotations

from tabtwin.pipeline.registry import options
from tabtwin.runner.parameters import pipeline_file, with_declared
from tests.generated import PAGE, page


def test_the_pipelines_parameters_are_those_of_the_steps() -> None:
    text = pipeline_file().read_text()
    assert with_declared(text) == text, "run make options"


def test_the_page_of_options_lists_those_of_the_steps() -> None:
    assert page(options()) == PAGE.read_text(), "run make options"


def test_all_of_it_is_one_screen_a_piece() -> None:
    assert len(pipeline_file().read_text().splitlines()) < 350
