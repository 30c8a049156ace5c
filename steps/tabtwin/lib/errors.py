"""Errors that end a step, each with its exit code.

Codes 2 to 4 are never retried, anything else is (``argo/pipeline.yaml``). Messages name columns and
counts, never a cell's value: they end up in logs and reports.
"""


class TabtwinError(Exception):
    """An error that was foreseen; its message is one line, fit for a log."""

    code = 1


class StoreError(TabtwinError):
    """The object store did not answer; another try may help."""


class InputError(TabtwinError):
    """The table, the schema or a setting is wrong, so running again cannot help."""

    code = 2


class RefusedError(TabtwinError):
    """A gate refused, or too few rows or models were left."""

    code = 3


class IntegrityError(TabtwinError):
    """An object is not what its manifest or signature vouches for, or access is denied."""

    code = 4


FINAL_CODES = frozenset({InputError.code, RefusedError.code, IntegrityError.code})
"""Exit codes after which no other try follows, as the pipeline's retry expression says."""
