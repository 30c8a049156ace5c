"""Run a step's image as its pod would be: read-only, an arbitrary user, no capabilities, limits."""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tabtwin import __version__

DOCKER = shlex.split(os.environ.get("DOCKER") or "docker")
REGISTRY = os.environ.get("REGISTRY") or "localhost"
STORE_VARIABLES = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL", "AWS_REGION")
SIGNING_KEY = "the key of these tests, long enough to be one"
LOCKED = (
    *("--rm", "--network=host", "--read-only", "--user=12345:0", "--cap-drop=ALL"),
    *("--security-opt=no-new-privileges", "--memory=3g", "--pids-limit=512", "--tmpfs=/tmp:rw,mode=1777"),
)
"""Uid 12345 is in no image; the group is root's, as OpenShift has it."""
NOT_STARTED = (125, 126, 127)
"""What docker and podman exit with where they could not start a container; 125 says nothing of its image."""
TRIES = 3


@dataclass(frozen=True)
class Ended:
    """How a container ended: its exit code, and what it wrote to stdout and stderr."""

    code: int
    stdout: str
    stderr: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Its log; fails where a line is not JSON."""
        return [json.loads(line) for line in self.stdout.splitlines()]

    @property
    def reason(self) -> str:
        """The one line that says why; a container that was killed, or never started, wrote none."""
        said = self.lines[-1].get("reason") if self.stdout else None
        return str(said or f"exit code {self.code}: {self.stderr}")

    @property
    def started(self) -> bool:
        """Whether it ran at all."""
        return bool(self.stdout) or self.code not in NOT_STARTED


def image(step: str) -> str:
    """What the image of a step is called."""
    return f"{REGISTRY}/tabtwin-{step}:{__version__}"


def command(
    step: str, options: Sequence[str], *, shared: Path | None = None, name: str = "", **variables: str
) -> list[str]:
    """The words that run a step; ``shared`` is a folder that the container sees under its own path."""
    environment = {key: os.environ[key] for key in STORE_VARIABLES if key in os.environ}
    environment |= {"TABTWIN_SIGNING_KEY": SIGNING_KEY} | variables
    words = [*DOCKER, "run", *LOCKED, *([f"--name={name}"] if name else [])]
    words += [f"--env={key}={value}" for key, value in environment.items()]
    words += [f"--volume={shared}:{shared}"] if shared else []
    return [*words, image(step), *options]


def run(step: str, options: Sequence[str], **variables: str) -> Ended:
    """Run a step's image to its end."""
    return asyncio.run(_ended(command(step, options, **variables)))


def inspect(step: str) -> dict[str, Any]:
    """What the image says of itself."""
    done = subprocess.run(
        [*DOCKER, "image", "inspect", image(step)], capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)[0]
    return found


class Containers:
    """A runner for the engine: each task in a container of its step's image; remembers how each ended."""

    def __init__(self) -> None:
        self.ended: dict[str, list[Ended]] = {}

    async def run(self, words: Sequence[str], said: Callable[[Mapping[str, Any]], None]) -> tuple[int, str]:
        """``tabtwin step NAME ...``, by the entry point of NAME's image."""
        step, options = words[2], list(words[3:])
        outputs = [Path(option.partition("=")[2]) for option in options if "-to=/" in option]
        shared = outputs[0].parent if outputs else None
        if shared:
            shared.chmod(0o777)
        ended = await _ended(command(step, options, shared=shared))
        self.ended.setdefault(step, []).append(ended)
        return ended.code, ended.reason if ended.code else ""


async def _ended(words: Sequence[str]) -> Ended:
    """Run a container to its end; one that does not start is tried again."""
    for _ in range(TRIES):
        process = await asyncio.create_subprocess_exec(*words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            stdout, stderr = await process.communicate()
        finally:  # another task may have failed meanwhile: nothing outlives the workflow
            if process.returncode is None:
                process.kill()
                await process.wait()
        ended = Ended(process.returncode or 0, stdout.decode(), stderr.decode())
        if ended.started:
            break
    return ended
