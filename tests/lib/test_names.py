"""No name in a document of the store, or on a command line, leads out of the place that it is meant for."""

from __future__ import annotations

from pathlib import Path, PureWindowsPath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from tabtwin.lib.names import MaybeName, PlainName, is_plain
from tabtwin.pipeline.releases import Followed
from tabtwin.runner.folder import FolderRuns, RunSettings
from tabtwin.store.artifacts import Failure, File, Manifest, Owned, Pointer, Ref, sha256
from tabtwin.store.release_manifest import Listing

LEADING_OUT = [
    "/etc/passwd",
    "../a",
    "a/../b",
    "..",
    ".",
    "",
    ".ssh",
    "a/b",
    "a\\b",
    "C:a",
    "a\0",
    "a\n",
    "a.",
    "~",
    "a b",
    "é",
    "a" * 129,
]
ENTRY = File(sha256=sha256(b""), size=0)
PARTS = st.sampled_from(
    ["/", "\\", "..", ".", ":", "\0", "\n", "a", "B", "0", "-", "_", "~", "%2e", "é", " "]
)


@given(st.text(max_size=12) | st.lists(PARTS, max_size=6).map("".join))
@example("a..b")
@example("boost-1-2of3")
def test_a_plain_name_is_one_part_of_a_path_and_stays_below_it(name: str) -> None:
    if is_plain(name):
        assert (Path("/root") / name).parts == ("/", "root", name)
        assert PureWindowsPath("c:/root", name).parts == ("c:\\", "root", name)
        assert not name.startswith(".")
        assert name.isascii()


@pytest.mark.parametrize("name", ["run", "run-0a1b", "boost-1-2of3", "synthetic.parquet", "team_a.Churn-2"])
def test_the_names_that_are_used_are_plain(name: str) -> None:
    assert TypeAdapter(PlainName).validate_python(name) == name
    assert TypeAdapter(MaybeName).validate_python("") == ""


@pytest.mark.parametrize("name", LEADING_OUT)
def test_no_document_holds_another(name: str) -> None:
    made = {"step": "s", "fingerprint": "0" * 24, "inputs": {}}
    manifest = {"files": {}, "figures": {}, "settings": {}, "versions": {}}
    pointer = made | {"name": ""}
    documents = [
        (Manifest, made | manifest | {"files": {name: ENTRY}}),
        (Manifest, made | manifest | {"step": name}),
        (Manifest, made | manifest | {"fingerprint": name}),
        (Pointer, pointer | {"step": name}),
        (Pointer, pointer | {"fingerprint": name}),
        (Pointer, pointer | {"uploads": (name,)}),
        (Failure, {"step": name, "name": "", "code": 1, "reason": ""}),
        (Owned, {"run": name}),
        (Followed, {"run": name}),
        (Listing, {"rows": 1, "files": {name: ENTRY}}),
        (FolderRuns, {"run": name}),
        (FolderRuns, {"run": "r", "later": (name,)}),
        (RunSettings, {"run": name, "store": "", "chosen": {}}),
        (Ref, {"step": name, "file": "f"}),
        (Ref, {"step": "s", "file": name}),
    ]
    if name:  # where there is none, it is empty
        documents += [
            (Pointer, pointer | {"name": name}),
            (Failure, {"step": "s", "name": name, "code": 1, "reason": ""}),
            (Ref, {"step": "s", "file": "f", "run": name}),
        ]
    for kind, document in documents:
        with pytest.raises(ValidationError):
            kind.model_validate(document)
