"""The case screen: materials left, the department's pane right, steps, timeline below."""
