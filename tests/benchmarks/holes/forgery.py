"""Section 5: names and verdicts that can be forged, and section 6, the seed."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.benchmarks.holes.replay import Ended, Hole, run
from tests.benchmarks.holes.tools import people

OUTSIDE = "escaped.txt"


def replay(folder: Path) -> Iterator[Hole]:
    """A finished run whose records are changed by somebody who can write to its store."""
    file = folder / "people.csv"
    people(1_000, 1).to_csv(file, index=False)
    first = folder / "first"
    ended = run(file, first)
    yield Hole("5", "run: the one whose records are forged below", str(ended), ended.code == 0)
    for what, forge in FORGERIES.items():
        out = folder / what.replace(" ", "-")
        shutil.copytree(first, out)
        shutil.rmtree(out / "release")
        forge(out / "private" / "store")
        ended = run(file, out)
        escaped = [path for path in folder.rglob(OUTSIDE) if path.parent != folder / "nowhere"]
        real = (first / "release" / "synthetic.csv").read_bytes()
        released = out / "release" / "synthetic.csv"
        harmless = not released.exists() or released.read_bytes() == real
        yield Hole(
            "5",
            f"{what}, then the same command",
            f"{ended}; files outside: {len(escaped)}; a forged release: {not harmless}",
            not escaped and harmless and ended.code in {0, 4},
        )
    yield from _refused(folder, file)
    yield from _keys(folder, file)
    yield from _seeds(folder, file, first)


def _manifests(store: Path, step: str) -> list[Path]:
    return list((store / "private=" / f"{step}=").glob("*/manifest.json"))


def _rewrite(path: Path, change: Callable[[Any], Any]) -> None:
    path.write_text(json.dumps(change(json.loads(path.read_text()))))


def _absolute(store: Path) -> None:
    """A file more in the release's manifest, with an absolute name."""
    for path in _manifests(store, "release"):
        digest = {"sha256": hashlib.sha256(b"x").hexdigest(), "size": 1}
        where = str(store.parents[2] / OUTSIDE)
        _rewrite(path, lambda found, name=where, entry=digest: _with_file(found, name, entry))


def _upwards(store: Path) -> None:
    for path in _manifests(store, "release"):
        digest = {"sha256": hashlib.sha256(b"x").hexdigest(), "size": 1}
        _rewrite(path, lambda found, entry=digest: _with_file(found, f"../../{OUTSIDE}", entry))


def _with_file(found: dict[str, Any], name: str, entry: dict[str, Any]) -> dict[str, Any]:
    return found | {"files": found["files"] | {name: entry}}


def _other_rows(store: Path) -> None:
    """Another twin in the place of the released one, with its digest in the manifest."""
    for path in _manifests(store, "release"):
        csv = path.with_name("synthetic.csv")
        csv.write_bytes(csv.read_bytes() + csv.read_bytes().splitlines(keepends=True)[-1])
        digest = {"sha256": hashlib.sha256(csv.read_bytes()).hexdigest(), "size": csv.stat().st_size}
        _rewrite(path, lambda found, entry=digest: _with_file(found, "synthetic.csv", entry))


FORGERIES: dict[str, Callable[[Path], None]] = {
    "an absolute name in a manifest": _absolute,
    "a name with .. in a manifest": _upwards,
    "other rows in a release": _other_rows,
}


def _refused(folder: Path, file: Path) -> Iterator[Hole]:
    """A refused run whose verdict is rewritten."""
    limits, out = folder / "strict.toml", folder / "refused"
    limits.write_text("[likeness]\nlimit = 0.000001\n")
    words = ("--gates", limits, "--strict")
    before = run(file, out, *words)
    for path in _manifests(out / "private" / "store", "report"):
        verdict = path.with_name("gates.json")
        _rewrite(verdict, lambda found: found | {"refused": False, "strict": False, "gates": []})
        digest = {
            "sha256": hashlib.sha256(verdict.read_bytes()).hexdigest(),
            "size": verdict.stat().st_size,
        }
        _rewrite(path, lambda found, entry=digest: _with_file(found, "gates.json", entry))
    after = run(file, out, *words)
    released = (out / "release").exists()
    yield Hole(
        "5",
        "the verdict of a refused run is rewritten, with its manifest",
        f"{before.code}, then {after}; released: {released}",
        before.code == 3 and after.code in {3, 4} and not released,
    )


def _keys(folder: Path, file: Path) -> Iterator[Hole]:
    """Signing keys that are none."""
    for what, key in (("empty", ""), ("short", "abc")):
        cache = folder / f"cache-{what}"
        place = cache / "tabtwin" / "signing.key"
        place.parent.mkdir(parents=True)
        place.touch(mode=0o600)
        place.write_text(key)
        ended = run(file, folder / f"key-{what}", environment={"XDG_CACHE_HOME": str(cache)})
        yield Hole("5", f"run, with a signing key that is {what}", str(ended), ended.code == 4)


def _seeds(folder: Path, file: Path, first: Path) -> Iterator[Hole]:
    """Who knows the table makes no equal twin; its owner does."""
    again = _twin(run(file, folder / "again"), folder / "again")
    cache = {"XDG_CACHE_HOME": str(folder / "another-owner")}
    other = _twin(run(file, folder / "other", environment=cache), folder / "other")
    mine = (first / "release" / "synthetic.csv").read_bytes()
    yield Hole(
        "6", "run: the same owner again", "the same bytes" if again == mine else "other bytes", again == mine
    )
    yield Hole(
        "6",
        "run: another owner",
        "other bytes" if other != mine else "the same bytes",
        other not in (mine, b""),
    )
    run(file, folder / "seeded", "--seed", "1")
    page = (folder / "seeded" / "private" / "report.html").read_text()
    yield Hole("6", "run --seed 1: the report says what that gives up", f"{'seed' in page}", "seed" in page)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    plain = list((first / "private" / "store").rglob(f"*{digest[:24]}*"))
    yield Hole("6", "names in the store that hold the table's plain digest", f"{len(plain)}", not plain)


def _twin(ended: Ended, out: Path) -> bytes:
    place = out / "release" / "synthetic.csv"
    return place.read_bytes() if ended.code == 0 and place.exists() else b""
