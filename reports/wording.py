"""Text as it stands on paper: the one place where people's text is made safe to print."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime

from bursar_desk.domain import words

NO_BREAK_SPACE = "\u00a0"
ELLIPSIS = "…"

# Characters that turn or re-order a line. They are shown by their code: paper is proof, and must not be rearranged.
_TURNERS = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def code_of(character: str) -> str:
    """Return the visible stand-in for a character that cannot be printed, such as ``[U+4E2D]``."""
    return f"[U+{ord(character):04X}]"


def clean(text: str) -> str:
    """Return text on one line with nothing hidden in it: NFC, plain spaces, codes for control characters.

    Zero-width characters are dropped (they have no shape); direction marks, control characters and halves of broken
    characters are shown by their code, so that nothing a person typed disappears. Safe to apply twice.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_one(character) for character in unicodedata.normalize("NFC", text)).strip(" ")


def _one(character: str) -> str:
    kind = unicodedata.category(character)
    if character == NO_BREAK_SPACE:
        return character
    if character in "\t\n\r\v\f\x85" or kind in ("Zs", "Zl", "Zp"):
        return " "
    if character in _TURNERS or kind in ("Cc", "Cs", "Co", "Cn"):
        return code_of(character)
    if kind == "Cf" or "\ufe00" <= character <= "\ufe0f":
        return ""
    return character


def near_day(when: date, now: date) -> str:
    """Return "20 November" in the year of ``now`` and "20 Nov 2025" in any other, so that no year is guessed."""
    return f"{when.day} {words.MONTHS[when.month - 1]}" if when.year == now.year else words.short_date(when)


def made(at: datetime) -> str:
    """Return "20 November 2026 at 09:15"; the caller has already turned it to school time (Europe/London)."""
    return f"{words.plain_date(at)} at {words.clock(at)}"


def possessive(name: str) -> str:
    """Return a name that can stand before what it owns: "Oakfield’s", and "St Anne's" as it is."""
    if name.endswith(("'s", "’s")):
        return name
    return f"{name}’" if name.endswith("s") else f"{name}’s"
