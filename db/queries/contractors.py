"""Contractors and their visits."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection

from db import derived
from db.queries.base import of_school, rows, with_school


@dataclass(frozen=True, slots=True)
class ContractorRow:
    """A firm that works on site; ``insured_for`` is in pence."""

    id: bytes
    school: bytes
    name: str
    trade: str = ""
    phone: str = ""
    email: str = ""
    insured_until: dt.date | None = None
    insured_for: int | None = None
    body: str = ""
    body_number: str = ""
    body_until: dt.date | None = None
    dbs_seen_on: dt.date | None = None
    inducted_on: dt.date | None = None
    asbestos_seen_on: dt.date | None = None
    barred: bool = False
    barred_why: str = ""
    note: str = ""
    left_on: dt.date | None = None


def contractors(con: Connection, school: bytes | None = None) -> list[ContractorRow]:
    """Return the contractors of one school or of all, by name."""
    t = derived.table("contractor")
    return [
        ContractorRow(
            r.id, r.school, r.name or "", r.trade or "", r.phone or "", r.email or "", r.insured_until, r.insured_for,
            r.body or "", r.body_number or "", r.body_until, r.dbs_seen_on, r.inducted_on, r.asbestos_seen_on,
            bool(r.barred), r.barred_why or "", r.note or "", r.left_on,
        )
        for r in rows(con, with_school(t).where(of_school(t, school)).order_by(t.c.name, t.c.id))
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One worker's visit; ``arrived`` and ``went`` are minutes after midnight, ``went`` None while on site."""

    id: bytes
    school: bytes
    contractor: bytes | None
    worker: str
    on: dt.date | None
    arrived: int | None
    went: int | None
    purpose: str
    asbestos_signed: bool
    defect: bytes | None
    said_by: str
    place: bytes | None


def visits(
    con: Connection, school: bytes | None = None, *, contractor: bytes | None = None, first: dt.date | None = None,
    last: dt.date | None = None, here: bool = False,
) -> list[VisitRow]:  # fmt: skip
    """Return visits that stand, newest first; ``here`` only those whose leaving is not written down."""
    t = derived.table("attendance")
    asked = with_school(t).where(of_school(t, school))
    if contractor is not None:
        asked = asked.where(t.c.contractor == contractor)
    if first is not None:
        asked = asked.where(t.c.on_date >= first)
    if last is not None:
        asked = asked.where(t.c.on_date <= last)
    if here:
        asked = asked.where(t.c.went.is_(None))
    return [
        VisitRow(
            r.id, r.school, r.contractor, r.worker or "", r.on_date, r.arrived, r.went, r.purpose or "",
            bool(r.asbestos_signed), r.defect, r.said_by or "", r.place,
        )
        for r in rows(con, asked.order_by(t.c.on_date.desc(), t.c.arrived.desc(), t.c.id))
    ]  # fmt: skip
