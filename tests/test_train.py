import pandas as pd

from tabtwin.train import left_out


def test_member_i_leaves_out_fold_i_mod_5() -> None:
    folds = pd.DataFrame({"fold": [0, 1, 2, 3, 4, 1], "subject": range(6)})
    assert left_out(folds, 1).tolist() == [False, True, False, False, False, True]
    assert left_out(folds, 6).tolist() == left_out(folds, 1).tolist()
    assert left_out(folds, 5).tolist() == [True, False, False, False, False, False]
