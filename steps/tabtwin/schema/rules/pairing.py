"""Write what two columns hold together as keys of rules, and look rows up by them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from tabtwin.schema.rule import Rule
from tabtwin.schema.rules.fixed_cells import as_cell, as_text


def key(one: str, other: str) -> str:
    """Return the key of a combination in a rule's values.

    >>> key("tea", "12")
    '["tea", "12"]'
    """
    return json.dumps([one, other], ensure_ascii=False)


def parts(text: str) -> tuple[str, str]:
    """Return the two values of a key.

    Raises:
        ValueError: if it is no JSON array of two texts.
    """
    found = json.loads(text)
    if not isinstance(found, list) or [type(part) for part in found] != [str, str]:
        raise ValueError("expected a JSON array of two texts, found something else")
    return found[0], found[1]


def text_of(cell: object) -> str | None:
    """Return a canonical cell as rules write it; ``None`` if it is missing."""
    if pd.isna(cell):  # type: ignore[call-overload] # a cell is a scalar
        return None
    return cell if isinstance(cell, str) else as_text(cell)  # type: ignore[arg-type] # a number or a date


def places(cells: np.ndarray, texts: Sequence[str]) -> np.ndarray:
    """Return the place of each canonical cell among distinct texts of rules, int (rows,); -1 for others."""
    held = np.array([as_cell(text, cells.dtype) for text in texts], dtype=cells.dtype)
    return np.asarray(pd.Index(held).get_indexer(pd.Index(cells)))


def looked_up(rule: Rule, cells: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return the place of each row's combination among a rule's values, int (rows,); -1 for others."""
    both = [parts(text) for text in rule.values]
    codes, known = np.zeros(len(cells[rule.fixed]), "int64"), np.zeros(len(both), "int64")
    outside = np.zeros(len(codes), bool)
    for at, name in enumerate(rule.fixing):
        texts = list(dict.fromkeys(pair[at] for pair in both))
        of_text = {text: place for place, text in enumerate(texts)}
        found = places(cells[name], texts)
        outside |= found < 0
        codes = codes * len(texts) + found
        known = known * len(texts) + np.array([of_text[pair[at]] for pair in both], "int64")
    codes[outside] = -1
    return np.asarray(pd.Index(known).get_indexer(pd.Index(codes)))


def fixed_cells(rule: Rule, dtype: np.dtype) -> np.ndarray:
    """Return the cells that a rule's combinations fix, in their order."""
    return np.array([as_cell(held, dtype) for held in rule.values.values()], dtype=dtype)
