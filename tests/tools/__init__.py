"""For who changes the project: the check of its SQL's form, and the map of its functions."""
