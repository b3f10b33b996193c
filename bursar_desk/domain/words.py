"""The one place for words, dates and numbers as people read them: British English, plain, the same everywhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime, time

# The computer's own language settings must never change a date on a statutory record, so strftime is not used.
MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

MINUS: Final = "\N{MINUS SIGN}"

# Status words as the register stores them (codes) and as screens and paper show them.
STATUS_WORDS: Final = {
    "ok": "OK",
    "due_soon": "Due soon",
    "overdue": "Overdue",
    "failed": "Failed",
    "evidence_awaited": "Evidence awaited",
    "not_known": "Not known",
    "out_of_use": "Out of use",
    "not_needed": "Not needed",
    "missed": "Missed",
    "put_off": "Put off",
}
OUTCOME_WORDS: Final = {
    "satisfactory": "Pass",
    "satisfactory_with_actions": "Pass with actions",
    "unsatisfactory": "Fail",
}
TREND_WORDS: Final = {1: "better", 0: "same", -1: "worse"}


# --- dates and times -------------------------------------------------------------------------------------------------


def long_date(day: date) -> str:
    """For sentences: ``Friday 26 March 2027``."""
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"


def short_date(day: date | None, missing: str = "") -> str:
    """For tables: ``26 Mar 2027``; ``missing`` where there is no date."""
    return missing if day is None else f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}"


def plain_date(day: date) -> str:
    """Without the weekday, in full: ``26 March 2027``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def weekday_date(day: date) -> str:
    """For sentences about days close by, where the year is plain: ``Monday 23 November``."""
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"


def short_day(day: date) -> str:
    """For narrow columns about days close by: ``Mon 23 Nov``."""
    return f"{WEEKDAYS[day.weekday()][:3]} {day.day} {MONTHS[day.month - 1][:3]}"


def month_year(day: date) -> str:
    """``March 2027``."""
    return f"{MONTHS[day.month - 1]} {day.year}"


def month_short(day: date) -> str:
    """``Mar``, for the scale of a strip."""
    return MONTHS[day.month - 1][:3]


def week_of(day: date) -> str:
    """The week a day lies in, named by its Monday: ``Week of 2 November``."""
    monday = day.fromordinal(day.toordinal() - day.weekday())
    return f"Week of {monday.day} {MONTHS[monday.month - 1]}"


def clock(moment: time | datetime) -> str:
    """24-hour time of the value as given (no zone is changed here): ``08:15``."""
    return f"{moment.hour:02d}:{moment.minute:02d}"


def clock_range(start: time | datetime, end: time | datetime) -> str:
    """``06:45 to 08:00``."""
    return f"{clock(start)} to {clock(end)}"


def moment(at: datetime, today: date) -> str:
    """When something happened: ``today 08:30``, ``yesterday 16:02``, ``Thursday 5 November 2026, 14:20``."""
    gap = today.toordinal() - at.date().toordinal()
    if gap in (0, 1):
        return f"{('today', 'yesterday')[gap]} {clock(at)}"
    return f"{long_date(at.date())}, {clock(at)}"


def until(due: date, today: date) -> str:
    """How far a due date is: ``today``, ``tomorrow``, ``in 5 days``, ``1 day late``. Beside a date, never alone."""
    gap = due.toordinal() - today.toordinal()
    if gap < 0:
        return f"{count(-gap, 'day')} late"
    return ("today", "tomorrow")[gap] if gap < 2 else f"in {count(gap, 'day')}"


def ago(day: date, today: date) -> str:
    """How long since: ``today``, ``yesterday``, ``5 days ago``; a coming day reads as ``until`` does."""
    gap = today.toordinal() - day.toordinal()
    if gap < 0:
        return until(day, today)
    return ("today", "yesterday")[gap] if gap < 2 else f"{count(gap, 'day')} ago"


def done_late(days: int) -> str:
    """What a record done after its day says: ``Done 2 days late``; on the day or before, ``Done in time``."""
    return f"Done {count(days, 'day')} late" if days > 0 else "Done in time"


def due_words(due: date, today: date) -> str:
    """The words of a chip: ``Overdue 7 days``, ``Due today``, ``Due tomorrow``, ``Due in 5 days``."""
    gap = due.toordinal() - today.toordinal()
    return f"Overdue {count(-gap, 'day')}" if gap < 0 else f"Due {until(due, today)}"


# --- numbers ---------------------------------------------------------------------------------------------------------


def number(value: int) -> str:
    """``1,240``; a true minus sign for less than nothing."""
    return f"{MINUS if value < 0 else ''}{abs(value):,}"


def count(value: int, one: str, many: str = "") -> str:
    """``1 check``, ``3 checks``, ``2 people`` (give ``many`` where adding s is wrong)."""
    return f"{number(value)} {one if value == 1 else many or plural(one)}"


def plural(one: str) -> str:
    """The regular plural of a word or of the last word of a phrase: check, box, copy, day."""
    if re.search(r"(s|x|z|ch|sh)$", one):
        return one + "es"
    if re.search(r"[^aeiou]y$", one):
        return one[:-1] + "ies"
    return one + "s"


def is_are(value: int) -> str:
    """``is`` for one, ``are`` for any other number."""
    return "is" if value == 1 else "are"


def out_of(part: int, whole: int) -> str:
    """``48 of 52``."""
    return f"{number(part)} of {number(whole)}"


def money(pence: int) -> str:
    """Money from whole pence: ``£1,240`` when there are no odd pence, else ``£472.64``."""
    pounds, odd = divmod(abs(pence), 100)
    return f"{MINUS if pence < 0 else ''}£{pounds:,}{f'.{odd:02d}' if odd else ''}"


def money_exact(pence: int) -> str:
    """Money from whole pence with the pence always shown, for columns that add up: ``£1,240.00``."""
    pounds, odd = divmod(abs(pence), 100)
    return f"{MINUS if pence < 0 else ''}£{pounds:,}.{odd:02d}"


def saving(pence: int) -> str:
    """A saving in words: ``saves £120``, ``costs £120 more``, ``costs the same``."""
    if pence == 0:
        return "costs the same"
    return f"saves {money(pence)}" if pence > 0 else f"costs {money(-pence)} more"


def hours(minutes: int) -> str:
    """A length of time from minutes: ``6 h 30 min``, ``45 min``, ``2 h``; a true minus sign for less than nothing."""
    whole, odd = divmod(abs(minutes), 60)
    parts = [f"{number(whole)} h"] if whole else []
    if odd or not whole:
        parts.append(f"{odd} min")
    return (MINUS if minutes < 0 else "") + " ".join(parts)


def file_size(octets: int) -> str:
    """The size of a file: ``812 bytes``, ``40 KB``, ``2.5 MB`` (thousands, as file managers show)."""
    if octets < 1000:
        return count(octets, "byte")
    for unit, size in (("KB", 10**3), ("MB", 10**6), ("GB", 10**9)):
        if octets < size * 1000 or unit == "GB":
            value = octets / size
            text = f"{value:.1f}" if value < 10 else f"{value:,.0f}"
            return f"{text.removesuffix('.0')} {unit}"
    raise AssertionError("the last unit takes every size")  # pragma: no cover


# --- lists, people, status -------------------------------------------------------------------------------------------


def listing(parts: Sequence[str], last: str = "and") -> str:
    """``a``, ``a and b``, ``a, b and c``; nothing for no parts."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def initials(name: str) -> str:
    """Two letters at most for a person's round picture: ``Clare Brennan`` gives ``CB``, ``Madonna`` gives ``M``."""
    parts = [part for part in re.split(r"\s+", name.strip()) if part[:1].isalpha()]
    if not parts:
        return "?"
    letters = parts[0][0] + (parts[-1][0] if len(parts) > 1 else "")
    return letters.upper()


def quoted(text: str) -> str:
    """Somebody's own words in typographic quotation marks."""
    return f"“{text}”"


def sentence(text: str) -> str:
    """The text with a capital first and a full stop last; the rest stays as it is."""
    text = text.strip()
    if not text:
        return ""
    return text[0].upper() + text[1:] + ("" if text[-1] in ".?!…" else ".")


def status_words(code: str, due: date | None = None, today: date | None = None) -> str:
    """The word of a status, with how late or how soon where dates are known: ``Overdue 7 days``, ``Due today``.

    Raises ``KeyError`` for a code that has no word, so that a new status cannot reach a screen without one.
    """
    word = STATUS_WORDS[code]
    if due is None or today is None:
        return word
    if code == "overdue" and due < today:
        return due_words(due, today)
    if code == "due_soon" and (due.toordinal() - today.toordinal()) in (0, 1):
        return due_words(due, today)
    return word


def outcome_words(code: str) -> str:
    """Pass, Pass with actions or Fail; ``KeyError`` for a code that is none of the three."""
    return OUTCOME_WORDS[code]
