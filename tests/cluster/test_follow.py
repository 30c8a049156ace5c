"""A workflow followed to its end, by a cluster that answers as it was told to."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest
import yaml
from kubernetes.client.exceptions import ApiException

from tabtwin.cluster import follow
from tabtwin.cluster.access import Cluster
from tabtwin.cluster.workflow_status import read_layout
from tabtwin.lib.log_lines import LogLine
from tabtwin.runner.parameters import pipeline_file

LAYOUT = read_layout(yaml.safe_load(pipeline_file().read_text())["spec"])


class Log:
    """The open log of a pod."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        self.lines = lines

    def __iter__(self) -> Iterator[bytes]:
        return (f"2026-01-01T00:00:{at:02}Z {line}\n".encode() for at, line in enumerate(self.lines))

    def close(self) -> None:
        """Nothing is open."""


class Said:
    """A watcher that keeps how far tasks said that they are."""

    def __init__(self) -> None:
        self.progress: list[tuple[str, float]] = []
        self.ends: list[str] = []

    def noted(self, event: str, text: str, **facts: str) -> None: ...

    def planned(self, step: str, tasks: int) -> None: ...

    def started(self, task: str) -> None: ...

    def said(self, task: str, line: LogLine) -> None:
        if line.share is not None:
            self.progress.append((task, line.share))

    def ended(self, task: str, code: int, reason: str, *, final: bool) -> None:
        self.ends.append(task)


def audit(progress: str, phase: str = "Running") -> Mapping[str, Any]:
    """A workflow whose step audit is that far."""
    node = {"id": "w-1", "type": "Pod", "templateName": "audit", "displayName": "audit", "phase": phase}
    node |= {"startedAt": "2026-01-01T00:00:00Z", "progress": progress}
    status = {"phase": phase, "nodes": {"w-1": node}}
    return {"metadata": {"name": "w"}, "status": status}


LOOKS = 200
"""The most looks at a workflow before it ends, whatever was said of it."""


def followed(monkeypatch: pytest.MonkeyPatch, log: Log | None, shares: Sequence[float]) -> Said:
    """What is said of an audit that gets on once that was said; without a log, it may not be read."""
    said, looks = Said(), itertools.count()

    def look(*_: object) -> Mapping[str, Any]:
        heard = len(said.progress)
        if heard < len(shares) and next(looks) < LOOKS:
            return audit(f"{round(100 * shares[heard])}/100")
        return audit("100/100", "Succeeded")

    def read(*_: object, **__: object) -> Log:
        if log is None:
            raise ApiException(status=403, reason="Forbidden")
        return log

    monkeypatch.setattr(follow, "LOOK_SECONDS", 0.05)
    core = SimpleNamespace(read_namespaced_pod_log=read)
    cluster = SimpleNamespace(namespace="n", core=core, argo=look)
    follow.Follower(cast("Cluster", cluster), "w", LAYOUT, said).run()
    return said


def test_where_a_log_may_not_be_read_the_workflow_tells_how_far_a_step_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = followed(monkeypatch, None, [0.37, 0.64])

    assert said.progress[:2] == [("audit", 0.37), ("audit", 0.64)]
    assert said.ends == ["audit"]


def test_where_a_log_is_read_it_alone_tells_how_far_a_step_is(monkeypatch: pytest.MonkeyPatch) -> None:
    line = json.dumps({"event": "progress", "what": "attacks", "done": 70, "total": 100})

    assert followed(monkeypatch, Log((line,)), [0.37]).progress == [("audit", 0.7)]
