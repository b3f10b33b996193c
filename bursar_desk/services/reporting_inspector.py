"""The inspector's log: what was due, what was done, late or missed, and who entered it when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bursar_desk.domain import areas, words
from bursar_desk.domain.check_facts import CheckFacts, history_of
from bursar_desk.domain.checks import NotDoneReason, Outcome
from bursar_desk.domain.due import Anchor
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.intervals import describe
from bursar_desk.domain.missed import Missed, Skip, missed_between
from bursar_desk.domain.status import Word
from bursar_desk.services import catalogue
from bursar_desk.services.checks import names_for
from bursar_desk.services.reporting_governors import school_time
from bursar_desk.services.reporting_lines import tenths
from bursar_desk.services.reporting_terms import calendar_for
from bursar_desk.services.standing import CheckStanding, completion_of, standings

if TYPE_CHECKING:
    from bursar_desk.domain.calendar import SchoolCalendar
    from bursar_desk.domain.checks import Completion
    from bursar_desk.services.desk import Desk
    from db.engine import Connection
    from db.queries.checks import NotDoneRow, RecordRow
    from reports.inspector import InspectorLog, LogCheck, Slot

LAW = {
    "statutory": "The law asks for it",
    "approved_code_or_standard": "A code or standard sets it",
    "recommended": "Good practice, not law",
}


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of one check up to the end of a period: its records with their lateness, and what was missed."""

    one: CheckStanding
    records: tuple[RecordRow, ...]
    late: dict[bytes, tuple[dt.date | None, int | None, bool]]
    missed: tuple[Missed, ...]
    skips: tuple[NotDoneRow, ...]

    @property
    def counts(self) -> tuple[int, int, int]:
        """Return how many were done on time, done late and missed."""
        told = [self.late[one.id] for one in self.records if one.id in self.late]
        on_time = sum(in_time for _, _, in_time in told)
        return on_time, len(told) - on_time, len(self.missed)


def inspector(
    desk: Desk, checks: Sequence[bytes], first: dt.date | None = None, last: dt.date | None = None,
    school: bytes | None = None, *, title: str = "",
) -> InspectorLog:  # fmt: skip
    """Return the log of some checks from ``first`` to ``last``, by default the twelve months up to today.

    Raises ``UserError`` for a period that ends before it begins, or for checks that are not here.
    """
    from bursar_desk.services.as_at import words_of
    from bursar_desk.services.fingerprints import stamp_of
    from reports.inspector import InspectorLog

    whose = school or desk.home
    begin, end = period(desk.today, first, last)
    with desk.store.connect() as con:
        names = names_for(desk, con)
        told = pasts(con, whose, desk.today, begin, end, set(checks))
    if not told:
        raise UserError("Say which check the log is for.", "Nothing was made.", "Choose one of the list.")
    titles = [one.one.check.title for one in told]
    evidence = _evidence(desk, [row.id for one in told for row in one.records])
    made = tuple(
        _log_check(one, names.places.get(one.one.check.place or b"", "Whole school"), evidence, end, desk.today)
        for one in told
    )
    return InspectorLog(
        names.school(whose)[0], title or (titles[0] if len(titles) == 1 else words.count(len(titles), "check")), begin,
        end, made, school_time(desk), stamp_of(desk, whose), words_of(desk), desk.practice,
    )  # fmt: skip


def period(today: dt.date, first: dt.date | None, last: dt.date | None) -> tuple[dt.date, dt.date]:
    """Return the period asked for; by default twelve months that end today, and never beyond today."""
    end = min(last or today, today)
    year_before = (
        end.replace(year=end.year - 1) if (end.month, end.day) != (2, 29) else end.replace(year=end.year - 1, day=28)
    )
    begin = first or year_before + dt.timedelta(days=1)
    if begin > end:
        raise UserError("The period ends before it begins.", "Nothing was made.", "Check the two days.")
    return begin, end


def subjects(desk: Desk, school: bytes | None = None) -> list[tuple[str, str]]:
    """Return what a log can be made of, as (key, words): each check that applies by title, then each area."""
    from db.queries.checks import checks

    with desk.store.connect() as con:
        listed = [one for one in checks(con, school or desk.home) if one.applies == "yes"]
    by_title = sorted(((one.id.hex(), one.title) for one in listed), key=lambda pair: pair[1].casefold())
    used = {one.area for one in listed}
    return by_title + [(area.code, f"All of {area.name}") for area in areas.AREAS if area.code in used]


def find(desk: Desk, typed: str, school: bytes | None = None) -> tuple[tuple[bytes, ...], str]:
    """Return the checks that words name, with what to call them: an area's code or name, a code, an id, a title."""
    from bursar_desk.services import checks as service
    from db.queries.checks import checks

    wanted = typed.strip().casefold()
    area = next((one for one in areas.AREAS if wanted in (one.code, one.name.casefold())), None)
    if area is None:
        return (service.find(desk, typed, school),), ""
    with desk.store.connect() as con:
        found = [one.id for one in checks(con, school or desk.home) if one.area == area.code and one.applies == "yes"]
    return tuple(found), area.name


# --- what happened ---------------------------------------------------------------------------------------------------


def pasts(
    con: Connection, school: bytes, today: dt.date, first: dt.date, last: dt.date, only: set[bytes] | None = None
) -> list[Past]:
    """Return what is known of the checks of a school in a period, by area and title."""
    from db.queries import checks as ask

    found = standings(con, school, min(last, today), only)
    calendar = calendar_for(con, school)
    skips: dict[bytes, list[NotDoneRow]] = {}
    for row in ask.not_done(con, school, last=today):
        skips.setdefault(row.check, []).append(row)
    made = []
    for one in found:
        if only is None and one.check.applies != "yes":
            continue
        kept = ask.records(con, school=school, check=one.check.id, last=last)
        made.append(_past(one, kept, skips.get(one.check.id, []), first, last, today, calendar))
    return made


def _past(
    one: CheckStanding, kept: Sequence[RecordRow], skips: Sequence[NotDoneRow], first: dt.date, last: dt.date,
    today: dt.date, calendar: SchoolCalendar,
) -> Past:  # fmt: skip
    pairs = [(row, done) for row in kept if (done := completion_of(row)) is not None]
    said = [Skip(row.on, row.due_on, row.reason, row.note) for row in skips]
    until = min(last, today - dt.timedelta(days=1))
    missed = missed_between(one.facts, [done for _, done in pairs], said, first, until, calendar)
    here = tuple(row for row in kept if row.done_on >= first)
    inside = tuple(row for row in skips if first <= row.on <= last)
    late = _lateness(one.facts, pairs, first, today, calendar)
    return Past(one, here, {row.id: _after_gaps(row, late[row.id], missed) for row in here if row.id in late}, missed,
                inside)  # fmt: skip


def _after_gaps(
    row: RecordRow, told: tuple[dt.date | None, int | None, bool], missed: Sequence[Missed]
) -> tuple[dt.date | None, int | None, bool]:
    """Say when a record was due that ended a gap: the days missed stand for themselves, so it answers the next one."""
    due, late, _ = told
    before = [gap for gap in missed if due is not None and due <= gap.due and gap.latest < row.done_on]
    if due is None or not before or late is None or late <= 0:
        return told
    following = before[-1].latest + dt.timedelta(days=1)
    return following, (row.done_on - following).days, row.done_on <= following


def _lateness(
    facts: CheckFacts, pairs: Sequence[tuple[RecordRow, Completion]], first: dt.date, today: dt.date,
    calendar: SchoolCalendar,
) -> dict[bytes, tuple[dt.date | None, int | None, bool]]:  # fmt: skip
    """Say of each record when it was due and how late it was; only fixed series need all that went before."""
    before = sum(row.done_on < first for row, _ in pairs)
    used = pairs if facts.anchor is Anchor.FIXED_DATE else pairs[max(0, before - 2) :]
    told = history_of(replace(facts, completions=tuple(done for _, done in used)), today, calendar)
    made: dict[bytes, tuple[dt.date | None, int | None, bool]] = {}
    waiting = list(used)
    for past in told:
        place = next((n for n, (_, done) in enumerate(waiting) if done is past.completion), None)
        if place is not None:
            row = waiting.pop(place)[0]
            made[row.id] = (past.due, past.days_late, past.on_time)
    return made


def _evidence(desk: Desk, records: Sequence[bytes]) -> dict[bytes, str]:
    from bursar_desk.services import evidence_lines

    found = evidence_lines.of_many(desk, [("check_record", one) for one in records])
    return {row: "; ".join(line.title for line in lines) for (_, row), lines in found.items() if lines}


# --- as rows ---------------------------------------------------------------------------------------------------------


def _log_check(past: Past, place: str, evidence: dict[bytes, str], last: dt.date, today: dt.date) -> LogCheck:
    from reports.inspector import LogCheck, Slot

    check = past.one.check
    slots = [_done_slot(past, row, evidence) for row in past.records]
    slots += [
        Slot(gap.due, "missed", "Missed", reason=reason_words(gap.reason, gap.note) or "No reason was given")
        for gap in past.missed
    ]
    now = past.one.status
    open_now = last >= today and now.word in (Word.OVERDUE, Word.NOT_KNOWN) and now.legal_due is not None
    if open_now and now.legal_due is not None and now.legal_due not in {gap.due for gap in past.missed}:
        days = (today - now.legal_due).days
        if days > 0:
            slots.append(Slot(now.legal_due, "overdue", f"Not done yet, {words.count(days, 'day')} late"))
    slots.sort(key=lambda slot: (slot.done or slot.due or last, slot.due or last))
    row = catalogue.load().get(check.code)
    return LogCheck(
        row.code if row else "", check.title, place, describe(past.one.facts.rule), LAW.get(check.standing, ""),
        total_words(past), tuple(slots), _notes(past),
    )  # fmt: skip


def total_words(past: Past) -> str:
    """Return the totals of a period in one sentence: "48 of 52 done on time, 2 late, 2 missed."."""
    on_time, late, missed = past.counts
    whole = on_time + late + missed
    if not whole:
        return "Nothing was due and nothing was done in this period."
    parts = [
        f"{words.out_of(on_time, whole)} done on time",
        f"{words.number(late)} late",
        f"{words.number(missed)} missed",
    ]
    again = len(past.records) - on_time - late
    return f"{', '.join(parts)}." + (f" {words.count(again, 'further entry', 'further entries')}." if again else "")


def _notes(past: Past) -> tuple[str, ...]:
    """Reasons that were given where nothing was missed in the end: it was done later, or put off."""
    told = {(gap.reason, gap.note) for gap in past.missed}
    return tuple(
        f"{words.short_date(row.on)}: not done. {reason_words(row.reason, row.note)}."
        for row in past.skips if (row.reason, row.note) not in told
    )[:6]  # fmt: skip


def reason_words(reason: str, note: str) -> str:
    """Return a reason as people say it, with what was written; "" for none."""
    said = NotDoneReason(reason).said if reason in set(NotDoneReason) else reason
    return ": ".join(part for part in (said, note) if part)


def _done_slot(past: Past, row: RecordRow, evidence: dict[bytes, str]) -> Slot:
    from reports.inspector import Slot

    due, late, in_time = past.late.get(row.id, (None, None, True))
    if row.id not in past.late:
        state, how = "again", "Looked at again" if row.retest else "Recorded, not counted"
    elif in_time:
        state, how = "on time", "On time"
    else:
        state, how = "late", words.done_late(late or 0).capitalize() if late else "Late"
    entered = entered_on(row.id)
    same = entered == row.done_on
    said = "Same day" if same else words.short_date(entered)
    from_sheet = f"from sheet {row.sheet}".strip()
    came = {"paper": from_sheet, "sheet": from_sheet, "import": "brought in"}.get(row.came_by, "")
    papers = evidence.get(row.id, "") or row.evidence_ref or ("Awaited" if row.evidence == "awaited" else "")
    return Slot(
        due, state, how, row.done_on, done_by_words(row), result_words(row), entered,
        ", ".join(part for part in (said, came) if part), papers,
    )  # fmt: skip


def entered_on(record: bytes) -> dt.date:
    """Return the day in school on which an entry was written: its id begins with the moment."""
    from bursar_desk.clock import school_day

    return school_day(int.from_bytes(record[:6], "big"))


def done_by_words(row: RecordRow) -> str:
    """Return who did it, and for whom."""
    return f"{row.done_by} for {row.on_behalf}" if row.on_behalf else row.done_by


def result_words(row: RecordRow) -> str:
    """Return the outcome with point, readings and note in one line."""
    outcome = Outcome(row.outcome).said if row.outcome in set(Outcome) else row.outcome
    readings = [f"{one.get('name', '')} {_value(one)}".strip() for one in row.readings]
    point = f"point {row.point}" if row.point.isdigit() else row.point
    return ". ".join(part for part in (outcome, point, "; ".join(readings), row.note) if part)


def _value(reading: dict[str, object]) -> str:
    return f"{tenths(reading.get('value'))} {reading.get('unit') or ''}".strip()


def count_words(told: Iterable[Past]) -> str:
    """Return the totals of several checks in one sentence."""
    counts = [one.counts for one in told]
    on_time, late, missed = (sum(one[n] for one in counts) for n in range(3))
    if not on_time + late + missed:
        return "nothing was due."
    whole = words.out_of(on_time, on_time + late + missed)
    return f"{whole} on time, {words.number(late)} late, {words.number(missed)} missed."
