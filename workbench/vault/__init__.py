"""Where secrets are kept between sessions; called by app in a worker with a time-out."""
