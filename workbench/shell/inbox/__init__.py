"""The inbox: what the signed-in person may see of cases, most urgent first."""
