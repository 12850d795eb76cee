"""Signing in by name and password."""
