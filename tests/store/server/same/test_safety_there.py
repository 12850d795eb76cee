"""Every test of ``tests.store.test_safety``, its world on a server (see conftest)."""

from tests.store.test_safety import *  # noqa: F403
