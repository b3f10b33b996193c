"""What the page of hours owed shows, read once on the database worker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bursar_desk.domain import words
from bursar_desk.services import cover_hours, owed, rates, time_off
from bursar_desk.services.owed import BalanceLine, EntryLine, Fairness, ShiftLine, TermDays

if TYPE_CHECKING:
    from bursar_desk.domain.rates import Card
    from bursar_desk.services.cover_hours import ClaimLine
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.time_off import TimeOffLine

TERMS_SHOWN = 9


@dataclass(frozen=True, slots=True)
class Owed:
    """Balances at the end of a term, what waits, rates, fairness and our own people’s time off."""

    term: TermDays
    terms: tuple[TermDays, ...]
    sentence: str
    balances: tuple[BalanceLine, ...]
    claims: tuple[ClaimLine, ...]
    for_us: tuple[EntryLine, ...]
    for_others: tuple[EntryLine, ...]
    cards: tuple[Card, ...]
    fairness: tuple[Fairness, ...]
    time_off: tuple[TimeOffLine, ...]
    schools: tuple[tuple[object, str], ...]
    office: bool

    @property
    def needs_us(self) -> int:
        """Return how much waits for a person here."""
        return len(self.claims) + len(self.for_us)


def read_owed(desk: Desk, term: str | None, *, manages: bool) -> Owed:
    """Read it for a term by its key, the present one by default."""
    ledger = owed.read(desk)
    terms = owed.terms(desk, None, ledger)
    chosen = next((one for one in terms if one.key == term), terms[-1])
    so_far = [one for one in terms if one.first <= chosen.first]
    until = owed.Ledger(ledger.book.until(chosen.last), ledger.shifts, ledger.entries, ledger.names, ledger.cards)
    own = not desk.is_office
    lines = owed.balances(until, desk.home, so_far) if own else _of_all(until)
    waiting = [one for one in ledger.entries if one.state == "waiting"]
    roots = [one for one in desk.trust.roots.values() if one.school != desk.home and one.sort != "office"]
    sentence = owed.sentence(lines) if own else f"{words.count(len(lines), 'school')} exchange hours."
    return Owed(
        chosen, tuple(terms[-TERMS_SHOWN:]), sentence, tuple(lines),
        tuple(cover_hours.claims(desk)) if own else (),
        tuple(one for one in waiting if one.for_us), tuple(one for one in waiting if one.ours or not own),
        tuple(rates.listing(desk, every=not own)), tuple(owed.fairness(ledger, so_far)),
        tuple(time_off.listing(desk)) if own and manages else (),
        tuple(sorted(((one.school, one.name) for one in roots), key=lambda pair: pair[1])), not own,
    )  # fmt: skip


def _of_all(ledger: owed.Ledger) -> list[BalanceLine]:
    made = [BalanceLine(school, ledger.name(school), one) for school, one in ledger.book.totals().items()]
    return sorted(made, key=lambda one: (-one.account.minutes, one.name))


@dataclass(frozen=True, slots=True)
class WithSchool:
    """All about one school in a term: its balance, the shifts, what was agreed beside them, and the money."""

    line: BalanceLine
    term: TermDays
    shifts: tuple[ShiftLine, ...]
    entries: tuple[EntryLine, ...]
    money: tuple[str, ...]
    ask: str
    home: bytes


def read_school(desk: Desk, line: BalanceLine, term: str) -> WithSchool:
    """Read what stands between us and a school in a term."""
    from bursar_desk.services import owed_papers, recharge

    made = recharge.statement(desk, line.school, term)
    ask = next((one.route.ask for one in made.recharges if one.route.ask), "")
    return WithSchool(
        line, made.term, made.shifts, made.entries,
        (*owed_papers.money_words(made), *(text for one in made.saved for text in one.sentences)), ask, desk.home,
    )  # fmt: skip
