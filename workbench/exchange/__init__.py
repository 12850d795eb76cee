"""The outside world: one adapter a slot of the requirements (section 6), file-based at first."""
