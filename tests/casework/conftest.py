"""The sample centre that these tests work at; for sealing, one where documents await the seal."""

from tests.journeys.hall import hall, sealing, sealing_template, template
from tests.paper.timestamp_authority import authority

__all__ = ["authority", "hall", "sealing", "sealing_template", "template"]
