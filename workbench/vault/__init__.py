"""Secrets of the desktop, in the system keyring or nowhere. The only room that knows keyring."""
