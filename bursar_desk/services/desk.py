"""A desk: one register opened by one person on one day. Every service is handed one."""

from __future__ import annotations

import datetime as dt
import socket
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

from bursar_desk import machine
from bursar_desk.clock import Clock, OnDay, SystemClock
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import CannotOpen, UserError
from bursar_desk.services import registers

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from bursar_desk.domain.grants import Grant
    from db.queries.people import PersonRow
    from db.queries.schools import SchoolRow
    from db.session import Act
    from db.statements import TrustBook
    from db.store import Bulk, Store


COVER_ACTS = (ActCode.RECORD_CHECK, ActCode.RECORD_ROUND, ActCode.NOT_DONE, ActCode.CLAIM_HOURS, ActCode.UNDO)
"""What can be done under a cover pack: anything else would be held back at the school it was meant for."""
_OF_A_SITE = (
    ActCode.ADD_PLACE, ActCode.CHANGE_PLACE, ActCode.ADD_ASSET, ActCode.CHANGE_ASSET, ActCode.SITE_SHEET,
    ActCode.LOG_DRILL,
)  # fmt: skip
"""What is done about a building: an office has none, and rows of its own would stand among those of its schools."""


def _as_typed(name: str) -> str:
    """Return a name as it is compared: keyboards have no apostrophe but the straight one."""
    return name.casefold().strip().replace("’", "'")


@dataclass(slots=True)
class Desk:
    """A register, the day its rules take as today, and who is acting.

    ``today`` may be chosen; stamps always come from the real clock. Reads may be repeated at will; what a service
    changes goes through ``act`` or ``bulk``.
    """

    store: Store
    clock: Clock
    _person: PersonRow | None = None
    _lock: machine.RegisterLock | None = None
    _home: SchoolRow | None = None
    notices: list[str] = field(default_factory=list)

    @classmethod
    def open(
        cls, path: Path, *, on: dt.date | None = None, as_person: str | None = None, read_only: bool = False,
        clock: Clock | None = None,
    ) -> Desk:  # fmt: skip
        """Open a register for one person. Raises ``CannotOpen`` when it is missing, damaged or open elsewhere."""
        real = clock or SystemClock()
        lock = None
        if not read_only and path.is_file():
            lock = machine.RegisterLock(path)
            lock.acquire(as_person or "somebody", socket.gethostname(), real.now_ms())
        try:
            store = registers.open_store(path, clock=real, read_only=read_only)
            desk = cls(store, OnDay(on, real) if on else real, _lock=lock)
            if as_person is not None:
                desk._person = desk.find_person(as_person)
        except BaseException:
            if lock is not None:
                lock.release()
            raise
        return desk

    def close(self) -> None:
        """Let go of the register."""
        self.store.close()
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def today(self) -> dt.date:
        """Return the day the rules take as today."""
        return self.clock.today()

    @property
    def home(self) -> bytes:
        """Return the id of the school or office this register belongs to."""
        return self.store.facts.home

    @property
    def is_office(self) -> bool:
        """Tell whether this is a Cluster SBM's register."""
        return self.store.facts.kind == "office"

    @property
    def is_guest(self) -> bool:
        """Tell whether this is the guest register of a cover pack."""
        return self.store.facts.kind == "guest"

    @property
    def practice(self) -> bool:
        """Tell whether all in here is made up."""
        return self.store.facts.practice

    @property
    def trust(self) -> TrustBook:
        """Return who is who."""
        return self.store.trust

    @property
    def name(self) -> str:
        """Return the name of the school or office."""
        root = self.trust.roots.get(self.home)
        return root.name if root else "A register without a name"

    @property
    def person(self) -> PersonRow | None:
        """Return who is acting: whoever was named, else the register's first manager; nobody in an empty register."""
        if self._person is None and not self.is_guest:
            from db.queries.people import managers

            with self.store.connect() as con:
                self._person = next(iter(managers(con, self.home)), None)
        return self._person

    def act_as(self, person: PersonRow) -> None:
        """Let somebody else act from now on."""
        self._person = person

    @property
    def who(self) -> str:
        """Return the acting person's name for the history."""
        if self.is_guest:
            grant = self.grant
            return grant.holder if grant else self.name
        return self.person.name if self.person else self.name

    @property
    def grant(self) -> Grant | None:
        """Return the grant a guest register is written under, or nothing."""
        from bursar_desk.domain.operations import grant_of_channel

        named = grant_of_channel(self.store.cover_channel or "")
        return self.store.grant(named) if named else None

    def find_person(self, words: str) -> PersonRow:
        """Return the home's person of that name or id. Raises ``UserError`` naming who there is."""
        from db.queries.people import people

        with self.store.connect() as con:
            listed = [one for one in people(con, self.home) if one.here(self.today)]
        wanted = words.casefold().strip()
        exact = [one for one in listed if wanted in (one.name.casefold(), one.id.hex())]
        close = exact or [one for one in listed if wanted in one.name.casefold()]
        if len(close) != 1:
            names = ", ".join(sorted(one.name for one in listed)) or "nobody yet"
            raise UserError(
                f"We do not know who “{words}” is.", "Nothing was changed.", f"The people here are: {names}."
            )
        return close[0]

    def act(self, code: int, *, subject: str = "", undoes: bytes | None = None) -> AbstractContextManager[Act]:
        """Begin one act of the acting person."""
        self._must_write()
        if self.is_guest and code not in COVER_ACTS:
            raise UserError(
                "A cover pack lets you record the checks it lists and your hours, and nothing else.",
                "Nothing was changed.",
                f"Tell {self.name} about it.",
            )
        if self.is_office and code in _OF_A_SITE:
            raise UserError("An office has no site of its own.", "Nothing was changed.", "Let the school itself do it.")
        person = self.person
        return self.store.act(code, person=person.id if person else None, who=self.who, subject=subject, undoes=undoes)

    def bulk(self) -> AbstractContextManager[Bulk]:
        """Begin many acts in one transaction."""
        self._must_write()
        return self.store.bulk()

    def _must_write(self) -> None:
        if self.store.read_only:
            raise CannotOpen("This register is open to look at only.", "Nothing was changed.", "Open it for writing.")

    def school(self, school: bytes | None = None) -> SchoolRow:
        """Return the row of a school (home by default). Raises ``UserError`` when nothing of it is held."""
        from db.queries.schools import school_row

        wanted = school or self.home
        with self.store.connect() as con:
            found = school_row(con, wanted)
        if found is None:
            raise UserError(
                f"There are no records of {self.school_name(wanted)} here.",
                "Nothing was changed.",
                "Merge its file first.",
            )
        return found

    def school_name(self, school: bytes) -> str:
        """Return the name of a school as its root statement gives it."""
        root = self.trust.roots.get(school)
        return root.name if root else "a school we have not met"

    def find_school(self, words: str) -> bytes:
        """Return a school's id from a URN, an id or part of a name. Raises ``UserError`` when it is not one school."""
        wanted = _as_typed(words)
        roots = list(self.trust.roots.values())
        exact = [r for r in roots if wanted in (r.urn.casefold(), _as_typed(r.name), r.school.hex())]
        close = exact or [r for r in roots if wanted in _as_typed(r.name)]
        if len(close) != 1:
            names = "; ".join(sorted(r.name for r in (close or roots)))
            raise UserError(f"“{words}” is not one school we know.", "Nothing was changed.", f"Choose one of: {names}.")
        return close[0].school
