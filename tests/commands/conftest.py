"""The sample centre of the journeys, with a document that awaits the seal."""

from tests.journeys.hall import hall, sealing, sealing_template, template

__all__ = ["hall", "sealing", "sealing_template", "template"]
