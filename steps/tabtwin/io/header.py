"""Define what a CSV's first line may be declared to be."""

from __future__ import annotations

from typing import Literal

Header = Literal["auto", "yes", "no"]
"""Whether the first line holds names: as detected, or as declared."""
