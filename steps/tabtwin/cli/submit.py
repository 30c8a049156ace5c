"""``tabtwin submit``: the pipeline in a cluster, from a table here to a release and its report here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from tabtwin.cli.parsing import check_settings, submit_parser
from tabtwin.cli.terminal import announce, open_watcher, summarise
from tabtwin.cluster import access, deployment, submission
from tabtwin.cluster.follow import Follower
from tabtwin.cluster.store_access import reached, with_retries
from tabtwin.cluster.workflow_status import ended_by, read_layout
from tabtwin.lib.errors import InputError, TabtwinError
from tabtwin.runner import deliver, folder, inputs
from tabtwin.runner.parameters import Parameter, pipeline_file, read_parameters, values
from tabtwin.store import lease, signing
from tabtwin.store.opening import open_store
from tabtwin.store.run import Run
from tabtwin.store.store import Store


class LeftError(TabtwinError):
    """The user left while the workflow goes on."""

    code = 130


def main(arguments: Sequence[str]) -> int:
    """Run the pipeline in a cluster; the exit code of the step that ended it."""
    parameters = read_parameters(pipeline_file().read_text())
    given = vars(submit_parser().parse_args(arguments))
    check_settings(given)
    if given["store"] and not given["store"].startswith("s3://"):
        raise InputError(f"--store: expected s3://BUCKET/PREFIX, which pods reach, found {given['store']!r}")
    places = inputs.places(given)
    # What lies here is read before a cluster is asked anything; what lies in a store, through the way there.
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
            return _Submission(parameters, given, cluster, found, store, sources).run(out)


class _Submission:
    """One run: its parameters, its name, and its way through the cluster."""

    def __init__(
        self,
        parameters: Sequence[Parameter],
        given: Mapping[str, Any],
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

    def run(self, out: folder.Folder) -> int:
        """Drive the workflow, deliver what it made, and say how it ended."""
        style = self.given["log"]
        out.supersede(self.name)
        workflow = self._start(out)
        name = workflow["metadata"]["name"]
        if self.given["no_wait"]:
            return 0
        goes_on = f"the workflow {name} goes on, and the same command follows it again"
        layout = read_layout(self.found.spec)
        try:
            with open_watcher(style) as watcher:
                last = Follower(self.cluster, name, layout, watcher).run()
        except KeyboardInterrupt:
            end = f"argo stop -n {self.cluster.namespace} {name}"
            raise LeftError(f"left; {goes_on}; to end it: {end}") from None
        except access.DeniedError as error:
            raise access.DeniedError(f"{error}; {goes_on}") from None
        ended = ended_by(layout, last)
        # The cluster's key stays there: without it, digests alone are checked of what is fetched.
        made = Run(self.store, self.name, verify=signing.is_given())
        fetch = partial(deliver.deliver, made, out, ended)
        code = with_retries(partial(fetch, private=self.given["with_private"]))
        submission.forget(out)
        summarise(style, out, ended)
        return code

    def _start(self, out: folder.Folder) -> Mapping[str, Any]:
        """The workflow that drives this run: one that does already, or a new one."""
        found = submission.find(self.cluster, out, self.name)
        event, verb = "workflow.found", "is driven by"
        if found is None:
            if lease.is_held(self.store, self.name):
                announce(self.given["log"], "lease.awaited", "waiting for a lease to run out")
            submission.await_lease(self.store, self.name)
            found = submission.create(self.cluster, self.parameters)
            event, verb = "workflow.created", "was given to"
        submission.remember(out, self.name, found)
        name, namespace = found["metadata"]["name"], self.cluster.namespace
        text = f"{self.name} {verb} the workflow {name} in namespace {namespace}"
        announce(self.given["log"], event, text, run=self.name, workflow=name, namespace=namespace)
        return found
