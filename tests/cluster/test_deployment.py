from __future__ import annotations

import pytest
import yaml

from tabtwin import __version__
from tabtwin.cluster.deployment import check_version
from tabtwin.lib.errors import InputError
from tabtwin.runner.parameters import pipeline_file

TEXT = pipeline_file().read_text()


def test_the_template_of_this_version_is_accepted() -> None:
    check_version(yaml.safe_load(TEXT)["spec"])


@pytest.mark.parametrize("count", [1, -1])
def test_another_version_of_any_image_is_refused(count: int) -> None:
    other = TEXT.replace(f":{__version__}", ":9.9.9", count)

    with pytest.raises(InputError, match=rf"expected tabtwin {__version__} in the cluster, found .*9\.9\.9"):
        check_version(yaml.safe_load(other)["spec"])
