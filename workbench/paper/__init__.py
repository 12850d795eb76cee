"""Everything that opens, draws, composes, signs or verifies a paper; used by app, seal_worker."""
