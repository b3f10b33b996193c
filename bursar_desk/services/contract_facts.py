"""From the register's rows to the facts of contracts: terms, decisions, meetings, office days; one question each."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from bursar_desk.clock import SCHOOL_ZONE
from bursar_desk.domain.calendar import SchoolCalendar
from bursar_desk.domain.contract_decisions import ContractFacts, Decision
from bursar_desk.domain.contract_state import ContractStanding, standing
from bursar_desk.domain.contract_terms import POST_DAYS, Break, Notice, Terms, Written
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.notice_dates import Meeting, OfficeDays
from bursar_desk.domain.operations import Changes

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.engine import Connection
    from db.queries.contracts import ContractRow, DecisionRow, MeetingRow, SupplierRow, TermRow

OFFICE_OPEN: Final = "office_open"
"""The setting with the stretches of holidays in which the school's office is open: pairs of dates."""
_MOST_STRETCHES: Final = 60


@dataclass(frozen=True, slots=True)
class Kept:
    """What was asked of one school or of all held here; rows by contract, meetings and offices by school.

    ``entered`` is the day each contract came into the register: what passed before was nobody's here to miss.
    """

    contracts: Sequence[ContractRow]
    terms: Mapping[bytes, Sequence[TermRow]]
    decisions: Mapping[bytes, Sequence[DecisionRow]]
    meetings: Mapping[bytes, Sequence[MeetingRow]]
    offices: Mapping[bytes, OfficeDays]
    suppliers: Mapping[bytes, SupplierRow]
    entered: Mapping[bytes, dt.date]

    def office(self, school: bytes) -> OfficeDays:
        """Return when a school's office is open; a school without term dates has the usual weekdays."""
        return self.offices.get(school) or _plain_office()

    def meetings_of(self, school: bytes) -> tuple[Meeting, ...]:
        """Return a school's meetings, earliest first."""
        return tuple(Meeting(one.body, one.on_date) for one in self.meetings.get(school, ()) if one.on_date)


def ask(
    con: Connection, school: bytes | None = None, *, calendars: Mapping[bytes, SchoolCalendar] | None = None,
    contracts: Sequence[ContractRow] | None = None, suppliers: bool = True,
) -> Kept:  # fmt: skip
    """Ask for the contracts of one school, or of all held here, with what their dates follow from.

    Where there are none nothing more is asked. ``calendars`` and ``contracts`` are handed in where somebody has read
    them already.
    """
    from db.queries import contract_days
    from db.queries import contracts as ask_for

    found = ask_for.contracts(con, school) if contracts is None else contracts
    if not found:
        return Kept((), {}, {}, {}, {}, {}, {})
    if calendars is None:
        from bursar_desk.services.standing import calendars as read

        calendars = read(con, school)
    meetings: dict[bytes, list[MeetingRow]] = defaultdict(list)
    for meeting in ask_for.meetings(con, school):
        meetings[meeting.school].append(meeting)
    more = contract_days.background(con, OFFICE_OPEN)
    schools = {one.school for one in found}
    offices = {
        one: OfficeDays(calendars.get(one) or _plain_office().calendar, stretches_of(more.settings.get(one)))
        for one in schools
    }  # fmt: skip
    firms = {one.id: one for one in ask_for.suppliers(con, school)} if suppliers else {}
    return Kept(
        found, _by_contract(ask_for.terms(con, school=school)), _by_contract(ask_for.decisions(con, school=school)),
        meetings, offices, firms, {one: _school_day(ms) for one, ms in more.entered_ms.items()},
    )  # fmt: skip


def _school_day(ms: int) -> dt.date:
    return dt.datetime.fromtimestamp(ms / 1000, ZoneInfo(SCHOOL_ZONE)).date()


def _by_contract(rows: Iterable[Any]) -> dict[bytes, list[Any]]:
    found: dict[bytes, list[Any]] = defaultdict(list)
    for row in rows:
        if row.contract is not None:
            found[row.contract].append(row)
    return found


def _plain_office() -> OfficeDays:
    from bursar_desk.services.standing import calendar_of

    return OfficeDays(calendar_of(()))


# --- one contract ----------------------------------------------------------------------------------------------------


def terms_from(row: ContractRow, terms: Iterable[TermRow] = ()) -> Terms:
    """Return the terms of a contract as its row and the terms entered for it say; odd values are passed over."""
    notice = Notice(
        row.notice, row.notice_unit or "months", row.notice_clear, row.notice_by or "received",
        POST_DAYS if row.post_days is None else row.post_days,
    )  # fmt: skip
    written = tuple(
        Written(one.first, one.last, one.tell_by, one.yearly, one.vat_rate, one.id) for one in terms
    )  # fmt: skip
    last = row.last
    if row.first is not None and last is not None and last < row.first:
        last = None
    return Terms(
        row.first, last, row.at_end or "ends", row.renew_months, row.options or 0, notice,
        row.notice_ends or "any day", _breaks(row.breaks, notice), written,
    )  # fmt: skip


def _breaks(said: Iterable[Any], usual: Notice) -> tuple[Break, ...]:
    out = []
    for one in said:
        day = _day(one.get("on")) if isinstance(one, Mapping) else None
        if day is None:
            continue
        count = one.get("notice")
        notice = usual
        if type(count) is int:
            notice = replace(usual, count=count, unit=str(one.get("unit") or usual.unit))
        out.append(Break(day, notice))
    return tuple(out)


def _day(said: object) -> dt.date | None:
    try:
        return dt.date.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        return None


def facts_of(row: ContractRow, kept: Kept, *, documents: int | None = None) -> ContractFacts:
    """Return the facts of one contract."""
    firm = kept.suppliers.get(row.supplier or b"")
    insured = [day for day in (row.insured_until, firm.insured_until if firm else None) if day is not None]
    return ContractFacts(
        row.id, terms_from(row, kept.terms.get(row.id, ())), row.state or "live", row.yearly,
        tuple(one for one in row.alerts if type(one) is int), row.body, row.ceased_on,
        kept.entered.get(row.id), min(insured, default=None), documents,
    )  # fmt: skip


def decisions_of(rows: Iterable[DecisionRow]) -> tuple[Decision, ...]:
    """Return decisions as the rules take them."""
    return tuple(
        Decision(one.id, one.term_end, one.what, one.said_on, one.ends_on, one.until, one.served_on) for one in rows
    )


def standing_of(row: ContractRow, kept: Kept, on: dt.date, *, documents: int | None = None) -> ContractStanding:
    """Return where one contract stands on a day; ``documents``: how many are kept of it, where somebody counted."""
    facts = facts_of(row, kept, documents=documents)
    said = decisions_of(kept.decisions.get(row.id, ()))
    return standing(facts, said, kept.office(row.school), kept.meetings_of(row.school), on)


def standings(
    kept: Kept, on: dt.date, *, documents: Mapping[bytes, int] | None = None, only: Collection[bytes] | None = None
) -> dict[bytes, ContractStanding]:
    """Return where contracts stand on a day, by id; ``documents`` counts what is kept of each, where asked."""
    return {
        one.id: standing_of(one, kept, on, documents=None if documents is None else documents.get(one.id, 0))
        for one in kept.contracts if only is None or one.id in only
    }  # fmt: skip


# --- when the office is open -----------------------------------------------------------------------------------------


def stretches_of(said: object) -> tuple[tuple[dt.date, dt.date], ...]:
    """Return the stretches of holidays with the office open from the setting; what is odd is passed over."""
    out = []
    for one in said if isinstance(said, list) else ():
        if isinstance(one, list) and len(one) == 2:
            first, last = _day(one[0]), _day(one[1])
            if first is not None and last is not None and first <= last:
                out.append((first, last))
    return tuple(sorted(out))[:_MOST_STRETCHES]


def office_open(desk: Desk) -> tuple[tuple[dt.date, dt.date], ...]:
    """Return the holidays in which this school's office is open."""
    from bursar_desk.services import settings

    return stretches_of(settings.value(desk, OFFICE_OPEN))


def choose_office_open(desk: Desk, stretches: Sequence[tuple[dt.date, dt.date]]) -> Changes:
    """Say in which holidays the office is open: last safe days count on it. None at all is allowed.

    Raises ``UserError`` for a stretch that ends before it begins, for more than 60 of them, or where the acting
    person does not run the register.
    """
    from bursar_desk.services import settings
    from bursar_desk.services.people import must_manage

    must_manage(desk)
    if any(last < first for first, last in stretches) or len(stretches) > _MOST_STRETCHES:
        raise UserError(
            "These days cannot be taken.", "Nothing was changed.", "Give up to 60 stretches, each from a day to a day."
        )
    chosen = [[first.isoformat(), last.isoformat()] for first, last in sorted(stretches)]
    return settings.choose(desk, OFFICE_OPEN, chosen, subject="office days")
