"""One press of the seal: the signing step alone, the whole protocol, and what it cannot go below.

The floor is what no seal can do without: hash the file once and make one RSA signature. Stock
pyHanko is its own one-call signing of the same page with the same picture. All in turns.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import pkcs12
from PIL import Image
from pyhanko.pdf_utils.images import PdfImage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, fields, signers
from pyhanko.stamp import StaticStampStyle

from tests.bench.figures import FigureTable, in_turns, ratio
from tests.paper.seal_kit import ORGAN, PIN, Bench, frozen_pdf, make_bench, make_test_key, open_key
from tests.store.world import NINE, PROMISED, World, document_of, duty_of, new_world, seed
from workbench.casework.seal_register import whole_ledger
from workbench.paper import sign
from workbench.paper.seal_art import draw_seal, preview_png
from workbench.rules.case import NewEntry
from workbench.rules.moment import DAY, SystemClock
from workbench.rules.seal_custody import (
    DEMO_BOTTOM_TEXT,
    DEMO_RING_TEXT,
    LedgerState,
    Placement,
    Seal,
    SealKind,
    SealStatus,
)
from workbench.seal_pipe import SealWorker
from workbench.seal_worker import Worker, open_worker

pytestmark = pytest.mark.long(8)

PRESSES: Final = {1: 1, 10: 3}
"""By depth."""
AT: Final = Placement(-1, 120, 200)


def floor(frozen: Path, p12: Path) -> Callable[[], bytes]:
    """SHA-256 of the file and one RSA-2048 signature with a key that is open already."""
    key, _certificate, _more = pkcs12.load_key_and_certificates(p12.read_bytes(), PIN.encode())
    assert key is not None

    def run() -> bytes:
        digest = hashlib.sha256(frozen.read_bytes()).digest()
        return bytes(key.sign(digest, padding.PKCS1v15(), hashes.SHA256()))  # type: ignore[union-attr,call-arg]

    return run


def stock(frozen: Path, p12: Path, picture: Path) -> Callable[[], bytes]:
    """pyHanko by its own book: load the key, draw the picture, certify, one call."""
    where = fields.SigFieldSpec("Seal", on_page=-1, box=(240, 200, 360, 320))
    look = StaticStampStyle(
        background=PdfImage(Image.open(picture)), background_opacity=1, border_width=0
    )
    about = PdfSignatureMetadata(
        field_name="Seal", certify=True, subfilter=fields.SigSeedSubFilter.PADES,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )  # fmt: skip

    def run() -> bytes:
        signer = signers.SimpleSigner.load_pkcs12(p12, passphrase=PIN.encode())
        out = io.BytesIO()
        with frozen.open("rb") as file:
            writer = IncrementalPdfFileWriter(file)
            signers.PdfSigner(about, signer, stamp_style=look, new_field_spec=where).sign_pdf(
                writer, output=out
            )
        return out.getvalue()

    return run


def test_the_signing_step(
    tmp_path: Path, depth: int, measured: Callable[[FigureTable], None]
) -> None:
    """Prepare, sign, fill with the key open; the key's opening; the floor; stock pyHanko."""
    bench: Bench = make_bench(tmp_path)
    frozen, p12 = frozen_pdf(tmp_path / "frozen.pdf"), Path(bench.made.p12_path)
    picture, number, results = tmp_path / "seal.png", count(), list[Path]()
    picture.write_bytes(preview_png(draw_seal(DEMO_RING_TEXT, DEMO_BOTTOM_TEXT, 42)))

    def ours() -> None:
        name = next(number)
        staging, target = tmp_path / f"{name}.part", tmp_path / f"{name}.pdf"
        prepared = sign.prepare(frozen, bench.seal, AT, staging, bench.now)
        sign.fill(prepared, sign.sign_digest(key, prepared.digest), target)
        results.append(target)

    def opening() -> None:
        with open_key(p12, PIN):
            pass

    sealed_by_stock = stock(frozen, p12, picture)
    with open_key(p12, PIN) as key:
        taken = in_turns(
            PRESSES[depth], floor=floor(frozen, p12), ours=ours, opening=opening,
            stock=sealed_by_stock,
        )  # fmt: skip
    assert bench.judge(results[-1].read_bytes()).verdict.value == "sealed-intact"
    assert b"/ByteRange" in sealed_by_stock()
    columns = ("one press, RSA-2048, 2 pages", "ms", "to floor", "to stock")
    table = FigureTable("Signing step", columns)
    for name, what in (
        ("floor: hash and one RSA signature", "floor"),
        ("opening the key file with the PIN", "opening"),
        ("ours, key open: prepare, sign, fill", "ours"), ("stock pyHanko, key loaded", "stock"),
    ):  # fmt: skip
        table.add(name, taken[what], ratio(taken, what, "floor"), ratio(taken, what, "stock"))
    measured(table)


# -- the whole protocol ---------------------------------------------------------------------------


@pytest.fixture
def pressing(tmp_path: Path, depth: int) -> Iterator[tuple[World, list[str]]]:
    """A centre with its key, and documents that await the seal."""
    now = SystemClock().now()
    seal_id, start, end = "seal-approval", NINE - 2 * DAY, now + 900 * DAY
    made = make_test_key(tmp_path / "keys", PIN, ORGAN, seal_id, valid_from=start, valid_to=end)
    seal = Seal(seal_id, SealKind.APPROVAL_SPECIAL, ORGAN, DEMO_RING_TEXT, DEMO_BOTTOM_TEXT, 42,
                SealStatus.ACTIVE, start, end, made.certificate_sha256)  # fmt: skip
    # The worker reads the centre's own clock: an exercise clock a day after the last step here.
    moved = {"name_zh": "青云区", "clock_offset_us": str(NINE + DAY - now)}
    usual = seed()
    with new_world(tmp_path, seals=(seal,), settings=moved, users=usual.users) as world:
        yield world, [waiting(world) for _n in range(2 * (PRESSES[depth] + 1))]


def waiting(world: World) -> str:
    """A case whose real document is frozen and awaits the seal; the document's name."""
    case, who = world.granted(), duty_of(PROMISED)
    case = world.move(who, case, "prepare_result", template="licence", document_no="D-1")
    frozen = frozen_pdf(world.path.with_name("frozen.pdf"), text=case.case_no)
    sha256 = world.as_(who).put_content(frozen)
    at = {"page": 2, "x_mm": 120.0, "y_mm": 200.0}
    body = {"sha256": sha256, "template": "licence", "title_zh": "许可证", "title_en": "Licence",
            "values": {"organ_name": ORGAN}, "seal_at": at}  # fmt: skip
    world.move(
        who, case, "request_seal", NewEntry("document", body), document_id=document_of(case),
        document_no="D-1", seal_kind="approval_special", sha256=sha256, proof_shown="yes",
    )  # fmt: skip
    return document_of(case)


def test_the_whole_protocol(
    pressing: tuple[World, list[str]], depth: int, measured: Callable[[FigureTable], None]
) -> None:
    """Reserve, prepare, sign, verify, release with every flush: here, and through the pipe."""
    world, documents = pressing
    folder, todo = world.path.parent, iter(documents)
    hello = {"folder": str(folder), "centre": world.url, "login": "lin", "language": "en"}
    here: Worker = open_worker(hello)
    there = SealWorker(folder, world.url, "lin")
    steps: list[str] = []

    def pressed_here() -> Any:
        return here.press(next(todo), PIN, io.StringIO())

    def pressed_there() -> Any:
        return there.press(next(todo), PIN, steps.append)

    try:
        assert there.start() == ()
        frozen, p12 = folder / "frozen.pdf", folder / "keys" / "seal-approval.p12"
        taken = in_turns(
            PRESSES[depth], floor=floor(frozen, p12), here=pressed_here, there=pressed_there
        )
    finally:
        there.close()
        here.paper.close()
        here.session.close()
    lines = whole_ledger(world.as_("lin"))
    assert [line.state for line in lines] == [LedgerState.RELEASED] * len(documents)
    assert steps.count("released") == PRESSES[depth] + 1
    columns = ("one press, ledger and log flushed to disk", "ms", "to floor")
    table = FigureTable("Whole protocol of a press", columns)
    for name, what in (
        ("in this process, its verifier started in the press", "here"),
        ("through the seal worker's pipe, verifier waiting", "there"),
    ):
        table.add(name, taken[what], ratio(taken, what, "floor"))
    measured(table)
