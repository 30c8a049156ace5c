"""What may be said of a CSV's first line."""

from __future__ import annotations

from typing import Literal

Header = Literal["auto", "yes", "no"]
"""Whether the first line holds names: as it seems, or as somebody says."""
