"""The bytes of an event and its chain: both engines must give the same (house section 1).

An event is hashed as SHA-256 over the previous hash (32 bytes) and the length-prefixed fields seq,
kind, actor, effective_at, recorded_at, payload, in that order: each field as UTF-8 text behind its
length in bytes as a 4-byte big-endian number. The chain of a case starts from the SHA-256 of its
case number. ``tests/rules/event_vectors.json`` holds vectors.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.rules.moment import Moment


@dataclass(frozen=True, slots=True)
class Event:
    """One recorded act. ``payload`` is canonical text, stored and hashed verbatim."""

    case_id: int
    seq: int
    kind: str
    actor: str
    effective_at: Moment
    recorded_at: Moment
    payload: str
    prev_hash: str
    hash: str

    def fields(self) -> dict[str, Any]:
        """The payload as a mapping of codes and references."""
        loaded = json.loads(self.payload)
        return loaded if isinstance(loaded, dict) else {}


def canonical(value: Mapping[str, Any] | Sequence[Any]) -> str:
    """Canonical JSON text: sorted keys, no blanks, UTF-8 as it is, no NaN."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def sha256_text(text: str) -> str:
    """SHA-256 of the text's UTF-8 bytes, 64 hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def genesis(case_no: str) -> str:
    """What the first event of a case is chained to."""
    return sha256_text(case_no)


def event_hash(
    prev_hash: str, seq: int, kind: str, actor: str, effective_at: int, recorded_at: int,
    payload: str,
) -> str:  # fmt: skip
    """The hash of an event, 64 hex digits."""
    digest = hashlib.sha256(bytes.fromhex(prev_hash))
    for one in (str(seq), kind, actor, str(effective_at), str(recorded_at), payload):
        raw = one.encode()
        digest.update(len(raw).to_bytes(4, "big"))
        digest.update(raw)
    return digest.hexdigest()


def chained(
    case_id: int, seq: int, kind: str, actor: str, effective_at: int, recorded_at: int,
    payload: Mapping[str, Any], prev_hash: str,
) -> Event:  # fmt: skip
    """A new event behind ``prev_hash``."""
    text = canonical(payload)
    digest = event_hash(prev_hash, seq, kind, actor, effective_at, recorded_at, text)
    return Event(
        case_id, seq, kind, actor, effective_at, recorded_at, text, prev_hash, digest
    )


def first_break(case_no: str, events: Sequence[Event]) -> int | None:
    """The seq of the first event that does not fit the chain, or ``None`` (S084)."""
    prev = genesis(case_no)
    for place, one in enumerate(events, start=1):
        expected = event_hash(
            prev, one.seq, one.kind, one.actor, one.effective_at, one.recorded_at, one.payload
        )
        if one.seq != place or one.prev_hash != prev or one.hash != expected:
            return one.seq
        prev = one.hash
    return None
