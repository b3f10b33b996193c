"""Courses people passed: adding one with its certificate, putting one right, and somebody's whole history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import courses, words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.courses import CourseStanding
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.services.people import must_manage
from bursar_desk.services.plain_text import one_line

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.evidence import EvidenceLine, Kept
    from db.queries.people import PersonRow, TrainingRow
    from db.session import Act

SAFE: Final = "Nothing was changed."
TABLE: Final = "training"
LONGEST: Final = {"course": 80, "provider": 120, "number": 80, "assessor": 120, "note": 400}
"""The most characters of each text."""
_OLDEST: Final = 1970
_AHEAD: Final = dt.timedelta(days=366 * 20)


@dataclass(frozen=True, slots=True)
class NewPass:
    """A course somebody passed. ``expires_on`` only where the card has a date printed on it.

    ``refresher``: a refresher of a course held already; a yearly half-day renews nothing (``courses.renews``).
    """

    person: bytes
    course: str
    passed_on: dt.date
    expires_on: dt.date | None = None
    provider: str = ""
    number: str = ""
    assessor: str = ""
    session: bytes | None = None
    refresher: bool = False
    note: str = ""


FACTS: Final = ("course", "passed_on", "expires_on", "provider", "number", "assessor", "refresher", "note")
"""What can be put right afterwards."""


@dataclass(frozen=True, slots=True)
class CourseLine:
    """A course somebody passed, as it stands today; ``counts``: it is the pass that counts, no later one is there."""

    id: bytes
    school: bytes
    person: bytes
    name: str
    course: str
    passed_on: dt.date
    ends: dt.date | None
    printed: dt.date | None
    provider: str
    number: str
    assessor: str
    session: bytes | None
    refresher: bool
    note: str
    standing: CourseStanding
    counts: bool
    ours: bool

    @property
    def words(self) -> str:
        """Return where it stands: "Renew by 14 Mar 2027", or that a later one took its place."""
        if not self.counts:
            return "Yearly refresher" if self.refresher and self.ends is None else "An earlier one"
        return self.standing.words


def listing(desk: Desk, *, school: bytes | None = None, person: bytes | None = None) -> list[CourseLine]:
    """Return courses passed at a school (home by default, all in an office), by person, the newest first."""
    from db.queries import people as ask

    where = school or (None if desk.is_office else desk.home)
    with desk.store.connect() as con:
        rows = ask.training(con, where)
        names = {one.id: one.name for one in ask.people(con, where)}
    return lines_of(rows, names, desk.today, desk.home, person=person)


def lines_of(
    rows: Sequence[TrainingRow], names: Mapping[bytes, str], day: dt.date, home: bytes, *, person: bytes | None = None
) -> list[CourseLine]:
    """Return rows as lines on a day; people who are not held here are left out."""
    counts = {row.id for row in courses.latest(rows, day).values()}
    made = []
    for row in rows:
        if row.person not in names or (person is not None and row.person != person):
            continue
        yearly = not courses.renews(row)
        ends = None if yearly else courses.last_day(row.course, row.passed_on, row.expires_on)
        made.append(CourseLine(
            row.id, row.school, row.person, names[row.person], courses.course_of(row.course).name, row.passed_on,
            ends, row.expires_on, row.provider, row.number, row.assessor, row.session, row.refresher, row.note,
            courses.standing_of(row, day), row.id in counts, row.school == home,
        ))  # fmt: skip
    newest_first = sorted(made, key=lambda one: (one.passed_on, one.id), reverse=True)
    return sorted(newest_first, key=lambda one: (one.name.casefold(), one.person, one.course))


def get(desk: Desk, training: bytes) -> CourseLine:
    """Return one course passed. Raises ``UserError`` when it is not here."""
    from db.queries import people as ask

    with desk.store.connect() as con:
        rows = ask.training(con)
        names = {one.id: one.name for one in ask.people(con)}
    for one in lines_of(rows, names, desk.today, desk.home):
        if one.id == training:
            return one
    raise UserError("That course is not in this register.", SAFE, "See “training list”.")


def certificates(desk: Desk, training: bytes) -> tuple[EvidenceLine, ...]:
    """Return the documents that prove a course passed."""
    from bursar_desk.services import evidence

    return evidence.of(desk, TABLE, training)


def known_courses(desk: Desk) -> tuple[str, ...]:
    """Return the names of courses to choose from: the usual ones, then what schools here have written themselves."""
    from db.queries import people as ask
    from db.queries import role_courses

    usual = [one.name for one in courses.COURSES]
    with desk.store.connect() as con:
        written = {row.course for row in ask.training(con)} | {row.course for row in role_courses.role_courses(con)}
    own = {courses.course_of(one).name for one in written if one.strip()} - set(usual)
    return (*usual, *sorted(own, key=str.casefold))


# --- writing ---------------------------------------------------------------------------------------------------------


def write(act: Act, desk: Desk, new: NewPass) -> bytes:
    """Write a course passed inside an act that is under way, for example a session's; return its id.

    Raises ``UserError`` for what cannot be; the act is then not written.
    """
    return act.fact(TABLE, _cells(desk, new))


def add(desk: Desk, new: NewPass, *, certificate: Kept | Sequence[Kept] = ()) -> tuple[CourseLine, Changes]:
    """Write a course passed, with the file of its certificate if there is one, as one act.

    An earlier pass stays in the history; the latest counts. Raises ``UserError`` for what cannot be.
    """
    must_manage(desk)
    who = _ours(desk, new.person)
    _must_be_plain(new.course)
    name = courses.course_of(new.course).name
    with desk.act(ActCode.ADD_TRAINING, subject=f"{name}, {who.name}") as act:
        row = write(act, desk, new)
        _certificate(act, desk, row, new, certificate)
    return get(desk, row), Changes(frozenset(act.tables), act.note.act)


def attach(desk: Desk, training: bytes, certificate: Kept | Sequence[Kept]) -> Changes:
    """Keep a certificate's file for a course that is written down already."""
    line = _own_line(desk, training)
    with desk.act(ActCode.ADD_EVIDENCE, subject=f"certificate, {line.course}") as act:
        _certificate(act, desk, training, _as_new(line), certificate)
    return Changes(frozenset(act.tables), act.note.act)


def correct(desk: Desk, training: bytes, values: Mapping[str, Any]) -> tuple[CourseLine, Changes]:
    """Put right what was written of a course (``FACTS``; None or "" takes a value out), as one act.

    A course passed is a fact: the one that was wrong is set aside and the right one takes its place with its
    certificates. Raises ``UserError`` for what cannot be.
    """
    from dataclasses import replace

    unknown = set(values) - set(FACTS)
    if unknown:
        raise KeyError(f"a course passed has no {sorted(unknown)}")
    line = _own_line(desk, training)
    before = _as_new(line)
    changed = replace(before, **{name: _given(name, value) for name, value in values.items()})
    if "course" in values:
        _must_be_plain(changed.course)
    new = _cells(desk, changed)
    if new == _cells(desk, before, check=False):
        raise UserError("That is how it stands already.", SAFE, "Change something, then save.")
    with desk.act(ActCode.CHANGE_TRAINING, subject=f"{line.course}, {line.name}") as act:
        act.set_aside(TABLE, training)
        row = act.fact(TABLE, new)
        _move_certificates(act, desk, training, row)
    return get(desk, row), Changes(frozenset(act.tables), act.note.act)


def remove(desk: Desk, training: bytes) -> Changes:
    """Set aside a course that was never passed, or written twice; it stays in the history and counts for nothing."""
    line = _own_line(desk, training)
    with desk.act(ActCode.CHANGE_TRAINING, subject=f"{line.course}, {line.name} taken out") as act:
        act.set_aside(TABLE, training)
    return Changes(frozenset(act.tables), act.note.act)


def _must_be_plain(course: str) -> None:
    """Raise ``UserError`` for “first aid”: it would be kept as a course of its own that nobody needs and never ends."""
    found = courses.meant(course)
    if found:
        raise UserError(f"Which course is “{course.strip()}”?", SAFE, f"Say {words.listing(found, 'or')}.")


def _given(name: str, value: Any) -> Any:
    if name == "refresher":
        return bool(value)
    return value if name in ("passed_on", "expires_on") else (value or "")


def _as_new(line: CourseLine) -> NewPass:
    return NewPass(
        line.person, line.course, line.passed_on, line.printed, line.provider, line.number, line.assessor,
        line.session, line.refresher, line.note,
    )  # fmt: skip


def _ours(desk: Desk, person: bytes) -> PersonRow:
    from db.queries.people import people

    with desk.store.connect() as con:
        for one in people(con, desk.home):
            if one.id == person:
                return one
    raise UserError("That person works at another school.", SAFE, "Their own school writes down what they passed.")


def _own_line(desk: Desk, training: bytes) -> CourseLine:
    must_manage(desk)
    line = get(desk, training)
    if not line.ours:
        raise UserError("Another school wrote that down.", SAFE, "They put it right there.")
    return line


def _cells(desk: Desk, new: NewPass, *, check: bool = True) -> dict[str, Any]:
    """Return the values to write, empty ones left out. Raises ``UserError`` for the first thing to put right."""
    texts = {name: one_line(getattr(new, name)) for name in LONGEST}
    if check:
        _check(desk, new, texts)
    texts["course"] = courses.course_of(texts["course"]).name
    values = {
        "person": new.person, **texts, "passed_on": new.passed_on, "expires_on": new.expires_on, "session": new.session,
        "refresher": new.refresher or None,
    }  # fmt: skip
    return {name: value for name, value in values.items() if value not in (None, "")}


def _check(desk: Desk, new: NewPass, texts: Mapping[str, str]) -> None:
    _ours(desk, new.person)
    if not texts["course"]:
        raise UserError("Say which course it was.", SAFE, "Choose one of the list, or type its name.")
    for name, most in LONGEST.items():
        if len(texts[name]) > most:
            raise UserError(f"The {name} is too long: {most} characters are the most.", SAFE, "Shorten it.")
    if new.passed_on is None:
        raise UserError("Enter the day it was passed.", SAFE, "It stands on the certificate.")
    if new.passed_on > desk.today:
        raise UserError(f"{words.long_date(new.passed_on)} has not come yet.", SAFE, "Book the course instead.")
    if new.passed_on.year < _OLDEST:
        raise UserError(f"{words.long_date(new.passed_on)} is too long ago.", SAFE, "Check the year.")
    if new.expires_on is not None and new.expires_on < new.passed_on:
        raise UserError("It would run out before it was passed.", SAFE, "Check both dates.")
    if new.expires_on is not None and new.expires_on > new.passed_on + _AHEAD:
        raise UserError(f"{words.long_date(new.expires_on)} is too far ahead.", SAFE, "Check the year.")


def _certificate(act: Act, desk: Desk, row: bytes, new: NewPass, certificate: Kept | Sequence[Kept]) -> None:
    """Keep the files as one document. Its title has no name in it: documents are seen more widely than people are."""
    from bursar_desk.services import evidence

    many = list(certificate) if isinstance(certificate, Sequence) else [certificate]
    if many:
        evidence.write(
            act, desk, many, title=f"Certificate, {courses.course_of(new.course).name}", kind="certificate",
            about=[(TABLE, row)], dated=new.passed_on, number=new.number, expires_on=new.expires_on,
        )  # fmt: skip


def _move_certificates(act: Act, desk: Desk, before: bytes, after: bytes) -> None:
    """Link the documents of a course to the entry that took its place."""
    for one in certificates(desk, before):
        act.fact("evidence_link", {
            "evidence": one.id, "about_table": TABLE, "about": after, "said_by": one_line(desk.who),
        })  # fmt: skip
