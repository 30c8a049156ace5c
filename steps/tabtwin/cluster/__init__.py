"""The client of a cluster: reach it, submit a workflow there, follow it and fetch what it made.

All of this needs the extra ``cluster``, which is looked for here, once.
"""

from tabtwin.lib.extras import extra

with extra("cluster", "a cluster"):
    import kubernetes  # noqa: F401 - only to see that it is there
