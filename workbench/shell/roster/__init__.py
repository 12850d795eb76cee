"""The duty roster: a week to look at for everybody concerned, a plan to publish for its manager."""
