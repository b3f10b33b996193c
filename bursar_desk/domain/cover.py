"""Who could cover: hard rules first, distance next, and a reason for everybody who cannot (rules.md section 14)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from bursar_desk.domain import words

BRIEFING_DAYS = 365
"""A site briefing counts for twelve months (rules.md section 14, point 5)."""


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that must be done on a day between two times: unlock, lock up."""

    day: dt.date
    what: str
    starts: int
    ends: int


@dataclass(frozen=True, slots=True)
class Need:
    """What an absence leaves undone: duties at set times, and checks with the course each needs."""

    first: dt.date
    last: dt.date
    duties: tuple[Duty, ...]
    skills: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """A neighbour as far as cover goes; there is nothing here about why anybody is away.

    ``days`` Monday first; minutes after midnight; ``away`` first and last days; ``skills`` course to the day it runs
    out (none: it does not); ``briefed_first``: nobody comes whose site briefing is still to be given. What is judged
    by the hour (rest, other cover, their own site left bare) is in ``rota_rules``.
    """

    offers: bool
    confirmed: bool
    days: frozenset[int]
    starts: int | None
    ends: int | None
    away: tuple[tuple[dt.date, dt.date], ...]
    skills: dict[str, dt.date | None]
    briefed_on: dt.date | None
    km: float | None
    briefed_first: bool = False


@dataclass(frozen=True, slots=True)
class Fit:
    """How well somebody fits: ``reasons`` why they cannot (none: they can), what they can do, what to see to first.

    ``notes``: what to know before asking, and nothing has to be done about. ``sort``: the best has the least.
    """

    reasons: tuple[str, ...]
    can_do: tuple[str, ...]
    cannot_do: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    free: str = ""
    notes: tuple[str, ...] = ()
    sort: tuple[float, ...] = field(default=(0.0, 0.0))


def fit(person: Person, need: Need, most_km: float | None = None) -> Fit:
    """Judge one neighbour against a need. Every reason is a whole sentence people can read out."""
    reasons = [*_hard(person, need, most_km)]
    able = tuple(skill for skill in need.skills if not skill or _holds(person, skill, need.last))
    unable = tuple(skill for skill in need.skills if skill and not _holds(person, skill, need.last))
    if need.skills and not able:
        reasons.append(_training_words(person, unable, need.last))
    warnings: list[str] = []
    unbriefed = _briefing(person, need)
    if unbriefed:
        (reasons if person.briefed_first else warnings).append(unbriefed)
    clashes = [duty for duty in need.duties if _clashes(person, duty)]
    # somebody at work at their own school can be lent when a colleague opens up there; ``rota_rules`` bars who is alone
    free = "Free then" if not clashes else "A colleague opens their own school"
    rank = (len(unable) + len(clashes) + bool(warnings), person.km if person.km is not None else 9999.0)
    return Fit(tuple(reasons), able, unable, tuple(warnings), free, sort=rank)


def _briefing(person: Person, need: Need) -> str:
    """Say what is wrong with somebody's briefing on this site; nothing where it counts to the last day."""
    if person.briefed_on is None:
        return "Needs the site briefing before the first shift."
    ran_out = person.briefed_on + dt.timedelta(days=BRIEFING_DAYS)
    if ran_out >= need.last:
        return ""
    verb = "ran out" if ran_out < need.first else "runs out"
    return f"Site briefing {verb} on {words.plain_date(ran_out)}: brief again."


def _hard(person: Person, need: Need, most_km: float | None) -> list[str]:
    reasons = []
    if not person.offers:
        reasons.append("Has not offered to help other schools.")
    if not person.confirmed:
        reasons.append("Their school has not confirmed their checks in writing.")
    if any(first <= need.last and last >= need.first for first, last in person.away):
        reasons.append("Away then.")
    if most_km is not None and person.km is not None and person.km > most_km:
        reasons.append(f"{person.km:.1f} km away.")
    return reasons


def _holds(person: Person, skill: str, last: dt.date) -> bool:
    if skill not in person.skills:
        return False
    ends = person.skills[skill]
    return ends is None or ends >= last


def _training_words(person: Person, unable: Sequence[str], last: dt.date) -> str:
    ran_out = [ends for skill in unable if (ends := person.skills.get(skill)) is not None and ends < last]
    if ran_out:
        return f"Training for these checks ran out on {words.plain_date(max(ran_out))}."
    return "Not trained for these checks."


def _clashes(person: Person, duty: Duty) -> bool:
    """Being at work at one's own site at the time of a duty: travel apart, nobody is in two places."""
    if duty.day.weekday() not in person.days or person.starts is None or person.ends is None:
        return False
    return person.starts < duty.ends and duty.starts < person.ends
