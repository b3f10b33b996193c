"""When two names of firms may be one firm, and company numbers: suggestions that a person says yes to."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Final

from bursar_desk.domain.supplier_names import same_name

_TELLS_NOTHING: Final = frozenset({"uk", "gb", "group", "holdings", "services", "service", "co", "solutions"})
_NEAR: Final = 0.88
_LEAST: Final = 5
"""Letters a first word needs before it alone suggests that two firms are one."""


def company_number(typed: str) -> str:
    """Return a company number as Companies House writes it: eight signs, noughts in front; other text as it is."""
    plain = re.sub(r"[\s.\-]", "", typed).upper()
    return plain.zfill(8) if plain.isdigit() and len(plain) <= 8 else plain


def near(one: str, other: str) -> bool:
    """Tell whether two names may well mean one firm, so that a person should be asked: never a decision."""
    a, b = same_name(one), same_name(other)
    if not a or not b:
        return False
    if a == b:
        return True
    first, second = _telling(a), _telling(b)
    if first and second and len(first[0]) >= _LEAST:
        short, long = sorted((first, second), key=len)
        if long[: len(short)] == short:
            return True
    return SequenceMatcher(None, a, b, autojunk=False).ratio() >= _NEAR


def _telling(name: str) -> list[str]:
    """Return the words that tell a firm from another: without Services, Group, UK."""
    return [part for part in name.split() if part not in _TELLS_NOTHING]
