"""Misfit: has no plugin.toml."""
