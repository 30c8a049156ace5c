"""Choose rows: how many of each model, and from a pool those whose joint tables come close to a target's."""
