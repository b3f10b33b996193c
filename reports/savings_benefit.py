"""What one school had of its cluster in a money year, on one page: hours, places, savings, and what it cost."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from bursar_desk.domain import words
from reports.contract_tables import Cell, Column, Part, TablesPaper, gain, money, number, said, total

TITLE: Final = "What the cluster gave us"


@dataclass(frozen=True, slots=True)
class HoursRow:
    """Hours given to or received from others: minutes exact, ``worth`` pence at the rates of the days."""

    what: str
    shifts: int
    minutes: int
    worth: int | None
    saved: int | None


@dataclass(frozen=True, slots=True)
class PlacesRow:
    """Places on one course; ``saved`` against buying alone, None where that is not known."""

    course: str
    owned: int
    used: int
    left: int
    lapsed: int
    saved: int | None


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """One line of the money of the year: pence, below nought it cost; ``code`` of its record."""

    what: str
    source: str
    pence: int
    code: str


@dataclass(frozen=True, slots=True)
class Benefit:
    """One school’s page."""

    school: str
    year: str
    hours: tuple[HoursRow, ...]
    places: tuple[PlacesRow, ...]
    money: tuple[MoneyRow, ...]
    notes: tuple[str, ...]

    @property
    def sum(self) -> int:
        """What the year comes to; below nought the school is worse off."""
        return sum(one.pence for one in self.money)


def statement(
    whose: str, on: dt.date, benefits: tuple[Benefit, ...], made_at: dt.datetime, *, stamp: str = "",
    practice: bool = False,
) -> TablesPaper:  # fmt: skip
    """Return one page a school, each with its own figures."""
    several = len(benefits) > 1
    parts = [part for one in benefits for part in _parts(one, several=several)]
    if several:
        parts.insert(0, _summary(benefits))
        worse = [one.school for one in benefits if one.sum < 0]
        lead = f"{words.count(len(benefits), 'school')}, a page each."
        lead += f" Worse off this year: {words.listing(worse)}." if worse else " None is worse off this year."
    else:
        lead = f"{benefits[0].year}: {_stands(benefits[0])}" if benefits else "No school’s records are here yet."
    return TablesPaper(
        TITLE, whose, (f"To {words.plain_date(on)}", "Net of VAT"), lead, tuple(parts), made_at, stamp, lying=False,
        practice=practice,
    )  # fmt: skip


def _stands(one: Benefit) -> str:
    if not one.money:
        return "no money was saved or paid through the cluster."
    if one.sum == 0:
        return "we are neither better nor worse off."
    return f"we are {words.money_exact(abs(one.sum))} {'better' if one.sum > 0 else 'worse'} off."


def _summary(benefits: tuple[Benefit, ...]) -> Part:
    columns = (Column("School", 217), Column("Money year", 170), Column("Better off by", 130, "money"))
    rows = tuple((said(one.school, strong=True), said(one.year), gain(one.sum)) for one in benefits)
    notes = ("Below nought it is worse off. Maintained schools and academies have different money years.",)
    sums: dict[int, int | None] = {2: sum(one.sum for one in benefits)}
    return Part("School by school", columns, rows, total(columns, "All schools", sums), notes, sheet="All schools")


def _parts(one: Benefit, *, several: bool) -> list[Part]:
    name = f"{one.school}: " if several else ""
    money_columns = (Column("What", 190), Column("From", 217), Column("This year so far", 110, "money"))
    rows = tuple((said(row.what, code=row.code), said(row.source), gain(row.pence)) for row in one.money)
    first = Part(
        f"{name}Money, {one.year}", money_columns, rows,
        total(money_columns, "Better off by" if one.sum >= 0 else "Worse off by", {2: one.sum}),
        (f"{one.school}, {one.year}: {_stands(one)}",) if several else (), "No money was saved or paid.",
        starts_page=several, sheet=f"{name}Money",
    )  # fmt: skip
    return [first, _hours(one, name), _places(one, name)]


def _hours(one: Benefit, name: str) -> Part:
    columns = (
        Column("Hours", 170), Column("Shifts", 60, "count"), Column("Time", 97), Column("Worth", 90, "money"),
        Column("Saved against an agency", 100, "money"),
    )  # fmt: skip
    rows = tuple(
        (
            said(row.what), Cell(words.number(row.shifts), row.shifts), said(words.hours(row.minutes)),
            money(row.worth), gain(row.saved, "Not known" if row.saved is None and row.shifts else ""),
        )
        for row in one.hours
    )  # fmt: skip
    return Part(f"{name}Cover, {one.year}", columns, rows, nothing="No hours were given or received.",
                sheet=f"{name}Cover")  # fmt: skip


def _places(one: Benefit, name: str) -> Part:
    columns = (
        Column("Course", 187), Column("Ours", 55, "count"), Column("Used", 55, "count"), Column("Left", 55, "count"),
        Column("Lost", 55, "count"), Column("Saved", 110, "money"),
    )  # fmt: skip
    rows = tuple(
        (
            said(row.course), number(row.owned), number(row.used), number(row.left), number(row.lapsed),
            gain(row.saved),
        )
        for row in one.places
    )  # fmt: skip
    return Part(
        f"{name}Training places", columns, rows, nothing="No places were bought through the cluster.",
        after=("Places count since they were first bought, so their saving is not in the money of this year.",
               *one.notes),
        sheet=f"{name}Places",
    )  # fmt: skip
