"""Naming people for a session: what it would leave uncovered is shown before anything is booked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import training_places as rules
from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.domain.training_places import Place
from bursar_desk.services.training_gap import Uncovered, what_if
from bursar_desk.services.training_places import Held, SessionLine, course_name, read, suits
from bursar_desk.services.training_sessions import get

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.queries.people import AbsenceRow, PersonRow, TrainingRow
    from db.queries.training_places import BookingRow

SITE_STAFF: Final = ("caretaker", "site manager", "site staff")
NOTHING: Final = "Nobody was booked."
NEEDS_HEAD: Final = "Needs the head’s yes"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could go: when they last passed the course, and why they cannot go just now."""

    person: PersonRow
    passed_on: dt.date | None
    cannot: str

    @property
    def note(self) -> str:
        """Return what to know about them in a line."""
        job = self.person.job_title or self.person.role.capitalize()
        if self.cannot:
            return f"{job}. {self.cannot}"
        return f"{job}, passed {words.short_date(self.passed_on)}" if self.passed_on else job


@dataclass(frozen=True, slots=True)
class Preview:
    """What booking these people would mean: what is uncovered, what forbids it, whether the head must still say yes."""

    session: SessionLine
    people: tuple[PersonRow, ...]
    uncovered: tuple[Uncovered, ...]
    refused: tuple[str, ...]
    needs_head: bool

    @property
    def gap(self) -> bool:
        """Tell whether something would be left uncovered."""
        return bool(self.uncovered)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the rules about a day look at, of the home school."""

    held: Held
    absences: tuple[AbsenceRow, ...]
    covered: frozenset[dt.date]
    training: tuple[TrainingRow, ...]


def facts_of(desk: Desk, held: Held) -> _Facts:
    from db.queries.answers import answers, latest
    from db.queries.people import absences, covers, training

    with desk.store.connect() as con:
        away = tuple(absences(con, desk.home))
        passed = tuple(training(con, desk.home))
        said = latest(answers(con, "cover"))
        agreed = [
            one
            for one in covers(con, desk.home)
            if one.state in ("agreed", "done")
            or (one.state != "cancelled" and any(w.answer == "yes" for (row, _s), w in said.items() if row == one.id))
        ]
    covered = {one.first + dt.timedelta(days=n) for one in agreed for n in range((one.last - one.first).days + 1)}
    return _Facts(held, away, frozenset(covered), passed)


def candidates(desk: Desk, session: bytes) -> list[Candidate]:
    """Return who of this school could go: who never passed the course first, who cannot go last."""
    held = read(desk)
    line, facts = get(held, session), facts_of(desk, held)
    course = course_name(line.row.course)
    found = []
    for person in held.people.values():
        if person.school != desk.home or person.left_on is not None:
            continue
        theirs = [one for one in facts.training if one.person == person.id and course_name(one.course) == course]
        latest = max((one.passed_on for one in theirs), default=None)
        found.append(Candidate(person, latest, _cannot(facts, line, person.id)))
    site = (*SITE_STAFF, "business manager")
    return sorted(found, key=lambda one: (
        bool(one.cannot), one.passed_on is not None, one.person.role not in site, one.person.name,
    ))  # fmt: skip


def _cannot(facts: _Facts, line: SessionLine, person: bytes) -> str:
    """Return why somebody cannot go, as a sentence; "" when they can."""
    held, days = facts.held, set(line.row.days)
    for row in held.bookings:
        if row.person != person or row.state != rules.BOOKED or row.session is None:
            continue
        other = held.sessions.get(row.session)
        if other is None or other.cancelled:
            continue
        if row.session == line.row.id or course_name(other.course) == course_name(line.row.course):
            return "Named already."
        if days & set(other.days):
            return f"On another course then: {course_name(other.course)}."
    if any(row.person == person and any(row.first <= day <= row.last for day in days) for row in facts.absences):
        return "Away then."
    return ""


def preview(desk: Desk, session: bytes, people: Sequence[bytes]) -> Preview:
    """Return what booking these people would mean, before anything is booked."""
    held = read(desk)
    line, facts = get(held, session), facts_of(desk, held)
    named = tuple(dict.fromkeys(people))
    ours = [held.people[one] for one in named if one in held.people and held.people[one].school == desk.home]
    refused = [*about_people(facts, line, ours), *_about_session(desk, held, line, len(named))]
    if len(ours) != len(named):
        refused.append("Somebody here does not work at this school.")
    refused += both_site_staff(desk, facts, line, {one.id for one in ours})
    others = {one.id for one in ours} | away_with(facts, line)
    uncovered = tuple(
        found for one in ours
        if (found := what_if(desk, one.id, line.row.days, away=others - {one.id}, covered=facts.covered)) is not None
    )  # fmt: skip
    head = desk.person is not None and desk.person.role == "head"
    return Preview(line, tuple(ours), uncovered, tuple(dict.fromkeys(refused)), not head)


def _about_session(desk: Desk, held: Held, line: SessionLine, many: int) -> list[str]:
    row, said = line.row, []
    if row.cancelled:
        said.append("This session was cancelled.")
    elif row.first < held.today:
        said.append("This session has begun already.")
    if line.left is not None and many > line.left:
        left = f"{words.count(line.left, 'seat')} {words.is_are(line.left)} left" if line.left else "No seat is left"
        said.append(f"{left} on this session.")
    spare = len(_usable(held, desk.home, line))
    if many > spare:
        there = f"{words.count(spare, 'place')} {words.is_are(spare)}" if spare else "No place is"
        stock = held.of_course(course_name(row.course))
        free, all_spare = len(stock.spare(desk.home, offered=False)), len(stock.spare(desk.home))
        offered = f" Take an offer back first: {all_spare - free} offered to others." if all_spare > free else ""
        said.append(f"{there} free at this school{' for this session' if free > spare else ''}.{offered}")
    for block in held.no_release:
        days = [day for day in row.days if block.first <= day <= block.last]
        if block.school == desk.home and days:
            said.append(f"This school can let nobody go on {words.long_date(days[0])}.")
    return said


def about_people(facts: _Facts, line: SessionLine, people: Iterable[PersonRow]) -> list[str]:
    return [
        f"{one.name}: {why[0].lower()}{why[1:]}" for one in people if (why := _cannot(facts, line, one.id))
    ]  # fmt: skip


def away_with(facts: _Facts, line: SessionLine) -> set[bytes]:
    """Return who is on the same session, or another course on one of its days."""
    days, gone = set(line.row.days), set()
    for row in facts.held.bookings:
        other = facts.held.sessions.get(row.session or b"")
        if row.person and row.state == rules.BOOKED and other and not other.cancelled and days & set(other.days):
            gone.add(row.person)
    return gone


def both_site_staff(
    desk: Desk, facts: _Facts, line: SessionLine, going: Collection[bytes], *, stays: bytes | None = None
) -> list[str]:  # fmt: skip
    """Never all of a small school's site staff on one day unless cover is arranged (features F3)."""
    staff = [
        one for one in facts.held.people.values()
        if one.school == desk.home and one.left_on is None and one.role in SITE_STAFF
    ]  # fmt: skip
    if len(staff) < 2 or not any(one.id in going for one in staff):
        return []
    away = (set(going) | away_with(facts, line)) - {stays}
    for day in line.row.days:
        in_then = [one for one in staff if one.works_on(day)]
        absent = {row.person for row in facts.absences if row.first <= day <= row.last}
        gone = [one.name for one in in_then if one.id in away or one.id in absent]
        if in_then and len(gone) == len(in_then) and day not in facts.covered:
            verb = "would be the only one in" if len(gone) == 1 else "would all be away"
            return [f"{words.listing(gone)} {verb} on {words.long_date(day)}, and no cover is arranged."]
    return []


def book(
    desk: Desk, session: bytes, people: Sequence[bytes], *, gap_seen: bool = False, why: str = ""
) -> tuple[list[bytes], Changes]:  # fmt: skip
    """Name people for a session, each on a spare place of this school; return the bookings."""
    return book_all(desk, {session: people}, gap_seen=gap_seen, why=why)


def book_all(
    desk: Desk, plan: Mapping[bytes, Sequence[bytes]], *, gap_seen: bool = False, why: str = ""
) -> tuple[list[bytes], Changes]:  # fmt: skip
    """Name people for one session or several, by session, in one act; return the bookings.

    Raises ``UserError`` with what forbids it; a gap it would leave must have been seen (``gap_seen``).
    """
    previews = [preview(desk, session, people) for session, people in plan.items()]
    if not any(seen.people for seen in previews):
        raise UserError("Nobody was chosen.", NOTHING, "Choose who goes.")
    for seen in previews:
        if seen.refused:
            raise UserError(seen.refused[0], NOTHING, "Choose somebody else or another session.")
        if seen.gap and not gap_seen:
            raise UserError(seen.uncovered[0].sentence, NOTHING, "Arrange cover first, or book and accept the gap.")
    held = read(desk)
    used: set[tuple[bytes, int]] = set()
    rows = []
    for seen in previews:
        for one in seen.people:
            place = _take(held, desk.home, seen.session, used)
            rows.append({"session": seen.session.row.id, "lot": place.lot.id, "n": place.n, "person": one.id})
    said: dict[str, object] = {"state": rules.BOOKED, "said_by": desk.who, "said_on": desk.today}
    said |= {"why": why.strip()} if why.strip() else {}
    if not previews[0].needs_head:
        said |= {"released_by": desk.who, "released_on": desk.today}
    who = words.listing([one.name for seen in previews for one in seen.people])
    with desk.act(ActCode.BOOK_PLACE, subject=who) as act:
        made = [act.create("booking", {**said, **row}) for row in rows]
    return made, Changes(frozenset(act.tables), act.note.act)


def _usable(held: Held, home: bytes, line: SessionLine) -> list[Place]:
    """Return the places a school could use on a session."""
    free = held.of_course(course_name(line.row.course)).spare(home, offered=False)
    return [one for one in free if suits(held, one, line.row)]


def _take(held: Held, home: bytes, line: SessionLine, used: set[tuple[bytes, int]]) -> Place:
    """Take the next spare place: one bought for this session first, then the one that lapses first."""
    left = [one for one in _usable(held, home, line) if one.key not in used]
    if not left:
        raise UserError("There are not enough free places.", NOTHING, "Take back an offer, or ask for more places.")
    session = line.row.id
    place = min(left, key=lambda one: (one.lot.session != session, one.lot.lapses_on or dt.date.max, one.lot.id, one.n))
    used.add(place.key)
    return place


# --- what becomes of a booking ---------------------------------------------------------------------------------------


def booking_of(desk: Desk, held: Held, booking: bytes) -> BookingRow:
    row = next((one for one in held.bookings if one.id == booking), None)
    if row is None:
        raise UserError("That booking is not in this register.", NOTHING, "See “training places show”.")
    if row.school != desk.home:
        raise UserError(f"That is a booking of {held.school(row.school)}.", NOTHING, "Only they can change it.")
    return row


def heads(held: Held) -> list[PersonRow]:
    """Return the heads of the home school."""
    return [
        one for one in held.people.values() if one.school == held.home and one.role == "head" and one.left_on is None
    ]


def release(desk: Desk, bookings: Sequence[bytes], head: bytes | None = None) -> Changes:
    """Note the head's yes: people may go. The head is whoever acts, else the one named, else the only one."""
    held = read(desk)
    rows = [booking_of(desk, held, one) for one in bookings]
    found = heads(held)
    acting = desk.person.id if desk.person else None
    wanted = head or next((one.id for one in found if one.id == acting), None)
    named = [one for one in found if wanted in (None, one.id)]
    if len(named) != 1:
        raise UserError(
            "Only the head can let people go.", "Nothing was changed.",
            f"Name the head: {words.listing([one.name for one in found])}." if found else "Add the head to People.",
        )  # fmt: skip
    with desk.act(ActCode.CHANGE_BOOKING, subject=words.listing([held.person(row.person) for row in rows])) as act:
        for row in rows:
            act.set("booking", row.id, {"released_by": named[0].name, "released_on": desk.today})
    return Changes(frozenset(act.tables), act.note.act)


@dataclass(frozen=True, slots=True)
class Result:
    """The end of a course for somebody: the day, the certificate's number and the expiry printed on it."""

    passed_on: dt.date
    number: str = ""
    expires_on: dt.date | None = None


def passed(desk: Desk, booking: bytes, result: Result) -> Changes:
    """Note that somebody passed: one act closes the booking and adds the course to what they hold."""
    held = read(desk)
    row = booking_of(desk, held, booking)
    session = get(held, row.session or b"").row
    if row.state == rules.PASSED:
        return Changes(frozenset())
    _must_have_gone(row)
    if not session.first <= result.passed_on <= desk.today:
        raise UserError(
            "That is not a day on which they can have passed.", "Nothing was changed.",
            f"Give a day from {words.long_date(session.first)} up to today.",
        )  # fmt: skip
    with desk.act(ActCode.CHANGE_BOOKING, subject=f"{held.person(row.person)} passed") as act:
        act.set("booking", booking, {"state": rules.PASSED, "passed_on": result.passed_on})
        act.fact("training", {
            "person": row.person, "course": course_name(session.course), "passed_on": result.passed_on,
            "expires_on": result.expires_on, "provider": session.provider or None, "session": session.id,
            "number": result.number.strip() or None,
        })  # fmt: skip
    return Changes(frozenset(act.tables), act.note.act)


def _must_have_gone(row: BookingRow) -> None:
    if row.state in (rules.CANCELLED, rules.SWAPPED) or row.person is None:
        raise UserError("That booking was cancelled.", "Nothing was changed.", "Choose another booking.")


def attended(desk: Desk, booking: bytes, state: str = rules.ATTENDED) -> Changes:
    """Note that somebody went, did not go, or went and did not pass."""
    if state not in (rules.ATTENDED, rules.NOT_ATTENDED, rules.FAILED):
        raise UserError(f"“{state}” is no outcome.", "Nothing was changed.", "Say attended, not attended or failed.")
    held = read(desk)
    row = booking_of(desk, held, booking)
    _must_have_gone(row)
    session = get(held, row.session or b"").row
    if row.state == rules.PASSED:
        raise UserError("They passed already.", "Nothing was changed.", "Undo that first.")
    if session.first > desk.today:
        raise UserError("The session has not been yet.", "Nothing was changed.", "Cancel the booking instead.")
    return _set_state(desk, held, row, state)


def cancel(desk: Desk, booking: bytes) -> Changes:
    """Cancel a booking: its place is spare again."""
    held = read(desk)
    row = booking_of(desk, held, booking)
    if row.state != rules.BOOKED:
        raise UserError("Only a booking still to come can be cancelled.", "Nothing was changed.", "Choose another one.")
    return _set_state(desk, held, row, rules.CANCELLED)


def _set_state(desk: Desk, held: Held, row: BookingRow, state: str) -> Changes:
    if row.state == state:
        return Changes(frozenset())
    with desk.act(ActCode.CHANGE_BOOKING, subject=held.person(row.person)) as act:
        act.set("booking", row.id, {"state": state})
    return Changes(frozenset(act.tables), act.note.act)
