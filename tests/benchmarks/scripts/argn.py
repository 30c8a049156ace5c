"""TabularARGN of a table: SOURCE RESULT ROWS SEED MINUTES. Runs in an environment of its own."""

import sys

import pandas as pd
from mostlyai import engine

source, result, rows, seed, minutes = sys.argv[1:6]
engine.set_random_state(int(seed))
model = engine.TabularARGN(max_training_time=float(minutes), verbose=0)
model.fit(X=pd.read_parquet(source))
model.sample(n_samples=int(rows)).to_parquet(result, index=False)
