"""Every test of ``tests.store.test_hearing``, its world on a server (see conftest)."""

from tests.store.test_hearing import *  # noqa: F403
