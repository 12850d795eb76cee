"""Sample scans and intake packages, made by the project itself (issue 2, point 2).

Called by the sample centre, the tour, the tests and the benches. Everything is made up, says so on
every page, and comes out the same for the same seed. Packages follow ``docs/intake-package.md``.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from PIL import Image

from workbench.paper.sample_applications import APPLICATIONS, ITEM_CODES, Application, Paper
from workbench.paper.sample_files import (
    Look,
    encode,
    jpeg_of,
    pdf_of,
    scanned,
    tiff_of,
)
from workbench.paper.sample_pages import card_page, floor_plan, form_page, letter_page, title_plan
from workbench.paper.sample_people import SamplePerson
from workbench.rules.intake_package import FORMAT, MANIFEST

ALL: Final = ("I01", "I04", "I05", "I07", "I12", "S01")


def make_sample_packages(
    folder: Path, which: Sequence[str] = ALL, seed: int = 1, *, quick: bool = False
) -> list[Path]:
    """Write one subfolder for each sample application of the items in ``which`` and give them back.

    ``quick`` scans everything at 100 dpi: for tests that need packages, not pictures.
    """
    made = []
    for application in APPLICATIONS:
        if application.item in which:
            made.append(write_package(folder, application, seed, quick=quick))
    return made


def write_package(
    folder: Path, application: Application, seed: int = 1, *, quick: bool = False
) -> Path:
    """One package folder; its name is the package's identifier."""
    place = folder / package_id(application)
    place.mkdir(parents=True, exist_ok=True)
    materials = []
    for paper in application.papers:
        data = paper_bytes(application, paper, seed, quick=quick)
        name = f"{paper.code}.{paper.suffix}"
        (place / name).write_bytes(data)
        digest = hashlib.sha256(data).hexdigest()
        materials.append({"code": paper.code, "file": name, "sha256": digest, "copies": 1})
    write_manifest(place, manifest(application, materials))
    return place


def package_id(application: Application) -> str:
    """``QY-2026-0001`` and so on."""
    return f"QY-2026-{application.number:04d}"


def manifest(
    application: Application, materials: Sequence[Mapping[str, object]]
) -> dict[str, object]:
    """The content of ``package.json``."""
    return {
        "format": FORMAT,
        "package_id": package_id(application),
        "item_code": ITEM_CODES[application.item],
        "situation": application.situation,
        "channel": application.channel,
        "registrar": "演示登记员",
        "applicant": _applicant(application),
        "form": dict(application.form),
        "delivery": {"manner": "pick_up", "receiver": application.person.name},
        "materials": list(materials),
    }


def write_manifest(place: Path, table: Mapping[str, object]) -> None:
    """``package.json`` in UTF-8, readable by people."""
    text = json.dumps(table, ensure_ascii=False, indent=2) + "\n"
    (place / MANIFEST).write_text(text, encoding="utf-8")


def _applicant(application: Application) -> dict[str, object]:
    person = application.person
    block: dict[str, object] = {
        "kind": "person",
        "name": person.name,
        "id_number": person.number,
        "phone": person.phone,
        "address": person.address,
    }
    if application.organisation:
        name, code = application.organisation
        block |= {
            "kind": "organisation",
            "name": name,
            "id_number": code,
            "legal_representative": person.name,
            "legal_representative_id": person.number,
        }
    if application.agent:
        agent = application.agent
        block["agent"] = {"name": agent.name, "id_number": agent.number, "authority": "M05"}
    return block


def paper_bytes(
    application: Application, paper: Paper, seed: int = 1, *, quick: bool = False
) -> bytes:
    """The file of one material: PDF, TIFF or JPEG by its suffix."""
    images, dpi = [], 100
    for number, look in enumerate(paper.looks, start=1):
        seen = Look(look.mode, 100 if quick else look.dpi, look.skew, look.turn)
        page = _page(application, paper, number, seen.dpi)
        salt = f"{seed}/{application.number}/{paper.code}/{number}"
        images.append(scanned(page, seen, random.Random(salt).randrange(1 << 16)))
        dpi = seen.dpi
    if paper.suffix == "tif":
        return tiff_of(images, dpi)
    if paper.suffix == "jpg":
        return jpeg_of(images[0], dpi)
    looks = [100 if quick else look.dpi for look in paper.looks]
    return pdf_of([encode(image, each) for image, each in zip(images, looks, strict=True)])


def _page(application: Application, paper: Paper, number: int, dpi: int) -> Image.Image:
    person, form = application.person, application.form
    if paper.kind == "form":
        rows = [("申请人", person.name), ("证件号码", person.number), ("联系电话", person.phone)]
        rows += [(_LABELS[code], text) for code, text in form.items() if code in _LABELS]
        return form_page(dpi, paper.title, rows, person.name)
    if paper.kind == "card":
        return _card(application.agent or person if number > 1 else person, dpi)
    if paper.kind == "floor":
        return floor_plan(
            dpi, paper.title, ("餐厅", "热菜间", "凉菜间", "洗消间", "库房", "更衣室")
        )
    if paper.kind == "plan":
        unit = form.get("unit_no") or form.get("parcel_no", "")
        return title_plan(dpi, unit, form.get("location", "青云区青石街道"))
    title = paper.title if number == 1 else f"{paper.title}（第{number}页）"
    lines = list(paper.lines) * (1 if number == 1 else 2)
    return letter_page(dpi, title, lines, person.name, stamped=number == len(paper.looks))


_LABELS: Final = {
    "trade_name": "名称", "trade_name_2": "备选名称", "place": "经营场所", "scope": "经营范围",
    "employees": "从业人数", "capital": "资金数额", "unit_no": "不动产单元号", "location": "坐落",
    "area_built": "建筑面积", "sellers": "转让方", "buyers": "受让方", "price": "价格",
    "parcel_no": "宗地号", "land_area": "土地面积", "land_use": "土地用途", "bank": "开户银行",
    "household_place": "户籍地", "residence_address": "居住地址", "use_of_proof": "证明用途",
}  # fmt: skip


def _card(person: SamplePerson, dpi: int) -> Image.Image:
    birth = f"{person.birth.year}年{person.birth.month}月{person.birth.day}日"
    sex = "女" if person.female else "男"
    return card_page(dpi, person.name, sex, birth, person.address, person.number)
