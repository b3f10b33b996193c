"""What people call the tables and columns of the registry, and how a stored value reads: one place for every list."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import registry, words

if TYPE_CHECKING:
    from db.engine import Connection

TABLES: Final[dict[str, tuple[str, str]]] = {
    "school": ("school’s details", "schools’ details"),
    "person": ("person", "people"),
    "place": ("place", "places"),
    "school_check": ("check", "checks"),
    "check_record": ("record of a check", "records of checks"),
    "not_done": ("reason for a check not done", "reasons for checks not done"),
    "put_off": ("check put off", "checks put off"),
    "defect": ("fault", "faults"),
    "absence": ("absence", "absences"),
    "absence_reason": ("reason for an absence", "reasons for absences"),
    "cover": ("cover", "covers"),
    "training": ("training record", "training records"),
    "induction": ("induction", "inductions"),
    "calendar_block": ("calendar entry", "calendar entries"),
    "feature": ("answer about the site", "answers about the site"),
    "out_of_use": ("check out of use", "checks out of use"),
    "site_note": ("line of the site sheet", "lines of the site sheet"),
    "cover_worked": ("cover worked", "covers worked"),
    "undone": ("stretch of a merge undone", "stretches of a merge undone"),
    "remark": ("decision about an entry", "decisions about entries"),
    "message": ("message", "messages"),
}
"""Each table as one and as many."""

FIELDS: Final[dict[str, str]] = {
    "about": "what it is about", "absence": "absence", "address": "address", "answer": "answer",
    "answer_by": "answer by", "answers": "what it answers", "applies": "whether it applies",
    "approved_by": "approved by", "area": "area", "back_on": "back in use on", "built_year": "year built",
    "check_id": "check", "checks": "checks", "checks_confirmed_on": "checks confirmed on",
    "closed_by": "closed by", "closed_on": "closed on", "closes": "closes", "cluster": "cluster", "code": "code",
    "corrects": "what it corrects", "cost": "cost", "course": "course", "cover_id": "cover", "days": "days",
    "doer": "who does it", "done_by": "done by", "done_minute": "time", "done_on": "done on", "due_on": "due on",
    "duties": "duties", "easting": "map position, east", "employer": "employer", "ends": "ends",
    "enclosures": "files with it", "evidence": "evidence", "evidence_ref": "where the evidence is",
    "expires_on": "runs out on", "file": "file", "first": "first", "first_used_on": "first used on",
    "first+last": "days", "given_by": "given by", "grant_id": "permission", "half": "half", "head": "last entry",
    "helper": "who covers", "helper_person": "who covers", "helper_school": "school that helps", "how": "how",
    "how_to": "how to do it", "impact": "what it changes", "interim_control+interim_until": "made safe until then by",
    "job_title": "job", "key_holder": "holds keys", "kind": "kind", "last": "last", "left_on": "left on",
    "legal_due": "due by law", "locks": "locks up", "manages": "manages this register", "measure": "measure",
    "modelled_on": "modelled on", "name": "name", "needed_by": "needed by", "northing": "map position, north",
    "note": "note", "offers_cover": "offers cover", "on_behalf": "on behalf of", "on_date": "day", "op": "entry",
    "opens": "opens", "outcome": "result", "owner": "who answers for it", "parent": "part of",
    "passed_on": "passed on", "person": "person", "person_name": "person", "phase": "phase", "phone": "phone",
    "place": "place", "point": "point tested", "points": "points to test", "postcode": "postcode",
    "printed_on": "printed on", "provider": "provider", "pupils": "pupils", "raised_by": "reported by",
    "raised_on": "reported on", "readings": "readings", "reason": "reason",
    "record": "record of the check", "recorded_by": "entered by", "review_on": "review on", "risk": "risk",
    "role": "role", "rule+anchor+weekday": "how often", "said_by": "said by", "said_on": "said on",
    "short_name": "short name", "since": "since", "skill": "skill needed", "sort": "order", "sort_of": "sort of school",
    "standing": "whether it counts", "standing_in_law": "standing in law", "starts": "starts", "starts+ends": "hours",
    "state": "state", "stop_on": "stop using on", "stream": "line of history", "target_on": "target date",
    "term": "term", "title": "name", "to": "for", "town": "town", "type": "type", "unlocks": "opens up",
    "until": "until", "urn": "URN", "utc_offset": "clock", "why": "why it applies", "word": "decision",
    "words": "words",
}  # fmt: skip
"""Each column, or group of columns, as people call it."""

_HIDDEN: Final = frozenset({"utc_offset", "grant_id", "sort", "easting", "northing", "modelled_on", "stream", "head"})
_MINUTES: Final = frozenset({"starts", "ends", "done_minute", "opens", "closes"})
_OUTCOMES: Final = words.OUTCOME_WORDS


def table_words(name: str, number: int = 1) -> str:
    """Return what so many rows of a table are called."""
    one, many = TABLES[name]
    return one if number == 1 else many


def field_words(name: str) -> str:
    """Return what a column or group is called."""
    return FIELDS[name]


def said(con: Connection, column: registry.Column, value: Any) -> str:
    """Return a cell's value as people read it; a group's values in one line."""
    if column.is_group:
        cells = value if isinstance(value, list) else []
        told = [_one(con, f, v) for f, v in zip(column.fields, cells, strict=False) if v is not None]
        return ", ".join(told) or "nothing"
    return _one(con, column.fields[0], value)


def _one(con: Connection, field: registry.Field, value: Any) -> str:
    from db.derived import date_of
    from db.queries.exchange import called

    if value is None or value == "":
        return "nothing"
    if field.name == "secret":  # what stands behind a PIN is for nobody to read
        return "not shown"
    if field.type == "date" and isinstance(value, int):
        return words.long_date(date_of(value))
    if field.type == "id" and isinstance(value, bytes):
        unknown = "somebody else" if field.name in ("owner", "doer", "person") else "something else"
        return called(con, value) or unknown
    if field.type == "bool":
        return "yes" if value else "no"
    if field.name in _MINUTES and isinstance(value, int) and 0 <= value < 1440:
        return f"{value // 60:02d}:{value % 60:02d}"
    if field.name == "cost" and isinstance(value, int):
        return words.money(value)
    if field.type == "json" and isinstance(value, str):
        return _json_words(con, value)
    return _OUTCOMES.get(value, value) if isinstance(value, str) else str(value)


def _json_words(con: Connection, text: str) -> str:
    from db.queries.exchange import called

    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return text
    parts = []
    for one in found if isinstance(found, list) else [found]:
        if isinstance(one, dict):
            parts.append(" ".join(str(v) for k, v in one.items() if k != "sha256" and v is not None))
        elif isinstance(one, str) and len(one) == 32 and _is_hex(one):
            parts.append(called(con, bytes.fromhex(one)) or "something else")
        else:
            parts.append(str(one))
    return ", ".join(parts) or "nothing"


def _is_hex(text: str) -> bool:
    return all(letter in "0123456789abcdef" for letter in text)


def row_said(con: Connection, table: registry.Table, cells: dict[int, Any]) -> tuple[tuple[str, str], ...]:
    """Return (column, value) in words for those cells that say something."""
    out = []
    for column in table.columns:
        value = cells.get(column.number)
        if value in (None, "", []) or column.name in _HIDDEN:
            continue
        out.append((field_words(column.name), said(con, column, value)))
    return tuple(out)
