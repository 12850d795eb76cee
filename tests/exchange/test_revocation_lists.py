"""Revocation lists that are dropped into a folder: only a proven, newer one is put in place."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.paper.revoking import Issuer, make_issuer
from workbench import settings
from workbench.exchange.revocation_lists import take_lists
from workbench.paper.revocation_files import list_reader
from workbench.rules.moment import Moment, SystemClock
from workbench.rules.refusals import Outage
from workbench.rules.revocation_news import ListNews

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def issuers() -> tuple[Issuer, Issuer]:
    return make_issuer("TEST CA 演示 one"), make_issuer("TEST CA 演示 two")


class Centre:
    """The folder of a centre that knows the first authority only."""

    def __init__(self, folder: Path, known: Issuer) -> None:
        self.folder, self.drop = folder, settings.list_drop(folder)
        (folder / "keys").mkdir()
        (folder / "keys" / "one-ca.pem").write_text(known.pem)
        self.drop.mkdir()

    def take(self, now: Moment | None = None) -> dict[str, ListNews]:
        known = settings.seal_authorities(self.folder)
        read = list_reader(known, SystemClock().now() if now is None else now)
        found = take_lists(settings.list_drop(self.folder), self.folder / "keys", read)
        return {one.file: one for one in found}

    @property
    def in_use(self) -> tuple[bytes, ...]:
        return settings.revocation_lists(self.folder)


@pytest.fixture
def centre(tmp_path: Path, issuers: tuple[Issuer, Issuer]) -> Centre:
    return Centre(tmp_path, issuers[0])


def ago(hours: float) -> datetime:
    return datetime.now(UTC) - hours * HOUR


def test_a_list_of_a_known_authority_comes_into_use_once(
    centre: Centre, issuers: tuple[Issuer, Issuer]
) -> None:
    blob = issuers[0].list([(7, ago(2))])
    (centre.drop / "one.crl").write_bytes(blob)
    (centre.drop / "notes.txt").write_text("nothing to do with it")
    news = centre.take()
    assert [one.trouble for one in news.values()] == [""]
    assert news["one.crl"].read is not None
    assert "TEST CA 演示 one" in news["one.crl"].read.issuer
    assert centre.in_use == (blob,)
    assert centre.take() == {}, "nothing new the second time"
    assert (centre.drop / "one.crl").read_bytes() == blob, "the folder belongs to somebody else"


def test_a_newer_list_replaces_and_an_older_one_does_not(
    centre: Centre, issuers: tuple[Issuer, Issuer]
) -> None:
    blobs = {hours: issuers[0].list([(hours, ago(90))], begins=ago(hours)) for hours in (3, 2, 1)}
    for hours, expected in ((2, 2), (1, 1), (3, 1)):
        (centre.drop / "one.crl").write_bytes(blobs[hours])
        news = centre.take()["one.crl"]
        assert ("older" in news.trouble) is (hours == 3)
        assert centre.in_use == (blobs[expected],), "one list of an authority, the newest"
    (centre.drop / "two.pem").write_bytes(
        b"-----BEGIN X509 CRL-----\n" + base64.encodebytes(issuers[0].list(begins=ago(0.5)))
        + b"-----END X509 CRL-----\n"
    )  # fmt: skip
    assert centre.take()["two.pem"].trouble == "", "PEM too"


def test_what_is_not_proven_is_named_and_left(
    centre: Centre, issuers: tuple[Issuer, Issuer]
) -> None:
    known, stranger = issuers
    good = known.list()
    forged = bytearray(good)
    forged[-1] ^= 1
    dropped = {
        "damaged.crl": good[:-9], "empty.crl": b"", "forged.crl": bytes(forged),
        "stranger.crl": stranger.list(), "other-key.crl": known.list(key=stranger.key),
        "ahead.crl": known.list(begins=ago(-1)), "text.crl": b"hello",
    }  # fmt: skip
    for name, content in dropped.items():
        (centre.drop / name).write_bytes(content)
    (centre.drop / "folder.crl").mkdir()
    news = centre.take()
    assert sorted(news) == sorted([*dropped, "folder.crl"])
    assert all(one.trouble for one in news.values())
    said = {"damaged.crl": "damaged", "ahead.crl": "still to come", "folder.crl": "cannot be read"}
    said |= dict.fromkeys(("forged.crl", "stranger.crl", "other-key.crl"), "No authority")
    for name, word in said.items():
        assert word in news[name].trouble, name
    assert centre.in_use == ()
    for name, content in dropped.items():
        assert (centre.drop / name).read_bytes() == content
    (centre.drop / "good.crl").write_bytes(good)
    assert centre.take()["good.crl"].trouble == "", "the others do not hold it up"
    assert centre.in_use == (good,)


def test_a_damaged_list_in_use_gives_way_to_the_next_good_one(
    centre: Centre, issuers: tuple[Issuer, Issuer]
) -> None:
    (centre.drop / "one.crl").write_bytes(issuers[0].list(begins=ago(3)))
    centre.take()
    (place,) = (centre.folder / "keys").glob("*.crl")
    place.write_bytes(b"cut off by a full disk")
    assert centre.take()["one.crl"].trouble == ""
    assert len(centre.in_use) == 1


def test_the_folder_may_be_elsewhere_or_not_there(
    centre: Centre, issuers: tuple[Issuer, Issuer], tmp_path: Path
) -> None:
    elsewhere = tmp_path / "share"
    (centre.folder / "revocation-lists.txt").write_text(f"{elsewhere}\n")
    assert centre.take() == {}
    elsewhere.mkdir()
    (elsewhere / "one.crl").write_bytes(issuers[0].list())
    assert centre.take()["one.crl"].trouble == ""


def test_keys_that_cannot_be_written_are_an_outage(
    centre: Centre, issuers: tuple[Issuer, Issuer]
) -> None:
    blob = issuers[0].list()
    (centre.drop / "one.crl").write_bytes(blob)
    centre.take()
    (place,) = (centre.folder / "keys").glob("*.crl")
    place.unlink()
    place.mkdir()
    with pytest.raises(Outage) as outage:
        centre.take()
    assert outage.value.code == "list_unwritable"
    assert place.name in outage.value.message
