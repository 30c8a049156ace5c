"""Pickle values so that the same values give the same bytes in every process."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import torch


class StablePickler(pickle.Pickler):
    """A pickler that writes by value what would otherwise hold an address or fresh entropy of its process."""

    def reducer_override(self, item: Any) -> Any:
        """Write tensors as arrays (torch writes their addresses), and NumPy's generators as their
        bare state.
        """
        if isinstance(item, torch.nn.Parameter):
            return _parameter, (item.detach().cpu().numpy(),)
        if isinstance(item, torch.Tensor):
            return torch.from_numpy, (item.detach().cpu().numpy(),)
        if isinstance(item, np.random.RandomState):
            return _random_state, (item.get_state(),)
        return NotImplemented


def _parameter(values: np.ndarray) -> torch.nn.Parameter:
    return torch.nn.Parameter(torch.from_numpy(values))


def _random_state(state: Any) -> np.random.RandomState:
    made = np.random.RandomState()
    made.set_state(state)
    return made
