"""The sample centre that these tests work at."""

from tests.journeys.hall import hall, template

__all__ = ["hall", "template"]
