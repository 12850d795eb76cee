"""The sample centre that these tests work at; for sealing, one where documents await the seal."""

from tests.journeys.hall import hall, sealing, sealing_template, template
from tests.journeys.tour_kit import tour

__all__ = ["hall", "sealing", "sealing_template", "template", "tour"]
