"""The desk's windows (Qt), one folder a screen; started by app."""
