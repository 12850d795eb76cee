"""What several tests of the paper room share: the timestamp authority and a token."""

from tests.paper.timestamp_authority import authority
from tests.paper.token_kit import token

__all__ = ["authority", "token"]
