from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tabtwin.lib.errors import InputError
from tabtwin.lib.extras import extra

HIDDEN = ("boto3", "botocore", "s3transfer", "kubernetes", "websocket", "urllib3")


def without(modules: tuple[str, ...], code: str) -> subprocess.CompletedProcess[str]:
    """Run code in a Python that finds none of these packages."""
    hide = f"import sys; sys.modules.update(dict.fromkeys({modules!r}))\n"
    return subprocess.run([sys.executable, "-c", hide + code], capture_output=True, text=True, check=False)


def test_a_missing_package_is_an_input_error_that_names_the_extra() -> None:
    message = r"package zyx for a view, found none; .*pip install .tabtwin\[views\]., or .\.\[views\]. in"
    with pytest.raises(InputError, match=message), extra("views", "a view"):
        import zyx.inner  # type: ignore[import-not-found] # noqa: F401 - there is none


def test_a_missing_module_of_our_own_is_a_fault_and_no_input_error() -> None:
    with pytest.raises(ModuleNotFoundError), extra("views", "a view"):
        import tabtwin.zyx  # type: ignore[import-not-found] # noqa: F401 - there is none


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (
            ["step", "sample", "--store=s3://b/p", "--run=r"],
            "expected the package boto3 for a store in S3, found none; install the extra s3: ",
        ),
        (
            ["submit", "t.csv", "--out=x"],
            "expected the package kubernetes for a cluster, found none; install the extra cluster: ",
        ),
    ],
    ids=["s3", "cluster"],
)
def test_without_the_extra_a_command_ends_with_one_line(words: list[str], line: str) -> None:
    done = without(HIDDEN, f"import tabtwin.cli.main as c; raise SystemExit(c.run_command({words!r}))")

    assert done.returncode == 2
    assert line in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_a_run_and_an_audit_need_neither_extra(tmp_path: Path) -> None:
    code = (
        "import tabtwin.api, tabtwin.cli.run, tabtwin.cli.audit, tabtwin.cli.sample, tabtwin.cli.clean\n"
        "from tabtwin.pipeline.registry import STEPS, load\n"
        "from tabtwin.store.opening import open_store\n"
        "[load(step) for step in STEPS]\n"
        f"store = open_store({str(tmp_path / 'store')!r}); store.put('a', b'b'); print(store.get('a'))"
    )
    done = without(HIDDEN, code)

    assert done.stdout == "b'b'\n", done.stderr
