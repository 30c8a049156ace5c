from __future__ import annotations

from tabtwin.evaluation.audit_result import AuditResult
from tabtwin.pipeline.registry import options
from tabtwin.runner.parameters import pipeline_file, with_declared
from tests.generated import GATES, OPTIONS, gates_page, options_page


def test_the_pipelines_parameters_are_those_of_the_steps() -> None:
    text = pipeline_file().read_text()
    assert with_declared(text) == text, "run make generated"


def test_the_page_of_options_lists_those_of_the_steps() -> None:
    assert options_page(options()) == OPTIONS.read_text(), "run make generated"


def test_the_page_of_gates_lists_those_of_the_measures() -> None:
    assert gates_page(AuditResult.questions()) == GATES.read_text(), "run make generated"


def test_the_graph_is_one_screen() -> None:
    graph = pipeline_file().read_text().partition("  templates:\n")[2].partition("\n\n")[0]

    assert "template: release" in graph
    assert len(graph.splitlines()) < 40
