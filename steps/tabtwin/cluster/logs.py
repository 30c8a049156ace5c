"""Read a pod's log, line by line, until its step has ended; a stream that breaks off is resumed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from tabtwin.cluster.access import Cluster, DeniedError, NotThereError, answers
from tabtwin.lib.errors import InputError
from tabtwin.lib.log_lines import LogLine

SILENCE_SECONDS = (5, 120)
"""How long a connection may take to open, and a log may be silent before it is reopened."""
PAUSE_SECONDS = 2.0


def follow_log(cluster: Cluster, pod: str, has_ended: Callable[[], bool]) -> Iterator[LogLine]:
    """Yield the JSON lines of a step's log, without those of Argo's executor.

    Args:
        cluster: Where the pod runs.
        pod: Its name.
        has_ended: Whether its step has; the log is read once more after that, and then is complete.
    """
    last = ""
    while True:
        finished = has_ended()
        try:
            for stamp, text in _stream(cluster, pod):
                if stamp > last:
                    last = stamp
                    if line := LogLine.parse(text):
                        yield line
        except NotThereError:
            return  # collected, and its log with it
        except DeniedError as error:
            yield LogLine.of("log.unreadable", level="warning", reason=str(error))
            return
        except InputError:
            pass  # the container has not started, or the API server is away for a moment
        if finished:
            return
        time.sleep(PAUSE_SECONDS)


def _stream(cluster: Cluster, pod: str) -> Iterator[tuple[str, str]]:
    """Yield each line with the time at which the kubelet got it, whose spelling sorts as the times do."""
    read: Callable[..., Any] = cluster.core.read_namespaced_pod_log
    with answers():
        response = read(
            pod,
            cluster.namespace,
            container="main",
            follow=True,
            timestamps=True,
            _preload_content=False,
            _request_timeout=SILENCE_SECONDS,
        )
        try:
            for raw in response:
                stamp, _, text = raw.decode("utf-8", "replace").rstrip("\r\n").partition(" ")
                yield stamp, text
        finally:
            response.close()
