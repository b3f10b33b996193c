"""Entries of an .ics file of term dates, read with a limit on its size."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain.errors import Refused
from bursar_desk.domain.term_blocks import Said, sense_of

if TYPE_CHECKING:
    from pathlib import Path

SAFE: Final = "The calendar was not changed."
_MOST_BYTES: Final = 2_000_000
_MOST_EVENTS: Final = 5_000


def entries(path: Path) -> tuple[list[Said], tuple[str, ...]]:
    """Return the entries of a calendar file and sentences on how they were read. Raises ``Refused``."""
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError as problem:
        raise Refused(f"“{path.name}” could not be opened.", SAFE, "Look where the file is.") from problem
    if len(data) > _MOST_BYTES:
        raise Refused("That calendar is larger than 2 MB.", SAFE, "Export only the term dates.")
    import icalendar

    try:
        calendar = icalendar.Calendar.from_ical(data)
        events = list(calendar.walk("VEVENT"))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as problem:
        raise Refused(f"“{path.name}” is not a calendar file.", SAFE, "Export it again as .ics.") from problem
    if len(events) > _MOST_EVENTS:
        raise Refused("That calendar has too many entries.", SAFE, "Export only the term dates.")
    found = [said for n, event in enumerate(events, 1) if (said := _entry(event, n)) is not None]
    repeating = sum("RRULE" in event for event in events)
    told = ("Entries that repeat are taken once, on their first day.",) if repeating else ()
    return found, told


def _entry(event: Any, number: int) -> Said | None:
    """One entry with whole days; a cancelled one and one without a day are none."""
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return None
    first = _day(event, "DTSTART")
    if first is None:
        return None
    last = _last(event, first)
    text = " ".join(str(event.get("SUMMARY", "")).split())[:200] or "No name"
    return Said(text, first, max(first, last), f"entry {number}", sense_of(text))


def _day(event: Any, name: str) -> dt.date | None:
    value = getattr(event.get(name), "dt", None)
    if isinstance(value, dt.datetime):
        return value.date()
    return value if isinstance(value, dt.date) else None


def _last(event: Any, first: dt.date) -> dt.date:
    """The last day: an end without a time of day is the morning after, as the format has it."""
    end = getattr(event.get("DTEND"), "dt", None)
    if end is None:
        length = getattr(event.get("DURATION"), "dt", None)
        days = length.days if isinstance(length, dt.timedelta) else 1
        return first + dt.timedelta(days=max(min(days, 400) - 1, 0))
    if isinstance(end, dt.datetime):
        return end.date() - dt.timedelta(days=end.time() == dt.time(0) and end.date() > first)
    return end - dt.timedelta(days=1) if isinstance(end, dt.date) else first
