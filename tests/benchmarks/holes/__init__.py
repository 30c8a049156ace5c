"""``make bench NAME=holes``: what once broke a promise of tabtwin's, tried again as a user would."""
