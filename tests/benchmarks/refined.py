"""Ways of choosing a twin's rows from one pool, as peers of the benchmark: ``refined@KEY=VALUE,…``.

    pool    boost (default); weak: four CTGANs and a TVAE, a fifth of the rows each; mixed: half of either
    how     refine (default); block: the first rows as they are; draw: rows at random, the prize's rule;
            ipf: weights by iterative proportional fitting of the one- and two-way tables, then a draw by them
    screen  matched (default), cutoff, none
    fit     of refine, and of ipf (1 there unless said)
    order   the most columns of a table that is fitted (3)
    noise   standard deviation, in rows, of Gaussian noise on each cell of training's tables
    dead    cells of training's tables within so many standard errors of the pool's are left to the pool

The last three are of refine, with ``fit=1``, and are no options of the step: they are measured here, and not
better than ``fit`` itself.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from tabtwin import generators
from tabtwin.evaluation.distances.neighbours import Gower
from tabtwin.evaluation.distances.screening_rules import Rules, measure, screen
from tabtwin.generators.protocol import Settings
from tabtwin.lib import frames, seeds
from tabtwin.pipeline import provenance
from tabtwin.pipeline.pool import BLOCK, COPY, MEMBER
from tabtwin.pipeline.refine import Params, refine
from tabtwin.protection.rare_values import decode
from tabtwin.selection.choosing import choose, strata
from tabtwin.selection.coding import Coder
from tabtwin.selection.layout import Layout, plan
from tabtwin.store.artifacts import canonical, sha256
from tests.benchmarks.making import Job, Made, Peer, Stopwatch, peak_megabytes

TIMES = 5
EPOCHS = 30
WEAK = {"ctgan": 4, "tvae": 1}
SHARES: dict[str, dict[str, float]] = {
    "boost": {"boost": 1.0},
    "weak": {"ctgan": 0.8, "tvae": 0.2},
    "mixed": {"boost": 0.5, "ctgan": 0.4, "tvae": 0.1},
}
SWEEPS = 6
GENERATING = (
    "tabtwin.generators.sdv.synthesizer",
    "tabtwin.generators.boost",
    "tabtwin.protection.rare_values",
)
KEPT = Path("bench/cache/pools")


def peer() -> Peer:
    """The peer; its seconds are those of screening and choosing, without those of the pool."""
    return Peer("chosen rows", make, versions)


def versions(
    modules: Sequence[str] = (*GENERATING, "tabtwin.pipeline.refine", "tabtwin.pipeline.screen"),
) -> dict[str, str]:
    """The code and the libraries that the rows hang on."""
    return provenance.library_versions(GENERATING[0]) | {
        module: provenance.source_digest(module) for module in modules
    }


def make(job: Job) -> Made:
    """Draw the pool, or find it; screen it; choose the twin."""
    options = {"pool": "boost", "how": "refine", "screen": "matched", **job.options}
    pool = _pool(job, options["pool"])
    watch = Stopwatch()
    screened = _screened(job, pool, options["screen"])
    twin = _chosen(job, pool, screened, options)
    return Made({"twin": twin.reset_index(drop=True)}, *watch.read(), peak_megabytes())


def _pool(job: Job, kind: str) -> pd.DataFrame:
    """``TIMES`` the training rows, as ``sample`` writes them; kept, since variants share it."""
    found, mark = job.table.found, [job.table.digest, kind, job.seed, versions(GENERATING)]
    kept = KEPT / f"{sha256(canonical(mark))[:16]}.parquet"
    if kept.exists():
        return frames.from_parquet(kept.read_bytes())
    rows = TIMES * len(found.training)
    parts = []
    for name, share in SHARES[kind].items():
        members = WEAK.get(name, 1)
        for member in range(members):
            count = round(rows * share / members)
            seed = seeds.derive(job.seed, "benchmark", "pool", name, member)
            settings = Settings(epochs=EPOCHS, device="cpu", threads=job.threads)
            model = generators.find(name).fit(
                found.encoded, found.encoded_schema, settings, seed, lambda *step: None
            )
            drawn = decode(model.sample(0, count, seed), found.schema, found.encoding)
            block = (np.arange(count) // model.block).astype("int32")
            parts.append(drawn.assign(**{MEMBER: f"{name}-{member + 1}", BLOCK: block}))
    pool = pd.concat(parts, ignore_index=True)
    KEPT.mkdir(parents=True, exist_ok=True)
    draft = kept.with_suffix(f".{os.getpid()}")
    draft.write_bytes(frames.to_parquet(pool))
    draft.replace(kept)
    return pool


def _screened(job: Job, pool: pd.DataFrame, mode: str) -> pd.DataFrame:
    """The pool as ``screen`` leaves it."""
    if mode == "none":
        return pool.assign(**{COPY: np.zeros(len(pool), bool)})
    found = job.table.found
    gower = Gower.fit(found.training, found.schema)
    subjects = found.folds["subject"].to_numpy()
    seen, own = measure(gower.features(pool), gower.features(found.training), subjects, job.threads)
    rules = Rules.model_validate({"mode": mode, "scale": "absolute" if mode == "cutoff" else "relative"})
    dropped = screen(seen, own, rules, seeds.generator(job.seed, "benchmark", "screen"))
    kept = ~np.logical_or.reduce(list(dropped.values()))
    return pool.assign(**{COPY: seen.copies})[kept]


def _chosen(job: Job, pool: pd.DataFrame, screened: pd.DataFrame, options: Mapping[str, str]) -> pd.DataFrame:
    found, rng = job.table.found, seeds.generator(job.seed, "benchmark", "choose")
    names, wanted = [column.name for column in found.schema.learned], len(found.training)
    wanted = min(wanted, len(screened))
    if options["how"] == "block":
        return screened.iloc[:wanted][names]
    if options["how"] == "draw":
        return screened.iloc[rng.permutation(len(screened))[:wanted]][names]
    if options["how"] == "ipf" or {"order", "noise", "dead"} & set(options):
        return _tried(job, pool, screened, options, wanted, rng)
    members = set(pool[MEMBER])
    weighed = {
        "weights": {name: float((pool[MEMBER] == name).mean()) for name in members},
        "balanced": {name: name.startswith("boost") for name in members},
    }
    fit = float(options.get("fit", 0))
    params = Params(rows=wanted, training_weight=fit, seed=job.seed, threads=job.threads)
    training = decode(found.encoded, found.schema, found.encoding) if fit else None
    return refine(screened, [pool], training, found.schema, weighed, params, wanted=wanted)[0]


def _tried(
    job: Job,
    pool: pd.DataFrame,
    screened: pd.DataFrame,
    options: Mapping[str, str],
    wanted: int,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """What the step does not offer."""
    found, names = job.table.found, [column.name for column in job.table.found.schema.learned]
    known = decode(found.encoded, found.schema, found.encoding)
    coder = Coder.fit(known, found.schema)
    layout = plan(coder, None, job.seed)
    most = 2 if options["how"] == "ipf" else int(options.get("order", 3))
    layout = Layout.of(layout.members[layout.orders <= most], layout.sizes)
    codes = coder.codes(screened)
    real = layout.counts(coder.codes(known), threads=job.threads) * (wanted / len(found.encoded))
    if options["how"] == "ipf":
        return screened.iloc[_raked(codes, layout, real, wanted, rng)][names]
    drawn = layout.counts(coder.codes(pool), threads=job.threads) * (wanted / len(pool))
    if noise := float(options.get("noise", 0)):
        real = np.maximum(0.0, real + rng.normal(0, noise, len(real)))
    if dead := float(options.get("dead", 0)):
        real = np.where(np.abs(real - drawn) < dead * np.sqrt(real), drawn, real)
    groups = strata(None, {None: wanted}, screened[COPY].to_numpy())
    start = np.empty(0, np.int64)
    chosen = choose(codes, layout, real, groups, start, Params().swaps, rng, job.threads)
    return screened.iloc[chosen.rows][names]


def _raked(
    codes: np.ndarray, layout: Layout, target: np.ndarray, wanted: int, rng: np.random.Generator
) -> np.ndarray:
    """Rows drawn, none twice, by weights that give the pool the target's tables (Deming and Stephan)."""
    weights = np.full(codes.shape[1], wanted / codes.shape[1])
    for _ in range(SWEEPS):
        for table, columns in enumerate(layout.members):
            one = Layout.of(columns[None], layout.sizes)
            aim = target[layout.offsets[table] : layout.offsets[table + 1]]
            have = one.counts(codes, weights)
            ratio = np.divide(aim, have, out=np.ones_like(aim), where=have > 0)
            cells = sum(
                codes[column].astype(np.int64) * stride
                for column, stride in zip(columns, one.strides[0], strict=True)
                if column >= 0
            )
            weights *= ratio[cells]
    # The rows of the largest log weight + Gumbel noise: a draw without replacement in proportion to them.
    keys = np.log(np.maximum(weights, 1e-300)) + rng.gumbel(size=len(weights))
    return np.argsort(-keys, kind="stable")[:wanted]
