"""A centre in the middle of its work with somebody of every kind of post, to be probed.

Cases of two departments in several states, one of them sealed, one with the supervisor recused; a
representative whose letter was revoked and a newcomer beside the people of ``tests.store.world``.
Every text of a case says whose and which part's it is: ``CANARY-<case>-<part>-<n>``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import psycopg
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from tests.store.server.accounts_world import FIRST, OWN, Accounts
from tests.store.server.centres import ROLES, ServerWorld
from tests.store.server.probes import Target
from tests.store.world import MAJOR, PROMISED, duty_of
from workbench.rules.case import Case, Move, NewEntry, Part
from workbench.rules.catalogue import ItemVersion
from workbench.rules.dossier import Dossier
from workbench.rules.facts import Answers
from workbench.rules.material_marks import MarkKind, NewMark
from workbench.rules.materials import Clip
from workbench.rules.people import Post, Recusal, Role
from workbench.rules.person_records import Grant, NewPerson
from workbench.rules.visibility import explain
from workbench.store import case_rows, dossiers, seeding
from workbench.store.server import grants
from workbench.store.server.accounts import change_password

KINDS = {
    "representative on duty": "zhang", "representative off duty": "li", "reviewer": "ma",
    "surveyor": "guo", "window acceptor": "hu", "intake agent": "agent",
    "custodian on shift": "lin", "custodian off shift": "gao", "issuing clerk": "xu",
    "supervisor": "tang", "organ head": "han", "archivist": "deng", "roster manager": "song",
    "system administrator": "sys", "security administrator": "security",
    "audit administrator": "aud", "revoked": "revoked", "newcomer": "newcomer",
}  # fmt: skip
"""Who stands for which kind of post; the last words of some stand for names of this run."""


@dataclass
class ProbedCentre:
    """The centre at work. ``names``: what some words of :data:`KINDS` are called in this run."""

    world: ServerWorld
    accounts: Accounts
    cases: list[Case] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    shas: dict[int, str] = field(default_factory=dict)
    made: int = 0

    def canary(self, key: int, part: str) -> str:
        """A text that stands nowhere else."""
        self.made += 1
        return f"CANARY-{key}-{part}-{self.made}"

    def work(self) -> None:
        """The cases as the probes find them."""
        self._people()
        for wanted in (PROMISED, MAJOR, PROMISED, MAJOR, PROMISED):
            self._case(wanted)
        self._accept(0)
        self._accept(1)
        self._accept(2)
        self._review(2)
        self._sealed(4)
        self._mark(0, "zhang")
        self._mark(1, "chen")
        draft = {"opinion.reasons": self.canary(0, "draft")}
        self.world.as_("zhang").keep_draft(self.cases[0].case_no, "submit_opinion", draft)
        with self.world.centre.administration() as unit:
            why = self.canary(4, "recusal")
            seeding.add_recusal(unit, Recusal("tang", str(self.cases[4].case_id), why, "song"))
        engine = create_engine(self._url(), poolclass=NullPool)
        with engine.begin() as sql:
            # A copied database does not bring along what may be done to the database itself.
            grants.close_database(sql, ROLES)
            sql.exec_driver_sql(
                f"GRANT CONNECT ON DATABASE {sql.engine.url.database} TO {ROLES.newcomer}"
            )
        with engine.begin() as sql:
            sql.exec_driver_sql("ANALYZE")
        engine.dispose()

    def _url(self) -> str:
        assert self.world.server is not None
        return self.world.server.cluster.url(self.world.server.name)

    def _people(self) -> None:
        self.names = {
            "security": self.accounts.security, "revoked": self.accounts.name("rev"),
            "newcomer": self.accounts.name("new"),
        }  # fmt: skip
        office = self.accounts.office()
        letter = Grant(Role.REPRESENTATIVE, "market", post=Post.B, letter_no="L-9")
        for word, given in (("revoked", (letter,)), ("newcomer", (letter,))):
            login = self.names[word]
            office.add([NewPerson(login, "某某", login, grants=given)], {login: FIRST})
        login = self.names["revoked"]
        change_password(self.accounts.engine(login, FIRST), self.accounts.address, login, OWN)
        office.revoke(login, Role.REPRESENTATIVE)

    def _mark(self, key: int, login: str) -> None:
        """A note beside the material, which is seen with it."""
        place = NewMark(self.shas[key], 0, Clip(0, 0, 1, 1), MarkKind.NOTE,
                        self.canary(key, "materials"))  # fmt: skip
        self.world.as_(login).make_material_mark(self.cases[key].case_no, place)

    # -- cases -----------------------------------------------------------------------------------

    def _case(self, wanted: ItemVersion) -> None:
        key = len(self.cases)
        self.shas[key] = self.world.file(self.canary(key, "materials"))
        person = {"name": self.canary(key, "form"), "id_number": self.canary(key, "form")}
        form = NewEntry("form", {"applicant": person, "values": {"x": self.canary(key, "form")}})
        paper = NewEntry("material", {
            "code": "id_card", "file": f"{self.canary(key, 'materials')}.pdf",
            "sha256": self.shas[key], "pages": 1})  # fmt: skip
        move = Move("register", {"item_code": wanted.item_code, "channel": "window"},
                    (form, paper), operation_id=f"operation-{key}")  # fmt: skip
        masked = self.canary(key, "meta")
        case = self.world.as_("wang").register(move, masked, f"package-of-{key}")
        self.cases.append(case)
        self._move("wang", key, "receive")
        listed = {"answers": [self.canary(key, "form")]}
        self._move("wang", key, "push", NewEntry("checklist", listed))

    def _move(self, login: str, key: int, name: str, *entries: NewEntry, **fields: Any) -> None:
        self.cases[key] = self.world.move(login, self.cases[key], name, *entries, **fields)

    def _accept(self, key: int) -> None:
        notice = {"n": self.canary(key, "notices")}
        who = "zhang" if self.cases[key].department == "market" else "chen"
        self._move(who, key, "accept", NewEntry("acceptance_notice", notice))

    def _review(self, key: int) -> None:
        self._move("zhang", key, "release")
        self._move("ma", key, "claim")
        body = {"conclusion": "grant", "reasons": self.canary(key, "opinions")}
        self._move("ma", key, "submit_opinion", NewEntry("opinion", body))
        self._move("ma", key, "release")

    def _sealed(self, key: int) -> None:
        self._accept(key)
        self._review(key)
        body = {"content": self.canary(key, "opinions"), "reason": self.canary(key, "opinions")}
        self._move("zhang", key, "grant", NewEntry("decision", body))
        self._move(duty_of(PROMISED), key, "prepare_result", template="licence", document_no="D-1")
        frozen = self.world.file(self.canary(key, "document"))
        case = self.cases[key]
        document = {"sha256": frozen, "template": "licence", "title_zh": "许可证",
                    "title_en": "Licence", "values": {
                        "organ_name": PROMISED.organ_name_zh, "a": self.canary(key,
                        "document")}}  # fmt: skip
        self._move(
            "zhang", key, "request_seal", NewEntry("document", document),
            document_id=f"{case.case_no}/D-1", document_no="D-1", seal_kind="approval_special",
            sha256=frozen, proof_shown="yes",
        )  # fmt: skip
        self.cases[key] = self.world.press(self.cases[key])

    # -- who sees what ---------------------------------------------------------------------------

    def parts(self, login: str, moment: int | None = None) -> dict[int, frozenset[Part]]:
        """What the rules grant that person of each case; asked of Python, never of a policy."""
        at = moment or self.world.clock.now()
        found: dict[int, frozenset[Part]] = {}
        with self.world.centre.administration(writing=False) as unit:
            for key, one in enumerate(self.cases):
                case = case_rows.case_by_id(unit.sql, one.case_id)
                assert case is not None
                dossier: Dossier = dossiers.load(
                    unit.sql, self.world.centre.books.shelf, case, (login,), at
                )
                found[key] = frozenset(explain(Answers(dossier, login, at)).parts)
        return found

    def login(self, kind: str) -> str:
        """The person of that kind."""
        return self.names.get(KINDS[kind], KINDS[kind])

    def connect(self, login: str) -> psycopg.Connection[tuple[object, ...]]:
        """As with psql: autocommit, nothing set."""
        server = self.world.server
        assert server is not None
        return psycopg.connect(
            host="127.0.0.1", port=server.cluster.port, dbname=server.name, user=login,
            password=FIRST, autocommit=True, prepare_threshold=None,
        )  # fmt: skip

    def target(self, login: str) -> Target:
        """A case that he sees nothing of, and the names of everything else."""
        unseen = [key for key, parts in self.parts(login).items() if not parts]
        key = unseen[-1] if unseen else -1
        hidden = self.cases[key] if unseen else None
        assert self.world.server is not None
        group = self.world.server.admin.exec_driver_sql(
            "SELECT g.rolname FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid"
            " JOIN pg_roles p ON p.oid = m.member WHERE p.rolname = %s ORDER BY"
            " g.rolname LIKE '%%user', 1 LIMIT 1", (login,),
        ).scalar_one()  # fmt: skip
        other = ROLES.kind("supervisor" if group != ROLES.kind("supervisor") else "reviewer")
        return Target(
            me=f'"{login}"' if "." in login else login, owner=ROLES.owner, user=ROLES.user,
            accounts=ROLES.accounts, group=str(group), other=other,
            database=self.world.server.name, hidden=hidden.case_id if hidden else 0,
            hidden_no=hidden.case_no if hidden else "none", operation=f"operation-{max(key, 0)}",
            sha256=self.shas[key] if unseen else "0" * 64, package=f"package-of-{max(key, 0)}",
            press=999 if login == "lin" else 1,
        )  # fmt: skip
