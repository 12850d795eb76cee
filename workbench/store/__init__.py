"""The database: tables, work unit, ledger and content store; opened by app and seal_worker."""
