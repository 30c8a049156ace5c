"""Tables that stop are counted by why they do."""

from tests.benchmarks.checks import Checked, cause, report


def test_lines_of_one_cause_are_counted_together() -> None:
    lines = [
        "expected text, numbers or dates, found binary in 'a'; drop it (--drop a)",
        "expected text, numbers or dates, found binary in 'b c'; drop it (--drop 'b c')",
    ]
    assert cause(lines[0]) == cause(lines[1])
    said = report([Checked("x.a", lines[0], 1.0), Checked("x.b", lines[1], 3.0), Checked("x.c", "", 0.1)])
    assert "2 of 3 tables end with 2; the slowest check took 3 seconds (x.b)" in said
    assert said.splitlines()[-1].startswith("- 2: expected text, numbers")
