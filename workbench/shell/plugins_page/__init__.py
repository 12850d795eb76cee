"""The plugins page: what was admitted, what was not and why, what rests."""
