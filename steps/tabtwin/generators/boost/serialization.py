"""Store arrays and JSON in one file: ``.npy`` files in a ZIP, as in ``.npz``, the same bytes every time.

It can hold no code: arrays of Python objects are neither written nor read.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping

import numpy as np
from pydantic import JsonValue

from tabtwin.store.artifacts import canonical

ABOUT = "model.json"
_EPOCH = (1980, 1, 1, 0, 0, 0)


def pack(about: Mapping[str, object], arrays: Mapping[str, np.ndarray]) -> bytes:
    """Return the bytes of a file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo(ABOUT, _EPOCH), canonical(dict(about)))
        for name, values in sorted(arrays.items()):
            written = io.BytesIO()
            np.lib.format.write_array(written, np.ascontiguousarray(values), (1, 0), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", _EPOCH), written.getvalue())
    return buffer.getvalue()


def unpack(data: bytes) -> tuple[dict[str, JsonValue], dict[str, np.ndarray]]:
    """Return the arrays and the JSON of a file: the inverse of :func:`pack`.

    Raises:
        ValueError: if the file holds an array of Python objects.
    """
    arrays = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        about = json.loads(archive.read(ABOUT))
        for name in archive.namelist():
            if name != ABOUT:
                read = io.BytesIO(archive.read(name))
                arrays[name.removesuffix(".npy")] = np.lib.format.read_array(read, allow_pickle=False)
    return about, arrays
