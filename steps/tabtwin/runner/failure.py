"""Write the page that replaces the report of a run that ended before it: which step, why, and what helps."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from tabtwin.pipeline.finish import Ending
from tabtwin.store.artifacts import Failure, task

WHAT_HELPS = {
    2: "The table, the schema or a setting is wrong. Correct what the line above names, and run again.",
    3: "Nothing was published. The line above says which threshold or number would do.",
    4: "An object in the store does not match its manifest, or access to it was denied. The same command "
    "makes a damaged output again; a wrong key or a missing permission must be corrected first.",
}
OTHERWISE = (
    "The step was tried again and failed each time. The same command continues after the steps that are "
    "done; if it fails again at the same place with enough memory and disk, it is a bug of tabtwin."
)
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>tabtwin: the run ended at {step}</title>
<style>body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 42rem; margin: 2rem auto; padding: 0 1rem;
overflow-wrap: anywhere }}</style></head><body>
<h1>The run ended at <code>{step}</code></h1>
<p>Exit code {code}: <strong>{reason}</strong></p>
<h2>What helps</h2><p>{helps}</p>
{others}</body></html>
"""


def failure_page(ended: Ending, failures: Sequence[Failure]) -> bytes:
    """Return a static page about the task that ended the run, and others that failed before it."""
    others = [failure for failure in failures if task(failure.step, failure.name) != ended.task]
    rows = "".join(
        f"<li><code>{escape(task(failure.step, failure.name))}</code> (exit code {failure.code}): "
        f"{escape(failure.reason)}</li>\n"
        for failure in others
    )
    page = _PAGE.format(
        step=escape(ended.task),
        code=ended.code,
        reason=escape(ended.reason or "it gave no reason"),
        helps=WHAT_HELPS.get(ended.code, OTHERWISE),
        others=f"<h2>Also failed</h2><ul>\n{rows}</ul>\n" if rows else "",
    )
    return page.encode()
