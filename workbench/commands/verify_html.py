"""The words and the form of the page of verification, in Chinese or English (``verify_page``).

Several browsers ask at once, each in its own language: the texts are looked up in a book of their
own, not in the language of the process. Everything that is not ours is escaped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from html import escape
from string import Template
from typing import Final
from urllib.parse import urlencode

from workbench import settings
from workbench.rules.materials import LIMITS
from workbench.rules.moment import stamp
from workbench.rules.refusals import Trouble
from workbench.rules.seal_checks import CHECKS, REASONS, VERDICTS, check_text
from workbench.rules.seal_custody import (
    Check,
    LedgerLine,
    LedgerState,
    SealSeen,
    SealVerdict,
    Verification,
)
from workbench.rules.words import N_

NO_REGISTER: Final = object()
"""Instead of a line: this page was started without a centre."""
CODE_DIGITS: Final = 16
"""The short code of verification: so many hex digits of the SHA-256 of the approved file."""
_TONES: Final = {SealVerdict.SEALED_INTACT: "good", SealVerdict.SEALED_UNKNOWN_SIGNER: "warn",
                 SealVerdict.CANNOT_VERIFY: "warn", SealVerdict.NO_SEAL: "warn"}  # fmt: skip
_SIGNS: Final = {"good": "✓", "warn": "!", "bad": "✗"}
_ANSWERS: Final = {
    True: ("passed", "✓", N_("Yes")),
    False: ("failed", "✗", N_("No")),
    None: ("open", "–", N_("Not asked")),
}
_REFUSED: Final = {
    400: N_("What was sent is not the form of this page."),
    404: N_("There is no such page here."),
    411: N_("What was sent is not the form of this page."),
    413: N_("The file is too large."),
    415: N_("What was sent is not the form of this page."),
    421: N_("This page answers on this computer only."),
    500: N_("The check cannot be done now. Try again later."),
    503: N_("Other files are being checked. Try again in a minute."),
}
_TEXTS: Final = {
    "title": N_("Verification of sealed documents"),
    "heading": N_("Verification of sealed documents"),
    "mark": N_("Test seal (not an electronic seal)"),
    "skip": N_("To the content"),
    "check_heading": N_("Check a file"),
    "file_label": N_("The sealed file (PDF): choose it, or drop it here"),
    "check_button": N_("Check the file"),
    "find_heading": N_("Look up a number"),
    "serial_label": N_("Serial number"),
    "code_label": N_("Document number or verification code"),
    "code_hint": N_("Both stand beside the seal, and in the square code on the paper."),
    "find_button": N_("Look up"),
    "footer": N_("The file is checked on this computer and not kept. The look-up shows whether a "
                 "number is in the register of seal use; that a paper is unchanged is shown by "
                 "checking its file."),
}  # fmt: skip


@cache
def _book(language: str) -> Callable[[str], str]:
    return settings.translations(language).gettext


@cache
def _template(name: str) -> Template:
    place = settings.resources_dir() / "templates" / "verify" / f"{name}.html"
    return Template(place.read_text(encoding="utf-8"))


class Page:
    """One answer in one language; Chinese where nothing else is asked for."""

    def __init__(self, language: str) -> None:
        self.language = language if language in settings.LANGUAGES else settings.LANGUAGES[0]
        self._say = _book(self.language)

    def start(self, serial: str = "", code: str = "") -> str:
        """The page before anything was asked."""
        return self._page("", serial, code)

    def refused(self, status: int) -> str:
        """What was asked cannot be answered."""
        return self._page(self._answer("warn", self._say(_REFUSED[status])))

    def trouble(self, trouble: Trouble) -> str:
        """The register or the disk does not answer; what is wrong there is no reader's business."""
        return self._page(self._answer("warn", self._say(_REFUSED[500]), trouble.code))

    def verdict(self, found: Verification) -> str:
        """The verdict on a file, and every check with its answer."""
        say = self._say
        about = " ".join(say(REASONS[code]) for code in found.reasons if code in REASONS)
        rows = "".join(self._row(check) for check in found.checks)
        seals = "".join(self._seal(seal) for seal in found.seals)
        body = f'<ul class="checks">{rows}</ul>{seals}'
        tone = _TONES.get(found.verdict, "bad")
        return self._page(self._answer(tone, say(VERDICTS[found.verdict]), about, body))

    def entry(self, line: LedgerLine | object | None, serial: str, code: str) -> str:
        """What the register says of a number. A wrong code is told as an unknown number is."""
        say = self._say
        if line is NO_REGISTER:
            text = say(N_("This page was started without a register of seal use."))
            return self._page(self._answer("warn", text), serial, code)
        if not isinstance(line, LedgerLine) or not is_code_of(line, code):
            text = say(N_("The register has no entry with this number and code."))
            hint = say(N_("Compare both with the paper, and check the file itself."))
            return self._page(self._answer("bad", text, hint), serial, code)
        return self._page(self._entered(line), serial, code)

    def _entered(self, line: LedgerLine) -> str:
        say = self._say
        facts = [(N_("Serial number"), str(line.serial)), (N_("Document"), line.document_id)]
        if line.state is LedgerState.RELEASED and line.released_at:
            facts.append((N_("Sealed at"), stamp(line.released_at)))
            hint = say(N_("That this very paper is unchanged is shown by checking its file."))
            text = say(N_("The register has this document as sealed."))
            return self._answer("good", text, hint, self._facts(facts))
        if line.state is LedgerState.VOID:
            text = say(N_("The register says that this document is void."))
            return self._answer("bad", text, "", self._facts(facts))
        text = say(N_("The sealing of this document is not finished."))
        return self._answer("warn", text, "", self._facts(facts))

    def _row(self, check: Check) -> str:
        kind, sign, word = _ANSWERS[check.passed]
        return (
            f'<li class="{kind}" data-check="{check.name}">'
            f'<span class="sign" aria-hidden="true">{sign}</span>'
            f'<p class="asked">{escape(self._say(CHECKS[check.name]))}'
            f'<span class="only-read">: {escape(self._say(word))}</span></p>'
            f'<p class="said">{escape(check_text(check, self._say))}</p></li>'
        )

    def _seal(self, seal: SealSeen) -> str:
        facts = [(N_("Signer, as the certificate says"), seal.signer), (N_("Level"), seal.level)]
        if seal.timestamp is not None:
            facts.append((N_("Timestamp"), stamp(seal.timestamp)))
        facts.append((N_("Certificate, SHA-256"), seal.certificate_sha256))
        return self._facts((name, value) for name, value in facts if value)

    def _facts(self, facts: Iterable[tuple[str, str]]) -> str:
        rows = (f"<dt>{escape(self._say(name))}</dt><dd>{escape(value)}</dd>"
                for name, value in facts)  # fmt: skip
        return f"<dl>{''.join(rows)}</dl>"

    def _answer(self, tone: str, word: str, about: str = "", body: str = "") -> str:
        """``body`` is HTML already, the others are texts."""
        return _template("answer").substitute(
            tone=tone, sign=_SIGNS[tone], word=escape(word), about=escape(about), body=body
        )

    def _page(self, answer: str, serial: str = "", code: str = "") -> str:
        texts = {name: escape(self._say(source)) for name, source in _TEXTS.items()}
        other = next(one for one in settings.LANGUAGES if one != self.language)
        asked = {"lang": other} | ({"serial": serial, "code": code} if serial and code else {})
        limit = self._say(N_("Up to {size} MB.")).format(size=LIMITS.max_bytes // 1_000_000)
        return _template("page").substitute(
            texts, answer=answer, language=self.language, serial=escape(serial), code=escape(code),
            tag=_tag(self.language), other_tag=_tag(other),
            other_name={"en": "English"}.get(other, "中文"),
            other_address=escape(f"/?{urlencode(asked)}"), file_hint=escape(limit),
        )  # fmt: skip


def _tag(language: str) -> str:
    """As HTML names a language."""
    return language.replace("_", "-")


def is_code_of(line: LedgerLine, given: str) -> bool:
    """Whether this is the line's document number, its case's, or its short code, however spaced."""
    plain = "".join(given.split()).casefold()
    numbers = {line.document_id.casefold(), line.case_no.casefold()} - {""}
    short = line.sha256_before[:CODE_DIGITS]
    return bool(plain) and (plain in numbers or (len(short) == CODE_DIGITS and plain == short))
