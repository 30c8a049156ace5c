"""Synthetic twins of tables, with a report of how close and how private they are."""

from tabtwin.api import audit, check, fit, run

__all__ = ["__version__", "audit", "check", "fit", "run"]
__version__ = "0.1.0"
