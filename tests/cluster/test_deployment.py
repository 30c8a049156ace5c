from __future__ import annotations

import pytest
import yaml

from tabtwin import __version__
from tabtwin.cluster.deployment import check_version
from tabtwin.lib.errors import InputError
from tabtwin.runner.parameters import pipeline_file

TEXT = pipeline_file().read_text()


SPEC = yaml.safe_load(TEXT)["spec"]


@pytest.mark.parametrize("parameters", [{}, {"version": __version__}], ids=["a plain cluster", "the chart"])
def test_the_template_of_this_version_is_accepted(parameters: dict[str, str]) -> None:
    check_version(SPEC, parameters)


def test_a_template_of_another_version_is_refused() -> None:
    other = TEXT.replace(f'default: "{__version__}"', 'default: "9.9.9"')

    with pytest.raises(InputError, match=rf"expected tabtwin {__version__} in the cluster, found 9\.9\.9"):
        check_version(yaml.safe_load(other)["spec"], {})


def test_a_template_from_before_the_version_was_the_clusters_is_refused() -> None:
    template = {
        "name": "ingest",
        "container": {"image": "{{inputs.parameters.registry}}/tabtwin-ingest:9.9.9"},
    }

    with pytest.raises(InputError, match=rf"expected tabtwin {__version__} in the cluster, found 9\.9\.9"):
        check_version({"templates": [template]}, {})


def test_images_of_another_version_are_refused() -> None:
    with pytest.raises(InputError, match=rf"expected tabtwin {__version__} in the cluster, found .*9\.9\.9"):
        check_version(SPEC, {"version": "9.9.9"})
