"""Which PINs are easy to guess, and how long to wait after wrong ones (safety bar E1, E2)."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

SHORTEST, LONGEST = 4, 8
SHORTEST_FOR_MANAGERS: Final = 6
SHORTEST_WORDS: Final = 12
MOST_WRONG: Final = 10
"""Wrong tries in a row after which only somebody who manages the register can unlock it."""
_WAITS: Final = {3: 60, 4: 60, 5: 120, 6: 300, 7: 600, 8: 900, 9: 1800}
_COMMON: Final = frozenset(("2580", "0852", "1470", "1379", "159753", "147258", "147258369", "112233", "121212"))
_WORDS: Final = (
    "password", "passwort", "letmein", "qwerty", "iloveyou", "welcome", "bursardesk", "abc123", "football", "liverpool",
    "arsenal", "chelsea", "sunshine", "princess", "schoolschool", "111111", "123456", "monkey", "dragon", "admin",
)  # fmt: skip


def wait_after(wrong: int) -> int:
    """Return the seconds to wait after so many wrong tries in a row: none for the first two."""
    return _WAITS.get(wrong, 0 if wrong < 3 else _WAITS[9])


def is_digits(secret: str) -> bool:
    """Tell whether somebody chose a PIN (digits alone) rather than words."""
    return bool(re.fullmatch(r"[0-9]+", secret))


def easy_pin(pin: str) -> str:
    """Return why a PIN of digits is easy to guess, in a sentence; empty when it is not."""
    digits = [int(one) for one in pin]
    steps = {(b - a) % 10 for a, b in pairwise(digits)}
    if len(set(digits)) == 1:
        return "The same digit all through is easy to guess."
    if steps in ({1}, {9}):
        return "Digits in a row are easy to guess."
    if len(set(digits)) == 2 and len(pin) >= 6:
        return "Two digits alone are easy to guess."
    if any(len(pin) % n == 0 and pin == pin[:n] * (len(pin) // n) for n in range(1, len(pin) // 2 + 1)):
        return "Digits that come again are easy to guess."
    if pin == pin[::-1] or pin in _COMMON or all(pin[n] == pin[n + 1] for n in range(0, len(pin) - 1, 2)):
        return "A pattern of digits is easy to guess."
    if _is_date(pin):
        return "A year or a day of birth is easy to guess."
    return ""


def _is_date(pin: str) -> bool:
    if len(pin) == 4:
        return re.fullmatch(r"(19|20)\d\d", pin) is not None
    if len(pin) == 8:
        day = r"(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])"
        return re.fullmatch(rf"{day}(19|20)\d\d|(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])", pin) is not None
    return False


def wrong_with(secret: str, *, manages: bool, names: tuple[str, ...] = ()) -> str:
    """Return what is wrong with a PIN, or with words, that somebody chose; empty when it may be used.

    ``names``: the person and the school, which words may not hold.
    """
    if is_digits(secret):
        least = SHORTEST_FOR_MANAGERS if manages else SHORTEST
        if len(secret) < least:
            who = " for someone who manages the register" if manages else ""
            return f"A PIN{who} has at least {least} digits."
        if len(secret) > LONGEST:
            return f"A PIN has at most {LONGEST} digits."
        return easy_pin(secret)
    tidy = " ".join(secret.split())
    if len(tidy) < SHORTEST_WORDS and len(tidy.split()) < 3:
        return f"Words need three of them, or {SHORTEST_WORDS} letters."
    if len(tidy) < 8 or len(set(tidy.casefold())) < 5:
        return "Those words are too short."
    plain = re.sub(r"\W", "", tidy.casefold())
    held = [name for name in names for name in name.casefold().split() if len(name) > 3]
    if any(one in plain for one in _WORDS) or (tidy.split() and all(one in held for one in tidy.casefold().split())):
        return "Those words are easy to guess."
    return ""
