"""The processes of the seal load no network client, and pyHanko finds out at once if it wants one.

What they do without it is what every test of signing and judging shows.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

from workbench.paper.no_network import NoNetwork
from workbench.rules.refusals import Fault

CLIENTS = ("aiohttp", "requests", "httpx")


def test_the_seal_and_its_verifier_start_without_one() -> None:
    asked = (
        "import sys, workbench.seal_worker, workbench.paper.verify_child;"
        f"print([one for one in {CLIENTS} if one in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_whoever_fetches_all_the_same_is_stopped() -> None:
    made = NoNetwork()
    with pytest.raises(Fault) as stopped:
        made.get_fetchers()
    assert stopped.value.code == "no_network" and "get_fetchers" in str(stopped.value)
    asyncio.run(made.close())
