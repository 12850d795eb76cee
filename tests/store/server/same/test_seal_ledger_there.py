"""Every test of ``tests.store.test_seal_ledger``, its world on a server (see conftest)."""

from tests.store.test_seal_ledger import *  # noqa: F403
