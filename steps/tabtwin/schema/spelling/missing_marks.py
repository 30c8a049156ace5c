"""List what stands for a missing cell in text files."""

from __future__ import annotations

MARKS = ("NA", "N/A", "n/a", "NaN", "nan", "NAN", "null", "NULL", "None", "?", "-", ".", "#N/A")
"""Texts that mean a missing cell in a column of numbers."""

TOOLS_MARKS = frozenset((*MARKS, "<NA>", "NaT", "nil", "none", "na", "<null>"))
"""Texts that tools write for a missing cell."""
