"""Checks: what is due, what a check is, and recording it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bursar_desk.domain import areas, words
from bursar_desk.domain.calendar import SchoolCalendar
from bursar_desk.domain.check_facts import CheckFacts, due_series
from bursar_desk.domain.checks import Standing, overdue_words
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.intervals import describe
from bursar_desk.domain.items import Progress
from bursar_desk.domain.missed import Missed
from bursar_desk.domain.status import Colour, Rollup, Word, roll_up
from bursar_desk.services import bank_holidays, catalogue
from bursar_desk.services.check_answers import Answer, answer_of, missed_of
from bursar_desk.services.standing import CheckStanding, calendars, completions_at, standings

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.queries.checks import CheckRow, DefectRow, RecordRow


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One check as a list shows it. ``days``: positive is late, negative is left.

    ``doer`` is who does it now and ``doer_was`` the usual person, when a deputy stands in. ``lead``: days before its
    date it turns amber. ``progress``: "5 of 8" of a check done point by point. ``missed`` is counted for the detail
    only: days of a weekly, daily or termly check on which nothing was done.
    """

    id: bytes
    school: bytes
    school_name: str
    urn: str
    code: str
    title: str
    area: str
    area_name: str
    icon: str
    place: str
    every: str
    owner: str
    doer: str
    doer_id: bytes | None
    last_done: dt.date | None
    last_outcome: str
    last_by: str
    legal_due: dt.date | None
    plan_by: dt.date | None
    colour: str
    word: str
    days: int | None
    because: str
    standing: str
    required: bool
    open_defects: int
    next_point: str
    readings: tuple[dict[str, Any], ...]
    stop_using: bool
    doer_was: str = ""
    lead: int | None = None
    progress: str = ""
    missed: int | None = None
    plan_because: str = ""
    local: bool = False
    habit: str = ""

    @property
    def status_words(self) -> str:
        """Return the status as people say it: "Overdue 7 days", "Due soon"."""
        if self.word == Word.OVERDUE and self.days is not None and self.days > 0:
            return f"Overdue {words.count(self.days, 'day')}"
        return words.STATUS_WORDS[self.word]

    @property
    def late(self) -> bool:
        """Tell whether somebody must act: red for any cause."""
        return self.colour == Colour.RED


@dataclass(frozen=True, slots=True)
class CheckList:
    """Checks of one or more schools, most pressing first, with the honest count."""

    lines: tuple[CheckLine, ...]
    required: Rollup
    recommended: Rollup
    not_needed: int

    def of_colour(self, *colours: str) -> list[CheckLine]:
        """Return the lines of some colours."""
        return [line for line in self.lines if line.colour in colours]


_ORDER = {Colour.RED: 0, Colour.AMBER: 1, Colour.GREEN: 2, Colour.GREY: 3}


def listing(desk: Desk, *, school: bytes | None = None, every_school: bool = False) -> CheckList:
    """Return the checks of the home school, of another one held here, or of all."""
    whose = None if every_school or (desk.is_office and school is None) else (school or desk.home)
    with desk.store.connect() as con:
        found = standings(con, whose, desk.today)
        names = Names(desk, con)
    return check_list(found, names)


def check_list(found: Sequence[CheckStanding], names: Names) -> CheckList:
    """Put standings into lines, most pressing first, and count them."""
    lines = sorted((line_of(one, names) for one in found), key=_pressing)
    required = roll_up(one.status for one in found if one.required)
    recommended = roll_up(one.status for one in found if not one.required)
    grey = sum(one.status.colour is Colour.GREY for one in found)
    return CheckList(tuple(lines), required, recommended, grey)


def _pressing(line: CheckLine) -> tuple[int, bool, dt.date, str, bytes]:
    day = line.legal_due or dt.date.max
    return (_ORDER[Colour(line.colour)], not line.required, day, line.title, line.id)


class Names:
    """Names of people, places and schools for lists."""

    def __init__(self, desk: Desk, con: Any) -> None:
        from db.queries.people import people
        from db.queries.schools import places, schools

        self.people = {one.id: one.name for one in people(con)}
        self.places = {one.id: one.name for one in places(con)}
        self.schools = {one.school: one for one in schools(con)}
        self._desk = desk

    def school(self, school: bytes) -> tuple[str, str]:
        """Return a school's short name and URN."""
        row = self.schools.get(school)
        return (row.short_name or row.name, row.urn) if row else (self._desk.school_name(school), "")


names_for = Names


def line_of(one: CheckStanding, names: Names) -> CheckLine:
    """Return one check as a list shows it."""
    check, status, last = one.check, one.status, one.last
    row = catalogue.load().get(check.code)
    school, urn = names.school(check.school)
    area = areas.area(check.area) if check.area in {a.code for a in areas.AREAS} else None
    return CheckLine(
        id=check.id, school=check.school, school_name=school, urn=urn, code=check.code, title=check.title,
        area=check.area, area_name=area.name if area else check.area, icon=row.icon if row else "clipboard-check",
        place=names.places.get(check.place or b"", "Whole school"), every=describe(one.facts.rule),
        owner=names.people.get(check.owner or b"", ""), doer=names.people.get(one.doer or b"", ""),
        doer_id=one.doer, last_done=last.done_on if last else None, last_outcome=last.outcome if last else "",
        last_by=last.done_by if last else "", legal_due=status.legal_due, plan_by=status.plan_by,
        colour=status.colour.value, word=status.word.value, days=status.days, because=status.because,
        standing=check.standing, required=one.required, open_defects=len(one.defects),
        next_point=next_point(check, last), readings=check.readings,
        stop_using=status.colour is Colour.RED and overdue_words(check.code).offer_take_out_of_use,
        doer_was=names.people.get(check.doer or b"", "") if one.doer != check.doer else "", lead=status.lead,
        progress=one.progress.words if one.progress and one.progress.n else "", plan_because=status.plan_because,
        local=one.facts.local, habit=one.facts.habit.words if one.facts.habit else "",
    )  # fmt: skip


def next_point(check: CheckRow, last: RecordRow | None) -> str:
    """Return the call point, outlet or extinguisher whose turn it is."""
    if not check.points:
        return ""
    if last is None or last.point not in check.points:
        return check.points[0]
    return check.points[(check.points.index(last.point) + 1) % len(check.points)]


def due(
    desk: Desk, *, within: int | None = None, school: bytes | None = None, area: str | None = None,
    person: bytes | None = None,
) -> CheckList:  # fmt: skip
    """Return what is late, unknown, or due within some days (by default what has a colour but green)."""
    whole = listing(desk, school=school)
    last_day = desk.today + dt.timedelta(days=within) if within is not None else None

    def wanted(line: CheckLine) -> bool:
        if line.colour == Colour.GREY or (area and line.area != area) or (person and line.doer_id != person):
            return False
        if line.colour in (Colour.RED, Colour.AMBER):
            return True
        day = line.plan_by or line.legal_due
        return last_day is not None and day is not None and day <= last_day

    return CheckList(tuple(filter(wanted, whole.lines)), whole.required, whole.recommended, whole.not_needed)


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One line of a check's history: done, not done, or set aside; ``late`` in days for what was done."""

    id: bytes
    on: dt.date
    what: str
    outcome: str
    by: str
    point: str
    readings: tuple[dict[str, Any], ...]
    note: str
    on_behalf: str
    recorded_by: str
    late: int | None


@dataclass(frozen=True, slots=True)
class CheckDetail:
    """All that the detail pane shows of one check."""

    line: CheckLine
    because: str
    plan_because: str
    next_three: tuple[dt.date, ...]
    provenance: tuple[tuple[str, str], ...]
    overdue_means: str
    history: tuple[HistoryLine, ...]
    defects: tuple[DefectRow, ...]
    weeks: tuple[WeekBox, ...]
    how_to: str
    points: tuple[str, ...]
    readings: tuple[dict[str, Any], ...]
    missed: tuple[Missed, ...] = ()
    progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class WeekBox:
    """One week of the year strip: "done", "late", "missed", "none" or "coming"."""

    monday: dt.date
    state: str
    done: int


def detail(desk: Desk, check: bytes) -> CheckDetail:
    """Return everything about one check. Raises ``UserError`` when it is not here."""
    from db.queries import checks as ask

    with desk.store.connect() as con:
        school = school_of(con, check)
        one = standings(con, school, desk.today, {check})[0]
        calendar = calendars(con, school).get(school, SchoolCalendar((), bank_holidays.england()))
        names = Names(desk, con)
        done = ask.records(con, school=school, check=check, last=desk.today)
        skipped = ask.not_done(con, school, check)
        faults = [d for d in ask.defects(con, school) if d.check == check]
        passed = missed_of(one, completions_at(con, one.check, desk.today, calendar), skipped, calendar, desk.today)
    line = replace(line_of(one, names), missed=len(passed))
    history = _history(one, done, skipped, desk.today, calendar)
    return CheckDetail(
        line, one.status.because, one.status.plan_because, due_series(one.facts, desk.today, calendar),
        _provenance(one.check.code), _overdue_means(one), tuple(history[:60]), tuple(faults),
        _weeks(history, desk.today), one.check.how_to, one.check.points, one.check.readings, passed, one.progress,
    )  # fmt: skip


def answer(desk: Desk, check: bytes) -> Answer:
    """Return when a check is next due, when to plan it, where it stands, and why. ``UserError`` when it is not here."""
    with desk.store.connect() as con:
        one = standings(con, school_of(con, check), desk.today, {check})[0]
        line = line_of(one, Names(desk, con))
    return answer_of(one, line.status_words)


def school_of(con: Any, check: bytes) -> bytes:
    from db.queries.checks import school_of_check

    school = school_of_check(con, check)
    if school is None:
        raise UserError("That check is not in this register.", "Nothing was changed.", "Choose it from the list.")
    return school


def _overdue_means(one: CheckStanding) -> str:
    return overdue_words(one.check.code).sentence if one.status.colour is Colour.RED else ""


def _provenance(code: str) -> tuple[tuple[str, str], ...]:
    row = catalogue.load().get(code)
    if row is None:
        return (("Where from", "Added by the school"),)
    law = {
        Standing.STATUTORY: "The law asks for this check",
        Standing.APPROVED: "The law asks for safety; a code or standard sets this check",
        Standing.RECOMMENDED: "Good practice, not law",
    }
    return (
        ("Standing", law[row.standing]),
        ("Law", row.basis),
        ("Where it says so", row.authority),
        ("Interval set by", row.interval_set_by),
        ("Who may do it", row.competent_person),
        ("Evidence", row.evidence),
        ("Keep", row.retention),
        ("If it fails", row.if_failed),
        ("Source", row.source),
        ("How sure", f"{row.confidence}{': ' + row.confidence_why if row.confidence_why else ''}"),
        ("Last looked up", words.short_date(catalogue.load().checked)),
    )


def _history(
    one: CheckStanding, done: Sequence[RecordRow], skipped: Sequence[Any], today: dt.date, calendar: SchoolCalendar
) -> list[HistoryLine]:
    late = {} if one.progress else _lateness(one.facts, done, today, calendar)
    lines = [
        HistoryLine(
            r.id, r.done_on, "done", r.outcome, r.done_by, r.point, r.readings, r.note, r.on_behalf, r.recorded_by,
            late.get(r.id),
        )
        for r in done
    ]  # fmt: skip
    lines += [HistoryLine(s.id, s.on, "not done", s.reason, s.by, "", (), s.note, "", s.by, None) for s in skipped]
    return sorted(lines, key=lambda line: (line.on, line.id), reverse=True)


def _lateness(
    facts: CheckFacts, done: Sequence[RecordRow], today: dt.date, calendar: SchoolCalendar
) -> dict[bytes, int]:
    from bursar_desk.domain.check_facts import history_of
    from bursar_desk.services.standing import completion_of

    pairs = [(r, c) for r in done[-130:] if (c := completion_of(r)) is not None]
    told = history_of(replace(facts, completions=tuple(c for _, c in pairs)), today, calendar)
    by_day = {past.completion: past.days_late for past in told if not past.on_time and past.days_late is not None}
    return {r.id: by_day[c] for r, c in pairs if c in by_day}


def _weeks(history: Sequence[HistoryLine], today: dt.date, count: int = 52) -> tuple[WeekBox, ...]:
    this_monday = today - dt.timedelta(days=today.weekday())
    first = this_monday - dt.timedelta(weeks=count - 1)
    states: dict[dt.date, tuple[str, int]] = {}
    rank = {"missed": 0, "done": 1, "late": 2}
    for line in history:
        monday = line.on - dt.timedelta(days=line.on.weekday())
        if monday < first:
            continue
        state = "missed" if line.what == "not done" else "late" if line.late else "done"
        kept, number = states.get(monday, ("missed", 0))
        best = state if monday not in states or rank[state] > rank[kept] else kept
        states[monday] = (best, number + (line.what == "done"))
    mondays = [first + dt.timedelta(weeks=n) for n in range(count)]
    return tuple(WeekBox(m, *states.get(m, ("none", 0))) for m in mondays)


def find(desk: Desk, text: str, school: bytes | None = None) -> bytes:
    """Return a check by its id, its code or part of its title. Raises ``UserError`` naming the likely ones."""
    whose = school or desk.home
    with desk.store.connect() as con:
        from db.queries.checks import checks

        listed = checks(con, whose)
    wanted = text.casefold().strip()
    exact = [one for one in listed if wanted in (one.id.hex(), one.code.casefold(), one.title.casefold())]
    close = exact or [one for one in listed if wanted in one.title.casefold()]
    if len(close) != 1:
        names = "; ".join(f"{one.code} {one.title}" for one in close[:8]) or "see “check list”"
        raise UserError(f"“{text}” is not one check here.", "Nothing was changed.", f"Choose one of: {names}.")
    return close[0].id
