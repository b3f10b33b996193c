"""The premises log book's content: each section's checks with their records, visits, faults and walks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import logbook as book
from bursar_desk.domain import words
from bursar_desk.domain.intervals import Form, describe
from bursar_desk.services import catalogue
from bursar_desk.services.checks import names_for
from bursar_desk.services.reporting_governors import school_time
from bursar_desk.services.reporting_inspector import (
    Past,
    count_words,
    done_by_words,
    entered_on,
    pasts,
    period,
    reason_words,
    result_words,
    total_words,
)
from bursar_desk.services.reporting_terms import calendar_for, choose

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.engine import Connection
    from db.queries.checks import RecordRow
    from reports.logbook import BookCheck, BookRow, BookSection, Logbook

_MARKS: Final = {"satisfactory": "tick", "satisfactory_with_actions": "triangle", "unsatisfactory": "square"}
_FAULT_STATES: Final = {
    "reported": "Reported", "made safe": "Made safe", "ordered": "Ordered", "done": "Put right",
    "verified": "Put right and looked at", "rejected": "Not a fault",
}  # fmt: skip


def logbook(
    desk: Desk, first: dt.date | None = None, last: dt.date | None = None, school: bytes | None = None
) -> Logbook:
    """Return the log book of a school from ``first`` to ``last``, by default this term up to today.

    Sections without a check that applies and without a record are left out; attendance, faults and walks always stay.
    """
    from bursar_desk.services.as_at import words_of
    from bursar_desk.services.fingerprints import stamp_of
    from reports.logbook import Logbook

    whose = school or desk.home
    with desk.store.connect() as con:
        names = names_for(desk, con)
        term = choose(calendar_for(con, whose), desk.today, None, None, None)
        begin, end = period(desk.today, first or (term.first if last is None else None), last)
        told = pasts(con, whose, desk.today, begin, end)
        sections = (*_front(con, whose, begin, end), *_sections(told, names.places))
    row = desk.school(whose)
    address = ", ".join(part for part in dict.fromkeys((row.address, row.town, row.postcode)) if part)
    return Logbook(
        row.name, address, begin, end, f"All checks: {count_words(told)}", sections, school_time(desk), desk.who,
        stamp_of(desk, whose), words_of(desk), desk.practice,
    )  # fmt: skip


def _sections(told: Sequence[Past], places: dict[bytes, str]) -> list[BookSection]:
    from reports.logbook import BookSection

    rows = catalogue.load()
    by_code: dict[str, list[Past]] = {}
    for one in told:
        row = rows.get(one.one.check.code)
        by_code.setdefault(book.section_of(row.category if row else "").code, []).append(one)
    return [
        BookSection(
            section.code, section.title,
            tuple(_check(one, places) for one in sorted(by_code[section.code], key=lambda one: one.one.check.title)),
            summary=f"{words.count(len(by_code[section.code]), 'check')}: {count_words(by_code[section.code])}",
        )
        for section in book.sections() if section.code in by_code
    ]  # fmt: skip


def _check(past: Past, places: dict[bytes, str]) -> BookCheck:
    from reports.logbook import BookCheck, BookRow

    check = past.one.check
    row = catalogue.load().get(check.code)
    every = describe(past.one.facts.rule)
    about = ". ".join(
        part for part in (every[:1].upper() + every[1:], places.get(check.place or b"", "Whole school")) if part
    )
    by_week = past.one.facts.rule.form is Form.DAILY
    done = _weeks(past) if by_week else [(r.done_on, _record(past, r)) for r in past.records]
    gaps = [
        (gap.due, BookRow(words.short_date(gap.due), "Missed", "",
                          reason_words(gap.reason, gap.note) or "No reason was given", "", "slash"))
        for gap in past.missed
    ]  # fmt: skip
    rows = tuple(made for _, made in sorted([*done, *gaps], key=lambda pair: pair[0]))
    return BookCheck(row.code if row else "", check.title, f"{about}.", total_words(past), rows)


def _record(past: Past, row: RecordRow) -> BookRow:
    from reports.logbook import BookRow

    _, late, in_time = past.late.get(row.id, (None, None, True))
    outcome, _, more = result_words(row).partition(". ")
    if not in_time and late:
        outcome += f", {words.count(late, 'day')} late"
    return BookRow(
        words.short_date(row.done_on), outcome, done_by_words(row), more, _entered(row), _MARKS.get(row.outcome, "dash")
    )


def _entered(row: RecordRow) -> str:
    entered = entered_on(row.id)
    said = "Same day" if entered == row.done_on else words.short_date(entered)
    return f"{said}, sheet {row.sheet}" if row.sheet else said


def _weeks(past: Past) -> list[tuple[dt.date, BookRow]]:
    """Put the plain passes of a daily look into one line a week and person; whatever says more has its own line."""
    from reports.logbook import BookRow

    made: list[tuple[dt.date, BookRow]] = []
    weeks: dict[tuple[dt.date, str], list[RecordRow]] = {}
    for row in past.records:
        plain = row.outcome == "satisfactory" and not row.note and not row.readings and row.id in past.late
        if plain and past.late[row.id][2] and entered_on(row.id) == row.done_on:
            monday = row.done_on - dt.timedelta(days=row.done_on.weekday())
            weeks.setdefault((monday, done_by_words(row)), []).append(row)
        else:
            made.append((row.done_on, _record(past, row)))
    for (_, by), rows in weeks.items():
        first, last = rows[0].done_on, rows[-1].done_on
        days = words.short_date(first) if first == last else f"{first.day} to {words.short_date(last)}"
        if first != last and first.month != last.month:
            days = f"{first.day} {words.month_short(first)} to {words.short_date(last)}"
        on = ", ".join(words.WEEKDAYS[row.done_on.weekday()][:3] for row in rows)
        made.append((first, BookRow(days, f"{len(rows)} passed", by, on, "Same day", "tick")))
    return made


# --- the front of the book -------------------------------------------------------------------------------------------


def _front(con: Connection, school: bytes, first: dt.date, last: dt.date) -> tuple[BookSection, ...]:
    return _attendance(con, school, first, last), _faults(con, school, first, last), _walks(con, school, first, last)


def _attendance(con: Connection, school: bytes, first: dt.date, last: dt.date) -> BookSection:
    from db.queries.contractors import contractors, visits
    from reports.logbook import VISITS, BookSection

    names = {one.id: one.name for one in contractors(con, school)}
    found = list(reversed(visits(con, school, first=first, last=last)))
    rows = tuple(
        (words.short_date(one.on),
         ", ".join(part for part in (names.get(one.contractor or b"", ""), one.worker) if part),
         _time(one.arrived), _time(one.went), one.purpose, "Signed" if one.asbestos_signed else "Not signed")
        for one in found
    )  # fmt: skip
    return BookSection(
        book.ATTENDANCE.code, book.ATTENDANCE.title, heads=VISITS, rows=rows,
        nothing="No visit was written down in this period.", summary=words.count(len(rows), "visit"),
    )  # fmt: skip


def _time(minute: int | None) -> str:
    return "" if minute is None else f"{minute // 60:02d}:{minute % 60:02d}"


def _faults(con: Connection, school: bytes, first: dt.date, last: dt.date) -> BookSection:
    from db.queries.checks import defects
    from reports.logbook import FAULTS, BookSection

    found = [
        one for one in defects(con, school, last)
        if one.raised_on and (one.open or (one.closed_on or last) >= first or one.raised_on >= first)
    ]  # fmt: skip
    found.sort(key=lambda one: (one.raised_on or first, one.id))
    rows = tuple(
        (words.short_date(one.raised_on), one.title, one.risk.capitalize(),
         _FAULT_STATES.get(one.state, one.state), words.short_date(one.closed_on), one.closed_by or one.raised_by)
        for one in found
    )  # fmt: skip
    still = sum(one.open for one in found)
    return BookSection(
        book.FAULTS.code, book.FAULTS.title, heads=FAULTS, rows=rows, nothing="No fault was open in this period.",
        summary=f"{words.count(len(rows), 'fault')}, {words.number(still)} still open",
    )  # fmt: skip


def _walks(con: Connection, school: bytes, first: dt.date, last: dt.date) -> BookSection:
    from bursar_desk.services.walks import load
    from db.queries.sheets import walks
    from reports.logbook import BookSection

    asks = {one.code: one.ask for one in load().questions}
    rows = []
    for walk in walks(con, school, first, last):
        no = [one for one in walk.answers if one.get("answer") == "no"]
        said = "; ".join(asks.get(str(one.get("question")), "") + _note(one) for one in no) or "All answered with yes"
        rows.append(
            (words.short_date(walk.on), walk.said_by, words.number(len(walk.answers)), words.number(len(no)), said)
        )
    heads = (("Day", 72.0), ("Who", 96.0), ("Answers", 50.0), ("No", 30.0), ("Answered with no", 269.0))
    return BookSection(
        book.WALKS.code, book.WALKS.title, heads=heads, rows=tuple(rows),
        nothing="No walk was recorded in this period.", summary=words.count(len(rows), "walk"),
    )  # fmt: skip


def _note(answer: dict[str, object]) -> str:
    return f" ({answer['note']})" if answer.get("note") else ""
