"""Like for like: what schools pay the same supplier for the same service, by the same unit, VAT aside."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import service_kinds, words
from bursar_desk.domain.apportion import AREA, PUPILS, SITES
from bursar_desk.domain.firm_names import plain
from bursar_desk.domain.mileage import half_up
from bursar_desk.services.contract_facts import terms_from
from bursar_desk.services.contracts_money import price_on
from bursar_desk.services.prices_shapes import UNIT_WORDS, Comparison, NotCompared, Prices, SchoolPrice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bursar_desk.services.desk import Desk
    from db.engine import Connection
    from db.queries.contracts import ContractRow, TermRow

__all__ = ["Comparison", "NotCompared", "Prices", "SchoolPrice", "like_for_like"]
LEAST: Final = 2
"""Schools it takes to compare."""
MOST_UNITS: Final = 10_000_000
MOST_PENCE: Final = 10**11
_MEASURES: Final = {
    "pupil": (PUPILS, "the number of pupils"), "m2": (AREA, "the floor area"), "site": (SITES, "the sites"),
}  # fmt: skip
"""How a school's own size is measured, and the words for where it is from."""


def like_for_like(desk: Desk, on: dt.date | None = None) -> Prices:
    """Return every comparison there is between the contracts held here on a day (today), most worth first."""
    with desk.store.connect() as con:
        read = _Read(desk, con, on or desk.today)
    groups: dict[tuple[str, str, str], list[_One]] = {}
    left: list[NotCompared] = []
    for row in read.contracts:
        if not _runs(row, read.day):
            continue
        one = read.one(row)
        if isinstance(one, NotCompared):
            left.append(one)
        else:
            groups.setdefault((one.firm, row.service, one.unit), []).append(one)
    found = [made for (_, service, unit), some in groups.items() if (made := _compare(read, service, unit, some))]
    found.sort(key=lambda one: (-one.worth_lowest, one.supplier, one.service, one.unit))
    left.sort(key=lambda one: (one.school_name, one.title, one.contract))
    return Prices(read.day, tuple(found), tuple(left), len({row.school for row in read.contracts}))


def _runs(row: ContractRow, day: dt.date) -> bool:
    """Tell whether a contract is in use on a day: a draft, one that ceased, and a fixed one that is over are not."""
    begun = row.first is None or row.first <= day
    gone = row.ceased_on is not None and row.ceased_on <= day
    over = row.at_end == "ends" and row.last is not None and row.last < day
    return row.state == "live" and begun and not gone and not over


class _One:
    """One contract that can be compared."""

    def __init__(self, row: ContractRow, firm: str, unit: str, yearly: int, own_units: int | None) -> None:
        self.row, self.firm, self.unit, self.yearly, self.own_units = row, firm, unit, yearly, own_units


class _Read:
    """What is known here of contracts, suppliers and the sizes of schools."""

    def __init__(self, desk: Desk, con: Connection, day: dt.date) -> None:
        from bursar_desk.services.deals_facts import read_schools
        from db.queries.contracts import contracts, suppliers, terms

        self.day = day
        self.contracts = contracts(con)
        self.suppliers = {one.id: one for one in suppliers(con)}
        self.terms: dict[bytes, list[TermRow]] = {}
        for one in terms(con):
            if one.contract is not None:
                self.terms.setdefault(one.contract, []).append(one)
        self.schools = read_schools(desk, con)

    def name(self, school: bytes) -> str:
        """Return what a school is called."""
        return self.schools.name(school)

    def one(self, row: ContractRow) -> _One | NotCompared:
        """Return a contract ready to compare, or why it cannot be."""
        supplier = self.suppliers.get(row.supplier or b"")
        firm = plain(supplier.name) if supplier else ""
        yearly = self._yearly(row)
        kind = service_kinds.BY_CODE.get(row.service)
        unit = row.unit if row.unit in UNIT_WORDS else kind.per if kind else ""
        why = (
            "Nobody wrote down whose it is." if not firm
            else "Nobody wrote down which service it is." if kind is None or kind.code == service_kinds.OTHER
            else "No price is known." if yearly is None
            else ""
        )  # fmt: skip
        own = row.units if row.units is not None and 0 < row.units <= MOST_UNITS else None
        if not why and own is None and self._size(row.school, unit) is None:
            why = f"The number of {UNIT_WORDS[unit][1]} is not known."
        if why or yearly is None:
            return NotCompared(row.id, row.school, self.name(row.school), row.title, why)
        return _One(row, firm, unit, yearly, own)

    def _yearly(self, row: ContractRow) -> int | None:
        """Return what a contract costs a year on the day; nothing where what is written cannot be a price."""
        yearly, _ = price_on(row, terms_from(row, self.terms.get(row.id, ())).written, self.day)
        return yearly if yearly is not None and 0 < yearly <= MOST_PENCE else None

    def _size(self, school: bytes, unit: str) -> tuple[int, str] | None:
        """Return how many units a school has by what is known of it, and where that is from."""
        measure, where = _MEASURES.get(unit, ("", ""))
        count = self.schools.numbers(school).get(measure)
        return (count, where) if count is not None and 0 < count <= MOST_UNITS else None

    def price(self, school: bytes, unit: str, some: Sequence[_One]) -> SchoolPrice | None:
        """Return what one school pays in all; None where its contracts count their units in different ways."""
        own = [one.own_units for one in some if one.own_units is not None]
        if own and len(own) != len(some):
            return None
        size = (sum(own), "the contract") if own else self._size(school, unit)
        if size is None:
            return None
        first = min(some, key=lambda one: (one.row.title, one.row.id))
        ends = [one.row.last for one in some if one.row.last is not None]
        return SchoolPrice(
            school, self.name(school), tuple(sorted(one.row.id for one in some)), first.row.title,
            sum(one.yearly for one in some), size[0], size[1], min(ends, default=None),
            words.listing(sorted({_ends(one.row) for one in some})),
            words.listing(sorted({_notice(one.row) for one in some})),
        )  # fmt: skip


_AT_END: Final = {"renews": "then renews", "rolls": "then rolls on", "option": "then may be extended"}


def _ends(row: ContractRow) -> str:
    after = _AT_END.get(row.at_end, "")
    said = words.short_date(row.last, "no end")
    return f"{said}, {after}" if after and row.last else said


def _notice(row: ContractRow) -> str:
    if row.notice is None or row.notice < 0:
        return "not written down"
    unit = (row.notice_unit or "months").removesuffix("s")
    return words.count(row.notice, f"clear {unit}" if row.notice_clear else unit)


def _compare(read: _Read, service: str, unit: str, some: Sequence[_One]) -> Comparison | None:
    by_school: dict[bytes, list[_One]] = {}
    for one in some:
        by_school.setdefault(one.row.school, []).append(one)
    priced = [made for school, mine in by_school.items() if (made := read.price(school, unit, mine))]
    if len(priced) < LEAST:
        return None
    priced.sort(key=lambda one: (one.exact, one.name, one.school))
    lowest, middle, highest = priced[0].exact, _middle([one.exact for one in priced]), priced[-1].exact
    rows = tuple(
        replace(one, lowest_gain=one.yearly - _at(lowest, one.units), middle_gain=one.yearly - _at(middle, one.units))
        for one in priced
    )
    names = Counter(read.suppliers[one.row.supplier or b""].name for one in some)
    supplier = min(names.items(), key=lambda found: (-found[1], found[0]))[0]
    return Comparison(
        supplier, service, service_kinds.words_of(service), unit, rows, _round(lowest), _round(middle), _round(highest),
        sum(one.lowest_gain for one in rows), sum(one.middle_gain for one in rows), _differences(rows),
        tuple(one.name for one in rows if one.middle_gain < 0),
    )  # fmt: skip


def _differences(rows: Sequence[SchoolPrice]) -> tuple[str, ...]:
    """Say where terms differ, school by school; nothing where all have the same."""
    found = []
    if len({one.ends_words for one in rows}) > 1:
        found.append("Ends: " + "; ".join(f"{one.name} {one.ends_words}" for one in rows) + ".")
    if len({one.notice_words for one in rows}) > 1:
        found.append("Notice: " + "; ".join(f"{one.name} {one.notice_words}" for one in rows) + ".")
    return tuple(found)


def _middle(prices: Sequence[Fraction]) -> Fraction:
    """Return the middle of sorted prices; of an even number the one halfway between the two in the middle."""
    half = len(prices) // 2
    return prices[half] if len(prices) % 2 else (prices[half - 1] + prices[half]) / 2


def _at(price: Fraction, units: int) -> int:
    return _round(price * units)


def _round(value: Fraction) -> int:
    return half_up(value.numerator, value.denominator)
