"""Whoever is in the way is called by name, not by sign-in name, however the server has said it."""

from __future__ import annotations

from string import Formatter

import pytest

from workbench.rules.refusal_texts import TEXTS
from workbench.store.server.answers import NAMED, refusal_of

SPOKEN_OF = {"actor", "holder"}
"""Words of texts that always stand for a person whom the rules know by his sign-in name."""


def words_of(code: str) -> set[str]:
    return {name for text in TEXTS[code] for _t, name, _s, _c in Formatter().parse(text) if name}


@pytest.mark.parametrize("code", sorted(NAMED))
def test_the_person_in_the_way_is_called_by_name(code: str) -> None:
    said = {**dict.fromkeys(words_of(code), "1"), "code": code, NAMED[code]: "ma.chao"}
    told = str(refusal_of(said, {"ma.chao": "Ma Chao"}.__getitem__))
    assert "Ma Chao" in told and "ma.chao" not in told


def test_every_text_that_speaks_of_a_person_is_known_to_do_so() -> None:
    speaking = {code for code in TEXTS if words_of(code) & SPOKEN_OF}
    assert speaking and speaking <= set(NAMED)
