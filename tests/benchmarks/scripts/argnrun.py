"""TabularARGN's whole run of a table, with mostlyai-qa's report: SOURCE FOLDER SEED MINUTES.

Runs in an environment of its own. The source is a CSV; a quarter of its rows is held out, as tabtwin does by
default, and as many rows as it has are drawn. Columns are what pandas reads.
"""

import sys
from pathlib import Path

import pandas as pd
from mostlyai import engine, qa

source, folder, seed, minutes = sys.argv[1:5]
table = pd.read_csv(source, low_memory=False).sample(frac=1, random_state=int(seed))
held = len(table) // 4
holdout, training = table.iloc[:held], table.iloc[held:]
engine.set_random_state(int(seed))
model = engine.TabularARGN(max_training_time=float(minutes), verbose=0)
model.fit(X=training)
twin = model.sample(n_samples=len(table))
twin.to_csv(Path(folder) / "twin.csv", index=False)
qa.report(
    syn_tgt_data=twin,
    trn_tgt_data=training,
    hol_tgt_data=holdout,
    report_path=Path(folder) / "report.html",
)
