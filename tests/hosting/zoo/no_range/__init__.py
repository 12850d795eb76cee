"""Misfit: declares no range of API versions."""
