import pandas as pd
import pytest

from tabtwin.lib.errors import InputError
from tabtwin.lib.options import build
from tabtwin.train import Params, left_out


def test_member_i_leaves_out_fold_i_mod_5() -> None:
    folds = pd.DataFrame({"fold": [0, 1, 2, 3, 4, 1], "subject": range(6)})
    assert left_out(folds, 1).tolist() == [False, True, False, False, False, True]
    assert left_out(folds, 6).tolist() == left_out(folds, 1).tolist()
    assert left_out(folds, 5).tolist() == [True, False, False, False, False, False]


def test_a_group_is_one_of_those_that_there_are() -> None:
    given = {"model": "boost-1", "generator": "boost", "member": "1", "groups": "3"}
    assert build(Params, given | {"group": "3"}).group == 3
    with pytest.raises(InputError, match="--group to be at most --groups"):
        build(Params, given | {"group": "4"})
