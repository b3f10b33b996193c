"""The written confirmation of checks on a person, as their employer gives it to a school they come to (rules 14.4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

PARTS: Final = {
    "name": "the name on the certificate",
    "certificate": "the certificate’s number",
    "dated": "the certificate’s date",
    "barred_list": "that the children’s barred list was checked",
    "right_to_work": "that the right to work was checked",
    "identity": "that their identity was checked",
}
"""Each part of it, as people call it. The certificate itself is not kept: its number and date are."""
TICKS: Final = ("barred_list", "right_to_work", "identity")


def missing(confirmed: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the parts that are missing, by key; an odd value from elsewhere counts as missing."""
    return tuple(key for key in PARTS if not _is_there(key, confirmed.get(key)))


def _is_there(key: str, value: Any) -> bool:
    if key in TICKS:
        return value is True
    if not isinstance(value, str) or not value.strip():
        return False
    return key != "dated" or day_of(value) is not None


def day_of(value: Any) -> dt.date | None:
    """Return the certificate's date as it was stored, or none for an odd value."""
    try:
        return dt.date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
