"""What is owed between schools: rates, entries beside the hours, claims, time off, support plans and their visits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from bursar_desk.domain.operations import grant_of_channel
from db import derived
from db.chains import SEQ_BITS
from db.log_tables import chain, stream
from db.queries.base import list_of, objects_of, of_school, rows, with_school


@dataclass(frozen=True, slots=True)
class RateRow:
    """A rate card: pence an hour, hundredths of a per cent on top; see ``domain.rates.Card``."""

    id: bytes
    school: bytes
    role: str
    first: dt.date
    hourly: int
    insurance: int
    pension: int
    overhead: int
    mileage: int | None
    agency: int | None
    said_by: str
    source: str
    for_support: bool


def rate_cards(con: Connection, school: bytes | None = None) -> list[RateRow]:
    """Return rate cards, latest first."""
    t = derived.table("rate_card")
    found = rows(con, with_school(t).where(of_school(t, school)).order_by(t.c.first.desc(), t.c.role, t.c.id))
    return [
        RateRow(
            r.id, r.school, r.role or "", r.first, max(0, r.hourly), max(0, r.insurance or 0), max(0, r.pension or 0),
            max(0, r.overhead or 0), r.mileage, r.agency, r.said_by or "", r.source or "", bool(r.for_support),
        )
        for r in found
        if r.first is not None and r.hourly is not None
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An opening balance, write-off or payment: how it changes what the other school owes this one."""

    id: bytes
    school: bytes
    kind: str
    other: bytes
    minutes: int
    pence: int
    on: dt.date
    why: str
    reference: str
    said_by: str


def hours_entries(con: Connection) -> list[EntryRow]:
    """Return entries beside the hours worked, earliest first."""
    t = derived.table("hours_entry")
    return [
        EntryRow(
            r.id, r.school, r.kind or "", r.other, r.minutes or 0, r.pence or 0, r.on_date, r.why or "",
            r.reference or "", r.said_by or "",
        )
        for r in rows(con, with_school(t).order_by(t.c.on_date, t.c.id))
        if r.other is not None and r.on_date is not None
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """Hours a covering person says they worked; ``grant`` is the one it was written under, if any."""

    id: bytes
    school: bytes
    grant: bytes | None
    on: dt.date
    starts: int
    ends: int
    pause: int
    travel: int
    miles: int
    vehicle: str
    said_by: str
    note: str
    sheet: str


def cover_claims(con: Connection, school: bytes | None = None) -> list[ClaimRow]:
    """Return claims for hours, earliest first."""
    t = derived.table("cover_claim")
    statement = (
        with_school(t)
        .add_columns(stream.c.channel.label("came_in"))
        .outerjoin(chain, chain.c.cid == t.c.pos.bitwise_rshift(SEQ_BITS))
        .outerjoin(stream, stream.c.sno == chain.c.sno)
        .where(of_school(t, school))
        .order_by(t.c.on_date, t.c.id)
    )
    return [
        ClaimRow(
            r.id, r.school, grant_of_channel(r.came_in or ""), r.on_date, r.starts, r.ends, r.pause or 0, r.travel or 0,
            r.miles or 0, r.vehicle or "", r.said_by or "", r.note or "", r.sheet or "",
        )
        for r in rows(con, statement)
        if r.on_date is not None and r.starts is not None and r.ends is not None
    ]  # fmt: skip


def cover_of_sheet(con: Connection) -> dict[str, bytes]:
    """Return by the code of a filled-in sheet which cover it was for."""
    t = derived.table("sheet_return")
    return {r.code: r.cover for r in rows(con, with_school(t).order_by(t.c.id)) if r.code and r.cover}


@dataclass(frozen=True, slots=True)
class TimeOffRow:
    """Time off in lieu of one of our own people: minutes earned, or taken when below nought."""

    id: bytes
    person: bytes
    cover: bytes | None
    minutes: int
    on: dt.date
    use_by: dt.date | None
    agreed_by: str
    note: str


def time_off(con: Connection, school: bytes) -> list[TimeOffRow]:
    """Return time off in lieu, earliest first; it never leaves the school."""
    t = derived.table("time_off")
    return [
        TimeOffRow(r.id, r.person, r.cover, r.minutes or 0, r.on_date, r.use_by, r.agreed_by or "", r.note or "")
        for r in rows(con, with_school(t).where(of_school(t, school)).order_by(t.c.on_date, t.c.id))
        if r.person is not None and r.on_date is not None
    ]


# --- support ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan of support from one school to another; ``budget`` in pence."""

    id: bytes
    school: bytes
    title: str
    giver: bytes
    receiver: bytes
    first: dt.date
    last: dt.date
    priorities: tuple[str, ...]
    activities: tuple[Mapping[str, Any], ...]
    lead: str
    monitoring: str
    budget: int | None
    before: str
    after: str
    state: str
    outcome: str
    said_by: str


def support_plans(con: Connection) -> list[PlanRow]:
    """Return plans of support, latest first."""
    t = derived.table("support_plan")
    return [
        PlanRow(
            r.id, r.school, r.title or "Support", r.giver, r.receiver, r.first, r.last, texts(r.priorities),
            objects_of(r.activities), r.lead or "", r.monitoring or "", r.budget, r.standing_before or "",
            r.standing_after or "", r.state or "", r.outcome or "", r.said_by or "",
        )
        for r in rows(con, with_school(t).order_by(t.c.first.desc(), t.c.id))
        if r.giver is not None and r.receiver is not None and r.first is not None and r.last is not None
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One visit under a plan; minutes, miles in tenths."""

    id: bytes
    school: bytes
    plan: bytes
    on: dt.date
    minutes: int
    travel: int
    miles: int
    vehicle: str
    role: str
    by_whom: str
    focus: str
    found: str
    actions: tuple[str, ...]
    next_on: dt.date | None
    said_by: str


def support_visits(con: Connection) -> list[VisitRow]:
    """Return visits, earliest first."""
    t = derived.table("support_visit")
    return [
        VisitRow(
            r.id, r.school, r.plan, r.on_date, max(0, r.minutes or 0), max(0, r.travel or 0), max(0, r.miles or 0),
            r.vehicle or "", r.role or "", r.by_whom or "", r.focus or "", r.found or "", texts(r.actions), r.next_on,
            r.said_by or "",
        )
        for r in rows(con, with_school(t).order_by(t.c.on_date, t.c.id))
        if r.plan is not None and r.on_date is not None
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One review of a plan: "first", "second" or "final"."""

    id: bytes
    school: bytes
    plan: bytes
    kind: str
    on: dt.date
    words: str
    standing: str
    actions: tuple[str, ...]
    said_by: str


def support_reviews(con: Connection) -> list[ReviewRow]:
    """Return reviews, earliest first."""
    t = derived.table("support_review")
    return [
        ReviewRow(
            r.id, r.school, r.plan, r.kind or "", r.on_date, r.words or "", r.standing_now or "", texts(r.actions),
            r.said_by or "",
        )
        for r in rows(con, with_school(t).order_by(t.c.on_date, t.c.id))
        if r.plan is not None and r.on_date is not None
    ]  # fmt: skip


def texts(text: str | None) -> tuple[str, ...]:
    """Return the texts a JSON column holds; whatever is no text is left out."""
    return tuple(one for one in list_of(text) if isinstance(one, str) and one)
