"""The sample centre of the journeys, with a document that awaits the seal; a token."""

from tests.journeys.hall import hall, sealing, sealing_template, template
from tests.paper.token_kit import token

__all__ = ["hall", "sealing", "sealing_template", "template", "token"]
