"""Every test of ``tests.store.test_roster_publishing``, its world on a server (see conftest)."""

from tests.store.test_roster_publishing import *  # noqa: F403
