"""A seal's new certificate at the desk: chosen as a file or pasted, and what it says.

The text is read in *errands*; the store looks at it once more when it is asked for.
"""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtWidgets import QFileDialog, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from workbench.rules.moment import stamp
from workbench.rules.refusals import Refusal
from workbench.rules.seal_papers import SaidCertificate
from workbench.rules.words import _
from workbench.shell.notices import RefusalLine
from workbench.shell.seal_desk.face_pick import no_papers
from workbench.shell.workplace import Workplace

LARGEST_PEM = 64 * 1024


class CertificatePick(QWidget):
    """See the module. ``text`` is the field that goes into the form."""

    def __init__(self, work: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.work = work
        self.text = QPlainTextEdit(self)
        self.choose = QPushButton(_("Choose the file …"), self)
        self.said = QLabel(self)
        self.refusal = RefusalLine(self)
        self._build()

    def _build(self) -> None:
        self.text.setTabChangesFocus(True)
        self.text.setMaximumHeight(self.work.theme.row_height(2))
        self.text.setPlaceholderText(_("Paste what the authority gave"))
        self.said.setWordWrap(True)
        self.said.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self.work.theme.space(0.5))
        for widget in (self.choose, self.text, self.said, self.refusal):
            column.addWidget(widget)
        self.choose.clicked.connect(self._choose)
        self.text.textChanged.connect(self._read)

    def _choose(self) -> None:
        chosen, _kind = QFileDialog.getOpenFileName(
            self, _("Certificate (PEM)"), str(Path.home()), _("Certificates (*.pem *.crt *.cer)")
        )
        if chosen:
            file = Path(chosen)
            self.work.lanes.errand(
                lambda: _read_file(file), then=self.text.setPlainText,
                otherwise=self.refusal.show_trouble, scope=self, key="file",
                label=_("Reading the certificate"),
            )  # fmt: skip

    def _read(self) -> None:
        self.said.hide()
        self.refusal.clear_trouble()
        pem, papers = self.text.toPlainText()[:LARGEST_PEM].strip(), self.work.doors.papers
        if not pem:
            return
        if papers is None:
            self.refusal.show_trouble(no_papers())
            return
        self.work.lanes.errand(
            lambda: papers.certificate(pem + "\n"), then=self._show,
            otherwise=self.refusal.show_trouble, scope=self, key="certificate",
        )  # fmt: skip

    def _show(self, found: SaidCertificate) -> None:
        self.said.setText(certificate_text(found))
        self.said.show()


def certificate_text(found: SaidCertificate) -> str:
    """What a certificate says, on two lines."""
    valid = _("valid from {first} to {last}, key of {bits} bits").format(
        first=stamp(found.valid_from)[:10], last=stamp(found.valid_to)[:10], bits=found.bits
    )
    return f"{found.subject}\n{valid}"


def _read_file(file: Path) -> str:
    """As text; a file that is no text reads as one that holds no certificate. Refusal: no file."""
    try:
        with file.open("rb") as opened:
            return opened.read(LARGEST_PEM).decode("ascii", "replace")
    except OSError as trouble:
        raise Refusal(
            "file_unreadable", _("The file {name} cannot be read.").format(name=file.name),
            _("Choose another one, or have its rights mended."),
        ) from trouble  # fmt: skip
