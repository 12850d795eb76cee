"""Outside systems: the page of their slots, and handing over what waits after each change."""
