"""Every test of ``tests.store.test_rooms``, its world on a server (see conftest)."""

from tests.store.test_rooms import *  # noqa: F403
