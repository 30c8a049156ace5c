from __future__ import annotations

from pathlib import Path

import pytest

from tabtwin.cli.parsing import run_parser, submit_parser
from tabtwin.lib.blob import Held
from tabtwin.lib.errors import InputError, IntegrityError
from tabtwin.runner import inputs
from tabtwin.runner.parameters import pipeline_file, read_parameters
from tabtwin.store.artifacts import sha256
from tabtwin.store.signing import KEY_VARIABLE
from tabtwin.store.sources import fetch, name_of, split_urls
from tabtwin.store.store import Store

PARAMETERS = read_parameters(pipeline_file().read_text())
WORDS = ["t.csv", "--out", "d", "--target", "churn", "--seed", "7", "--strict"]


def test_the_same_options_are_the_same_settings_on_a_laptop_and_in_a_cluster() -> None:
    here = inputs.settings(PARAMETERS, vars(run_parser().parse_args(WORDS)))
    there = inputs.settings(PARAMETERS, vars(submit_parser().parse_args([*WORDS, "--pool", "cpu"])))

    assert here == there
    assert inputs.run_name(here) == inputs.run_name(there)


def test_an_uploaded_file_is_found_under_its_digest_and_uploaded_once(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = inputs.InputFile("t.csv", Held(b"a,b\n1,2\n"))
    url = inputs.upload(store, source)
    monkeypatch.setattr(type(store), "put", None)

    assert inputs.upload(store, source) == url
    assert fetch(url, store) == source.data.read()
    assert name_of(url) == source.name


def test_where_a_file_is_uploaded_to_confirms_no_guess_of_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = inputs.InputFile("t.csv", Held(b"a,b\n1,2\n"))
    url = inputs.upload(store, source)
    assert sha256(source.data)[:12] not in url
    monkeypatch.setenv(KEY_VARIABLE, "ab" * 16)
    assert inputs.upload(store, source) != url


@pytest.mark.parametrize("changed", ["t.csv", "nonce/t.csv", "both"])
def test_an_uploaded_file_that_was_changed_since_is_not_read(
    store: Store, monkeypatch: pytest.MonkeyPatch, changed: str
) -> None:
    url = inputs.upload(store, inputs.InputFile("t.csv", Held(b"a,b\n1,2\n")))
    place = (store.own_key(url) or "").rpartition("/")[0]
    monkeypatch.setenv(KEY_VARIABLE, "ab" * 16)  # in a cluster, the key is another one
    assert fetch(url, store) == b"a,b\n1,2\n"
    for name in ("t.csv", "nonce/t.csv"):
        if changed in {name, "both"}:
            store.put(f"{place}/{name}", b"a,b\n1,3\n")
    with pytest.raises(IntegrityError, match=r"t\.csv is not what was uploaded there"):
        fetch(url, store)
    store.delete(f"{place}/nonce/t.csv")
    with pytest.raises(IntegrityError, match=r"t\.csv is not what was uploaded there"):
        fetch(url, store)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("gone.csv", "found none; correct the path"),
        ("custmers.csv", r"found none; did you mean .*customers\.csv\?"),
        ("gone/t.csv", "found none; correct the path"),
        ("", "found a folder"),
    ],
)
def test_what_is_no_file_is_refused(tmp_path: Path, name: str, found: str) -> None:
    (tmp_path / "customers.csv").touch()
    with pytest.raises(InputError, match=found):
        inputs.read_input(str(tmp_path / name))


@pytest.mark.parametrize("place", ["https://example.org/t.csv", "file:///t.csv"])
def test_an_address_of_the_web_is_refused_with_what_to_do(place: str) -> None:
    with pytest.raises(InputError, match=r"expected a file or s3://BUCKET/KEY, found .*; download it"):
        inputs.read_input(place)


@pytest.mark.parametrize("name", ["source", "holdout"])
def test_what_is_no_table_is_refused_before_anything_runs(tmp_path: Path, name: str) -> None:
    page = tmp_path / "page.csv"
    page.write_text("<html></html>")
    with pytest.raises(InputError, match=r"page\.csv: .*found HTML"):
        inputs.read_inputs({name: str(page)})


def test_limits_that_are_none_are_refused_before_anything_runs(tmp_path: Path) -> None:
    gates = tmp_path / "gates.toml"
    gates.write_text("[likenes]\nlimit = 1")
    with pytest.raises(InputError, match="did you mean 'likeness'"):
        inputs.read_inputs({"gates": str(gates)})


def test_several_files_of_a_table_are_one_parameter_and_one_table(store: Store, tmp_path: Path) -> None:
    named = ["a, odd.csv", "b.csv", "c.csv"]
    for name in named:
        (tmp_path / name).write_text(f"a,b\n{name[0]},2\n")
    words = [*(str(tmp_path / name) for name in named), "--out", "d", "--holdout", str(tmp_path / "c.csv")]
    given = vars(run_parser().parse_args(words))
    sources = inputs.read_inputs(inputs.places(given["TABLE"], given))
    urls = inputs.upload_all(store, sources)
    assert [name_of(url) for url in split_urls(urls["source"])] == named
    assert urls["holdout"] == split_urls(urls["source"])[2]
    assert inputs.table_of(sources).name == "a, odd.csv and 2 more"
    fewer = {name: source for name, source in sources.items() if name != "source 3"}
    assert inputs.table_of(sources).data.read() != inputs.table_of(fewer).data.read()
