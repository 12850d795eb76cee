"""The one room plugins import: hooks, re-exported records and the Desk protocol."""
