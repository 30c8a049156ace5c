from __future__ import annotations

import pytest

from tabtwin.lib.errors import InputError
from tabtwin.runner.parameters import Parameter, values

PARAMETERS = (
    Parameter(name="source"),
    Parameter(name="pool", value="auto", enum=("auto", "cpu")),
)


def test_what_is_not_given_has_its_default() -> None:
    assert values(PARAMETERS, {"source": "s"}) == {"source": "s", "pool": "auto"}


@pytest.mark.parametrize(
    ("given", "said"),
    [({}, "source"), ({"source": "s", "pool": "gpu"}, "--pool"), ({"source": "{{x}}"}, "--source")],
)
def test_what_argo_could_not_take_is_refused(given: dict[str, str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        values(PARAMETERS, given)
