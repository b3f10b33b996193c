"""The directory of the cluster: who works where, when, what they can do and help with, and how they are reached."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import confirmed, courses, words
from bursar_desk.domain.courses import State
from bursar_desk.domain.date_math import add_months
from bursar_desk.services.people import manages
from bursar_desk.services.people_words import work_words
from bursar_desk.services.reporting_people import course_words, latest_passes

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.leads import LeadLine
    from db.engine import Connection
    from db.queries.people import InductionRow, PersonRow, TrainingRow
    from db.queries.people_more import ContactRow

IN_DATE, ENDS_SOON, RAN_OUT, NONE_KEPT = "ok", "due_soon", "overdue", "not_known"
TRAINING_WORDS: Final = {
    IN_DATE: "In date", ENDS_SOON: "Renew soon", RAN_OUT: "Ran out", NONE_KEPT: "None kept",
}  # fmt: skip
"""How somebody's training stands, by status code; there is no place for why."""
_CODES: Final = {State.IN_DATE: IN_DATE, State.SOON: ENDS_SOON, State.OUT: RAN_OUT, State.NONE: NONE_KEPT}
INDUCTION_MONTHS: Final = 12
_RING: Final = "Reached through their school."


@dataclass(frozen=True, slots=True)
class Course:
    """A course somebody holds, with how it stands and the date it says."""

    name: str
    code: str
    passed: dt.date
    ends: dt.date | None

    @property
    def said(self) -> str:
        """The course with its date, printed expiry first."""
        if self.ends is not None:
            how = {RAN_OUT: "ran out", ENDS_SOON: "renew by"}.get(self.code, "until")
            return f"{self.name}: {how} {words.short_date(self.ends)}"
        advised = ", refresher advised" if self.code == ENDS_SOON else ""
        return f"{self.name}: passed {words.short_date(self.passed)}{advised}"


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person of the directory. ``phone`` and ``email`` only where they may be seen here; ``reach`` says how.

    What was given to the school alone is seen by who runs the register and by themselves, ``note`` only by the first.
    ``sites``: where else they lead or know the site. ``skills``: courses in date. ``school_phone``: their school's.
    """

    row: PersonRow
    school_name: str
    school_phone: str
    ours: bool
    courses: tuple[Course, ...]
    sites: tuple[str, ...]
    phone: str
    email: str
    note: str
    reach: str
    leads: tuple[LeadLine, ...] = ()

    @property
    def id(self) -> bytes:
        """The person."""
        return self.row.id

    @property
    def job(self) -> str:
        """What they are called at work."""
        return self.row.job_title or self.row.role.capitalize()

    @property
    def days(self) -> str:
        """Days and hours in one line."""
        return work_words(self.row)

    @property
    def training(self) -> str:
        """How their training stands as a status code: the worst of their courses."""
        codes = {one.code for one in self.courses}
        return next((code for code in (RAN_OUT, ENDS_SOON, IN_DATE) if code in codes), NONE_KEPT)

    @property
    def skills(self) -> tuple[str, ...]:
        """Courses in date."""
        return tuple(one.name for one in self.courses if one.code != RAN_OUT)

    @property
    def can_help(self) -> str:
        """What they offered to help with, in one line."""
        return "; ".join(self.row.offers)

    def matching(self, text: str) -> tuple[str, ...] | None:
        """Return which of their offers, skills, job, name or school hold the words; None when a word is in none."""
        wanted = text.casefold().split()
        row = self.row
        said = [*row.offers, *self.skills, self.job, row.role, row.name, self.school_name, *self.sites]
        if not all(any(word in one.casefold() for one in said) for word in wanted):
            return None
        return tuple(dict.fromkeys(one for one in said if any(word in one.casefold() for word in wanted)))


@dataclass(frozen=True, slots=True)
class Directory:
    """Everybody known here, home first, and the schools there are to choose from."""

    lines: tuple[PersonLine, ...]
    schools: tuple[tuple[bytes, str], ...]
    without_confirmation: int

    def line(self, person: bytes) -> PersonLine | None:
        """Return one person."""
        return next((one for one in self.lines if one.id == person), None)


def directory(
    desk: Desk, *, school: bytes | None = None, left: bool = False, led: Sequence[LeadLine] | None = None
) -> Directory:
    """Return everybody known here, or the people of one school; those who have left only when asked for.

    ``led``: the leads of every school, where they were read already.
    """
    from bursar_desk.services import leads
    from db.queries import people as ask
    from db.queries.people_more import contacts
    from db.queries.schools import schools

    with desk.store.connect() as con:
        staff = [one for one in ask.people(con, school) if left or one.here(desk.today)]
        passed = latest_passes(ask.training(con, school), desk.today)
        kept = contacts(con, desk.home)
        where = {one.school: one for one in schools(con)}
        inducted = _inducted(con, desk.today)
    leading = leads.by_person(led if led is not None else leads.listing(desk, every_school=True))
    held = _by_person(passed.values(), desk.today)

    def named(one: bytes) -> str:
        row = where.get(one)
        return (row.short_name or row.name) if row else desk.school_name(one)

    runs = manages(desk)
    lines = []
    for one in staff:
        at = where.get(one.school)
        sites = [named(lead.school) for lead in leading.get(one.id, ()) if lead.now and lead.school != one.school]
        sites += [named(other) for other in inducted.get(one.id, ()) if other != one.school]
        lines.append(
            PersonLine(
                one, named(one.school), (at.phone if at else "") or "", one.school == desk.home, held.get(one.id, ()),
                tuple(dict.fromkeys(sites)), *_reached(desk, one, kept.get(one.id), runs=runs),
                tuple(leading.get(one.id, ())),
            )
        )  # fmt: skip
    lines.sort(key=lambda one: (not one.ours, one.school_name.casefold(), one.row.name.casefold(), one.id))
    known = sorted({(one.row.school, one.school_name) for one in lines}, key=lambda pair: pair[1].casefold())
    without = sum(one.ours and one.row.offers_cover and _unconfirmed(one.row) for one in lines)
    return Directory(tuple(lines), tuple(known), without)


def _reached(desk: Desk, one: PersonRow, mine: ContactRow | None, *, runs: bool) -> tuple[str, str, str, str]:
    """Return phone, e-mail, private note and the sentence about them, as far as the acting person may see them.

    Who ``runs`` the register sees all of its own people, everybody themselves, others what somebody agreed to share.
    """
    sees = one.school == desk.home and (runs or (desk.person is not None and desk.person.id == one.id))
    if not sees and not one.shares:
        return "", "", "", _RING
    if not sees or mine is None:
        return one.phone, one.email, "", _reach(one)
    return mine.phone, mine.email, mine.note if runs else "", _reach(one)


def _unconfirmed(row: PersonRow) -> bool:
    return row.checks_confirmed_on is None or bool(confirmed.missing(row.confirmed))


def _reach(one: PersonRow) -> str:
    if one.shares:
        since = f" since {words.plain_date(one.shares_on)}" if one.shares_on else ""
        return f"Agrees that phone and e-mail are passed on{since}."
    if one.shares_on is not None:
        return f"Does not want phone and e-mail passed on, said on {words.plain_date(one.shares_on)}."
    if one.phone or one.email:
        return "Phone and e-mail are passed on, but nobody noted that they agreed."
    return "Not asked yet: phone and e-mail stay at this school."


def _inducted(con: Connection, today: dt.date) -> Mapping[bytes, list[bytes]]:
    """Return at which schools each person had the whole induction in the last twelve months."""
    from db.queries.people import inductions

    since = add_months(today, -INDUCTION_MONTHS)
    found: dict[bytes, list[bytes]] = {}
    rows: Sequence[InductionRow] = inductions(con, None)
    for one in rows:
        if not one.kind and since <= one.on <= today:
            found.setdefault(one.person, []).append(one.school)
    return found


def _by_person(passed: Iterable[TrainingRow], today: dt.date) -> dict[bytes, tuple[Course, ...]]:
    found: dict[bytes, list[Course]] = {}
    for row in passed:
        found.setdefault(row.person, []).append(
            Course(course_words(row.course), course_code(row, today), row.passed_on, row.expires_on)
        )
    order = (RAN_OUT, ENDS_SOON, IN_DATE)
    return {
        person: tuple(sorted(some, key=lambda one: (order.index(one.code), one.name.casefold())))
        for person, some in found.items()
    }


def course_code(row: TrainingRow, today: dt.date) -> str:
    """Return how a course stands: IOSH Managing Safely turns amber after three years and never red (rules.md 10)."""
    return _CODES[courses.standing_of(row, today).state]


def narrowed(lines: Iterable[PersonLine], text: str = "", school: bytes | None = None) -> list[PersonLine]:
    """Return the people of a school in whose offers, skills, job, name or school every word is found."""
    return [
        one for one in lines
        if (school is None or one.row.school == school) and (not text.strip() or one.matching(text) is not None)
    ]  # fmt: skip


def who_can_help(lines: Iterable[PersonLine]) -> list[tuple[str, list[PersonLine]]]:
    """Return every offer with who made it, in the order of the alphabet."""
    found: dict[str, tuple[str, list[PersonLine]]] = {}
    for one in lines:
        for offer in one.row.offers:
            found.setdefault(offer.casefold(), (offer, []))[1].append(one)
    return [found[key] for key in sorted(found)]
