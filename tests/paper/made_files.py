"""Files that the tests of recognition and drawing make for themselves, good and bad."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pikepdf
import pymupdf
from PIL import Image, ImageDraw

from workbench.paper.sample_files import written


def corner_picture(size: tuple[int, int] = (300, 400), mode: str = "RGB") -> Image.Image:
    """White with a dark upper left corner and a grey band below: every turn looks different."""
    image = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, size[0] // 3, size[1] // 3), fill=(20, 20, 60))
    pen.rectangle((0, size[1] * 3 // 4, size[0], size[1]), fill=(200, 120, 60))
    return image.convert(mode)


def pdf(path: Path, pages: int = 2, words: str = "Synthetic page", turn: int = 0) -> Path:
    """A text PDF of A4 pages."""
    with pymupdf.open() as file:
        for number in range(1, pages + 1):
            page = file.new_page(width=595, height=842)
            page.insert_text((72, 90), f"{words} {number}", fontsize=18)
            page.set_rotation(turn)
        file.save(path)
    return path


def encrypted_pdf(path: Path, password: str) -> Path:
    """A PDF that opens only with ``password``."""
    with pikepdf.open(pdf(path.with_suffix(".plain.pdf"))) as file:
        file.save(path, encryption=pikepdf.Encryption(user=password, owner=password + "x"))
    return path


def active_pdf(
    path: Path, program: str = "calc.exe", web: str = "http://example.invalid/"
) -> Path:
    """A PDF that scripts, prints, launches, submits, links out, asks and carries a file."""
    with pikepdf.open(pdf(path.with_suffix(".plain.pdf"), 1)) as file:
        root = file.Root
        script = file.make_indirect(file.make_stream(b"this.print(true);"))
        root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=script)
        links = [
            pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String(program)),
            pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String(web)),
            pikepdf.Dictionary(S=pikepdf.Name.SubmitForm, F=pikepdf.String(web)),
        ]
        field = pikepdf.Dictionary(FT=pikepdf.Name.Tx, T=pikepdf.String("name"))
        root.AcroForm = pikepdf.Dictionary(Fields=[file.make_indirect(field)])
        file.pages[0].Annots = pikepdf.Array(
            file.make_indirect(
                pikepdf.Dictionary(
                    Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 50, 50], A=link
                )
            )
            for link in links
        )
        file.attachments["inside.txt"] = b"synthetic"
        file.save(path)
    return path


FAX = "/Filter/CCITTFaxDecode/BitsPerComponent 1/DecodeParms<</K -1/Columns {w}/Rows {h}{more}>>"
SCAN_KINDS = {
    "colour": "/Filter/DCTDecode/BitsPerComponent 8/ColorSpace/DeviceRGB",
    "grey": "/Filter/DCTDecode/BitsPerComponent 8/ColorSpace/DeviceGray",
    "jpx": "/Filter/JPXDecode",
    "jpx named": "/Filter/JPXDecode/BitsPerComponent 8/ColorSpace/DeviceRGB",
    "jpx grey": "/Filter/JPXDecode/BitsPerComponent 8/ColorSpace/DeviceGray",
    "fax": FAX + "/ColorSpace/DeviceGray",
    "fax, black is 1": FAX.replace("{more}", "/BlackIs1 true") + "/ColorSpace/DeviceGray",
    "fax turned round": FAX + "/ColorSpace/DeviceGray/Decode[1 0]",
    "fax turned twice": FAX.replace("{more}", "/BlackIs1 true")
    + "/ColorSpace/DeviceGray/Decode[1 0]",
    "fax mask": FAX + "/ImageMask true",
    "fax mask turned round": FAX + "/ImageMask true/Decode[1 0]",
}
"""What the dictionary of the one image says, by kind of scan."""


def scan_data(image: Image.Image, kind: str) -> bytes:
    """The image as it stands in such a PDF."""
    data = io.BytesIO()
    if kind.startswith("fax"):
        image.convert("1", dither=Image.Dither.NONE).save(
            data, "TIFF", compression="group4", tiffinfo={278: image.height, 262: 0}
        )
        made = Image.open(data)
        start, length = made.tag_v2[273][0], made.tag_v2[279][0]
        return data.getvalue()[start : start + length]
    shown = image.convert("L") if "grey" in kind else image
    if kind.startswith("jpx"):
        shown.save(data, "JPEG2000", quality_mode="dB", quality_layers=[48])
    else:
        shown.save(data, "JPEG", quality=90)
    return data.getvalue()


def scan_pdf(path: Path, image: Image.Image, turn: int = 0, kind: str = "colour") -> Path:
    """A page that is nothing but one scan over the whole of it, 144 dots an inch."""
    wide, high = image.width / 2, image.height / 2
    entries = SCAN_KINDS[kind].replace("{w}", str(image.width)).replace("{h}", str(image.height))
    data = scan_data(image, kind)
    content = f"q {wide} 0 0 {high} 0 0 cm /Im0 Do Q".encode()
    page = (
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {wide} {high}]/Rotate {turn}/Contents 4 0 R"
        "/Resources<</XObject<</Im0 5 0 R>>>>>>"
    )
    head = f"<</Type/XObject/Subtype/Image/Width {image.width}/Height {image.height}"
    path.write_bytes(written([
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page.encode(),
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content),
        f"{head}{entries.replace('{more}', '')}/Length {len(data)}>>\nstream\n".encode() + data
        + b"\nendstream",
    ]))  # fmt: skip
    return path


def tiff(path: Path, pages: int = 3) -> Path:
    """A multi-page bilevel G4 TIFF at 200 dpi, page *n* with *n* bars."""
    sheets = []
    for number in range(1, pages + 1):
        sheet = Image.new("1", (800, 1_100), 1)
        pen = ImageDraw.Draw(sheet)
        for bar in range(number):
            pen.rectangle((100, 100 + bar * 200, 700, 200 + bar * 200), fill=0)
        sheets.append(sheet)
    sheets[0].save(
        path, save_all=True, append_images=sheets[1:], compression="group4", dpi=(200, 200)
    )
    return path


def turned_jpeg(path: Path, orientation: int) -> Path:
    """A JPEG from a camera that notes how it was held."""
    image = corner_picture((400, 300))
    exif = Image.Exif()
    exif[0x0112] = orientation
    image.save(path, "JPEG", exif=exif, quality=92)
    return path


def png_bomb(path: Path, side: int = 60_000) -> Path:
    """A PNG of a few hundred bytes that states ``side`` x ``side`` pixels."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    parts = (b"IHDR" + head, b"IDAT" + zlib.compress(b"\0" * 1_000), b"IEND")
    body = b"".join(
        struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part))
        for part in parts
    )
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body)
    return path


def comic_zip(path: Path) -> Path:
    """A zip with a picture inside, which page engines take for a comic book."""
    data = io.BytesIO()
    corner_picture().save(data, "PNG")
    with zipfile.ZipFile(path, "w") as box:
        box.writestr("page1.png", data.getvalue())
    return path


def ofd(path: Path, pages: int = 4, document: str | None = None) -> Path:
    """A small OFD package with a picture inside and a list of two seals."""
    listed = "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/{n}.xml"/>' for n in range(pages))
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    body = document or f"<ofd:Document {space}><ofd:Pages>{listed}</ofd:Pages></ofd:Document>"
    with zipfile.ZipFile(path, "w") as box:
        box.writestr(
            "OFD.xml",
            f"<ofd:OFD {space}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
            "<ofd:Signatures>/Doc_0/Signs.xml</ofd:Signatures></ofd:DocBody></ofd:OFD>",
        )
        box.writestr("Doc_0/Document.xml", body)
        box.writestr(
            "Doc_0/Signs.xml",
            f'<ofd:Signatures {space}><ofd:Signature ID="1"/><ofd:Signature ID="2"/>'
            "</ofd:Signatures>",
        )
        for number in range(pages):
            box.writestr(f"Doc_0/Pages/{number}.xml", f"<ofd:Page {space}/>")
        picture = io.BytesIO()
        corner_picture().save(picture, "PNG")
        box.writestr("Doc_0/Res/a.png", picture.getvalue())
    return path
