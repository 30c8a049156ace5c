"""Ingest: check a table, find out what it holds, split it, and protect its values.

source, schema -> schema, published, training, holdout, holdout_subjects, folds, encoded, encoding, canaries,
facts, models, contents
"""

from __future__ import annotations

import pandas as pd

from tabtwin.evaluation.canaries.generation import draw_canaries
from tabtwin.generators.spec import parse_spec, plan_models
from tabtwin.lib import seeds
from tabtwin.pipeline.params.ingest import Params
from tabtwin.pipeline.step import Figures, Inputs, Outputs, Step
from tabtwin.preparation.prepare import ingest_table
from tabtwin.preparation.table_options import Asked
from tabtwin.protection.identifiers import known_names
from tabtwin.protection.rare_values import decode
from tabtwin.selection.shares import parse_shares
from tabtwin.store.artifacts import sha256
from tabtwin.store.history import CONTENTS
from tabtwin.store.run import Run
from tabtwin.store.signing import owner_seed
from tabtwin.store.sources import fetch, name_of, open_file, split_urls, table_digests


def run(params: Params, inputs: Inputs, outputs: Outputs) -> Figures:
    """Read the source from the store, and write what was found in it."""
    specs = parse_spec(params.generators)
    own = inputs.run.store
    first, *more = [(open_file(url, own), name_of(url)) for url in split_urls(params.source)]
    found = ingest_table(
        *first,
        more=more,
        holdout=open_file(params.holdout, own),
        schema_file=fetch(params.schema_file, own),
        seed=params.run_seed,
        **params.model_dump(include=set(Asked.model_fields)),
    )
    shares = parse_shares(params.rebalance, found.schema)
    if shares is not None:
        shares.check(shares.values(decode(found.encoded, found.schema, found.encoding), found.schema))
    groups = min(params.column_groups, max(1, found.encoded.shape[1]))
    models = plan_models(specs, params.epochs, groups, params.row_shards)
    canaries = draw_canaries(
        found.encoded,
        found.schema,
        found.encoding,
        params.canaries,
        rng=seeds.generator(params.run_seed, "ingest", "canaries"),
        threads=params.threads,
    )
    facts = found.facts.model_copy(update={"canaries": params.canaries})
    outputs.json("schema.json", found.schema.model_dump(mode="json"))
    outputs.json("published.json", found.published.model_dump(mode="json"))
    outputs.table("training.parquet", found.training)
    outputs.table("holdout.parquet", found.holdout)
    outputs.table("holdout_subjects.parquet", pd.DataFrame({"subject": found.held_subjects}))
    outputs.table("folds.parquet", found.folds)
    outputs.table("encoded.parquet", found.encoded)
    outputs.table("canaries.parquet", canaries)
    outputs.json("encoding.json", found.encoding.model_dump(mode="json"))
    outputs.json("facts.json", facts.model_dump(mode="json"))
    outputs.json("models.json", [model.model_dump() for model in models])
    outputs.json(CONTENTS.file, {"rows": found.contents})
    kinds = pd.Series([column.kind for column in found.schema.columns]).value_counts().sort_index()
    counts = {name: getattr(facts, name) for name in ("rows", "training", "holdout", "columns")}
    if facts.whole is not None:
        counts["rows_of_the_table"] = facts.whole
    return counts | {
        "target": found.schema.target,
        "cells_protected": sum(facts.protected.values()),
        "kinds": {str(kind): int(count) for kind, count in kinds.items()},
        "models": len(models),
    }


def _digests(params: Params, view: Run) -> dict[str, str]:
    """Return digests of the objects: their content determines the output, not their place."""
    urls = {"source": params.source, "holdout": params.holdout, "schema": params.schema_file}
    return {
        f"{name} {number}" if number > 1 else name: sha256(open_file(url, view.store))
        for name, given in urls.items()
        for number, url in enumerate(split_urls(given), start=1)
    }


STEP = Step(
    name="ingest",
    params=Params,
    reads=lambda params, view: (),
    run=run,
    emits={"models": "models.json"},
    extra=_digests,
    seed=lambda digests: owner_seed(table_digests(digests)),
    covers=("evaluation", "generators", "io", "preparation", "protection", "schema", "selection"),
    late=known_names.everywhere,
    libraries=("faker", "numba", "numpy", "pandas", "phonenumbers", "pyarrow", "scipy", "stdnum"),
)
