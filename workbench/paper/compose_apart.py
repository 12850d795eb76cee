"""Composing and looking through a document in a process of its own, for the desk.

The page library holds the interpreter's lock for as long as it draws, which would stall every
window; so the desk's doors ``compose`` and ``clean`` come here. The child gets templates and values
of our own making, never a foreign file. Called by ``app`` (*errands* and *store* lanes).
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from workbench.rules.catalogue_records import DocumentTemplate
from workbench.rules.composed_documents import Composed
from workbench.rules.refusals import Outage, Trouble
from workbench.rules.words import _

SECONDS: Final = 60
"""A long document takes two; a child that needs more than this hangs."""


def compose_apart(template: DocumentTemplate, values: Mapping[str, str], path: Path) -> Composed:
    """As :func:`workbench.paper.compose.compose`. Raises Outage where no child answers."""
    made = _ask(("compose", template, dict(values), path))
    assert isinstance(made, Composed)
    return made


def clean_apart(path: Path) -> tuple[str, ...]:
    """As :func:`workbench.paper.prepress.check_clean`. Raises Outage where no child answers."""
    return tuple(str(one) for one in _ask(("clean", path)))


def _ask(question: tuple[Any, ...]) -> Any:
    try:
        done = subprocess.run(
            [sys.executable, "-m", __name__], input=pickle.dumps(question), capture_output=True,
            timeout=SECONDS, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError) as fault:
        raise Outage(
            "compose.child",
            _("The document could not be composed: its process ended early."),
            _("Try again; if it happens again, tell the information section."),
        ) from fault
    answer = pickle.loads(done.stdout)
    if isinstance(answer, Trouble):
        raise answer
    return answer


def main() -> None:
    """The child: one question from standard input, one answer to standard output."""
    question = pickle.loads(sys.stdin.buffer.read())
    try:
        answer = _answer(*question)
    except Trouble as trouble:
        answer = trouble
    sys.stdout.buffer.write(pickle.dumps(answer))


def _answer(verb: str, *given: Any) -> Any:
    if verb == "compose":
        from workbench.paper.compose import compose

        template, values, path = given
        return compose(template, values, path)
    from workbench.paper.prepress import check_clean

    return check_clean(*given)


if __name__ == "__main__":
    main()
