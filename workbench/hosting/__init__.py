"""Finding, admitting, guarding and resting plugins; called by app."""
