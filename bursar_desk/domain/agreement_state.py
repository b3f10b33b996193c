"""Where a memorandum or data-sharing agreement stands: each party’s governing body decides for itself (W7)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bursar_desk.domain.apportion_rows import read_id
from bursar_desk.domain.deal_stage import LEAVE, NO, STAY, TAKEN_BACK, Move, Word, in_order, last_words, notice_end

MINUTES, PENCE = "minutes", "pence"
PER: Final = {"week": 52, "month": 12, "term": 3, "year": 1}
"""How often a promise falls in a year."""
PROPOSED, WAITING, AGREED, REFUSED, RAN_OUT, ENDED = (
    "proposed", "waiting", "agreed", "refused", "ran out", "ended",
)  # fmt: skip
PARTY_YES, PARTY_OPEN, PARTY_UNMINUTED, PARTY_LEFT = "yes", "not yet", "yes without its minute", "left"
_MOST: Final = 10**10


@dataclass(frozen=True, slots=True)
class Terms:
    """What an agreement says, as the rules read it."""

    id: bytes
    school: bytes
    parties: tuple[bytes, ...]
    first: dt.date | None = None
    last: dt.date | None = None
    ended_on: dt.date | None = None
    leave_notice: int | None = None
    leave_unit: str = "months"


@dataclass(frozen=True, slots=True)
class Party:
    """How one party stands on a day; ``leaves_on`` is the last day it is bound."""

    school: bytes
    state: str
    word: Word | None
    leaves_on: dt.date | None

    @property
    def agreed(self) -> bool:
        """Its governing body’s yes counts and it has not left."""
        return self.state == PARTY_YES


@dataclass(frozen=True, slots=True)
class Standing:
    """How an agreement stands on a day."""

    state: str
    parties: tuple[Party, ...]

    def party(self, school: bytes) -> Party | None:
        """One party."""
        return next((one for one in self.parties if one.school == school), None)


def judge(terms: Terms, words: Iterable[Word], moves: Iterable[Move], day: dt.date) -> Standing:
    """Return how an agreement stands: it holds between its parties once all of them have said yes.

    Who has left is no party any more; with fewer than two left it is over.
    """
    said = last_words(words, terms.id, day)
    steps = list(moves)
    parties = tuple(_party(terms, school, said.get(school), steps, day) for school in terms.parties)
    left = [one for one in parties if one.state != PARTY_LEFT]
    over = terms.ended_on if terms.ended_on is not None else terms.last
    if (over is not None and over < day) or (parties and len(left) < min(2, len(parties))):
        state = ENDED
    elif any(one.state in (NO, TAKEN_BACK) for one in left):
        state = REFUSED
    elif any(one.state == RAN_OUT for one in left):
        state = RAN_OUT
    elif left and all(one.agreed for one in left):
        state = AGREED
    else:
        state = WAITING if any(one.agreed for one in left) else PROPOSED
    return Standing(state, parties)


def _party(terms: Terms, school: bytes, word: Word | None, moves: Sequence[Move], day: dt.date) -> Party:
    leaves = _leaves(terms, school, moves)
    if leaves is not None and leaves < day:
        return Party(school, PARTY_LEFT, word, leaves)
    if word is None:
        return Party(school, PARTY_OPEN, None, leaves)
    if word.answer in (NO, TAKEN_BACK):
        return Party(school, word.answer, word, leaves)
    if not word.minuted:
        return Party(school, PARTY_UNMINUTED, word, leaves)
    if word.until is not None and word.until < day:
        return Party(school, RAN_OUT, word, leaves)
    return Party(school, PARTY_YES, word, leaves)


def _leaves(terms: Terms, school: bytes, moves: Sequence[Move]) -> dt.date | None:
    last = None
    for one in in_order(each for each in moves if each.school == school):
        last = one if one.kind == LEAVE else None if one.kind == STAY else last
    if last is None or last.said_on is None:
        return None
    end = notice_end(last.said_on, terms.leave_notice, terms.leave_unit)
    return max(end, last.from_day or end) if end is not None else None


@dataclass(frozen=True, slots=True)
class Promise:
    """What a party gives or gets: so many minutes or pence ``per`` week, month, term or year, or words only."""

    school: bytes
    what: str
    unit: str
    amount: int
    per: str

    def until(self, first: dt.date, day: dt.date, last: dt.date | None = None) -> int:
        """Return what is due by a day, from the first day of its year: rounded down, so that nobody is blamed early."""
        end = min(day, last) if last is not None else day
        days = (end - first).days + 1
        return self.amount * PER.get(self.per, 1) * max(0, days) // 365


def read_promises(found: Iterable[Any]) -> tuple[Promise, ...]:
    """Read what an agreement says its parties give or get; what is odd keeps only its words."""
    kept = []
    for one in found:
        school = read_id(one.get("school")) if isinstance(one, Mapping) else None
        if school is None:
            continue
        unit, amount, per = one.get("unit"), one.get("amount"), one.get("per")
        sound = (
            unit in (MINUTES, PENCE) and isinstance(amount, int) and not isinstance(amount, bool)
            and 0 <= amount <= _MOST and per in PER
        )  # fmt: skip
        what = one.get("what")
        text = " ".join(what.split())[:400] if isinstance(what, str) else ""
        kept.append(Promise(school, text, str(unit), amount, str(per)) if sound else Promise(school, text, "", 0, ""))
    return tuple(kept)


def read_parties(found: Iterable[Any]) -> tuple[bytes, ...]:
    """Return the schools that are parties, each once."""
    listed = (read_id(one.get("school")) for one in found if isinstance(one, Mapping))
    return tuple(dict.fromkeys(one for one in listed if one is not None))
