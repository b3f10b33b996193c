"""Short codes for paper that is keyed back in: no look-alike characters, and a check letter that notices slips.

The alphabet has 23 characters, a prime number on purpose: with a different weight for each place, every single wrong
character and every swap of two characters changes the check. Left out are characters that are taken for one another
in handwriting or print: 0 O Q, 1 I L, 2 Z, 5 S, 8 B, and U (read as V). The last character is always a letter.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from itertools import count
from typing import Final

ALPHABET: Final = "34679ACDEFGHJKMNPRTVWXY"
LENGTH: Final = 6
_PLACE: Final = {character: place for place, character in enumerate(ALPHABET)}


def check_letter(body: str) -> str:
    """Return the check character of ``body``; KeyError for a character outside the alphabet."""
    return ALPHABET[sum(weight * _PLACE[character] for weight, character in enumerate(body, 1)) % len(ALPHABET)]


def short_code(payload: bytes) -> str:
    """Return the code of a sheet, such as "R4K-73E-H": always the same for the same payload.

    ``payload`` is whatever names the sheet (school, day, round); about 100 million codes are possible, so a code names
    a sheet among one school's few hundred open ones, and is no secret.
    """
    for turn in count():
        number = int.from_bytes(hashlib.sha256(payload + turn.to_bytes(2, "big")).digest()[:8], "big")
        body = ""
        for _ in range(LENGTH):
            number, place = divmod(number, len(ALPHABET))
            body += ALPHABET[place]
        letter = check_letter(body)
        if letter.isalpha():
            return f"{body[:3]}-{body[3:]}-{letter}"
    raise AssertionError("some payload gives a letter")  # pragma: no cover


def read_code(typed: str) -> str | None:
    """Return what was typed as a well-formed code, or None when its check letter or a character is wrong.

    Capitals, spaces and hyphens do not matter.
    """
    plain = _plain(typed)
    if len(plain) != LENGTH + 1 or any(character not in _PLACE for character in plain):
        return None
    if check_letter(plain[:-1]) != plain[-1]:
        return None
    return f"{plain[:3]}-{plain[3:6]}-{plain[6]}"


def likely_code(typed: str, known: Iterable[str]) -> str | None:
    """Return the one known code that is nearest to a wrong one: at most two slips away and nearer than any other."""
    plain = _plain(typed)
    ranked = sorted((_slips(plain, _plain(code)), code) for code in known)
    if not ranked or ranked[0][0] > 2 or (len(ranked) > 1 and ranked[1][0] == ranked[0][0]):
        return None
    return ranked[0][1]


def _plain(typed: str) -> str:
    return "".join(character for character in typed.upper() if character.isalnum())[:40]


def _slips(one: str, other: str) -> int:
    """Return how many characters must be changed, added, left out or swapped with their neighbour."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            best = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                best = min(best, before[j - 2] + 1)
            row.append(best)
        before, last = last, row
    return last[-1]
