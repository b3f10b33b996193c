"""What a visiting caretaker carries, and a school's emergency sheet: only the kinds of lines that have a place here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bursar_desk.domain import words
from bursar_desk.domain.errors import UserError
from bursar_desk.services import cover as cover_service
from bursar_desk.services.reporting_governors import school_time
from bursar_desk.services.reporting_lines import days_to_do, sheet_lines
from bursar_desk.services.reporting_terms import calendar_for
from bursar_desk.services.standing import CheckStanding, standings
from reports.sheet_code import short_code

if TYPE_CHECKING:
    from bursar_desk.domain.calendar import SchoolCalendar
    from bursar_desk.services.desk import Desk
    from db.queries.checks import DefectRow
    from db.queries.schools import SchoolRow, SiteNoteRow
    from reports.cover_pack import CoverPackPaper, PackCheck, SiteSheet

IN_PERSON = "Given in person"
_ASK = "Ask at the school office"
_LOCK_UP = "Lock up"
_DUTIES = (("Unlock", "Doors open, lights on"), (_LOCK_UP, "Windows and doors shut, alarm on"))


@dataclass(frozen=True, slots=True)
class _Visit:
    """Who comes, when, for which checks; hours in minutes after midnight where they are agreed."""

    for_whom: str
    first: dt.date
    last: dt.date
    checks: frozenset[bytes] | None
    starts: int | None = None
    ends: int | None = None
    duties: str = ""
    code_from: bytes = b""


def cover_pack_paper(desk: Desk, cover: bytes) -> CoverPackPaper:
    """Return the paper pack of a request for cover. Raises ``UserError`` when the request is not here."""
    line = cover_service.get(desk, cover)
    visit = _Visit(
        line.helper, line.first, line.last, frozenset(line.checks), line.starts, line.ends, line.duties, cover
    )
    return _paper(desk, visit)


def pack_paper_of_guest(guest: Desk) -> CoverPackPaper:
    """Return the paper of a pack that was opened here, from what came in it."""
    from db.derived import date_of

    grant = guest.grant
    if grant is None:
        raise UserError("This is not the register of a cover pack.", "Nothing was made.", "Open the pack first.")
    from db.extract import visit_of

    with guest.store.connect() as con:
        agreed = visit_of(con)
    first, last = date_of(grant.first), date_of(grant.last)
    visit = _Visit(grant.holder, first, last, None, agreed.starts, agreed.ends, agreed.duties, grant.id)
    return _paper(guest, visit)


def site_sheet(desk: Desk) -> SiteSheet:
    """Return the emergency sheet of the home school."""
    with desk.store.connect() as con:
        from db.queries.schools import site_notes

        notes = site_notes(con, desk.home)
    return site_sheet_of(desk.name, notes)


def _paper(desk: Desk, visit: _Visit, extra: Sequence[str] = ()) -> CoverPackPaper:
    from db.queries import checks as ask
    from db.queries import schools as site
    from reports.cover_pack import CoverPackPaper, Shift

    school = desk.school()
    with desk.store.connect() as con:
        found = standings(con, desk.home, desk.today, None if visit.checks is None else set(visit.checks))
        calendar = calendar_for(con, desk.home)
        notes = site.site_notes(con, desk.home)
        faults = [one for one in ask.defects(con, desk.home) if one.open]
    days = _days_in(visit, calendar)
    hours = None if visit.starts is None or visit.ends is None else (_clock(visit.starts), _clock(visit.ends))
    return CoverPackPaper(
        site=site_sheet_of(desk.name, notes), for_whom=visit.for_whom,
        shifts=tuple(Shift(day, *hours) for day in days) if hours else (),
        address=_address(school), report_to=_text(notes, "arrival", "report to") or _ASK,
        school_phone=school.phone or _text(notes, "emergency", "anything else") or "Not on the sheet",
        parking=_text(notes, "parking") or _ASK, keys=_text(notes, "keys") or IN_PERSON,
        code=short_code(b"pack " + desk.home + visit.code_from), made_at=school_time(desk),
        map_words="; ".join(text for label, text in _pairs(notes, "arrival") if label.casefold() != "report to"),
        checks=tuple(_checks(found, visit, days, desk.today, calendar)),
        faults=tuple(_fault(one) for one in faults),
        know_before=(*extra, *_days_words(visit, hours is not None), *_asbestos(notes)), practice=desk.practice,
    )  # fmt: skip


def _days_in(visit: _Visit, calendar: SchoolCalendar) -> list[dt.date]:
    every = [visit.first + dt.timedelta(days=n) for n in range((visit.last - visit.first).days + 1)]
    return [day for day in every if calendar.staff_in(day)] or every


def _clock(minutes: int) -> dt.time:
    return dt.time(min(minutes, 24 * 60 - 1) // 60, min(minutes, 24 * 60 - 1) % 60)


def _days_words(visit: _Visit, known: bool) -> tuple[str, ...]:
    if known:
        return ()
    span = words.long_date(visit.first)
    if visit.last != visit.first:
        span += f" to {words.long_date(visit.last)}"
    return (f"You cover {span}. Agree the hours with the office.",)


def _address(school: SchoolRow) -> str:
    town = "" if school.town and school.address.endswith(school.town) else school.town
    return ", ".join(part for part in (school.address, town, school.postcode) if part) or _ASK


def _checks(
    found: Iterable[CheckStanding], visit: _Visit, days: Sequence[dt.date], today: dt.date, calendar: SchoolCalendar
) -> Iterable[PackCheck]:
    """Return what is to be done, day by day: unlocking first, then the checks due that day, locking up last."""
    from reports.cover_pack import PackCheck

    due: dict[dt.date, list[PackCheck]] = {day: [] for day in days}
    for one in sorted(found, key=lambda one: one.check.title):
        for day in days_to_do(one, visit.first, visit.last, today, calendar):
            lines = sheet_lines(one, today)
            due.setdefault(day, []).extend(PackCheck(day, line.what, line.good, line.unit) for line in lines)
    for day in sorted(due):
        duties = [PackCheck(day, what, good) for what, good in _duties(visit, day)] if day in days else []
        late = [one for one in duties if one.what == _LOCK_UP]
        yield from (one for one in duties if one not in late)
        yield from due[day]
        yield from late


def _duties(visit: _Visit, day: dt.date) -> list[tuple[str, str]]:
    """Return the duties of a day. They are written as "Unlock Mon 23 Nov"; words without a day are for every day."""
    named = [(what, good) for what, good in _DUTIES if f"{what} {words.short_day(day)}" in visit.duties]
    dated = any(f"{what} {name[:3]} " in visit.duties for what, _ in _DUTIES for name in words.WEEKDAYS)
    return named if dated or not visit.duties else [(visit.duties, _DUTIES[0][1])]


def _fault(defect: DefectRow) -> str:
    state = words.sentence(defect.state)
    return f"{words.sentence(defect.title)} {state}"


def _split(text: str) -> tuple[str, str]:
    label, colon, rest = text.partition(":")
    return (label.strip(), rest.strip()) if colon else ("", text.strip())


def _pairs(notes: Sequence[SiteNoteRow], kind: str) -> list[tuple[str, str]]:
    return [_split(one.words) for one in notes if one.kind == kind and one.words]


def _text(notes: Sequence[SiteNoteRow], kind: str, label: str = "") -> str:
    """Return the words of the first line of a kind, with a label where one is asked for."""
    for found, text in _pairs(notes, kind):
        if not label or found.casefold() == label:
            return text
    return ""


def _asbestos(notes: Sequence[SiteNoteRow]) -> tuple[str, ...]:
    return tuple(words.sentence(one.words) for one in notes if one.kind == "hazard" and "asbestos" in one.words.lower())


def site_sheet_of(school: str, notes: Sequence[SiteNoteRow]) -> SiteSheet:
    """Sort the lines by kind. A kind that has no place here, an alarm code above all, is never printed."""
    from reports.cover_pack import Contractor, SiteSheet

    contractors = []
    for trade, rest in _pairs(notes, "contractor"):
        name, _, phone = rest.rpartition(",")
        contractors.append(Contractor(trade or "Contractor", (name or phone).strip(), phone.strip() if name else ""))
    return SiteSheet(
        school=school, isolation=tuple(_pairs(notes, "isolation")), emergencies=tuple(_pairs(notes, "emergency")),
        meters=tuple(_pairs(notes, "meter")), keyholders=tuple(_pairs(notes, "keyholder")),
        hazards=tuple(words.sentence(one.words) for one in notes if one.kind == "hazard"),
        contractors=tuple(contractors), alarm_panel=_text(notes, "alarm_panel"),
    )  # fmt: skip
