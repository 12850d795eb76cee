"""The archive package of a closed case: manifest, result, process, log (domain 2.6; T27, T27b).

Only what the archivist's visibility row grants goes in. The package is one ZIP file without clock
or path in it, so forming it twice gives the same bytes; its own check needs no database (S058).
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any, Final

from workbench.casework.moving import propose
from workbench.casework.ports import Session
from workbench.rules.case import Case, NewEntry, Part
from workbench.rules.case_view import CaseView
from workbench.rules.events import canonical, first_break
from workbench.rules.refusals import Refusal
from workbench.rules.words import _, clauses

_FIXED_TIME: Final = (1980, 1, 1, 0, 0, 0)
_FOLDERS: Final[Mapping[Part, str]] = {
    Part.MATERIALS: "01_application",
    Part.NOTICES: "02_process",
    Part.DOCUMENT: "03_result",
}


def form_package(session: Session, view: CaseView) -> bytes:
    """The package as bytes. Raises Refusal ``chain_broken`` where the log does not hold."""
    broken = first_break(view.case.case_no, view.events)
    if broken is not None:
        raise Refusal(
            "chain_broken",
            _("The log of the case does not hold at entry {seq}.").format(seq=broken),
            _("Tell the supervisor; the case must not be archived."),
        )
    files = dict(_files(session, view))
    log = "\n".join(canonical(_event_line(e)) for e in view.events)
    files["log.jsonl"] = log.encode()
    manifest = {
        "case_no": view.case.case_no,
        "item": view.item.name_zh,
        "state": view.case.state.value,
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())},
    }
    files["manifest.json"] = canonical(manifest).encode()
    return _zip(files)


def _event_line(event: Any) -> dict[str, Any]:
    names = ("seq", "kind", "actor", "effective_at", "recorded_at", "payload", "prev_hash", "hash")
    return {name: getattr(event, name) for name in names}


def _files(session: Session, view: CaseView) -> Iterator[tuple[str, bytes]]:
    for part, folder in _FOLDERS.items():
        for entry in view.entries.get(part, ()):
            name = f"{folder}/{entry.entry_id:06d}-{entry.kind}"
            yield f"{name}.json", canonical(dict(entry.body)).encode()
            content = str(entry.body.get("sha256", ""))
            if content:
                yield f"{name}.bin", session.content_path(content).read_bytes()


def _zip(files: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as package:
        for name in sorted(files):
            package.writestr(zipfile.ZipInfo(name, _FIXED_TIME), files[name])
    return target.getvalue()


def check_package(data: bytes) -> tuple[str, ...]:
    """Faults of a package, without any database: missing files and hashes that do not match."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = set(package.namelist())
        manifest = json.loads(package.read("manifest.json"))
        wanted: dict[str, str] = manifest["files"]
        faults = [f"missing {name}" for name in sorted(set(wanted) - names)]
        for name in sorted(set(wanted) & names):
            if hashlib.sha256(package.read(name)).hexdigest() != wanted[name]:
                faults.append(f"changed {name}")
    return tuple(faults)


def keep_package(session: Session, view: CaseView, data: bytes) -> Case:
    """T27, T27b: test the package, keep it, close the file. Refusal ``package_failed``."""
    faults = check_package(data)
    if faults:
        raise Refusal("package_failed", clauses(faults), _("Form the package again."))
    entry = NewEntry("package", {"sha256": session.put_content(data)})
    return propose(session, view.case, "archive", entries=[entry])


def archive(session: Session, view: CaseView) -> Case:
    """Form the package and keep it."""
    return keep_package(session, view, form_package(session, view))
