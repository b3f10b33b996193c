"""The ledger of hours between schools: double entry, so it always adds up to nought, whatever arrived in what order.

What is booked is a pure function of the set of rows held: a shift the receiving school approved credits the lender
and debits the receiver; what one school wrote beside it counts once the other school has said yes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

OPENING, WRITE_OFF, PAID = "opening", "write-off", "paid"
KINDS: Final = (OPENING, WRITE_OFF, PAID)
SHIFT: Final = "shift"
YES, NO = "yes", "no"
_EARLIEST: Final = dt.date.min


@dataclass(frozen=True, slots=True)
class Shift:
    """Hours the receiver approved; ``pence`` None where no rate was known. ``claim``: what they were approved from."""

    id: bytes
    giver: bytes
    receiver: bytes
    minutes: int
    on: dt.date
    pence: int | None = None
    claim: bytes | None = None
    approved_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What a school wrote beside the hours: how ``minutes`` and ``pence`` change what the other owes it."""

    id: bytes
    school: bytes
    other: bytes
    kind: str
    minutes: int
    pence: int
    on: dt.date


@dataclass(frozen=True, slots=True)
class Word:
    """What a school said about an entry."""

    id: bytes
    about: bytes
    school: bytes
    answer: str
    said_on: dt.date | None


@dataclass(frozen=True, slots=True)
class Posting:
    """A line of the book: the ``credit`` school is owed these minutes and pence by the ``debit`` school."""

    on: dt.date
    credit: bytes
    debit: bytes
    minutes: int
    pence: int
    kind: str
    source: bytes


@dataclass(frozen=True, slots=True)
class Account:
    """How one school stands with another; below nought it owes them. ``unpriced``: minutes no rate was known for."""

    minutes: int = 0
    pence: int = 0
    given: int = 0
    received: int = 0
    unpriced: int = 0


@dataclass(frozen=True, slots=True)
class Book:
    """All that counts, in the order of its days, and the entries that wait or were refused."""

    postings: tuple[Posting, ...]
    waiting: tuple[Entry, ...]
    refused: tuple[Entry, ...]
    unpriced: frozenset[bytes]
    """Shifts without a rate, and entries of hours that name no money: a balance with one of them has no known worth."""

    def until(self, last: dt.date) -> Book:
        """Return the book as far as a day."""
        return Book(tuple(one for one in self.postings if one.on <= last), self.waiting, self.refused, self.unpriced)

    def between(self, first: dt.date | None, last: dt.date | None) -> Book:
        """Return only what falls between two days, both included."""
        kept = (one for one in self.postings if (first is None or one.on >= first) and (last is None or one.on <= last))
        return Book(tuple(kept), self.waiting, self.refused, self.unpriced)

    def schools(self) -> list[bytes]:
        """Return every school that has a posting."""
        return sorted({school for one in self.postings for school in (one.credit, one.debit)})

    def account(self, school: bytes, other: bytes) -> Account:
        """Return how ``school`` stands with ``other``."""
        return self.accounts(school).get(other, Account())

    def accounts(self, school: bytes) -> dict[bytes, Account]:
        """Return how a school stands with each other one."""
        found: dict[bytes, list[int]] = {}
        for one in self.postings:
            if school not in (one.credit, one.debit):
                continue
            ours = one.credit == school
            kept = found.setdefault(one.debit if ours else one.credit, [0, 0, 0, 0, 0])
            sign = 1 if ours else -1
            kept[0] += sign * one.minutes
            kept[1] += sign * one.pence
            if one.kind == SHIFT:
                kept[2 if ours else 3] += one.minutes
            kept[4] += abs(one.minutes) if one.source in self.unpriced else 0
        return {other: Account(*numbers) for other, numbers in found.items()}

    def totals(self) -> dict[bytes, Account]:
        """Return every school's own standing against all others together; minutes and pence add up to nought."""
        return {school: _sum(self.accounts(school).values()) for school in self.schools()}


def _sum(accounts: Iterable[Account]) -> Account:
    listed = list(accounts)
    return Account(
        sum(one.minutes for one in listed), sum(one.pence for one in listed), sum(one.given for one in listed),
        sum(one.received for one in listed), sum(one.unpriced for one in listed),
    )  # fmt: skip


def book(shifts: Iterable[Shift], entries: Iterable[Entry], said: Iterable[Word]) -> Book:
    """Book what counts.

    A claim approved twice, on two computers, counts once: by (day approved, id). A school owes itself nothing. Of
    several words of one school about an entry the last counts, by (day, id).
    """
    done = counted(shifts)
    postings = [
        Posting(one.on, one.giver, one.receiver, max(0, one.minutes), one.pence or 0, SHIFT, one.id) for one in done
    ]
    waiting: list[Entry] = []
    refused: list[Entry] = []
    last = _last_words(said)
    for entry in sorted({one.id: one for one in entries}.values(), key=lambda one: (one.on, one.id)):
        if entry.school == entry.other:
            continue
        answer = last.get((entry.id, entry.other), "")
        if answer == YES:
            postings.append(
                Posting(entry.on, entry.school, entry.other, entry.minutes, entry.pence, entry.kind, entry.id)
            )
        else:
            (refused if answer == NO else waiting).append(entry)
    postings.sort(key=lambda one: (one.on, one.source))
    unpriced = {one.id for one in done if one.pence is None}
    unpriced |= {one.source for one in postings if one.kind != SHIFT and one.minutes and not one.pence}
    return Book(tuple(postings), tuple(waiting), tuple(refused), frozenset(unpriced))


def counted(shifts: Iterable[Shift]) -> list[Shift]:
    """Return the shifts that count, each once, by day."""
    found: dict[tuple[bytes, bytes], Shift] = {}
    for one in sorted({one.id: one for one in shifts}.values(), key=lambda s: (s.approved_on or _EARLIEST, s.id)):
        if one.giver != one.receiver:
            found.setdefault((one.receiver, one.claim or one.id), one)
    return sorted(found.values(), key=lambda one: (one.on, one.id))


def _last_words(said: Iterable[Word]) -> dict[tuple[bytes, bytes], str]:
    last: dict[tuple[bytes, bytes], str] = {}
    for one in sorted(said, key=lambda w: (w.said_on or _EARLIEST, w.id)):
        last[one.about, one.school] = one.answer
    return last


def fairness(accounts: Mapping[bytes, Account]) -> Fraction | None:
    """Return Jain’s index of fairness, from 1/n (one school gives all) to 1 (all give as large a part), or None.

    Of each school that gave or received hours it takes the part given of all it exchanged, given / (given + received),
    and compares these parts: (sum of x)² / (n × sum of x²).
    """
    parts = [Fraction(one.given, one.given + one.received) for one in accounts.values() if one.given + one.received > 0]
    squares = sum((part * part for part in parts), Fraction(0))
    return sum(parts, Fraction(0)) ** 2 / (len(parts) * squares) if squares else None
