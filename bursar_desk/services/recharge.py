"""The termly statement between two schools: it ties to the ledger to the minute, and says who pays whom for what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bursar_desk.domain import money_years, words
from bursar_desk.domain.directory import employer_of
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.hours_ledger import Account
from bursar_desk.domain.operations import Changes
from bursar_desk.domain.rates import INVOICE, TRANSFER, Route, route
from bursar_desk.services import owed
from bursar_desk.services.owed import RECHARGE, EntryLine, Ledger, ShiftLine, TermDays

if TYPE_CHECKING:
    from bursar_desk.domain.money_years import MoneyYear
    from bursar_desk.services.desk import Desk

SETTING = "recharge"
_SAFE = "Nothing was changed."


@dataclass(frozen=True, slots=True)
class Recharge:
    """What one school pays the other for a term: pence, how, and into which money years of either it falls.

    ``years``: (school, money year, pence), of both schools where theirs differ. ``unpriced``: shifts without a rate.
    """

    lender: bytes
    receiver: bytes
    lender_name: str
    receiver_name: str
    shifts: int
    minutes: int
    pence: int
    unpriced: int
    route: Route
    years: tuple[tuple[str, MoneyYear, int], ...]


@dataclass(frozen=True, slots=True)
class Saved:
    """What cover in one direction saved against an agency, and what it kept up; from records only.

    ``pence``: agency less cost, over the ``known`` of ``shifts`` that have both; below nought it cost more.
    """

    lender_name: str
    receiver_name: str
    shifts: int
    minutes: int
    known: int
    agency: int
    cost: int
    checks: int

    @property
    def sentences(self) -> tuple[str, ...]:
        """Return it in words."""
        kept = f"{words.count(self.shifts, 'shift')} and {words.hours(self.minutes)} of cover"
        done = f" and did {words.count(self.checks, 'check')} there" if self.checks else ""
        said = [f"Against no cover: {self.lender_name} gave {self.receiver_name} {kept}{done}."]
        if self.known:
            over = "" if self.known == self.shifts else f", {words.out_of(self.known, self.shifts)} shifts"
            said.append(
                f"Against an agency: {words.money_exact(self.agency)} there, {words.money_exact(self.cost)} here"
                f"{over}: it {words.saving(self.agency - self.cost)}."
            )
        else:
            said.append("Against an agency: not known, no rate card says what an agency asks.")
        return tuple(said)


@dataclass(frozen=True, slots=True)
class Statement:
    """One term between two schools, as ``school`` sees it: what it is owed, below nought what it owes."""

    school: bytes
    other: bytes
    name: str
    other_name: str
    term: TermDays
    opening: Account
    shifts: tuple[ShiftLine, ...]
    entries: tuple[EntryLine, ...]
    closing: Account
    recharges: tuple[Recharge, ...]
    in_hours: int
    waiting: tuple[EntryLine, ...]
    saved: tuple[Saved, ...]

    def given(self, line: ShiftLine) -> bool:
        """Tell whether our school gave this shift."""
        return line.giver == self.school

    @property
    def shift_minutes(self) -> int:
        """Return minutes given less minutes received in the term."""
        return sum(one.minutes if self.given(one) else -one.minutes for one in self.shifts)

    @property
    def entry_minutes(self) -> int:
        """Return what was agreed beside the hours in the term, from our side."""
        return sum(self._side(one) * one.row.minutes for one in self.entries)

    @property
    def entry_pence(self) -> int:
        """Return the money agreed beside the hours in the term, from our side."""
        return sum(self._side(one) * one.row.pence for one in self.entries)

    def _side(self, line: EntryLine) -> int:
        return 1 if line.row.school == self.school else -1

    @property
    def ties(self) -> bool:
        """Tell whether opening, shifts and entries make the closing balance of the ledger, to the minute."""
        return self.opening.minutes + self.shift_minutes + self.entry_minutes == self.closing.minutes


def statement(
    desk: Desk, other: bytes, term: str | None = None, *, school: bytes | None = None, ledger: Ledger | None = None
) -> Statement:
    """Return the statement with one school for a term. Raises ``UserError`` for a school or term nobody knows."""
    whose = school or desk.home
    if other == whose:
        raise UserError("A statement is between two schools.", "Nothing was made.", "Choose the other school.")
    found = ledger or owed.read(desk)
    days = owed.term_of(desk, term, whose, found)
    pair = {whose, other}
    shifts = tuple(
        one for one in sorted(found.shifts.values(), key=lambda s: (s.on, s.starts, s.id))
        if {one.giver, one.receiver} == pair and days.first <= one.on <= days.last
    )  # fmt: skip
    between = [one for one in found.entries if {one.row.school, one.row.other} == pair]
    in_term = tuple(one for one in between if one.state == "agreed" and days.first <= one.row.on <= days.last)
    before = found.book.until(days.first - dt.timedelta(days=1)).account(whose, other)
    sides = ((whose, other), (other, whose))
    return Statement(
        whose, other, found.name(whose), found.name(other), days, before, shifts, in_term,
        found.book.until(days.last).account(whose, other),
        tuple(one for a, b in sides if (one := _recharge(desk, found, a, b, shifts)) is not None),
        sum(one.minutes for one in shifts if one.pays != RECHARGE),
        tuple(one for one in between if one.state == "waiting"),
        tuple(done for a, b in sides if (done := _saved(desk, found, a, b, shifts, days)) is not None),
    )  # fmt: skip


def _recharge(
    desk: Desk, ledger: Ledger, lender: bytes, receiver: bytes, shifts: Iterable[ShiftLine]
) -> Recharge | None:  # fmt: skip
    mine = [one for one in shifts if one.giver == lender and one.receiver == receiver and one.pays == RECHARGE]
    if not mine:
        return None
    employers = _employers(desk)
    a, b = employers.get(lender, "not known"), employers.get(receiver, "not known")
    sums = [(one.on, one.cost.total) for one in mine if one.cost is not None]
    kinds = {school: money_years.kind_of(employers.get(school, "")) for school in (lender, receiver)}
    years = [
        (ledger.name(school), year, pence)
        for school, kind in kinds.items() if kind
        for year, pence in money_years.by_year(kind, sums)
    ]  # fmt: skip
    if len({year for _, year, _ in years}) == 1 and len(set(kinds.values())) == 1:
        years = []  # one year, the same for both: nothing to tell apart
    agreed = how_agreed(desk, lender if receiver == desk.home else receiver)
    return Recharge(
        lender, receiver, ledger.name(lender), ledger.name(receiver), len(mine), sum(one.minutes for one in mine),
        sum(pence for _, pence in sums), len(mine) - len(sums),
        route(ledger.name(lender), ledger.name(receiver), a, b, agreed), tuple(years),
    )  # fmt: skip


def route_between(desk: Desk, lender: bytes, receiver: bytes) -> Route:
    """Return how money goes from ``receiver`` to ``lender``, for any bill between two schools."""
    employers = _employers(desk)
    a, b = employers.get(lender, "not known"), employers.get(receiver, "not known")
    agreed = how_agreed(desk, lender if receiver == desk.home else receiver)
    return route(desk.school_name(lender), desk.school_name(receiver), a, b, agreed)


def _employers(desk: Desk) -> dict[bytes, str]:
    from db.queries.schools import schools

    with desk.store.connect() as con:
        return {one.school: one.employer or employer_of(one.type) for one in schools(con)}


def _saved(
    desk: Desk, ledger: Ledger, lender: bytes, receiver: bytes, shifts: Iterable[ShiftLine], days: TermDays
) -> Saved | None:  # fmt: skip
    mine = [one for one in shifts if one.giver == lender and one.receiver == receiver]
    if not mine:
        return None
    both = [(one.cost.agency, one.cost.total) for one in mine if one.cost is not None and one.cost.agency is not None]
    return Saved(
        ledger.name(lender), ledger.name(receiver), len(mine), sum(one.minutes for one in mine), len(both),
        sum(agency or 0 for agency, _ in both), sum(cost for _, cost in both),
        _checks_done(desk, lender, receiver, days),
    )  # fmt: skip


def _checks_done(desk: Desk, lender: bytes, receiver: bytes, days: TermDays) -> int:
    """Count the checks that somebody of the lender did at the receiver in the term."""
    from bursar_desk.services.reporting_people import neighbour_part
    from db.queries.counts import kept_between
    from db.queries.people import covers

    with desk.store.connect() as con:
        kept = kept_between(con, receiver, days.first, days.last)
        asked = covers(con, receiver)
    names = {school: root.name for school, root in desk.trust.roots.items()}
    helped = neighbour_part(desk, receiver, kept, asked, names)
    return sum(one.checks for one in helped if one.school == names.get(lender))


# --- how money goes ---------------------------------------------------------------------------------------------------


def how_agreed(desk: Desk, other: bytes) -> str:
    """Return what was settled with a school: "transfer", "invoice", or "" while nobody has said."""
    from bursar_desk.services import settings

    kept = settings.value(desk, SETTING, [])
    for one in kept if isinstance(kept, list) else []:
        if isinstance(one, list) and len(one) == 2 and one[0] == other.hex() and one[1] in (TRANSFER, INVOICE):
            return str(one[1])
    return ""


def settle_how(desk: Desk, other: bytes, how: str) -> Changes:
    """Note how money goes between us and a school. Raises ``UserError`` for another word."""
    from bursar_desk.services import settings

    if how not in (TRANSFER, INVOICE):
        raise UserError(f"“{how}” is not a way to pay.", _SAFE, "Say transfer or invoice.")
    kept = settings.value(desk, SETTING, [])
    others = [one for one in kept if isinstance(one, list) and one[:1] != [other.hex()]]
    return settings.choose(
        desk, SETTING, [*others, [other.hex(), how]], subject=f"money with {desk.school_name(other)}: {how}"
    )


def partners(desk: Desk, term: str | None = None, *, school: bytes | None = None) -> list[bytes]:
    """Return the schools a statement is due with: hours in the term, or a balance left, by name."""
    ledger = owed.read(desk)
    whose = school or desk.home
    days = owed.term_of(desk, term, whose, ledger)
    in_term = ledger.book.between(days.first, days.last).accounts(whose)
    standing = {
        other for other, one in ledger.book.until(days.last).accounts(whose).items() if one.minutes or one.pence
    }
    return sorted({*in_term, *standing}, key=ledger.name)


__all__ = [
    "INVOICE", "SETTING", "TRANSFER", "Recharge", "Saved", "Statement", "how_agreed", "partners",
    "route_between", "settle_how", "statement",
]  # fmt: skip
