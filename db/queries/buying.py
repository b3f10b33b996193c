"""Services reviewed, purchases with their quotes and marks, savings, and what a ledger shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from db.queries.typed_rows import listing


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One service in one yearly review; ``price`` and ``other_price`` net pence a year."""

    id: bytes
    school: bytes
    service: str
    title: str
    year: int | None
    provider: str
    supplier: bytes | None
    contract: bytes | None
    price: int | None
    vat_rate: int | None
    priced_on: dt.date | None
    priced_from: str
    quality: int | None
    quality_why: str
    route: str
    why: str
    decided_on: dt.date | None
    body: str
    minute_ref: str
    opt_out_by: dt.date | None
    said_by: str
    said_on: dt.date | None
    review_on: dt.date | None
    other_price: int | None
    other_from: str


def reviews(con: Connection, school: bytes | None = None) -> list[ReviewRow]:
    """Return reviews of services, by year, of one school or of all held here."""
    return listing(con, ReviewRow, "service_review", "year", school=school)


@dataclass(frozen=True, slots=True)
class BuyingRow:
    """One purchase; money in net pence, lengths in months."""

    id: bytes
    school: bytes
    title: str
    service: str
    kind: str
    contract: bytes | None
    deal: bytes | None
    started_on: dt.date | None
    yearly: int | None
    months: int | None
    option_months: int | None
    once: int | None
    vat_rate: int | None
    open_ended: bool
    route: str
    framework: str
    framework_ref: str
    framework_until: dt.date | None
    framework_checked: tuple[Any, ...]
    call_off: str
    quotes_by: dt.date | None
    fewer_why: str
    approved_by: str
    approved_on: dt.date | None
    chosen: bytes | None
    chosen_why: str
    awarded_on: dt.date | None
    published: str
    order_ref: str
    state: str
    specification: str
    said_by: str
    note: str
    lease: str
    lease_consent: str


def purchases(con: Connection, school: bytes | None = None) -> list[BuyingRow]:
    """Return purchases, by the day they began, of one school or of all held here."""
    return listing(con, BuyingRow, "buying", "started_on", school=school)


@dataclass(frozen=True, slots=True)
class WeightsRow:
    """How quotes will be judged: weights that add up to 100."""

    id: bytes
    school: bytes
    buying: bytes | None
    price: int | None
    parts: tuple[Mapping[str, Any], ...]
    said_by: str
    said_on: dt.date | None
    why: str


def weights(
    con: Connection, *, buying: Collection[bytes] | None = None, school: bytes | None = None
) -> list[WeightsRow]:
    """Return what was said about weights, in the order they were said; ``buying`` narrows them to some rows."""
    return listing(con, WeightsRow, "weights", "said_on", school=school, of=("buying", buying))


@dataclass(frozen=True, slots=True)
class QuoteRow:
    """A quote; its prices stay empty until quotes are opened."""

    id: bytes
    school: bytes
    buying: bytes | None
    supplier: bytes | None
    supplier_name: str
    asked_on: dt.date | None
    came_on: dt.date | None
    came_how: str
    yearly: int | None
    once: int | None
    vat_rate: int | None
    months: int | None
    valid_until: dt.date | None
    declined_on: dt.date | None
    declined_why: str
    files: tuple[Mapping[str, Any], ...]
    note: str
    unit_price: int | None


def quotes(
    con: Connection, *, buying: Collection[bytes] | None = None, school: bytes | None = None
) -> list[QuoteRow]:
    """Return quotes, by supplier; ``buying`` narrows them to some rows."""
    return listing(con, QuoteRow, "quote", "supplier_name", school=school, of=("buying", buying))


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """Quotes were opened."""

    id: bytes
    school: bytes
    buying: bytes | None
    on_date: dt.date | None
    said_by: str
    beside: str
    quotes: tuple[Any, ...]


def openings(
    con: Connection, *, buying: Collection[bytes] | None = None, school: bytes | None = None
) -> list[OpeningRow]:
    """Return openings of quotes, earliest first; ``buying`` narrows them to some rows."""
    return listing(con, OpeningRow, "opening", "on_date", school=school, of=("buying", buying))


@dataclass(frozen=True, slots=True)
class MarkRow:
    """One person's mark out of ten."""

    id: bytes
    school: bytes
    buying: bytes | None
    quote: bytes | None
    part: str
    score: int | None
    why: str
    said_by: str
    person: bytes | None
    said_on: dt.date | None


def marks(
    con: Connection, *, buying: Collection[bytes] | None = None, school: bytes | None = None
) -> list[MarkRow]:
    """Return marks, in the order they were said; ``buying`` narrows them to some rows."""
    return listing(con, MarkRow, "mark", "said_on", school=school, of=("buying", buying))


@dataclass(frozen=True, slots=True)
class InterestRow:
    """An interest declared, or that there is none."""

    id: bytes
    school: bytes
    about_table: str
    about: bytes | None
    who: str
    no_interest: bool
    what: str
    steps: str
    said_on: dt.date | None
    said_by: str


def interests(
    con: Connection, *, about: Collection[bytes] | None = None, school: bytes | None = None
) -> list[InterestRow]:
    """Return declarations of interest, in the order they were said; ``about`` narrows them to some rows."""
    return listing(con, InterestRow, "interest", "said_on", school=school, of=("about", about))


@dataclass(frozen=True, slots=True)
class SavingRow:
    """Money saved or lost against a dated document; pence."""

    id: bytes
    school: bytes
    title: str
    service: str
    contract: bytes | None
    deal: bytes | None
    kind: str
    first: dt.date | None
    last: dt.date | None
    before: int | None
    before_on: dt.date | None
    before_document: str
    after: int | None
    after_from: str
    how: str
    said_by: str
    said_on: dt.date | None
    confirmed_by: str
    confirmed_on: dt.date | None
    note: str


def savings(con: Connection, school: bytes | None = None) -> list[SavingRow]:
    """Return savings, earliest first, of one school or of all held here."""
    return listing(con, SavingRow, "saving", "first", school=school)


@dataclass(frozen=True, slots=True)
class SpendRow:
    """What a ledger shows of one supplier; pence."""

    id: bytes
    school: bytes
    name: str
    called: str
    supplier: bytes | None
    contract: bytes | None
    count: int | None
    pence: int | None
    months: int | None
    first: dt.date | None
    last: dt.date | None
    source: str
    said: str
    said_by: str
    said_on: dt.date | None
    what: str


def spends(con: Connection, school: bytes | None = None) -> list[SpendRow]:
    """Return what ledgers show, by name, of one school or of all held here."""
    return listing(con, SpendRow, "spend", "called", school=school)
