"""Every test of ``tests.store.test_private_drafts``, its world on a server (see conftest)."""

from tests.store.test_private_drafts import *  # noqa: F403
