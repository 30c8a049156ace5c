"""Read a CSV, sample its rows as text, and print how many there are: READER FILE.

DuckDB and Polars run in an environment of their own, tabtwin in that of the benchmark.
"""

import sys
from pathlib import Path

SAMPLE, SEED = 1_111_111, 1
reader, file = sys.argv[1:]
if reader == "duckdb":
    import duckdb

    whole = duckdb.read_csv(file, all_varchar=True)
    some = duckdb.sql(f"FROM whole USING SAMPLE reservoir({SAMPLE} ROWS) REPEATABLE ({SEED})")
    some.to_table("some")
    ((rows,),) = duckdb.sql("SELECT count(*) FROM whole").fetchall()
elif reader == "polars":
    import polars

    table = polars.read_csv(file, infer_schema=False)
    rows = len(table)
    table.sample(min(SAMPLE, rows), seed=SEED)
else:
    from tabtwin.io.concat import read_files
    from tabtwin.io.drawing import Draw
    from tabtwin.lib.blob import open_path

    rows = read_files([(open_path(Path(file)), file)], "yes", Draw(SAMPLE, SEED)).whole.rows
sys.stdout.write(f"{rows}\n")
