"""How old each school's records here are, who lacks what, and who it is worth sending to."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bursar_desk.clock import school_day
from bursar_desk.domain import words
from bursar_desk.services import kept_here

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.chains import StreamRow
    from db.engine import Connection
    from db.statements import Computer

STALE_DAYS: Final = 14
"""Two rounds of the weekly checks (the fire alarm test): what an older file calls up to date may be two tests late."""
_RECEIVERS: Final = "receivers"


# --- how old -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SchoolAge:
    """A school whose records are kept here, and how old they are; moments are milliseconds, nothing without a file.

    ``days_old`` counts from the day the newest file was made, or from the day it came where its clock ran ahead.
    ``number`` is the receipt of that file. What is ``stale`` is never to be carried as green.
    """

    school: bytes
    name: str
    last_file_made_ms: int | None
    last_merged_ms: int | None
    days_old: int | None
    stale: bool
    sentence: str
    number: int | None = None

    @property
    def made(self) -> dt.date | None:
        """Return the day the newest file was made."""
        return school_day(self.last_file_made_ms) if self.last_file_made_ms is not None else None


def schools(desk: Desk, today: dt.date | None = None) -> list[SchoolAge]:
    """Return the schools this desk may read, by name, with the age of the newest file each of them sent itself.

    A school's entries that came in somebody else's file are as old as that school's own last word to them; so only
    files of its own computers count. Its own records are never stale.
    """
    from db.queries.exchange import imports

    day = today or desk.today
    with desk.store.connect() as con:
        found = imports(con)
    newest: dict[bytes, tuple[int, int, int]] = {}
    for one in found:
        newest[one.school] = max(newest.get(one.school, (0, 0, 0)), (min(one.made, one.at), one.at, one.number))
    roots = desk.trust.roots
    read = {one.school for one in desk.trust.readers if one.subject == desk.home} - {desk.home}
    held = [school for school in read if school in roots and roots[school].sort == "school"]
    lines = [_age(desk, school, newest.get(school), day) for school in held]
    return sorted(lines, key=lambda one: (one.name, one.school))


def _age(desk: Desk, school: bytes, newest: tuple[int, int, int] | None, today: dt.date) -> SchoolAge:
    name = desk.school_name(school)
    if newest is None:
        return SchoolAge(school, name, None, None, None, stale=True, sentence="no file yet")
    made, merged, number = newest
    days = max(0, (today - school_day(made)).days)
    return SchoolAge(
        school, name, made, merged, days, days > STALE_DAYS, f"as received {numeric(school_day(made))}", number
    )


def numeric(day: dt.date) -> str:
    """Return a day for a narrow column: 03/03/2027."""
    return f"{day.day:02d}/{day.month:02d}/{day.year}"


# --- who has what ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Holder:
    """One computer elsewhere: when it was last heard from (milliseconds), and how many entries it lacks, by school.

    Counted are entries that are held here, that it may read, and that its last file did not acknowledge.
    """

    school: bytes
    name: str
    computer: str
    heard_ms: int | None
    lacks: int
    by_school: Mapping[bytes, int]

    @property
    def state(self) -> str:
        """Return "up to date", "lacks" or "never heard"."""
        if self.heard_ms is None:
            return "never heard"
        return "lacks" if self.lacks else "up to date"

    @property
    def sentence(self) -> str:
        """Return it in a few words."""
        if self.heard_ms is None:
            return "never heard from"
        return f"lacks {words.count(self.lacks, 'entry', 'entries')}" if self.lacks else "up to date"


@dataclass(frozen=True, slots=True)
class WhoHas:
    """Every computer that may read something held here, and the schools of which something is held."""

    holders: tuple[Holder, ...]
    schools: tuple[tuple[bytes, str], ...]


def who_has_what(desk: Desk) -> WhoHas:
    """Return for each known computer what it lacks of what is held here; the own school's others come first."""
    from db import chains
    from db.queries.exchange import heard_from

    trust, own = desk.trust, desk.store.facts.writer
    with desk.store.connect() as con:
        held = [(one, chains.meta_of(one).school) for one in chains.streams(con)]
        heard = heard_from(con)
        names = {school: desk.school_name(school) for _, school in held}
        holders: list[Holder] = []
        for school in _readers(desk):
            may = {
                (owner, channel): trust.may_read(school, owner, channel)
                for owner, channel in {(owner, stream.channel) for stream, owner in held}
            }
            readable = [(stream, owner) for stream, owner in held if may[owner, stream.channel]]
            others = [one for one in trust.current(school) if one.sign != own]
            holders += [_holder(desk, con, one, readable, heard.get(one.sign)) for one in others]
    holders.sort(key=lambda one: (one.school != desk.home, one.name, one.computer))
    return WhoHas(tuple(holders), tuple(sorted(names.items(), key=lambda pair: pair[1])))


def _readers(desk: Desk) -> list[bytes]:
    """Return whom a file from here may be for: readers of what is ours and, at an office, the schools it serves."""
    trust = desk.trust
    found = {one.subject for one in trust.readers_of(desk.home)} | {desk.home}
    if desk.is_office:
        found |= {one.school for one in trust.readers if one.subject == desk.home}
    return [school for school in found if school in trust.roots]


def _holder(
    desk: Desk, con: Connection, computer: Computer, readable: Sequence[tuple[StreamRow, bytes]], heard: int | None
) -> Holder:
    from db.queries.exchange import acknowledged, lacking

    theirs = acknowledged(con, computer.sign)
    by_school: dict[bytes, int] = {}
    for stream, owner in readable:
        lacks = lacking(con, stream.sno, theirs.get(stream.key, []))
        if lacks:
            by_school[owner] = by_school.get(owner, 0) + lacks
    name = desk.school_name(computer.school)
    return Holder(computer.school, name, computer.label, heard, sum(by_school.values()), by_school)


def need_it(desk: Desk) -> list[bytes]:
    """Return the schools and offices of which a computer lacks something held here, by name."""
    found = {one.school: one.name for one in who_has_what(desk).holders if one.lacks}
    return sorted(found, key=lambda school: (found[school], school))


# --- whom it was sent to last ----------------------------------------------------------------------------------------


def remember_receivers(desk: Desk, to: Sequence[bytes]) -> None:
    """Remember on this computer whom a file was for. It only saves clicks, so a full disk does not stop the work."""
    with contextlib.suppress(OSError):
        kept_here.keep(desk, _RECEIVERS, [one.hex() for one in to])


def last_receivers(desk: Desk) -> list[bytes]:
    """Return whom the last file was for, as far as they may still be sent one."""
    kept = kept_here.kept(desk, _RECEIVERS, [])
    ids = [bytes.fromhex(one) for one in kept if isinstance(one, str) and _is_id(one)] if isinstance(kept, list) else []
    known = set(_readers(desk))
    return [one for one in ids if one in known]


def _is_id(text: str) -> bool:
    return len(text) == 32 and all(letter in "0123456789abcdef" for letter in text)
