"""Today: what site staff do now, later today and this week, in their own register or in the one of a cover pack."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import words
from bursar_desk.domain.checks import Outcome
from bursar_desk.domain.intervals import Form
from bursar_desk.domain.items import EACH
from bursar_desk.domain.status import Colour, Word
from bursar_desk.services import catalogue
from bursar_desk.services.checks import CheckLine, line_of, names_for
from bursar_desk.services.coverage import short_turn
from bursar_desk.services.recording_asks import is_quick
from bursar_desk.services.reporting_lines import days_to_do, last_words, titled
from bursar_desk.services.reporting_reasons import has_no_record
from bursar_desk.services.reporting_terms import calendar_for
from bursar_desk.services.standing import CheckStanding, standings

if TYPE_CHECKING:
    from bursar_desk.domain.calendar import SchoolCalendar
    from bursar_desk.services.desk import Desk
    from db.queries.checks import DefectRow, RecordRow

SITE_ROLES: Final = ("caretaker", "site manager", "site staff", "site supervisor")
NEW_DAYS: Final = 14
"""For so long a new school is asked "When was this last done?" instead of being told that it is not known."""
_DAY = dt.timedelta(days=1)
_Pair = tuple[CheckStanding, "TodayRow"]


@dataclass(frozen=True, slots=True)
class TodayRow:
    """One big row. ``chip``: the status as said here; ``why``: "" unless the day was moved; ``days``: when to do it.

    ``quick``: a pass of it is one tick. ``turn``: "4 of 12 in turn"; "5 of 8" of a round under way.
    """

    line: CheckLine
    title: str
    last: str
    chip: str
    button: str
    why: str
    days: tuple[dt.date, ...]
    quick: bool = True
    turn: str = ""


@dataclass(frozen=True, slots=True)
class DoneToday:
    """One check of site staff that was done today: how it went and at what time ("" where nobody said)."""

    check: bytes
    title: str
    said: str
    at: str
    failed: bool


@dataclass(frozen=True, slots=True)
class RoundGroup:
    """The rows of one place, in walking order."""

    place: str
    rows: tuple[TodayRow, ...]


@dataclass(frozen=True, slots=True)
class DayCount:
    """One day of the week strip: checks done, late, and still to do."""

    day: dt.date
    done: int
    late: int
    due: int


@dataclass(frozen=True, slots=True)
class WeekStrip:
    """This week, Monday to Friday; Saturday and Sunday only where something falls on them."""

    days: tuple[DayCount, ...]

    @property
    def done(self) -> int:
        """Return how many checks were done this week."""
        return sum(one.done for one in self.days)

    @property
    def late(self) -> int:
        """Return how many are late now."""
        return sum(one.late for one in self.days)

    @property
    def due(self) -> int:
        """Return how many are still to do."""
        return sum(one.due for one in self.days)

    @property
    def sentence(self) -> str:
        """Return the week in words: "17 of 23 checks done"."""
        whole = self.done + self.late + self.due
        return f"{words.out_of(self.done, whole)} checks done" if whole else "No checks this week"


@dataclass(frozen=True, slots=True)
class OwnFault:
    """A fault somebody reported or must see to, and how far it is."""

    id: bytes
    title: str
    state: str
    risk: str


@dataclass(frozen=True, slots=True)
class GuestFor:
    """For which school, until when, in the register of a cover pack."""

    school_name: str
    holder: str
    first: dt.date
    last: dt.date
    return_by: dt.date


@dataclass(frozen=True, slots=True)
class Empty:
    """What stands in an empty page: title, sentence, one button."""

    title: str
    sentence: str
    button: str


@dataclass(frozen=True, slots=True)
class TodayView:
    """Everything on Today. ``now`` is late or due today; ``later`` is best done today though due on a closed day;

    ``this_week`` the rest of it; ``rounds`` are the rows of ``now`` in walking order, for "All passed except…".
    ``tickable``: the checks of that round without a number to read. ``to_date`` waits for "When was this last done?".
    """

    day: dt.date
    heading: str
    note: str
    now: tuple[TodayRow, ...]
    later: tuple[TodayRow, ...]
    this_week: tuple[TodayRow, ...]
    next_up: TodayRow | None
    rounds: tuple[RoundGroup, ...]
    week: WeekStrip
    faults: tuple[OwnFault, ...]
    to_date: tuple[TodayRow, ...]
    empty: Empty | None
    guest: GuestFor | None = None
    done: tuple[DoneToday, ...] = ()

    @property
    def tickable(self) -> tuple[bytes, ...]:
        """Return the checks of the round that one tick is enough for, in walking order."""
        return tuple(row.line.id for group in self.rounds for row in group.rows if row.quick)

    @property
    def count(self) -> int:
        """Return how many checks the rail counts: those of now and later today."""
        return len(self.now) + len(self.later)


def view(desk: Desk, person: bytes | None = None) -> TodayView:
    """Return Today for a person, by default for whoever acts: site staff see their own, others all site checks."""
    from db.queries.checks import defects, records
    from db.queries.counts import kept_between

    day = desk.today
    monday = day - dt.timedelta(days=day.weekday())
    guest = guest_for(desk)
    with desk.store.connect() as con:
        found = for_site_staff(desk, standings(con, desk.home, day), person)
        calendar = calendar_for(con, desk.home)
        names = names_for(desk, con)
        kept = kept_between(con, desk.home, max(monday, guest.first) if guest else monday, day)
        faults = [one for one in defects(con, desk.home) if one.open]
        just = records(con, school=desk.home, first=day, last=day)
    ends = guest.last if guest else monday + dt.timedelta(days=6)
    begins = max(day, guest.first) if guest else day
    soft = is_new(desk)
    pairs = [
        (one, _row(one, line_of(one, names), days_to_do(one, begins, ends, day, calendar), day))
        for one in found
        if one.status.colour is not Colour.GREY
    ]
    to_date = [row for one, row in pairs if soft and has_no_record(one)]
    pairs = [(one, row) for one, row in pairs if not (soft and has_no_record(one))]
    now = _sorted(row for one, row in pairs if _is_now(one, row, day, guest))
    others = [row for one, row in pairs if row.days and not _is_now(one, row, day, guest)]
    later = _sorted(row for row in others if row.days[0] == day)
    rest = _sorted(row for row in others if row.days[0] != day)
    ids = {one.check.id for one, _ in pairs}
    done = [one.done_on for one in kept if one.check in ids]
    next_up = None if guest else _next(pairs, ends)
    return TodayView(
        day, *_headings(day, guest, len(now)), now, later, rest, next_up, _rounds(now, list(names.places.values())),
        _strip(pairs, done, monday, day, calendar), _own_faults(desk, faults, person), _sorted(to_date),
        _empty(now, later, next_up, rest, guest), guest, _done_today(found, just),
    )  # fmt: skip


def is_new(desk: Desk) -> bool:
    """Tell whether the home school was set up within the last fourteen days."""
    from bursar_desk.clock import school_day
    from db.queries.counts import entered_ms

    if desk.is_guest or desk.is_office:
        return False
    with desk.store.connect() as con:
        entered = entered_ms(con, desk.home)
    return entered is not None and 0 <= (desk.today - school_day(entered)).days < NEW_DAYS


def guest_for(desk: Desk) -> GuestFor | None:
    """Return whom a cover pack's register is for, or nothing in any other register."""
    from db.derived import date_of

    grant = desk.grant if desk.is_guest else None
    if grant is None:
        return None
    return GuestFor(desk.name, grant.holder, date_of(grant.first), date_of(grant.last), date_of(grant.return_by))


def for_site_staff(desk: Desk, found: Iterable[CheckStanding], person: bytes | None = None) -> list[CheckStanding]:
    """Return the checks people of the school do themselves: those of one person, or all of them.

    A person named, or acting site staff, gets the checks they do and those of site staff that nobody is named for. In
    a cover pack's register everything that was lent is listed.
    """
    if desk.is_guest:
        return list(found)
    acting = desk.person
    who = person or (acting.id if acting is not None and acting.role in SITE_ROLES else None)
    return [one for one in found if _theirs(one, who)]


def _theirs(one: CheckStanding, who: bytes | None) -> bool:
    row = catalogue.load().get(one.check.code)
    unnamed = one.doer is None and (row is None or row.usual_doer == "site staff")
    return unnamed or (one.doer is not None if who is None else one.doer == who)


def _is_now(one: CheckStanding, row: TodayRow, day: dt.date, guest: GuestFor | None) -> bool:
    if guest is not None:
        return day in row.days
    return one.status.legal_due is not None and one.status.legal_due <= day


def _row(one: CheckStanding, line: CheckLine, days: tuple[dt.date, ...], today: dt.date) -> TodayRow:
    legal = one.status.legal_due
    moved = legal is not None and bool(days) and days[0] == today < legal and one.status.word is not Word.OVERDUE
    why = ""
    if moved and legal is not None:
        why = f"Due {words.weekday_date(legal)}. {one.status.plan_because}".strip()
    button = "When was it?" if has_no_record(one) else "Record"
    turn = line.progress if one.check.points_mode == EACH else short_turn(one.check.points, line.next_point)
    return TodayRow(
        line, titled(one), last_words(one.last, today), _chip(line, today, moved), button, why, days,
        is_quick(one.check), turn,
    )  # fmt: skip


def _done_today(found: Sequence[CheckStanding], records: Sequence[RecordRow]) -> tuple[DoneToday, ...]:
    """What was done today of the checks listed here, latest first."""
    titles = {one.check.id: one.check.title for one in found}
    rows = []
    for one in reversed([one for one in records if one.check in titles]):
        title = f"{titles[one.check]}, {one.point}" if one.point else titles[one.check]
        parts = [words.OUTCOME_WORDS.get(one.outcome, one.outcome), f"{one.done_by}", one.note]
        at = "" if one.done_minute is None else f"{one.done_minute // 60:02d}:{one.done_minute % 60:02d}"
        said = " · ".join(part for part in parts if part)
        rows.append(DoneToday(one.check, title, said, at, one.outcome == Outcome.UNSATISFACTORY))
    return tuple(rows)


def _chip(line: CheckLine, today: dt.date, moved: bool) -> str:
    if line.word == Word.DUE_SOON and moved:
        return "Do today"
    if line.word == Word.DUE_SOON and line.legal_due is not None and line.legal_due >= today:
        return words.due_words(line.legal_due, today)
    return line.status_words


def _pressing(row: TodayRow) -> tuple[bool, dt.date, str]:
    return (not row.line.late, row.days[0] if row.days else row.line.legal_due or dt.date.max, row.title)


def _sorted(rows: Iterable[TodayRow]) -> tuple[TodayRow, ...]:
    return tuple(sorted(rows, key=_pressing))


def _rounds(now: Sequence[TodayRow], places: Sequence[str]) -> tuple[RoundGroup, ...]:
    order = {place: n for n, place in enumerate(places)}
    by_place: dict[str, list[TodayRow]] = {}
    for row in now:
        by_place.setdefault(row.line.place, []).append(row)
    walk = sorted(by_place, key=lambda place: (order.get(place, -1), place))
    return tuple(RoundGroup(place, tuple(by_place[place])) for place in walk)


def _strip(
    pairs: Sequence[_Pair], done: Sequence[dt.date], monday: dt.date, today: dt.date, calendar: SchoolCalendar
) -> WeekStrip:
    """Count the week day by day; what is late stands on the day it was due, or on today if that was before."""
    sunday = monday + dt.timedelta(days=6)
    late: list[dt.date] = []
    due: list[dt.date] = []
    for one, _row_of in pairs:
        legal = one.status.legal_due
        behind = one.status.word in (Word.OVERDUE, Word.NOT_KNOWN) or (legal is not None and legal < today)
        if behind and one.status.colour in (Colour.RED, Colour.AMBER):
            late.append(legal if legal is not None and monday <= legal < today else today)
            due += [day for day in days_to_do(one, today, sunday, today, calendar) if day > today]
        else:
            due += days_to_do(one, today, sunday, today, calendar)
    days = [monday + n * _DAY for n in range(7)]
    counts = [DayCount(day, done.count(day), late.count(day), due.count(day)) for day in days]
    return WeekStrip(tuple(one for n, one in enumerate(counts) if n < 5 or one.done or one.late or one.due))


def _next(pairs: Sequence[_Pair], after: dt.date) -> TodayRow | None:
    coming = [
        (day, one.facts.rule.form is Form.DAILY, row.title, row)  # a daily look is no news
        for one, row in pairs
        if (day := one.status.plan_by or one.status.legal_due) is not None and day > after
    ]
    return min(coming, key=lambda found: found[:3])[3] if coming else None


def _own_faults(desk: Desk, faults: Sequence[DefectRow], person: bytes | None) -> tuple[OwnFault, ...]:
    acting = desk.person
    who = person or (acting.id if acting else None)
    name = desk.who.casefold()
    if person is not None:
        from db.queries.people import people

        with desk.store.connect() as con:
            name = next((one.name.casefold() for one in people(con, desk.home) if one.id == person), "")
    mine = [one for one in faults if (who is not None and one.owner == who) or one.raised_by.casefold() == name]
    return tuple(OwnFault(one.id, one.title, one.state[:1].upper() + one.state[1:], one.risk) for one in mine)


def _headings(day: dt.date, guest: GuestFor | None, now: int) -> tuple[str, str]:
    if guest is None:
        note = "Walk round, then tick once." if now > 1 else ""
        return "Today", " ".join(part for part in (f"{words.long_date(day)}.", note) if part)
    heading = f"Cover at {guest.school_name}"
    send = f"Send what was done back by {words.weekday_date(guest.return_by)}."
    if day > guest.last:
        return heading, f"The cover ended on {words.weekday_date(guest.last)}. {send}"
    starts = f"From {words.weekday_date(guest.first)} until" if day < guest.first else "Until"
    return heading, f"{starts} {words.weekday_date(guest.last)}. {send}"


def _empty(
    now: Sequence[TodayRow], later: Sequence[TodayRow], next_up: TodayRow | None, rest: Sequence[TodayRow],
    guest: GuestFor | None,
) -> Empty | None:  # fmt: skip
    if now or later:
        return None
    coming = rest[0] if rest else next_up
    if coming is None:
        button = "Send it back" if guest else "See all checks"
        return Empty("All done for now", "Nothing is due this week." if guest is None else "Nothing is left.", button)
    day = coming.days[0] if coming.days else coming.line.plan_by or coming.line.legal_due
    when = f", {words.weekday_date(day)}" if day else ""
    return Empty("All done for now", f"Next: {coming.title}{when}.", "See this week")
