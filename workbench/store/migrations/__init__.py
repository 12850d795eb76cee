"""Alembic revisions of a centre's schema, run by ``store.schema``."""
