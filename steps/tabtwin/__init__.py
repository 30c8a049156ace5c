"""Synthetic twins of tables, with a report of how close and how private they are."""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """``tabtwin.audit`` and ``tabtwin.run``, loaded when first asked for: importing tabtwin costs nothing."""
    if name == "audit":
        return importlib.import_module("tabtwin.audit")
    if name == "run":
        return importlib.import_module("tabtwin.local.twin").make_twin
    raise AttributeError(f"module 'tabtwin' has no attribute {name!r}")
