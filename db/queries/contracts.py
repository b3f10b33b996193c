"""Suppliers, contracts with their terms and decisions, and the meetings that decide."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from db.queries.typed_rows import listing


@dataclass(frozen=True, slots=True)
class SupplierRow:
    """Whom a school buys from; ``insured_for`` in pence."""

    id: bytes
    school: bytes
    name: str
    also: tuple[Any, ...]
    contact: str
    phone: str
    email: str
    account: str
    company_number: str
    insured_until: dt.date | None
    insured_for: int | None
    contractor: bytes | None
    note: str
    left_on: dt.date | None


def suppliers(con: Connection, school: bytes | None = None) -> list[SupplierRow]:
    """Return suppliers, by name, of one school or of all held here."""
    return listing(con, SupplierRow, "supplier", "name", school=school)


@dataclass(frozen=True, slots=True)
class ContractRow:
    """A contract as it was entered; money in pence, ``vat_rate`` and ``rise_rate`` in hundredths of a per cent."""

    id: bytes
    school: bytes
    title: str
    supplier: bytes | None
    service: str
    scope: str
    owner: bytes | None
    state: str
    reference: str
    first: dt.date | None
    last: dt.date | None
    at_end: str
    renew_months: int | None
    options: int | None
    notice: int | None
    notice_unit: str
    notice_clear: bool
    notice_by: str
    post_days: int | None
    notice_ends: str
    breaks: tuple[Mapping[str, Any], ...]
    yearly: int | None
    vat_rate: int | None
    rise: str
    rise_rate: int | None
    rise_note: str
    unit: str
    units: int | None
    unit_price: int | None
    ending_charge: int | None
    service_level: str
    alerts: tuple[Any, ...]
    body: str
    checks: tuple[Any, ...]
    assets: tuple[Any, ...]
    deal: bytes | None
    buying: bytes | None
    bought_how: str
    insured_until: dt.date | None
    ceased_on: dt.date | None
    ceased_why: str
    said_by: str
    note: str
    came_from: str
    lease: str
    lease_consent: str


def contracts(con: Connection, school: bytes | None = None) -> list[ContractRow]:
    """Return contracts, by title, of one school or of all held here."""
    return listing(con, ContractRow, "contract", "title", school=school)


@dataclass(frozen=True, slots=True)
class TermRow:
    """One term as it really was or will be; ``yearly`` net pence."""

    id: bytes
    school: bytes
    contract: bytes | None
    first: dt.date | None
    last: dt.date | None
    yearly: int | None
    vat_rate: int | None
    rise_words: str
    tell_by: dt.date | None
    source: str
    said_by: str


def terms(
    con: Connection, *, contract: Collection[bytes] | None = None, school: bytes | None = None
) -> list[TermRow]:
    """Return terms as they were entered, earliest first; ``contract`` narrows them to some rows."""
    return listing(con, TermRow, "contract_term", "first", school=school, of=("contract", contract))


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """What was decided for the end of one term, and how they were told."""

    id: bytes
    school: bytes
    contract: bytes | None
    term_end: dt.date | None
    what: str
    said_on: dt.date | None
    said_by: str
    person: bytes | None
    agreed_by: str
    minute_ref: str
    meeting_on: dt.date | None
    served_on: dt.date | None
    served_how: str
    ends_on: dt.date | None
    until: dt.date | None
    why: str


def decisions(
    con: Connection, *, contract: Collection[bytes] | None = None, school: bytes | None = None
) -> list[DecisionRow]:
    """Return decisions that stand, in the order they were said; ``contract`` narrows them to some rows."""
    return listing(con, DecisionRow, "contract_decision", "said_on", school=school, of=("contract", contract))


@dataclass(frozen=True, slots=True)
class NoteRow:
    """How a contract goes: performance, a dispute, a step of leaving it."""

    id: bytes
    school: bytes
    contract: bytes | None
    kind: str
    on_date: dt.date | None
    words: str
    rating: int | None
    due_on: dt.date | None
    done_on: dt.date | None
    done_by: str
    said_by: str


def notes(
    con: Connection, *, contract: Collection[bytes] | None = None, school: bytes | None = None
) -> list[NoteRow]:
    """Return notes on contracts, earliest first; ``contract`` narrows them to some rows."""
    return listing(con, NoteRow, "contract_note", "on_date", school=school, of=("contract", contract))


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """A meeting of governors or a committee."""

    id: bytes
    school: bytes
    body: str
    on_date: dt.date | None
    minute: int | None
    paper_days: int | None
    note: str


def meetings(con: Connection, school: bytes | None = None) -> list[MeetingRow]:
    """Return meetings, earliest first, of one school or of all held here."""
    return listing(con, MeetingRow, "meeting", "on_date", school=school)
