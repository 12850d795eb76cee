"""What a verification asks of a sealed file, in a fixed order, and the sentence for every answer.

The judge (``paper.verify_judge``) answers in codes, because it runs in a process without a
language; whoever shows the answer, command, desk or page, finds its words here. Source of the
questions: seal design 0.3 (a "valid" is not enough), section 6 (attacks) and R54, R57, S059.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from workbench.rules.seal_custody import Check, SealVerdict
from workbench.rules.words import N_, _

CHECKS: Final[Mapping[str, str]] = {
    "structure": N_("The file can be read"),
    "one-signature": N_("One signature only"),
    "certification": N_("The signature forbids every change"),
    "whole-file": N_("The signature covers the whole file"),
    "unchanged": N_("The content is unchanged"),
    "form": N_("No byte around the signature differs"),
    "signer": N_("The signer is a known seal"),
    "certificate": N_("The certificate was valid then"),
    "revocation": N_("The certificate was not revoked"),
    "timestamp": N_("The time is proven"),
    "register": N_("The register of seal use knows the file"),
}
"""Name of a check -> what it asks, as its source; the order in which all of them are shown."""

FAILS: Final[Mapping[str, tuple[str, ...]]] = {
    "structure": ("structure-broken", "file-damaged", "encrypted", "not-a-pdf", "file-missing",
                  "took-too-long", "too-much-memory", "checker-died", "ofd-seal"),
    "one-signature": ("no-signature", "several-signatures"),
    "certification": ("not-certified-p1",),
    "whole-file": ("coverage",),
    "unchanged": ("digest-mismatch", "changed-after-signing"),
    "form": ("empty-signature", "contents-not-canonical", "cms-not-canonical"),
    "signer": ("signature-broken", "signer-unknown", "signer-of-known-authority"),
    "certificate": ("certificate-not-valid",),
    "revocation": ("certificate-revoked",),
    "timestamp": ("timestamp-broken", "timestamp-unknown", "timestamp-future",
                  "timestamp-revoked"),
    "register": ("register-unknown", "register-void", "register-differs"),
}  # fmt: skip
"""Name of a check -> the reasons with which it fails, worst first."""

PASSES: Final[Mapping[str, str]] = {
    "structure": "readable",
    "one-signature": "one-signature",
    "certification": "certified-p1",
    "whole-file": "covers-all",
    "unchanged": "content-same",
    "form": "form-canonical",
    "signer": "signer-known",
}
"""Name of a check that needs no fact -> the reason with which it passes."""

REASONS: Final = {
    "register-match": N_("The file is the one in the register of seal use."),
    "register-unknown": N_("The register of seal use does not know this file."),
    "register-void": N_("The register of seal use says that this document is void."),
    "register-differs": N_("The file differs from the one in the register of seal use."),
    "all-checks-passed": N_("One seal, covering the whole file, by a known certificate."),
    "signer-unknown": N_("The signer's certificate is not one of the known seals."),
    "signer-of-known-authority": N_(
        "A known authority issued the signer's certificate, but no known seal has it."
    ),
    "several-signatures": N_("The file carries more than one signature."),
    "not-certified-p1": N_("The signature is not a certification that forbids every change."),
    "digest-mismatch": N_("The content was changed after it was sealed."),
    "coverage": N_("The signature does not cover the whole file."),
    "changed-after-signing": N_("Something was added or replaced after signing."),
    "contents-not-canonical": N_("The bytes around the signature value were changed."),
    "cms-not-canonical": N_("The signature value is not in the form this product writes."),
    "signature-broken": N_("The signature does not match its certificate."),
    "certificate-not-valid": N_("The certificate was not valid at the time of stamping."),
    "certificate-revoked": N_(
        "The certificate had been revoked before, or it is not proven that the seal came first."
    ),
    "timestamp-broken": N_("The timestamp is broken or belongs to something else."),
    "timestamp-unknown": N_("The timestamp comes from an unknown authority."),
    "timestamp-future": N_(
        "The timestamp lies in the future, or the clock of this computer is slow."
    ),
    "timestamp-revoked": N_("The certificate of the timestamp authority has been revoked."),
    "empty-signature": N_("A seal is drawn but the signature is missing."),
    "structure-broken": N_("The signature structure of this file is damaged."),
    "file-damaged": N_("The file is damaged."),
    "file-missing": N_("The file is not there or cannot be read."),
    "encrypted": N_("The file is encrypted."),
    "no-signature": N_("The file carries no signature."),
    "ofd-seal": N_("This is an OFD file with a seal; OFD seals cannot be verified yet."),
    "not-a-pdf": N_("This is not a PDF file."),
    "took-too-long": N_("The check was stopped because it took too long."),
    "too-much-memory": N_("The check was stopped because it needed too much memory."),
    "checker-died": N_("The check broke off."),
}
"""Code of a reason of a verification -> the sentence, as its source."""

NOTES: Final = {
    "readable": N_("The file was read to its end without trouble."),
    "one-signature": N_("There is one signature, and nothing else signed."),
    "certified-p1": N_("The signature is a certification that forbids every change."),
    "covers-all": N_("The signature covers every byte from first to last."),
    "content-same": N_("The digest of the content is the one that was signed."),
    "form-canonical": N_("The bytes around the signature are as this product writes them."),
    "signer-known": N_("The certificate is the one of a known seal, and the signature is its own."),
    "certificate-valid": N_("Valid on {fact}."),
    "not-revoked": N_("Not revoked, says the authority's list of {fact}."),
    "revoked-later": N_("Revoked on {fact}, after the seal: what was sealed before stays valid."),
    "revocation-not-checked": N_("Revocation not checked: no list of the authority is at hand."),
    "revocation-list-old": N_("Revocation not checked: the authority's list ended on {fact}."),
    "timestamp-good": N_("A known authority's timestamp says {fact}."),
    "no-timestamp": N_("The file carries no timestamp: the time of sealing is not proven."),
    "register-has-it": N_("Entered under serial {fact}, with this very digest."),
    "register-not-asked": N_("Not compared with the register of seal use."),
    "register-no-seal": N_("There is nothing to compare."),
    "not-reached": N_("Not asked: the file had failed before."),
    "own-seals-only": N_("Asked of known seals only."),
}
"""Code of an answer that is no fault -> the sentence, as its source."""

VERDICTS: Final[Mapping[SealVerdict, str]] = {
    SealVerdict.SEALED_INTACT: N_("Sealed and intact"),
    SealVerdict.SEALED_UNKNOWN_SIGNER: N_("Sealed by an unknown signer"),
    SealVerdict.MODIFIED: N_("Changed after sealing"),
    SealVerdict.INVALID: N_("The seal is not valid"),
    SealVerdict.NO_SEAL: N_("No seal"),
    SealVerdict.CANNOT_VERIFY: N_("Cannot be verified"),
}
"""The verdict as a person reads it, as its source."""


def reason_text(code: str) -> str:
    """The sentence for a reason of a verification."""
    return _(REASONS[code]) if code in REASONS else code


def check_text(check: Check, say: Callable[[str], str] = _) -> str:
    """The sentence for one check's answer; ``say`` translates it, else the language in use."""
    source = REASONS.get(check.reason) or NOTES.get(check.reason, check.reason)
    return say(source).replace("{fact}", check.fact)


def all_checks(
    known: Iterable[Check], faults: Iterable[str] = (), otherwise: str = "not-reached"
) -> tuple[Check, ...]:
    """Every check once, in the order of :data:`CHECKS`.

    A fault of ``faults`` (codes of :data:`REASONS`) fails its check; where there is none an
    answer of ``known`` stands; what nobody answered is open for the reason ``otherwise``.
    """
    given, wrong = {check.name: check for check in known}, set(faults)
    return tuple(
        next((Check(name, False, code) for code in FAILS[name] if code in wrong), None)
        or given.get(name)
        or Check(name, None, otherwise)
        for name in CHECKS
    )
