"""An archive copy of an issued file: the file, and timestamps that are renewed behind it (B-LTA).

The issued file never changes; its copy is that file followed by revisions that hold nothing but
evidence and document timestamps (seal design 1.1, 1.5). Each new timestamp covers everything before
it, so what proves the oldest signature is protected by the newest authority. Called by
``casework.archive_copies`` through the command line.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from asn1crypto import cms  # type: ignore[import-untyped]
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation import validate_pdf_timestamp

from workbench.paper.evidence import gather
from workbench.paper.timestamps import refuse_untrue, timestamp_for
from workbench.paper.verify_trust import context, trust_of
from workbench.rules.archive_stamps import ArchiveStamps
from workbench.rules.moment import Moment, SystemClock, from_datetime

_RESERVED: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class ArchivePaper:
    """``server`` and who may sign for it; ``seal_pems`` and ``lists`` are evidence for later."""

    server: TimeStamper
    timestamp_pems: Sequence[str]
    seal_pems: Sequence[str]
    lists: Sequence[bytes]

    def stamp(self, before: Path, target: Path) -> None:
        """``before`` (the issued file, or its copy so far) and one more timestamp, into ``target``.
        The server's clock is held to this machine's, as for a press.

        Outage where the timestamp server is away or lies; then there is no target.
        """
        data, now = before.read_bytes(), SystemClock().now()
        writer = IncrementalPdfFileWriter(io.BytesIO(data))
        for certificate in _signers(data):
            gather(
                self.seal_pems, self.timestamp_pems, self.lists, certificate, now
            ).write(writer, certificate)
        made = io.BytesIO()
        PdfTimeStamper(_Proven(self, now)).timestamp_pdf(
            writer, "sha256", bytes_reserved=_RESERVED, output=made
        )
        target.write_bytes(made.getvalue())

    def read(self, copy: Path, issued: Path, now: Moment) -> ArchiveStamps:
        """How a copy stands. Its faults are codes of ``rules.archive_stamps``; that it cannot be
        read is one of them."""
        data, whole = copy.read_bytes(), issued.read_bytes()
        if not data.startswith(whole):
            return ArchiveStamps((), None, ("not_this_file",))
        try:
            return _read(data, len(whole), self.timestamp_pems, now)
        except Exception:  # whatever a broken file makes a parser raise: it proves nothing
            return ArchiveStamps((), None, ("unreadable",))


class _Proven(TimeStamper):
    """A server whose every answer is proven before it goes into a file (decision 027)."""

    def __init__(self, parts: ArchivePaper, now: Moment) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._parts, self._now = parts, now

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> Any:
        """pyHanko's hook. Outage as :func:`timestamps.timestamp_for`, :func:`refuse_untrue`."""

        def asked() -> Any:
            stamp = timestamp_for(self._parts.server, message_digest)
            refuse_untrue(stamp, message_digest, self._parts.timestamp_pems, self._now)
            return stamp.token

        return await asyncio.to_thread(asked)


def _signers(data: bytes) -> list[bytes]:
    """The certificates (DER) of the signatures in a file."""
    reader = PdfFileReader(io.BytesIO(data))
    return [bytes(one.signer_cert.dump()) for one in reader.embedded_regular_signatures]


def _read(data: bytes, issued: int, pems: Iterable[str], now: Moment) -> ArchiveStamps:
    reader = PdfFileReader(io.BytesIO(data))
    roots = trust_of((), pems).timestamps
    stamps = sorted(reader.embedded_timestamp_signatures, key=lambda one: one.signed_revision)
    faults = set()
    for signature in reader.embedded_regular_signatures:
        signature.compute_integrity_info()
        if not _only_evidence(signature.diff_result):
            faults.add("more_than_stamps")
    moments, end, newest = [], None, None
    for stamp in stamps:
        # The earlier ones are proven for the moment at which the next one covered them.
        at = _time_of(stamp)
        found = validate_pdf_timestamp(stamp, context(roots, at), skip_diff=True)
        if not (found.valid and found.intact and found.trusted):
            faults.add("stamp_broken")
        moments.append(from_datetime(at))
        newest = stamp
    if newest is None:
        faults.add("no_stamp")
    else:
        covered = newest.byte_range
        if int(covered[2]) + int(covered[3]) != len(data):
            faults.add("not_covered")
        if not _padded_with_nothing(data[int(covered[1]) + 1 : int(covered[2]) - 1]):
            faults.add("stamp_broken")
        end = from_datetime(newest.signer_cert.not_valid_after)
        if end <= now:
            faults.add("stamp_over")
    if len(data) > issued and not stamps:
        faults.add("more_than_stamps")
    return ArchiveStamps(tuple(moments), end, tuple(sorted(faults)))


def _only_evidence(changes: Any) -> bool:
    """Whether what came after a signature is evidence and timestamps, or nothing."""
    allowed = (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES)
    return isinstance(changes, DiffResult) and changes.modification_level in allowed


def _padded_with_nothing(hole: bytes) -> bool:
    """Whether behind the newest token, which nothing covers, there are zeros alone."""
    held = bytes.fromhex(hole.decode("ascii"))
    token = cms.ContentInfo.load(held).dump()
    return hole in (hole.lower(), hole.upper()) and not held[len(token) :].strip(b"\0")


def _time_of(stamp: Any) -> datetime:
    told = stamp.signed_data["encap_content_info"]["content"].parsed
    moment: datetime = told["gen_time"].native
    return moment.astimezone(UTC)


