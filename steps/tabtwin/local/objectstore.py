"""The embedded object store: SeaweedFS on the loopback interface, for one run's driver.

Left to itself it opens 13 ports on all interfaces, and its filer serves private objects without
credentials. So: one interface, no HTTP beside S3, no web pages, free ports, a folder for the user alone,
and credentials made for each start.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tabtwin.driver.variables import variables
from tabtwin.lib.errors import InputError, StoreError
from tabtwin.lib.store import Store
from tabtwin.local.nursery import die_with_parent

BUCKET = "tabtwin"
START_SECONDS = 60.0
STARTS = 3
STOP_SECONDS = 0.3
REMOVAL_SECONDS = 60.0
QUIET_SECONDS = 3.0
"""SeaweedFS looks every 1.1 seconds for what is to be removed."""
INDEX_ENTRY = 17
"""Bytes by which a volume's index grows with each part of an object that is removed."""
_PORTS = (
    *("master.port", "master.port.grpc", "volume.port", "volume.port.grpc", "filer.port", "filer.port.grpc"),
    *("s3.port", "s3.port.grpc", "admin.port", "admin.port.grpc"),
)
_QUIET = ("-disableHttp", "-webdav=false", "-admin.ui=false", "-s3.port.iceberg=0", "-s3.port.lance=0")


@contextmanager
def embedded(folder: Path) -> Iterator[dict[str, str]]:
    """Serve S3 from ``folder`` while the body runs; yields the AWS variables that reach it.

    Raises:
        InputError: where there is no SeaweedFS for this platform, or the path has a sign that it cannot take.
        StoreError: if it does not start.
    """
    if "," in str(folder):
        raise InputError(f"expected a path without a comma, found {folder}; name another folder")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    finish_compaction(folder)
    (folder / "data").mkdir(exist_ok=True)
    server, environment = _started(folder)
    try:
        with variables(environment):
            yield environment
    finally:
        _stop(server)


def _started(folder: Path) -> tuple[subprocess.Popen[bytes], dict[str, str]]:
    """A server that answers, and the AWS variables that reach it.

    One that ends by itself is tried again: between our look at a port and its own, somebody took it.
    """
    for left in reversed(range(STARTS)):
        server, environment = _launched(folder)
        try:
            with variables(environment):
                _wait(server, folder / "log.txt")
        except BaseException as error:
            ended = server.poll() is not None
            _stop(server)
            if not (isinstance(error, StoreError) and ended and left):
                raise
        else:
            return server, environment
    raise AssertionError("the last start returns or raises")


def _launched(folder: Path) -> tuple[subprocess.Popen[bytes], dict[str, str]]:
    ports = _ports(folder / "ports.json")
    environment = {
        "AWS_ACCESS_KEY_ID": secrets.token_hex(10),
        "AWS_SECRET_ACCESS_KEY": secrets.token_hex(20),
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{ports['s3.port']}",
        "AWS_REGION": "us-east-1",
    }
    options = [f"-dir={folder / 'data'}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", *_QUIET]
    options += [f"-{name}={port}" for name, port in ports.items()]
    with (folder / "log.txt").open("w") as log:
        server = subprocess.Popen(
            [_program(), "mini", *options],
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for us: we still have to write through it
            preexec_fn=die_with_parent,
        )
    return server, environment


@contextmanager
def removing(folder: Path, objects: int) -> Iterator[None]:
    """Remove so many objects in the body, from a folder that is served: SeaweedFS lags behind its answers.

    What it has not come to when it stops keeps its disk space for good.
    """
    _await_quiet(folder, 0)  # the store's own objects, such as the one that it is tried with, go likewise
    wanted = _indexed(folder) + INDEX_ENTRY * objects
    yield
    _await_quiet(folder, wanted)


def _await_quiet(folder: Path, wanted: int) -> None:
    """Wait until the index has so many bytes, and then until it grows no more."""
    deadline = time.monotonic() + REMOVAL_SECONDS
    size, since = _indexed(folder), time.monotonic()
    while time.monotonic() < deadline and (size < wanted or time.monotonic() < since + QUIET_SECONDS):
        time.sleep(0.1)
        if (now := _indexed(folder)) != size:
            size, since = now, time.monotonic()


def _indexed(folder: Path) -> int:
    return sum(index.stat().st_size for index in (folder / "data").glob("*.idx"))


def compact(folder: Path) -> None:
    """Give back the disk space of removed objects, in a folder that is not being served.

    Raises:
        StoreError: if SeaweedFS could not; the data are as they were.
    """
    finish_compaction(folder)
    for volume in sorted((folder / "data").glob("*.dat")):
        collection, _, number = volume.stem.rpartition("_")
        words = ["compact", f"-dir={folder / 'data'}", f"-collection={collection}", f"-volumeId={number}"]
        done = subprocess.run([_program(), *words], capture_output=True, check=False)
        if done.returncode or not volume.with_suffix(".cpd").exists():
            raise StoreError(
                f"{volume}: expected SeaweedFS to compact it, found that it could not; try again"
            )
        volume.with_suffix(".cpd").replace(volume)
        finish_compaction(folder)


def finish_compaction(folder: Path) -> None:
    """Put the index of a volume that was compacted in its place, or drop a compaction that did not end."""
    for index in (folder / "data").glob("*.cpx"):
        if index.with_suffix(".cpd").exists():
            index.with_suffix(".cpd").unlink()
            index.unlink()
        else:
            index.replace(index.with_suffix(".idx"))


def _program() -> str:
    beside = Path(sys.executable).with_name("weed")
    found = str(beside) if beside.exists() else shutil.which("weed")
    if found is None:
        raise InputError("there is no embedded store for this platform; give --store s3://BUCKET/PREFIX")
    return found


def _ports(memory: Path) -> dict[str, int]:
    """The ports of the last start where they are still free, else new ones; SeaweedFS names data by them."""
    if memory.exists():
        ports = json.loads(memory.read_text())
        if set(ports) == set(_PORTS) and all(_is_free(port) for port in ports.values()):
            return dict(ports)
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in _PORTS]
    ports = {name: opened.getsockname()[1] for name, opened in zip(_PORTS, sockets, strict=True)}
    for opened in sockets:
        opened.close()
    memory.write_text(json.dumps(ports))
    return ports


def _is_free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def _wait(server: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the store takes a bucket, and then an object."""
    store = Store.open(f"s3://{BUCKET}")
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            store.make_bucket()
            store.put("ready", b"1")
        except StoreError:
            time.sleep(0.1)
        else:
            return
    raise StoreError(f"the embedded store did not start; see {log}, or give --store s3://BUCKET/PREFIX")


def _stop(server: subprocess.Popen[bytes]) -> None:
    """Stop the server. It would idle for half a minute; what it answered for is written, so it need not."""
    server.terminate()
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
