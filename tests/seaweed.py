"""An S3 server for tests of what talks to S3: SeaweedFS on the loopback interface, in a folder of its own."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from tabtwin.lib.errors import StoreError
from tabtwin.lib.variables import variables
from tabtwin.store.opening import open_store
from tabtwin.store.s3 import S3Store

BUCKET = "tabtwin"
START_SECONDS = 60.0
STARTS = 3
_PORTS = (
    *("master.port", "master.port.grpc", "volume.port", "volume.port.grpc", "filer.port", "filer.port.grpc"),
    *("s3.port", "s3.port.grpc", "admin.port", "admin.port.grpc"),
)
_QUIET = ("-disableHttp", "-webdav=false", "-admin.ui=false", "-s3.port.iceberg=0", "-s3.port.lance=0")


@contextmanager
def serving(folder: Path) -> Iterator[Mapping[str, str]]:
    """Serve the bucket ``tabtwin`` from a folder, under the AWS variables that it yields."""
    server, found = _started(folder)
    try:
        with variables(found):
            yield found
    finally:
        _stop(server)


def _started(folder: Path) -> tuple[subprocess.Popen[bytes], dict[str, str]]:
    """A server that answers; somebody may take a port between our look at it and the server's."""
    for _ in range(STARTS):
        server, found = _launched(folder)
        with variables(found):
            if _answers(server):
                return server, found
        _stop(server)
    raise StoreError("SeaweedFS did not start")


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.kill()  # terminated, it would idle for half a minute
    server.wait()
    assert isinstance(server.args, list)
    ports = {word.rpartition("=")[2] for word in server.args}
    for left in Path("/tmp").glob("seaweedfs-*.sock"):  # there, wherever TMPDIR is
        if left.stem.rpartition("-")[2] in ports:
            left.unlink()


def _launched(folder: Path) -> tuple[subprocess.Popen[bytes], dict[str, str]]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in _PORTS]
    ports = {name: taken.getsockname()[1] for name, taken in zip(_PORTS, sockets, strict=True)}
    for taken in sockets:
        taken.close()
    found = {
        "AWS_ACCESS_KEY_ID": secrets.token_hex(10),
        "AWS_SECRET_ACCESS_KEY": secrets.token_hex(20),
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{ports['s3.port']}",
        "AWS_REGION": "us-east-1",
    }
    for name in ("data", "logs", "tmp"):
        (folder / name).mkdir(exist_ok=True)
    options = ["-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-master.telemetry=false", *_QUIET]
    options += [f"-{name}={port}" for name, port in ports.items()]
    keys = {name: found[name] for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")}
    server = subprocess.Popen(
        [_program(), f"-logdir={folder / 'logs'}", "mini", f"-dir={folder / 'data'}", *options],
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "TMPDIR": str(folder / "tmp"), **keys},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    return server, found


def _answers(server: subprocess.Popen[bytes]) -> bool:
    """Whether it takes a bucket, and then an object, before it ends or much time has passed."""
    store = open_store(f"s3://{BUCKET}")
    assert isinstance(store, S3Store)
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        with suppress(StoreError, ClientError, BotoCoreError):
            with suppress(store.client.exceptions.BucketAlreadyOwnedByYou):
                store.client.create_bucket(Bucket=BUCKET)
            store.put("ready", b"1")
            return True
        time.sleep(0.1)
    return False


def _program() -> str:
    beside = Path(sys.executable).with_name("weed")
    found = str(beside) if beside.exists() else shutil.which("weed")
    assert found, "expected the development dependencies (make test installs them), found no SeaweedFS"
    return found
