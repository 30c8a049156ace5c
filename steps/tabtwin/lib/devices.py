"""What torch computes on."""

from __future__ import annotations

from typing import Literal

Device = Literal["auto", "cuda", "cpu"]
