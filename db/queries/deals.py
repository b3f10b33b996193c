"""Group deals: offers, baselines, how a cost is shared, steps, agreements, running costs and payments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from db.queries.typed_rows import listing


@dataclass(frozen=True, slots=True)
class DealRow:
    """A group deal as its lead wrote it."""

    id: bytes
    school: bytes
    title: str
    service: str
    scope: str
    lead: bytes | None
    invited: tuple[Any, ...]
    proposed_on: dt.date | None
    decide_by: dt.date | None
    said_by: str
    first: dt.date | None
    last: dt.date | None
    at_end: str
    renew_months: int | None
    notice: int | None
    notice_unit: str
    notice_clear: bool
    leave_notice: int | None
    leave_unit: str
    join_rule: str
    leave_rule: str
    signed_on: dt.date | None
    signed_by: str
    signed_ref: str
    ended_on: dt.date | None
    ended_why: str
    note: str
    buying: bytes | None
    unit: str
    review_on: dt.date | None


def deals(con: Connection, school: bytes | None = None) -> list[DealRow]:
    """Return deals, by the day they were proposed, of one school or of all held here."""
    return listing(con, DealRow, "deal", "proposed_on", school=school)


@dataclass(frozen=True, slots=True)
class OfferRow:
    """A price for the whole group: net pence a year, and the VAT on it."""

    id: bytes
    school: bytes
    deal: bytes | None
    supplier_name: str
    yearly: int | None
    vat: int | None
    once: int | None
    months: int | None
    valid_until: dt.date | None
    compared: tuple[Mapping[str, Any], ...]
    chosen_why: str
    buying: bytes | None
    said_on: dt.date | None
    said_by: str
    why: str
    files: tuple[Mapping[str, Any], ...]


def offers(
    con: Connection, *, deal: Collection[bytes] | None = None, school: bytes | None = None
) -> list[OfferRow]:
    """Return offers for deals, in the order they were said; ``deal`` narrows them to some rows."""
    return listing(con, OfferRow, "deal_offer", "said_on", school=school, of=("deal", deal))


@dataclass(frozen=True, slots=True)
class BaselineRow:
    """What a school pays today, net pence a year and VAT, by a dated document."""

    id: bytes
    school: bytes
    deal: bytes | None
    yearly: int | None
    vat: int | None
    dated: dt.date | None
    document: str
    contract: bytes | None
    quality: int | None
    said_on: dt.date | None
    said_by: str
    why: str
    files: tuple[Mapping[str, Any], ...]
    none_why: str


def baselines(
    con: Connection, *, deal: Collection[bytes] | None = None, school: bytes | None = None
) -> list[BaselineRow]:
    """Return baselines, in the order they were said; ``deal`` narrows them to some rows."""
    return listing(con, BaselineRow, "deal_baseline", "said_on", school=school, of=("deal", deal))


@dataclass(frozen=True, slots=True)
class SharingRow:
    """One version of how a cost is shared, with its inputs as they were."""

    id: bytes
    school: bytes
    about_table: str
    about: bytes | None
    offer: bytes | None
    total: int | None
    vat: int | None
    first: dt.date | None
    last: dt.date | None
    parts: tuple[Mapping[str, Any], ...]
    members: tuple[Mapping[str, Any], ...]
    source: str
    said_on: dt.date | None
    said_by: str
    why: str
    version: int | None


def sharings(
    con: Connection, *, about: Collection[bytes] | None = None, school: bytes | None = None
) -> list[SharingRow]:
    """Return versions of how costs are shared, in the order they were said; ``about`` narrows them to some rows."""
    return listing(con, SharingRow, "sharing", "said_on", school=school, of=("about", about))


@dataclass(frozen=True, slots=True)
class StepRow:
    """A school joins late, or gives notice to leave."""

    id: bytes
    school: bytes
    about_table: str
    about: bytes | None
    kind: str
    said_on: dt.date | None
    from_day: dt.date | None
    body: str
    minute_ref: str
    why: str
    said_by: str


def steps(
    con: Connection, *, about: Collection[bytes] | None = None, school: bytes | None = None
) -> list[StepRow]:
    """Return steps of joining and leaving, in the order they were said; ``about`` narrows them to some rows."""
    return listing(con, StepRow, "deal_step", "said_on", school=school, of=("about", about))


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """A memorandum of understanding or data-sharing agreement."""

    id: bytes
    school: bytes
    title: str
    kind: str
    deal: bytes | None
    parties: tuple[Mapping[str, Any], ...]
    contributions: tuple[Mapping[str, Any], ...]
    entitlements: tuple[Mapping[str, Any], ...]
    leave_notice: int | None
    leave_unit: str
    first: dt.date | None
    last: dt.date | None
    review_on: dt.date | None
    purpose: str
    said_by: str
    said_on: dt.date | None
    files: tuple[Mapping[str, Any], ...]
    ended_on: dt.date | None
    ended_why: str


def agreements(con: Connection, school: bytes | None = None) -> list[AgreementRow]:
    """Return agreements, in the order they were said, of one school or of all held here."""
    return listing(con, AgreementRow, "agreement", "said_on", school=school)


@dataclass(frozen=True, slots=True)
class RunningCostRow:
    """One line of what the cluster costs."""

    id: bytes
    school: bytes
    title: str
    kind: str
    first: dt.date | None
    last: dt.date | None
    pence: int | None
    vat: int | None
    paid_by: bytes | None
    said_by: str
    said_on: dt.date | None
    document: str
    note: str


def running_costs(con: Connection, school: bytes | None = None) -> list[RunningCostRow]:
    """Return costs of the cluster, earliest first, of one school or of all held here."""
    return listing(con, RunningCostRow, "running_cost", "first", school=school)


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """Money one school paid another."""

    id: bytes
    school: bytes
    about_table: str
    about: bytes | None
    to_school: bytes | None
    pence: int | None
    vat: int | None
    on_date: dt.date | None
    reference: str
    said_by: str
    period: str


def payments(
    con: Connection, *, about: Collection[bytes] | None = None, school: bytes | None = None
) -> list[PaymentRow]:
    """Return payments, earliest first; ``about`` narrows them to some rows."""
    return listing(con, PaymentRow, "payment", "on_date", school=school, of=("about", about))
