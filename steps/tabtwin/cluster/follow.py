"""Follow a workflow to its end by its status and its pods' logs, with the events of the local engine."""

from __future__ import annotations

import queue
import threading
import time
from dataclasses import dataclass, field

from tabtwin.cluster.access import WORKFLOWS, Cluster, NotThereError, UnreachableError
from tabtwin.cluster.logs import follow_log
from tabtwin.cluster.workflow_status import ENDED, Json, Layout, Try, planned, read_tries
from tabtwin.lib.errors import TabtwinError
from tabtwin.lib.log_lines import LogLine
from tabtwin.runner.events import Watcher

LOOK_SECONDS = 2.0
AS_USUAL = frozenset({"PodInitializing", "ContainerCreating"})
"""What every pod waits for, and need not be reported."""
AWAY_SECONDS = 900.0
"""How long the API server may be away before we stop following; the workflow continues without us."""
DRAIN_SECONDS = 15.0
"""How long the end of a task waits for the end of its log."""


@dataclass
class _Followed:
    """What was reported of a try so far."""

    latest: Try
    begun: bool = False
    told: bool = False
    waits_for: str = ""
    drained: bool = False
    unreadable: bool = False
    progress: tuple[int, int] = (0, 1)
    ended: threading.Event = field(default_factory=threading.Event)
    ended_at: float = 0.0


class Follower:
    """A follower of one workflow.

    Args:
        cluster: Where it runs.
        name: The workflow's name.
        layout: The layout of its template.
        watcher: Notified of what happens, always from the thread that follows.
    """

    def __init__(self, cluster: Cluster, name: str, layout: Layout, watcher: Watcher) -> None:
        self.cluster, self.name, self.layout, self.watcher = cluster, name, layout, watcher
        self._counts: dict[str, int] = {}
        self._tries: dict[str, _Followed] = {}
        self._lines: queue.SimpleQueue[tuple[str, LogLine | None]] = queue.SimpleQueue()
        self._away_since: float | None = None

    def run(self) -> Json:
        """Follow it until it has ended; return the workflow as it is then.

        Raises:
            TabtwinError: if it is gone, or the cluster does not answer any more.
        """
        while True:
            workflow = self._look()
            if workflow is not None:
                self._tell(workflow)
                if workflow.get("status", {}).get("phase") in ENDED:
                    self._drain()
                    return workflow
            self._listen(LOOK_SECONDS)

    def _look(self) -> Json | None:
        """Return the workflow as it is now, or ``None`` if the API server is away for a moment."""
        try:
            found: Json = self.cluster.argo("get", WORKFLOWS, self.name)
        except NotThereError:
            raise TabtwinError(
                f"the workflow {self.name} is gone; the same command starts a new one"
            ) from None
        except UnreachableError as error:
            now = time.monotonic()
            if self._away_since is None:
                self._away_since = now
                self.watcher.noted("cluster.away", f"{error}; trying again", reason=str(error))
            if now - self._away_since > AWAY_SECONDS:
                raise TabtwinError(f"{error} The workflow continues; the same command follows it") from None
            return None
        if self._away_since is not None:
            self._away_since = None
            self.watcher.noted("cluster.back", "the cluster answers again")
        return found

    def _tell(self, workflow: Json) -> None:
        """Report what is new in a workflow's status."""
        for step, count in planned(self.layout, workflow).items():
            if more := count - self._counts.get(step, 0):
                self._counts[step] = count
                self.watcher.planned(step, more)
        for latest in read_tries(self.layout, workflow):
            followed = self._tries.setdefault(latest.key, _Followed(latest))
            followed.latest = latest
            self._tell_of(followed)

    def _tell_of(self, followed: _Followed) -> None:
        latest = followed.latest
        if latest.phase == "Pending":
            if latest.reason not in {"", followed.waits_for, *AS_USUAL}:
                followed.waits_for = latest.reason
                self.watcher.said(latest.task, LogLine.of("task.waiting", reason=latest.reason))
            return
        if not followed.begun:
            followed.begun = True
            self.watcher.started(latest.task)
            self.watcher.said(latest.task, LogLine.of("task.pod", pod=latest.pod, node=latest.host))
            threading.Thread(target=self._read_log, args=(followed,), daemon=True, name=latest.pod).start()
        self._tell_progress_of(followed)
        if latest.has_ended and not followed.ended.is_set():
            followed.ended.set()
            followed.ended_at = time.monotonic()
        self._tell_end_of(followed)

    def _tell_progress_of(self, followed: _Followed) -> None:
        """Report how far a try is by its workflow, where its log may not be read: that tells it sooner."""
        latest = followed.latest
        if followed.unreadable and latest.progress != followed.progress and not followed.told:
            followed.progress = latest.progress
            done, total = latest.progress
            line = LogLine.of("progress", what="as Argo has it", done=done, total=total)
            self.watcher.said(latest.task, line)

    def _tell_end_of(self, followed: _Followed, *, whatever: bool = False) -> None:
        """Report that a try has ended, once its log was reported and it is known whether another try
        follows.
        """
        latest = followed.latest
        if followed.told or not latest.has_ended:
            return
        is_read = followed.drained or time.monotonic() - followed.ended_at > DRAIN_SECONDS
        if whatever or (is_read and latest.final is not None):
            followed.told = True
            self.watcher.ended(latest.task, latest.code, latest.reason, final=latest.final is not False)

    def _read_log(self, followed: _Followed) -> None:
        """Put a pod's log into the queue, line by line, and ``None`` at its end; in a thread of its own."""
        key = followed.latest.key
        try:
            for line in follow_log(self.cluster, followed.latest.pod, followed.ended.is_set):
                self._lines.put((key, line))
        finally:
            self._lines.put((key, None))

    def _listen(self, seconds: float) -> None:
        """Pass on the lines of the logs for some seconds."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            try:
                key, line = self._lines.get(timeout=left)
            except queue.Empty:
                return
            followed = self._tries[key]
            if line is None:
                followed.drained = True
                self._tell_end_of(followed)
            elif not followed.told:
                followed.unreadable |= line.event == "log.unreadable"
                self.watcher.said(followed.latest.task, line)

    def _drain(self) -> None:
        """Pass on the rest of the logs of a workflow that has ended, and the ends that wait for it."""
        until = time.monotonic() + DRAIN_SECONDS
        while time.monotonic() < until and any(
            followed.begun and not followed.drained for followed in self._tries.values()
        ):
            self._listen(0.1)
        for followed in self._tries.values():
            self._tell_end_of(followed, whatever=True)
