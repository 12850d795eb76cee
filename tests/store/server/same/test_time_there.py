"""Every test of ``tests.store.test_time``, its world on a server (see conftest)."""

from tests.store.test_time import *  # noqa: F403
