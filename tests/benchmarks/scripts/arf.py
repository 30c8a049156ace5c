"""An adversarial random forest of a table: SOURCE RESULT ROWS SEED. Runs in an environment of its own."""

import random
import sys

import numpy as np
import pandas as pd
from arfpy import arf

source, result, rows, seed = sys.argv[1:5]
random.seed(int(seed))
np.random.seed(int(seed) % 2**32)  # noqa: NPY002 - what arfpy draws from
table = pd.read_parquet(source)
table = table.astype(dict.fromkeys(table.select_dtypes("int64"), "float64"))
model = arf.arf(x=table, verbose=False, random_state=int(seed) % 2**31)
model.forde()
model.forge(n=int(rows)).to_parquet(result, index=False)
