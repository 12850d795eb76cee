"""What several tests of the paper room share: the timestamp authority."""

from tests.paper.timestamp_authority import authority

__all__ = ["authority"]
