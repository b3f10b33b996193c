"""Names of firms as the same firm is written in many ways: one plain form to match by, never to show."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_FORMS: Final = frozenset({"ltd", "limited", "plc", "llp", "the", "and"})
"""Words that tell nothing apart: legal forms, articles, joiners."""
_DOTTED: Final = re.compile(r"\b(?:\w\.){2,}")
"""Initials and legal forms with a dot after each letter: R.M., P.L.C."""
_SILENT: Final = frozenset("'’‘`´")


def plain(name: str) -> str:
    """Return a firm's name folded for matching: case, accents, Ltd, Limited, plc, LLP, &, and, The, punctuation.

    Single letters that stand beside each other become one word, so that "R.M. plc", "R M" and "RM" are the same.
    A name that is nothing but such words stays whole; folding twice changes nothing more.
    """
    words = _words(name)
    kept = words
    while True:
        fewer = _joined([one for one in kept if one not in _FORMS])
        if fewer == kept:
            return " ".join(kept or _joined(words))
        kept = fewer


def _words(name: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    shown = (one for one in folded if one not in _SILENT and not unicodedata.combining(one))
    marked = _DOTTED.sub(lambda found: found[0].replace(".", ""), "".join(shown))
    return "".join(one if one.isalnum() else " and " if one == "&" else " " for one in marked).split()


def _joined(words: list[str]) -> list[str]:
    """Return words with runs of single letters made one."""
    found: list[str] = []
    run = False
    for one in words:
        single = len(one) == 1 and one.isalpha()
        if single and run:
            found[-1] += one
        else:
            found.append(one)
        run = single
    return found
