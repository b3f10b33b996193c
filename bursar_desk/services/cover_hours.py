"""Cover hours: planned and worked, claimed by who covered, approved by the school that had the help; the balance."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bursar_desk.domain import hours_ledger, words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.mileage import miles_words
from bursar_desk.domain.operations import Changes
from bursar_desk.domain.working_time import break_due
from bursar_desk.services.cover import get
from bursar_desk.services.plain_text import one_line

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.queries.owed import ClaimRow
    from db.queries.people import CoverRow, WorkedRow

WAITING, APPROVED, REFUSED = "waiting", "approved", "refused"
MOST_TRAVEL = 12 * 60
MOST_MILES = 10_000
_DAY = 24 * 60
_SAFE = "Nothing was changed."


@dataclass(frozen=True, slots=True)
class Worked:
    """Hours of one day: minutes after midnight; break and travel in minutes, miles in tenths."""

    on: dt.date
    starts: int
    ends: int
    pause: int = 0
    travel: int = 0
    miles: int = 0
    vehicle: str = ""
    note: str = ""

    @property
    def minutes(self) -> int:
        """Return how long it was, without the break and with the way between the sites."""
        return self.ends - self.starts - self.pause + self.travel


def log_hours(
    desk: Desk, cover: bytes, day: dt.date, starts: int, ends: int, *, pause: int = 0, travel: int = 0, miles: int = 0,
    vehicle: str = "", note: str = "",
) -> Changes:  # fmt: skip
    """Log hours really worked under an agreement; the school that received them writes them down, and so agrees."""
    line = get(desk, cover)
    worked = Worked(day, starts, ends, pause, travel, miles, vehicle, note)
    _must_make_sense(worked)
    if not line.first <= day <= line.last:
        raise UserError(f"{words.long_date(day)} is outside the agreed days.", _SAFE, "Check the day.")
    _not_agreed_before(desk, cover, worked)
    return _write(desk, ActCode.LOG_COVER, worked, cover, line.helper, line.helper_school, None, None)


def _must_make_sense(one: Worked) -> None:
    if not 0 <= one.starts < one.ends <= _DAY:
        raise UserError("The hours must end after they start.", _SAFE, "Check the two times.")
    if not 0 <= one.pause < one.ends - one.starts:
        raise UserError("The break must be shorter than the hours.", _SAFE, "Check the minutes of the break.")
    if not 0 <= one.travel <= MOST_TRAVEL:
        raise UserError("Travel of more than 12 hours cannot be right.", _SAFE, "Check the minutes of travel.")
    if not 0 <= one.miles <= MOST_MILES:
        raise UserError("More than 1,000 miles in one day cannot be right.", _SAFE, "Check the miles.")


def _not_agreed_before(desk: Desk, cover: bytes, one: Worked) -> None:
    """The same hours never count twice: by the sheet, by the pack, or logged by hand."""
    from db.queries.people import cover_worked

    with desk.store.connect() as con:
        there = [row for row in cover_worked(con, desk.home) if row.cover == cover and over(one, row)]
    if there:
        row = there[0]
        raise UserError(
            f"{row.helper} has hours from {_clock(row.starts)} to {_clock(row.ends)} on {words.long_date(row.on)}.",
            _SAFE, "They are agreed already. Refuse the claim, or correct the times.",
        )  # fmt: skip


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _write(
    desk: Desk, code: ActCode, one: Worked, cover: bytes, helper: str, school: bytes | None, person: bytes | None,
    claim: bytes | None,
) -> Changes:  # fmt: skip
    with desk.act(code, subject=helper) as act:
        act.fact("cover_worked", {
            "cover_id": cover, "on_date": one.on, "starts": one.starts, "ends": one.ends, "helper": helper,
            "helper_school": school, "approved_by": desk.who, "approved_on": desk.today, "pause": one.pause or None,
            "travel": one.travel or None, "miles": one.miles or None, "vehicle": one.vehicle or None, "claim": claim,
            "person": person, "note": one_line(one.note) or None,
        })  # fmt: skip
    return Changes(frozenset(act.tables), act.note.act)


def planned_minutes(cover: CoverRow, day: dt.date) -> int | None:
    """Return how long was agreed for a day: its slots, else from start to end; None where no time was agreed."""
    found: list[int] = []
    for one in cover.slots:
        starts, ends = one.get("starts"), one.get("ends")
        if one.get("day") == day.isoformat() and isinstance(starts, int) and isinstance(ends, int):
            found.append(max(0, ends - starts))
    if found:
        return sum(found)
    if cover.slots or cover.starts is None or cover.ends is None or not cover.first <= day <= cover.last:
        return None
    return max(0, cover.ends - cover.starts)


# --- claims -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """Hours claimed here by somebody who covered: "waiting", "approved" or "refused"; ``odd`` says what to look at."""

    id: bytes
    cover: bytes | None
    helper: str
    helper_school: bytes | None
    helper_school_name: str
    worked: Worked
    planned: int | None
    state: str
    why: str
    odd: tuple[str, ...]
    person: bytes | None = None

    @property
    def compared(self) -> str:
        """Return what was agreed beside what is claimed, in words."""
        one, planned = self.worked, self.planned
        there = one.minutes - one.travel
        said = f"Claims {words.hours(max(0, there))}"
        if planned is not None and planned != there:
            more = "more" if there > planned else "less"
            said += f", {words.hours(abs(there - planned))} {more} than agreed ({words.hours(planned)})"
        said += " as agreed" if planned == there else ""
        parts = [f"break {words.hours(one.pause)}"] if one.pause else []
        parts += [f"travel {words.hours(one.travel)}"] if one.travel else []
        parts += [miles_words(one.miles)] if one.miles else []
        return words.sentence(said + (f", with {words.listing(parts)}" if parts else ""))


def claims(desk: Desk, *, every: bool = False) -> list[ClaimLine]:
    """Return claims that wait for this school, or all there ever were, earliest first."""
    from db.queries.answers import answers, latest
    from db.queries.owed import cover_claims, cover_of_sheet
    from db.queries.people import cover_worked, covers

    with desk.store.connect() as con:
        rows = cover_claims(con, desk.home)
        asked = covers(con, desk.home)
        worked = cover_worked(con, desk.home)
        sheets = cover_of_sheet(con)
        said = latest(answers(con, "cover_claim", school=desk.home))
    done = {one.claim for one in worked if one.claim}
    found = []
    for row in rows:
        word = said.get((row.id, desk.home))
        state = APPROVED if row.id in done else REFUSED if word and word.answer == "no" else WAITING
        if every or state == WAITING:
            cover = _cover_of(row, asked, sheets)
            found.append(_claim(desk, row, cover, state, word.why if word else "", worked))
    return [_twice(one, found) for one in found]


def _twice(one: ClaimLine, others: Iterable[ClaimLine]) -> ClaimLine:
    """The same hours may come by the sheet and by the pack: each says so, until one of them is agreed."""
    said = "Hours at that time are claimed twice. Agree to one, refuse the other."
    same = any(
        other is not one and other.state == WAITING and other.cover == one.cover and over(other.worked, one.worked)
        for other in others
    )
    return replace(one, odd=(*one.odd, said)) if same and one.cover is not None and one.state == WAITING else one


def over(one: Worked, other: Worked | WorkedRow) -> bool:
    """Tell whether two spells of hours of one cover fall together."""
    return one.on == other.on and one.starts < other.ends and other.starts < one.ends


def _cover_of(row: ClaimRow, asked: Iterable[CoverRow], sheets: Mapping[str, bytes]) -> CoverRow | None:
    """Return the cover a claim belongs to: by the grant it came under, its sheet, or the one neighbour of that name."""
    listed = list(asked)
    if row.grant is not None:
        return next((one for one in listed if one.grant == row.grant), None)
    if row.sheet in sheets:
        return next((one for one in listed if one.id == sheets[row.sheet]), None)
    named = [
        one for one in listed
        if one.first <= row.on <= one.last and one.helper.casefold() == row.said_by.strip().casefold()
        and one.state in ("agreed", "done")
    ]  # fmt: skip
    return named[0] if len(named) == 1 else None


def _claim(
    desk: Desk, row: ClaimRow, cover: CoverRow | None, state: str, why: str, worked: Iterable[WorkedRow]
) -> ClaimLine:  # fmt: skip
    one = Worked(row.on, row.starts, row.ends, row.pause, row.travel, row.miles, row.vehicle, one_line(row.note))
    odd = []
    if cover is None:
        odd.append("No cover of ours fits this claim.")
    elif not cover.first <= one.on <= cover.last:
        odd.append("That day is outside the agreed days.")
    if not 0 <= one.starts < one.ends <= _DAY or one.pause >= one.ends - one.starts:
        odd.append("Its hours make no sense.")
    elif one.pause < break_due(one.starts, one.ends):
        odd.append("More than six hours without a break of 20 minutes.")
    others = [w for w in worked if w.claim != row.id and cover is not None and w.cover == cover.id]
    if state == WAITING and any(over(one, w) for w in others):
        odd.append("Hours at that time are agreed already.")
    theirs = cover.helper_school if cover else None
    return ClaimLine(
        row.id, cover.id if cover else None, one_line(cover.helper if cover else row.said_by), theirs,
        desk.school_name(theirs) if theirs else "", one, planned_minutes(cover, one.on) if cover else None, state,
        one_line(why), tuple(odd), cover.helper_person if cover else None,
    )  # fmt: skip


def claim(desk: Desk, which: bytes) -> ClaimLine:
    """Return one claim. Raises ``UserError`` when it is not here."""
    for line in claims(desk, every=True):
        if line.id == which:
            return line
    raise UserError("That claim is not in this register.", _SAFE, "See “cover hours”.")


def approve(desk: Desk, which: bytes, corrected: Worked | None = None) -> tuple[ClaimLine, Changes]:
    """Agree to hours claimed here, as they are or corrected: they count from now on.

    Raises ``UserError`` for a claim that was settled before, fits no cover, or whose hours make no sense.
    """
    line = claim(desk, which)
    if line.state == APPROVED:
        raise UserError(f"The hours of {line.helper} are agreed already.", _SAFE, "There is nothing to do.")
    if line.cover is None:
        raise UserError("No cover of ours fits this claim.", _SAFE, "Log the hours with the cover itself.")
    one = corrected or line.worked
    _must_make_sense(one)
    _not_agreed_before(desk, line.cover, one)
    changes = _write(
        desk, ActCode.APPROVE_HOURS, one, line.cover, line.helper, line.helper_school, line.person, line.id
    )
    return claim(desk, which), changes


def refuse(desk: Desk, which: bytes, why: str) -> tuple[ClaimLine, Changes]:
    """Say no to hours claimed here, with why. Raises ``UserError`` when they are agreed already."""
    line = claim(desk, which)
    if line.state == APPROVED:
        raise UserError(f"The hours of {line.helper} are agreed already.", _SAFE, "Undo that first.")
    if not why.strip():
        raise UserError("Say why the hours are not agreed.", _SAFE, "A few words are enough.")
    with desk.act(ActCode.APPROVE_HOURS, subject=f"not agreed: {line.helper}") as act:
        act.fact("answer", {
            "about_table": "cover_claim", "about": which, "about_school": desk.home, "answer": "no",
            "said_on": desk.today, "said_by": one_line(desk.who), "why": one_line(why),
        })  # fmt: skip
    return claim(desk, which), Changes(frozenset(act.tables), act.note.act)


# --- the balance ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Balance:
    """Minutes given to and received from one other school; ``settled``: what both agreed beside the hours worked."""

    school: bytes
    name: str
    given: int
    received: int
    settled: int = 0

    @property
    def owed(self) -> int:
        """Return what they owe us (below nought: we owe them), in minutes."""
        return self.given - self.received + self.settled


def ledger(
    desk: Desk, school: bytes | None = None, *, first: dt.date | None = None, last: dt.date | None = None
) -> list[Balance]:
    """Return hours given and received by other school, as far as the records held here tell."""
    whose = school or desk.home
    found = read_book(desk).between(first, last).accounts(whose)
    made = [
        Balance(other, desk.school_name(other), one.given, one.received, one.minutes - one.given + one.received)
        for other, one in found.items()
    ]
    return sorted(made, key=lambda one: one.name)


def read_book(desk: Desk) -> hours_ledger.Book:
    """Return the book of hours alone, without what they cost."""
    from db.queries.people import cover_worked

    with desk.store.connect() as con:
        rows = cover_worked(con)
    return hours_ledger.book((shift_of(row) for row in rows if row.helper_school), *entries_and_words(desk))


def shift_of(row: WorkedRow, pence: int | None = None) -> hours_ledger.Shift:
    """Return hours worked as the ledger books them."""
    return hours_ledger.Shift(
        row.id, row.helper_school or row.school, row.school, row.minutes, row.on, pence, row.claim, row.approved_on
    )


def entries_and_words(desk: Desk) -> tuple[list[hours_ledger.Entry], list[hours_ledger.Word]]:
    """Return what schools wrote beside the hours, and what they said to it."""
    from db.queries.answers import answers
    from db.queries.owed import hours_entries

    with desk.store.connect() as con:
        rows, said = hours_entries(con), answers(con, "hours_entry")
    entries = [hours_ledger.Entry(r.id, r.school, r.other, r.kind, r.minutes, r.pence, r.on) for r in rows]
    return entries, [hours_ledger.Word(a.id, a.about, a.school, a.answer, a.said_on) for a in said]
