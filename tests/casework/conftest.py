"""The sample centre that these tests work at; for sealing, one where documents await the seal."""

import pytest

from tests.casework.press_kit import SEAL, put_into_token
from tests.journeys.hall import Hall, hall, sealing, sealing_template, template
from tests.paper.seal_kit import Bench
from tests.paper.timestamp_authority import authority
from tests.paper.token_kit import SoftToken

__all__ = ["authority", "hall", "sealing", "sealing_template", "template"]


@pytest.fixture(scope="session")
def token_seal(token: SoftToken, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """The approval seal's key, made inside a real token."""
    return token.bench(tmp_path_factory.mktemp("token-seal"), SEAL)


@pytest.fixture
def held(sealing: Hall, token: SoftToken, token_seal: Bench) -> Hall:
    """Two documents await the seal, and its key is in the token."""
    put_into_token(sealing, token, token_seal)
    return sealing
