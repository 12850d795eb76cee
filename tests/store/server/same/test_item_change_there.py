"""Every test of ``tests.store.test_item_change``, its world on a server (see conftest)."""

from tests.store.test_item_change import *  # noqa: F403
