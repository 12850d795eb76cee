"""The slots of outside systems on a server: who switches, who hands over, who says it is sent."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from tests.store.server.centres import ServerCentre, server_world
from tests.store.world import World
from workbench.rules.moment import MINUTE
from workbench.rules.outside import ARCHIVE, PROGRESS, SUPERVISION, SWITCHED
from workbench.rules.refusals import Refusal


@pytest.fixture
def world(server: ServerCentre, tmp_path: Path) -> Iterator[World]:
    with server_world(server, tmp_path) as made:
        yield made


def state(world: World, code: str = SUPERVISION) -> Any:
    return next(one for one in world.as_("sys").slot_states() if one.code == code)


def told(server: ServerCentre, login: str, statement: str, *values: Any) -> Any:
    """What ``psql`` shows, or the refusal."""
    try:
        return server.connection(login).exec_driver_sql(statement, values).scalar_one()
    except DBAPIError as trouble:
        said: Any = trouble.orig
        return said.diag.message_primary if said.sqlstate == "WB001" else said.sqlstate


def test_the_system_administrator_switches_and_sees_how_the_slots_stand(
    world: World, server: ServerCentre
) -> None:
    world.pushed()
    for login in ("wang", "song", "aud"):
        for act in (lambda one=login: world.as_(one).switch_slot(SUPERVISION, "/out"),
                    lambda one=login: world.as_(one).slot_states()):  # fmt: skip
            with pytest.raises(Refusal) as caught:
                act()
            assert caught.value.code == "not_your_role"
    with pytest.raises(Refusal) as caught:
        world.as_("sys").switch_slot("fax", "/out")
    assert caught.value.code == "slot_unknown" and SUPERVISION in caught.value.remedy
    assert [one.code for one in world.as_("sys").slot_states()] == list(SWITCHED)
    assert world.as_("wang").slots_on() == ()
    world.as_("sys").switch_slot(SUPERVISION, "/out")
    assert world.as_("wang").slots_on() == ((SUPERVISION, "/out"),)
    assert (state(world).on, state(world).waiting) == (True, 3)
    world.as_("sys").switch_slot(SUPERVISION, "")
    kept = server.admin.exec_driver_sql(
        "SELECT act || ' ' || detail FROM audit_line WHERE act LIKE 'slot%%' ORDER BY audit_id")
    assert kept.scalars().all() == [f"slot_on {SUPERVISION} /out", f"slot_off {SUPERVISION}"]


def test_one_desk_at_a_time_hands_over_and_is_written_down(
    world: World, server: ServerCentre
) -> None:
    world.as_("sys").switch_slot(SUPERVISION, "/out")
    world.pushed()
    batch = world.as_("wang").claim_messages(SUPERVISION, "desk 1")
    assert [json.loads(one.body)["step"] for one in batch] == ["register", "receive", "push"]
    assert all(hashlib.sha256(one.body.encode()).hexdigest() == one.sha256 for one in batch)
    assert world.as_("wang").claim_messages(SUPERVISION, "desk 2") == ()
    assert world.as_("tang").claim_messages(SUPERVISION, "desk 1", force=True) == ()
    assert world.as_("wang").claim_messages(SUPERVISION, "desk 1") == batch, "asked for again"
    world.as_("tang").messages_sent(SUPERVISION, batch)
    assert state(world).waiting == 3, "who does not hold the slot says nothing"
    world.as_("wang").messages_stuck(SUPERVISION, batch, "disk full")
    assert state(world).trouble == "disk full"
    assert world.as_("tang").claim_messages(SUPERVISION, "desk 3") == (), "it rests for a minute"
    assert world.as_("tang").claim_messages(SUPERVISION, "desk 3", force=True) == batch
    world.as_("tang").messages_sent(SUPERVISION, batch[:2])
    world.as_("tang").messages_sent(SUPERVISION, batch[:2])
    assert (state(world).waiting, state(world).sent, state(world).trouble) == (1, 2, "")
    lines = server.admin.exec_driver_sql(
        "SELECT actor, detail FROM audit_line WHERE act = 'messages_sent'").all()
    first, second = batch[0].message_id, batch[1].message_id
    assert [tuple(one) for one in lines] == [("tang", f"{SUPERVISION} 2 {first}-{second}")]
    tries = "SELECT tries FROM exchange_outbox WHERE slot = %s ORDER BY message_id"
    assert server.admin.exec_driver_sql(tries, (SUPERVISION,)).scalars().all() == [2, 2, 1]


def test_a_lease_that_is_over_passes_to_the_next_desk(world: World) -> None:
    world.as_("sys").switch_slot(SUPERVISION, "/out")
    world.pushed()
    batch = world.as_("wang").claim_messages(SUPERVISION, "desk 1")
    world.clock.forward(MINUTE)
    assert world.as_("tang").claim_messages(SUPERVISION, "desk 2") == batch
    world.as_("wang").messages_sent(SUPERVISION, batch)
    assert state(world).waiting == 3


def test_nothing_more_with_psql(world: World, server: ServerCentre) -> None:
    """Messages of a slot that is off, of another slot, rows, and the folders of others."""
    world.pushed()
    claim = "SELECT wb.claim_messages(%s, 'x', true)"
    assert told(server, "wang", claim, PROGRESS) == [], "the slot is off"
    world.as_("sys").switch_slot(SUPERVISION, "/out")
    held = told(server, "wang", claim, SUPERVISION)
    assert len(held) == 3
    other = server.admin.exec_driver_sql(
        "SELECT json_agg(message_id)::text FROM exchange_outbox WHERE slot = %s", (PROGRESS,)
    ).scalar_one()
    sent = "SELECT wb.messages_sent(%s, %s::jsonb)"
    assert told(server, "wang", sent, SUPERVISION, other) == {"sent": 0}
    assert told(server, "wang", sent, PROGRESS, other) == {"sent": 0}
    assert told(server, "wang", "SELECT count(*) FROM wb.exchange_outbox") == 0
    assert told(server, "wang", "UPDATE wb.exchange_outbox SET state = 'sent'") == "42501"


def test_whole_files_are_handed_over_by_the_archivist_alone(
    world: World, server: ServerCentre
) -> None:
    """The package of a closed file is all that was in it: no other desk gets its key."""
    case = world.pushed()
    package = world.as_("deng").put_content(b"a package")
    body = json.dumps({"case_no": case.case_no, "sha256": package})
    server.admin.exec_driver_sql(
        "INSERT INTO exchange_outbox (slot, case_id, seq, body, sha256, state, tries, made_at)"
        " VALUES (%s, %s, 1, %s, '', 'waiting', 0, 1)", (ARCHIVE, case.case_id, body),
    )  # fmt: skip
    world.as_("sys").switch_slot(ARCHIVE, "/archive")
    for login in ("wang", "sys", "zhang"):
        assert world.as_(login).slots_on() == ()
        assert world.as_(login).claim_messages(ARCHIVE, "x", force=True) == ()
    deng = world.as_("deng")
    assert deng.slots_on() == ((ARCHIVE, "/archive"),)
    (message,) = deng.claim_messages(ARCHIVE, "desk")
    assert deng.message_file(message, package).read_bytes() == b"a package"
    assert deng.message_file(message, package).read_bytes() == b"a package", "opened already"
    other = world.as_("wang").put_content(b"another file")
    for login, sha256 in (("deng", other), ("wang", package), ("deng", "0" * 64)):
        with pytest.raises(Refusal) as caught:
            world.as_(login).message_file(message, sha256)
        assert caught.value.code == "content_missing"
    deng.messages_sent(ARCHIVE, [message])
    key = "SELECT wb.message_key(%s, %s)"
    assert told(server, "deng", key, message.message_id, package) is None, "it is sent"
