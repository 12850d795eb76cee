"""Every test of ``tests.store.test_transfer``, its world on a server (see conftest)."""

from tests.store.test_transfer import *  # noqa: F403
