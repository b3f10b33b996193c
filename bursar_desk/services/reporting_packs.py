"""What a visiting caretaker carries, and a school's emergency sheet: only the kinds of lines that have a place here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bursar_desk.domain import words
from bursar_desk.domain.errors import UserError
from bursar_desk.services import cover as cover_service
from bursar_desk.services.cover_before import POINTS, briefed_words
from bursar_desk.services.reporting_governors import school_time
from bursar_desk.services.reporting_lines import days_to_do
from bursar_desk.services.reporting_terms import calendar_for
from bursar_desk.services.sheets import SheetLine, kept_lines, lines_of, on_paper, paper_code
from bursar_desk.services.standing import CheckStanding, standings
from reports.sheet_code import short_code

if TYPE_CHECKING:
    from pathlib import Path

    from bursar_desk.domain.calendar import SchoolCalendar
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.cover_before import Before
    from bursar_desk.services.cover_sheet_shapes import OddEntry
    from bursar_desk.services.desk import Desk
    from db.queries.checks import DefectRow
    from db.queries.schools import SchoolRow, SiteNoteRow
    from reports.cover_pack import CoverPackPaper, Shift, SiteSheet
    from reports.saving import Written

IN_PERSON = "Given in person"
PARTS = {
    "checks": "Checks due in those hours", "site": "Site sheet: turn-off points, numbers",
    "faults": "Open faults", "hours": "Hours slip to sign", "parking": "Way in and parking",
}  # fmt: skip
"""The parts of a pack that can be left out of the print, in words."""
_ASK = "Ask at the school office"
_LOCK_UP = "Lock up"
_DUTIES = (("Unlock", "Doors open, lights on"), (_LOCK_UP, "Windows and doors shut, alarm on"))


@dataclass(frozen=True, slots=True)
class _Visit:
    """Who comes, when, for which checks; hours in minutes after midnight where they are agreed.

    ``cover``: the request, where this is the register it was made in; its lines can be keyed in then.
    """

    for_whom: str
    first: dt.date
    last: dt.date
    checks: frozenset[bytes] | None
    starts: int | None = None
    ends: int | None = None
    duties: str = ""
    code_from: bytes = b""
    cover: bytes | None = None
    briefed: str = ""
    slots: tuple[tuple[dt.date, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class PackOf:
    """A pack as it is printed, with its lines in order: line 1 of the paper is the first of ``lines``."""

    paper: CoverPackPaper
    lines: tuple[SheetLine, ...]
    first: dt.date
    last: dt.date
    helper_school: str


def cover_pack_paper(desk: Desk, cover: bytes) -> CoverPackPaper:
    """Return the paper pack of a request for cover. Raises ``UserError`` when the request is not here."""
    return pack_of(desk, cover).paper


def pack_of(desk: Desk, cover: bytes) -> PackOf:
    """Return the pack of a request for cover and its lines. Raises ``UserError`` when the request is not here."""
    line = cover_service.get(desk, cover)
    visit = _Visit(
        line.helper, line.first, line.last, frozenset(line.checks), line.starts, line.ends, line.duties, cover, cover,
        briefed_words(desk, cover), _slots(desk, cover),
    )  # fmt: skip
    paper, lines = _paper(desk, visit)
    return PackOf(paper, tuple(lines), line.first, line.last, line.helper_school_name)


@dataclass(frozen=True, slots=True)
class PackFacts:
    """What the page beside a pack says: how much is in it, what must be true before the start, what waits."""

    lines: int
    faults: int
    before: tuple[Before, ...]
    odd: tuple[OddEntry, ...]
    sheets: int


def pack_facts(desk: Desk, cover: bytes) -> PackFacts:
    """Return what is told beside a pack. Raises ``UserError`` when the request is not here."""
    from bursar_desk.services import cover_before, cover_sheet_odd
    from db.queries.sheet_returns import sheet_returns

    pack = pack_of(desk, cover)
    odd = tuple(one for one in cover_sheet_odd.odd(desk) if one.cover == cover)
    with desk.store.connect() as con:
        came = sum(one.cover == cover for one in sheet_returns(con, desk.home))
    return PackFacts(len(pack.lines), len(pack.paper.faults), cover_before.before(desk, cover), odd, came)


def pack_pdf(desk: Desk, cover: bytes, parts: frozenset[str]) -> bytes:
    """Return the pack as a PDF with only these parts of ``reports.cover_pack.PARTS``."""
    from reports.cover_pack import make_pdf

    return make_pdf(replace(pack_of(desk, cover).paper, parts=parts))


def write_pack(desk: Desk, cover: bytes, parts: frozenset[str], out: Path) -> Written:
    """Save the pack as a PDF with only these parts, and keep its lines so that it can be keyed in."""
    from reports.cover_pack import write_pdf

    pack = pack_of(desk, cover)
    keep_pack(desk, pack)
    return write_pdf(replace(pack.paper, parts=parts), out)


def _slots(desk: Desk, cover: bytes) -> tuple[tuple[dt.date, int, int], ...]:
    """Return the agreed times day by day (minutes after midnight), where they were agreed so."""
    from db.queries.people import covers

    with desk.store.connect() as con:
        row = next((one for one in covers(con) if one.id == cover), None)
    found = set()
    for slot in row.slots if row is not None else ():
        try:
            day = dt.date.fromisoformat(str(slot.get("day")))
        except ValueError:
            continue
        starts, ends = slot.get("starts"), slot.get("ends")
        if isinstance(starts, int) and isinstance(ends, int) and 0 <= starts < ends <= 24 * 60:
            found.add((day, starts, ends))
    return tuple(sorted(found))


def keep_pack(desk: Desk, pack: PackOf) -> Changes:
    """Keep the lines of a pack under its code, so that what comes back on paper or in a sheet finds them."""
    from bursar_desk.services.sheets import COVER, keep

    return keep(desk, COVER, pack.paper.code, pack.first, pack.paper.for_whom, pack.lines)


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
    visit = _Visit(grant.holder, first, last, None, agreed.starts, agreed.ends, agreed.duties, grant.id,
                   slots=agreed.slots)  # fmt: skip
    return _paper(guest, visit)[0]


def site_sheet(desk: Desk) -> SiteSheet:
    """Return the emergency sheet of the home school."""
    with desk.store.connect() as con:
        from db.queries.schools import site_notes

        notes = site_notes(con, desk.home)
    return site_sheet_of(desk.name, notes)


def _paper(desk: Desk, visit: _Visit) -> tuple[CoverPackPaper, list[SheetLine]]:
    from db.queries import checks as ask
    from db.queries import schools as site
    from reports.cover_pack import CoverPackPaper, PackCheck

    school = desk.school()
    home = visit.cover is not None
    code = paper_code(desk, "pack", "", visit.code_from) if home else short_code(b"pack " + desk.home + visit.code_from)
    with desk.store.connect() as con:
        found = standings(con, desk.home, desk.today, None if visit.checks is None else set(visit.checks))
        calendar = calendar_for(con, desk.home)
        notes = site.site_notes(con, desk.home)
        faults = [one for one in ask.defects(con, desk.home) if one.open]
        kept = kept_lines(con, desk, code) if home else ()
    days = _days_in(visit, calendar)
    fresh = [replace(one, cover=visit.cover) for one in _lines(found, visit, days, desk.today, calendar)]
    lines = on_paper(kept, fresh)
    return CoverPackPaper(
        site=site_sheet_of(desk.name, notes), for_whom=visit.for_whom,
        shifts=_shifts(visit, days),
        address=_address(school), report_to=_text(notes, "arrival", "report to") or _ASK,
        school_phone=school.phone or _text(notes, "emergency", "anything else") or "Not on the sheet",
        parking=_text(notes, "parking") or _ASK, keys=_text(notes, "keys") or IN_PERSON,
        code=code, made_at=school_time(desk), keyed=home,
        map_words="; ".join(text for label, text in _pairs(notes, "arrival") if label.casefold() != "report to"),
        checks=tuple(PackCheck(one.due or visit.first, one.what, one.good, one.unit) for one in lines),
        faults=tuple(_fault(one) for one in faults), how_to=_how_to(found), briefing=POINTS, briefed=visit.briefed,
        know_before=(*_days_words(visit), *_asbestos(notes)), practice=desk.practice,
    ), lines  # fmt: skip


def _how_to(found: Iterable[CheckStanding]) -> tuple[tuple[str, str], ...]:
    """What the school wrote down about how a check is done; each check once."""
    said = {one.check.title: words.sentence(one.check.how_to) for one in found if one.check.how_to.strip()}
    return tuple(sorted(said.items()))


def _days_in(visit: _Visit, calendar: SchoolCalendar) -> list[dt.date]:
    every = [visit.first + dt.timedelta(days=n) for n in range((visit.last - visit.first).days + 1)]
    return [day for day in every if calendar.staff_in(day)] or every


def _clock(minutes: int) -> dt.time:
    return dt.time(min(minutes, 24 * 60 - 1) // 60, min(minutes, 24 * 60 - 1) % 60)


def _shifts(visit: _Visit, days: Sequence[dt.date]) -> tuple[Shift, ...]:
    from reports.cover_pack import Shift

    if visit.slots:
        return tuple(Shift(day, _clock(starts), _clock(ends)) for day, starts, ends in visit.slots)
    if visit.starts is None or visit.ends is None:
        return ()
    return tuple(Shift(day, _clock(visit.starts), _clock(visit.ends)) for day in days)


def _days_words(visit: _Visit) -> tuple[str, ...]:
    if visit.slots or (visit.starts is not None and visit.ends is not None):
        return ()
    span = words.long_date(visit.first)
    if visit.last != visit.first:
        span += f" to {words.long_date(visit.last)}"
    return (f"You cover {span}. Agree the hours with the office.",)


def _address(school: SchoolRow) -> str:
    town = "" if school.town and school.address.endswith(school.town) else school.town
    return ", ".join(part for part in (school.address, town, school.postcode) if part) or _ASK


def _lines(
    found: Iterable[CheckStanding], visit: _Visit, days: Sequence[dt.date], today: dt.date, calendar: SchoolCalendar
) -> Iterable[SheetLine]:
    """Return what is to be done, day by day: unlocking first, then the checks due that day, locking up last."""
    due: dict[dt.date, list[SheetLine]] = {day: [] for day in days}
    for one in sorted(found, key=lambda one: one.check.title):
        on = days_to_do(one, visit.first, visit.last, today, calendar)
        for line in lines_of(one, "", on, today):
            due.setdefault(line.due or visit.first, []).append(line)
    for day in sorted(due):
        duties = [_duty(day, what, good) for what, good in _duties(visit, day)] if day in days else []
        late = [one for one in duties if one.what == _LOCK_UP]
        yield from (one for one in duties if one not in late)
        yield from due[day]
        yield from late


def _duty(day: dt.date, what: str, good: str) -> SheetLine:
    """A duty is no check: it has a line to tick and nothing to record."""
    return SheetLine(None, what, "", day, what, "", good=good)


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
