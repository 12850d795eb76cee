"""The sample centre that these tests work at; for sealing, one where documents await the seal."""

from tests.journeys.hall import hall, sealing, sealing_template, template

__all__ = ["hall", "sealing", "sealing_template", "template"]
