"""Sample scans and packages: made up, valid, repeatable, quick, and bad in the ways they say."""

from __future__ import annotations

import hashlib
import json
import tomllib
from datetime import date
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from workbench.paper.recognise import recognise
from workbench.paper.sample_bad import PASSWORD, make_bad_packages
from workbench.paper.sample_people import PEOPLE, citizen_number, credit_code
from workbench.paper.sample_scans import ALL, make_sample_packages
from workbench.rules.catalogue import ItemVersion, NeedKind, parse_item
from workbench.rules.identifiers import parse_citizen_number, parse_credit_code
from workbench.rules.intake_package import IntakePackage, parse_package
from workbench.rules.materials import LIMITS
from workbench.rules.refusals import Refusal

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return make_sample_packages(tmp_path_factory.mktemp("packages"), quick=True)


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return make_bad_packages(tmp_path_factory.mktemp("bad"))


def manifest_of(place: Path) -> IntakePackage:
    return parse_package(json.loads((place / "package.json").read_text(encoding="utf-8")))


def catalogue() -> dict[str, ItemVersion]:
    paths = [*ROOT.glob("plugins/*/*/items/*.toml"), *ROOT.glob("resources/sample_centre/items/*")]
    items = [parse_item(tomllib.loads(path.read_text(encoding="utf-8"))) for path in paths]
    return {item.item_code: item for item in items}


def test_numbers_are_valid_and_of_the_made_up_region() -> None:
    """2.8: region 9901xx only, check characters right, both sexes, one over 80."""
    for person in PEOPLE:
        parsed = parse_citizen_number(person.number)
        assert parsed.region == "990101"
        assert parsed.birth_date == person.birth
        assert (parsed.sex == 2) == person.female
    assert len({person.number for person in PEOPLE}) == len(PEOPLE)
    assert min(person.birth for person in PEOPLE) < date(1946, 1, 1)
    assert parse_credit_code(credit_code(1)).region == "990101"
    with pytest.raises(ValueError, match="9901"):
        citizen_number(date(1990, 1, 1), 1, "110105")


def test_each_item_has_a_package_and_i01_several(packages: list[Path]) -> None:
    codes = [manifest_of(place).item_code for place in packages]
    short = {code: item.short_code for code, item in catalogue().items()}
    assert {short[code] for code in codes} == set(ALL)
    applicants = {manifest_of(p).applicant.name for p in packages if short[codes[0]] == "I01"}
    assert len(applicants) >= 3


def test_packages_fit_the_published_items(packages: list[Path]) -> None:
    """Every must is there, every code is known, every answer belongs to a field."""
    items = catalogue()
    for place in packages:
        package = manifest_of(place)
        item = items[package.item_code]
        specs = {spec.code: spec for spec in item.materials_for(package.situation)}
        assert package.situation in {one.code for one in item.situations}
        brought = {material.code for material in package.materials}
        assert brought <= set(specs)
        assert {c for c, spec in specs.items() if spec.need is not NeedKind.TOLERABLE} <= brought
        fields = {field.code: field for field in item.form}
        form = package.form_values()
        assert set(form) <= set(fields)
        assert {code for code, field in fields.items() if field.required} <= set(form)
        for code, value in form.items():
            if fields[code].kind == "choice":
                assert value in {choice.code for choice in fields[code].choices}
            if fields[code].kind == "date":
                date.fromisoformat(value)


def test_every_file_has_the_hash_its_package_states(packages: list[Path]) -> None:
    for place in packages:
        for material in manifest_of(place).materials:
            data = (place / material.file).read_bytes()
            assert hashlib.sha256(data).hexdigest() == material.sha256


def test_scans_come_in_all_the_forms_a_window_sees(tmp_path: Path) -> None:
    """Colour at 300 dpi, grey at 200, bilevel G4, turned, skewed, many pages in both formats."""
    by_id = {place.name: place for place in make_sample_packages(tmp_path, ["I01", "I05"])}
    first, house = by_id["QY-2026-0001"], by_id["QY-2026-0006"]
    with pikepdf.open(first / "M02.pdf") as pdf:
        image = pdf.pages[0].get_images()["/Im0"]
        assert (image.Width, image.ColorSpace, image.Filter) == (2480, "/DeviceRGB", "/DCTDecode")
    with pikepdf.open(first / "M03.pdf") as pdf:
        assert len(pdf.pages) == 3
        image = pdf.pages[0].get_images()["/Im0"]
        assert (image.Width, image.ColorSpace) == (1654, "/DeviceGray")
    with Image.open(house / "M04.tif") as tiff:
        assert (tiff.mode, tiff.info["compression"]) == ("1", "group4")
        assert getattr(tiff, "n_frames", 1) == 3
        assert round(float(tiff.info["dpi"][0])) == 200
    with Image.open(by_id["QY-2026-0002"] / "M02.jpg") as turned:
        assert turned.width > turned.height


def test_pages_are_not_blank_and_differ(packages: list[Path]) -> None:
    seen = set()
    for place in packages:
        for path in sorted(place.glob("*.pdf")):
            with pypdfium2.PdfDocument(path) as document:
                picture = document[0].render(scale=0.5).to_pil().convert("L")
            dark = sum(picture.histogram()[:128])
            assert dark > 100, path.name
            seen.add(picture.tobytes())
    assert len(seen) > 20


def test_same_seed_same_bytes_other_seed_other_bytes(tmp_path: Path) -> None:
    def digest(folder: str, seed: int) -> str:
        whole = hashlib.sha256()
        for place in make_sample_packages(tmp_path / folder, ["S01", "I07"], seed, quick=True):
            for path in sorted(place.iterdir()):
                whole.update(path.name.encode() + path.read_bytes())
        return whole.hexdigest()

    assert digest("a", 1) == digest("b", 1) != digest("c", 2)


def test_bad_packages_have_the_fault_they_are_named_for(bad: dict[str, Path]) -> None:
    file = {name: place / "M02.pdf" for name, place in bad.items()}
    assert not file["missing_file"].exists()
    assert file["zero_byte"].read_bytes() == b""
    assert file["wrong_name"].read_bytes().startswith(b"PK")
    assert b"/JavaScript" in file["active_content"].read_bytes()
    truncated = file["truncated"].read_bytes()
    assert truncated.startswith(b"%PDF") and b"%%EOF" not in truncated
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(file["encrypted"])
    with pikepdf.open(file["encrypted"], password=PASSWORD) as pdf:
        assert len(pdf.pages) == 1
    stated = manifest_of(bad["wrong_checksum"]).materials[0].sha256
    assert hashlib.sha256(file["wrong_checksum"].read_bytes()).hexdigest() != stated
    item = catalogue()[manifest_of(bad["abolished_item"]).item_code]
    assert item.short_code == "I09"
    assert item.state.value == "abolished"


def test_the_bomb_is_small_outside_and_huge_inside(bad: dict[str, Path]) -> None:
    data = (bad["bomb"] / "M02.pdf").read_bytes()
    width, height = (int.from_bytes(data[at : at + 4], "big") for at in (16, 20))
    assert len(data) < 2_000_000
    assert width * height > LIMITS.max_pixels


@pytest.mark.parametrize(
    ("name", "field"),
    [("bad_number", "applicant.id_number"), ("escaping_path", "materials[0].file")],
)
def test_manifests_that_are_refused_name_the_field(
    bad: dict[str, Path], name: str, field: str
) -> None:
    with pytest.raises(Refusal) as caught:
        manifest_of(bad[name])
    assert field in caught.value.message


def test_a_broken_manifest_is_no_json(bad: dict[str, Path]) -> None:
    with pytest.raises(json.JSONDecodeError):
        manifest_of(bad["broken_json"])


def test_good_files_are_recognised_for_what_they_are(packages: list[Path]) -> None:
    wanted = {".pdf": "pdf", ".tif": "tiff", ".jpg": "jpeg"}
    for place in packages:
        for path in place.iterdir():
            if path.suffix in wanted:
                assert str(recognise(path)) == wanted[path.suffix]
