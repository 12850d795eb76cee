"""Every test of ``tests.store.test_absences``, its world on a server (see conftest)."""

from tests.store.test_absences import *  # noqa: F403
