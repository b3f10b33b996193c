"""Somebody leaves: all they have, and handing each of it over to whoever takes it, in one act."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.services import people
from bursar_desk.services.people import SAFE, must_manage
from bursar_desk.services.people_words import duties_words

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.leads import LeadLine
    from db.queries.people import CoverRow, PersonRow
    from db.queries.people_more import BookedRow
    from db.session import Act

PLACES: Final = {"doer": "does it", "owner": "answers for it", "deputy": "stands in"}
"""What somebody can be for a check: column to words."""
_KEYS: Final = ("unlocks", "locks", "key_holder")
_OPEN_COVER: Final = ("asked", "agreed")
_BOOKED: Final = "booked"


@dataclass(frozen=True, slots=True)
class OwnedCheck:
    """A check and what the person is for it: columns of ``PLACES``."""

    id: bytes
    title: str
    parts: tuple[str, ...]

    @property
    def said(self) -> str:
        """What they are for it, in words."""
        return words.listing([PLACES[one] for one in self.parts])


@dataclass(frozen=True, slots=True)
class Owned:
    """All that somebody who leaves has in hand. ``leads``: theirs here; ``led_by``: those that end with them.

    ``elsewhere``: leads at other schools, which end there; ``helps``: cover they were to give; ``away``: cover asked
    for while they are away; ``booked``: course places to come.
    """

    person: PersonRow
    checks: tuple[OwnedCheck, ...]
    leads: tuple[LeadLine, ...]
    elsewhere: tuple[LeadLine, ...]
    helps: tuple[CoverRow, ...]
    away: tuple[CoverRow, ...]
    booked: tuple[BookedRow, ...]
    led_by: tuple[LeadLine, ...] = ()
    tell: tuple[str, ...] = ()
    """What stands in other schools' registers, which only they can change, and cover that was asked for."""

    @property
    def keys(self) -> str:
        """What they do with the keys, in words."""
        return duties_words(self.person)

    @property
    def sentence(self) -> str:
        """How much it is, in one sentence."""
        counted = (
            (len(self.checks), "check"), (len(self.leads), "lead"), (len(self.booked), "booked place"),
            (len(self.helps) + len(self.away), "open cover"),
        )  # fmt: skip
        parts = [words.count(number, one) for number, one in counted if number]
        parts += ["the keys"] if self.keys else []
        return (
            f"{self.person.name} has {words.listing(parts)}." if parts else f"{self.person.name} has nothing in hand."
        )


def owned(desk: Desk, person: bytes) -> Owned:
    """List what one of our people has in hand from today on. Raises ``UserError`` for somebody else's."""
    from bursar_desk.services import leads
    from db.queries.checks import checks
    from db.queries.people import covers
    from db.queries.people_more import booked

    row = people.row_of(desk, person)
    with desk.store.connect() as con:
        listed = checks(con, desk.home)
        asked = [one for one in covers(con) if one.last >= desk.today and one.state in _OPEN_COVER]
        mine = {one.id for one in _absences(con, desk) if one.person == person}
        places = [
            one for one in booked(con, desk.home, person)
            if one.state == _BOOKED and (one.last is None or one.last >= desk.today)
        ]  # fmt: skip
    held = []
    for check in listed:
        parts = tuple(name for name in PLACES if getattr(check, name) == person)
        if parts and check.applies != "no":
            held.append(OwnedCheck(check.id, check.title, parts))
    led = [one for one in leads.listing(desk, every_school=True) if person in (one.row.person, one.row.of_person)]
    elsewhere = tuple(one for one in led if one.school != desk.home and one.row.person == person)
    helps = tuple(one for one in asked if one.helper_person == person)
    away = tuple(one for one in asked if one.absence in mine)
    tell = [f"Tell {one.school_name}: {row.name} leads there, and only they can end it." for one in elsewhere]
    for one in helps:
        days = words.weekday_date(one.first)
        tell.append(f"Tell {desk.school_name(one.school)}: {row.name} was to cover there on {days}.")
    tell += [f"Cover from {words.weekday_date(one.first)} was asked for while {row.name} is away." for one in away]
    theirs = tuple(one for one in led if one.school == desk.home and one.row.person == person)
    led_by = tuple(one for one in led if one.school == desk.home and one.row.person != person)
    return Owned(row, tuple(held), theirs, elsewhere, helps, away, tuple(places), led_by, tuple(tell))


def _absences(con: Any, desk: Desk) -> list[Any]:
    from db.queries.people import absences

    return absences(con, desk.home, first=desk.today)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """Who takes what: ``checks``, ``leads``, ``keys`` and ``booked`` to one person each (nobody leaves them open).

    ``apart``: single checks, by id, that go to somebody else than the rest, or to nobody.
    """

    checks: bytes | None = None
    leads: bytes | None = None
    keys: bytes | None = None
    booked: bytes | None = None
    apart: Mapping[bytes, bytes | None] = field(default_factory=dict)

    @classmethod
    def all_to(cls, person: bytes | None) -> HandOver:
        """Hand everything to one person."""
        return cls(checks=person, leads=person, keys=person, booked=person)


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What came of it: how many checks and leads found somebody, what is left open, and whom to tell."""

    person: PersonRow
    last: dt.date
    checks: int
    open_checks: tuple[str, ...]
    leads: int
    tell: tuple[str, ...]
    gone: bool = False
    """The last day is over already."""

    @property
    def sentence(self) -> str:
        """What was done, in words."""
        verb = "left" if self.gone else "leaves"
        said = f"{self.person.name} {verb} on {words.long_date(self.last)}."
        if self.checks:
            said += f" {words.count(self.checks, 'check')} handed over."
        if self.open_checks:
            many = words.count(len(self.open_checks), "check")
            said += f" {many} {'has' if len(self.open_checks) == 1 else 'have'} nobody yet."
        return " ".join([said, *self.tell])


def leave(desk: Desk, person: bytes, last: dt.date, to: HandOver) -> tuple[HandedOver, Changes]:
    """Note the last day of one of our people and hand over what they have, in one act that one undo takes back.

    Checks and keys pass over at once; leads end on the last day and begin anew the day after. Records and history keep
    the leaver's name. Raises ``UserError`` for a successor who does not work here and for the only manager.
    """
    must_manage(desk)
    has = owned(desk, person)
    row = has.person
    if row.left_on is not None and row.left_on < desk.today:
        raise UserError(f"{row.name} left on {words.plain_date(row.left_on)}.", SAFE, "There is nothing to do.")
    known = {one.id: one for one in people.listing(desk, school=desk.home) if one.id != person}
    for successor in (to.checks, to.leads, to.keys, to.booked, *to.apart.values()):
        if successor is not None and successor not in known:
            raise UserError("Whoever takes over must work here.", SAFE, "Add them first, then note the leaver.")
    if row.manages and not any(one.manages for one in known.values()):
        raise UserError(f"Only {row.name} runs this register.", SAFE, "Let somebody else run it first.")
    with desk.act(ActCode.LEAVE, subject=row.name) as act:
        act.set("person", person, {"left_on": last})
        left_open = _checks(act, has, to)
        _keys(act, has, known, to)
        _leads(act, has, known, to, last)
        if to.booked is not None:
            for place in has.booked:  # the head let the leaver go, not whoever takes the place
                act.set("booking", place.id, {"person": to.booked, "released_by": None, "released_on": None})
    done = HandedOver(
        row, last, len(has.checks) - len(left_open), tuple(left_open), len(has.leads), tuple(_tell(has, known, to)),
        gone=last < desk.today,
    )
    return done, Changes(frozenset(act.tables), act.note.act)


def _checks(act: Act, has: Owned, to: HandOver) -> list[str]:
    """Hand over the checks; return those nobody answers for or does now."""
    left_open = []
    for check in has.checks:
        who = to.apart.get(check.id, to.checks)
        act.set("school_check", check.id, dict.fromkeys(check.parts, who))
        if who is None and set(check.parts) - {"deputy"}:
            left_open.append(check.title)
    return left_open


def _keys(act: Act, has: Owned, known: Mapping[bytes, PersonRow], to: HandOver) -> None:
    """Let the successor do what the leaver did with the keys; the leaver's own stay as they were, for the history."""
    if to.keys is None:
        return
    takes = known[to.keys]
    new = {name: True for name in _KEYS if getattr(has.person, name) and not getattr(takes, name)}
    if new:
        act.set("person", takes.id, new)


def _leads(act: Act, has: Owned, known: Mapping[bytes, PersonRow], to: HandOver, last: dt.date) -> None:
    """End every lead on the last day; what the leaver led goes on with the successor from the day after."""
    after = last + dt.timedelta(days=1)
    for line in (*has.leads, *has.led_by):
        row = line.row
        if row.last is None or row.last > last:
            first = row.first if row.first is None or row.first <= last else last
            act.set("lead", row.id, {"first": first, "last": last})
        takes = known[to.leads] if to.leads is not None else None
        if takes is None or row.person != has.person.id or row.of_person == takes.id:
            continue
        if row.last is not None and row.last < after:
            continue
        values = {
            "kind": row.kind, "person": takes.id, "person_name": takes.name, "person_school": takes.school,
            "of_person": row.of_person, "first": max(after, row.first or after), "last": row.last,
        }  # fmt: skip
        act.create("lead", {name: value for name, value in values.items() if value is not None})


def _tell(has: Owned, known: Mapping[bytes, PersonRow], to: HandOver) -> list[str]:
    said = [*has.tell]
    if has.keys and to.keys is None:
        said.append("Nobody takes the keys yet.")
    if has.booked and to.booked is not None:
        what = "a booked course place" if len(has.booked) == 1 else f"{words.number(len(has.booked))} booked places"
        said.append(f"{known[to.booked].name} takes {what}: the head has yet to let them go.")
    if has.booked and to.booked is None:
        verb = "names" if len(has.booked) == 1 else "name"
        said.append(f"{words.count(len(has.booked), 'booked course place')} still {verb} {has.person.name}.")
    return said
