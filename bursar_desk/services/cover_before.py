"""What must be true before a visitor starts: shown round, checks confirmed by the employer, keys signed for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import words
from bursar_desk.domain.date_math import add_months

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.queries.people import InductionRow

POINTS: Final = (
    "Asbestos register read and signed", "Fire alarm, muster point, panel silence",
    "Where to turn off water, gas, electric, oil, lift", "Alarm set and unset; keys counted",
    "First aid and the accident book", "Taps to flush (legionella list)",
    "Hazards: fragile roof, boiler, pond, machines", "Who to ring, and when", "What must not be touched",
    "Safeguarding lead", "Working alone: check in, phone, who is called",
)  # fmt: skip
"""What a site briefing goes through before the first shift (rules.md section 14, point 5)."""


@dataclass(frozen=True, slots=True)
class Before:
    """One thing to be sure of: ``good`` when it is so."""

    words: str
    good: bool


def before(desk: Desk, cover: bytes) -> tuple[Before, ...]:
    """Return what must be true before the helper of a request starts, each with how it stands."""
    from bursar_desk.services.cover import get
    from db.queries.people import people

    line = get(desk, cover)
    found = _briefings(desk, cover)
    full = [one for one in found if one.kind == "" and one.on <= line.first]
    with desk.store.connect() as con:
        theirs = people(con, line.helper_school) if line.helper_school else []
    helper = next((one for one in theirs if one.name.casefold() == line.helper.casefold()), None)
    out = [_site(full, line.first)]
    school = line.helper_school_name or "their employer"
    if helper is not None and (helper.confirmed or helper.checks_confirmed_on is not None):
        out.append(Before(f"DBS confirmed by {school}", True))
    else:
        out.append(Before(f"DBS not confirmed yet: ask {school} in writing", False))
    signed = [one for one in found if one.keys_signed]
    if signed:
        out.append(Before(f"Keys signed for on {words.plain_date(signed[-1].on)}", True))
    else:
        out.append(Before("Keys not signed for yet: hand them over in person", False))
    return tuple(out)


def _site(full: list[InductionRow], first: dt.date) -> Before:
    if not full:
        return Before("Site briefing not done yet: do it before the first shift", False)
    on = full[-1].on
    if add_months(on, 12) < first:
        return Before(f"Site briefing of {words.plain_date(on)} is over a year old: do it again", False)
    return Before(f"Site briefing done on {words.plain_date(on)}", True)


def briefed_words(desk: Desk, cover: bytes) -> str:
    """Return the sentence for the paper about an earlier briefing; empty when there is none that still holds."""
    from bursar_desk.services.cover import get

    first = get(desk, cover).first
    full = [one for one in _briefings(desk, cover) if one.kind == "" and one.on <= first]
    if not full or not _site(full, first).good:
        return ""
    return f"The whole list was gone through on {words.long_date(full[-1].on)}. Go through what has changed since."


def _briefings(desk: Desk, cover: bytes) -> list[InductionRow]:
    """The briefings this school gave to the helper of a request, oldest first."""
    from db.queries.people import covers, inductions

    with desk.store.connect() as con:
        row = next((one for one in covers(con) if one.id == cover), None)
        if row is None:
            return []
        given = inductions(con, row.school)
    name = row.helper.casefold()
    return [
        one for one in given
        if one.person == row.helper_person or (row.helper_person is None and one.name.casefold() == name)
    ]  # fmt: skip
