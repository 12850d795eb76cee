"""Every test of ``tests.store.test_inspection_and_joint``, its world on a server (see conftest)."""

from tests.store.test_inspection_and_joint import *  # noqa: F403
