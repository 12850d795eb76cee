"""A small made-up centre on a real SQLite file, its clock in the test's hand.

Two representatives a department in half-day turns, one of every other post, five items. Used by
every test of the store; nothing here is mocked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import update

from workbench import settings
from workbench.rules.case import Case, Move, NewEntry
from workbench.rules.catalogue import (
    Block,
    CaseType,
    DecisionPath,
    DocumentTemplate,
    ItemState,
    ItemVersion,
    Limit,
    LimitUnit,
    MaterialForm,
    MaterialSource,
    MaterialSpec,
    NeedKind,
    ResultKind,
    SealPlacement,
)
from workbench.rules.centre_seed import CentreSeed
from workbench.rules.moment import DAY, Moment, SetClock, at_local
from workbench.rules.people import (
    Appointment,
    Authorisation,
    CustodyShift,
    Department,
    DutyShift,
    Leave,
    Membership,
    Post,
    Power,
    Role,
    User,
)
from workbench.rules.publication import Publication
from workbench.rules.seal_custody import Placement, Prepared, Seal, SealKind, SealStatus
from workbench.store import StoreCentre, check_centre, create_centre, open_centre
from workbench.store.session import StoreSession
from workbench.store.tables import META

MONDAY = date(2026, 3, 2)
NINE = at_local(MONDAY, 9)
LONG_AGO = at_local(date(2026, 1, 5))
ORGAN = "青云区行政审批局"
ORGANS = {
    "market": "11990101MB00011117",
    "estate": "11990101MB00022228",
    "civil": "11990101MB00033339",
}
PASSWORD = "plum-rain-ferry-42"


def code(department: str, serial: int) -> str:
    """A made-up implementing code with a right check character."""
    return f"{ORGANS[department]}4000131{900 + serial:03d}000"[:31]


def material(name: str, need: NeedKind, *situations: str, **more: Any) -> MaterialSpec:
    """One line of a material list."""
    source = more.get("source", MaterialSource.APPLICANT)
    return MaterialSpec(name, name, name, MaterialForm.COPY, source, need, situations)


MATERIALS = (
    material("id_card", NeedKind.MUST),
    material("site_plan", NeedKind.TOLERABLE),
    material("sale_deed", NeedKind.SITUATION, "sale"),
    material("gift_deed", NeedKind.MUST, "gift"),
    material("office_note", NeedKind.MUST, source=MaterialSource.OFFICE),
)


def template(code_: str, seal_kind: str, notice: str = "N13") -> DocumentTemplate:
    """A document of one line that carries that kind of seal (domain 2.4 a)."""
    return DocumentTemplate(
        code_, "licence", notice, "许可证", "Licence", seal_kind, 210.0, 297.0,
        (Block("heading", "许可证"), Block("signature")), SealPlacement(),
    )  # fmt: skip


TEMPLATES = (
    template("licence", "approval_special"),
    template("title", "real_estate_registration_special"),
    template("revocation", "organ_official", "N19"),
)


def item(serial: int, department: str = "market", **changes: Any) -> ItemVersion:
    """An item version; what is not said is an ordinary promised item with one material."""
    days = Limit(9, LimitUnit.WORKING_DAY)
    known: dict[str, Any] = {
        "item_code": code(department, serial), "version": 1, "name_zh": f"事项{serial}",
        "name_en": f"Item {serial}", "department_code": department,
        "case_type": CaseType.PROMISED, "single_officer": False, "state": ItemState.ACTIVE,
        "abolished_reason": "", "statutory_limit": Limit(20, LimitUnit.WORKING_DAY),
        "limit_basis": "", "promised_limit": days, "correction_days": 10,
        "survey_required": False, "opinion_departments": (),
        "decision_path": DecisionPath.ORDINARY, "window_group": "1", "agent_allowed": True,
        "legal_basis": "law", "fee_basis": "", "materials": (MATERIALS[0],), "situations": (),
        "form": (), "review_points": (), "documents": TEMPLATES, "supervising_department": "market",
        "wet_seal_only": False, "result_kind": ResultKind.LICENCE, "organ_name_zh": ORGAN,
        "short_code": f"T{serial:02d}",
    }  # fmt: skip
    return ItemVersion(**{**known, **changes})


PROMISED = item(1)
IMMEDIATE = item(
    2, case_type=CaseType.IMMEDIATE, single_officer=True,
    promised_limit=Limit(30, LimitUnit.OFFICE_MINUTE),
)  # fmt: skip
PARALLEL = item(
    3, case_type=CaseType.PARALLEL, materials=MATERIALS, survey_required=True,
    delegated_check=("id_card", "gift_deed"),
)  # fmt: skip
MAJOR = item(4, "estate", decision_path=DecisionPath.MAJOR)
ON_PAPER = item(6, wet_seal_only=True)
ABOLISHED = item(5, state=ItemState.ABOLISHED, abolished_reason="gone")
ITEMS = (PROMISED, IMMEDIATE, PARALLEL, MAJOR, ABOLISHED, ON_PAPER)

REPRESENTATIVES = {
    "zhang": ("market", Post.A), "li": ("market", Post.B),
    "chen": ("estate", Post.A), "liu": ("estate", Post.B),
    "zhao": ("civil", Post.A), "sun": ("civil", Post.B),
}  # fmt: skip
OTHERS: dict[str, tuple[tuple[Role, str | None, str | None], ...]] = {
    "wang": ((Role.WINDOW_ACCEPTOR, None, "hall"),),
    "hu": ((Role.WINDOW_ACCEPTOR, None, "branch"),),
    "ma": tuple((Role.REVIEWER, one, None) for one in ORGANS),
    "guo": ((Role.SURVEYOR, None, None),),
    "he": ((Role.SURVEYOR, None, None),),
    "lin": ((Role.SEAL_CUSTODIAN, None, None),),
    "gao": ((Role.SEAL_CUSTODIAN, None, None),),
    "xu": ((Role.ISSUING_CLERK, None, "hall"),),
    "tang": ((Role.SUPERVISOR, None, None),),
    "deng": ((Role.ARCHIVIST, None, None),),
    "song": ((Role.ROSTER_MANAGER, None, None),),
    "han": tuple((Role.ORGAN_HEAD, one, None) for one in ORGANS),
    "peng": tuple((Role.GOVERNMENT_HEAD, one, None) for one in ORGANS),
    "agent": ((Role.INTAKE_AGENT, None, "village"),),
    "sys": ((Role.SYSTEM_ADMIN, None, None),),
    "sec": ((Role.SECURITY_ADMIN, None, None),),
    "aud": ((Role.AUDIT_ADMIN, None, None),),
}


def shifts(weeks: int = 12) -> Iterator[DutyShift]:
    """Mornings for post A, afternoons for post B, every weekday from two weeks before."""
    for login, (department, post) in REPRESENTATIVES.items():
        for number in range(-14, weeks * 7):
            day = MONDAY + timedelta(days=number)
            if day.weekday() < 5:
                first, last = ((8, 30), (13, 30)) if post is Post.A else ((13, 30), (17, 30))
                yield DutyShift(
                    f"{login}-{day}", department, login, at_local(day, *first),
                    at_local(day, *last), created_by="song", published_at=LONG_AGO,
                )  # fmt: skip


def seed(**changes: Any) -> CentreSeed:
    """The whole small centre."""
    people = [*REPRESENTATIVES, *OTHERS]
    letters = tuple(
        Appointment(login, department, post, f"A-{login}", LONG_AGO)
        for login, (department, post) in REPRESENTATIVES.items()
    )
    known: dict[str, Any] = {
        "settings": {"name_zh": "青云区"},
        "departments": tuple(
            Department(name, name, name, ORGAN, organ) for name, organ in ORGANS.items()
        ),
        "users": tuple(User(one, f"{one}某", one.title(), frozenset()) for one in people),
        "passwords": {},
        "memberships": tuple(
            Membership(login, role, department, site, None, LONG_AGO)
            for login, rows in OTHERS.items()
            for role, department, site in rows
        ),
        "appointments": letters,
        "authorisations": tuple(
            Authorisation(one.login, one.department, None, frozenset(Power), "S", LONG_AGO)
            for one in letters
        ),
        "shifts": tuple(shifts()),
        "custody": (CustodyShift("lin", LONG_AGO, NINE + 90 * DAY, LONG_AGO),
                    CustodyShift("gao", LONG_AGO, NINE + 90 * DAY)),
        "publications": (Publication("standard", "1.0", "development", (), ITEMS),),
        "seals": (
            Seal("approval", SealKind.APPROVAL_SPECIAL, ORGAN, "演示", "专用", 42,
                 SealStatus.ACTIVE, LONG_AGO, NINE + 900 * DAY, "ab" * 32),
            Seal("registration", SealKind.REAL_ESTATE_REGISTRATION_SPECIAL, ORGAN, "演示", "专用",
                 45, SealStatus.ACTIVE, LONG_AGO, NINE + 900 * DAY, "cd" * 32),
            Seal("official", SealKind.ORGAN_OFFICIAL, ORGAN, "演示", "", 42,
                 SealStatus.ACTIVE, LONG_AGO, NINE + 900 * DAY, "", key_place="none"),
        ),
        "leaves": (),
        "calendar_years": tuple(settings.load_calendar()),
        "office_hours": settings.load_office_hours(),
    }  # fmt: skip
    return CentreSeed(**{**known, **changes})


@dataclass
class World:
    """A centre, its clock, and one open session a person."""

    path: Path
    clock: SetClock
    centre: StoreCentre
    sessions: dict[str, StoreSession] = field(default_factory=dict)
    made: int = 0

    @property
    def url(self) -> str:
        return f"sqlite:///{self.path}"

    def as_(self, login: str) -> StoreSession:
        """The person's session."""
        if login not in self.sessions:
            self.sessions[login] = self.centre.session_as(login)
        return self.sessions[login]

    def check(self) -> list[str]:
        """What the centre check finds wrong, as sentences."""
        return [one.text for one in check_centre(self.url) if one.wrong]

    def settle(self, case: Case) -> None:
        """Somebody touches the case: what time has brought is written down."""
        self.as_("wang").settle_case(case.case_id)

    def at(self, day: date, hour: int = 9, minute: int = 0, second: int = 0) -> None:
        """Set the clock to that local time."""
        self.clock.set(at_local(day, hour, minute, second))

    def move(
        self, login: str, case: Case, name: str, *entries: NewEntry, **fields: Any
    ) -> Case:
        """Make a move with these fields; a moment passes before."""
        self.clock.forward(1_000_000)
        return self.as_(login).make_move(case.case_id, Move(name, fields, entries))

    def file(self, text: str = "scan") -> str:
        """A stored file; its SHA-256."""
        return self.as_("wang").put_content(text.encode())

    def paper(self, name: str, text: str = "scan") -> NewEntry:
        """A material with its stored file."""
        body = {"code": name, "file": f"{name}.pdf", "sha256": self.file(text), "pages": 1}
        return NewEntry("material", body)

    def draft(self, wanted: ItemVersion = PROMISED, *codes: str, **fields: Any) -> Case:
        """A registered case (T01) with the form and these materials."""
        self.clock.forward(1_000_000)
        self.made += 1
        form = {"applicant": {"name": "王小明", "id_number": "990101198001010014"}}
        papers = tuple(self.paper(one) for one in codes or ("id_card",))
        move = Move(
            "register", {"item_code": wanted.item_code, "channel": "window", **fields},
            (NewEntry("form", form), *papers),
        )  # fmt: skip
        return self.as_("wang").register(move, "王**", f"package-{self.made}")

    def pushed(self, wanted: ItemVersion = PROMISED, *codes: str, **fields: Any) -> Case:
        """T01 to T03: before the representative on duty, the ten-minute clock running."""
        case = self.move("wang", self.draft(wanted, *codes, **fields), "receive")
        return self.move("wang", case, "push", NewEntry("checklist", {"answers": ["yes"]}))

    def accepted(self, wanted: ItemVersion = PROMISED, *codes: str, **fields: Any) -> Case:
        """T04."""
        case = self.pushed(wanted, *codes, **fields)
        return self.move(duty_of(wanted), case, "accept", NewEntry("acceptance_notice", {"n": 1}))

    def reviewed(self, wanted: ItemVersion = PROMISED) -> Case:
        """T16 by the reviewer."""
        case = self.accepted(wanted)
        case = self.move(duty_of(wanted), case, "release")
        case = self.move("ma", case, "claim")
        opinion = NewEntry("opinion", {"conclusion": "grant", "reasons": "all in order"})
        case = self.move("ma", case, "submit_opinion", opinion)
        return self.move("ma", case, "release")

    def granted(self, wanted: ItemVersion = PROMISED) -> Case:
        """T17 by the representative on duty."""
        decision = NewEntry("decision", {"content": "granted", "reason": "fit"})
        return self.move(duty_of(wanted), self.reviewed(wanted), "grant", decision)

    def awaiting_seal(self, wanted: ItemVersion = PROMISED) -> Case:
        """T21, T22: the document is frozen."""
        case = self.granted(wanted)
        who = duty_of(wanted)
        case = self.move(who, case, "prepare_result", template="licence", document_no="D-1")
        frozen = self.file(f"frozen {case.case_no}")
        body = {"sha256": frozen, "template": "licence", "document_no": "D-1", "title_zh": "许可证",
                "title_en": "Licence", "values": {"organ_name": ORGAN}}  # fmt: skip
        return self.move(
            who, case, "request_seal", NewEntry("document", body), document_id=document_of(case),
            document_no="D-1", seal_kind="approval_special", sha256=frozen, proof_shown="yes",
        )  # fmt: skip

    def press(self, case: Case, login: str = "lin") -> Case:
        """T23: reserve, prepare, sign, release."""
        session = self.as_(login)
        line = session.reserve(document_of(case), case.case_id, "approval", login)
        prepared, sealed = self.prepare(line.sha256_before, line.serial)
        session.mark_prepared(line.serial, login, prepared, self.file(f"prepared {line.serial}"))
        session.mark_signed(line.serial, login, b"cms", sealed, "B-B")
        return session.release(line.serial, login, stamp_move(case, line.serial, sealed))

    def prepare(self, before: str, serial: int) -> tuple[Prepared, str]:
        """What paper would make: a prepared record and the sealed file's hash."""
        prepared = Prepared("x", "x.tail", b"digest", 10, 20, before, Placement(1, 105.0, 240.0))
        return prepared, self.file(f"sealed {serial}")

    def change(self, table: str, key: str, of: str, **values: Any) -> None:
        """A line as it would stand after what is not this test's story."""
        with self.centre.administration() as unit:
            found = META.tables[table]
            unit.sql.execute(update(found).where(found.c[key] == of).values(values))

    def close(self) -> None:
        for one in self.sessions.values():
            one.close()
        self.centre.close()


def duty_of(wanted: ItemVersion) -> str:
    """Who is on duty for the item in the morning."""
    return {"market": "zhang", "estate": "chen", "civil": "zhao"}[wanted.department_code]


def document_of(case: Case) -> str:
    return f"{case.case_no}/D-1"


def stamp_move(case: Case, serial: int, sealed: str) -> Move:
    """The move of T23 for a signed press."""
    fields = {"document_id": document_of(case), "serial": serial, "hash_after": sealed}
    entry = NewEntry("sealed_document", {"sha256": sealed, "serial": serial})
    return Move("stamp", fields, (entry,), operation_id=f"stamp-{serial}")


@contextmanager
def new_world(
    folder: Path, founded: Path | None = None, **changes: Mapping[str, Any]
) -> Iterator[World]:
    """A centre in that folder with all sessions closed at the end; ``founded`` is one to copy."""
    clock = SetClock(NINE)
    path = folder / "centre.db"
    if founded is None:
        create_centre(str(path), seed(**changes), clock)
    else:
        path.write_bytes(founded.read_bytes())
        (folder / "content").mkdir(exist_ok=True)
    world = World(path, clock, open_centre(str(path), clock))
    try:
        yield world
    finally:
        world.close()


def leave(login: str, start: Moment, end: Moment) -> Leave:
    return Leave(login, start, end)
