"""Misfit: brings none of the three hooks and says nothing about it."""
