"""A timestamp server that lies, fails or hangs: nothing it sends is believed unproven."""

from __future__ import annotations

import time

import pytest

from tests.paper.timestamp_authority import FAULTS, LIES, Authority
from workbench.paper.timestamps import TimestampServer, refuse_untrue, timestamp_for
from workbench.rules.moment import SECOND, SystemClock
from workbench.rules.refusals import Outage

DIGEST = bytes(range(32))
PATIENCE = 0.6


def now() -> int:
    return SystemClock().now()


def asked(authority: Authority, url: str, trusted: str = "") -> int:
    """The moment of a timestamp that is believed."""
    stamp = timestamp_for(TimestampServer(url), DIGEST)
    refuse_untrue(stamp, DIGEST, (trusted or authority.ca_pem,), now())
    return stamp.at


def test_an_honest_server_is_believed(authority: Authority) -> None:
    with authority.answering() as url:
        assert abs(asked(authority, url) - now()) < 5 * SECOND


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_not_believed(authority: Authority, lie: str) -> None:
    with authority.answering(lie) as url, pytest.raises(Outage) as outage:
        asked(authority, url)
    assert outage.value.code == "timestamp_untrue", LIES[lie]
    assert "administrator" in outage.value.remedy


@pytest.mark.parametrize("fault", FAULTS)
def test_a_failure_is_an_outage_in_time(authority: Authority, fault: str) -> None:
    with authority.answering(fault) as url:
        started = time.monotonic()
        with pytest.raises(Outage) as outage:
            timestamp_for(TimestampServer(url, PATIENCE), DIGEST)
        assert time.monotonic() - started < 3 * PATIENCE + 1, FAULTS[fault]
    assert outage.value.code == "timestamp_unreachable"


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/tsa", "ftp://127.0.0.1/tsa", "nonsense"])
def test_a_server_that_is_not_there_is_an_outage(url: str) -> None:
    with pytest.raises(Outage) as outage:
        TimestampServer(url).probe(now())
    assert outage.value.code == "timestamp_unreachable"


def test_the_probe_tells_how_far_its_clock_is_off(authority: Authority) -> None:
    for fault, off in (("", 0), ("clock", 600), ("old", -600)):
        with authority.answering(fault) as url:
            assert abs(TimestampServer(url).probe(now()) - off * SECOND) < 5 * SECOND


def test_a_timestamp_over_another_signature_is_not_believed(authority: Authority) -> None:
    """The token answered its own request; it is held against the document that it is used for."""
    stamp = timestamp_for(authority.dummy(), DIGEST)
    refuse_untrue(stamp, DIGEST, (authority.ca_pem,), now())
    with pytest.raises(Outage) as outage:
        refuse_untrue(stamp, bytes(32), (authority.ca_pem,), now())
    assert outage.value.code == "timestamp_untrue"


def test_nobody_known_is_nobody_believed(authority: Authority) -> None:
    stamp = timestamp_for(authority.dummy(), DIGEST)
    with pytest.raises(Outage):
        refuse_untrue(stamp, DIGEST, (), now())
