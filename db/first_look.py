"""The first look into a register: its school and its checks through the raw door, before SQLAlchemy is loaded.

What it answers is old news within half a second; nothing is worked out from it.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from db import raw

# The registry says the same at greater length; a test compares them. Loading it would cost the first paint a tenth.
REGISTRY_VERSION: Final = 5
STANDS: Final = "stands"
CHECK_TABLE: Final = 4

_EPOCH: Final = dt.date(1970, 1, 1).toordinal()
_CHECKS: Final = """
SELECT c.title, (SELECT max(r.done_on) FROM check_record r WHERE r.check_id = c.id AND r.standing = ?)
FROM school_check c
WHERE c.sid = (SELECT sid FROM school_key WHERE school = ?) AND c.applies = 'yes'
  AND c.id NOT IN (SELECT row FROM hidden WHERE tab = ?)
ORDER BY c.title LIMIT ?
"""
_SCHOOLS: Final = """
SELECT s.name, (SELECT max(i.at) / ? FROM import_log i WHERE i.school = k.school)
FROM school s JOIN school_key k ON k.sid = s.sid ORDER BY s.name LIMIT ?
"""
_SIGNS_IN: Final = "SELECT 1 FROM pin WHERE secret IS NOT NULL LIMIT 1"
_MS_A_DAY: Final = 86_400_000
_NAME: Final = "SELECT name FROM school WHERE sid = (SELECT sid FROM school_key WHERE school = ?) LIMIT 1"


@dataclass(frozen=True, slots=True)
class FirstLine:
    """One check and the day it was last done; in an office one school and the day of its last file."""

    title: str
    last_done: dt.date | None


@dataclass(frozen=True, slots=True)
class FirstLook:
    """Whose register it is ("school", "office" or "guest") and the first of its checks or schools, by name."""

    school: str
    kind: str
    practice: bool
    lines: tuple[FirstLine, ...]


def first_look(path: Path, most: int = 40) -> FirstLook | None:
    """Look into a register without changing it; nothing where that cannot be done without mending it first.

    Whoever opens the register in earnest says why: a write that was cut off, tables of an earlier release. Raises
    ``CannotOpen`` when the file is missing or no register.
    """
    con = raw.connect(path, read_only=True)
    try:
        facts = dict(con.execute("SELECT k, v FROM meta").fetchall())
        if int.from_bytes(facts["derived"], "big") != REGISTRY_VERSION:
            return None
        home, kind = facts["home"], facts["kind"].decode()
        name = con.execute(_NAME, (home,)).fetchone()
        if kind == "office":
            found = con.execute(_SCHOOLS, (_MS_A_DAY, most)).fetchall()
        else:
            found = con.execute(_CHECKS, (STANDS, home, CHECK_TABLE, most)).fetchall()
        if con.execute(_SIGNS_IN).fetchone():
            found = []  # nothing is shown before somebody has signed in
        lines = tuple(FirstLine(title or "", _day(last)) for title, last in found)
        return FirstLook((name[0] if name else "") or "", kind, facts["practice"] == b"1", lines)
    except (sqlite3.Error, KeyError):
        return None
    finally:
        con.close()


def _day(number: int | None) -> dt.date | None:
    return None if number is None else dt.date.fromordinal(number + _EPOCH)
