"""The yearly sheet of services a school buys: price and quality, kept, to market or cluster, decision and minute."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bursar_desk.domain import words
from reports.contract_tables import Cell, Column, Part, TablesPaper, day, money, said, total

TITLE: Final = "Services review"
COLUMNS: Final = (
    Column("Service", 118), Column("Bought from", 92), Column("A year, net", 66, "money"), Column("VAT", 54, "money"),
    Column("Price by", 100), Column("Quality", 88), Column("What next", 74), Column("Decided", 106),
    Column("Opt out by", 65.9, "day"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Service:
    """One service as printed; ``price`` net pence a year; ``todo`` what is still to do, in sentences."""

    service: str
    title: str
    provider: str
    price: int | None
    vat: int | None
    priced: str
    quality: str
    route: str
    decided: str
    is_decided: bool
    opt_out_by: dt.date | None
    todo: tuple[str, ...]
    code: str


@dataclass(frozen=True, slots=True)
class SchoolServices:
    """One school’s review of a year; ``sentence`` says how far it is."""

    school: str
    lines: tuple[Service, ...]
    sentence: str


def sheet(
    whose: str, year: str, schools: Sequence[SchoolServices], made_at: dt.datetime, *, stamp: str = "",
    practice: bool = False,
) -> TablesPaper:  # fmt: skip
    """Return the sheet ready to save: a table a school."""
    several = len(schools) > 1
    lead = schools[0].sentence if len(schools) == 1 else f"{words.count(len(schools), 'school')}, one table each."
    parts = tuple(_part(one, several=several) for one in schools)
    return TablesPaper(TITLE, whose, (year, "Prices without VAT"), lead, parts, made_at, stamp, practice=practice)


def _part(one: SchoolServices, *, several: bool) -> Part:
    rows = tuple(_row(line) for line in one.lines)
    sums: dict[int, int | None] = {
        2: sum(line.price or 0 for line in one.lines), 3: sum(line.vat or 0 for line in one.lines),
    }  # fmt: skip
    unpriced = sum(line.price is None for line in one.lines)
    after = [f"{words.count(unpriced, 'service')} without a price {words.is_are(unpriced)} not in the total."]
    todo = [f"{line.title}: {text}" for line in one.lines for text in line.todo]
    notes = (one.sentence,) if several else ()
    return Part(
        one.school if several else "Services", COLUMNS, rows, total(COLUMNS, "All services", sums), notes,
        "No service is in this year’s review yet.", after=(*(after if unpriced else ()), *todo), starts_page=several,
    )  # fmt: skip


def _row(line: Service) -> tuple[Cell, ...]:
    name = line.title if line.title.casefold() == line.service.casefold() else f"{line.title} ({line.service})"
    return (
        said(name, strong=True, code=line.code), said(line.provider or "Not written down"), money(line.price),
        money(line.vat, ""), said(line.priced), said(line.quality), said(line.route or "Not decided"),
        said(line.decided, mark="tick" if line.is_decided else "triangle"), day(line.opt_out_by),
    )  # fmt: skip
