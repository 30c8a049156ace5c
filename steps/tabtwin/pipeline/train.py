"""Train: fit one generator to its share of the training rows.

    encoded, encoding, schema, folds, canaries, facts -> model, training

Member i leaves out fold i mod 5: those rows validate it, and no weight of it depends on them. A generator
whose model is a mixture of members gets all rows, and its members leave out the folds from i on; what they
share, such as the bounds of bins and the shares of codes, depends on all rows. A task may fit only one group
of columns of such a model, or a shard of the group's rows: ``score`` and ``sample`` join the parts. Planted
canaries are training rows here, and nowhere else.
"""

from __future__ import annotations

import numpy as np

from tabtwin import generators
from tabtwin.evaluation.canaries.planting import plant, without_nobody
from tabtwin.generators.protocol import Columns, Settings
from tabtwin.lib.log import progress
from tabtwin.lib.seeds import derive_wide
from tabtwin.pipeline.params.train import Params
from tabtwin.pipeline.step import Figures, Inputs, Outputs, Step
from tabtwin.preparation.facts import Facts
from tabtwin.schema.encoding import Encoding
from tabtwin.schema.rules.recoding import recoded_schema
from tabtwin.schema.schema import Schema
from tabtwin.schema.splits import FOLDS, left_out
from tabtwin.store.artifacts import Ref

READS = (
    Ref(step="ingest", file="schema.json"),
    Ref(step="ingest", file="encoding.json"),
    Ref(step="ingest", file="encoded.parquet"),
    Ref(step="ingest", file="folds.parquet"),
    Ref(step="ingest", file="canaries.parquet"),
    Ref(step="ingest", file="facts.json"),
)
MOST_BLOCK = 100_000


def run(params: Params, inputs: Inputs, outputs: Outputs) -> Figures:
    """Fit the model and save it."""
    schema = Schema.model_validate_json(inputs.read("ingest", "schema.json"))
    facts = inputs.parsed(Facts, "ingest", "facts.json")
    folds = inputs.table("ingest", "folds.parquet")
    canaries = inputs.table("ingest", "canaries.parquet")
    encoding = Encoding.model_validate_json(inputs.read("ingest", "encoding.json"))
    learned = recoded_schema(schema, encoding)
    generator = generators.find(params.generator)
    rows: Columns
    if generator.leaves_out and not len(canaries):
        rows = inputs.columns("ingest", "encoded.parquet")
    else:
        encoded = inputs.table("ingest", "encoded.parquet")
        if len(canaries):
            encoded, folds = plant(encoded, folds, canaries, schema, encoding)
            learned = without_nobody(learned, facts.protect)
        kept = np.ones(len(folds), bool) if generator.leaves_out else ~left_out(folds, params.member)
        rows, folds = (table[kept].reset_index(drop=True) for table in (encoded, folds))
    by_member = (folds["fold"].to_numpy() - params.member) % FOLDS

    settings = Settings(
        epochs=params.epochs,
        device=params.device,
        threads=params.threads,
        block=params.batch_rows or min(facts.rows, MOST_BLOCK),
        protect=facts.protect,
        members=params.members,
        restraint=params.regularization,
        group=params.group,
        groups=params.groups,
        shard=params.shard,
        shards=params.shards,
    )
    seed = derive_wide(params.run_seed, "train", params.model)
    subjects = folds["subject"].to_numpy()
    model = generator.fit(rows, learned, settings, seed, progress, subjects, by_member)

    outputs.write("model.bin", model.save())
    about = {"generator": params.generator, "member": params.member, "epochs": params.epochs}
    outputs.json("training.json", {**about, "rows": len(rows), **model.training})
    return {"rows": len(rows), "epochs": params.epochs, "device": model.training["device"]}


STEP = Step(
    name="train",
    params=Params,
    reads=lambda params, run: READS,
    run=run,
    covers=("evaluation.canaries", "generators", "preparation.facts", "protection", "schema"),
    libraries=("joblib", "numba", "numpy", "pandas", "pyarrow", "sdv", "torch"),
)
