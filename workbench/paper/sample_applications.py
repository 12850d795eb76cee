"""What the made-up applicants apply for: who, which item, which answers, which papers.

Data for ``sample_scans``; item codes and field codes are those of the published sample items.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from workbench.paper.sample_files import Look
from workbench.paper.sample_people import PEOPLE, SamplePerson, credit_code

ITEM_CODES: Final = {
    "I01": "11990101MB000111174000131901001",
    "I04": "11990101MB000111174000131902000",
    "I05": "11990101MB000222284000715901001",
    "I07": "11990101MB000222284000115902000",
    "I09": "11990101MB000333394000117903002",
    "I12": "11990101MB0005555B4000511901000",
    "S01": "11990101MB0010101N5002011904000",
}
COLOUR: Final = Look("colour", 300, 0.4)
GREY: Final = Look("grey", 200, -0.7)
SKEWED: Final = Look("grey", 200, 2.1)
TURNED: Final = Look("colour", 200, 0.3, 90)
UPSIDE_DOWN: Final = Look("grey", 200, 0.5, 180)
BILEVEL: Final = Look("bilevel", 200, -0.4)


@dataclass(frozen=True, slots=True)
class Paper:
    """One material to draw. ``kind`` is ``form``, ``card``, ``letter``, ``floor`` or ``plan``;
    ``looks`` one per page; ``suffix`` decides the file: pdf, tif or jpg."""

    code: str
    kind: str
    title: str
    looks: tuple[Look, ...] = (GREY,)
    suffix: str = "pdf"
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Application:
    """One sample application; ``person`` is the applicant, or who acts for ``organisation``."""

    item: str
    number: int
    situation: str
    person: SamplePerson
    form: Mapping[str, str]
    papers: Sequence[Paper]
    channel: str = "window"
    organisation: tuple[str, str] | None = None
    agent: SamplePerson | None = None
    labels: tuple[tuple[str, str], ...] = field(default=())


_LEASE: Final = (
    "出租方将位于青云区青石街道的房屋一处出租给承租方用于经营，建筑面积四十二平方米，房屋权属清晰。",
    "租赁期限自二〇二六年一月一日起至二〇二八年十二月三十一日止，共三年。",
    "月租金人民币壹仟捌佰元整，按季支付，承租方应当于每季首月五日前支付。",
    "承租方应当合理使用房屋，未经出租方书面同意不得转租，不得擅自改变房屋结构和用途。",
    "本合同一式两份，双方各执一份，自双方签名之日起生效。",
)
_PROMISE: Final = (
    "本人承诺所填报的场所真实、合法、安全，权属无争议，不属于违法建筑、危险房屋。",
    "本人知悉不实承诺应当承担的法律责任，愿意接受登记机关的监督检查。",
)


_SCOPE: Final = "餐饮服务（小餐饮）；食品销售（仅销售预包装食品）；日用百货销售"


def _business(number: int, person: SamplePerson, situation: str, name: str) -> Application:
    form = {
        "composition": "personal", "trade_name": name,
        "trade_name_2": name.replace("青云区", "青云区新"), "region_code": "990101",
        "place": person.address, "place_right": "rented", "residence_used": "no", "scope": _SCOPE,
        "employees": "2", "capital": "50000", "start_date": "2026-02-01",
        "liaison_phone": person.phone,
    }  # fmt: skip
    place = Paper("M03", "letter", "房屋租赁合同", (GREY, SKEWED, GREY), "pdf", _LEASE)
    if situation == "commitment":
        place = Paper("M03", "letter", "住所承诺书", (COLOUR,), "pdf", _PROMISE)
    papers = [
        Paper("M01", "form", "个体工商户登记申请书", (BILEVEL,) if number % 2 else (GREY,),
              "tif" if number % 2 else "pdf"),
        Paper("M02", "card", "身份证复印件", (TURNED,) if number == 2 else (COLOUR,),
              "jpg" if number == 2 else "pdf"),
        place,
    ]  # fmt: skip
    agent = PEOPLE[2] if situation == "by_agent" else None
    if agent:
        lines = (f"兹委托{agent.name}代为办理个体工商户设立登记。", "委托期限至登记办结之日止。")
        papers.append(Paper("M05", "letter", "授权委托书", (GREY,), "pdf", lines))
    return Application("I01", number, situation, person, form, papers, agent=agent)


def _house(number: int) -> Application:
    seller, buyer = PEOPLE[1], PEOPLE[2]
    form = {
        "unit_no": "990101001001GB00001F00010023", "location": seller.address,
        "area_built": "98.52", "area_inner": "80.11", "area_shared": "18.41", "use": "residence",
        "right_kind": "国有建设用地使用权/房屋所有权", "right_nature": "出让/市场化商品房",
        "land_term": "2010年3月1日起至2080年2月28日止", "sellers": f"{seller.name}（100%）",
        "buyers": f"{buyer.name}（50%）、{PEOPLE[3].name}（50%）", "co_ownership": "shares",
        "price": "860000", "contract_no": "青云买卖2026-0001", "mortgaged": "no", "seized": "no",
    }  # fmt: skip
    contract = ("甲方将其名下房屋一套出售给乙方，价款人民币捌拾陆万元整。", *_LEASE[3:])
    papers = (
        Paper("M01", "form", "不动产登记申请书", (GREY,)),
        Paper("M02", "card", "双方身份证复印件", (COLOUR, GREY)),
        Paper("M03", "plan", "不动产权属证书", (COLOUR,)),
        Paper("M04", "letter", "房屋买卖合同", (BILEVEL, BILEVEL, BILEVEL), "tif", contract),
        Paper("M10", "letter", "契税完税凭证", (UPSIDE_DOWN,), "pdf", ("本合同项下契税已缴清。",)),
        Paper("M11", "letter", "婚姻关系证明", (GREY,), "pdf", ("双方系夫妻关系（虚构）。",)),
    )
    return Application("I05", number, "sale", buyer, form, papers)


def _land(number: int) -> Application:
    name, code = "青云区云溪文具有限公司", credit_code(902)
    form = {
        "parcel_no": "990101001GB00023", "land_area": "12600.50", "land_use": "工业用地",
        "acquisition": "granted", "term_left": "38", "price": "9800000", "transferor": name,
        "transferee": "青云区远山木业有限公司",
    }  # fmt: skip
    contract = ("甲方将宗地 990101001GB00023 的国有土地使用权转让给乙方。", *_LEASE[3:])
    papers = (
        Paper("M01", "form", "国有土地使用权转让申请书", (GREY,)),
        Paper("M02", "letter", "转让双方营业执照复印件", (COLOUR,), "pdf", (f"{name}（虚构）",)),
        Paper("M03", "plan", "不动产权属证书", (COLOUR,)),
        Paper("M04", "letter", "土地使用权转让合同", (SKEWED, GREY), "pdf", contract),
        Paper("M05", "letter", "规划部门同意意见", (GREY,), "pdf", ("经研究，同意转让。",)),
    )
    return Application("I07", number, "granted", PEOPLE[5], form, papers, organisation=(name, code))


def _food(number: int) -> Application:
    name, code = "青云区文澜餐饮有限公司", credit_code(904)
    person = PEOPLE[6]
    form = {
        "legal_representative": person.name, "business_kind": "catering",
        "projects": "热食类食品制售；冷食类食品制售", "place": person.address, "area": "86",
        "staff": "5", "manager": PEOPLE[7].name, "online_sale": "no",
    }  # fmt: skip
    rules = ("从业人员每年进行健康检查，持证上岗。", "食品原料进货查验并留存票据，生熟分开存放。")
    papers = (
        Paper("M01", "form", "食品经营许可申请书", (GREY,)),
        Paper("M02", "letter", "营业执照", (COLOUR,), "jpg", (f"{name}（虚构）",)),
        Paper("M03", "floor", "经营场所平面图", (GREY,)),
        Paper("M04", "letter", "食品安全管理制度", (GREY, SKEWED), "pdf", rules),
        Paper("M05", "letter", "健康证明复印件", (UPSIDE_DOWN,), "pdf", ("体检合格（虚构）。",)),
        Paper("M06", "form", "经营条件自查表", (BILEVEL,), "tif"),
    )
    return Application("I04", number, "catering", person, form, papers, organisation=(name, code))


def _allowance(number: int) -> Application:
    person = PEOPLE[9]
    form = {
        "household_place": person.address, "age_group": "80", "monthly_amount": "30",
        "bank": "青云农村商业银行（虚构）", "card_no": "9900019901010000001",
        "start_month": "2026年2月", "other_benefits": "no",
    }  # fmt: skip
    papers = (
        Paper("M01", "form", "高龄津贴申请表", (GREY,)),
        Paper("M02", "card", "身份证和户口簿复印件", (COLOUR,)),
        Paper("M03", "letter", "本人银行卡复印件", (GREY,), "jpg", ("演示银行卡（虚构）",)),
        Paper("M06", "letter", "申请人承诺书", (GREY,), "pdf", _PROMISE[1:]),
    )
    return Application("I12", number, "standard", person, form, papers, channel="agent")


def _residence(number: int) -> Application:
    person = PEOPLE[0]
    form = {
        "residence_address": person.address, "lived_since": "2020-05-01",
        "use_of_proof": "办理子女入学", "contact_phone": person.phone,
    }  # fmt: skip
    papers = (
        Paper("M01", "form", "居住证明申请表", (GREY,)),
        Paper("M02", "card", "身份证复印件", (COLOUR,)),
        Paper("M03", "letter", "房屋租赁合同", (SKEWED,), "pdf", _LEASE),
    )
    return Application("S01", number, "rented", person, form, papers)


APPLICATIONS: Final = (
    _business(1, PEOPLE[0], "standard", "青云区林记豆花店"),
    _business(2, PEOPLE[4], "commitment", "青云区南乔花店"),
    _business(3, PEOPLE[8], "standard", "青云区喆品文具店"),
    _business(4, PEOPLE[7], "by_agent", "青云区以宁茶铺"),
    _food(5),
    _house(6),
    _land(7),
    _allowance(8),
    _residence(9),
)
