"""The last safe day of a contract: notice, the post, the office, the meeting before it; with its arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from bursar_desk.domain import words
from bursar_desk.domain.bank_days import is_bank_holiday
from bursar_desk.domain.calendar import SchoolCalendar
from bursar_desk.domain.contract_terms import Break, Notice, Term, Terms, breaks_in, terms_of
from bursar_desk.domain.date_math import add_days, add_months, days_in_month

MEETING_DAYS: Final = 183
"""A meeting longer than half a year before the last safe day is not the one that decides: later ones are not known."""
_FAR: Final = 400
_RUNS_ON: Final = ("renews", "rolls")


@dataclass(frozen=True)
class OfficeDays:
    """When a school's office is open: school and INSET days, and the stretches it says it is open in the holidays.

    Where no term dates are entered, weekdays count as open but August and Christmas (24 December to 1 January) do
    not: a day too early is safe. Bank holidays that are not named yet are worked out.
    """

    calendar: SchoolCalendar
    extra: tuple[tuple[date, date], ...] = ()
    _named: int = field(init=False, repr=False, compare=False, default=0)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_named", max((day.year for day in self.calendar.bank_holidays), default=0))

    def bank_holiday(self, day: date) -> bool:
        """Tell whether a day is a bank holiday, by the list or, in a year beyond it, by the rule for each."""
        if day.year <= self._named:
            return day in self.calendar.bank_holidays
        return is_bank_holiday(day)

    def working(self, day: date) -> bool:
        """Monday to Friday and no bank holiday."""
        return day.weekday() < 5 and not self.bank_holiday(day)

    def open(self, day: date) -> bool:
        """Tell whether somebody is in the office who can send a letter."""
        if not self.working(day):
            return False
        if any(first <= day <= last for first, last in self.extra):
            return True
        if not self.calendar.is_known(day) and (day.month == 8 or (day.month, day.day) >= (12, 24) or _new_year(day)):
            return False
        return self.calendar.staff_in(day)

    def working_back(self, day: date, count: int) -> tuple[date, tuple[date, ...]]:
        """Return the day ``count`` working days before, and the bank holidays on weekdays that were skipped."""
        skipped = []
        while count > 0 and day > date.min:
            day = add_days(day, -1)
            if self.working(day):
                count -= 1
            elif day.weekday() < 5:
                skipped.append(day)
        return day, tuple(reversed(skipped))

    def working_on_or_before(self, day: date) -> date:
        """Return the day itself or the working day before it."""
        for _ in range(_FAR):
            if self.working(day) or day == date.min:
                break
            day = add_days(day, -1)
        return day

    def open_on_or_before(self, day: date) -> date:
        """Return the day itself or the last day before it with the office open; the day where none is in reach."""
        found = day
        for _ in range(_FAR):
            if self.open(found):
                return found
            found = add_days(found, -1)
        return day


def _new_year(day: date) -> bool:
    return (day.month, day.day) == (1, 1)


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting that can decide; ``body`` is "Full governing body", "Finance committee" or the like."""

    body: str
    on: date


@dataclass(frozen=True, slots=True)
class Step:
    """One line of "How we worked it out"; ``strong`` ones are the answers."""

    number: int
    words: str
    detail: str
    day: date | None
    strong: bool = False


@dataclass(frozen=True, slots=True)
class LastSafe:
    """When they must be told about one end, or one break, of a contract.

    ``last_notice`` is the contract's own last day, ``working`` the working day on or before it, ``serve_by`` the last
    safe day, ``decide_by`` the last meeting before that (nothing where none is known; ``decide_words`` says so).
    ``runs_to`` is how long it runs where nobody tells them, nothing where it ends then or has no fixed end.
    ``closes`` is the last day on which a decision still changes anything.
    """

    term: Term
    end: date
    last_notice: date
    working: date
    serve_by: date
    decide_by: date | None
    decide_words: str
    steps: tuple[Step, ...]
    runs_to: date | None
    is_break: bool
    closes: date
    by_letter: bool = False


def notice_before(notice: Notice, end: date, office: OfficeDays) -> date:
    """Return ``end`` less the notice by the corresponding date (rule D2), one day earlier still when it is clear."""
    count = notice.number
    if notice.measure == "working days":
        return office.working_back(end, count + (1 if notice.clear else 0))[0]
    if notice.measure == "months":
        day = add_months(end, -count)
    else:
        day = add_days(end, -count * (7 if notice.measure == "weeks" else 1))
    return add_days(day, -1) if notice.clear else day


def _office(office: SchoolCalendar | OfficeDays) -> OfficeDays:
    return office if isinstance(office, OfficeDays) else OfficeDays(office)


def last_safe(
    terms: Terms, term: Term, office: SchoolCalendar | OfficeDays, meetings: Sequence[Meeting] = (), body: str = "",
    following: Term | None = None,
) -> LastSafe | None:  # fmt: skip
    """Return the last safe day for the end of a term; nothing for a term that has no end.

    ``body`` is the body that decides, "" for any. A date from a letter takes the place of the worked out last day.
    ``following`` is the next term where somebody has it at hand.
    """
    if term.last is None:
        return None
    runs_to = _after(terms, term) if following is None or terms.at_end not in _RUNS_ON else following.last
    closes = term.last if terms.at_end == "ends" else None
    told = _Told(_end_words(terms, term), terms.notice, term.last, _letter(term))
    return _worked_out(told, term, _office(office), meetings, body, runs_to, is_break=False, closes=closes)


def break_safe(
    terms: Terms, term: Term, one: Break, office: SchoolCalendar | OfficeDays, meetings: Sequence[Meeting] = (),
    body: str = "",
) -> LastSafe:  # fmt: skip
    """Return the last safe day for using a break; when it passes the contract runs to the next break or end."""
    later = [other.on for other in breaks_in(terms, term) if other.on > one.on]
    told = _Told("The break date is", one.notice, one.on, None)
    runs_to = later[0] if later else term.last
    return _worked_out(told, term, _office(office), meetings, body, runs_to, is_break=True, closes=None)


def occasions_of(
    terms: Terms, term: Term, office: SchoolCalendar | OfficeDays, meetings: Sequence[Meeting] = (), body: str = "",
    following: Term | None = None,
) -> tuple[LastSafe, ...]:  # fmt: skip
    """Return every last safe day of one term, breaks and its end, by the day it ends on."""
    found = [break_safe(terms, term, one, office, meetings, body) for one in breaks_in(terms, term)]
    end = last_safe(terms, term, office, meetings, body, following)
    return tuple([*found, end] if end else found)


@dataclass(frozen=True, slots=True)
class _Told:
    words: str
    notice: Notice
    end: date
    letter: date | None


def _letter(term: Term) -> date | None:
    """Return the date a letter gives; one after the end it is about is a slip, and the notice counts."""
    return term.tell_by if term.tell_by is not None and term.last is not None and term.tell_by <= term.last else None


def _after(terms: Terms, term: Term) -> date | None:
    if terms.at_end not in _RUNS_ON or term.last is None:
        return None
    later = [one for one in terms_of(terms, through=add_days(term.last, 1)) if one.n == term.n + 1]
    return later[0].last if later else None


def _end_words(terms: Terms, term: Term) -> str:
    if term.kind == "rolling":
        return "The period ends"
    first, last = term.first, term.last
    year = first is not None and last is not None and add_months(first, 12) == add_days(last, 1)
    return "The contract year ends" if year and terms.at_end == "renews" else "The contract ends"


def _worked_out(
    told: _Told, term: Term, office: OfficeDays, meetings: Sequence[Meeting], body: str, runs_to: date | None,
    *, is_break: bool, closes: date | None,
) -> LastSafe:  # fmt: skip
    steps = [Step(1, told.words, "", told.end)]
    notice = told.notice
    if told.letter is not None:
        last_notice = told.letter
        why = "This date rules, whatever the contract says"
        alone = notice_before(notice, told.end, office)
        if notice.count is not None and alone < last_notice:
            why = f"This date rules. Keep the letter: by the contract alone it is {words.short_date(alone)}"
        steps.append(Step(2, "Their letter says: tell us by", _moved(why, last_notice, office), last_notice))
    else:
        last_notice = notice_before(notice, told.end, office)
        if notice.number or notice.clear:
            what = f"Take off {notice.words}"
        else:
            what = "No notice is needed" if notice.count is not None else "How much notice is not written down"
        steps.append(Step(2, what, _moved(_why_that_day(notice, told.end), last_notice, office), last_notice))
    working = office.working_on_or_before(last_notice)
    counted, skipped = office.working_back(last_notice, notice.post)
    if notice.post:
        steps.append(Step(3, f"{words.count(notice.post, 'working day')} for post", _not_on(skipped), counted))
    serve_by = min(office.open_on_or_before(counted), working)
    detail = "" if serve_by == counted else _shut(serve_by, counted, office)
    steps.append(Step(len(steps) + 1, "Last safe day", detail, serve_by, strong=True))
    decide_by, said = _decide_by(serve_by, meetings, body)
    steps.append(Step(len(steps) + 1, "Decide by", said, decide_by, strong=True))
    return LastSafe(
        term, told.end, last_notice, working, serve_by, decide_by, said, tuple(steps), runs_to, is_break,
        closes or last_notice, told.letter is not None,
    )  # fmt: skip


def _why_that_day(notice: Notice, end: date) -> str:
    parts = []
    if notice.measure == "months" and notice.number:
        day = add_months(end, -notice.number)
        if day.day != end.day and day.day == days_in_month(day.year, day.month):
            parts.append(f"{words.MONTHS[day.month - 1]} has no day {end.day}, so its last day")
    if notice.clear:
        parts.append("Clear: neither end counts, so one day earlier")
    return ". ".join(parts)


def _moved(why: str, day: date, office: OfficeDays) -> str:
    """Say that the last day is no working day, and which one is the last before it."""
    if office.working(day):
        return why
    kind = "bank holiday" if office.bank_holiday(day) else words.WEEKDAYS[day.weekday()]
    moved = f"A {kind}: the last working day is {words.short_day(office.working_on_or_before(day))}"
    return f"{why}. {moved}" if why else moved


def _not_on(skipped: Sequence[date]) -> str:
    """Name the bank holidays left out: "Not 25 or 28 December"."""
    if not skipped:
        return ""
    by_month: dict[int, list[str]] = {}
    for day in skipped:
        by_month.setdefault(day.month, []).append(str(day.day))
    named = [f"{words.listing(days, 'or')} {words.MONTHS[month - 1]}" for month, days in by_month.items()]
    return f"Not {words.listing(named, 'or')}"


def _shut(serve_by: date, counted: date, office: OfficeDays) -> str:
    """Say why the last safe day lies before the day that was counted."""
    shut = [
        day for day in (add_days(serve_by, ahead) for ahead in range(1, (counted - serve_by).days + 1))
        if office.working(day)
    ]  # fmt: skip
    if not shut:
        return "The working day before"
    from_day = add_days(serve_by, 1)
    return f"Office shut from {from_day.day} {words.MONTHS[from_day.month - 1]}"


def _decide_by(serve_by: date, meetings: Sequence[Meeting], body: str) -> tuple[date | None, str]:
    wanted = body.strip().casefold()
    oldest = add_days(serve_by, -MEETING_DAYS)
    days = [
        one.on for one in meetings
        if oldest <= one.on <= serve_by and (not wanted or one.body.strip().casefold() == wanted)
    ]  # fmt: skip
    named = f" of the {_lower(body.strip())}" if wanted else ""
    if days:
        if wanted:
            return max(days), f"Last meeting{named} before that day"
        last = max(days)
        bodies = {one.body.strip().casefold() for one in meetings if one.on == last}
        word = "committee" if any("committee" in one for one in bodies) else "meeting"
        return last, f"Last {word} {'on' if last == serve_by else 'before'} that day"
    return None, f"No meeting{named} is known before that day"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def notice_from(terms: Terms, given: date, office: SchoolCalendar | OfficeDays | None = None) -> date | None:
    """Return when the contract would end were notice given on a day; nothing where it cannot be told.

    A rolling contract ends so long after it, at the end of that month or of that period, as it says; a fixed or
    renewing one at the first end whose notice is still in time.
    """
    days = _office(office or SchoolCalendar())
    until = _add(terms.notice, given, days)
    found = terms_of(terms, through=max(until, given))
    if not found:
        return None
    rolling = terms.at_end == "rolls" or found[-1].last is None
    fixed = [one for one in found if one.last is not None and one.kind != "rolling"]
    in_time = [one.last for one in fixed if one.last is not None and _told_in_time(terms, one, given, days)]
    if in_time:
        return in_time[0]
    if not rolling:
        later = terms_of(terms, through=add_days(until, 31 * (terms.months + 1)))
        return next((one.last for one in later if _told_in_time(terms, one, given, days)), later[-1].last)
    earliest = max([until, *[one.last for one in fixed if one.last is not None]])
    if terms.notice_ends == "month end":
        return earliest.replace(day=days_in_month(earliest.year, earliest.month))
    if terms.notice_ends == "period end":
        later = terms_of(terms, through=earliest)
        return next((one.last for one in later if one.last is not None and one.last >= earliest), None)
    return earliest


def _told_in_time(terms: Terms, term: Term, given: date, office: OfficeDays) -> bool:
    """Tell whether notice given on a day is in time for the end of a term: by its letter, else by the contract."""
    if term.last is None or term.last < given:
        return False
    return (_letter(term) or notice_before(terms.notice, term.last, office)) >= given


def _add(notice: Notice, day: date, office: OfficeDays) -> date:
    count, clear = notice.number, 1 if notice.clear else 0
    if notice.measure == "working days":
        left = count + clear
        while left > 0 and day < date.max:
            day = add_days(day, 1)
            left -= office.working(day)
        return day
    if notice.measure == "months":
        return add_days(add_months(day, count), clear)
    return add_days(day, count * (7 if notice.measure == "weeks" else 1) + clear)
