"""No attack of seal design section 6 is ever green; beside it what ``pdfsig`` says of that file.

``pdfsig`` is right in what it says: the signature of that revision is valid. Whoever reads its word
as "this paper is sealed" is fooled, and these tests keep the reason for our own verdict.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pikepdf
import pymupdf
import pytest

from tests.paper.attack_files import FORGED, SHADOWS, Target, attacked, attacks, signed_again
from tests.paper.seal_kit import Bench, frozen_pdf, make_bench, nss_folder, pdfsig, press
from workbench.paper.prepress import check_clean
from workbench.paper.verify import verify_file
from workbench.rules.seal_checks import CHECKS, reason_text
from workbench.rules.seal_custody import SealVerdict

pytestmark = pytest.mark.long(25)

FOOLED: Final = ("Signature is Valid.", "Certificate is Trusted.")
#: The files that do not fool it, and what it says of them.
NOT_FOOLED: Final = {
    "byte in front": "Digest Mismatch.",
    "cut short": "Signature has not yet been verified.",
    "contents gone": "Signature has not yet been verified.",
    "USF range missing": "Signature has not yet been verified.",
    "USF range null": "Signature has not yet been verified.",
    "USF range empty": "Signature has not yet been verified.",
    "USF range zero": "Digest Mismatch.",
    "USF range negative": "Signature has not yet been verified.",
    "USF range beyond": "Signature has not yet been verified.",
    "USF contents empty": "Unknown Validation Failure.",
    "USF contents null": "Signature has not yet been verified.",
    "USF contents 00": "Unknown Validation Failure.",
}
#: It even says "Total document signed"; of a second signature it says so of the last one.
TOTAL: Final = frozenset(
    {
        "letter case", "all lower case but one", "long form length", "certificate twice",
        "unsigned attribute", "other version",
    }
    | {name for name in attacks() if name.startswith("SSA")}
)  # fmt: skip
#: A reader shows the forged words, while pdfsig calls the signature valid and trusted.
SHOWN: Final = (
    "ISA with table", "ISA with copied signature", "SWA page in the gap", "page replaced",
    "shadow: hide", "shadow: hide and replace",
)  # fmt: skip


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return make_bench(tmp_path_factory.mktemp("attacks"))


@pytest.fixture(scope="module")
def target(bench: Bench) -> Target:
    sealed = press(bench, frozen_pdf(bench.folder / "frozen.pdf"), "sealed")
    return Target(bench, sealed.read_bytes())


@pytest.fixture(scope="module")
def nss(bench: Bench) -> Path:
    return nss_folder(bench.folder / "nss", bench.made.ca_pem)


def test_the_file_under_attack_is_good(bench: Bench, target: Target, nss: Path) -> None:
    assert bench.judge(target.sealed).verdict is SealVerdict.SEALED_INTACT
    said = pdfsig(bench.folder / "sealed.pdf", nss)
    assert all(words in said for words in (*FOOLED, "Total document signed"))


@pytest.mark.parametrize("name", tuple(attacks()))
def test_no_attack_is_green_whatever_pdfsig_says(
    bench: Bench, target: Target, nss: Path, tmp_path: Path, name: str
) -> None:
    data = attacked(target, name)
    assert data != target.sealed
    finding = bench.judge(data)
    assert finding.verdict in (SealVerdict.MODIFIED, SealVerdict.INVALID), finding
    assert all(reason_text(reason) != reason for reason in finding.reasons)
    assert [check.name for check in finding.checks] == list(CHECKS)
    assert any(check.passed is False for check in finding.checks)
    file = tmp_path / "attacked.pdf"
    file.write_bytes(data)
    said = pdfsig(file, nss)
    words = re.findall(r"Validation: (.*)", said)
    expected = (NOT_FOOLED[name],) if name in NOT_FOOLED else FOOLED
    assert tuple(words[: len(expected)]) == expected, said
    assert ("Total document signed" in said) is (name in TOTAL), said


@pytest.mark.parametrize("name", SHOWN)
def test_a_reader_shows_what_the_attacker_wrote(target: Target, name: str) -> None:
    """Else the case above would prove nothing."""
    with pymupdf.open(stream=attacked(target, name), filetype="pdf") as document:
        assert FORGED in document[0].get_text()


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("hide", {"annotation", "revisions"}),
        ("replace a form value", {"annotation", "form", "revisions"}),
        ("replace a font", set()),
        ("hide and replace", set()),
    ],
)
def test_the_gate_before_freezing_sees_what_can_be_seen(
    tmp_path: Path, name: str, codes: set[str]
) -> None:
    """Two kinds of shadow are ordinary content until they are turned: only the verdict sees them
    (seal design section 6). The rewriting before freezing drops what nothing refers to."""
    assert set(check_clean(SHADOWS[name][0](tmp_path / "f.pdf"))) >= codes


@pytest.mark.parametrize("name", ["shadow: replace a font", "SWA page in the gap"])
def test_the_judge_of_the_command_says_the_same(
    bench: Bench, target: Target, tmp_path: Path, name: str
) -> None:
    file = tmp_path / "attacked.pdf"
    file.write_bytes(attacked(target, name))
    found = verify_file(file, bench.trust, lambda _sha: None)
    assert found.verdict in (SealVerdict.MODIFIED, SealVerdict.INVALID)
    assert "register-unknown" in found.reasons


def test_plain_approval_signature_of_our_key_is_no_seal(bench: Bench, tmp_path: Path) -> None:
    frozen = frozen_pdf(tmp_path / "frozen.pdf").read_bytes()
    finding = bench.judge(signed_again(bench, frozen))
    assert (finding.verdict, finding.reasons) == (SealVerdict.INVALID, ("not-certified-p1",))


def test_a_signature_that_nothing_refers_to_is_no_missing_seal(
    bench: Bench, tmp_path: Path
) -> None:
    """Traces of a signature, even packed into an object stream, are never "no seal"."""
    for mode in (pikepdf.ObjectStreamMode.generate, pikepdf.ObjectStreamMode.disable):
        with pikepdf.open(frozen_pdf(tmp_path / "f.pdf")) as document:
            lost = pikepdf.Dictionary(Type=pikepdf.Name.Sig, Contents=pikepdf.String("x"))
            document.Root["/PieceInfo"] = document.make_indirect(lost)
            document.save(tmp_path / "lost.pdf", object_stream_mode=mode)
        finding = bench.judge((tmp_path / "lost.pdf").read_bytes())
        assert finding.verdict is SealVerdict.INVALID
