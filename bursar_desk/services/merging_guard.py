"""The guard: a merge that would change more than 5 % of a school's records asks first (safety bar C5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import words

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.engine import Connection
    from db.queries.arrivals import Shown
    from db.take_in import Receipt

GUARD_PERCENT: Final = 5
"""A merge that would change or remove more than this part of a school's records asks first (safety bar C5)."""
GUARD_RECORDS: Final = 40
GUARD_FEWEST: Final = 5
"""In a small register a few honest changes are soon 5 %: below 40 records, or 5 changes, nobody is asked."""


@dataclass(frozen=True, slots=True)
class Guard:
    """A merge that would change much of what a school has: how many records of how many."""

    school: bytes
    school_name: str
    changed: int
    of: int
    sentence: str


class Weighing:
    """Weighs one file: looked at inside its transaction, compared with how things are once that is rolled back.

    A receipt counts the records a file touched; only where those are many is each compared to see whether it would
    read otherwise. The same entry made on two computers touches a record and changes nothing; a value that would wait
    to be settled is changed by nobody but the person who settles it.
    """

    def __init__(self) -> None:
        self._after: dict[tuple[bytes, int], Shown] = {}

    def looks_heavy(self, con: Connection, receipt: Receipt) -> bool:
        """Tell whether the file touches enough to be compared, and note what it would make of it."""
        from db.queries.arrivals import rows_as_shown

        if not any(_much(touched, of) for touched, of in receipt.changed.values()):
            return False
        self._after = rows_as_shown(con, {(row, tab) for row, tab, _ in receipt.touched})
        return True

    def guards(self, desk: Desk, receipt: Receipt) -> list[Guard]:
        """Return a guard for each school of which too many records would change, the most changed first.

        To be asked outside the transaction, with the register as it was.
        """
        changed: dict[bytes, int] = {}
        with desk.store.connect() as con:
            for school in self._changed(con):
                changed[school] = changed.get(school, 0) + 1
        found = [
            _guard(desk, school, number, receipt.changed[school][1])
            for school, number in changed.items()
            if school in receipt.changed and _much(number, receipt.changed[school][1])
        ]
        return sorted(found, key=lambda one: (-one.changed * 1000 // one.of, one.school))

    def _changed(self, con: Connection) -> Iterator[bytes]:
        """Yield the school of each record that would read otherwise than it does."""
        from db.queries.arrivals import rows_as_shown, schools_by_number

        before, schools = rows_as_shown(con, set(self._after)), schools_by_number(con)
        for key, now in before.items():
            after = self._after.get(key)
            if after is None or any(now[name] != after[name] for name in now.keys() & after.keys()):
                yield schools[now["sid"]]


def _much(changed: int, of: int) -> bool:
    return of >= GUARD_RECORDS and changed >= GUARD_FEWEST and changed * 100 > of * GUARD_PERCENT


def _guard(desk: Desk, school: bytes, changed: int, of: int) -> Guard:
    name = desk.school_name(school)
    sentence = (
        f"This would change {words.count(changed, 'record')} of {name}, of {words.number(of)}. "
        "It was not merged. Look at it first, then agree."
    )
    return Guard(school, name, changed, of, sentence)
