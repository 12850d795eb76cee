"""The page viewer: materials, proof pages and documents to be sealed, drawn from pixels alone."""
