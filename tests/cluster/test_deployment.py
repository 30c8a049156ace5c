from __future__ import annotations

import pytest
import yaml

from tabtwin import __version__
from tabtwin.cluster.deployment import check_version
from tabtwin.lib.errors import InputError
from tabtwin.runner.parameters import pipeline_file

TEXT = pipeline_file().read_text()


def test_the_template_of_this_version_is_accepted() -> None:
    check_version(yaml.safe_load(TEXT)["spec"], {})
    check_version(yaml.safe_load(TEXT)["spec"], {"version": __version__})


@pytest.mark.parametrize(
    ("parameters", "default"), [({"version": "9.9.9"}, __version__), ({}, "9.9.9")], ids=["chart", "template"]
)
def test_another_version_of_the_images_is_refused(parameters: dict[str, str], default: str) -> None:
    other = TEXT.replace(f'default: "{__version__}"', f'default: "{default}"')

    with pytest.raises(InputError, match=rf"expected tabtwin {__version__} in the cluster, found 9\.9\.9"):
        check_version(yaml.safe_load(other)["spec"], parameters)
