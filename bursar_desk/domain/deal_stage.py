"""Where a group deal stands: a pure function of the rows held, whatever order they came in and how often.

Every school is decided for by its own governing body. Nothing counts as agreed that no body minuted (W7), that ran out,
that hangs on a condition, or that was said of a lower price.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeVar

from bursar_desk.domain.date_math import add_days, add_months
from bursar_desk.domain.same_day import said_order

YES, NO, TAKEN_BACK = "yes", "no", "taken back"
ANSWERS: Final = (YES, NO, TAKEN_BACK)
JOIN, LEAVE, STAY = "join", "leave", "stay"
ANY_DAY, MONTH_START, MONTH_END, YEAR_START, YEAR_END = "any day", "month start", "month end", "year start", "year end"
JOIN_RULES: Final = (MONTH_START, ANY_DAY, YEAR_START)
LEAVE_RULES: Final = (ANY_DAY, MONTH_END, YEAR_END)
LEAVE_UNITS: Final = ("months", "weeks", "days")
_MOST_NOTICE: Final = 5000


class Stage(StrEnum):
    """How far a deal is."""

    PROPOSED = "proposed"
    QUOTES = "quotes"
    DECIDE = "schools decide"
    SIGNED = "signed"
    RUNNING = "running"
    ENDED = "ended"


class Said(StrEnum):
    """What a governing body’s last word comes to."""

    NOT_YET = "not yet"
    YES = "yes"
    CONDITIONS = "yes with conditions"
    UNMINUTED = "yes without its minute"
    EARLIER = "yes to an earlier price"
    NO_PRICE = "yes before there was a price"
    RAN_OUT = "ran out"
    NO = "no"
    TAKEN_BACK = "taken back"


@dataclass(frozen=True, slots=True)
class Word:
    """What a school said about a row; ``seen`` the version (or offer) it was said of, ``until`` its last day."""

    id: bytes
    school: bytes
    about: bytes
    answer: str
    said_on: dt.date | None
    body: str = ""
    minute_ref: str = ""
    until: dt.date | None = None
    conditions: str = ""
    seen: bytes | None = None

    @property
    def minuted(self) -> bool:
        """It can be looked up: a body, a day and a minute."""
        return bool(self.body.strip()) and bool(self.minute_ref.strip()) and self.said_on is not None


@dataclass(frozen=True, slots=True)
class Version:
    """A version of how the cost is shared: (net, VAT) by school; empty where it cannot be worked out."""

    id: bytes
    offer: bytes | None
    number: int
    said_on: dt.date | None
    shares: Mapping[bytes, tuple[int, int]] = field(default_factory=dict)
    schools: tuple[bytes, ...] = ()
    """Who is in it, also where its sums are odd."""


@dataclass(frozen=True, slots=True)
class Move:
    """A school joins late, leaves, or takes either back."""

    id: bytes
    school: bytes
    kind: str
    said_on: dt.date | None
    from_day: dt.date | None = None
    body: str = ""
    minute_ref: str = ""

    @property
    def minuted(self) -> bool:
        """It can be looked up."""
        return bool(self.body.strip()) and bool(self.minute_ref.strip()) and self.said_on is not None


@dataclass(frozen=True, slots=True)
class DealFacts:
    """What the school or office that keeps a deal wrote of it."""

    id: bytes
    school: bytes
    invited: tuple[bytes, ...] = ()
    first: dt.date | None = None
    last: dt.date | None = None
    at_end: str = "ends"
    leave_notice: int | None = None
    leave_unit: str = "months"
    leave_rule: str = ANY_DAY
    signed_on: dt.date | None = None
    ended_on: dt.date | None = None
    buying: bytes | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """One school in a deal. ``agreed``: its governors’ yes counts. ``bound``: it is in a deal that was signed.

    ``asks_from``: it asks to join and is in no version yet; ``joins_on`` once it is. ``leaves_on``: the last day it
    pays for; ``notice_odd``: it gave notice, and that day cannot be worked out. ``seen_net``: the price it said yes to.
    """

    school: bytes
    said: Said
    word: Word | None
    agreed: bool
    bound: bool
    member: bool
    seen_net: int | None = None
    joins_on: dt.date | None = None
    asks_from: dt.date | None = None
    leaves_on: dt.date | None = None
    notice_on: dt.date | None = None
    notice_odd: bool = False
    moves: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """A deal on a day. ``of``: how many schools share it (or are asked), ``yes`` how many of them agreed."""

    stage: Stage
    current: Version | None
    places: Mapping[bytes, Place]
    yes: int
    of: int
    unbound: tuple[bytes, ...]
    """Schools in the version of a signed deal whose governors did not agree: they are not bound by it."""


Dated = TypeVar("Dated", Word, Move)


def in_order(found: Iterable[Dated]) -> list[Dated]:
    """Return rows in the order that counts everywhere, each once: see ``same_day`` for what is said on one day."""
    return sorted({one.id: one for one in found}.values(), key=_said_order)


def _said_order(one: Word | Move) -> tuple[dt.date, int, bytes]:
    return said_order(one.said_on, one.answer if isinstance(one, Word) else one.kind, one.id)


def last_words(words: Iterable[Word], about: bytes, day: dt.date | None = None) -> dict[bytes, Word]:
    """Return each school’s last word about a row, up to a day."""
    kept = (one for one in words if one.about == about and one.answer in ANSWERS)
    if day is not None:
        kept = (one for one in kept if one.said_on is None or one.said_on <= day)
    return {one.school: one for one in in_order(kept)}


def versions_in_order(versions: Iterable[Version]) -> list[Version]:
    """Return versions from the first to the one that counts: by number, then day, then id."""
    found = {one.id: one for one in versions}.values()
    return sorted(found, key=lambda one: (one.number, one.said_on or dt.date.min, one.id))


def price_seen(word: Word, versions: Sequence[Version]) -> tuple[int, int] | None:
    """Return the (net, VAT) a school’s word was said of, or nothing where that is not held or gave it no price.

    A word may name the version itself, or the offer: then it is the version of it that stood on the day it was said.
    """
    named = next((one for one in versions if one.id == word.seen), None)
    if named is None:
        of_offer = [one for one in versions if one.offer is not None and one.offer == word.seen]
        then = [one for one in of_offer if (one.said_on or dt.date.min) <= (word.said_on or dt.date.max)]
        named = next(iter([*reversed(then), *of_offer]), None)
    return named.shares.get(word.school) if named is not None else None


def dearer(now: tuple[int, int], then: tuple[int, int]) -> bool:
    """Tell whether a price is above another, net or with its VAT."""
    return now[0] > then[0] or sum(now) > sum(then)


def judge_word(
    word: Word | None, versions: Sequence[Version], current: Version | None, met: frozenset[bytes], day: dt.date
) -> Said:
    """Return what a school’s last word comes to on a day, against the version that counts then."""
    if word is None:
        return Said.NOT_YET
    if word.answer == NO:
        return Said.NO
    if word.answer == TAKEN_BACK:
        return Said.TAKEN_BACK
    if not word.minuted:
        return Said.UNMINUTED
    if word.until is not None and word.until < day:
        return Said.RAN_OUT
    now = current.shares.get(word.school) if current is not None else None
    if now is None:
        return Said.NO_PRICE
    then = price_seen(word, versions)
    if then is None or dearer(now, then):
        return Said.EARLIER
    if word.conditions.strip() and word.id not in met:
        return Said.CONDITIONS
    return Said.YES


def conditions_met(notes: Iterable[Word], keeper: bytes) -> frozenset[bytes]:
    """Return the answers whose conditions the school or office that keeps the deal noted as met, by its last word."""
    last = {one.about: one.answer for one in in_order(one for one in notes if one.school == keeper)}
    return frozenset(about for about, answer in last.items() if answer == YES)


# --- notice -----------------------------------------------------------------------------------------------------------


def last_day(facts: DealFacts, given: dt.date, wished: dt.date | None = None) -> dt.date | None:
    """Return the last day a school pays for after notice ``given``; nothing where the deal’s notice is odd.

    The corresponding date (rules D2), not before the day it wished for, moved on to the end of the month or of the
    deal’s year where the deal says so, never beyond the deal’s own fixed end.
    """
    end = notice_end(given, facts.leave_notice, facts.leave_unit)
    if end is None:
        return None
    end = max(end, wished or end)
    if facts.leave_rule == MONTH_END:
        end = add_days(add_months(end.replace(day=1), 1), -1)
    elif facts.leave_rule == YEAR_END and facts.first is not None:
        end = year_of(facts.first, end)[1]
    return min(end, facts.last) if facts.last is not None and _ends(facts) else end


def notice_end(given: dt.date, notice: int | None, unit: str) -> dt.date | None:
    """Return the last day of a notice given on a day, or nothing for a notice that cannot be read."""
    count = notice or 0
    if not 0 <= count <= _MOST_NOTICE:
        return None
    if unit in ("months", ""):
        return add_months(given, count)
    return add_days(given, count * {"weeks": 7, "days": 1}[unit]) if unit in LEAVE_UNITS else None


def year_of(first: dt.date, day: dt.date) -> tuple[dt.date, dt.date]:
    """Return the year of a deal a day lies in, counted from its first day; its first year for an earlier day."""
    years = max(0, day.year - first.year + 1)
    while years > 0 and add_months(first, 12 * years) > day:
        years -= 1
    return add_months(first, 12 * years), add_days(add_months(first, 12 * (years + 1)), -1)


def _ends(facts: DealFacts) -> bool:
    return facts.at_end in ("", "ends")


# --- the whole of it --------------------------------------------------------------------------------------------------


def stage_of(facts: DealFacts, *, offered: bool, shared: bool, on: dt.date) -> Stage:
    """Return how far a deal is on a day."""
    over = facts.ended_on if facts.ended_on is not None else (facts.last if _ends(facts) else None)
    if over is not None and over < on and (facts.signed_on is not None or facts.ended_on is not None):
        return Stage.ENDED
    if facts.signed_on is not None and facts.signed_on <= on:
        return Stage.RUNNING if facts.first is not None and facts.first <= on else Stage.SIGNED
    if offered and shared:
        return Stage.DECIDE
    return Stage.QUOTES if offered or facts.buying is not None else Stage.PROPOSED


def judge(
    facts: DealFacts, versions: Iterable[Version], words: Iterable[Word], met: frozenset[bytes], moves: Iterable[Move],
    on: dt.date, *, offered: bool = True,
) -> Standing:  # fmt: skip
    """Return how a deal stands on a day. ``met``: see ``conditions_met``; ``offered``: there is a price at all."""
    listed = versions_in_order(versions)
    current = listed[-1] if listed else None
    stage = stage_of(facts, offered=offered, shared=current is not None, on=on)
    said = [one for one in words if one.about == facts.id]
    now = last_words(said, facts.id, on)
    signed = facts.signed_on if stage in (Stage.SIGNED, Stage.RUNNING, Stage.ENDED) else None
    then = last_words(said, facts.id, signed) if signed is not None else {}
    at_signing = [one for one in listed if signed is not None and (one.said_on or dt.date.min) <= signed]
    steps = _steps(moves)
    inside = current.schools if current is not None else ()
    schools = dict.fromkeys((*facts.invited, *inside, *(one for one, own in steps.items() if own.joins is not None)))
    places = {}
    for school in schools:
        as_it_was = judge_word(
            then.get(school), listed, at_signing[-1] if at_signing else None, met, signed or on
        )  # fmt: skip
        bound = signed is not None and as_it_was is Said.YES
        own = _unless_refused(steps.get(school, _Steps()), now.get(school))
        word = then[school] if bound else now.get(school)
        what = Said.YES if bound else judge_word(word, listed, current, met, on)
        late = own.joins is not None and own.joins.minuted and signed is not None and school in inside
        places[school] = _place(facts, school, word, what, own, bound=bound or (late and not bound), inside=inside,
                                listed=listed, signed=signed, late=late and not bound)  # fmt: skip
    counted = [places[one] for one in inside] if inside else list(places.values())
    unbound = tuple(one for one in inside if signed is not None and not places[one].bound)
    return Standing(stage, current, places, sum(one.agreed for one in counted), len(counted), unbound)


@dataclass(frozen=True, slots=True)
class _Steps:
    """A school’s moves that stand: the last join and the last leave, unless taken back after."""

    joins: Move | None = None
    leaves: Move | None = None
    ids: tuple[bytes, ...] = ()


def _steps(moves: Iterable[Move]) -> dict[bytes, _Steps]:
    found: dict[bytes, _Steps] = {}
    for one in in_order(moves):
        before = found.get(one.school, _Steps())
        ids = (*before.ids, one.id)
        if one.kind == JOIN and one.from_day is not None:
            found[one.school] = _Steps(one, None, ids)
        elif one.kind == LEAVE and one.said_on is not None:
            found[one.school] = _Steps(before.joins, one, ids)
        elif one.kind == STAY:
            found[one.school] = _Steps(before.joins if before.leaves is not None else None, None, ids)
    return found


def _unless_refused(own: _Steps, word: Word | None) -> _Steps:
    """A wish to join falls with a no that was said after it."""
    if own.joins is None or word is None or word.answer == YES:
        return own
    after = (word.said_on or dt.date.min) > (own.joins.said_on or dt.date.min)
    return _Steps(None, own.leaves, own.ids) if after else own


def _place(
    facts: DealFacts, school: bytes, word: Word | None, said: Said, own: _Steps, *, bound: bool,
    inside: Sequence[bytes], listed: Sequence[Version], signed: dt.date | None, late: bool,
) -> Place:  # fmt: skip
    agreed = said is Said.YES or late
    bound = bound or (signed is not None and agreed and school in inside)
    joins = own.joins.from_day if own.joins is not None and signed is not None else None
    gave = own.leaves if bound and signed is not None else None
    leaves = last_day(facts, gave.said_on, gave.from_day) if gave is not None and gave.said_on is not None else None
    seen = price_seen(word, listed) if word is not None else None
    return Place(
        school, Said.YES if late else said, word, agreed, bound, school in inside, seen[0] if seen else None,
        joins if bound else None, joins if not bound else None, leaves, gave.said_on if gave is not None else None,
        gave is not None and leaves is None, own.ids,
    )  # fmt: skip


# --- what a school pays today ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a school said it pays today."""

    id: bytes
    school: bytes
    yearly: int | None
    dated: dt.date | None
    document: str
    said_on: dt.date | None

    @property
    def documented(self) -> bool:
        """It has a dated document: without one no saving is claimed."""
        return self.dated is not None and bool(self.document.strip())


def counted_baseline(found: Iterable[Baseline], school: bytes) -> Baseline | None:
    """Return the price a school is measured by: its first one, frozen; a later one is shown beside it."""
    own = [one for one in found if one.school == school and one.yearly is not None and one.yearly >= 0]
    return min(own, key=lambda one: (one.said_on or dt.date.max, one.id), default=None)
