"""Read a run's inputs: files, which go to the store, and settings; both determine the run's name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tabtwin.io.file_types import refuse_others
from tabtwin.lib.blob import Blob, Held, open_path
from tabtwin.lib.errors import InputError
from tabtwin.lib.names import make_run_name
from tabtwin.runner.parameters import COMMANDS_OWN, FILES, Parameter
from tabtwin.store.artifacts import canonical, sha256
from tabtwin.store.opening import open_store
from tabtwin.store.signing import sign
from tabtwin.store.sources import upload as upload_bytes
from tabtwin.store.store import MissingObjectError, Store

SOURCE = "source"


class InputFile(NamedTuple):
    """A file that the user named: its name, and what it holds."""

    name: str
    data: Blob


def places(tables: Sequence[str], given: Mapping[str, str]) -> dict[str, str]:
    """Return the paths or URLs that the command line names, by their parameters.

    If the table has several files, the second is ``source 2`` and so on.
    """
    numbered = {_numbered(number): place for number, place in enumerate(tables, start=1)}
    return numbered | {name: given[name] for name in FILES if given[name]}


def _numbered(number: int) -> str:
    return SOURCE if number == 1 else f"{SOURCE} {number}"


def table_of(sources: Mapping[str, InputFile]) -> InputFile:
    """Return the table among these files; several are represented by their names and digests."""
    files = [source for name, source in sources.items() if name.startswith(SOURCE)]
    if len(files) == 1:
        return files[0]
    digests = canonical([sha256(source.data) for source in files])
    return InputFile(f"{files[0].name} and {len(files) - 1} more", Held(digests))


def upload_all(store: Store, sources: Mapping[str, InputFile]) -> dict[str, str]:
    """Upload files to where steps read them; return the parameters that name them."""
    urls = {name: upload(store, source) for name, source in sources.items()}
    tables = [url for name, url in urls.items() if name.startswith(SOURCE)]
    return {SOURCE: ",".join(tables)} | {name: urls[name] for name in FILES if name in urls}


def read_inputs(named: Mapping[str, str]) -> dict[str, InputFile]:
    """Read the files of :func:`places`, and check now what would otherwise end the run later.

    Raises:
        InputError: if a file is missing, a table is something else, or the gates' limits are wrong.
    """
    sources = {name: read_input(place) for name, place in named.items()}
    for name, source in sources.items():
        if name.startswith((SOURCE, "holdout")):
            refuse_others(source.data, source.name)
    if "gates" in sources:
        from tabtwin.evaluation.gates.limits import own_limits  # it imports every measure

        own_limits(sources["gates"].data.read())
    return sources


def read_input(place: str) -> InputFile:
    """Open a file, local or ``s3://``.

    Raises:
        InputError: if it does not exist.
    """
    if is_remote(place):
        parent, _, name = place.rpartition("/")
        try:
            return InputFile(name, open_store(parent, role="source").open(name))
        except MissingObjectError:
            raise InputError(f"expected an object at {place}, found none; correct the URL") from None
    if "://" in place:
        raise InputError(f"expected a file or s3://BUCKET/KEY, found {place}; download it, and name the file")
    path = Path(place)
    if path.is_dir():
        raise InputError(f"expected a CSV or Parquet file, found a folder at {place}; name a file in it")
    if not path.exists():
        close = difflib.get_close_matches(path.name, _beside(path), n=1, cutoff=0.8)
        hint = f"did you mean {path.with_name(close[0])}?" if close else "correct the path"
        raise InputError(f"expected a file at {place}, found none; {hint}")
    return InputFile(path.name, open_path(path))


def _beside(path: Path) -> list[str]:
    """Return the names of the other files in a path's folder."""
    return [other.name for other in path.parent.iterdir()] if path.parent.is_dir() else []


def is_remote(place: str) -> bool:
    """Return whether a file lies in an object store."""
    return place.startswith("s3://")


def upload(store: Store, source: InputFile) -> str:
    """Upload a file to where steps read it, unless it is there; return its address."""
    return upload_bytes(store, source.name, source.data)


def settings(parameters: Iterable[Parameter], given: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters that a command line gives, without empty ones and those that the command sets."""
    named = {p.name: given[p.name.replace("-", "_")] for p in parameters if p.name not in COMMANDS_OWN}
    return {name: text for name, text in named.items() if text != ""}


def run_name(chosen: Mapping[str, str]) -> str:
    """Return the name of the run of these parameters: the same for the same, wherever it is driven from."""
    # Keyed: the name stands in release/, where a plain digest would let anyone confirm a guessed table.
    return make_run_name(sign(canonical(dict(chosen)), "run").decode())
