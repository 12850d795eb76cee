"""``workbench verify`` at the terminal: each check on a line, with a register and without."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.commands.page_kit import running
from tests.journeys.hall import Hall, run
from tests.paper.attack_files import page_redrawn
from tests.paper.revoking import Issuer, kept_bench, make_issuer, serial_of
from tests.paper.seal_kit import Bench, frozen_pdf, press
from workbench.__main__ import main, parser
from workbench.commands.verify import source_of
from workbench.rules.seal_checks import CHECKS

pytestmark = pytest.mark.long(12)


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return make_issuer()


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory, issuer: Issuer) -> Bench:
    bench = kept_bench(tmp_path_factory.mktemp("command"), issuer)
    (bench.folder / "seal.pem").write_text(bench.made.certificate_pem + issuer.pem)
    (bench.folder / "authority.pem").write_text(issuer.pem)
    return bench


@pytest.fixture(scope="module")
def sealed(bench: Bench) -> Path:
    return press(bench, frozen_pdf(bench.folder / "frozen.pdf"), "sealed")


def test_each_check_is_told_with_its_answer(bench: Bench, sealed: Path, tmp_path: Path) -> None:
    forged = tmp_path / "forged.pdf"
    forged.write_bytes(page_redrawn(sealed.read_bytes()))
    said = run("verify", sealed, forged, "--trust", bench.folder / "seal.pem")
    assert said.code == 1
    assert len(said.lines) == 2 * (1 + len(CHECKS))
    first, second = said.lines[: len(CHECKS) + 1], said.lines[len(CHECKS) + 1 :]
    assert "sealed-intact" in first[0] and "modified" in second[0]
    assert not [line for line in first if line.startswith("  ✗")]
    assert [line[4:].split(":")[0] for line in second if line.startswith("  ✗")] == [
        CHECKS["whole-file"], CHECKS["unchanged"],
    ]  # fmt: skip


def test_in_chinese_too(bench: Bench, sealed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    trust = str(bench.folder / "seal.pem")
    assert main(["--language", "zh_CN", "verify", str(sealed), "--trust", trust]) == 0
    said = capsys.readouterr().out
    assert "✓ 签名覆盖整个文件: " in said
    assert "– 用印登记中有该文件: 未与用印登记比对。" in said


def test_the_authority_alone_is_not_enough(bench: Bench, sealed: Path) -> None:
    said = run("verify", sealed, "--trust", bench.folder / "authority.pem", "--json")
    assert (said.code, said.records[0]["verdict"]) == (1, "sealed-unknown-signer")
    assert "no known seal has it" in said.records[0]["reasons"][0]


def test_a_list_that_was_given_is_asked(
    bench: Bench, sealed: Path, issuer: Issuer, tmp_path: Path
) -> None:
    good, bad = tmp_path / "good.crl", tmp_path / "bad.crl"
    good.write_bytes(issuer.list())
    bad.write_bytes(issuer.list([(serial_of(bench), datetime.now(UTC) - timedelta(hours=9))]))
    words = ("verify", sealed, "--trust", bench.folder / "seal.pem", "--crl")
    said = run(*words, good)
    assert said.code == 0
    assert "✓ The certificate was not revoked: Not revoked, says the authority's list" in said.out
    said = run(*words, good, "--crl", bad)
    assert (said.code, "invalid" in said.lines[0]) == (1, True)
    said = run(*words, sealed)
    assert (said.code, "holds no revocation list" in said.err) == (1, True)


def test_a_centre_of_before_knows_its_seal_by_the_register(sealing: Hall) -> None:
    """It has no certificate of the seal in its folder, only its authority's."""
    case_no = sealing.waiting()[0]
    sealing.press(case_no)
    sealed = sealing.fetch(case_no)
    (found,) = run("verify", sealed, "--centre", sealing.url, "--json").records
    assert found["verdict"] == "sealed-intact"
    register = found["checks"][-1]
    assert (register["check"], register["passed"]) == ("register", True)
    for pem in (sealing.folder / "keys").glob("seal-*.pem"):
        if not pem.name.endswith("-ca.pem"):
            pem.unlink()
    (found,) = run("verify", sealed, "--centre", sealing.url, "--json").records
    assert found["verdict"] == "sealed-intact"


def test_the_page_knows_what_was_sealed_a_moment_ago(sealing: Hall) -> None:
    """It is open for days: the register is asked each time, not once."""
    case_no = sealing.waiting()[0]
    args = parser().parse_args(["verify-page", "--centre", sealing.url])
    with contextlib.ExitStack() as args.at_end, running(source_of(args)) as page:
        assert "Check a file" in page.get(lang="en").text
        sealing.press(case_no)
        sealed = sealing.fetch(case_no)
        line = sealing.ledger()[-1]
        assert "Sealed and intact" in page.check(sealed.read_bytes()).text
        found = page.get(lang="en", serial=str(line["serial"]), code=line["sha256_before"][:16])
        assert "has this document as sealed" in found.text
