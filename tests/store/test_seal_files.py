"""What steps of two persons bring to a seal: certificate, filed impression, limits of use.

R49, R55, R57, on a file and on a server.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from tests.store.test_seal_register import HEAD, KEEPER, SECURITY, approval, ask, code, decide, seal
from tests.store.world import NINE, World
from workbench.rules.moment import DAY, SECOND, Moment
from workbench.rules.seal_custody import SealStatus
from workbench.store import centre_check
from workbench.store.seal_step_effects import sha256_of

PICTURE = b"\x89PNG a made-up impression"
DAY_ONE = NINE - 30 * DAY


def certificate(begin: Moment = DAY_ONE, end: Moment = NINE + 700 * DAY) -> str:
    """One of its own key, with that validity."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "测试用印")])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    for at, put in ((begin, "not_valid_before"), (end, "not_valid_after")):
        made = getattr(made, put)(datetime.fromtimestamp(at / SECOND, UTC))
    return made.sign(key, SHA256()).public_bytes(Encoding.PEM).decode()


def form_of(pem: str) -> dict[str, str]:
    return {"pem": pem, "sha256": sha256_of(pem)}


# -- certificates -----------------------------------------------------------------------------


def test_a_new_certificate_is_the_seals_from_the_second_persons_yes_on(world: World) -> None:
    """The old one stays filed: what it sealed is verified against it."""
    first, second = certificate(), certificate(end=NINE + 800 * DAY)
    for pem in (first, second):
        asked = ask(world, SECURITY, "new_certificate", form=form_of(pem))
        before = seal(world, "approval").certificate_sha256
        assert before != sha256_of(pem)
        decide(world, HEAD, asked)
    now = seal(world, "approval")
    assert (now.certificate_sha256, now.valid_from, now.valid_to, now.status) == (
        sha256_of(second), DAY_ONE, NINE + 800 * DAY, SealStatus.ACTIVE,
    )  # fmt: skip
    filed = world.as_("zhang").seal_certificates()
    assert {(one.sha256, one.pem) for one in filed} == {
        (sha256_of(one), one) for one in (first, second)
    }
    # Asked for again, it is the seal's again and is not filed twice.
    decide(world, SECURITY, ask(world, HEAD, "new_certificate", form=form_of(first)))
    assert seal(world, "approval").certificate_sha256 == sha256_of(first)
    assert len(world.as_("zhang").seal_certificates()) == 2


def test_a_certificate_after_2050_is_read_too(world: World) -> None:
    """RFC 5280 writes such a time in another way."""
    late = int(datetime(2051, 6, 7, tzinfo=UTC).timestamp()) * SECOND
    pem = certificate(end=late)
    decide(world, HEAD, ask(world, SECURITY, "new_certificate", form=form_of(pem)))
    assert seal(world, "approval").valid_to == late


@pytest.mark.parametrize(("change", "told"), [
    ({"sha256": "ab" * 32}, "seal_certificate_differs"),
    ({"pem": "no certificate"}, "seal_certificate_unread"),
    ({"pem": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"},
     "seal_certificate_unread"),
    ({"pem": " "}, "seal_form_incomplete"),
])  # fmt: skip
def test_another_certificate_than_the_form_says_is_refused(
    world: World, change: dict[str, str], told: str
) -> None:
    form = form_of(certificate()) | change
    assert code(lambda: ask(world, SECURITY, "new_certificate", form=form)) == told


def test_a_certificate_that_is_over_or_another_seals_is_refused(world: World) -> None:
    over = form_of(certificate(end=NINE - DAY))
    assert code(lambda: ask(world, SECURITY, "new_certificate", form=over)) == (
        "seal_certificate_expired"
    )
    shared = form_of(certificate(end=NINE + 2 * DAY))
    decide(world, HEAD, ask(world, SECURITY, "new_certificate", form=shared))
    assert code(
        lambda: ask(world, SECURITY, "new_certificate", "registration", form=shared)
    ) == "seal_certificate_taken"  # fmt: skip
    soon = ask(world, HEAD, "new_certificate", form=form_of(certificate(end=NINE + DAY)))
    world.clock.forward(2 * DAY)
    assert code(lambda: decide(world, SECURITY, soon)) == "seal_certificate_expired"


def test_a_seal_is_entered_with_its_first_certificate(world: World) -> None:
    pem = certificate()
    made = approval(seal_id="fresh", certificate_sha256="", valid_from=0, valid_to=1)
    entered = world.as_(SECURITY).enter_seal(made, "came from the maker", pem)
    assert (entered.form["sha256"], entered.form["pem"]) == (sha256_of(pem), pem)
    assert seal(world, "fresh") == replace(
        made, status=SealStatus.MADE, certificate_sha256=sha256_of(pem), valid_from=DAY_ONE,
        valid_to=NINE + 700 * DAY,
    )  # fmt: skip
    wrong = replace(made, seal_id="fresh-2")
    assert code(lambda: world.as_(SECURITY).enter_seal(wrong, "made", "nothing")) == (
        "seal_certificate_unread"
    )
    assert all(one.seal_id != "fresh-2" for one in world.as_(KEEPER).seals())


# -- filed impressions -------------------------------------------------------------------------


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    place = tmp_path / "impression.png"
    place.write_bytes(PICTURE)
    return place


def new_face(world: World, picture: Path, content: bytes = PICTURE, size: str = "45") -> Any:
    picture.write_bytes(content)
    sha256 = world.as_(KEEPER).add_seal_face_picture(picture)
    return ask(world, KEEPER, "new_face", form={"sha256": sha256, "diameter_mm": size})


def test_an_impression_is_filed_by_two_and_the_old_ones_stay(world: World, picture: Path) -> None:
    asked = new_face(world, picture)
    assert world.as_(SECURITY).seal_face_path("approval", 1).read_bytes() == PICTURE, (
        "the second person sees what he confirms"
    )
    assert world.as_(KEEPER).seal_faces("approval") == ()
    decide(world, SECURITY, asked)
    decide(world, HEAD, new_face(world, picture, b"the next one", "42"))
    faces = world.as_("zhang").seal_faces("approval")
    assert [(one.version, one.diameter_mm, one.asked_by, one.confirmed_by) for one in faces] == [
        (1, 45, KEEPER, SECURITY), (2, 42, KEEPER, HEAD),
    ]  # fmt: skip
    now = seal(world, "approval")
    assert (now.face_sha256, now.diameter_mm) == (faces[1].sha256, 42)
    for who in (KEEPER, "gao", HEAD, SECURITY):
        assert world.as_(who).seal_face_path("approval").read_bytes() == b"the next one"
        assert world.as_(who).seal_face_path("approval", 1).read_bytes() == PICTURE
    assert code(lambda: world.as_(HEAD).seal_face_path("approval", 3)) == "seal_face_unknown"
    assert code(lambda: world.as_(HEAD).seal_face_path("registration")) == "seal_face_unknown"


@pytest.mark.parametrize("who", ["zhang", "wang", "tang", "aud", "sys"])
def test_nobody_else_sees_an_impression(world: World, picture: Path, who: str) -> None:
    decide(world, SECURITY, new_face(world, picture))
    told = code(lambda: world.as_(who).seal_face_path("approval"))
    assert told in ("not_your_role", "not_visible")


def test_the_picture_lies_encrypted(world: World, picture: Path, tmp_path: Path) -> None:
    decide(world, SECURITY, new_face(world, picture))
    picture.unlink()
    files = [one.read_bytes() for one in tmp_path.rglob("*") if one.is_file()]
    assert files
    assert not any(b"made-up impression" in one for one in files)
    assert world.check() == []


def test_a_picture_belongs_to_what_a_backup_holds(
    file_world: World, picture: Path, tmp_path: Path
) -> None:
    new_face(file_world, picture)
    with file_world.centre.administration(writing=False) as unit:
        assert "impression of a seal" in centre_check.wanted_content(unit).values()


def test_a_damaged_picture_is_refused(file_world: World, picture: Path, tmp_path: Path) -> None:
    decide(file_world, SECURITY, new_face(file_world, picture))
    (stored,) = (one for one in (tmp_path / "content").glob("*/*") if one.is_file())
    stored.chmod(0o600)
    stored.write_bytes(stored.read_bytes()[:-1] + b"?")
    assert code(lambda: file_world.as_(HEAD).seal_face_path("approval")) == "content_broken"


def test_an_impression_that_nobody_stored_or_of_a_wrong_size_is_refused(
    world: World, picture: Path
) -> None:
    form = {"sha256": "ab" * 32, "diameter_mm": "42"}
    assert code(lambda: ask(world, KEEPER, "new_face", form=form)) == "seal_picture_missing"
    for size in ("34", "46", "x", "-40", "99999"):
        assert code(lambda size=size: new_face(world, picture, size=size)) == "seal_face_size"


# -- limits of use -----------------------------------------------------------------------------


def policy(daily: str, batch: str, timestamp: str) -> dict[str, str]:
    return {"daily_limit": daily, "batch_limit": batch, "needs_timestamp": timestamp}


def test_limits_of_use_are_set_by_two(world: World) -> None:
    asked = ask(world, HEAD, "new_policy", form=policy("200", "1", "yes"))
    assert code(lambda: decide(world, HEAD, asked)) == "seal_second_person"
    decide(world, SECURITY, asked)
    now = seal(world, "approval")
    assert (now.daily_limit, now.batch_limit, now.needs_timestamp) == (200, 1, True)
    decide(world, HEAD, ask(world, SECURITY, "new_policy", form=policy("0", "50", "no")))
    now = seal(world, "approval")
    assert (now.daily_limit, now.batch_limit, now.needs_timestamp) == (0, 50, False)


@pytest.mark.parametrize("wrong", [
    policy("-1", "1", "no"), policy("many", "1", "no"), policy("0", "0", "no"),
    policy("0", "51", "no"), policy("0", "1", "perhaps"), policy("10000", "1", "no"),
])  # fmt: skip
def test_limits_that_cannot_be_are_refused(world: World, wrong: dict[str, str]) -> None:
    assert code(lambda: ask(world, HEAD, "new_policy", form=wrong)) == "seal_policy_values"
    assert code(lambda: ask(world, KEEPER, "new_policy", form=wrong)) == "not_your_role"
