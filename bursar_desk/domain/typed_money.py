"""Money as people type it, read strictly as whole pence: £1,240 or 472.64; nothing is rounded."""

from __future__ import annotations

import re
from typing import Final

from bursar_desk.domain.errors import UserError

_MONEY: Final = re.compile(r"£?\s*([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,9})(?:\.([0-9]{2}))?")


class NotMoney(UserError):  # noqa: N818 - it names what was typed, not a fault of the program
    """What was typed cannot be read as one certain sum."""


def read_money(typed: str, *, name: str = "The cost") -> int:
    """Return a sum of pounds in whole pence. Raises ``NotMoney`` naming the field by ``name``."""
    found = _MONEY.fullmatch(typed.strip())
    if found is None:
        raise NotMoney(f"{name} must be pounds and pence.", "Nothing was changed.", "Type it like 120 or 472.64.")
    pounds, pence = found.groups()
    return int(pounds.replace(",", "")) * 100 + int(pence or 0)
