"""The window: taking in folders of packages, and what the window still owes its own cases."""
