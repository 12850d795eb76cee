"""What the desk asks for before a press and before a second person's yes, on a file and a server.

The key's signatures in the register (seal design section 7), the impression that waits (R46, R55).
"""

from __future__ import annotations

import pytest

from tests.store.test_seal_custody import KEEPER, SEAL, pressed
from tests.store.test_seal_register import HEAD, SECURITY, ask, decide, seal
from tests.store.world import World, document_of
from workbench.casework.seal_register import file_picture, filed_face, signed_by_key, waiting_face

pytestmark = pytest.mark.long(5)


def test_a_keys_signatures_are_counted_whatever_became_of_the_press(world: World) -> None:
    """Released ones, and one that broke off after the key had signed; none before that."""
    desk = world.as_(KEEPER)
    assert signed_by_key(desk, SEAL) == 0
    pressed(world)
    pressed(world)
    case = world.awaiting_seal()
    for signs in (False, True):
        line = desk.reserve(document_of(case), case.case_id, SEAL, KEEPER)
        if signs:
            prepared, sealed = world.prepare(line.sha256_before, line.serial)
            held = world.file(f"prepared {line.serial}")
            desk.mark_prepared(line.serial, KEEPER, prepared, held)
            desk.mark_signed(line.serial, KEEPER, b"cms", sealed, "B-B")
            assert signed_by_key(desk, SEAL) == 3, "signed and not released yet"
        desk.void_line(line.serial, KEEPER, "worker_gone")
    assert signed_by_key(desk, SEAL) == 3 and signed_by_key(desk, "registration") == 0
    assert desk.token_use(SEAL).calls == 2


def test_the_second_person_is_shown_what_waits_and_what_is_filed(world: World) -> None:
    owner = world.as_(HEAD)
    assert filed_face(owner, seal(world, "approval")) is None, "it is drawn"
    for size, mask in ((45, b"the first"), (42, b"the next")):
        sha256 = file_picture(world.as_(KEEPER), mask)
        form = {"sha256": sha256, "diameter_mm": str(size)}
        asked = ask(world, KEEPER, "new_face", form=form)
        face = waiting_face(owner, asked)
        assert (face.mask_png, face.diameter_mm, face.sha256) == (mask, size, sha256)
        decide(world, SECURITY, asked)
        now = filed_face(owner, seal(world, "approval"))
        assert now is not None and (now.mask_png, now.diameter_mm) == (mask, size)
