"""The page of the audit days: see ``screen``."""
