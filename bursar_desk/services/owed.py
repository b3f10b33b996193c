"""What schools owe each other: every shift with its cost on the day, the ledger they make, and how it stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from bursar_desk.domain import hours_ledger, mileage, words
from bursar_desk.domain.hours_ledger import Account, Book
from bursar_desk.domain.rates import Card, Cost, cost_of, in_force
from bursar_desk.services import cover_hours, rates
from bursar_desk.services.plain_text import one_line

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.queries.owed import EntryRow
    from db.queries.people import CoverRow, PersonRow, WorkedRow

HOURS, RECHARGE, TIME_OFF = "hours", "recharge", "time off"
PAYS_WORDS = {HOURS: "In hours", RECHARGE: "In money", TIME_OFF: "In hours, the person has time off"}


@dataclass(frozen=True, slots=True)
class ShiftLine:
    """One shift: who gave it to whom, what was agreed and what was worked, and its cost at the rate of the day.

    ``planned`` in minutes, None where no times were agreed; ``cost`` None where the lender had no rate that day.
    """

    id: bytes
    cover: bytes
    on: dt.date
    giver: bytes
    receiver: bytes
    helper: str
    planned: int | None
    starts: int
    ends: int
    pause: int
    travel: int
    minutes: int
    miles: int
    vehicle: str
    pays: str
    cost: Cost | None
    approved_by: str

    @property
    def times(self) -> str:
        """Return from when to when."""
        return f"{_clock(self.starts)} to {_clock(self.ends)}"


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


@dataclass(frozen=True, slots=True)
class EntryLine:
    """An opening balance, write-off or payment; ``state``: "agreed", "waiting" or "refused"."""

    row: EntryRow
    state: str
    ours: bool
    for_us: bool
    school_name: str
    other_name: str
    why_not: str = ""

    @property
    def title(self) -> str:
        """Return what it is in words."""
        return KIND_WORDS.get(self.row.kind, "An entry of a newer kind")

    @property
    def sentence(self) -> str:
        """Return what it does to the balance."""
        row = self.row
        what = [words.hours(abs(row.minutes))] if row.minutes else []
        what += [words.money_exact(abs(row.pence))] if row.pence else []
        sign = row.minutes or row.pence
        who, whom = (self.other_name, self.school_name) if sign > 0 else (self.school_name, self.other_name)
        more = "owes" if row.kind == hours_ledger.OPENING else "owes more to" if sign > 0 else ""
        amount = words.listing(what) or "nothing"
        if row.kind == hours_ledger.OPENING:
            return f"{who} {more} {whom} {amount}."
        if row.kind == hours_ledger.WRITE_OFF:
            return f"{amount} that {_debtor(self)} owed {_creditor(self)} no longer count."
        return f"{_debtor(self)} settled {amount} with {_creditor(self)}."


def _debtor(line: EntryLine) -> str:
    return line.other_name if (line.row.minutes or line.row.pence) < 0 else line.school_name


def _creditor(line: EntryLine) -> str:
    return line.school_name if (line.row.minutes or line.row.pence) < 0 else line.other_name


KIND_WORDS = {
    hours_ledger.OPENING: "Opening balance", hours_ledger.WRITE_OFF: "Write-off", hours_ledger.PAID: "Payment",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ledger:
    """All of it: the book, every shift that counts by id, every entry, and the names of schools."""

    book: Book
    shifts: Mapping[bytes, ShiftLine]
    entries: tuple[EntryLine, ...]
    names: Mapping[bytes, str]
    cards: tuple[Card, ...]

    def name(self, school: bytes) -> str:
        """Return what a school is called."""
        return self.names.get(school, "a school we have not met")

    def entry(self, row: bytes) -> EntryLine | None:
        """Return an entry by its id."""
        return next((one for one in self.entries if one.row.id == row), None)


def read(desk: Desk) -> Ledger:
    """Read everything held here about hours owed, with the cost of each shift."""
    from db.queries.answers import answers, latest
    from db.queries.owed import hours_entries
    from db.queries.people import cover_worked, covers, people
    from db.queries.schools import schools

    with desk.store.connect() as con:
        worked = [row for row in cover_worked(con) if row.helper_school not in (None, row.school)]
        asked = {row.id: row for row in covers(con)}
        staff = people(con)
        cards = rates.read_cards(con)
        entry_rows = hours_entries(con)
        said = latest(answers(con, "hours_entry"))
        names = {one.school: one.short_name or one.name for one in schools(con)}
    names |= {school: root.name for school, root in desk.trust.roots.items() if school not in names}
    counted = {one.id for one in hours_ledger.counted(cover_hours.shift_of(row) for row in worked)}
    priced = _price([row for row in worked if row.id in counted], asked, staff, cards)
    shifts = [cover_hours.shift_of(row, _total(priced[row.id])) for row in worked if row.id in counted]
    book = hours_ledger.book(shifts, *cover_hours.entries_and_words(desk))
    lines = []
    for row in entry_rows:
        word = said.get((row.id, row.other))
        state = {"yes": "agreed", "no": "refused"}.get(word.answer if word else "", "waiting")
        why = one_line(word.why) if word and state == "refused" else ""
        theirs = names.get(row.other, "a school we have not met")
        lines.append(EntryLine(
            row, state, row.school == desk.home, row.other == desk.home,
            names.get(row.school, "a school we have not met"), theirs, why,
        ))  # fmt: skip
    return Ledger(book, priced, tuple(lines), names, tuple(cards))


def _total(line: ShiftLine) -> int | None:
    return line.cost.total if line.cost else None


def _price(
    worked: Iterable[WorkedRow], asked: Mapping[bytes, CoverRow], staff: Iterable[PersonRow], cards: list[Card]
) -> dict[bytes, ShiftLine]:  # fmt: skip
    """Price every shift, by day: miles of the same person in the same tax year count towards the 10,000."""
    roles = {one.id: one.role for one in staff}
    by_name = {(one.school, one.name.casefold()): one for one in staff}
    driven: dict[tuple[object, dt.date], int] = {}
    found: dict[bytes, ShiftLine] = {}
    for row in sorted(worked, key=lambda one: (one.on, one.id)):
        cover, giver = asked.get(row.cover), row.helper_school or b""
        named = by_name.get((giver, row.helper.casefold()))
        person = row.person or (cover.helper_person if cover else None) or (named.id if named else None)
        key = (person or (giver, row.helper.casefold()), mileage.tax_year(row.on)[0])
        card = in_force(cards, giver, roles.get(person or b"", ""), row.on)
        cost = None
        if card is not None:
            cost = cost_of(
                card, row.minutes, day=row.on, miles=row.miles, vehicle=row.vehicle, so_far=driven.get(key, 0)
            )
        if mileage.read_vehicle(row.vehicle)[0] in (mileage.CAR, "van"):
            driven[key] = driven.get(key, 0) + max(0, row.miles)
        found[row.id] = ShiftLine(
            row.id, row.cover, row.on, giver, row.school, one_line(row.helper),
            cover_hours.planned_minutes(cover, row.on) if cover else None, row.starts, row.ends, row.pause, row.travel,
            row.minutes, max(0, row.miles), row.vehicle, (cover.pays if cover else "") or HOURS, cost,
            one_line(row.approved_by),
        )  # fmt: skip
    return found


# --- how it stands ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BalanceLine:
    """How a school stands with another: minutes and pence the other owes it, below nought it owes them."""

    school: bytes
    name: str
    account: Account
    history: tuple[tuple[str, int], ...] = ()

    @property
    def state(self) -> str:
        """Return "theirs" when they owe, "ours" when we owe, "even"."""
        minutes = self.account.minutes
        return "theirs" if minutes > 0 else "ours" if minutes < 0 else "even"

    @property
    def worth(self) -> str:
        """Return what the hours owed are worth at the rates of their days, as far as rates were known."""
        one = self.account
        if one.unpriced:
            return f"not known, {words.hours(one.unpriced)} without a rate"
        other_way = " the other way" if one.pence * one.minutes < 0 else ""
        return words.money_exact(abs(one.pence)) + other_way

    def words(self, who: str = "") -> str:
        """Return the balance in a sentence; ``who`` is our school's name where it is not read at its own desk."""
        said = words.hours(abs(self.account.minutes))
        if self.state == "even":
            return f"{self.name}: even."
        us, owe = (who, "owes") if who else ("we", "owe")
        if self.state == "theirs":
            return f"{self.name} owes {who or 'us'} {said}."
        return words.sentence(f"{us} {owe} {self.name} {said}")


def balances(ledger: Ledger, whose: bytes, terms: Iterable[TermDays] = ()) -> list[BalanceLine]:
    """Return how a school stands with every other, most owed to it first; its history at the end of each term."""
    listed = list(terms)
    ends = [(one.words, ledger.book.until(one.last).accounts(whose)) for one in listed]
    made = [
        BalanceLine(
            other, ledger.name(other), account,
            tuple((name, found.get(other, Account()).minutes) for name, found in ends),
        )
        for other, account in ledger.book.accounts(whose).items()
    ]  # fmt: skip
    return sorted(made, key=lambda one: (-one.account.minutes, one.name))


@dataclass(frozen=True, slots=True)
class Fairness:
    """Jain’s index at the end of a term, in whole per cent, and what it is made of."""

    term: str
    per_cent: int
    schools: int


def fairness(ledger: Ledger, terms: Iterable[TermDays]) -> list[Fairness]:
    """Return the index of fairness as it grew, oldest first; terms before the first shift are left out."""
    made = []
    for one in terms:
        totals = ledger.book.until(one.last).totals()
        index = hours_ledger.fairness(totals)
        if index is not None:
            made.append(Fairness(one.words, _per_cent(index), sum(t.given + t.received > 0 for t in totals.values())))
    return made


def _per_cent(part: Fraction) -> int:
    return (part.numerator * 200 + part.denominator) // (2 * part.denominator)


FAIR_WORDS = (
    "Jain’s index over the part each school gave of the hours it exchanged: 100 per cent when all give as large a "
    "part, least when one gives everything."
)


@dataclass(frozen=True, slots=True)
class TermDays:
    """A term with all its days: it lasts until the day before the next one, so that no shift falls between two."""

    key: str
    words: str
    first: dt.date
    last: dt.date


def terms(desk: Desk, school: bytes | None = None, ledger: Ledger | None = None) -> list[TermDays]:
    """Return the terms from the first hours on to the present one, oldest first."""
    from bursar_desk.services.reporting_terms import calendar_for, choose, periods_until

    found = ledger or read(desk)
    oldest = min((one.on for one in found.book.postings if one.on <= desk.today), default=desk.today)
    with desk.store.connect() as con:
        calendar = calendar_for(con, school or desk.home)
    listed = [
        choose(calendar, desk.today, one.key, None, oldest) for one in periods_until(calendar, oldest, desk.today)
    ]
    lasts = [one.before_last for one in listed[1:]] + [desk.today]
    return [TermDays(one.key, one.words, one.first, last) for one, last in zip(listed, lasts, strict=True)]


def term_of(desk: Desk, asked: str | None, school: bytes | None = None, ledger: Ledger | None = None) -> TermDays:
    """Return the term asked for (as "2026/autumn" or "Autumn term 2026"), or the present one."""
    from bursar_desk.services.reporting_terms import calendar_for, choose

    listed = terms(desk, school, ledger)
    if not asked:
        return listed[-1]
    with desk.store.connect() as con:
        calendar = calendar_for(con, school or desk.home)
    key = choose(calendar, desk.today, asked, None, listed[0].first).key
    return next(one for one in listed if one.key == key)


def sentence(lines: Iterable[BalanceLine]) -> str:
    """Return how we stand with everybody in a sentence."""
    listed = list(lines)
    theirs = sum(max(0, one.account.minutes) for one in listed)
    ours = sum(max(0, -one.account.minutes) for one in listed)
    if not listed:
        return "No hours have been exchanged yet."
    if not theirs and not ours:
        return "All hours are even."
    said = [f"other schools owe us {words.hours(theirs)}"] if theirs else []
    said += [f"we owe {words.hours(ours)}"] if ours else []
    return words.sentence(words.listing(said))
