"""What the rooms say to each other about materials: kinds, limits, and the frozen answers.

``paper`` produces these records; the command line, intake, the desk's *paper* lane and the viewer
read them. Nothing here opens a file. All sizes of pages are in points (1/72 inch); all sizes of
pictures are in device pixels; places on a page are fractions 0..1 of the page as it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from workbench.rules.words import _


class Kind(StrEnum):
    """The kinds of file a material may be. What is not here is refused at intake."""

    PDF = "pdf"
    TIFF = "tiff"
    JPEG = "jpeg"
    PNG = "png"
    GIF = "gif"
    WEBP = "webp"
    BMP = "bmp"
    OFD = "ofd"


PICTURES: Final = (Kind.TIFF, Kind.JPEG, Kind.PNG, Kind.GIF, Kind.WEBP, Kind.BMP)
"""Kinds drawn by the image decoder; PDF is drawn by the page engine, OFD is not drawn yet."""

SUFFIXES: Final[dict[Kind, tuple[str, ...]]] = {
    Kind.PDF: ("pdf",),
    Kind.TIFF: ("tif", "tiff"),
    Kind.JPEG: ("jpg", "jpeg", "jpe", "jfif"),
    Kind.PNG: ("png",),
    Kind.GIF: ("gif",),
    Kind.WEBP: ("webp",),
    Kind.BMP: ("bmp", "dib"),
    Kind.OFD: ("ofd",),
}
"""File name endings that fit a kind. They are only compared with the content, never trusted."""


class Active(StrEnum):
    """Things in a file that act by themselves when another program opens it. Never run here."""

    JAVASCRIPT = "javascript"
    AUTO_PRINT = "auto-print"
    LAUNCH = "launch"
    EMBEDDED_FILES = "embedded-files"
    FORM = "form"
    XFA = "xfa"
    SUBMIT = "submit-form"
    EXTERNAL_LINK = "external-link"
    OTHER_FILE = "other-file"
    MEDIA = "media"


def active_word(code: str) -> str:
    """The plain words for one code of ``active_content``; an unknown code is shown as it is."""
    words = {
        Active.JAVASCRIPT: _("script (JavaScript)"),
        Active.AUTO_PRINT: _("prints itself on opening"),
        Active.LAUNCH: _("starts another program"),
        Active.EMBEDDED_FILES: _("files embedded inside"),
        Active.FORM: _("form fields that can be changed"),
        Active.XFA: _("dynamic form (XFA) whose content depends on the reader"),
        Active.SUBMIT: _("sends form data away"),
        Active.EXTERNAL_LINK: _("links to outside addresses"),
        Active.OTHER_FILE: _("reaches for another file"),
        Active.MEDIA: _("sound, film or 3D"),
    }
    return words[Active(code)] if code in set(Active) else code


@dataclass(frozen=True, slots=True)
class PaperLimits:
    """How much one untrusted file may cost. Tests hand in smaller ones."""

    max_bytes: int = 600_000_000
    """Bytes of one file: a 500-page colour scan at 200 dpi is 394 MB, with room above it."""
    max_pages: int = 5_000
    """Pages of one file: ten times the thickest bundle; page lists must stay cheap to send."""
    max_pixels: int = 150_000_000
    """Pixels of one image: A0 at 300 dpi is 140 million; a bomb states thousands of millions."""
    max_picture_pixels: int = 24_000_000
    """Pixels of one drawn picture: three 4K screens; larger wishes are drawn smaller."""
    max_page_pt: float = 200_000.0
    """Points of one page side: a PDF with user units reaches 14,400 inches only by mistake."""
    max_dpi: int = 1_200
    """Resolution one may ask of ``render``: above it nothing on a scan gets clearer."""
    memory_mb: int = 1_536
    """Address space of a child process: a 150-megapixel CMYK image decodes in 600 MB."""
    inspect_seconds: float = 15.0
    """Wall time of one inspection: an answer within 20 s, start of the process included."""
    check_seconds: float = 5.0
    """Of these, time for drawing or decoding page after page; later pages are then not drawn."""
    open_seconds: float = 12.0
    """Wall time for opening a file on the desk: normal files take under 0.1 s."""
    page_seconds: float = 12.0
    """Wall time for drawing one page: an A3 at 600 dpi takes 0.2 s, a bad JPX a few seconds."""
    search_seconds: float = 12.0
    """Wall time for searching one batch of pages."""
    search_batch: int = 25
    """Pages searched in one question, so that a cancel is heard between batches."""
    max_hits: int = 1_000
    """Places found by one search: nobody walks through more."""


LIMITS: Final = PaperLimits()


@dataclass(frozen=True, slots=True)
class Inspection:
    """The answer about one file: taken or refused, and why. One JSON line of ``inspect``.

    ``kind`` is a :class:`Kind` value or empty where the content is none of them; ``reason`` is
    empty exactly where ``accepted``; ``active_content`` holds :class:`Active` values.
    """

    file: str
    accepted: bool
    kind: str
    pages: int
    reason: str = ""
    warnings: tuple[str, ...] = ()
    active_content: tuple[str, ...] = ()
    code: str = ""
    """Stable, language-free name of the reason (``paper.needs-password`` …); empty if accepted."""


@dataclass(frozen=True, slots=True)
class PageSize:
    """One page as it is shown: width and height in points after ``rotation`` was applied."""

    width_pt: float
    height_pt: float
    rotation: int = 0


@dataclass(frozen=True, slots=True)
class StatedSeal:
    """What a seal of an OFD says of itself; nobody has checked it. Empty where it says nothing.

    ``made_at`` is the time as it is written there; ``pages`` are those that show the seal, from 1.
    """

    name: str = ""
    maker: str = ""
    made_at: str = ""
    pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """A file open in the renderer. ``handle`` names it in later calls, also after a restart."""

    handle: int
    kind: str
    pages: int
    sizes: tuple[PageSize, ...]
    warnings: tuple[str, ...] = ()
    active_content: tuple[str, ...] = ()
    seals: tuple[StatedSeal, ...] = ()
    """The seals of an OFD, as stated there."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A part of a page as it is shown (turned), in fractions 0..1 from its upper left corner."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class PagePicture:
    """Pixels of one page or part of it, ready for a zero-copy ``QImage``.

    ``format`` is ``RGB888`` (3 bytes a pixel) or ``GRAY8`` (1 byte); row *n* starts at
    ``n * stride`` of ``data``. ``page_width`` and ``page_height`` are the pixel size of the whole
    page at this scale. ``blank``: every pixel has one colour, so the viewer must say so.
    """

    width: int
    height: int
    stride: int
    format: str
    page_width: int
    page_height: int
    blank: bool
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class TextHit:
    """One place where searched words stand: page from 1, and its box in fractions of the page."""

    page: int
    left: float
    top: float
    right: float
    bottom: float
