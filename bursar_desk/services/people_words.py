"""A person's work in words: days, hours, what differs; read from what people type, too."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import words
from bursar_desk.domain.errors import UserError

if TYPE_CHECKING:
    from db.queries.people import PersonRow

SHORT_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_SAFE: Final = "Nothing was changed."


def clock(minute: int) -> str:
    """A minute of the day as 24-hour time."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def days_words(days: int) -> str:
    """Days of the week in short: "Mon to Fri", "Mon, Tue, Thu"; empty for none."""
    on = [n for n in range(7) if days >> n & 1]
    runs: list[list[int]] = []
    for n in on:
        if runs and runs[-1][-1] == n - 1:
            runs[-1].append(n)
        else:
            runs.append([n])
    parts = []
    for run in runs:
        named = [SHORT_DAYS[n] for n in run]
        parts += [f"{named[0]} to {named[-1]}"] if len(run) > 2 else named
    return ", ".join(parts)


def hours_words(row: PersonRow) -> str:
    """The hours of the day, with the days that differ: "06:45 to 15:00; Wed 08:00 to 12:00"."""
    parts = [f"{clock(row.starts)} to {clock(row.ends)}"] if row.starts is not None and row.ends is not None else []
    parts += [
        f"{SHORT_DAYS[day]} {clock(first)} to {clock(last)}" for day, first, last in sorted(row.pattern)
        if 0 <= day < 7 and 0 <= first < last <= 1440
    ]  # fmt: skip
    return "; ".join(parts)


def work_words(row: PersonRow) -> str:
    """Days and hours in one line; empty when neither is known."""
    return ", ".join(part for part in (days_words(row.days), hours_words(row)) if part)


def duties_words(row: PersonRow) -> str:
    """What they do with the keys: "unlocks, locks up and holds keys"; empty for nothing."""
    said = (("unlocks", row.unlocks), ("locks up", row.locks), ("holds keys", row.key_holder))
    return words.listing([text for text, so in said if so])


def read_days(typed: str) -> int:
    """Read days of the week: "Mon-Fri", "mon to thu", "Mon, Wed, Fri". Raises ``UserError``."""
    mask = 0
    for part in re.split(r"[,;]| and ", typed.strip()):
        ends = [_day(one) for one in re.split(r"\s*(?:-|–|\bto\b)\s*", part.strip()) if one.strip()]
        if not 1 <= len(ends) <= 2 or (len(ends) == 2 and ends[1] < ends[0]):
            raise UserError(f"“{typed}” could not be read as days.", _SAFE, "Type them like: Mon-Fri, or Mon, Wed.")
        for n in range(ends[0], ends[-1] + 1):
            mask |= 1 << n
    return mask


def _day(typed: str) -> int:
    found = [n for n, name in enumerate(words.WEEKDAYS) if len(typed.strip()) > 1
             and name.casefold().startswith(typed.strip().casefold().removesuffix("s") or "?")]  # fmt: skip
    if len(found) != 1:
        raise UserError(f"“{typed.strip()}” is not a day of the week.", _SAFE, "Type them like: Mon-Fri, or Mon, Wed.")
    return found[0]


def read_pattern(typed: str) -> tuple[tuple[int, int, int], ...]:
    """Read days that differ: "Wed 08:00-12:00; Fri 7.30 to 14.00". Raises ``UserError``."""
    found = []
    for part in re.split(r"[;\n]", typed):
        if not part.strip():
            continue
        match = re.fullmatch(r"\s*([A-Za-z]+)\s+(\d{1,2})[:.](\d\d)\s*(?:-|–|to)\s*(\d{1,2})[:.](\d\d)\s*", part)
        if match is None:
            raise UserError(f"“{part.strip()}” could not be read.", _SAFE, "Type it like: Wed 08:00-12:00.")
        first, last = (int(match[n]) * 60 + int(match[n + 1]) for n in (2, 4))
        found.append((_day(match[1]), first, last))
    return tuple(found)


def read_hours(typed: str) -> int | None:
    """Read hours as minutes: "37", "18.5", "18:30"; nothing for an empty text. Raises ``UserError``."""
    text = typed.strip().casefold().removesuffix("hours").removesuffix("h").strip()
    if not text:
        return None
    match = re.fullmatch(r"(\d{1,3})(?:(:)(\d\d)|\.(\d{1,2}))?", text)
    if match is None or (match[3] and int(match[3]) > 59):
        raise UserError(f"“{typed}” could not be read as hours.", _SAFE, "Type it like 37, 18.5 or 18:30.")
    part = int(match[3]) if match[3] else round(int(match[4]) * 60 / 10 ** len(match[4])) if match[4] else 0
    return int(match[1]) * 60 + part


def texts_of(typed: str) -> Sequence[str]:
    """What was typed one on a line, or between semicolons."""
    return [one.strip() for one in re.split(r"[;\n]", typed) if one.strip()]
