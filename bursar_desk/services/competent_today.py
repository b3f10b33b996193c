"""Is somebody competent there every day: the day strip of a school, from the people, absences and cover known here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import courses, words
from bursar_desk.domain import leads as lead_rules
from bursar_desk.domain.calendar import SchoolCalendar
from bursar_desk.domain.check_facts import due_series
from bursar_desk.domain.cover_stage import AGREED, DONE
from bursar_desk.domain.day_strip import DueCheck, Filled, Need, State, StripDay, Worker, day_of, red_words, wanted_of
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.domain.periods import BlockKind, DayKind
from bursar_desk.domain.status import Colour
from bursar_desk.services import bank_holidays, settings
from bursar_desk.services.standing import CheckStanding, calendars, standings_at

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.engine import Connection
    from db.queries.people import AbsenceRow, CoverRow, PersonRow, TrainingRow
    from db.queries.planning import OfferedRow

SETTING: Final = "competence needs"
MOST_DAYS: Final = 100
MOST_NAMED: Final = 5
KEEPERS: Final = ("caretaker", "site manager")
_LOOK_AHEAD: Final = 130
"""Dates of one check worked out at most: a daily one over the longest strip, with room."""
_KIND_WORDS: Final = {
    DayKind.WEEKEND: "Weekend", DayKind.HOLIDAY: "Holiday", DayKind.BANK_HOLIDAY: "Bank holiday",
    DayKind.LETTING: "Closed", DayKind.CLOSURE: "Closed",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RedDay:
    """One need that nobody fills on one day, and who could; names of neighbours are of people who offer to help."""

    day: dt.date
    need: Need
    what: str
    could: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """Return it in one sentence."""
        return red_sentence((self.day,), self.what, self.could)


def red_sentence(days: Sequence[dt.date], what: str, could: Sequence[str]) -> str:
    """Return what nobody fills on some days, and who could, in one sentence."""
    when = words.listing([words.short_day(day) for day in days])
    if not could:
        return f"{when}: {what}. Nobody known here could fill in."
    named = list(could[:MOST_NAMED])
    if len(could) > MOST_NAMED:
        named.append(f"{len(could) - MOST_NAMED} more")
        return f"{when}: {what}. Could fill in: {words.listing(named)}."
    return f"{when}: {what}. Could fill in: {words.listing(named, 'or')}."


@dataclass(frozen=True, slots=True)
class Strip:
    """The days of one school. ``named``: who fills a need may be shown, which is for own people and an office only."""

    school: bytes
    school_name: str
    named: bool
    days: tuple[StripDay, ...]
    red: tuple[RedDay, ...]

    @property
    def sentence(self) -> str:
        """Return how the days stand: "2 of 5 days lack somebody"."""
        open_days = [one for one in self.days if not one.closed]
        red = sum(one.red for one in open_days)
        if not open_days:
            return "The school is closed on all these days."
        if not red:
            return "Somebody competent is there on every day."
        lacks = "lacks" if red == 1 else "lack"
        return f"{words.out_of(red, len(open_days))} days {lacks} somebody who is needed."

    @property
    def red_sentences(self) -> tuple[str, ...]:
        """Return the red days, those that say the same together."""
        grouped: dict[tuple[Need, str, tuple[str, ...]], list[dt.date]] = {}
        for one in self.red:
            grouped.setdefault((one.need, one.what, one.could), []).append(one.day)
        return tuple(red_sentence(days, what, could) for (_, what, could), days in grouped.items())

    def who(self, one: Filled) -> tuple[str, ...]:
        """Return the names of who fills a need, where they may be shown."""
        return tuple(each.name for each in one.by) if self.named else ()


def strip(desk: Desk, first: dt.date, last: dt.date, school: bytes | None = None) -> Strip:
    """Return the strip of the home school or another one held here. Raises ``UserError`` for odd days."""
    if last < first or (last - first).days >= MOST_DAYS:
        raise UserError(
            f"The last day must be within {MOST_DAYS} days of the first.", "Nothing was changed.", "Check both dates."
        )
    whose = school or desk.home
    days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    named = desk.is_office or whose == desk.home
    with desk.store.connect() as con:
        known = _Known.read(con, whose, days)
        due = _due(con, whose, days, desk.today, known.calendar) if known.checks else {}
        short = {one.school: one.short_name or one.name for one in known.where}
    found = [_day(desk, known, day, due.get(day, ()), short) for day in days]
    red = [
        RedDay(one.day, need.need, red_words(need), _could(need, named=named))
        for one in found
        for need in one.needs
        if need.state is State.NOT_MET
    ]
    return Strip(whose, short.get(whose) or desk.school_name(whose), named, tuple(found), tuple(red))


def _could(one: Filled, *, named: bool) -> tuple[str, ...]:
    """Name who could fill a need; colleagues of a neighbour are not ours to name."""
    known = [each for each in one.could if named or not each.own]
    return tuple(f"{each.name} ({each.note})" if each.note else each.name for each in known)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is asked once, for however many days."""

    school: bytes
    where: tuple[_Where, ...]
    calendar: SchoolCalendar
    everybody: Sequence[PersonRow]
    passed: Sequence[TrainingRow]
    away: Sequence[AbsenceRow]
    covers: Sequence[CoverRow]
    agreed: frozenset[bytes]
    offers: Sequence[OfferedRow]
    leads: tuple[lead_rules.Lead, ...]
    decisions: tuple[lead_rules.Decision, ...]
    wanted: Mapping[Need, int]
    checks: bool

    @classmethod
    def read(cls, con: Connection, school: bytes, days: Sequence[dt.date]) -> _Known:
        from bursar_desk.services.cover_requests import stage_of
        from bursar_desk.services.leads import as_decision, as_lead
        from db.queries import people as ask
        from db.queries.answers import answers
        from db.queries.checks import checks
        from db.queries.people_more import leads
        from db.queries.planning import offered_hours
        from db.queries.schools import schools
        from db.queries.settings import settings as kept

        asked = [one for one in ask.covers(con, school) if one.last >= days[0] and one.first <= days[-1]]
        said = answers(con, "cover", about=[one.id for one in asked]) if asked else []
        # somebody comes: agreed, or done already; whether an answer is late has no bearing on that
        agreed = frozenset(one.id for one in asked if stage_of(one, said, dt.date.min).stage in (AGREED, DONE))
        rows = leads(con, school)
        return cls(
            school, tuple(_Where(one.school, one.short_name, one.name) for one in schools(con)),
            calendars(con, school).get(school, SchoolCalendar((), bank_holidays.england())), ask.people(con),
            ask.training(con), ask.absences(con, first=days[0], last=days[-1]), asked, agreed,
            offered_hours(con, days[0], days[-1]), tuple(as_lead(one) for one in rows),
            tuple(as_decision(one) for one in (answers(con, "lead", about=[one.id for one in rows]) if rows else ())),
            wanted_of(kept(con, school).get(SETTING, (b"", None))[1]), bool(checks(con, school)),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Where:
    school: bytes
    short_name: str
    name: str


# --- one day ---------------------------------------------------------------------------------------------------------


def _day(
    desk: Desk, known: _Known, day: dt.date, due: Sequence[DueCheck], short: Mapping[bytes, str]
) -> StripDay:  # fmt: skip
    if not known.calendar.staff_in(day):
        return day_of(day, (), closed=closed_words(known.calendar, day))
    if not any(one.school == known.school for one in known.everybody):  # their people were never sent to us
        unknown = tuple(Filled(need, State.NOT_KNOWN, 0, 0) for need in Need)
        return StripDay(day, "", unknown)
    held = _held(known.passed, day)
    away = {row.person for row in known.away if row.first <= day <= row.last}
    ranks = _in_charge(known, day)
    workers = []
    for one in known.everybody:
        if not one.here(day):
            continue
        own = one.school == known.school
        lent, duties = _lent(known, one, day)
        offer = next((row for row in known.offers if row.person == one.id and _lies_on(row, day)), None)
        note = _note(one, own, day, offer, short.get(one.school) or desk.school_name(one.school))
        workers.append(Worker(
            one.id, one.name, own, at_work(one, day), one.id in away, ranks.get(one.id, 0),
            own and (one.key_holder or one.unlocks or one.locks), held.get(one.id, frozenset()), lent, duties,
            not own and one.offers_cover and one.checks_confirmed_on is not None, note,
        ))  # fmt: skip
    return day_of(day, workers, due, known.wanted, checks_known=known.checks)


def at_work(one: PersonRow, day: dt.date) -> bool:
    """Tell whether the weekly pattern has somebody in, days that differ from the usual hours included."""
    return one.works_on(day) or any(weekday == day.weekday() for weekday, _, _ in one.pattern)


def closed_words(calendar: SchoolCalendar, day: dt.date) -> str:
    """Return what a day without staff is called: "October half term", "Bank holiday", "Weekend"."""
    kind = calendar.kind(day)
    for block in calendar.blocks:
        if block.kind is BlockKind.CLOSURE and kind is DayKind.CLOSURE and block.first <= day <= block.last:
            return block.name or "Closed"
    return _KIND_WORDS.get(kind, "Closed")


def _held(passed: Sequence[TrainingRow], day: dt.date) -> dict[bytes, frozenset[str]]:
    """Return the courses in date on a day, by person."""
    found: dict[bytes, set[str]] = {}
    for (person, name), row in courses.latest(passed, day).items():
        ends = courses.last_day(row.course, row.passed_on, row.expires_on)
        if ends is None or ends >= day:
            found.setdefault(person, set()).add(name)
    return {person: frozenset(names) for person, names in found.items()}


def _in_charge(known: _Known, day: dt.date) -> dict[bytes, int]:
    """Return who is in charge of the site: 1 for who is named, 2 for the head and the site keeper standing in."""
    ranks = {
        one.id: 2 for one in known.everybody if one.school == known.school and one.role in ("head", *KEEPERS)
    }  # fmt: skip
    named = (lead_rules.RESPONSIBLE, lead_rules.DUTY_HOLDER, lead_rules.PREMISES)
    for slot in lead_rules.current(known.leads, known.decisions, day):
        if slot.lead.kind in named and slot.lead.person is not None:  # a body cannot stand at the gate
            ranks[slot.lead.person] = 1
    return ranks


def _lent(known: _Known, one: PersonRow, day: dt.date) -> tuple[frozenset[bytes], bool]:
    """Return the checks somebody may do here on a day under agreed cover, and whether they open or lock up."""
    lent: set[bytes] = set()
    duties = False
    for row in known.covers:
        if row.helper_person != one.id or row.id not in known.agreed or not row.first <= day <= row.last:
            continue
        slots = [slot for slot in row.slots if slot.get("day") == day.isoformat()]
        if row.slots and not slots:
            continue  # they come on other days only
        lent |= set(row.checks)
        duties = duties or bool(row.duties or slots)
    return frozenset(lent), duties


def _lies_on(row: OfferedRow, day: dt.date) -> bool:
    return row.first <= day <= row.last and bool(row.days >> day.weekday() & 1)


def _note(one: PersonRow, own: bool, day: dt.date, offer: OfferedRow | None, school: str) -> str:
    if own:
        return "" if at_work(one, day) else "not at work that day"
    if offer is None:
        return school
    return f"{school}, offers {_clock(offer.starts)} to {_clock(offer.ends)}"


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


# --- the checks due --------------------------------------------------------------------------------------------------


def _due(
    con: Connection, school: bytes, days: Sequence[dt.date], today: dt.date, calendar: SchoolCalendar
) -> dict[dt.date, list[DueCheck]]:
    """Return for each day the checks due that ask for a course: late ones today, of past days as it stood then."""
    from db.queries.checks import checks

    wanted = {one.id for one in checks(con, school) if one.skill and one.applies == "yes"}
    found: dict[dt.date, list[DueCheck]] = {}
    if not wanted:
        return found
    past = [day for day in days if day < today]
    coming = [day for day in days if day >= today]
    bases = [day - dt.timedelta(days=1) for day in past] + ([today] if coming else [])
    asked = [[day] for day in past] + ([coming] if coming else [])
    for base, some, stood in zip(bases, asked, standings_at(con, school, bases, wanted), strict=True):
        for one in stood:
            for day in _falls(one, base, some, calendar, today):
                found.setdefault(day, []).append(DueCheck(one.check.id, one.check.title, one.check.skill))
    return {day: sorted(some, key=lambda check: (check.title, check.id)) for day, some in found.items()}


def _falls(
    one: CheckStanding, base: dt.date, days: Sequence[dt.date], calendar: SchoolCalendar, today: dt.date
) -> list[dt.date]:  # fmt: skip
    """Return on which of the days a check falls due, each done on its day."""
    if one.status.colour is Colour.GREY:
        return []
    many = min((days[-1] - base).days + 3, _LOOK_AHEAD)
    series = set(due_series(one.facts, base, calendar, many))
    late = one.status.legal_due is not None and one.status.legal_due < today
    return [day for day in days if day in series or (day == today and late)]


# --- how many are wanted ---------------------------------------------------------------------------------------------


def needs(desk: Desk) -> dict[Need, int]:
    """Return how many of each the home school wants on a day."""
    return wanted_of(settings.value(desk, SETTING))


def want(desk: Desk, need: Need, many: int) -> Changes:
    """Settle how many of one need this school wants on every open day; 0 for none."""
    from bursar_desk.services.people import must_manage

    must_manage(desk)
    chosen = {one.value: number for one, number in needs(desk).items()}
    if wanted_of({need.value: many})[need] != many:
        raise UserError(f"{many} is not a number of people.", "Nothing was changed.", "Use a number from 0 to 50.")
    if chosen[need.value] == many:
        return Changes(frozenset())
    return settings.choose(desk, SETTING, chosen | {need.value: many}, subject=f"{need.said}: {many} wanted each day")
