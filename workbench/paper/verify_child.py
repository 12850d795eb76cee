"""The verifier's own process: reads requests from stdin, answers in JSON lines, may be killed.

Started by ``verifier`` as ``python -m workbench.paper.verify_child``. It limits its own memory
and time before it touches a file, so a hostile file costs this process and nothing else.
"""

from __future__ import annotations

import base64
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from workbench.paper.limits import arm_alarm, confine, disarm_alarm
from workbench.paper.verify_judge import judge
from workbench.rules.seal_checks import all_checks


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Judges the file named in the request; a reason of its own for what stops it."""
    try:
        finding = judge(
            Path(request["path"]).read_bytes(),
            request["seal_pems"],
            request["timestamp_pems"],
            request["at"],
            pins=request["pins"],
            lists=map(base64.b64decode, request["lists"]),
            proven=request["proven"],
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
        "checks": [asdict(check) for check in finding.checks],
    }


def _stopped(reason: str) -> dict[str, Any]:
    checks = [asdict(check) for check in all_checks((), (reason,))]
    return {"verdict": "cannot-verify", "reasons": [reason], "seals": [], "sha256": "",
            "checks": checks}  # fmt: skip


def main() -> None:
    """For each request an answer, until whoever started us goes away."""
    for asked in sys.stdin.buffer:
        request = json.loads(asked)
        confine(int(request["memory_mb"]))
        arm_alarm(float(request["seconds"]))
        print(json.dumps(answer(request)), flush=True)
        disarm_alarm()


if __name__ == "__main__":
    main()
