from __future__ import annotations

from tabtwin.pipeline.registry import options
from tabtwin.runner.parameters import pipeline_file, with_declared
from tests.generated import PAGE, page


def test_the_pipelines_parameters_are_those_of_the_steps() -> None:
    text = pipeline_file().read_text()
    assert with_declared(text) == text, "run make options"


def test_the_page_of_options_lists_those_of_the_steps() -> None:
    assert page(options()) == PAGE.read_text(), "run make options"


def test_the_graph_is_one_screen() -> None:
    graph = pipeline_file().read_text().partition("  templates:\n")[2].partition("\n\n")[0]

    assert "template: release" in graph
    assert len(graph.splitlines()) < 40
