"""The verifier's own process: reads one request from stdin, answers in JSON, may be killed.

Started by ``verify`` as ``python -m workbench.paper.verify_child``. It limits its own memory
and time before it touches the file, so a hostile file costs this process and nothing else.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from workbench.paper.limits import arm_alarm, confine
from workbench.paper.verify_judge import judge


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Judges the file named in the request; a reason of its own for what stops it."""
    try:
        data = Path(request["path"]).read_bytes()
        finding = judge(
            data, tuple(request["seal_pems"]), tuple(request["timestamp_pems"]), request["at"]
        )
    except OSError:
        return _stopped("file-missing")
    except MemoryError:
        return _stopped("too-much-memory")
    return {
        "verdict": finding.verdict.value,
        "reasons": list(finding.reasons),
        "seals": [asdict(seal) for seal in finding.seals],
        "sha256": finding.sha256,
    }


def _stopped(reason: str) -> dict[str, Any]:
    return {"verdict": "cannot-verify", "reasons": [reason], "seals": [], "sha256": ""}


def main() -> None:
    """One request, one answer; none where whoever started us went away without asking."""
    asked = sys.stdin.buffer.read()
    if not asked:
        return
    request = json.loads(asked)
    confine(int(request["memory_mb"]))
    arm_alarm(float(request["seconds"]))
    sys.stdout.write(json.dumps(answer(request)))


if __name__ == "__main__":
    main()
