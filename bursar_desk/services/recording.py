"""Recording checks: done, point by point, in rounds, corrected; each one act, and what it leads to next."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.calendar import SchoolCalendar
from bursar_desk.domain.check_facts import due_series
from bursar_desk.domain.checks import Completion, Outcome
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.domain.steps import named, parse_steps
from bursar_desk.services import bank_holidays
from bursar_desk.services.checks import line_of, names_for, school_of
from bursar_desk.services.recording_later import (
    back_in_use,
    explain_missed,
    not_done,
    put_off,
    take_out_of_use,
)
from bursar_desk.services.recording_rules import Ready, known_checks, make_ready
from bursar_desk.services.recording_shapes import Doing, NewDefect, PointResult, Recorded
from bursar_desk.services.recording_write import Written, look_around, write_all
from bursar_desk.services.standing import calendars, standings

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.recording_history import PastEntry
    from db.queries.checks import RecordRow
    from db.session import Act

__all__ = [
    "Doing", "NewDefect", "PointResult", "Recorded", "as_written", "back_in_use", "correct", "evidence_print",
    "explain_missed",
    "next_dates_if", "not_done", "put_off", "record", "record_points", "record_round", "take_out_of_use",
]  # fmt: skip

_EVIDENCE_DAYS = 28


def record(desk: Desk, doing: Doing) -> Recorded:
    """Record one check; a fail opens a fault unless one is given. Raises ``UserError`` for what cannot be."""
    return record_round(desk, [doing])


def record_points(desk: Desk, doing: Doing, results: Sequence[PointResult]) -> Recorded:
    """Record several points of one check in one act, each with its own result; what is left out stays to be done.

    ``doing`` says who, when and with what paper; its own outcome, readings and point are not used. Raises
    ``UserError`` for a point the check does not have, or one named twice.
    """
    check = known_checks(desk, [doing.check])[doing.check]
    names = [one.point for one in results]
    odd = [name for name in names if name not in check.points]
    if odd or len(set(names)) != len(names):
        raise UserError(
            f"“{odd[0] if odd else names[0]}” is not a point of {check.title} once.", "Nothing was changed.",
            f"The points are: {', '.join(check.points)}.",
        )  # fmt: skip
    doings = [
        replace(
            doing, point=one.point, outcome=one.outcome, note=one.note or doing.note, readings=one.readings,
            defect=one.defect, files=doing.files if not n else (), kept=doing.kept if not n else (),
            missed_reason=doing.missed_reason if not n else "",
        )
        for n, one in enumerate(results)
    ]  # fmt: skip
    subject = f"{check.title}, {words.out_of(len(results), len(check.points))}"
    return record_round(desk, doings, code=ActCode.RECORD_CHECK, subject=subject)


def record_round(
    desk: Desk, doings: Sequence[Doing], *, code: ActCode | None = None, subject: str = "",
    besides: Callable[[Act], None] | None = None,
) -> Recorded:  # fmt: skip
    """Record a whole round as one act, which one Ctrl+Z takes back.

    ``code`` and ``subject`` name the act where it is more than a round; ``besides`` writes into the same act.
    """
    if not doings:
        raise UserError("There is nothing to record.", "Nothing was changed.", "Tick at least one check.")
    known = known_checks(desk, [doing.check for doing in doings])
    ready = make_ready(desk, doings, known)
    around = look_around(desk, ready)
    code = code or (ActCode.RECORD_CHECK if len(doings) == 1 else ActCode.RECORD_ROUND)
    subject = subject or (known[doings[0].check].title if len(doings) == 1 else words.count(len(doings), "check"))
    with desk.act(code, subject=subject) as act:
        made = write_all(desk, act, ready, around)
        if besides is not None:
            besides(act)
    return _after(desk, ready, made, Changes(frozenset(act.tables), act.note.act))


def correct(desk: Desk, record: bytes, doing: Doing, why: str) -> Recorded:
    """Put a record right: a new one takes its place and the first stays in the history for ever.

    Its fault and its documents go with the new record. Raises ``UserError`` without a reason, and for a record that
    is not here, belongs to another check or was set aside already.
    """
    first = _standing(desk, record)
    if first.check != doing.check:
        raise UserError("That record belongs to another check.", "Nothing was changed.", "Take it out, then record.")
    if not why.strip():
        raise UserError("Correcting a record takes a reason.", "Nothing was changed.", "Say why in a few words.")
    known = known_checks(desk, [doing.check])
    note = " ".join(part for part in (words.sentence(doing.note), f"Corrected: {words.sentence(why)}") if part)
    ready = make_ready(desk, [replace(_kept_of(first, doing), note=note)], known)
    around = look_around(desk, ready)
    faults, documents = _hanging_on(desk, record)
    with desk.act(ActCode.CORRECT, subject=f"{known[doing.check].title}. Reason: {why.strip()}") as act:
        act.set_aside("check_record", record)
        made = write_all(desk, act, ready, around, corrects=record)
        for fault in faults:
            act.set("defect", fault, {"record": made.records[0]})
        for document in documents:
            act.fact("evidence_link", {
                "evidence": document, "about_table": "check_record", "about": made.records[0], "said_by": desk.who,
            })  # fmt: skip
        if doing.outcome == Outcome.UNSATISFACTORY and not faults:
            made.defects.append(_fault_of(desk, act, ready[0], made.records[0]))
    done = _after(desk, ready, made, Changes(frozenset(act.tables), act.note.act))
    still = f" {words.count(len(faults), 'fault')} stays linked to it." if faults else ""
    return replace(done, sentence=f"{known[doing.check].title} corrected. The first entry stays in the history.{still}")


def as_written(check: bytes, first: PastEntry) -> Doing:
    """Return what an entry of the history says, to be corrected in part."""
    return Doing(
        check, first.on, first.by, first.outcome, point=first.point, readings=first.readings, note=first.note,
        second_by=first.facts.second_by, declared=first.facts.declared, on_behalf=first.facts.on_behalf,
    )  # fmt: skip


def _kept_of(first: RecordRow, doing: Doing) -> Doing:
    """Keep what a correction says nothing of: the paper and its date decide when it is next due."""
    if doing.evidence == "none" and first.evidence != "none":
        doing = replace(doing, evidence=first.evidence, evidence_ref=doing.evidence_ref or first.evidence_ref)
    same_day = doing.done == first.done_on
    return replace(
        doing, printed=doing.printed or first.printed_on, retest=doing.retest or first.retest,
        minute=first.done_minute if doing.minute is None and same_day else doing.minute,
        minutes=first.minutes if doing.minutes is None else doing.minutes,
    )  # fmt: skip


def _fault_of(desk: Desk, act: Act, ready: Ready, record: bytes) -> bytes:
    from bursar_desk.services.recording_rules import proposed_fault
    from bursar_desk.services.recording_write import fault_values

    wanted = ready.doing.defect or proposed_fault(ready.check, ready.doing, ready.wrong)
    return act.create("defect", fault_values(desk, ready, record, wanted))


def _standing(desk: Desk, record: bytes) -> RecordRow:
    from db.queries.checks import records_by_id
    from db.queries.recorded import set_aside

    with desk.store.connect() as con:
        found = records_by_id(con, [record])
        gone = set_aside(con, [record])
    if not found:
        raise UserError("That record is not in this register.", "Nothing was changed.", "Choose it in the history.")
    if gone:
        raise UserError("That record was set aside already.", "Nothing was changed.", "Correct the one that stands.")
    return found[0]


def _hanging_on(desk: Desk, record: bytes) -> tuple[list[bytes], list[bytes]]:
    """Return the faults and the documents of a record."""
    from db.queries.checks import defects
    from db.queries.evidence import links

    with desk.store.connect() as con:
        faults = [one.id for one in defects(con, desk.home) if one.record == record]
        return faults, list(dict.fromkeys(one.evidence for one in links(con, about=[record])))


def _after(desk: Desk, ready: Sequence[Ready], made: Written, changes: Changes) -> Recorded:
    checks = {one.check.id for one in ready}
    with desk.store.connect() as con:
        now = standings(con, desk.home, desk.today, checks)
        names = names_for(desk, con)
    lines = tuple(line_of(one, names) for one in now)
    first = next(line for line in lines if line.id == ready[0].check.id)
    said = [f"{first.title} recorded." if len(checks) == 1 else f"{words.count(len(ready), 'check')} recorded."]
    said += [f"{words.count(len(made.defects), 'fault')} reported."] if made.defects else []
    said += [f"{words.count(made.closed, 'fault')} put right."] if made.closed else []
    wrong = tuple(
        f"{one.check.title}: {bad.sentence}" for one in ready for bad in one.wrong if not made.defects
    )  # fmt: skip
    return Recorded(
        tuple(made.records), tuple(made.defects), first.legal_due, first.because, changes, " ".join(said), lines,
        wrong, _told(ready, made), tuple(made.documents),
    )  # fmt: skip


def _told(ready: Sequence[Ready], made: Written) -> tuple[str, ...]:
    """What people should know beside it: a document awaited, a reading not asked for, days missed, on whose behalf."""
    told = []
    for one in ready:
        if one.doing.evidence == "awaited":
            until = one.doing.done + dt.timedelta(days=_EVIDENCE_DAYS)
            told.append(f"The document of {one.check.title} is awaited until {words.long_date(until)}.")
        steps = parse_steps(one.check.readings)
        read = [str(reading.get("name", "")) for reading in one.doing.readings]
        odd = [words.quoted(name) for name in read if steps and named(steps, name) is None]
        if odd:  # under a name nobody knows it passes every limit
            told.append(f"{one.check.title} does not ask for {words.listing(odd)}, so no limit was looked at.")
        if one.doing.on_behalf:
            told.append(f"{one.check.title} was recorded on behalf of {one.doing.on_behalf}.")
    if made.missed:
        told.append(f"The reason is kept with {words.count(made.missed, 'missed day')}.")
    return tuple(dict.fromkeys(told))


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
