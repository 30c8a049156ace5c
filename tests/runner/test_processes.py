from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from started import start
from tabtwin.lib.log_lines import LogLine
from tabtwin.pipeline.registry import STEPS
from tabtwin.runner.fork_server import send
from tabtwin.runner.processes import FIRST, LATER, child_environment, open_processes

MODEL = {step: ["--model=boost-1"] for step in ("train", "score")}


def test_every_step_is_forked_from_one_of_the_processes() -> None:
    assert sorted(FIRST + LATER) == sorted(STEPS)


def test_a_child_sees_no_more_of_our_environment_than_a_pod_would(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_OF_MINE", "x")

    assert "SECRET_OF_MINE" not in child_environment({"AWS_REGION": "r"})


def run_steps(*steps: list[str], kill: str = "") -> list[tuple[int, str, list[LogLine]]]:
    """Run steps at once; their codes, reasons and log lines. ``kill``: the step or the server, at birth."""

    async def run() -> list[tuple[int, str, list[LogLine]]]:
        with open_processes(child_environment({})) as processes:

            async def one(words: list[str]) -> tuple[int, str, list[LogLine]]:
                said: list[LogLine] = []

                def hear(line: LogLine) -> None:
                    said.append(line)
                    if line.event == "task.process" and kill:
                        assert processes._fork_server is not None
                        born = int(str(line.fields["pid"]))
                        os.kill(born if kill == "step" else processes._fork_server.pid, signal.SIGKILL)

                return *await processes.run(["tabtwin", "step", *words], hear), said

            return list(await asyncio.gather(*(one(words) for words in steps)))

    return asyncio.run(run())


def test_a_steps_exit_code_and_reason_come_back() -> None:
    ((code, reason, said),) = run_steps(["refine", "--store=nowhere", "--run=r", "--log=json"])

    assert (code, reason) == (
        2,
        "a store must be s3://bucket/prefix, or a folder as file:///path, found 'nowhere'",
    )
    assert [line.event for line in said] == ["task.process", "step.rejected"]


def test_steps_run_side_by_side() -> None:
    bad = ["refine", "--store=nowhere", "--run=r", "--log=json"]

    assert [code for code, _, _ in run_steps(bad, bad, bad)] == [2, 2, 2]


@pytest.mark.parametrize("kill", ["step", "fork server"])
def test_a_killed_step_has_a_code_below_zero(kill: str) -> None:
    waiting = ["refine", "--store=s3://b/p", "--run=r", "--log=json"]

    ((code, reason, _),) = run_steps(waiting, kill=kill)

    assert (code, reason) == (-9, "ended by SIGKILL")


@pytest.mark.parametrize("kill", ["step", "server"])
def test_a_killed_later_step_or_its_server_is_lost_alone_and_another_is_forked(kill: str) -> None:
    bad = ["report", "--store=nowhere", "--run=r", "--log=json"]

    async def run() -> list[int]:
        with open_processes(child_environment({})) as processes:

            def end(line: LogLine) -> None:
                born = int(str(line.fields.get("pid", 0)))
                if born:
                    os.kill(born if kill == "step" else _parent(born), signal.SIGKILL)

            words = ["tabtwin", "step", *bad]
            waiting = ["tabtwin", "step", "report", "--store=s3://b/p", "--run=r", "--log=json"]
            first = processes._fork_server
            codes = [(await processes.run(waiting, end))[0]]
            codes += [(await processes.run(words, lambda line: None))[0]]
            assert processes._fork_server is first
            return codes

    assert asyncio.run(run()) == [-9, 2]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lists the threads of a process")
def test_no_thread_of_a_library_runs_where_steps_are_forked() -> None:
    async def threads() -> set[str]:
        with open_processes(child_environment({})) as processes:
            for step in FIRST + LATER:
                words = ["tabtwin", "step", step, "--store=nowhere", "--run=r", *MODEL.get(step, ())]
                await processes.run(words, lambda line: None)
            assert processes._fork_server is not None
            server = processes._fork_server.pid
            branches = Path(f"/proc/{server}/task/{server}/children").read_text().split()
            assert len(branches) == 1
            return _threads(server) | _threads(int(branches[0]))

    assert asyncio.run(threads()) <= {"jemalloc_bg_thd"}, "expected only Arrow's allocator's, which may be"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can tie a child's life to its parent's")
def test_a_killed_driver_takes_its_children_along(tmp_path: Path) -> None:
    driver = (
        "import asyncio\nfrom tabtwin.runner.processes import child_environment, open_processes\n"
        "async def run():\n"
        "    environment = child_environment({'AWS_ENDPOINT_URL': 'http://127.0.0.1:9'})\n"
        "    with open_processes(environment) as processes:\n"
        "        words = ['tabtwin', 'step', 'refine', '--store=s3://b/p', '--run=r']\n"
        "        await processes.run(words, lambda line: print(line.fields.get('pid', ''), flush=True))\n"
        "asyncio.run(run())"
    )
    process = start([sys.executable, "-c", driver])
    assert process.stdout is not None
    pid = int(process.stdout.readline())
    process.send_signal(signal.SIGKILL)
    process.wait()

    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and _is_running(pid):
        time.sleep(0.05)
    assert not _is_running(pid)


UNTIED = """
import os, signal, socket, sys, time
from tabtwin.pipeline import task
from tabtwin.runner import fork_server
fork_server.die_with_parent = lambda: None
task.run_task = lambda words: time.sleep(600)
fork_server.serve(socket.socket(fileno=int(sys.argv[1])), [])
"""


def test_steps_end_with_their_driver_where_the_kernel_does_not_see_to_it() -> None:
    ours, theirs = socket.socketpair()
    words = [sys.executable, "-c", UNTIED, str(theirs.fileno())]
    with subprocess.Popen(words, pass_fds=[theirs.fileno()]) as server:
        theirs.close()
        # In one go, as a stream may join them: each has a file of its own all the same.
        ours_out, theirs_out = os.pipe()
        lines = b"".join(
            json.dumps({"order": n, "words": ["step", "refine"]}).encode() + b"\n" for n in (1, 2)
        )
        socket.send_fds(ours, [lines], [theirs_out, theirs_out])
        said = b""
        while said.count(b"\n") < 2:
            said += ours.recv(1 << 16)
        branch, theirs = socket.socketpair()
        send(ours, {"ahead": []}, theirs.fileno())
        theirs.close()
        send(branch, {"order": 1, "words": ["step", "report"]}, theirs_out)
        said += branch.recv(1 << 16)
        os.close(theirs_out)
        pids = [json.loads(line)["pid"] for line in said.splitlines()]
        assert len(pids) == 3
        branch.close()
        ours.close()
        assert server.wait(30) == 0
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and any(map(_is_running, pids)):
        time.sleep(0.05)
    assert not any(map(_is_running, pids))
    assert os.read(ours_out, 1) == b""  # nobody holds the other end


def _parent(pid: int) -> int:
    """The process that forked another."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def _threads(pid: int) -> set[str]:
    """The names of a process's threads but the first."""
    return {
        path.joinpath("comm").read_text().strip()
        for path in Path(f"/proc/{pid}/task").iterdir()
        if path.name != str(pid)
    }


def _is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] not in {"Z", "X"}
    except FileNotFoundError:
        return False
