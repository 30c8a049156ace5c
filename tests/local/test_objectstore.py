from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tabtwin.lib.errors import InputError, IntegrityError
from tabtwin.lib.store import Store
from tabtwin.local import objectstore
from tabtwin.local.objectstore import embedded


def test_what_was_written_is_there_after_a_restart(tmp_path: Path) -> None:
    with embedded(tmp_path / "store"):
        Store.open("s3://tabtwin/p").put("key", b"value" * 1000)
    with embedded(tmp_path / "store"):
        assert Store.open("s3://tabtwin/p").get("key") == b"value" * 1000


def test_the_store_is_for_the_user_alone_and_asks_for_this_starts_credentials(
    tmp_path: Path,
) -> None:
    with embedded(tmp_path / "store") as first:
        assert (tmp_path / "store").stat().st_mode & 0o777 == 0o700
    with embedded(tmp_path / "store") as second:
        assert first["AWS_SECRET_ACCESS_KEY"] != second["AWS_SECRET_ACCESS_KEY"]
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("AWS_ACCESS_KEY_ID", first["AWS_ACCESS_KEY_ID"])
            with pytest.raises(IntegrityError):
                Store.open("s3://tabtwin/p").get("key")


def test_a_port_that_somebody_takes_in_the_last_moment_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free, taken = objectstore._ports, socket.create_server(("127.0.0.1", 0))
    calls: list[Path] = []

    def ports(memory: Path) -> dict[str, int]:
        calls.append(memory)
        found = free(memory)
        return found | {"master.port": taken.getsockname()[1]} if len(calls) == 1 else found

    monkeypatch.setattr(objectstore, "_ports", ports)
    with taken, embedded(tmp_path / "store"):
        Store.open("s3://tabtwin/p").put("key", b"value")
    assert len(calls) == 2


def test_a_path_that_the_store_cannot_take_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected a path without a comma"), embedded(tmp_path / "a,b"):
        pass


def test_nothing_listens_beyond_the_loopback_interface(tmp_path: Path) -> None:
    with embedded(tmp_path / "store"):
        listening = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        ours = _sockets_of("weed")
        addresses = {
            fields[1].split(":")[0] for fields in listening if fields[3] == "0A" and fields[9] in ours
        }

    assert addresses == {"0100007F"}


def _sockets_of(program: str) -> set[str]:
    """The inodes of the sockets that processes called ``program`` hold."""
    inodes = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "comm").read_text().strip() != program:
                continue
            links = [str(link.readlink()) for link in (process / "fd").iterdir()]
        except OSError:
            continue
        inodes |= {link[8:-1] for link in links if link.startswith("socket:[")}
    return inodes
