"""Text that people typed elsewhere, made safe to show: one line or several, nothing in it that turns or hides."""

from __future__ import annotations

import unicodedata
from typing import Final

LINE_BREAKS: Final = "\n\r\v\f\x85\u2028\u2029"
_TURNERS: Final = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def one_line(text: object) -> str:
    """Return a name or title: NFC, on one line, without control, zero-width and direction characters.

    What is no text at all counts as empty. Applying it twice changes nothing more.
    """
    if not isinstance(text, str):
        return ""
    plain = unicodedata.normalize("NFC", text)
    kept = (" " if one.isspace() or one in LINE_BREAKS else one for one in plain if _has_shape(one))
    return unicodedata.normalize("NFC", " ".join("".join(kept).split()))


def paragraphs(text: object) -> str:
    """Return a longer text: NFC, its line breaks kept, tabs as blanks; direction characters are shown by their code.

    Somebody else's words must not vanish, so what turns a line is marked, as on paper; what has no shape goes.
    """
    if not isinstance(text, str):
        return ""
    plain = unicodedata.normalize("NFC", text).replace("\r\n", "\n")
    lines = "".join(_in_a_text(one) for one in plain).split("\n")
    return unicodedata.normalize("NFC", "\n".join(line.rstrip(" ") for line in lines)).strip("\n ")


def _has_shape(character: str) -> bool:
    """Tell whether a character belongs into a name: no control, format, surrogate, private or unknown one."""
    return character.isspace() or unicodedata.category(character)[0] != "C"


def _in_a_text(character: str) -> str:
    if character in LINE_BREAKS:
        return "\n"
    if character.isspace():
        return " "
    if character in _TURNERS:
        return f"[U+{ord(character):04X}]"
    return "" if unicodedata.category(character)[0] == "C" else character
