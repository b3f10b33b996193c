"""The stamp on papers: what a school's history was when they were made, and whether all of it is still here."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import words
from bursar_desk.domain.errors import UserError

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.engine import Connection
    from db.fingerprint_checks import Checked

LETTERS: Final = 16


@dataclass(frozen=True, slots=True)
class Stamp:
    """A stamp kept here: whose, of which day, and its code."""

    school: bytes
    school_name: str
    day: dt.date
    code: str


@dataclass(frozen=True, slots=True)
class StampCheck:
    """What became of the entries behind a stamp; ``state`` is unchanged, changed, partly or unknown."""

    code: str
    state: str
    school_name: str
    days: tuple[dt.date, ...]
    entries: int
    sentence: str

    @property
    def sound(self) -> bool:
        """Tell whether nothing behind it was changed."""
        return self.state in ("unchanged", "partly")


def stamp_in(con: Connection, school: bytes) -> str:
    """Return the stamp of what is held of a school now, read through an open connection."""
    from db.fingerprints import today_code

    return today_code(con, school)


def stamp_of(desk: Desk, school: bytes) -> str:
    """Return the stamp of what is held of a school now: the same on two desks that hold the same records."""
    with desk.store.connect() as con:
        return stamp_in(con, school)


def keep_today(desk: Desk, school: bytes) -> None:
    """Keep today's stamp of a school, so that a later look for damage holds the history against it.

    A desk that only looks keeps nothing; the stamp of a paper made there is found in the history all the same.
    """
    from db.derived import day_number
    from db.fingerprints import held, note_today

    if desk.store.read_only or desk.is_guest:
        return
    with desk.store.connect() as con:
        day, code = day_number(desk.today), stamp_in(con, school)
        known = any((one.day, one.code) == (day, code) for one in held(con, school))
    if not known:
        with desk.store.writing() as con:
            note_today(con, school, day)


def listing(desk: Desk, school: bytes | None = None) -> tuple[Stamp, ...]:
    """Return the stamps kept here, the newest first: those of our papers and those that came in files."""
    from db.derived import date_of
    from db.fingerprints import held

    with desk.store.connect() as con:
        found = held(con, school)
    stamps = [Stamp(one.school, desk.school_name(one.school), date_of(one.day), one.code) for one in found]
    return tuple(sorted(stamps, key=lambda one: (-one.day.toordinal(), one.school_name, one.code)))


def check(desk: Desk, typed: str, school: bytes | None = None) -> StampCheck:
    """Say whether every entry behind a printed stamp is still here unchanged.

    Without ``school`` every school held here is asked. Raises ``UserError`` for what is no stamp.
    """
    from db.fingerprint_checks import check as ask
    from db.fingerprint_checks import read_code

    code = read_code(typed)
    if len(code.replace("-", "")) != LETTERS:
        raise UserError(
            f"“{typed}” is not a stamp.", "Nothing was changed.", "It has 16 letters and numbers, in groups of four."
        )
    wanted = [school] if school is not None else [desk.home, *(s for s in desk.trust.roots if s != desk.home)]
    with desk.store.connect() as con:
        for one in wanted:
            found = ask(con, one, code)
            if found.state != "unknown":
                return _told(desk, one, found)
    return StampCheck(
        code, "unknown", "", (), 0,
        "No entries held here ever had this stamp. Type it again. If it is right, the history behind it is not here, "
        "or was changed: ask a neighbour to look for it.",
    )  # fmt: skip


def _told(desk: Desk, school: bytes, found: Checked) -> StampCheck:
    from db.derived import date_of
    from db.history import place_words

    name = desk.school_name(school)
    days = tuple(date_of(day) for day in found.days)
    when = words.listing([words.plain_date(day) for day in days])
    said = f"It is the stamp of {name} of {when}." if found.noted else f"It is the stamp of {name} from {when} on."
    if found.state == "changed" and found.broken is not None:
        start = f"Entries behind this stamp were changed: {place_words(found.broken.pos)} is not what it was."
    elif found.state == "partly":
        start = "Every entry behind this stamp that is held here is unchanged. Some are not held here."
    else:
        start = "Every entry behind this stamp is still here unchanged."
    return StampCheck(found.code, found.state, name, days, found.entries, f"{start} {said}")
