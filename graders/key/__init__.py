"""The secret half of a case as a model, and every way it can be wrong."""
