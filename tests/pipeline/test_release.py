import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from audited import source
from step_outputs import SECRET, audit, figure, findings, stand, told
from tabtwin.evaluation.gates.limits import shipped_limits
from tabtwin.evaluation.gates.verdicts import judge, verdict_of
from tabtwin.lib.errors import InputError, IntegrityError, RefusedError
from tabtwin.pipeline import release, report
from tabtwin.pipeline.executing import execute
from tabtwin.pipeline.releases import follow, followed_by
from tabtwin.store.artifacts import canonical, sha256
from tabtwin.store.opening import open_store
from tabtwin.store.run import Run
from tabtwin.store.signing import KEY_VARIABLE
from tabtwin.store.store import Store


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
        "expected only training rows, found 20 planted canaries among them; "
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
    run_steps(store, "run", surplus=figure(0.006))
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
    release_at_most(store, "nightly", 2, surplus=figure(0.006))
    second = store.get("release/nightly/manifest.json")
    with pytest.raises(RefusedError, match=r"fewer than 2 releases .*, found 2"):
        release_at_most(store, "nightly", 2, surplus=figure(0.009))
    assert store.get("release/nightly/manifest.json") == second


def test_releases_of_one_table_are_counted_whatever_the_runs_are_called(store: Store) -> None:
    release_at_most(store, "first", 1)
    with pytest.raises(RefusedError, match="found 1"):
        release_at_most(store, "second", 1, surplus=figure(0.006))
    assert released(store, "second") == []


def test_the_same_release_under_another_name_is_not_one_more(store: Store) -> None:
    release_at_most(store, "first", 1)
    release_at_most(store, "second", 1)
    assert "manifest.json" in released(store, "second")


def test_releases_of_another_table_are_not_counted(store: Store) -> None:
    found = findings(plain=True, surplus=figure(0.006))
    found["ingest"]["contents.json"] = {"rows": sha256(b"other rows")}
    stand(store, "other", found)
    execute(report.STEP, report.Params(), store, "other", "", {})
    execute(release.STEP, release.Params(), store, "other", "", {})
    release_at_most(store, "run", 1)
    assert "manifest.json" in released(store, "run")


def test_a_release_that_went_out_already_may_go_out_again(store: Store) -> None:
    release_at_most(store, "run", 1)
    release_at_most(store, "other", 0, surplus=figure(0.006))
    release_at_most(store, "run", 1)


def forge(store: Store, output: str, change: Callable[[bytes], bytes]) -> None:
    """Change a file of the output and write its digest into the manifest, as one without the key can."""
    task, _, file = output.rpartition("/")
    fingerprint = json.loads(store.get(f"private/runs/run/{task}.json"))["fingerprint"]
    place = f"private/{task}/{fingerprint}"
    data = change(store.get(f"{place}/{file}"))
    manifest = json.loads(store.get(f"{place}/manifest.json"))
    manifest["files"][file] = {"sha256": sha256(data), "size": len(data)}
    store.put(f"{place}/{file}", data)
    store.put(f"{place}/manifest.json", canonical(manifest))


def passing(data: bytes) -> bytes:
    """The gates' verdict on another twin."""
    gates = judge(audit(), shipped_limits())
    verdict = verdict_of(gates, alpha=shipped_limits().alpha, strict=False)
    return canonical(verdict.model_dump(mode="json"))


def passed_audit(data: bytes) -> bytes:
    return canonical(findings(plain=True)["audit"]["audit.json"])


FORGED: dict[str, Callable[[bytes], bytes]] = {
    "report/gates.json": passing,
    "report/metrics.json": lambda data: data + b" ",
    "report/report.html": lambda data: data.replace(b"No.", b"Yes."),
    "audit/audit.json": passed_audit,
    "refine/synthetic.parquet": lambda data: data + b" ",
    "ingest/schema.json": lambda data: data + b" ",
    "ingest/facts.json": lambda data: data.replace(b'"canaries": 0', b'"canaries": 00'),
    "weigh/earlier.json": lambda data: b'["../other"]',
    "release/verdict.json": lambda data: data.replace(b'"refused": true', b'"refused": false'),
}


@pytest.mark.parametrize("output", FORGED)
def test_a_refused_run_is_not_published_by_who_lacks_the_key(store: Store, output: str) -> None:
    with pytest.raises(RefusedError):
        run_steps(store, "run", surplus=figure(0.2))
    forge(store, output, FORGED[output])
    # What the release step made itself is made again, and refused again.
    ends = RefusedError if output.startswith("release/") else IntegrityError
    with pytest.raises(ends):
        execute(release.STEP, release.Params(), store, "run", "", {})
    assert released(store, "run") == []


@pytest.mark.parametrize("task", ["report", "audit", "refine", "ingest", "weigh"])
def test_a_pointer_that_this_key_did_not_sign_publishes_nothing(store: Store, task: str) -> None:
    run_steps(store, "good")
    with pytest.raises(RefusedError):
        run_steps(store, "run", surplus=figure(0.2))
    store.put(f"private/runs/run/{task}.json", store.get(f"private/runs/good/{task}.json"))
    with pytest.raises(IntegrityError, match=f"private/runs/run/{task}.json was not signed with this key"):
        execute(release.STEP, release.Params(), store, "run", "", {})
    assert released(store, "run") == []


def test_an_old_pointer_of_the_same_run_publishes_nothing(store: Store) -> None:
    run_steps(store, "run")
    old = store.get("private/runs/run/report.json")
    with pytest.raises(RefusedError):
        run_steps(store, "run", surplus=figure(0.2))
    store.put("private/runs/run/report.json", old)
    with pytest.raises(InputError, match=r"has no current gates\.json of report"):
        execute(release.STEP, release.Params(), store, "run", "", {})
    assert released(store, "run") == []


def test_a_report_that_judged_by_other_limits_publishes_nothing(store: Store) -> None:
    stand(store, "run", findings(plain=True, leaning=None))
    execute(report.STEP, report.Params(), store, "run", "", {})
    with pytest.raises(IntegrityError, match="by these limits, found another verdict"):
        execute(release.STEP, release.Params(strict=True), store, "run", "", {})
    assert released(store, "run") == []


def test_own_limits_are_those_that_the_report_judged_by(store: Store) -> None:
    store.put("gates.toml", b"[copies]\nlimit = 0.5")
    gates = f"{store.url}/gates.toml"
    stand(store, "run", findings(plain=True, surplus=figure(0.2)))
    execute(report.STEP, report.Params(gates_file=gates), store, "run", "", {})
    execute(release.STEP, release.Params(gates_file=gates), store, "run", "", {})
    assert "synthetic.csv" in released(store, "run")


@pytest.mark.parametrize("changed", [{}, {"surplus": figure(0.2)}, {"surplus": figure(0.002)}])
def test_another_owner_neither_replaces_nor_withdraws_a_release(
    store: Store, monkeypatch: pytest.MonkeyPatch, changed: dict[str, Any]
) -> None:
    public = {"to": f"{store.url}/public"}
    mine, theirs = (open_store(f"{store.url}/{name}") for name in ("mine", "theirs"))
    stand(mine, "run", findings(plain=True))
    execute(report.STEP, report.Params(), mine, "run", "", {})
    execute(release.STEP, release.Params(**public), mine, "run", "", {})
    published = open_store(public["to"])
    before = {key: published.get(key) for key in published.list("")}
    assert len(before) == 6
    monkeypatch.setenv(KEY_VARIABLE, "ab" * 16)
    stand(theirs, "run", findings(plain=True, **changed))
    execute(report.STEP, report.Params(), theirs, "run", "", {})
    with pytest.raises(IntegrityError, match=r"^release/run was published by the owner of another"):
        execute(release.STEP, release.Params(**public), theirs, "run", "", {})
    assert {key: published.get(key) for key in published.list("")} == before


def test_the_report_tells_what_went_before_of_the_same_table(store: Store) -> None:
    for seed in (1, 2, 3, 1):
        found = findings(plain=True, surplus=figure(0.2 if seed == 2 else 0.001))
        found["refine"]["synthetic.parquet"] = source(240, seed=seed)
        stand(store, f"seed-{seed}", found)
        execute(report.STEP, report.Params(), store, f"seed-{seed}", "", {})
        with suppress(RefusedError):
            execute(release.STEP, release.Params(), store, f"seed-{seed}", "", {})
    told = [json.loads(store.get(f"release/seed-{seed}/metrics.json"))["before"] for seed in (1, 3)]
    assert told == [{"releases": 0, "refused": 0}, {"releases": 1, "refused": 1}]
    page = store.get("release/seed-3/report.html").decode()
    assert "Before this twin, 1 other release of the same table came from the same folder or store" in page
    assert "and 1 try of it was refused. Each was judged separately" in page
    assert "judged separately" not in store.get("release/seed-1/report.html").decode()


def test_a_refusal_by_strict_names_what_is_not_shown() -> None:
    gates = judge(audit(leaning=None), shipped_limits())
    assert release.refusal(gates) == (
        "--strict refuses gates that are not shown: dcr: the table is too small to measure it; "
        "use more rows or leave --strict out"
    )


def test_a_refusal_names_first_the_columns_that_make_the_rows_a_plan() -> None:
    gates = judge(audit(leaning=figure(0.95, 0.01)), shipped_limits())
    refused = [gate for gate in gates if gate.verdict == "refused"]
    assert refused
    line = release.refusal(gates, [["variety", "site"], ["day"]])
    assert ". Rows form a plan: each combination of variety, site has one row or a few" in line
    assert "--drop one of variety, site. Rows form a plan: each day has one row" in line
    assert line.index("--drop day") < line.index(refused[0].remedy)


def test_a_refusal_by_likeness_names_the_columns_that_protection_hides() -> None:
    gates = judge(audit(leaning=figure(0.95, 0.01)), shipped_limits())
    unlike = [gate.model_copy(update={"name": "likeness"}) for gate in gates if gate.verdict == "refused"]
    assert "hides much of plan, job: group" in release.refusal(unlike, hidden=["plan", "job"])
    assert "hides much" not in release.refusal(gates, hidden=["plan", "job"])
    assert "hides much" not in release.refusal(unlike)
