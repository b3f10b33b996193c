"""Faults as lists and panes show them: in words, with the names of places, people and contractors; planned against not.

Nothing here changes anything.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import defects as rules
from bursar_desk.domain import words
from bursar_desk.domain.defects import Move, PlannedShare, Risk, State

if TYPE_CHECKING:
    from bursar_desk.services.contractors import ContractorLine
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.links import Link
    from bursar_desk.services.stories import Line
    from db.queries.checks import DefectRow
    from db.queries.permits import PermitRow

WHOLE: Final = "Whole school"
YEAR: Final = dt.timedelta(days=365)


@dataclass(frozen=True, slots=True)
class FaultLine:
    """One fault in a list. ``risk`` is as it stands today, ``age`` in days, ``late`` in days past the target date."""

    row: DefectRow
    school_name: str
    place: str
    owner: str
    check: str
    contractor: str
    risk: Risk
    status: str
    lapsed: bool
    age: int | None
    late: int
    to_tell: bool

    @property
    def id(self) -> bytes:
        """The fault's id."""
        return self.row.id

    @property
    def open(self) -> bool:
        """Whether something is still to be done."""
        return self.row.open

    @property
    def part(self) -> str:
        """Which part of the filter it belongs to besides "open"."""
        if self.row.open:
            return "job" if rules.state_of(self.row.state) is State.ORDERED else "new"
        return "verify" if rules.state_of(self.row.state) is State.DONE else "closed"

    @property
    def presses(self) -> bool:
        """Whether a named person must act now: dangerous, past its date, or no longer safe."""
        return self.open and (self.risk is Risk.DANGER or self.lapsed or self.late > 0)

    @property
    def due_words(self) -> str:
        """When it is to be done: ``In 5 days``, ``3 days late``, or when it was closed."""
        if not self.open:
            return words.short_date(self.row.closed_on)
        if self.row.target_on is None:
            return "No date"
        return f"{words.count(self.late, 'day')} late" if self.late > 0 else words.short_date(self.row.target_on)


def lines(desk: Desk, *, school: bytes | None = None, every: bool = True) -> list[FaultLine]:
    """Return the faults of the home school (in an office of every school held), the most pressing first."""
    from bursar_desk.services import checks, defects
    from db.queries import checks as ask
    from db.queries.contractors import contractors

    found = defects.listing(desk, school=school, every=every)
    where = school or (None if desk.is_office else desk.home)
    with desk.store.connect() as con:
        names = checks.names_for(desk, con)
        titles = {one.id: one.title for one in ask.checks(con, ids=[row.check for row in found if row.check])}
        firms = {one.id: one.name for one in contractors(con, where)}
    return [
        FaultLine(
            row, names.school(row.school)[0], names.places.get(row.place or b"", WHOLE),
            names.people.get(row.owner or b"", ""), titles.get(row.check or b"", ""),
            firms.get(row.contractor or b"", ""), rules.risk_now(row, desk.today),
            rules.state_words(row, desk.today), rules.lapsed(row, desk.today), _age(row, desk.today),
            _late(row, desk.today), to_tell(row),
        )
        for row in found
    ]  # fmt: skip


def _age(row: DefectRow, today: dt.date) -> int | None:
    return (today - row.raised_on).days if row.raised_on else None


def _late(row: DefectRow, today: dt.date) -> int:
    ends = [day for day in (row.target_on, row.stop_on) if day is not None]
    return max(0, (today - min(ends)).days) if row.open and ends else 0


def to_tell(row: DefectRow) -> bool:
    """Tell whether somebody else reported it, it is closed, and nobody noted that they were told."""
    other = row.raised_by.strip().casefold() not in ("", row.closed_by.strip().casefold())
    return not row.open and row.told_on is None and other


def counts(found: Sequence[FaultLine]) -> dict[str, int]:
    """Return how many each part of the filter lists."""
    return {
        "open": sum(one.open for one in found), "now": sum(one.presses for one in found),
        "job": sum(one.part == "job" for one in found), "verify": sum(one.part == "verify" for one in found),
        "tell": sum(one.to_tell for one in found), "closed": sum(one.part == "closed" for one in found),
    }  # fmt: skip


def narrowed(found: Sequence[FaultLine], part: str, text: str = "") -> list[FaultLine]:
    """Return the faults of a part of the filter that hold every word typed."""
    wanted = text.casefold().split()
    return [one for one in found if _fits(one, part) and all(word in _text(one) for word in wanted)]


def _fits(one: FaultLine, part: str) -> bool:
    return {"open": one.open, "now": one.presses, "tell": one.to_tell}.get(part, one.part == part)


def _text(one: FaultLine) -> str:
    row = one.row
    parts = (row.title, one.place, one.owner, one.check, one.contractor, one.school_name, row.note, row.raised_by)
    return " ".join((*parts, row.risk, row.state)).casefold()


@dataclass(frozen=True, slots=True)
class FaultDetail:
    """One fault with all that stands beside it; ``next`` is the step that comes next for whoever is acting."""

    line: FaultLine
    next: Move | None
    moves: tuple[Move, ...]
    facts: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    story: tuple[Line, ...]
    links: tuple[Link, ...]
    permits: tuple[PermitRow, ...]
    firm: ContractorLine | None
    cannot_verify: str = ""


def detail(desk: Desk, defect: bytes, *, manages: bool = True) -> FaultDetail:
    """Return one fault with its facts, notes, links and history. Raises ``UserError`` when it is not here."""
    from bursar_desk.services import contractors, defects, links, permits, stories

    row = defects.get(desk, defect)
    line = next(one for one in lines(desk, school=row.school) if one.id == defect)
    firm = contractors.get(desk, row.contractor) if row.contractor is not None and line.contractor else None
    state = rules.state_of(row.state)
    return FaultDetail(
        line, rules.next_move(row, desk.today, manages=manages), rules.moves_from(state), _facts(line),
        tuple(one for one in row.note.split("\n") if one.strip()), stories.story_of(desk, "defect", defect),
        links.of(desk, "defect", defect), tuple(one for one in permits.listing(desk) if one.defect == defect), firm,
        rules.may_verify(row.risk, row.closed_by, desk.who) if state is State.DONE else "",
    )  # fmt: skip


def _facts(one: FaultLine) -> tuple[tuple[str, str], ...]:
    row, day = one.row, words.short_date
    reported = ", ".join(part for part in (row.raised_by, day(row.raised_on)) if part)
    safe = f"{row.interim_control}, until {day(row.interim_until)}" if row.interim_control else ""
    ordered = " on ".join(part for part in (one.contractor, day(row.ordered_on)) if part)
    took = words.hours(row.minutes) if row.minutes is not None else ""
    told = [
        ("Where", one.place), ("Reported by", reported), ("Who answers for it", one.owner),
        ("To be done by", day(row.target_on)), ("Stop using after", day(row.stop_on)), ("Until then", safe),
        ("Ordered", ordered), ("Found at", one.check), ("Done", _both(row.closed_by, row.closed_on, row)),
        ("Time it took", took), ("Cost", words.money(row.cost) if row.cost is not None else ""),
        ("Planned work", "Yes" if row.planned else ""),
        ("Verified", ", ".join(part for part in (row.verified_by, day(row.verified_on)) if part)),
        ("Why rejected", row.decided_why), ("Told the outcome", day(row.told_on)),
    ]  # fmt: skip
    return tuple((label, said) for label, said in told if said)


def _both(by: str, on: dt.date | None, row: DefectRow) -> str:
    if rules.state_of(row.state) not in (State.DONE, State.VERIFIED):
        return ""
    return ", ".join(part for part in (by, words.short_date(on)) if part)


def planned(desk: Desk, *, school: bytes | None = None, first: dt.date | None = None) -> PlannedShare | None:
    """Return planned against reactive of the jobs a school finished since a day (a year ago unless given); or None."""
    from db.queries.checks import defects

    with desk.store.connect() as con:
        found = defects(con, school or desk.home)
    return rules.planned_share(found, first or desk.today - YEAR, desk.today)


def planned_by_school(desk: Desk) -> list[tuple[str, PlannedShare | None]]:
    """Return the same for every school held here, by name; None where a school finished no job."""
    from db.queries.checks import defects
    from db.queries.schools import schools

    with desk.store.connect() as con:
        listed = schools(con)
        found = defects(con)
    first, last = desk.today - YEAR, desk.today
    return [
        (
            one.short_name or one.name,
            rules.planned_share([row for row in found if row.school == one.school], first, last),
        )
        for one in sorted(listed, key=lambda one: (one.short_name or one.name, one.school))
    ]
