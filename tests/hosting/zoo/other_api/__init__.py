"""Misfit: made for another interface; may not even be imported."""

raise AssertionError("was imported although the API range does not fit")
