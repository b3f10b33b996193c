"""What the Cover page reads, on the database worker: a week of the board, and all about one school's day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import cover_stage, words
from bursar_desk.domain.operations import cover_channel
from bursar_desk.services import absences, competent_today, cover, cover_board, cover_hours, digests, guests

if TYPE_CHECKING:
    from bursar_desk.services.absences import AbsenceLine
    from bursar_desk.services.competent_today import Strip
    from bursar_desk.services.cover import CoverLine, Gaps, Helper, Helpers, OfferLine
    from bursar_desk.services.cover_board import BoardCell, BoardRow
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.guests import Guest

MOST_LOOKED_UP: Final = 8
"""For how many gaps of a week the board counts who can help."""
HOLDS: Final = (*cover_stage.OPEN, cover_stage.AGREED, cover_stage.DONE)
"""How a request may stand and still be what the day is about."""
SAID_NO: Final = (cover_stage.DECLINED, cover_stage.TAKEN_BACK)


@dataclass(frozen=True, slots=True)
class Week:
    """One week of the board, the people of the home school, and the cover packs that are open here."""

    monday: dt.date
    rows: tuple[BoardRow, ...]
    notes: Mapping[bytes, str]
    staff: tuple[tuple[bytes, str], ...]
    guests: tuple[Guest, ...]
    asked_us: tuple[CoverLine, ...] = ()

    def count(self, state: str) -> int:
        """How many days of all schools are in a state."""
        return sum(cell.state == state for row in self.rows for cell in row.cells)

    @property
    def sentence(self) -> str:
        """The week in a sentence: "3 gaps this week, 1 waiting for an answer"."""
        if not self.rows:
            return "No school has sent its people yet"
        cells = [cell for row in self.rows for cell in row.cells if cell.state == "asked"]
        # one request for three days waits for one answer
        gaps, asked = self.count("gap"), len({cell.cover for cell in cells})
        yes = len({cell.cover for cell in cells if cell.stage == cover_stage.ACCEPTED})
        if not gaps and not asked:
            return "Everything is covered this week"
        said = f"{words.count(gaps, 'gap')} this week" if gaps else "No gaps this week"
        said += f", {words.number(asked - yes)} waiting for an answer" if asked > yes else ""
        return f"{said}, {words.number(yes)} to confirm" if yes else said

    def first_gap(self, home: bytes, today: dt.date) -> tuple[bytes, dt.date] | None:
        """What to look at first: what is open at our own school, then anybody's, else our own today or first day."""
        own_first = sorted(self.rows, key=lambda row: row.school != home)
        own, others = own_first[:1], own_first[1:]
        for rows, wanted in ((own, "gap"), (own, "asked"), (own, "agreed"), (others, "gap"), (others, "asked")):
            for row in rows:
                for cell in row.cells:
                    if cell.state == wanted:
                        return row.school, cell.day
        if not own_first:
            return None
        days = [cell.day for cell in own_first[0].cells]
        return own_first[0].school, today if today in days else days[0]


def read_week(desk: Desk, day: dt.date) -> Week:
    """Read the board of a week, who works here, and the guest registers."""
    monday = day - dt.timedelta(days=day.weekday())
    rows = tuple(sorted(cover_board.week_board(desk, day), key=lambda row: _pressing(row, desk.home)))
    asked_us = () if desk.is_office else tuple(one for one in cover.incoming(desk) if _concerns_us(one, desk.today))
    return Week(monday, rows, _notes(desk, rows), _staff(desk), tuple(guests.listing(desk)), asked_us)


def _concerns_us(one: CoverLine, today: dt.date) -> bool:
    """Tell whether a request for our people still has a day to come and is not settled against it."""
    return one.last >= today and one.stage in (*cover_stage.OPEN, cover_stage.AGREED)


def _pressing(row: BoardRow, home: bytes) -> tuple[bool, bool]:
    """Our own school first, then those where something is open this week; the rest as they come."""
    return row.school != home, all(cell.state in _CALM for cell in row.cells)


_CALM: Final = ("covered", "closed", "offer")


def _notes(desk: Desk, rows: tuple[BoardRow, ...]) -> dict[bytes, str]:
    """Count who can help with the gaps we may know about: our own, in an office everybody's."""
    wanted = dict.fromkeys(
        cell.absence
        for row in rows
        for cell in row.cells
        if cell.state == "gap" and cell.absence is not None and (desk.is_office or row.school == desk.home)
    )
    notes = {}
    for absence in list(wanted)[:MOST_LOOKED_UP]:
        found = sum(not one.asked for one in cover.find(desk, absence).can)
        notes[absence] = f"{words.number(found)} can help" if found else "No one yet"
    return notes


def _staff(desk: Desk) -> tuple[tuple[bytes, str], ...]:
    from db.queries.people import people

    with desk.store.connect() as con:
        return tuple((one.id, one.name) for one in people(con, desk.home) if one.left_on is None)


@dataclass(frozen=True, slots=True)
class Beside:
    """All about one school on one day. There is no field for why anybody is away."""

    row: BoardRow
    cell: BoardCell
    own: bool
    may_ask: bool
    away: tuple[AbsenceLine, ...]
    absence: AbsenceLine | None
    helpers: Helpers | None
    cover: CoverLine | None
    declined: tuple[CoverLine, ...]
    titles: Mapping[bytes, str]
    asks_us: bool
    came_back: bool
    given: int
    received: int
    strip: Strip
    offers: tuple[OfferLine, ...] = ()
    answer_by: dt.date | None = None
    owed_here: bool = False
    has_private: bool = False

    @property
    def gaps(self) -> Gaps | None:
        """What the absence leaves undone, where we may know."""
        return self.helpers.gaps if self.helpers else None

    @property
    def chosen_helper(self) -> Helper | None:
        """Whoever was asked, as the rules judge them today."""
        if self.helpers is None or self.cover is None:
            return None
        everybody = (*self.helpers.can, *self.helpers.cannot)
        name, school = self.cover.helper, self.cover.helper_school
        return next((one for one in everybody if (one.name, one.school) == (name, school)), None)


def read_beside(desk: Desk, row: BoardRow, cell: BoardCell, wanted: bytes | None = None) -> Beside:
    """Read what a day leaves uncovered and who could help. ``wanted``: an absence somebody chose on that day."""
    own = row.school == desk.home
    known = absences.listing(desk, every=True) if own or desk.is_office else []
    away = tuple(one for one in known if one.school == row.school and one.first <= cell.day <= one.last)
    absence = _one_of(away, wanted) or _one_of(away, cell.absence) or (away[0] if away else None)
    asked = _covers(desk, row.school, absence.id if absence else cell.absence)
    standing = _standing(asked, cell)
    helpers = cover.find(desk, absence.id) if absence else None
    titles = {gap.line.id: gap.line.title for gap in helpers.gaps.checks} if helpers else {}
    balances = cover_hours.ledger(desk, row.school, first=_year_start(desk.today))
    return Beside(
        row, cell, own, own and not desk.is_office, away, absence, helpers, standing,
        tuple(one for one in asked if one.stage in SAID_NO), titles | _titles(desk, standing),
        standing is not None and standing.helper_school == desk.home, _came_back(desk, row.school, standing),
        sum(one.given for one in balances), sum(one.received for one in balances), _strip(desk, row),
        tuple(one for one in cover.offers(desk, cell.day, cell.day) if one.id in cell.offers),
        answer_by(absence.first, desk.today) if absence else None, own or desk.is_office,
        own and absence is not None and absences.has_private(desk, absence.id),
    )  # fmt: skip


def _strip(desk: Desk, row: BoardRow) -> Strip:
    return competent_today.strip(desk, row.cells[0].day, row.cells[-1].day, row.school)


def _standing(asked: list[CoverLine], cell: BoardCell) -> CoverLine | None:
    """Return the request a day is about: the one its cell shows, else the last that holds on that day."""
    here = [one for one in asked if one.stage in HOLDS]
    shown = next((one for one in here if one.id == cell.cover), None)
    if shown is not None or cell.state == "gap":
        return shown
    return here[-1] if here else None


def answer_by(first: dt.date, today: dt.date) -> dt.date:
    """Return the day to ask for an answer by: within three days, on a weekday before it begins where there is one."""
    day = min(first - dt.timedelta(days=1), today + dt.timedelta(days=3))
    day -= dt.timedelta(days=max(0, day.weekday() - 4))
    return max(today, day)


def _one_of(away: tuple[AbsenceLine, ...], wanted: bytes | None) -> AbsenceLine | None:
    return next((one for one in away if one.id == wanted), None)


def _covers(desk: Desk, school: bytes, absence: bytes | None) -> list[CoverLine]:
    if absence is None:
        return []
    return [one for one in cover.listing(desk, every_school=True) if one.school == school and one.absence == absence]


def _titles(desk: Desk, asked: CoverLine | None) -> dict[bytes, str]:
    """Name the checks of a request; those that are not held here are left out."""
    if asked is None or not asked.checks:
        return {}
    from db.queries.checks import checks

    with desk.store.connect() as con:
        return {one.id: one.title for one in checks(con, ids=list(asked.checks))}


def _came_back(desk: Desk, school: bytes, asked: CoverLine | None) -> bool:
    """Tell whether anything done under the pack is here already."""
    if asked is None or asked.grant is None:
        return False
    channels = digests.digests(desk, school).by_school.values()
    return any(cover_channel(asked.grant) in found for found in channels)


def cover_of_return(desk: Desk, senders: Collection[str]) -> CoverLine | None:
    """Find the cover whose work came back from one of these schools: the one whose days lie nearest to today."""
    found = [
        one
        for one in cover.listing(desk)
        if one.state in ("agreed", "done") and one.helper_school_name in senders and _came_back(desk, desk.home, one)
    ]
    return min(found, key=lambda one: abs((one.first - desk.today).days), default=None)


def _year_start(today: dt.date) -> dt.date:
    """The first of September before a day: school years are how hours are settled."""
    return dt.date(today.year if today.month >= 9 else today.year - 1, 9, 1)


def balance_words(beside: Beside) -> tuple[str, str]:
    """The hours in two lines: who owes whom, and what it is made of."""
    name = "We" if beside.own else beside.row.name
    owed = beside.given - beside.received
    if not beside.given and not beside.received:
        return f"{name} {'have' if beside.own else 'has'} no cover hours yet", "None noted this school year"
    made_of = f"Received {words.hours(beside.received)}, given {words.hours(beside.given)} this school year"
    if owed == 0:
        return f"{name} {'are' if beside.own else 'is'} even with the cluster", made_of
    if owed < 0:
        return f"{name} {'owe' if beside.own else 'owes'} the cluster {words.hours(-owed)}", made_of
    return f"The cluster owes {'us' if beside.own else beside.row.name} {words.hours(owed)}", made_of
