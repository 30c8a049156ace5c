"""Find formulas: columns that follow from others in every row, simple ones first."""
