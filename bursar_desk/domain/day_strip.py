"""Is somebody competent there on a day: who fills each need, given working days, absences and agreed cover."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bursar_desk.domain import words
from bursar_desk.domain.courses import course_of

MOST_WANTED: Final = 50
"""More than this of one need is taken for a slip of the hand."""


class Need(StrEnum):
    """What every open day needs; the values are the keys of the setting."""

    RESPONSIBLE = "responsible person"
    FIRST_AID = "first aider"
    MARSHAL = "fire marshal"
    KEYS = "key holder"
    CHECKS = "checks due"

    @property
    def said(self) -> str:
        """Return it as a heading."""
        return self.value[:1].upper() + self.value[1:]


class State(StrEnum):
    """How far a need is filled; ``ONLY``: as many as wanted and nobody to spare."""

    MET = "met"
    ONLY = "only one"
    NOT_MET = "not met"
    NONE = "none wanted"
    NOT_KNOWN = "not known"

    @property
    def worse(self) -> int:
        """Return how bad it is: greater is worse. What is not known is neither good nor bad."""
        return {State.NOT_MET: 2, State.ONLY: 1}.get(self, 0)


@dataclass(frozen=True, slots=True)
class Worker:
    """One person on one day, as one school sees them. There is nothing here about why anybody is away.

    ``own``: on that school's staff. ``at_work``: the working pattern has them in. ``responsible``: 1 for who is named,
    2 for who stands in for them (head, site keeper), 0 for nobody. ``courses``: names of those in date on that day.
    ``lent``: checks they may do there under agreed cover, ``duties``: they open or lock up under it.
    ``offers``: somebody of another school who could be asked. ``note``: where they are from, or what they offer.
    """

    id: bytes
    name: str
    own: bool = True
    at_work: bool = True
    away: bool = False
    responsible: int = 0
    keys: bool = False
    courses: frozenset[str] = frozenset()
    lent: frozenset[bytes] = frozenset()
    duties: bool = False
    offers: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class DueCheck:
    """A check that falls due on the day and may be done only by somebody with a course."""

    id: bytes
    title: str
    course: str


@dataclass(frozen=True, slots=True)
class Filled:
    """One need on one day: ``count`` people of ``wanted`` fill it; ``lacks`` names the checks nobody may do.

    ``by``, ``could`` and ``missed`` are people: who fills it, and for what is not met who could, and who would if they
    were not away.
    """

    need: Need
    state: State
    wanted: int
    count: int
    by: tuple[Worker, ...] = ()
    could: tuple[Worker, ...] = ()
    lacks: tuple[DueCheck, ...] = ()
    due: int = 0
    missed: tuple[Worker, ...] = ()

    @property
    def words(self) -> str:
        """Return the state in a few words, without a name."""
        if self.state is State.NONE:
            return "None due" if self.need is Need.CHECKS else "None wanted"
        if self.state is State.NOT_KNOWN:
            return "Not known"
        if self.state is State.NOT_MET:
            return f"{self.count} of {self.wanted}" if self.count and self.need is not Need.CHECKS else "No one"
        if self.state is State.MET:
            return "Covered"
        return "Only one" if self.wanted == 1 else f"Just {self.wanted}"


@dataclass(frozen=True, slots=True)
class StripDay:
    """One school's day; ``closed`` is what the day is called when nobody is in, and then nothing is needed."""

    day: dt.date
    closed: str
    needs: tuple[Filled, ...]

    @property
    def red(self) -> bool:
        """Tell whether anything is not met."""
        return any(one.state is State.NOT_MET for one in self.needs)

    @property
    def worse(self) -> tuple[int, ...]:
        """Return how bad each need is, to compare two days."""
        return tuple(one.state.worse for one in self.needs)

    def of(self, need: Need) -> Filled | None:
        """Return one need; none on a closed day."""
        return next((one for one in self.needs if one.need is need), None)


def day_of(
    day: dt.date, workers: Sequence[Worker], due: Sequence[DueCheck] = (), wanted: Mapping[Need, int] | None = None,
    *, closed: str = "", checks_known: bool = True,
) -> StripDay:  # fmt: skip
    """Return how a day stands. A person counts for the whole day they are in for; a key holder also when on call.

    Nobody away counts for anything; somebody who covers counts for the checks lent to them and for opening up alone
    (rules.md section 14, points 3 and 6). Somebody present who can do more never makes a day worse.
    """
    if closed:
        return StripDay(day, closed, ())
    here = [one for one in workers if not one.away]
    gone = [one for one in workers if one.away]
    many = wanted or {}
    simple = [need for need in Need if need is not Need.CHECKS]
    found = [_simple(need, here, gone, many.get(need, 1)) for need in simple]
    return StripDay(day, "", (*found, _checks(here, gone, due, many.get(Need.CHECKS, 1), known=checks_known)))


def _simple(need: Need, here: Sequence[Worker], gone: Sequence[Worker], wanted: int) -> Filled:
    if wanted <= 0:
        return Filled(need, State.NONE, 0, 0)
    by = sorted((one for one in here if _fills(one, need)), key=lambda one: (one.responsible, not one.own, one.name))
    short = len(by) < wanted
    could = _could(here, need) if short else ()
    missed = tuple(one for one in gone if short and _fills(one, need))
    return Filled(need, _state(len(by), wanted), wanted, len(by), tuple(by), could, missed=missed)


def _checks(
    here: Sequence[Worker], gone: Sequence[Worker], due: Sequence[DueCheck], wanted: int, *, known: bool
) -> Filled:  # fmt: skip
    if not known:
        return Filled(Need.CHECKS, State.NOT_KNOWN, 0, 0)
    if not due or wanted <= 0:
        return Filled(Need.CHECKS, State.NONE, wanted, 0, due=len(due))
    able = {check.id: [one for one in here if may_do(one, check)] for check in due}
    fewest = min(len(some) for some in able.values())
    lacks = tuple(check for check in due if len(able[check.id]) < wanted)
    by = {one.id: one for some in able.values() for one in some}
    could: dict[bytes, Worker] = {}
    for check in lacks:
        could |= {one.id: one for one in here if one.id not in by and _asked(one) and holds(one, check.course)}
    return Filled(
        Need.CHECKS, _state(fewest, wanted), wanted, fewest, tuple(sorted(by.values(), key=lambda one: one.name)),
        tuple(sorted(could.values(), key=_nearest)), lacks, len(due),
        tuple(one for one in gone if any(may_do(one, check) for check in lacks)),
    )  # fmt: skip


def _state(count: int, wanted: int) -> State:
    if count < wanted:
        return State.NOT_MET
    return State.ONLY if count == wanted else State.MET


def _fills(one: Worker, need: Need) -> bool:
    if need is Need.RESPONSIBLE:
        return one.responsible > 0 and one.at_work
    if need is Need.KEYS:
        return one.keys if one.own else one.duties
    return one.own and one.at_work and is_a(one, need)


def is_a(one: Worker, need: Need) -> bool:
    """Tell whether a course in date makes somebody a first aider or a fire marshal."""
    return any(course_of(name).cover == need.value for name in one.courses)


def holds(one: Worker, course: str) -> bool:
    """Tell whether somebody holds a course on that day, however it is written."""
    return course_of(course).name in one.courses


def may_do(one: Worker, check: DueCheck) -> bool:
    """Tell whether somebody may do a check there on that day."""
    if not holds(one, check.course):
        return False
    return one.at_work if one.own else check.id in one.lent


def _asked(one: Worker) -> bool:
    """Tell whether somebody who is not in could be asked to come."""
    return not one.at_work if one.own else one.offers


def _could(here: Sequence[Worker], need: Need) -> tuple[Worker, ...]:
    """Return who could fill a need: our own who are off that day first, then neighbours who offer."""
    found = []
    for one in here:
        if _fills(one, need) or not _asked(one):
            continue
        # keys and answering for the site are not lent: of neighbours only a course counts, and opening up for us
        able = one.responsible > 0 if need is Need.RESPONSIBLE else need is Need.KEYS or is_a(one, need)
        if able and (need is not Need.KEYS or not one.own):
            found.append(one)
    return tuple(sorted(found, key=_nearest))


def _nearest(one: Worker) -> tuple[bool, str, bytes]:
    return not one.own, one.name, one.id


def wanted_of(given: object) -> dict[Need, int]:
    """Return how many of each need a school wants; what cannot be a number of people counts as one."""
    named = given if isinstance(given, Mapping) else {}
    out = {}
    for need in Need:
        value = named.get(need.value)
        out[need] = value if type(value) is int and 0 <= value <= MOST_WANTED else 1
    return out


def red_words(one: Filled) -> str:
    """Say what is not met, without a name: "Nobody in can do the fire alarm test"."""
    if one.need is Need.CHECKS:
        # "Play equipment, weekly look" is listed by its first words: commas part the checks from each other
        titles = words.listing(list(dict.fromkeys(check.title.partition(",")[0] for check in one.lacks)))
        return f"Nobody who is in may do: {titles}" if not one.count else f"Too few who may do: {titles}"
    if one.count:
        return f"Only {one.count} of {one.wanted}: {one.need.value}"
    return {
        Need.RESPONSIBLE: "Nobody in charge of the site", Need.FIRST_AID: "No first aider",
        Need.MARSHAL: "No fire marshal", Need.KEYS: "No key holder, present or on call",
    }[one.need]  # fmt: skip
