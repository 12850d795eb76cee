"""Every test of ``tests.store.test_hand_over``, its world on a server (see conftest)."""

from tests.store.test_hand_over import *  # noqa: F403
