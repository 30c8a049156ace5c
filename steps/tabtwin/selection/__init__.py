"""Choose rows from a pool so that their joint tables come close to a target's."""
