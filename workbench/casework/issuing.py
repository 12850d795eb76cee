"""The issuing window: hand-over, the acknowledgement from outside, closing (T25, T26).

Called by the issuing screen and the command line. Outward files go through the exchange port that
``app`` hands in, so this room writes no file itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from workbench.casework.moving import propose
from workbench.casework.ports import Session
from workbench.rules.case import Case, NewEntry, Part
from workbench.rules.case_view import CaseView
from workbench.rules.moment import stamp
from workbench.rules.refusals import Refusal
from workbench.rules.words import _

MANNERS: Final = ("direct", "left", "post", "electronic", "notice")
"""Manners of delivery of N15: direct, left with witnesses, by post, electronic, by notice."""


class ResultPush(Protocol):
    """The supervising department's end: results go out, acknowledgements come in (S170)."""

    def push(self, record: Mapping[str, Any]) -> None:
        """Hand the record over; the same case number again replaces it."""
        ...

    def acknowledgement(self, case_no: str) -> Mapping[str, Any] | None:
        """The acknowledgement that has arrived for the case, or ``None``."""
        ...


@dataclass(frozen=True, slots=True)
class Receipt:
    """The delivery receipt N15: who received the document, how he is known, and how it went."""

    receiver: str
    relation: str
    manner: str
    identity: str = ""
    tracking_no: str = ""


def issue(session: Session, view: CaseView, receipt: Receipt, out: ResultPush) -> Case:
    """T25: record the hand-over and push the result to the supervising department."""
    sealed = view.last(Part.DOCUMENT, "sealed_document")
    body = {
        "receiver": receipt.receiver.strip(),
        "relation": receipt.relation,
        "manner": receipt.manner if receipt.manner in MANNERS else "",
        "identity": receipt.identity.strip(),
        "tracking_no": receipt.tracking_no.strip(),
        "document_no": sealed.body.get("document_no", "") if sealed else "",
        "at": stamp(session.moment()),
    }
    entry = NewEntry("delivery", body)
    case = propose(session, view.case, "issue", {"manner": receipt.manner}, [entry])
    out.push(push_record(view, sealed.body if sealed else {}))
    return case


def push_record(view: CaseView, sealed: Mapping[str, Any]) -> dict[str, Any]:
    """What the supervising department is told: numbers, item, hash; no personal data."""
    return {
        "case_no": view.case.case_no,
        "item_code": view.item.item_code,
        "item": view.item.name_zh,
        "to": view.item.supervising_department,
        "document_no": view.case.document_no,
        "sha256": sealed.get("sha256", ""),
        "decided_at": stamp(view.case.decided_at) if view.case.decided_at else "",
    }


def take_acknowledgement(session: Session, view: CaseView, out: ResultPush) -> Case:
    """T26, first half: the acknowledgement that arrived as a file.

    Where none has arrived the result is pushed once more, so that a push which failed at the
    hand-over is made good, and a Refusal says that it has not been acknowledged yet.
    """
    found = out.acknowledgement(view.case.case_no)
    if found is None:
        sealed = view.last(Part.DOCUMENT, "sealed_document")
        out.push(push_record(view, sealed.body if sealed else {}))
        raise Refusal(
            "not_acknowledged",
            _("The supervising department has not acknowledged the result."),
            _("Put its acknowledgement file into the exchange folder and try again."),
        )
    body = {"reference": str(found.get("reference", "")), "received_at": found.get("at", "")}
    entry = NewEntry("acknowledgement", body)
    return propose(session, view.case, "record_acknowledgement", entries=[entry])


def close(session: Session, case: Case) -> Case:
    """T26: all duties done."""
    return propose(session, case, "close")
