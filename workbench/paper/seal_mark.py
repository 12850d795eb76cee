"""The visible seal on the page: one form with a red 1-bit stencil in multiply blend.

Used by ``sign`` only. Multiply keeps the date and the name under the star readable (seal design
section 3); the stencil is packed once and reused for every page of a batch.
"""

from __future__ import annotations

from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name

from workbench.paper.seal_art import RED, SealArt
from workbench.paper.seal_placement import upright_matrix

_PACKED = pdf_name("/FlateDecode")


class SealMark:
    """Fills pyHanko's slot for an appearance: it draws our seal and sets the exact rectangle."""

    def __init__(
        self, art: SealArt, rectangle: tuple[float, float, float, float], turn: int
    ) -> None:
        self.art = art
        self.rectangle = rectangle
        self.turn = turn

    def apply(self, annotation: Any, writer: Any) -> None:
        """Called by pyHanko with the widget and the incremental writer."""
        annotation[pdf_name("/Rect")] = generic.ArrayObject(
            generic.FloatObject(f"{value:.4f}") for value in self.rectangle
        )
        form = writer.add_object(self._form(writer))
        annotation[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): form})

    def _form(self, writer: Any) -> Any:
        side = self.rectangle[2] - self.rectangle[0]
        red, green, blue = (f"{part / 255:.4f}" for part in RED)
        drawing = f"q /Blend gs {red} {green} {blue} rg {side:.4f} 0 0 {side:.4f} 0 0 cm /Seal Do Q"
        resources = generic.DictionaryObject(
            {
                pdf_name("/ExtGState"): generic.DictionaryObject({pdf_name("/Blend"): multiply()}),
                pdf_name("/XObject"): generic.DictionaryObject(
                    {pdf_name("/Seal"): writer.add_object(stencil_of(self.art))}
                ),
            }
        )
        entries = {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): _numbers(0, 0, round(side, 4), round(side, 4)),
            pdf_name("/Matrix"): _numbers(*upright_matrix(self.turn)),
            pdf_name("/Resources"): resources,
        }
        return generic.StreamObject(entries, stream_data=drawing.encode("ascii"))


def multiply() -> Any:
    """The blend that keeps black text readable under the red."""
    return generic.DictionaryObject(
        {pdf_name("/Type"): pdf_name("/ExtGState"), pdf_name("/BM"): pdf_name("/Multiply")}
    )


def stencil_of(art: SealArt) -> Any:
    """The seal's ink, packed once for every page of a batch."""
    return stencil(art.size_px, art.size_px, art.stencil)


def stencil(width: int, height: int, packed: bytes) -> Any:
    """Ink as a picture of 1 bit a pixel, rows padded to bytes, 0 = ink, zlib-packed."""
    entries = {
        pdf_name("/Type"): pdf_name("/XObject"),
        pdf_name("/Subtype"): pdf_name("/Image"),
        pdf_name("/Width"): generic.NumberObject(width),
        pdf_name("/Height"): generic.NumberObject(height),
        pdf_name("/ImageMask"): generic.BooleanObject(True),
        pdf_name("/BitsPerComponent"): generic.NumberObject(1),
        pdf_name("/Filter"): _PACKED,
    }
    return generic.StreamObject(entries, encoded_data=packed)


def _numbers(*values: float) -> Any:
    return generic.ArrayObject(generic.FloatObject(str(value)) for value in values)
