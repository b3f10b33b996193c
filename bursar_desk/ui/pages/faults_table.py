"""The columns of the lists of faults, contractors and permits, and what an empty list says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bursar_desk.domain import words
from bursar_desk.domain.contractors import permit_words
from bursar_desk.domain.defects import Risk
from bursar_desk.ui.models.table import Column
from bursar_desk.ui.status_marks import INFO, NOT_NEEDED, OK, OVERDUE, PUT_OFF, SOON, Look

if TYPE_CHECKING:
    from bursar_desk.services.contractors import ContractorLine
    from bursar_desk.services.defects_view import FaultLine
    from db.queries.permits import PermitRow

PARTS: Final = (
    ("open", "Open"), ("now", "Act now"), ("job", "Ordered"), ("verify", "To verify"), ("tell", "To tell"),
    ("closed", "Closed"),
)  # fmt: skip
_RISKS: Final = {Risk.DANGER: OVERDUE, Risk.HIGH: SOON, Risk.MEDIUM: INFO, Risk.LOW: NOT_NEEDED}
_ORDER: Final = tuple(Risk)


def look_of(line: FaultLine) -> Look:
    """The shape and tone of a fault as it stands."""
    if not line.open:
        return {"done": PUT_OFF, "verified": OK}.get(line.row.state, NOT_NEEDED)
    return OVERDUE if line.presses else _RISKS[line.risk]


def fault_columns(*, schools: bool) -> list[Column[FaultLine]]:
    """The columns of the list of faults."""
    school = Column["FaultLine"]("School", lambda one: one.school_name, 116, sort=lambda one: one.school_name)
    return [
        Column("Risk", lambda one: one.risk.said, 84, status=look_of, sort=lambda one: _ORDER.index(one.risk)),
        *([school] if schools else []),
        Column("Fault", lambda one: one.row.title, 200, lead=True, stretch=True,
               sort=lambda one: one.row.title.casefold()),
        Column("Place", lambda one: one.place, 104, ink="muted", sort=lambda one: one.place.casefold()),
        Column("How it stands", lambda one: one.status, 176, tip=lambda one: one.status,
               ink=lambda one: "overdue" if one.lapsed else "text", sort=lambda one: one.status),
        Column("Age", _age, 72, ink="muted", sort=lambda one: -(one.age or 0)),
        Column("Done by", lambda one: one.due_words, 96, ink=lambda one: "overdue" if one.late else "text",
               sort=lambda one: one.row.target_on if one.open else one.row.closed_on),
    ]  # fmt: skip


def _age(one: FaultLine) -> str:
    if one.age is None:
        return ""
    return "Today" if one.age == 0 else words.count(one.age, "day")


def contractor_columns() -> list[Column[ContractorLine]]:
    """The columns of the list of contractors."""
    return [
        Column("Attend", lambda one: "May attend" if one.may.ok else "May not", 116,
               status=lambda one: (SOON if one.ends else OK) if one.may.ok else OVERDUE,
               sort=lambda one: (one.may.ok, not one.ends)),
        Column("Contractor", lambda one: one.row.name, 180, lead=True, stretch=True,
               sort=lambda one: one.row.name.casefold()),
        Column("Trade", lambda one: one.row.trade, 120, ink="muted", sort=lambda one: one.row.trade.casefold()),
        Column("Insured until", lambda one: words.short_date(one.row.insured_until, "Not known"), 104,
               sort=lambda one: one.row.insured_until),
        Column("Runs out", lambda one: "; ".join(one.ends), 200, ink="soon", tip=lambda one: "; ".join(one.ends)),
        Column("On site", lambda one: words.number(one.on_site) if one.on_site else "", 64),
        Column("Last visit", lambda one: words.short_date(one.last_visit), 96, ink="muted",
               sort=lambda one: one.last_visit),
    ]  # fmt: skip


def permit_columns(said: dict[bytes, tuple[str, bool]]) -> list[Column[PermitRow]]:
    """The columns of the list of permits; ``said`` gives how each stands, and whether it is past its time."""
    return [
        Column("How it stands", lambda one: said.get(one.id, ("", False))[0], 232,
               status=lambda one: OVERDUE if said.get(one.id, ("", False))[1] else INFO if one.open else OK),
        Column("Number", lambda one: one.number, 100, sort=lambda one: one.number),
        Column("Permit", lambda one: permit_words(one.kind), 150, sort=lambda one: one.kind),
        Column("Work", lambda one: one.work, 200, lead=True, stretch=True),
        Column("Day", lambda one: words.short_date(one.on), 96, ink="muted", sort=lambda one: one.on),
    ]  # fmt: skip


def nothing(part: str, text: str) -> str:
    """What an empty list of faults says."""
    if text.strip():
        where = dict(PARTS)[part]
        return f"Nothing matches {words.quoted(text.strip())} in {words.quoted(where)}. Press Esc in the filter box."
    return {
        "open": "No open faults.", "now": "Nothing has to be done at once.", "job": "No job is ordered.",
        "verify": "No work waits to be verified.", "tell": "Everybody who reported a fault was told.",
        "closed": "No fault is closed yet.",
    }[part]  # fmt: skip
