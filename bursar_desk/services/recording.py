"""Recording checks: done, not done, put off, out of use; each one act, and what it leads to next."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.calendar import SchoolCalendar
from bursar_desk.domain.check_facts import due_series
from bursar_desk.domain.checks import Completion, NotDoneReason, Outcome
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.services import bank_holidays
from bursar_desk.services.checks import CheckLine, line_of, listing, names_for, school_of
from bursar_desk.services.standing import calendars, standings

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.queries.checks import CheckRow
    from db.session import Act


@dataclass(frozen=True, slots=True)
class NewDefect:
    """A fault reported together with a check, or alone."""

    title: str
    risk: str = "medium"
    note: str = ""
    target_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Doing:
    """One check as it was done. ``readings`` are scaled to tenths: ``{"name": "hot", "value": 462, "unit": "°C"}``."""

    check: bytes
    done: dt.date
    by: str
    outcome: str
    minute: int | None = None
    point: str = ""
    readings: tuple[dict[str, Any], ...] = ()
    note: str = ""
    printed: dt.date | None = None
    evidence: str = "none"  # none | held | awaited
    evidence_ref: str = ""
    on_behalf: str = ""
    defect: NewDefect | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What recording did."""

    records: tuple[bytes, ...]
    defects: tuple[bytes, ...]
    next_due: dt.date | None
    because: str
    changes: Changes
    sentence: str = ""
    lines: tuple[CheckLine, ...] = field(default=())


def record(desk: Desk, doing: Doing) -> Recorded:
    """Record one check; a fail opens a fault unless one is given. Raises ``UserError`` for what cannot be."""
    return record_round(desk, [doing])


def record_round(desk: Desk, doings: Sequence[Doing]) -> Recorded:
    """Record a whole round as one act, which one Ctrl+Z takes back."""
    if not doings:
        raise UserError("There is nothing to record.", "Nothing was changed.", "Tick at least one check.")
    known = _known_checks(desk, [doing.check for doing in doings])
    for doing in doings:
        _must_make_sense(desk, doing)
    code = ActCode.RECORD_CHECK if len(doings) == 1 else ActCode.RECORD_ROUND
    subject = known[doings[0].check].title if len(doings) == 1 else words.count(len(doings), "check")
    records, defects = [], []
    with desk.act(code, subject=subject) as act:
        for doing in doings:
            made, fault = _write_record(desk, act, doing, known[doing.check])
            records.append(made)
            defects.extend([fault] if fault else [])
    return _after(desk, doings, known, records, defects, Changes(frozenset(act.tables), act.note.act))


def _known_checks(desk: Desk, ids: Sequence[bytes]) -> dict[bytes, CheckRow]:
    from db.queries.checks import checks

    with desk.store.connect() as con:
        found = {one.id: one for one in checks(con, ids=list(ids))}
    for one in ids:
        if one not in found or found[one].school != desk.home:
            raise UserError(
                "That check belongs to another school." if one in found else "That check is not in this register.",
                "Nothing was changed.", "Choose it from the list.",
            )  # fmt: skip
    return found


def _must_make_sense(desk: Desk, doing: Doing) -> None:
    if doing.outcome not in set(Outcome):
        raise UserError(
            f"“{doing.outcome}” is not an outcome.", "Nothing was changed.", f"Use one of: {', '.join(Outcome)}."
        )
    if doing.done > desk.today:
        raise UserError(
            f"{words.long_date(doing.done)} has not come yet.",
            "Nothing was changed.",
            "Enter the day the check was done.",
        )
    if doing.done.year < 1900:
        raise UserError("That day is too long ago.", "Nothing was changed.", "Check the year.")
    if not doing.by.strip():
        raise UserError("Enter who did the check.", "Nothing was changed.", "A name is enough.")


def _write_record(desk: Desk, act: Act, doing: Doing, check: CheckRow) -> tuple[bytes, bytes | None]:
    person = desk.person
    values = {
        "check_id": doing.check, "done_on": doing.done, "done_minute": doing.minute, "utc_offset": _offset(desk),
        "outcome": doing.outcome, "done_by": doing.by.strip(), "person": _person_named(desk, doing.by),
        "on_behalf": doing.on_behalf or None, "recorded_by": person.name if person else desk.who,
        "point": doing.point or None,
        "readings": json.dumps(list(doing.readings), ensure_ascii=False) if doing.readings else None,
        "note": doing.note or None, "printed_on": doing.printed, "evidence": doing.evidence,
        "evidence_ref": doing.evidence_ref or None,
    }  # fmt: skip
    made = act.fact("check_record", values)
    wanted = doing.defect
    if wanted is None and doing.outcome == Outcome.UNSATISFACTORY:
        wanted = NewDefect(f"{check.title}: failed", "high", doing.note)
    if wanted is None:
        return made, None
    fault = {
        "check_id": doing.check, "record": made, "place": check.place, "title": wanted.title, "risk": wanted.risk,
        "state": "reported", "raised_on": doing.done, "raised_by": doing.by.strip(), "note": wanted.note or None,
        **({} if desk.is_guest else {"target_on": wanted.target_on, "owner": check.owner}),
    }  # fmt: skip
    return made, act.create("defect", fault)


def _offset(desk: Desk) -> int:
    from bursar_desk.clock import utc_offset_minutes

    return utc_offset_minutes(desk.clock.now_ms())


def _person_named(desk: Desk, name: str) -> bytes | None:
    from db.queries.people import people

    with desk.store.connect() as con:
        found = [one.id for one in people(con, desk.home) if one.name.casefold() == name.strip().casefold()]
    return found[0] if len(found) == 1 else None


def _after(
    desk: Desk, doings: Sequence[Doing], known: dict[bytes, CheckRow], records: list[bytes], defects: list[bytes],
    changes: Changes,
) -> Recorded:  # fmt: skip
    with desk.store.connect() as con:
        now = standings(con, desk.home, desk.today, set(known))
        names = names_for(desk, con)
    lines = tuple(line_of(one, names) for one in now)
    first = next(line for line in lines if line.id == doings[0].check)
    sentence = f"{first.title} recorded." if len(doings) == 1 else f"{words.count(len(doings), 'check')} recorded."
    if defects:
        sentence += f" {words.count(len(defects), 'fault')} reported."
    return Recorded(tuple(records), tuple(defects), first.legal_due, first.because, changes, sentence, lines)


def not_done(
    desk: Desk, check: bytes, *, reason: str, note: str = "", on: dt.date | None = None, due_on: dt.date | None = None
) -> Changes:
    """Say that a check was not done, and why: a fact of its own, which satisfies nothing."""
    known = _known_checks(desk, [check])[check]
    if reason not in set(NotDoneReason):
        raise UserError(
            f"“{reason}” is not a reason.", "Nothing was changed.", f"Use one of: {', '.join(NotDoneReason)}."
        )
    person = desk.person
    with desk.act(ActCode.NOT_DONE, subject=known.title) as act:
        act.fact("not_done", {
            "check_id": check, "said_on": on or desk.today, "due_on": due_on, "reason": reason, "note": note or None,
            "said_by": desk.who, "person": person.id if person else None,
        })  # fmt: skip
    return Changes(frozenset(act.tables), act.note.act)


def put_off(desk: Desk, check: bytes, *, until: dt.date, reason: str) -> Changes:
    """Put a check off once, with a reason, never past a legal limit: only the day people plan with moves."""
    known = _known_checks(desk, [check])[check]
    line = next(line for line in listing(desk).lines if line.id == check)
    if not reason.strip():
        raise UserError("Putting a check off needs a reason.", "Nothing was changed.", "Say why in a few words.")
    if until <= desk.today:
        raise UserError("That day is not in the future.", "Nothing was changed.", "Choose a later day.")
    if line.required and line.legal_due is not None and until > line.legal_due:
        raise UserError(
            f"{line.title} is required by {words.long_date(line.legal_due)}.", "Nothing was changed.",
            "Choose a day before that, or record why it was not done.",
        )  # fmt: skip
    person = desk.person
    with desk.act(ActCode.PUT_OFF, subject=known.title) as act:
        act.fact("put_off", {
            "check_id": check, "legal_due": line.legal_due, "until": until, "reason": reason.strip(),
            "said_by": desk.who, "person": person.id if person else None, "said_on": desk.today,
        })  # fmt: skip
    return Changes(frozenset(act.tables), act.note.act)


def take_out_of_use(desk: Desk, check: bytes, *, how: str, since: dt.date | None = None) -> Changes:
    """Note that something is locked off: its row turns grey, its clock still runs (rules section 4)."""
    known = _known_checks(desk, [check])[check]
    if not how.strip():
        raise UserError(
            "Say how it was put out of use.", "Nothing was changed.", "For example: locked off, key in the safe."
        )
    with desk.act(ActCode.TAKE_OUT_OF_USE, subject=known.title) as act:
        act.create(
            "out_of_use", {"check_id": check, "since": since or desk.today, "how": how.strip(), "said_by": desk.who}
        )
    return Changes(frozenset(act.tables), act.note.act)


def next_dates_if(desk: Desk, check: bytes, done: dt.date, outcome: str = Outcome.SATISFACTORY) -> tuple[dt.date, ...]:
    """Return the next three due dates if the check were recorded on a day: shown before anything is saved."""
    with desk.store.connect() as con:
        school = school_of(con, check)
        one = standings(con, school, desk.today, {check})[0]
        calendar = calendars(con, school).get(school, SchoolCalendar((), bank_holidays.england()))
    completions = tuple(sorted((*one.facts.completions, Completion(done, Outcome(outcome))), key=lambda c: c.done))
    return due_series(replace(one.facts, completions=completions), max(done, desk.today), calendar)


def evidence_print(file: Path) -> str:
    """Return the SHA-256 of a paper, so that it can be told years later from one that was changed."""
    whole = hashlib.sha256()
    with file.open("rb") as opened:
        while part := opened.read(1024 * 1024):
            whole.update(part)
    return f"sha256:{whole.hexdigest()}"
