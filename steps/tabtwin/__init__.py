"""Synthetic twins of tables, with a report of how close and how private they are."""

__version__ = "0.1.0"
