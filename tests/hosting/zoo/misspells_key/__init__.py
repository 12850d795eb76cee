"""Misfit: a misspelt key in its data."""
