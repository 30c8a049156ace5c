"""Fix what differs between machines of one architecture, so that the same input gives the same bytes.

Python and its libraries read these variables once, when they start: ``tabtwin`` restarts itself where
they are not set.
"""

import os
import platform
import sys
from collections.abc import Sequence

_ANYWHERE = {
    "OMP_NUM_THREADS": "1",
    "OMP_WAIT_POLICY": "PASSIVE",  # steps share the cores: threads that spin slow boosters tenfold
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "PYDANTIC_DISABLE_PLUGINS": "__all__",  # what else is installed has no say in what is valid
}
_X86 = {
    "ATEN_CPU_CAPABILITY": "avx2",
    "MKL_CBWR": "COMPATIBLE",
    "NPY_DISABLE_CPU_FEATURES": "AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL AVX512_SPR",
    "NUMBA_CPU_NAME": "x86-64-v3",
    "NUMBA_CPU_FEATURES": "",
    "OPENBLAS_CORETYPE": "Haswell",
}


def environment() -> dict[str, str]:
    """Return the variables under which every step runs."""
    return _ANYWHERE | (_X86 if platform.machine() == "x86_64" else {})


def fix(*command: str, arguments: Sequence[str]) -> None:
    """Restart this process as ``python COMMAND ARGUMENTS``, unless it runs under those variables already.

    Python reads its hash seed, and libraries their variables, only at the start of a process.
    """
    fixed = environment()
    if any(os.environ.get(name) != value for name, value in fixed.items()):
        os.execve(sys.executable, [sys.executable, *command, *arguments], os.environ | fixed)  # noqa: S606
