import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabtwin.generators.spec import (
    GENERATORS,
    PartTask,
    model_names,
    parse_spec,
    part_tasks,
    plan_models,
)
from tabtwin.lib.errors import InputError


def test_a_list_of_names_and_counts_plans_that_many_models() -> None:
    assert model_names(parse_spec("ctgan:2, tvae")) == ("ctgan-1", "ctgan-2", "tvae-1")


def test_prize_is_the_entrys_ensemble() -> None:
    assert parse_spec("prize") == parse_spec("ctgan:4,tvae:1")


def test_all_is_boost_and_prize_together() -> None:
    assert parse_spec("all") == parse_spec("boost:4, ctgan:4, tvae")


def test_members_of_boost_make_one_model() -> None:
    assert model_names(parse_spec("boost:3,tvae:2")) == ("boost-1", "tvae-1", "tvae-2")
    assert [model.members for model in plan_models(parse_spec("boost:3,tvae:2"), 1, 1)] == ["3", "1", "1"]


def test_epochs_decide_nothing_of_a_generator_that_has_none() -> None:
    (plan,) = plan_models(parse_spec("boost"), epochs=30, groups=1)
    assert plan.model_dump() == {
        "name": "boost-1",
        "generator": "boost",
        "member": "1",
        "members": "1",
        "epochs": "1",
        "torch": "false",
        "parts": ({"name": "boost-1", "group": "1", "groups": "1", "shard": "1", "shards": "1"},),
    }


def test_members_are_numbered_through_so_that_five_models_leave_out_five_folds() -> None:
    plan = plan_models(parse_spec("prize"), epochs=30, groups=1)
    assert {int(model.member) % 5 for model in plan} == {0, 1, 2, 3, 4}
    assert plan[4].model_dump() == {
        "name": "tvae-1",
        "generator": "tvae",
        "member": "5",
        "members": "1",
        "epochs": "30",
        "torch": "true",
        "parts": ({"name": "tvae-1", "group": "1", "groups": "1", "shard": "1", "shards": "1"},),
    }


def test_only_boost_is_trained_by_groups_of_columns_and_shards_of_their_rows() -> None:
    boost, tvae = plan_models(parse_spec("boost:4,tvae"), epochs=30, groups=2)
    assert boost.parts == (
        PartTask(name="boost-1-1of2", group="1", groups="2", shard="1", shards="1"),
        PartTask(name="boost-1-2of2", group="2", groups="2", shard="1", shards="1"),
    )
    assert tvae.parts == (PartTask(name="tvae-1", group="1", groups="1", shard="1", shards="1"),)

    boost, tvae = plan_models(parse_spec("boost:4,tvae"), epochs=30, groups=1, shards=2)
    assert boost.parts == (
        PartTask(name="boost-1-1of1-1of2", group="1", groups="1", shard="1", shards="2"),
        PartTask(name="boost-1-1of1-2of2", group="1", groups="1", shard="2", shards="2"),
    )
    assert len(tvae.parts) == 1


@given(st.integers(1, 99), st.integers(1, 99))
def test_every_task_of_a_model_has_a_name_and_a_place_of_its_own(groups: int, shards: int) -> None:
    tasks = part_tasks("boost-1", groups, shards)

    assert len(tasks) == groups * shards
    assert (
        len({task.name for task in tasks}) == len({(task.group, task.shard) for task in tasks}) == len(tasks)
    )
    assert (tasks[0].name == "boost-1") == (len(tasks) == 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ctgna:4", "did you mean ctgan"),
        ("arf", rf"expected generators \({', '.join(GENERATORS)}\)"),
        ("", "expected generators"),
        ("ctgan:0", "1 to 99"),
        ("ctgan:100", "1 to 99"),
        ("ctgan:x", "1 to 99"),
        ("boost:6", "1 to 5"),
        ("ctgan:²", "1 to 99"),
        ("ctgan,ctgan:2", "twice"),
        ("prize,tvae", "a preset alone"),
    ],
)
def test_a_spec_that_is_none_is_refused_with_what_there_is(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        parse_spec(text)
