"""The tour: one case through all windows by real key and mouse events, a picture of every step.

``commands.tour`` makes the sample centre; ``commands.tour_act`` calls ``tour.drive`` for each act.
"""
