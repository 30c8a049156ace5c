"""``tabtwin submit``: run the pipeline in a cluster, from a local table to a local release and report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from tabtwin.cli.parsing import check_settings, submit_parser
from tabtwin.cli.terminal import announce, open_watcher, summarize
from tabtwin.cluster import access, deployment, submission
from tabtwin.cluster.follow import Follower
from tabtwin.cluster.store_access import reached, with_retries
from tabtwin.cluster.workflow_status import ended_by
from tabtwin.lib.errors import InputError, TabtwinError
from tabtwin.runner import deliver, folder, inputs
from tabtwin.runner.parameters import Parameter, pipeline_file, read_parameters, values
from tabtwin.store import lease, signing
from tabtwin.store.opening import open_store
from tabtwin.store.run import Run
from tabtwin.store.store import Store


class LeftError(TabtwinError):
    """The user left while the workflow continues."""

    code = 130


def main(arguments: Sequence[str]) -> int:
    """Run the pipeline in a cluster; return the exit code of the step that ended it."""
    parameters = read_parameters(pipeline_file().read_text())
    given = vars(submit_parser().parse_args(arguments))
    check_settings(given)
    if given["store"] and not given["store"].startswith("s3://"):
        raise InputError(f"--store: expected s3://BUCKET/PREFIX, which pods reach, found {given['store']!r}")
    places = inputs.places(given["TABLE"], given)
    # Local files are read before any request to the cluster; files in a store, through the connection to it.
    remote = {name: place for name, place in places.items() if inputs.is_remote(place)}
    sources = inputs.read_inputs({name: place for name, place in places.items() if name not in remote})
    cluster = access.connect(given["context"], given["namespace"])
    found = deployment.find(cluster)
    with reached(cluster, found, given["store_endpoint"]):
        store = open_store(found.store)
        sources |= inputs.read_inputs(remote)
        sources = {name: sources[name] for name in places}
        table = inputs.table_of(sources)
        with folder.hold(Path(given["out"]), table.data, table.name) as out:
            submission_of = _Submission(parameters, given, cluster, found, store, sources)
            return submission_of.run(out, waits=not given["no_wait"], private=given["with_private"])


class _Submission:
    """One run: its parameters, its name, and its way through the cluster."""

    def __init__(
        self,
        parameters: Sequence[Parameter],
        given: Mapping[str, str],
        cluster: access.Cluster,
        found: deployment.Deployment,
        store: Store,
        sources: Mapping[str, inputs.InputFile],
    ) -> None:
        self.given, self.cluster, self.found, self.store = given, cluster, found, store
        uploaded = with_retries(partial(inputs.upload_all, store, sources))
        chosen = inputs.settings(parameters, given) | uploaded
        self.name = inputs.run_name(chosen | submission.computed_on(chosen, given["pool"]))
        self.parameters = chosen | {"run": self.name, "pool": given["pool"]}
        values(parameters, self.parameters)

    def run(self, out: folder.Folder, *, waits: bool, private: bool) -> int:
        """Drive the workflow, deliver its outputs, and print how it ended."""
        style = self.given["log"]
        out.supersede(self.name)
        name = self._start(out)
        if not waits:
            return 0
        goes_on = f"the workflow {name} continues, and the same command follows it again"
        layout = self.found.layout
        try:
            with open_watcher(style) as watcher:
                last = Follower(self.cluster, name, layout, watcher).run()
        except KeyboardInterrupt:
            end = f"argo stop -n {self.cluster.namespace} {name}"
            raise LeftError(f"left; {goes_on}; to end it: {end}") from None
        except access.DeniedError as error:
            raise access.DeniedError(f"{error}; {goes_on}") from None
        ended = ended_by(layout, last)
        # The cluster's key stays there: without it, only digests of what is fetched are checked.
        made = Run(self.store, self.name, verify=signing.is_given())
        fetch = partial(deliver.deliver, made, out, ended)
        code = with_retries(partial(fetch, private=private))
        submission.forget(out)
        summarize(style, out, ended)
        return code

    def _start(self, out: folder.Folder) -> str:
        """Return the name of the workflow that drives this run: one that does already, or a new one."""
        found = submission.find(self.cluster, out, self.name)
        event, verb = "workflow.found", "is driven by"
        if found is None:
            if lease.is_held(self.store, self.name):
                announce(self.given["log"], "lease.awaited", "waiting for a lease to run out")
            submission.await_lease(self.store, self.name)
            found = submission.create(self.cluster, self.parameters)
            event, verb = "workflow.created", "was given to"
        submission.remember(out, self.name, found)
        name, namespace = found.name, self.cluster.namespace
        text = f"{self.name} {verb} the workflow {name} in namespace {namespace}"
        announce(self.given["log"], event, text, run=self.name, workflow=name, namespace=namespace)
        return name
