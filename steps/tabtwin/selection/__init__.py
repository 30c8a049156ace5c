"""Choosing rows from a pool so that their joint tables come near a target's."""
