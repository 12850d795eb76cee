"""The command line, one chapter a file; each command is a plain function that prints and returns.

Exit codes: 0 done or yes, 1 a rule or a check said no, 2 the words of the call are off, 3 something
outside is missing (database, file, display), 4 a fault of ours.
"""
