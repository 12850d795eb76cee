"""Misfit: offers an item of another plugin. The test lays the item file beside it."""
