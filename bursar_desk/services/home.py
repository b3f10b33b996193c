"""Home: what is late, who must act, what comes next, and whether it is better than last term; every figure a list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from bursar_desk.clock import SCHOOL_ZONE
from bursar_desk.domain import courses, words
from bursar_desk.domain.calendar import SchoolCalendar
from bursar_desk.domain.intervals import Form
from bursar_desk.domain.status import Colour, Word
from bursar_desk.services import cover_board, cover_requests, home_watch, messages, training_reminders
from bursar_desk.services.checks import CheckLine, line_of, names_for
from bursar_desk.services.home_counts import (
    Required,
    SchoolCount,
    nobody,
    now_and_then,
    required,
    schools,
)
from bursar_desk.services.home_needs import Around, NeedsRow, needs_you
from bursar_desk.services.reporting_decisions import answers_for
from bursar_desk.services.reporting_reasons import NO_REASON, Reason, has_no_record, is_late, last_reasons, late_since
from bursar_desk.services.standing import CheckStanding, calendars
from bursar_desk.services.today import is_new

if TYPE_CHECKING:
    from bursar_desk.services.checks import Names
    from bursar_desk.services.cover_board import BoardCell, BoardRow
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.home_counts import Stood
    from bursar_desk.services.leads_felt import SiteLed
    from bursar_desk.services.training_reminders import Asked
    from db.queries.counts import ArrivalRow
    from db.queries.people import PersonRow, TrainingRow

DUE_DAYS: Final = 14
DUE_SHOWN: Final = 5
TRAINING_DAYS: Final = 90
NEWS_DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class OverdueLine:
    """A late check with the last reason anybody gave ("" for none yet) and the day promised."""

    line: CheckLine
    days: int
    reason: str
    new_date: dt.date | None


@dataclass(frozen=True, slots=True)
class PersonOverdue:
    """One person and what they owe, latest first; ``person`` is nothing where nobody is named."""

    person: bytes | None
    name: str
    initials: str
    lines: tuple[OverdueLine, ...]


@dataclass(frozen=True, slots=True)
class CoverRow:
    """One school on the next school day: "gap", "asked" or "agreed", in a sentence."""

    school: bytes
    school_name: str
    state: str
    sentence: str
    absence: bytes | None
    cover: bytes | None


@dataclass(frozen=True, slots=True)
class CoverDay:
    """Cover on the next school day; ``sentence`` is all there is to say when nobody is away."""

    day: dt.date
    heading: str
    sentence: str
    rows: tuple[CoverRow, ...]


@dataclass(frozen=True, slots=True)
class TrainingSoon:
    """Somebody whose course runs out within ninety days, or has run out."""

    person: bytes
    name: str
    course: str
    ends: dt.date
    when: str


@dataclass(frozen=True, slots=True)
class HomeView:
    """Everything on Home. ``schools`` is filled in an office only; ``due_total`` counts all of the fourteen days.

    ``empty`` says what stands in a card without rows: "needs_you", "overdue", "due", "training", "backup", "checks".
    ``ahead`` is what to plan: papers that run out, reviews, checks to book; it can wait, so the sentence leaves it out.
    ``to_date`` are the checks of a new school that wait for "When was this last done?". ``led``: other schools where
    the acting person leads, once both governing bodies agreed.
    """

    day: dt.date
    sentence: str
    needs_you: tuple[NeedsRow, ...]
    ahead: tuple[NeedsRow, ...]
    overdue: tuple[PersonOverdue, ...]
    due_soon: tuple[CheckLine, ...]
    due_total: int
    required: Required
    schools: tuple[SchoolCount, ...]
    cover: CoverDay
    training: tuple[TrainingSoon, ...]
    last_backup: str | None
    to_settle: int
    arrived: tuple[str, ...]
    new_school: bool
    to_date: tuple[CheckLine, ...]
    empty: Mapping[str, str]
    led: tuple[SiteLed, ...] = ()

    @property
    def late(self) -> int:
        """Return how many things are late, failed or without their document."""
        return sum(len(one.lines) for one in self.overdue)


_EMPTY: Final = {
    "needs_you": "Nothing needs you.",
    "overdue": "Nothing is overdue.",
    "due": "Nothing is due in the next 14 days.",
    "training": "No training runs out in the next 90 days.",
    "backup": "No backup has been made yet.",
    "checks": "No checks yet. Start from the checks most schools like yours need.",
}


@dataclass(frozen=True, slots=True)
class _Read:
    """What Home asks of the register, each thing once; ``leads``: the acting person leads at another school."""

    names: Names
    board: cover_board.Known
    known: Mapping[bytes, SchoolCalendar]
    found: Sequence[CheckStanding]
    then: Mapping[bytes, Stood]
    late: Sequence[CheckStanding]
    reasons: Mapping[bytes, Reason]
    passed: Sequence[TrainingRow]
    training: Asked
    to_settle: int
    leads: bool
    kept: home_watch.Kept
    arrived: Sequence[ArrivalRow]


def _read(desk: Desk, whose: bytes | None, me: bytes | None) -> _Read:
    from bursar_desk.services.leads_felt import named_elsewhere
    from db.queries import counts, people

    with desk.store.connect() as con:
        names = names_for(desk, con)
        every = calendars(con)
        known = every if whose is None else {one: found for one, found in every.items() if one == whose}
        found, then = now_and_then(con, whose, names.schools if whose is None else [whose], known, desk.today)
        late = sorted(
            (one for one in found if is_late(one)), key=lambda one: (late_since(one, desk.today), one.check.id)
        )
        passed, staff = people.training(con), people.people(con)
        return _Read(
            names,
            cover_board.Known(
                tuple(names.schools.values()), every, staff, cover_requests.read(con, desk, None, staff)
            ),
            known, found, then, late, last_reasons(con, whose, desk.today, late), passed,
            training_reminders.ask(con, desk.today, staff, passed), counts.to_settle(con),
            named_elsewhere(con, me, desk.home), home_watch.ask(desk, con, whose, names.schools.values(), every),
            counts.arrivals(con, desk.clock.now_ms() - NEWS_DAYS * 24 * 3600 * 1000),
        )  # fmt: skip


def view(desk: Desk, *, last_backup_ms: int | None = None) -> HomeView:
    """Return Home for the acting person; an office sees all its schools.

    ``last_backup_ms`` is when the last good backup was made, which only whoever keeps the backups knows.
    """
    from bursar_desk.services.leads_felt import sites_led_by

    whose = None if desk.is_office else desk.home
    me = desk.person.id if desk.person else None
    got = _read(desk, whose, me)
    names, found, late, reasons = got.names, got.found, got.late, got.reasons
    day = min((_next_day(one, desk.today) for one in got.known.values()), default=_next_day(nobody(), desk.today))
    board = cover_board.week_board(desk, day, got.board)
    lines = {one.check.id: line_of(one, names) for one in found}
    soft = is_new(desk)
    asked = [one for one in got.board.lines if cover_requests.waits_for_us(desk, one)]
    needs = needs_you(desk, Around(found, lines, reasons, names.people, board, asked, got.to_settle, soft, got.kept))
    due = due_soon(found, lines, desk.today)
    return HomeView(
        day=desk.today,
        sentence=_sentence(found, len(needs), soft=soft),
        needs_you=needs,
        ahead=home_watch.ahead(desk, got.kept, found, lines, DUE_DAYS, got.training),
        overdue=_by_person(late, lines, reasons, names.people, desk.today),
        due_soon=due[:DUE_SHOWN],
        due_total=len(due),
        required=required(found, lines, got.then),
        schools=schools(found, lines, got.then) if desk.is_office else (),
        cover=_cover_day(board, day),
        training=_training([one for one in got.board.staff if whose in (None, one.school)], got.passed, desk.today),
        last_backup=_moment(last_backup_ms, desk.today),
        to_settle=got.to_settle,
        arrived=(
            *messages.home_lines(desk),
            *desk.notices,
            *desk.store.notices,
            *(_arrival(desk, one) for one in got.arrived if one.added),
        ),
        new_school=soft,
        to_date=tuple(lines[one.check.id] for one in found if has_no_record(one)) if soft else (),
        empty=_EMPTY,
        led=sites_led_by(desk, me, elsewhere=True) if got.leads else (),
    )


def _sentence(found: Sequence[CheckStanding], need: int, *, soft: bool) -> str:
    """Return the title of the page: "3 things are overdue, 2 need you"."""
    if not found:
        waits = f", {words.count(need, 'thing')} {'needs' if need == 1 else 'need'} you" if need else ""
        return f"No checks yet{waits}"
    late = [one for one in found if is_late(one)]
    failed = sum(one.status.word is Word.FAILED for one in late)
    overdue = len(late) - failed
    parts = [f"{words.count(overdue, 'thing')} {words.is_are(overdue)} overdue"] if overdue else []
    if failed:
        parts.append(f"{words.number(failed)} {'has' if failed == 1 else 'have'} failed")
    if not parts:
        unknown = sum(one.required and has_no_record(one) for one in found)
        if unknown and soft:
            return f"Nothing is overdue. When {'was' if unknown == 1 else 'were'} {_these(unknown)} last done?"
        parts.append("Nothing is overdue")
    if need:
        noun = "" if overdue else f" {'thing' if need == 1 else 'things'}"
        parts.append(f"{words.number(need)}{noun} {'needs' if need == 1 else 'need'} you")
    return ", ".join(parts)


def _these(number: int) -> str:
    return "this check" if number == 1 else f"these {words.number(number)} checks"


def _by_person(
    late: Iterable[CheckStanding], lines: Mapping[bytes, CheckLine], reasons: Mapping[bytes, Reason],
    people: Mapping[bytes, str], today: dt.date,
) -> tuple[PersonOverdue, ...]:  # fmt: skip
    listed: dict[tuple[bytes | None, str], list[OverdueLine]] = {}
    for one in late:
        who = one.check.doer if one.check.doer in people else one.check.owner
        name = answers_for(one, people)
        said = reasons.get(one.check.id, NO_REASON)
        days = (today - late_since(one, today)).days
        row = OverdueLine(lines[one.check.id], days, said.words, said.new_date)
        listed.setdefault((who if name else None, name or "Nobody yet"), []).append(row)
    made = [
        PersonOverdue(who, name, words.initials(name) if who else "?", tuple(rows))
        for (who, name), rows in listed.items()
    ]
    return tuple(sorted(made, key=lambda one: (-one.lines[0].days, one.name)))


def due_soon(
    found: Iterable[CheckStanding], lines: Mapping[bytes, CheckLine], today: dt.date
) -> tuple[CheckLine, ...]:
    """What comes in fourteen days, by the day to plan with; daily looks stand on Today only."""
    last = today + dt.timedelta(days=DUE_DAYS)
    due = [
        (day, lines[one.check.id].title, lines[one.check.id])
        for one in found
        if one.status.colour in (Colour.AMBER, Colour.GREEN) and one.facts.rule.form is not Form.DAILY
        and not has_no_record(one)
        and (day := one.status.plan_by or one.status.legal_due) is not None and day <= last
    ]  # fmt: skip
    return tuple(line for _, _, line in sorted(due, key=lambda row: (row[0], row[1], row[2].id)))


# --- cover, training, news --------------------------------------------------------------------------------------------


def _next_day(calendar: SchoolCalendar, today: dt.date) -> dt.date:
    return calendar.next_school_day(today + dt.timedelta(days=1))


def _cover_day(board: Sequence[BoardRow], day: dt.date) -> CoverDay:
    rows = [
        CoverRow(row.school, row.name, cell.state, _cover_words(row.name, cell), cell.absence, cell.cover)
        for row in board
        for cell in row.cells
        if cell.day == day and cell.state in ("gap", "asked", "agreed")
    ]
    order = ("gap", "asked", "agreed")
    rows.sort(key=lambda row: order.index(row.state))
    gaps = sum(row.state == "gap" for row in rows)
    sentence = "Nobody is away." if not rows else "Everything is covered."
    if gaps:
        sentence = f"{words.count(gaps, 'gap')} without cover."
    elif any(row.state == "asked" for row in rows):
        sentence = "Asked, no answer yet."
    return CoverDay(day, f"Cover on {words.weekday_date(day)}", sentence, tuple(rows))


def _cover_words(name: str, cell: BoardCell) -> str:
    hours = f", {cell.words}" if cell.words else ""
    if cell.state == "gap":
        if cell.title != "Nobody unlocks":
            return f"{name}: {cell.title[:1].lower()}{cell.title[1:]}."
        return f"{name} has nobody to unlock."
    if cell.state == "asked":
        return f"{name}: {cell.title[:1].lower()}{cell.title[1:]}{hours}."
    return f"{name}: {cell.title} covers{hours}."


def _training(staff: Iterable[PersonRow], passed: Iterable[TrainingRow], today: dt.date) -> tuple[TrainingSoon, ...]:
    here = {one.id: one.name for one in staff if one.left_on is None or one.left_on > today}
    last = today + dt.timedelta(days=TRAINING_DAYS)
    soon = [
        TrainingSoon(person, here[person], course, ends, _runs_out(ends, today))
        for (person, course), row in courses.latest(passed, today).items()
        if person in here and (ends := courses.last_day(course, row.passed_on, row.expires_on)) and ends <= last
    ]
    return tuple(sorted(soon, key=lambda one: (one.ends, one.name, one.course)))


def _runs_out(ends: dt.date, today: dt.date) -> str:
    return f"ran out {words.ago(ends, today)}" if ends < today else words.until(ends, today)


def _moment(ms: int | None, today: dt.date) -> str | None:
    if ms is None:
        return None
    at = dt.datetime.fromtimestamp(ms / 1000, ZoneInfo(SCHOOL_ZONE))
    return f"Last good backup {words.moment(at, today)}"


def _arrival(desk: Desk, one: ArrivalRow) -> str:
    at = dt.datetime.fromtimestamp(one.at_ms / 1000, ZoneInfo(SCHOOL_ZONE))
    entries = words.count(one.added, "new entry", "new entries")
    return f"{desk.school_name(one.school)}: {entries}, {words.moment(at, desk.today)}"
