"""The hand-over screen of representatives (domain 4.6)."""
