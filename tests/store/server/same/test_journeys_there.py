"""Every test of ``tests.store.test_journeys``, its world on a server (see conftest)."""

from tests.store.test_journeys import *  # noqa: F403
