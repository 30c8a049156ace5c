"""One of SDV's synthesizers as its users call it, on a CSV: SOURCE RESULT SYNTHESIZER SEED [EPOCHS].

Columns are what SDV detects; as many rows as the source has are drawn.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from tabtwin.lib.foreign import contained

TABLE = "t"


def main(arguments: Sequence[str]) -> int:
    """Read the source, fit, draw, and write what is drawn."""
    source, result, name, seed, *epochs = arguments
    table = pd.read_csv(source, low_memory=False)
    with contained(int(seed)):
        twin = make(table, name, int(seed), int(epochs[0]) if epochs else None)
    twin.to_csv(Path(result), index=False)
    return 0


def make(table: pd.DataFrame, name: str, seed: int, epochs: int | None = None) -> pd.DataFrame:
    """Return a twin of a table by one of SDV's synthesizers, with the epochs that it has by default."""
    import torch
    from sdv import single_table
    from sdv.metadata import Metadata

    torch.manual_seed(seed)
    metadata = Metadata.detect_from_dataframes({TABLE: table})
    settings = {} if epochs is None else {"epochs": epochs}
    synthesizer = getattr(single_table, name)(metadata, **settings)
    synthesizer.fit({TABLE: table})
    drawn: pd.DataFrame = synthesizer.sample(len(table))[TABLE]
    return drawn


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
