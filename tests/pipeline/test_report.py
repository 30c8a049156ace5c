import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from html.parser import HTMLParser
from importlib import resources
from typing import Any

import pytest

from documented import validator
from step_outputs import NASTY, PLACE, SECRET, SEED, figure, findings, risked, stand, told
from tabtwin.evaluation.risks.risks import RISKS
from tabtwin.pipeline.executing import execute
from tabtwin.pipeline.report import STEP, Params
from tabtwin.store.artifacts import Manifest, read_file, sha256
from tabtwin.store.run import Run
from tabtwin.store.store import Store

Report = dict[str, str]
Make = Callable[..., Report]


@pytest.fixture
def make(store: Store) -> Make:
    """Run the step on hand-made findings; its files as text."""

    def made(*, strict: bool = False, gates: bytes = b"", **changed: Any) -> Report:
        stand(store, "run", findings(**changed))
        own = store.address("gates.toml") if gates else ""
        if gates:
            store.put("gates.toml", gates)
        manifest = execute(STEP, Params(seed=SEED, strict=strict, gates_file=own), store, "run", "", {})
        return {file: read_file(store, manifest, file).decode() for file in manifest.files}

    return made


class Elements(HTMLParser):
    """Which elements there are, and whether each is closed where it should be."""

    VOID = frozenset({"meta", "br"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.names: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        if tag not in self.VOID and not self.get_starttag_text().endswith("/>"):  # type: ignore[union-attr] # inside a tag there is a text
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()


def test_the_page_is_whole_and_runs_no_script(make: Make) -> None:
    files = make()
    for name in ("report.html", "report_private.html"):
        elements = Elements(files[name])
        assert elements.open == []
        assert not elements.names & {"script", "link", "iframe", "img", "object"}
        assert "http" not in files[name].replace("http://www.w3.org/2000/svg", "")


def test_every_picture_is_well_formed_and_has_a_text_alternative(make: Make) -> None:
    page = make()["report.html"]
    pictures = [part[: part.index("</svg>") + 6] for part in page.split("<svg")[1:]]
    assert len(pictures) > 8
    for picture in pictures:
        root = ElementTree.fromstring("<svg" + picture)
        assert root.attrib["role"] == "img"
        assert root[0].tag.endswith("title")
        assert root[0].text


def test_a_columns_name_cannot_become_markup(make: Make) -> None:
    page = make()["report.html"]
    assert NASTY not in page
    assert "&lt;script&gt;" in page


def test_neither_report_shows_what_protection_hides(make: Make) -> None:
    for content in make().values():
        assert SECRET not in content


def test_the_public_report_has_neither_seed_nor_digest_nor_place(make: Make) -> None:
    files = make()
    digest = sha256(b"the source")
    for name in ("report.html", "metrics.json", "gates.json"):
        for hidden in (str(SEED), digest, PLACE, "private/ingest"):
            assert hidden not in files[name], (name, hidden)
    for name in ("report_private.html", "metrics_private.json"):
        for shown in (str(SEED), digest, PLACE, "private/ingest"):
            assert shown in files[name], (name, shown)


def test_what_the_report_writes_as_json_is_as_documented(make: Make) -> None:
    schema = json.loads(
        resources.files("tabtwin.report").joinpath("metrics.schema.json").read_text(encoding="utf-8")
    )
    files = make(canaries=told())
    for name in ("metrics.json", "metrics_private.json"):
        validator(schema).validate(json.loads(files[name]))


def test_gates_that_pass_say_that_the_twin_may_be_shared(make: Make) -> None:
    files = make()
    assert "Yes, within what was measured" in files["report.html"]
    assert json.loads(files["gates.json"])["refused"] is False
    assert json.loads(files["metrics.json"])["headline"]["verdict"] == "passed"


def test_a_refused_gate_says_do_not_share_and_what_helps(make: Make) -> None:
    files = make(surplus=figure(0.2))
    assert "Do not share this twin" in files["report.html"]
    assert json.loads(files["gates.json"])["refused"] is True
    assert "The generator repeats training rows" in files["report.html"]


def test_other_limits_judge_the_same_audit_anew_and_the_report_says_so(make: Make) -> None:
    assert json.loads(make(likeness=figure(0.4))["gates.json"])["refused"] is True
    files = make(likeness=figure(0.4), gates=b"[likeness]\nlimit = 0.5")
    assert json.loads(files["gates.json"])["refused"] is False
    assert "0.5 (set for this run" in files["report.html"]


@pytest.mark.parametrize("strict", [False, True])
def test_what_is_not_shown_is_refused_only_where_strict(make: Make, strict: bool) -> None:
    files = make(strict=strict, leaning=None)
    assert json.loads(files["gates.json"])["refused"] is strict
    assert "too small to tell" in files["report.html"]
    assert ("--strict refuses" in files["report.html"]) is strict


def test_figures_that_the_audit_could_not_give_are_dashes(make: Make) -> None:
    page = make(leaning=None, likeness=None)["report.html"]
    assert "accuracy says little here" in page
    assert "None" not in page
    assert ">nan<" not in page


def test_the_report_says_what_its_figures_argue_for_and_what_not(make: Make) -> None:
    def lists(page: str) -> list[str]:
        return page.split("What these figures support")[1].split("What they do not support")

    wide = b"[likeness]\nlimit = 2"
    argued, not_argued = lists(make()["report.html"])
    assert "Describing the source: shares" in argued
    assert "models that predict left" in argued
    assert "no row of the twin is a real person" in not_argued
    argued, not_argued = lists(make(likeness=figure(0.9), gates=wide)["report.html"])
    assert "Describing" not in argued
    assert "it was not shown that shares and links" in not_argued
    assert "likeness 0.90 (0.90 to 0.90)" in not_argued


def test_a_likeness_whose_interval_reaches_far_argues_for_no_statistics(make: Make) -> None:
    page = make(likeness=figure(0.05, se=0.05), gates=b"[likeness]\nlimit = 2")["report.html"]
    assert "Describing the source" in page.split("What they do not support")[1]


def test_a_refused_twin_is_argued_for_no_use(make: Make) -> None:
    page = make(surplus=figure(0.2))["report.html"]
    assert "What these figures support" not in page
    assert "What these figures do not support" in page
    assert "Decisions about a person" in page


def test_a_twin_further_than_a_shuffle_is_said_to_be(make: Make) -> None:
    assert "further from the table than a shuffle" in make(twin=0.7)["report.html"]


def test_the_same_findings_give_the_same_bytes(make: Make, store: Store) -> None:
    first = make()
    stand(store, "other", findings())
    manifest: Manifest = execute(STEP, Params(seed=SEED), store, "other", "", {})
    again = {file: read_file(store, manifest, file).decode() for file in manifest.files}
    assert again == first


def test_small_counts_of_protected_cells_stay_in_private(make: Make) -> None:
    files = make()
    assert "protected" not in json.loads(files["metrics.json"])
    assert json.loads(files["metrics_private.json"])["protected"] == {"pay": 8, "plan": 2}
    assert "fewer than 5" in files["report.html"]


def test_a_score_that_is_missing_is_not_read(store: Store) -> None:
    found = findings()
    del found["score/tvae-1"]
    view: Run = stand(store, "unscored", found)
    assert not any(ref.step == "score" for ref in STEP.reads(Params(), view))


def test_one_model_that_was_not_scored_is_said_to_need_no_weighing(store: Store) -> None:
    found = findings()
    found["score/tvae-1"] = {"score.json": {"model": "tvae-1", "block": 50, "balanced": True}}
    stand(store, "alone", found)
    manifest: Manifest = execute(STEP, Params(seed=SEED), store, "alone", "", {})
    page, figures = (read_file(store, manifest, name).decode() for name in ("report.html", "metrics.json"))
    assert "There was one model, so none was weighed" in page
    assert json.loads(figures)["scores"] == {}


def test_small_counts_of_training_rows_near_others_stay_in_private(make: Make) -> None:
    files = make()
    public, private = (json.loads(files[name])["screen"] for name in ("metrics.json", "metrics_private.json"))
    for histogram in ("dcr", "nndr"):
        assert private[histogram]["training"] == [3, 1_997]
        assert public[histogram]["training"] == [None, None]
        assert public[histogram]["kept"] == [10, 690]
    assert private["below"]["training"] == {"dcr": 0.0015, "nndr": 0.1}
    assert public["below"]["training"] == {"dcr": None, "nndr": 0.1}
    assert (private["copies"]["training"], public["copies"]["training"]) == (0.001, None)
    assert (private["dropped"]["copy"], public["dropped"]["copy"]) == (5, 10)


def test_the_attacks_stand_with_their_control_and_a_dash_for_what_cannot_be_said(make: Make) -> None:
    page = make()["report.html"]
    section = page[page.index('id="attacks"') :]
    assert "0.510 (0.502 to 0.518)" in section
    assert "0.0% | 0.0%" in section
    assert "to 10.0% of training rows and to 9.0% of unseen ones" in section
    assert 'href="#attacks"' in page


def test_canaries_have_a_part_a_gate_and_a_rule_only_where_some_were_planted(make: Make) -> None:
    with_some, without = make(canaries=told()), make()
    section = with_some["report.html"][with_some["report.html"].index('id="canaries"') :]
    assert "20 invented rows were planted" in section
    assert "AUC 0.532 (0.452 to 0.612)" in section
    shown, exact = (json.loads(with_some[f"metrics{suffix}.json"])["audit"] for suffix in ("", "_private"))
    assert "below 0.68 cannot be seen here" in section
    assert "published only with --release-canaries" in with_some["report.html"]
    assert "closer to a planted canary" in with_some["report.html"]
    names = {gate["name"] for gate in json.loads(with_some["gates.json"])["gates"]}
    assert names - {gate["name"] for gate in json.loads(without["gates.json"])["gates"]} == {"canaries"}
    assert exact["canaries"] == told()
    assert shown["canaries"] == told() | {"auc": figure(0.532, 0.04), "chance": 0.092}
    assert json.loads(without["metrics.json"])["audit"]["canaries"] is None
    assert "canar" not in without["report.html"]


def test_too_few_canaries_are_said_to_be_too_few(make: Make) -> None:
    page = make(canaries=told() | {"auc": figure(0.6, 0.2)})["report.html"]
    assert "not shown; too few canaries were planted to decide" in page


def test_a_holdout_too_small_for_attacks_says_so(make: Make) -> None:
    assert "too few subjects for attacks" in make(attacks=None)["report.html"]


def test_the_risks_stand_with_their_rates_and_their_control(make: Make) -> None:
    page = make()["report.html"]
    section = page[page.index('id="risks"') : page.index('id="models"')]
    assert section.count("0.0% (−3.2% to 3.1%)") > 2 * len(RISKS)
    assert section.count("20.0%") > 2 * len(RISKS)
    assert 'href="#risks"' in page
    assert json.loads(make()["metrics_private.json"])["audit"]["risks"] == risked()


def test_a_risk_of_which_no_guess_could_be_made_is_a_dash(make: Make) -> None:
    found = risked()
    found["twin"] |= dict.fromkeys(RISKS) | {"columns": {}}
    section = make(risks=found)["report.html"]
    section = section[section.index('id="risks"') : section.index('id="models"')]
    assert section.count('<td class="n">–</td>' * 4) == len(RISKS)
    assert "Which cells can be inferred" not in section


def test_a_holdout_too_small_for_risks_says_so(make: Make) -> None:
    assert "too few subjects for these attacks" in make(risks=None)["report.html"]


def test_without_declared_quasi_identifiers_the_report_says_that_nothing_was_counted(make: Make) -> None:
    assert "No quasi-identifiers are declared" in make()["report.html"]


def test_rare_combinations_stand_beside_those_of_unseen_people(make: Make) -> None:
    side = {"combinations": 312, "subjects": 423, "in_twin": 7, "met": 111}
    shares = {"rates": [{"share": 0.25, "n": 423}, {"share": 0.2, "n": 423}]}
    found = {
        "columns": ["<zip>", "sex"],
        "left_out": ["<town>"],
        "k": 5,
        "training": side,
        "holdout": side,
        "difference": figure(0.05) | shares,
        "twin": {"rows": 240, "rare": 13},
    }
    page = make(combinations=found)["report.html"]
    assert "Combinations of &lt;zip&gt;, sex" in page
    assert "&lt;town&gt;: constant or empty, and so left out" in page
    assert "25.0% are met, of unseen ones 20.0%" in page
    assert '<td class="n">420</td><td class="n">110</td>' in page
    assert "10 of 240 rows of the twin" in page
    assert "No difference is given" in make(combinations=found | {"difference": None})["report.html"]
    assert "distinguishes anyone" in make(combinations=found | {"columns": []})["report.html"]


def test_counts_of_a_few_people_stand_in_the_private_report_alone(make: Make) -> None:
    side = {"combinations": 31, "subjects": 42, "in_twin": 0, "met": 3}
    shares = {"rates": [{"share": 0.0714, "n": 42}, {"share": 0.0714, "n": 42}]}
    found = {"columns": ["zip"], "left_out": [], "k": 5, "training": side, "holdout": side,
             "difference": figure(0.0) | shares, "twin": {"rows": 240, "rare": 1}}  # fmt: skip
    files = make(combinations=found)
    public, private = (json.loads(files[f"metrics{suffix}.json"]) for suffix in ("", "_private"))
    assert private["audit"]["combinations"] == found
    told = public["audit"]["combinations"]
    assert told["training"] == {"combinations": 30, "subjects": 40, "in_twin": None, "met": None}
    assert (told["difference"], told["twin"]["rare"]) == (None, None)
    assert "are met, of unseen ones" not in files["report.html"]
    assert "are met, of unseen ones" in files["report_private.html"]
