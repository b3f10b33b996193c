"""A version of how a deal’s cost is shared: its schools, their numbers as they are today, and what part of the year."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bursar_desk.domain import apportion, apportion_rows
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.apportion import FIXED, PERCENT, Member, Part
from bursar_desk.domain.date_math import add_days, add_months
from bursar_desk.domain.deal_stage import Said, Stage
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.services import deals_facts, deals_guard, deals_read
from bursar_desk.services.deals_guard import SAFE
from bursar_desk.services.deals_shapes import VersionLine
from bursar_desk.services.plain_text import one_line, paragraphs

if TYPE_CHECKING:
    from bursar_desk.services.deals import NewSharing
    from bursar_desk.services.deals_facts import Held, OneDeal, Schools
    from bursar_desk.services.deals_shapes import DealView
    from bursar_desk.services.desk import Desk
    from db.queries.deals import OfferRow

_GIVEN = frozenset({PERCENT, FIXED, apportion.USES})
"""Numbers that are always said by somebody: no register has them."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A version before it is written."""

    total: int
    vat: int
    first: dt.date | None
    last: dt.date | None
    parts: tuple[Part, ...]
    members: tuple[Member, ...]
    given: Mapping[bytes, frozenset[str]]
    split: apportion.Split
    offer: OfferRow | None


def tried(desk: Desk, deal: bytes, new: NewSharing) -> VersionLine:
    """Work out a way without saving it."""
    held, one = deals_facts.get(desk, deal)
    made = draft(held, one, new, desk.today)
    names = {member.school: member.name for member in made.members}
    shares = tuple((each.school, names[each.school], each.net, each.vat) for each in made.split.shares)
    return VersionLine(
        b"", len(one.versions) + 1, made.offer.id if made.offer else None, made.total, made.vat, made.first, made.last,
        apportion.way_words(made.parts), one_line(new.source), desk.today, one_line(desk.who), paragraphs(new.why), "",
        False, shares, apportion.leftover_words(made.split.leftover),
    )  # fmt: skip


def share(desk: Desk, deal: bytes, new: NewSharing) -> tuple[DealView, Changes]:
    """Write a version of how the cost is shared; a second one needs its reason."""
    held, one = deals_facts.get(desk, deal)
    deals_guard.must_keep(desk, one.row.school)
    if one.standing.stage is Stage.ENDED:
        raise UserError("That deal has ended.", SAFE, "Propose a new one.")
    if one.versions and not new.why.strip():
        raise UserError("The cost is shared already.", SAFE, "Say why it is shared anew: governors will read it.")
    made = draft(held, one, new, desk.today)
    number = max((row.version or 0 for row, _ in one.versions), default=0) + 1
    with desk.act(ActCode.SHARE_COST, subject=one_line(one.row.title)) as act:
        act.fact("sharing", deals_guard.kept({
            "about_table": "deal", "about": deal, "offer": made.offer.id if made.offer else None, "total": made.total,
            "vat": made.vat, "first": made.first, "last": made.last, "parts": parts_json(made.parts),
            "members": json.dumps(apportion_rows.written(made.members, made.given)), "source": one_line(new.source),
            "said_on": desk.today, "said_by": one_line(desk.who), "why": paragraphs(new.why), "version": number,
        }))  # fmt: skip
    return deals_read.show(desk, deal), Changes(frozenset(act.tables), act.note.act)


def parts_json(parts: Sequence[Part]) -> str:
    """Return parts as a version keeps them."""
    return json.dumps([{"method": one.method, "share": one.share} for one in parts])


def draft(held: Held, one: OneDeal, new: NewSharing, today: dt.date) -> Draft:
    """Put a version together from what is held. Raises ``UserError`` (``CannotShare``) where it cannot be shared."""
    offer = one.offers[-1] if one.offers else None
    if offer is None or offer.yearly is None:
        raise UserError("There is no price to share yet.", SAFE, "Put an offer before the schools first.")
    first, last = _period(one, new, today)
    parts = tuple(Part(method, part) for method, part in new.parts)
    schools = new.members or _schools(one, first)
    before = one.version[1].members if one.version else ()
    given_before = apportion_rows.given_by(one.version[0].members) if one.version else {}
    members, given = gathered(held.schools, schools, new.inputs, before, given_before)
    timed = tuple(_timed(one, each, new, first, last) for each in members)
    total, vat = max(0, offer.yearly), max(0, offer.vat or 0)
    split = apportion.apportion(total, vat, parts, timed, period_days=apportion_rows.days_of(first, last))
    return Draft(total, vat, first, last, parts, timed, given, split, offer)


def _period(one: OneDeal, new: NewSharing, today: dt.date) -> tuple[dt.date | None, dt.date | None]:
    """The year of the deal that is shared: what is said, else the one of the version before, else its first."""
    from bursar_desk.domain.deal_stage import year_of

    deals_guard.two_days(new.first, new.last)
    if new.first is not None:
        return new.first, new.last or add_days(add_months(new.first, 12), -1)
    if one.version is not None and one.version[0].first is not None:
        return one.version[0].first, one.version[0].last
    return year_of(one.row.first, today) if one.row.first is not None else (None, None)


def _schools(one: OneDeal, first: dt.date | None) -> tuple[bytes, ...]:
    """Members of the version before and whoever asks to join, without who said no or left before these days."""
    if one.version is None:
        return tuple(p.school for p in one.standing.places.values() if p.said not in (Said.NO, Said.TAKEN_BACK))
    found = []
    for place in one.standing.places.values():
        gone = place.leaves_on is not None and first is not None and place.leaves_on < first
        refuses = not place.bound and place.said in (Said.NO, Said.TAKEN_BACK)
        if not gone and (place.asks_from is not None or (place.member and not refuses)):
            found.append(place.school)
    return tuple(found)


def gathered(
    schools: Schools, who: Sequence[bytes], said: Mapping[bytes, Mapping[str, int]], before: Sequence[Member],
    given_before: Mapping[bytes, frozenset[str]],
) -> tuple[list[Member], dict[bytes, frozenset[str]]]:
    """Return members with their numbers: what is given now, what was given before, else the register’s of today."""
    earlier = {one.school: one.inputs for one in before}
    members, given = [], {}
    for school in dict.fromkeys(who):
        register = schools.numbers(school)
        kept = given_before.get(school, frozenset()) | _GIVEN
        old = {name: value for name, value in earlier.get(school, {}).items() if name in kept or name not in register}
        inputs = {**register, **old, **said.get(school, {})}
        given[school] = frozenset(
            name for name in inputs if name not in _GIVEN and (name not in register or inputs[name] != register[name])
        )
        members.append(Member(school, schools.urn(school), inputs, name=schools.name(school)))
    return members, given


def _timed(
    one: OneDeal, member: Member, new: NewSharing, first: dt.date | None, last: dt.date | None
) -> Member:
    """Give a member its part of the year: what is said, else from the day it joins to the day it leaves."""
    from dataclasses import replace

    school = member.school
    if school in new.days or school in new.months:
        return replace(member, months=new.months.get(school), days=new.days.get(school))
    place = one.standing.places.get(school)
    begins = (place.joins_on or place.asks_from) if place is not None else None
    ends = place.leaves_on if place is not None else None
    if first is None or last is None or (begins is None and ends is None):
        return replace(member, months=12)
    time = apportion_rows.time_in(first, last, begins, ends)
    if time.days == 0:
        raise UserError(f"{member.called} takes no part in these days.", SAFE, "Leave it out, or choose other days.")
    if time.months is not None:
        return replace(member, months=time.months)
    return replace(member, days=time.days)
