"""Training places as stock: what each school has of a course, where its places went, what they cost."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import training_places as stock_rules
from bursar_desk.domain import words
from bursar_desk.domain.courses import course_of
from bursar_desk.domain.training_places import Booking, Cost, Lot, Move, Odd, Place, Stock, Tally, Word

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.queries.people import PersonRow
    from db.queries.training_places import BookingRow, LotRow, NoReleaseRow, SessionRow, WishRow

TABLES: Final = (
    "session", "place_lot", "place_move", "booking", "training_wish", "no_release", "answer", "person", "training",
    "school", "absence", "cover",
)  # fmt: skip
_NUMBERS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def spelled(value: int) -> str:
    """Return a small number as a word, a larger one in figures."""
    return _NUMBERS[value] if 0 <= value < len(_NUMBERS) else words.number(value)


def course_name(course: str) -> str:
    """Return the one name of a course, however it was written."""
    return course_of(course).name if course.strip() else ""


def days_words(first: dt.date, last: dt.date) -> str:
    """Return a stretch of days in short: "2 to 4 Feb 2027"."""
    if first == last:
        return words.short_date(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {words.short_date(last)}"
    return f"{words.short_date(first)} to {words.short_date(last)}"


@dataclass(frozen=True)
class Held:
    """All that is known here of sessions, places, bookings and requests, read once."""

    today: dt.date
    home: bytes
    office: bool
    names: Mapping[bytes, str]
    schools: tuple[bytes, ...]
    sessions: Mapping[bytes, SessionRow]
    lots: tuple[LotRow, ...]
    moves: tuple[Move, ...]
    bookings: tuple[BookingRow, ...]
    wishes: tuple[WishRow, ...]
    no_release: tuple[NoReleaseRow, ...]
    people: Mapping[bytes, PersonRow]
    stock: Stock
    met: frozenset[bytes] = frozenset()
    agreed: frozenset[tuple[bytes, bytes]] = frozenset()

    @property
    def unheard(self) -> tuple[bytes, ...]:
        """Return the schools of which nothing has come here yet: what they did with their places is not known."""
        return tuple(one for one in self.schools if one not in self.met)

    def school(self, school: bytes | None) -> str:
        """Return a school's short name."""
        return self.names.get(school or b"", "a school we have not met")

    def person(self, person: bytes | None) -> str:
        """Return somebody's name."""
        found = self.people.get(person or b"")
        return found.name if found else "somebody"

    @cached_property
    def taken(self) -> Counter[bytes]:
        """Return how many seats of each session are taken."""
        return Counter(row.session for row in self.bookings if row.session and row.state in stock_rules.LIVE)

    @cached_property
    def courses(self) -> tuple[str, ...]:
        """Return every course there are places, sessions or requests for; the one with most places first."""
        counted: Counter[str] = Counter()
        for lot in self.lots:
            counted[course_name(lot.course)] += max(1, lot.count)
        for course in (*(s.course for s in self.sessions.values()), *(w.course for w in self.wishes)):
            counted[course_name(course)] += 0
        return tuple(sorted((one for one in counted if one), key=lambda one: (-counted[one], one)))

    def of_course(self, course: str) -> Stock:
        """Return the stock of one course."""
        places = tuple(one for one in self.stock.places if course_name(one.lot.course) == course)
        known = {one.lot.id: course_name(one.lot.course) for one in self.stock.places}
        odd = tuple(one for one in self.stock.odd if self._about(one, known) == course)
        return Stock(places, stock_rules.tallies(places), self.stock.said, odd)

    def _about(self, odd: Odd, known: Mapping[bytes, str]) -> str:
        """Return which course something odd is about: that of its place, else that of its session."""
        row = self.sessions.get(odd.booking.session or b"")
        return known.get(odd.booking.lot or b"") or (course_name(row.course) if row else "")


def read(desk: Desk) -> Held:
    """Read everything about places that is held here."""
    from db.queries import training_places as rows
    from db.queries.answers import answers
    from db.queries.people import people
    from db.queries.schools import schools

    with desk.store.connect() as con:
        sessions = {one.id: one for one in rows.sessions(con)}
        lots, moves, bookings = rows.lots(con), rows.moves(con), rows.bookings(con)
        said = answers(con, "place_move")
        wishes, blocked = rows.wishes(con), rows.no_release(con)
        everybody = {one.id: one for one in people(con)}
        known = {one.school: one.short_name or one.name for one in schools(con)}
    given = tuple(
        Move(one.id, one.school, one.lot, one.n, one.after, one.to_school, one.price, one.said_on, one.answer_by,
             one.why)
        for one in moves
    )  # fmt: skip
    heard = [Word(a.id, a.school, a.about, a.answer, a.said_on) for a in said]
    stock = stock_rules.stock(
        [Lot(r.id, r.school, r.for_school, r.course, r.count, r.bought_on, r.price, r.alone, r.alone_from, r.session,
             r.lapses_on or _over_on(sessions.get(r.session or b""))) for r in lots],
        given,
        heard,
        [Booking(b.id, b.school, b.lot, b.n, b.session, b.person, b.state, b.said_on) for b in bookings],
        cancelled={one.id for one in sessions.values() if one.cancelled},
        today=desk.today,
    )  # fmt: skip
    names = _short({root.school: root.name for root in desk.trust.roots.values()}) | known
    yes = {key for key, word in stock_rules.last_words(heard).items() if word.answer == stock_rules.YES}
    offices = {root.school for root in desk.trust.roots.values() if root.sort == "office"}
    listed = (set(known) - offices) | set(stock.tallies)
    order = sorted(listed, key=lambda one: (one != desk.home, names.get(one, "").casefold(), one))
    return Held(
        desk.today, desk.home, desk.is_office, names, tuple(order), sessions, tuple(lots), given, tuple(bookings),
        tuple(wishes), tuple(blocked), everybody, stock, frozenset(known) | {desk.home}, frozenset(yes),
    )  # fmt: skip


def _over_on(session: SessionRow | None) -> dt.date | None:
    """Return when places bought for one session lapse: on its last day, wherever it is moved; never when cancelled."""
    return None if session is None or session.cancelled else session.last


def _short(names: Mapping[bytes, str]) -> dict[bytes, str]:
    """Return names as short as they stay different, for schools whose own short name has not come yet."""
    from bursar_desk.domain.directory import short_name

    made = {one: short_name(name, secondary="High" in name) for one, name in names.items()}
    alike = Counter(made.values())
    return {one: made[one] if alike[made[one]] == 1 else name.split(", ")[0] for one, name in names.items()}


# --- one course, all schools -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One run of a course: when, where, how many seats are left (none: not said), what a place on it costs."""

    row: SessionRow
    place: str
    taken: int
    each: int | None

    @property
    def when(self) -> str:
        """Return its days in short."""
        return days_words(self.row.first, self.row.last)

    @property
    def left(self) -> int | None:
        """Return how many seats are left."""
        return None if self.row.seats is None else max(0, self.row.seats - self.taken)

    def open_on(self, day: dt.date) -> bool:
        """Tell whether people may still be named for it on a day."""
        by = self.row.name_by or self.row.first
        return not self.row.cancelled and by >= day and self.row.first >= day


def session_line(held: Held, row: SessionRow) -> SessionLine:
    """Return a session as lists show it."""
    place = held.school(row.venue_school) if row.venue_school else row.venue or row.provider
    each = row.price
    if row.price is not None and row.price_per == "session":
        each = stock_rules.half_up(row.price, row.seats) if row.seats else None
    return SessionLine(row, place, held.taken[row.id], each)


def course_sessions(held: Held, course: str, *, cancelled: bool = False) -> tuple[SessionLine, ...]:
    """Return the sessions of a course, earliest first."""
    found = [one for one in held.sessions.values() if course_name(one.course) == course]
    return tuple(session_line(held, one) for one in found if cancelled or not one.cancelled)


@dataclass(frozen=True, slots=True)
class SchoolLine:
    """A school's row: what it has, and per session how many of its places stand how."""

    school: bytes
    name: str
    tally: Tally
    cells: Mapping[bytes, Counter[str]]
    left: Counter[str]
    saving: int | None

    @property
    def swapped(self) -> str:
        """Return what was given away and received."""
        both = (self.tally.given, "given away"), (self.tally.received, "received")
        return ", ".join(f"{n} {what}" for n, what in both if n) or "none"


@dataclass(frozen=True, slots=True)
class CourseView:
    """One course: its sessions, every school's places, all together, and what a place costs."""

    course: str
    sessions: tuple[SessionLine, ...]
    rows: tuple[SchoolLine, ...]
    total: SchoolLine
    cost: Cost
    alone_from: str

    @property
    def adds_up(self) -> bool:
        """Tell whether every place is accounted for, at every school and together."""
        return all(one.tally.adds_up for one in (*self.rows, self.total))


def course_view(held: Held, course: str) -> CourseView:
    """Return what every school has of a course."""
    stock = held.of_course(course)
    rows = tuple(_row(held, stock, school) for school in held.schools)
    cells: dict[bytes, Counter[str]] = {}
    for row in rows:
        for session, counted in row.cells.items():
            cells.setdefault(session, Counter()).update(counted)
    cost = stock_rules.cluster_cost(stock.places)
    left = sum((row.left for row in rows), Counter[str]())
    total = SchoolLine(b"", f"All {len(rows)} schools", stock.total, cells, left, cost.saving)
    told = Counter(one.lot.alone_from for one in stock.places if one.lot.alone is not None and one.lot.alone_from)
    told_from = told.most_common(1)[0][0] if told else ""
    shown = course_sessions(held, course)
    more = [session_line(held, held.sessions[one]) for one in cells if one not in {line.row.id for line in shown}]
    columns = sorted((*shown, *more), key=lambda one: (one.row.first, one.row.id))
    return CourseView(course, tuple(columns), rows, total, cost, told_from)


def _row(held: Held, stock: Stock, school: bytes) -> SchoolLine:
    cells: dict[bytes, Counter[str]] = {}
    left: Counter[str] = Counter()
    for place in stock.of(school):
        session = place.booking.session if place.booking else None
        if session is not None and session in held.sessions:
            cells.setdefault(session, Counter())[_cell_state(place)] += 1
        else:
            left[_cell_state(place)] += 1
    saving = stock_rules.school_saving(stock.places, school)
    return SchoolLine(school, held.school(school), stock.tallies.get(school, Tally()), cells, left, saving)


def _cell_state(place: Place) -> str:
    """Return how a used place reads: somebody who did not go lost it."""
    return place.booking.state if place.booking is not None else place.state


# --- one school's places of a course ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Deadline:
    """Until when people must be named; ``pence`` is what is lost after that."""

    people: int
    by: dt.date
    pence: int
    session: bytes | None

    @property
    def title(self) -> str:
        """Return what to do by when."""
        who = "person" if self.people == 1 else "people"
        return f"Name {spelled(self.people)} {who} by {words.long_date(self.by)}."

    @property
    def lost(self) -> str:
        """Return what happens after that."""
        if self.pence > 0:
            return f"After that, {words.money_exact(self.pence)} is lost."
        return f"After that, {'the place is' if self.people == 1 else 'the places are'} lost."


def suits(held: Held, place: Place, session: SessionRow) -> bool:
    """Tell whether a place can be used on a session: not one bought for another session, or to be used before it."""
    bought = held.sessions.get(place.lot.session or b"")
    elsewhere = place.lot.session not in (None, session.id) and not (bought and bought.cancelled)
    return not elsewhere and (place.lot.lapses_on is None or place.lot.lapses_on >= session.first)


def deadline(held: Held, stock: Stock, course: str, school: bytes) -> Deadline | None:
    """Return until when to name people for the spare places that are lost first; nothing when no day is known."""
    open_now = [one for one in course_sessions(held, course) if one.open_on(held.today) and one.left != 0]
    lost: dict[dt.date, list[tuple[Place, bytes | None]]] = {}
    for place in stock.spare(school):
        can = [one.row for one in open_now if suits(held, place, one.row)]
        last = max(can, key=lambda row: row.name_by or row.first, default=None)
        days = [last.name_by or last.first] if last else []
        days += [place.lot.lapses_on] if place.lot.lapses_on is not None else []
        if days:
            lost.setdefault(min(days), []).append((place, last.id if last else None))
    if not lost:
        return None
    by = min(lost)
    return Deadline(len(lost[by]), by, sum(paid_for(place) for place, _row in lost[by]), lost[by][0][1])


def paid_for(place: Place) -> int:
    """Return what its owner gave for a place, in pence."""
    return (place.path[-1].move.price if place.path else place.lot.price) or 0


# --- who asked -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Demand:
    """What a school still waits for on a course: how many, the requests, and what it has spare itself."""

    school: bytes
    name: str
    course: str
    count: int
    wishes: tuple[bytes, ...]
    spare: int
    by: dt.date | None

    @property
    def words(self) -> str:
        """Return it in a line."""
        said = f"{words.count(self.count, 'person', 'people')} waiting"
        return f"{said}, {words.count(self.spare, 'place')} spare" if self.spare else said


def waiting(held: Held, course: str = "") -> tuple[Demand, ...]:
    """Return the waiting list, by course and school; requests that a session answers already are left out."""
    done = {one for row in held.sessions.values() if not row.cancelled for one in row.wishes}
    found: dict[tuple[str, bytes], list[WishRow]] = {}
    for wish in held.wishes:
        if wish.state == "open" and wish.count > 0 and wish.id not in done:
            found.setdefault((course_name(wish.course), wish.school), []).append(wish)
    asked = [(name, school) for name, school in sorted(found) if course in ("", name)]
    return tuple(_demand(held, name, school, found[name, school]) for name, school in asked)


def _demand(held: Held, course: str, school: bytes, rows: Sequence[WishRow]) -> Demand:
    spare = len(held.of_course(course).spare(school))
    days = [row.by_date for row in rows if row.by_date is not None]
    return Demand(
        school, held.school(school), course, sum(row.count for row in rows), tuple(row.id for row in rows), spare,
        min(days, default=None),
    )  # fmt: skip


def odd_words(held: Held, odd: Odd) -> str:
    """Return what is odd about a booking, for people."""
    who = f"{held.person(odd.booking.person)} of {held.school(odd.school)}"
    row = held.sessions.get(odd.booking.session or b"")
    if odd.kind == stock_rules.MOVED_AWAY:
        return f"{who} is named on a place that is now {held.school(odd.owner)}’s. Name them on another place."
    if odd.kind == stock_rules.TWICE:
        return f"{who} is the second person named on one place. Name them on another place."
    if odd.kind == stock_rules.NO_SESSION:
        when = f" of {days_words(row.first, row.last)}" if row else ""
        return f"The session{when} was cancelled. {who} needs another session; the place is spare again."
    if odd.kind == stock_rules.LEFT:
        person = held.people.get(odd.booking.person or b"")
        gone = person.left_on if person else None
        left = f"{'left' if gone <= held.today else 'leaves'} on {words.long_date(gone)}" if gone else "has left"
        return f"{who} {left}. Let somebody else go, or take them off."
    return (
        f"{who} is named on a place that is not known here: its purchase was taken back, or has not come yet. "
        "Merge the newest file from whoever bought it, or name them on another place."
    )
