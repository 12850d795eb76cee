"""The words for everything the child processes report. Used by the clients of this room.

A child sends codes only: it knows no language, and a child taken over by a hostile file can put
no text of its own before a clerk. Each reason names the fault and says what to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.rules.words import _


def reason(code: str, facts: Mapping[str, Any] | None = None) -> tuple[str, str]:
    """The message and the remedy for a refusal ``code``; ``facts`` fill in page or size."""
    known = dict(facts or {})
    table = _refusals()
    message, remedy = table.get(code, table["damaged"])
    return message.format(**_filled(known)), remedy


def warning(code: str, facts: Mapping[str, Any] | None = None) -> str:
    """The sentence for a warning ``code``; an unknown one is told as general damage."""
    table = _warnings()
    return table.get(code, table["repaired"]).format(**_filled(dict(facts or {})))


def _filled(facts: dict[str, Any]) -> dict[str, Any]:
    """A text never fails for want of a fact: what is not known is shown as a question mark."""
    names = ("page", "pages", "number", "limit", "kind", "fault")
    return {**dict.fromkeys(names, "?"), **facts}


def _refusals() -> dict[str, tuple[str, str]]:
    scan_again = _("Scan it again, or ask the applicant for a sound copy.")
    print_to_pdf = _("Print it to PDF and hand that in.")
    smaller = _("Scan it again at 300 dpi, or split it into several files.")
    return {
        "missing": (_("There is no such file."), _("Check the name and the folder.")),
        "not-a-file": (_("This is not an ordinary file."), _("Choose one file, not a folder.")),
        "unreadable": (_("The file cannot be read."), _("Check its permissions and the disk.")),
        "empty": (_("The file is empty (0 bytes)."), scan_again),
        "too-many-bytes": (_("The file is larger than {limit} MB."), smaller),
        "office": (_("This is an office document, not a fixed page."), print_to_pdf),
        "program": (_("This is a program, not a document."), _("Do not open it. Delete it.")),
        "archive": (
            _("This is an archive (such as zip), not a document."),
            _("Unpack it and hand in the documents one by one."),
        ),
        "postscript": (_("This is a PostScript file, not a fixed page."), print_to_pdf),
        "web": (_("This is a web page or XML, not a fixed page."), print_to_pdf),
        "text": (_("This is plain text, not a fixed page."), print_to_pdf),
        "unknown": (
            _("The content is of no kind that can be taken in."),
            _("Taken are PDF, OFD, TIFF, JPEG, PNG, GIF, WebP and BMP."),
        ),
        "damaged": (_("The file is damaged and cannot be opened."), scan_again),
        "truncated": (_("The file breaks off: its end is missing."), scan_again),
        "no-pages": (_("The file holds no page that can be found."), scan_again),
        "page-damaged": (_("Page {page} is damaged and cannot be opened."), scan_again),
        "page-loop": (_("The list of pages runs in a circle at page {page}."), scan_again),
        "page-size": (_("Page {page} states an impossible size."), scan_again),
        "no-such-page": (
            _("There is no page {page}; the file has {pages}."),
            _("Choose a page that exists."),
        ),
        "too-many-pages": (_("The file has more than {limit} pages."), smaller),
        "too-many-pixels": (
            _("The image states more than {limit} million pixels; it may be a trap."),
            smaller,
        ),
        "needs-password": (
            _("The file is protected by a password."),
            _("Give the password, or ask the applicant for an open copy."),
        ),
        "wrong-password": (
            _("The password does not open the file, or its protection data is damaged."),
            _("Check the password, or ask the applicant for an open copy."),
        ),
        "locked-or-damaged": (
            _("The file needs a password, or its protection data is damaged."),
            _("Give the password if there is one; otherwise ask for an open copy."),
        ),
        "ofd-damaged": (_("The OFD package is damaged or not made by the standard."), scan_again),
        "ofd-not-drawn": (
            _("OFD pages cannot be drawn here yet."),
            _("Open it in an OFD reader, or ask for a PDF of the same document."),
        ),
        "too-slow": (_("Opening the file took longer than {limit} seconds."), scan_again),
        "too-much-memory": (_("Opening the file needs more memory than allowed."), smaller),
        "crashed": (_("Opening the file made the page reader fail ({fault})."), scan_again),
        "bad-dpi": (
            _("The resolution must be from 10 to {limit} dpi."),
            _("Choose another resolution."),
        ),
        "would-overwrite": (
            _("The picture would overwrite the original file."),
            _("Choose another name for the picture."),
        ),
        "cannot-write": (
            _("The picture cannot be written there."),
            _("Check the folder, its permissions and the free space."),
        ),
        "closed": (_("The file is not open any more."), _("Open it again.")),
    }


def _warnings() -> dict[str, str]:
    return {
        "repaired": _("The file is damaged in places and was repaired for display only."),
        "wrong-name": _("The file name does not fit its content, which is {kind}."),
        "blank-pages": _("These pages show nothing: {pages}. Compare them with the paper."),
        "not-all-checked": _("Only the first {number} pages were drawn as a check."),
        "pages-doubtful": _("These pages may not be drawn completely: {pages}."),
        "animated": _("The image is animated; only its first picture is shown."),
        "light-on-clear": _("Light marks on a clear ground are shown on a dark ground."),
        "ofd-not-drawn": _("OFD pages cannot be drawn here yet; read them in an OFD reader."),
        "ofd-seals": _("The OFD package states {number} seals; they were not checked here."),
        "has-signature": _("The file carries {number} signature fields; not checked here."),
        "xfa": _("The form is dynamic: what is shown may differ from what other readers show."),
        "large-pages": _("Very large pages, shown at reduced resolution: {pages}."),
        "not-all-searched": _("The file is too large to look for all active content."),
    }
