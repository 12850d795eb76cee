"""Secrets of the desktop: passwords in the system keyring or nowhere, the auditor's locked key.

The only room that knows keyring.
"""
