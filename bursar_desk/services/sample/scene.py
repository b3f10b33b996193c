"""The parts of a made-up school's story: who works there, what happens on which day, and how it is written down."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from bursar_desk.clock import SCHOOL_ZONE

if TYPE_CHECKING:
    from bursar_desk.domain.acts import ActCode
    from bursar_desk.domain.calendar import SchoolCalendar
    from bursar_desk.domain.directory import DirectorySchool
    from bursar_desk.services.sample.names import SchoolName
    from bursar_desk.services.setup import NewPerson, SchoolMade, SetUp
    from db.store import Bulk

_EPOCH: Final = dt.date(1970, 1, 1).toordinal()
_DAY: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class Character:
    """How a school does its checks. Chances are of one; ranges are how many checks stand so today.

    ``late`` and ``missed``: chance that one turn is late or left out. ``overdue``, ``unknown``, ``awaited`` and
    ``failed``: checks that are late, have no record, wait for a document, failed. ``most_late``: the most days a check
    is late. ``expired``: chance that a course has run out. ``open_faults``: faults nobody has mended yet.
    """

    name: str
    late: float
    missed: float
    overdue: tuple[int, int]
    most_late: int
    unknown: tuple[int, int] = (0, 0)
    awaited: tuple[int, int] = (0, 0)
    failed: tuple[int, int] = (0, 0)
    expired: float = 0.0
    open_faults: tuple[int, int] = (0, 1)


STORY: Final = Character("story", 0.03, 0.012, (0, 0), 0, open_faults=(0, 0))
EXCELLENT: Final = Character("excellent", 0.0, 0.0, (0, 0), 0, open_faults=(0, 1))
STEADY: Final = Character("steady", 0.05, 0.02, (1, 4), 25, (0, 2), (0, 1), (0, 1), 0.06, (1, 3))
BEHIND: Final = Character("behind", 0.15, 0.12, (13, 18), 140, (4, 6), (2, 3), (2, 3), 0.3, (4, 6))


@dataclass(frozen=True, slots=True)
class Want:
    """How a check shall stand today: ok, soon (due in ``days``), late (by ``days``), unknown, awaited or failed."""

    kind: str
    days: int = 0


OK: Final = Want("ok")


@dataclass(frozen=True, slots=True)
class Worker:
    """A person as a record names them; ``id`` is nothing for a contractor or a visiting helper."""

    name: str
    id: bytes | None = None
    person: NewPerson | None = None


@dataclass(slots=True)
class Crew:
    """The people of a school, who is away when, and who stood in."""

    workers: Sequence[Worker]
    away: list[tuple[str, dt.date, dt.date]] = field(default_factory=list)
    standing_in: dict[dt.date, Worker] = field(default_factory=dict)

    def of(self, *roles: str) -> Worker:
        """The first person in one of these roles, tried in turn; the manager where there is none."""
        named = (one for role in roles for one in self.workers if one.person and one.person.role == role)
        return next(named, self.boss)

    @property
    def boss(self) -> Worker:
        """The business manager."""
        return next(one for one in self.workers if one.person and one.person.manages)

    @property
    def site(self) -> Worker:
        """Who looks after the site."""
        return self.of("site manager", "caretaker", "site staff")

    def is_away(self, name: str, day: dt.date) -> bool:
        """Tell whether a person is away on a day."""
        return any(who == name and first <= day <= last for who, first, last in self.away)

    def on_duty(self, worker: Worker, day: dt.date) -> Worker:
        """Who does a person's checks on a day: they, whoever stands in for the site, a colleague, or the manager."""
        if not self.away or not self.is_away(worker.name, day):
            return worker
        if worker is self.site and day in self.standing_in:
            return self.standing_in[day]
        deputy = self.of("site staff", "office")
        return self.boss if deputy is worker or self.is_away(deputy.name, day) else deputy


@dataclass(slots=True)
class Entry:
    """One row or change of an act. ``key`` names the row made; a change is of the row with that key.

    ``refs``: fields to fill in with the id of another row by its key; ``lists``: with those of several, as JSON.
    """

    table: str
    values: dict[str, Any]
    key: str = ""
    change: bool = False
    refs: tuple[tuple[str, str], ...] = ()
    lists: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(slots=True)
class Event:
    """One act of the story: on a day, at a minute of it, by whom."""

    day: dt.date
    minute: int
    code: ActCode
    who: Worker
    subject: str
    entries: list[Entry]


@dataclass(slots=True)
class Scene:
    """One made-up school on its way into a register. ``on`` is today; the history is from ``start`` to ``end``."""

    row: DirectorySchool
    name: SchoolName
    seed: int
    start: dt.date
    on: dt.date
    character: Character
    calendar: SchoolCalendar
    plan: SetUp
    made: SchoolMade | None = None
    crew: Crew = field(default_factory=lambda: Crew(()))
    neighbours: list[Scene] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    ids: dict[str, bytes] = field(default_factory=dict)
    two_computers: bool = False
    applies: frozenset[str] = frozenset()

    @property
    def end(self) -> dt.date:
        """The last day of the history."""
        return self.on - dt.timedelta(days=1)

    @property
    def is_story(self) -> bool:
        """Tell whether this is the school of the pictures."""
        return self.character is STORY

    def rng(self, topic: str) -> random.Random:
        """Chance for one topic of this school, the same for the same seed."""
        return random.Random(f"{self.seed}/{self.row.urn}/{topic}")

    def check(self, code: str) -> bytes | None:
        """The id of a check that applies here."""
        return self.made.checks.get(code) if self.made and code in self.applies else None

    def add(
        self, day: dt.date, minute: int, code: ActCode, who: Worker, subject: str, entries: list[Entry]
    ) -> None:  # fmt: skip
        """Let something happen; nothing happens after the last day of the history."""
        if day <= self.end:
            self.events.append(Event(day, minute, code, who, subject, entries))


@lru_cache(maxsize=4096)
def offset(day: dt.date) -> int:
    """Minutes that England's clocks are ahead of UTC at noon of a day."""
    ahead = dt.datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(SCHOOL_ZONE)).utcoffset()
    return int(ahead.total_seconds()) // 60 if ahead else 0


def stamp_ms(day: dt.date, minute: int) -> int:
    """Milliseconds since 1970-01-01 UTC of a minute of a school day in England."""
    return ((day.toordinal() - _EPOCH) * _DAY + minute - offset(day)) * 60_000


def write_events(bulk: Bulk, scene: Scene) -> None:
    """Write all that happened, in order of time, as the acts of the people it happened to."""
    for event in sorted(scene.events, key=lambda event: (event.day, event.minute)):
        at = stamp_ms(event.day, event.minute)
        who = event.who
        with bulk.act(event.code, person=who.id, who=who.name, subject=event.subject, at_ms=at) as act:
            for entry in event.entries:
                _write(act, entry, scene.ids)


def _write(act: Any, entry: Entry, ids: dict[str, bytes]) -> None:
    from bursar_desk.domain.registry import BY_NAME

    for name, key in entry.refs:
        entry.values[name] = ids[key]
    for name, keys in entry.lists:
        entry.values[name] = json.dumps([ids[key].hex() for key in keys])
    if entry.change:
        act.set(entry.table, ids[entry.key], entry.values)
    elif BY_NAME[entry.table].is_fact:
        made = act.fact(entry.table, entry.values)
        if entry.key:
            ids[entry.key] = made
    else:
        named = BY_NAME[entry.table].key
        row = act.session.derived(act.session.home, entry.table, entry.values[named]) if named else None
        ids[entry.key] = act.create(entry.table, entry.values, row=row)


def kept(values: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is empty."""
    return {name: value for name, value in values.items() if value is not None and value != ""}
