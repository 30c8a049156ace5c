import json
from typing import Any

import pytest

from reported import SECRET, figure, findings, stand, told
from tabtwin import release, report
from tabtwin.lib.contract import Pointer, Run, sha256, write_output
from tabtwin.lib.errors import RefusedError
from tabtwin.lib.releases import follow, followed_by
from tabtwin.lib.step import execute
from tabtwin.lib.store import Store
from tabtwin.measures.limits import shipped_limits


def run_steps(store: Store, run: str, *, release_canaries: bool = False, **changed: Any) -> None:
    found = findings(plain=True, **changed)
    stand(store, run, found)
    execute(report.STEP, report.Params(), store, run, "", {})
    execute(release.STEP, release.Params(release_canaries=release_canaries), store, run, "", {})


def released(store: Store, run: str) -> list[str]:
    return [key.rpartition("/")[2] for key in store.list(f"release/{run}/")]


def test_what_passed_is_published_with_a_manifest_of_its_digests(store: Store) -> None:
    run_steps(store, "run")
    listing = json.loads(store.get("release/run/manifest.json"))
    expected = ["metrics.json", "report.html", "schema.json", "synthetic.csv", "synthetic.parquet"]
    assert sorted(listing["files"]) == expected
    assert released(store, "run") == sorted(["manifest.json", *expected])
    for name, entry in listing["files"].items():
        assert sha256(store.get(f"release/run/{name}")) == entry["sha256"]
    assert store.get("release/run/synthetic.csv").splitlines()[0] == b"age,pay,debt,since,plan,left"


def test_the_schema_that_is_published_is_the_one_that_may_be(store: Store) -> None:
    found = findings(plain=True)
    private, public = (found["ingest"][file] for file in ("schema.json", "published.json"))
    rule = {"kind": "implies", "columns": ["plan", "job"], "declared": False}
    private["rules"], public["rules"] = [rule | {"values": {SECRET: "cook"}}], [rule | {"values": {}}]
    stand(store, "run", found)
    execute(report.STEP, report.Params(), store, "run", "", {})
    execute(release.STEP, release.Params(), store, "run", "", {})
    assert json.loads(store.get("release/run/schema.json"))["rules"] == public["rules"]
    assert all(SECRET.encode() not in store.get(key) for key in store.list("release/run/"))


def test_what_is_refused_leaves_no_release_of_this_run_and_touches_no_other(store: Store) -> None:
    run_steps(store, "other")
    run_steps(store, "run")
    with pytest.raises(RefusedError, match=r"gate copies refused: expected at most 0.01, found 0.2000"):
        run_steps(store, "run", surplus=figure(0.2))
    assert released(store, "run") == []
    assert "manifest.json" in released(store, "other")
    manifest = Run(store, "run").manifest("release")
    assert manifest is not None
    assert list(manifest.files) == ["verdict.json"]


def test_a_twin_of_planted_rows_is_published_only_when_told_to(store: Store) -> None:
    run_steps(store, "run", canaries=told(20), release_canaries=True)
    assert "synthetic.csv" in released(store, "run")
    with pytest.raises(RefusedError) as refused:
        run_steps(store, "run", canaries=told(20))
    assert str(refused.value) == (
        "expected training rows alone, found 20 planted canaries among them; "
        "run without --canaries to release a twin, or with --release-canaries to release this one"
    )
    assert released(store, "run") == []


def test_leave_to_release_canaries_is_no_leave_to_pass_a_gate(store: Store) -> None:
    with pytest.raises(RefusedError, match="gate canaries refused: expected at most"):
        run_steps(store, "run", canaries=told() | {"auc": figure(0.95, 0.01)}, release_canaries=True)


def test_only_a_release_that_is_replaced_is_gone_on_from_anew(store: Store) -> None:
    run_steps(store, "run")
    follow(store, "run", "later")
    store.put("release/run/synthetic.csv", b"damaged")
    run_steps(store, "run")
    assert followed_by(store, "run") == "later"
    run_steps(store, "run", surplus=figure(0.002))
    assert followed_by(store, "run") is None


def test_a_damaged_release_is_published_anew(store: Store) -> None:
    run_steps(store, "run")
    whole = store.get("release/run/synthetic.csv")
    store.put("release/run/synthetic.csv", b"damaged")
    store.put("release/run/left-over.csv", b"an older run's")
    execute(release.STEP, release.Params(), store, "run", "", {})
    assert store.get("release/run/synthetic.csv") == whole
    assert "left-over.csv" not in released(store, "run")


def release_at_most(store: Store, run: str, most: int, **changed: Any) -> None:
    stand(store, run, findings(plain=True, **changed))
    execute(report.STEP, report.Params(), store, run, "", {})
    execute(release.STEP, release.Params(max_releases=most), store, run, "", {})


def test_one_more_release_than_is_wanted_of_a_runs_name_is_refused_and_the_last_one_stands(
    store: Store,
) -> None:
    release_at_most(store, "nightly", 2)
    release_at_most(store, "nightly", 2, surplus=figure(0.002))
    second = store.get("release/nightly/manifest.json")
    with pytest.raises(RefusedError, match=r"fewer than --max-releases 2 .*, found 2"):
        release_at_most(store, "nightly", 2, surplus=figure(0.003))
    assert store.get("release/nightly/manifest.json") == second


def test_releases_of_one_table_are_counted_whatever_the_runs_are_called(store: Store) -> None:
    release_at_most(store, "first", 1)
    with pytest.raises(RefusedError, match="found 1"):
        release_at_most(store, "second", 1, surplus=figure(0.002))
    assert released(store, "second") == []


def test_the_same_release_under_another_name_is_not_one_more(store: Store) -> None:
    release_at_most(store, "first", 1)
    release_at_most(store, "second", 1)
    assert "manifest.json" in released(store, "second")


def test_releases_of_another_table_are_not_counted(store: Store) -> None:
    release_at_most(store, "other", 1, surplus=figure(0.002))
    other = Run(store, "other").manifest("ingest")
    assert other is not None
    digests = {"source": sha256(b"another source")}
    write_output(store, other.model_copy(update={"fingerprint": "0" * 24, "inputs": digests}), {})
    Run(store, "other").point(Pointer(step="ingest", name="", fingerprint="0" * 24, inputs={}))
    release_at_most(store, "run", 1)
    assert "manifest.json" in released(store, "run")


def test_a_release_that_went_out_already_may_go_out_again(store: Store) -> None:
    release_at_most(store, "run", 1)
    release_at_most(store, "other", 0, surplus=figure(0.002))
    release_at_most(store, "run", 1)


def test_a_refusal_by_strict_names_what_is_not_shown() -> None:
    gates = report.judge(findings(leaning=None)["audit"]["audit.json"], shipped_limits())
    assert release.refusal(gates) == (
        "--strict refuses gates that are not shown: dcr: the table is too small to measure it; "
        "use more rows or leave --strict out"
    )


def test_a_refusal_names_first_the_columns_that_make_the_rows_a_plan() -> None:
    gates = report.judge(findings(leaning=figure(0.95, 0.01))["audit"]["audit.json"], shipped_limits())
    refused = [gate for gate in gates if gate.verdict == "refused"]
    assert refused
    line = release.refusal(gates, [["variety", "site"], ["day"]])
    assert ". Rows are a plan, each combination of variety, site stands in a row or few" in line
    assert "--drop one of variety, site. Rows are a plan, each day stands in a row" in line
    assert line.index("--drop day") < line.index(refused[0].remedy)


def test_a_refusal_by_likeness_names_the_columns_that_protection_hides() -> None:
    gates = report.judge(findings(leaning=figure(0.95, 0.01))["audit"]["audit.json"], shipped_limits())
    unlike = [gate.model_copy(update={"name": "likeness"}) for gate in gates if gate.verdict == "refused"]
    assert "hides much of plan, job: group" in release.refusal(unlike, hidden=["plan", "job"])
    assert "hides much" not in release.refusal(gates, hidden=["plan", "job"])
    assert "hides much" not in release.refusal(unlike)
