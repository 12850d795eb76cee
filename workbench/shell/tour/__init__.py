"""The tour: one case through all windows by real key and mouse events, with a picture of every step.

``commands.tour`` makes the sample centre and calls :func:`workbench.shell.tour.tour.drive`.
"""
