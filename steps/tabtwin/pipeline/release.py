"""Release: export the twin in the source's format, and publish it if the gates passed.

    synthetic, schema, audit, report -> release/RUN/, in the run's store or another one

Rows are exported and published a part at a time, so that a twin may be larger than memory.

No verdict is taken from the store: outputs are verified with the signing key, and the audit is judged here
again, by the limits that this step is given. A release has its owner's mark: no other key can replace or
withdraw it.

If the run continues others, it publishes only its own rows: those of the others are published already. If a
gate refused, or canaries were planted and may not be released, nothing is published, an older release of the
same run is withdrawn, and the step ends with exit code 3; the private report says why.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from tabtwin.evaluation.audit_result import AuditResult
from tabtwin.evaluation.gates.limits import Limits, judged_by, own_limits
from tabtwin.evaluation.gates.verdicts import Gate, Verdicts, guards_privacy, judge, verdict_of
from tabtwin.lib.errors import IntegrityError, RefusedError
from tabtwin.pipeline import releases
from tabtwin.pipeline.exporting import export_twin
from tabtwin.pipeline.params.release import Params
from tabtwin.pipeline.step import Figures, Inputs, Outputs, Step
from tabtwin.preparation.balanced_designs import advise, describe
from tabtwin.preparation.facts import Facts
from tabtwin.schema.schema import Schema
from tabtwin.store import history, records
from tabtwin.store.artifacts import Manifest, Ref, read_file
from tabtwin.store.opening import open_store
from tabtwin.store.release_manifest import COPIED, LISTING, SCHEMA, write_listing
from tabtwin.store.run import Run
from tabtwin.store.signing import owner
from tabtwin.store.sources import fetch
from tabtwin.store.store import MissingObjectError, Store
from tabtwin.store.twins import EARLIER, TWIN, earlier_runs, of_twin

RELEASES = "releases"
"""What an owner marks: one mark for all, since runs with the same settings share what is released."""
VERDICT = releases.VERDICT.file
_MUCH = 0.2
"""If protection hides a larger share of a column's cells, that may be why a twin is unlike the table."""

AUDIT = Ref(step="audit", file="audit.json")
GATES = Ref(step="report", file="gates.json")
READS = (
    Ref(step="ingest", file="published.json"),
    Ref(step="ingest", file="facts.json"),
    EARLIER,
    AUDIT,
    GATES,
    *(Ref(step="report", file=file) for file in COPIED),
)


class ReleaseVerdict(Verdicts):
    """Why a twin is released or not, as in ``verdict.json``."""

    owner: str
    withheld_for_canaries: int
    plans: tuple[tuple[str, ...], ...]
    hidden: tuple[str, ...]


def reads(params: Params, run: Run) -> list[Ref]:
    """Return the twin, its findings, and the keys of earlier releases."""
    before = [ref for name in earlier_runs(run) for ref in releases.row_refs(run, name)]
    return [*READS, *of_twin(TWIN, run), *before]


def extra(params: Params, run: Run) -> dict[str, str]:
    """Return the gates' limits."""
    return {"gates.toml": _limits(params, run.store).model_dump_json()}


def run(params: Params, inputs: Inputs, outputs: Outputs) -> Figures:
    """Write what is to be published, or only the verdict."""
    facts = inputs.parsed(Facts, "ingest", "facts.json")
    withheld = 0 if params.release_canaries else facts.canaries or 0
    hidden = [name for name, cells in facts.protected.items() if cells > _MUCH * facts.training]
    verdict = ReleaseVerdict(
        **dict(_judged(params, inputs)),
        owner=owner(RELEASES),
        withheld_for_canaries=withheld,
        plans=facts.plans,
        hidden=tuple(hidden),
    )
    outputs.json(VERDICT, verdict.model_dump(mode="json"))
    if verdict.refused or withheld:
        return {"released": False}
    schema = Schema.model_validate_json(inputs.read("ingest", "published.json"))
    rows = export_twin(inputs, outputs, schema, escape_formulas=params.escape_formulas)
    outputs.write(SCHEMA, inputs.read("ingest", "published.json"))
    for file in COPIED:
        outputs.write(file, inputs.read("report", file))
    return {"released": True, "rows": rows}


def _limits(params: Params, store: Store) -> Limits:
    """Return the gates' limits for the audit's figures."""
    return own_limits(fetch(params.gates_file, store))


def _judged(params: Params, inputs: Inputs) -> Verdicts:
    """Return the gates' verdicts on the audit, which are those in the report.

    Raises:
        IntegrityError: if the report has others, for example by other limits.
    """
    limits = _limits(params, inputs.run.store)
    gates = judge(AuditResult.model_validate(inputs.json(AUDIT.step, AUDIT.file)), limits)
    found = verdict_of(gates, alpha=limits.alpha, strict=params.strict)
    if found.model_dump(mode="json") != inputs.json(GATES.step, GATES.file):
        raise IntegrityError(
            "expected a report that judged this audit by these limits, found another verdict in it; "
            "run the report again, with the same --gates and --strict"
        )
    return found


def publish(params: Params, view: Run, manifest: Manifest) -> None:
    """Put the files under ``release/RUN/``, their manifest last, or withdraw what is there.

    Raises:
        RefusedError: if a gate refused, canaries were planted and must not be released, or the limit of
            releases about the same people is reached.
        IntegrityError: if another owner's release is there.
        InputError: if another run continued the same one in the meantime.
    """
    verdict = ReleaseVerdict.model_validate_json(read_file(view.store, manifest, VERDICT))
    public = Run(public_store(view.store, params.to), view.run)
    _check_ours(public)
    withheld = verdict.withheld_for_canaries
    limits = judged_by(_limits(params, view.store), strict=params.strict)
    if verdict.refused or withheld:
        history.end(view, limits, refused=verdict.refused)
        _withdraw(public)
        raise RefusedError(
            refusal(verdict.gates, verdict.plans, verdict.hidden) if verdict.refused else planted(withheld)
        )
    listing = write_listing(manifest, verdict.owner, without=VERDICT)
    before = history.releases_of(view, public.store, listing) if params.max_releases else 0
    if before and before >= params.max_releases:
        raise RefusedError(too_many(before, params.max_releases))
    _go_on(view)
    history.publish(view, limits, listing)
    if _stands(public, listing):
        return
    if _published(public) not in (None, listing):
        releases.forget_follower(view.store, view.run)
    _withdraw(public)
    for name, data in releases.released_files(view.store, manifest).items():
        public.store.put(_key(public, name), data)


def _go_on(view: Run) -> None:
    """Record that this run continues the earlier one.

    Raises:
        InputError: if another already does.
    """
    earlier = earlier_runs(view)
    if earlier:
        releases.check_goes_on(view, earlier[-1])
        releases.follow(view.store, earlier[-1], view.run)


def _check_ours(view: Run) -> None:
    """Check that no other owner's release has the run's name; one without a mark is of an older version.

    Raises:
        IntegrityError: if one does.
    """
    standing = records.parse_object(_published(view) or b"") or {}
    if standing.get("owner", "") not in ("", owner(RELEASES)):
        raise IntegrityError(
            f"release/{view.run} was published by the owner of another signing key; choose another name for "
            "the run, or use the key that made it"
        )


def public_store(store: Store, to: str) -> Store:
    """Return where releases go: the store at ``to``, with its own credentials if it has any, or ``store``."""
    return open_store(to, role="release") if to else store


def refusal(gates: Sequence[Gate], plans: Sequence[Sequence[str]] = (), hidden: Sequence[str] = ()) -> str:
    """Return one line: which gates refused, by how much, and what helps.

    Args:
        gates: All of them.
        plans: Columns whose combinations form a plan of the rows, the first thing to change.
        hidden: Columns that the twin has only in part, by which a model distinguishes it from real rows.
    """
    refused = [gate for gate in gates if gate.verdict == "refused"]
    if refused:
        first = [f"Rows form a plan: {describe(plan)}; {advise(plan)}." for plan in plans]
        if hidden and not all(map(guards_privacy, refused)):
            named = ", ".join(hidden)
            first.append(
                f"Value protection hides much of {named}: group those values, or --drop those columns."
            )
        remedies = " ".join([*first, *dict.fromkeys(gate.remedy for gate in refused)])
        return "; ".join(f"gate {gate.name} refused: {_figures(gate)}" for gate in refused) + f". {remedies}"
    unshown = "; ".join(f"{gate.name}: {_figures(gate)}" for gate in gates if gate.verdict == "not_shown")
    return f"--strict refuses gates that are not shown: {unshown}; use more rows or leave --strict out"


def planted(canaries: int) -> str:
    """Return one line: why a twin that the gates do not refuse is not published, and what to do."""
    return (
        f"expected only training rows, found {canaries} planted canaries among them; "
        "run without --canaries to release a twin, or with --release-canaries to release this one"
    )


def too_many(before: int, most: int) -> str:
    """Return one line: why a twin that the gates do not refuse exceeds the limit of releases."""
    return (
        f"expected fewer than {most} releases of these rows or of this run's name (--max-releases), found "
        f"{before}, and each reveals more about the same people; use those, or raise the number"
    )


def _figures(gate: Gate) -> str:
    if gate.figure is None or gate.interval is None:
        return "the table is too small to measure it"
    low, high = gate.interval
    least = f"at least {gate.lower:g} and " if gate.lower is not None else ""
    return (
        f"expected {least}at most {gate.limit:g}, found {gate.figure:.4f} "
        f"({low:.4f} to {high:.4f}) on the {gate.measured_on}"
    )


def _stands(view: Run, listing: bytes) -> bool:
    """Return whether exactly this release is published and complete."""
    if _published(view) != listing:
        return False
    try:
        files = json.loads(listing)["files"].items()
        return all(view.store.open(_key(view, name)).sha256 == entry["sha256"] for name, entry in files)
    except MissingObjectError:
        return False


def _published(view: Run) -> bytes | None:
    """Return the manifest of this run's release, if there is one."""
    try:
        return view.store.get(_key(view, LISTING))
    except MissingObjectError:
        return None


def _withdraw(view: Run) -> None:
    """Remove this run's release; first the manifest, without which nothing counts."""
    view.store.delete(_key(view, LISTING))
    for key in view.store.list(_key(view, "")):
        view.store.delete(key)


def _key(view: Run, file: str) -> str:
    return f"release/{view.run}/{file}"


STEP = Step(
    name="release",
    params=Params,
    reads=reads,
    run=run,
    extra=extra,
    publish=publish,
    covers=("evaluation", "io", "preparation", "protection", "schema", "store.release_manifest"),
    libraries=("faker", "lightgbm", "numba", "numpy", "pandas", "pyarrow", "scipy", "sklearn"),
)
