"""What a contract costs: a year net and VAT, over its whole life, by money year, for one of what it is counted in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import words
from bursar_desk.domain.contract_terms import Term, Terms, Written, terms_of
from bursar_desk.domain.date_math import add_days, add_months
from bursar_desk.domain.money_years import spread
from bursar_desk.domain.service_kinds import BY_CODE
from bursar_desk.services.contracts_shapes import OPTION, Money, TermLine, YearCost

if TYPE_CHECKING:
    from db.queries.contracts import ContractRow, TermRow

NO_END_MONTHS: Final = 48
"""A contract without an end is valued at this many months (rules.md section 12, usual estimate)."""
_MOST_MONTHS: Final = 1200


def vat_of(net: int | None, rate: int | None) -> int | None:
    """Return VAT in pence, half a penny up; nothing where price or rate is not known. ``rate`` 2000 is 20 per cent."""
    if net is None or rate is None:
        return None
    return (net * rate + 5000) // 10_000


def price_on(row: ContractRow, written: Sequence[Written], day: dt.date) -> tuple[int | None, int | None]:
    """Return the net price of a year on a day and its rate of VAT: of the last term entered that has begun.

    Before any, the price the contract was entered with.
    """
    price, rate = row.yearly, row.vat_rate
    begun = [one for one in written if one.yearly is not None and (one.first is None or one.first <= day)]
    if begun:
        last = max(begun, key=lambda one: (one.first or dt.date.min, one.id))
        price, rate = last.yearly, last.vat_rate if last.vat_rate is not None else rate
    return price, rate


def months_of(first: dt.date, last: dt.date) -> int:
    """Return the months from a first to a last day, both included; a part of a month counts whole."""
    after = add_days(last, 1)
    months = (after.year - first.year) * 12 + after.month - first.month
    months += add_months(first, months) < after
    return max(0, min(months, _MOST_MONTHS))


def for_months(yearly: int, months: int) -> int:
    """Return the price of some months from the price of a year, half a penny up."""
    return (yearly * months + 6) // 12


def money_of(
    row: ContractRow, terms: Terms, term: Term | None, today: dt.date, pupils: int | None, kind: str
) -> Money:  # fmt: skip
    """Return the money of a contract as it stands today; ``kind`` is that of its school's money year, or ""."""
    yearly, rate = price_on(row, terms.written, today)
    life_months, life_words = _life(terms)
    life = for_months(yearly, life_months) if yearly is not None and life_months else None
    unit_price = row.unit_price
    if unit_price is None and yearly is not None and row.units:
        unit_price = (yearly + row.units // 2) // row.units
    per = row.unit or (BY_CODE[row.service].per if row.service in BY_CODE else "")
    said = f"{words.money_exact(unit_price)} for each {per}" if unit_price is not None and per else ""
    return Money(
        yearly, vat_of(yearly, rate), life, vat_of(life, rate), life_months, life_words, per, unit_price, said,
        (yearly + pupils // 2) // pupils if yearly is not None and pupils else None,
        _years(yearly, rate, term, today, kind),
    )  # fmt: skip


def _life(terms: Terms) -> tuple[int, str]:
    """Return the months of the whole life and how they are counted."""
    if terms.first is None or terms.last is None or terms.last < terms.first or terms.at_end in ("renews", "rolls"):
        return NO_END_MONTHS, f"It has no fixed end, so {NO_END_MONTHS} months are taken."
    first = months_of(terms.first, terms.last)
    if terms.at_end != OPTION:
        return first, f"{words.count(first, 'month')} in all."
    more = max(0, min(terms.options, 20)) * terms.months
    return first + more, f"{words.count(first, 'month')} and options of {words.count(more, 'month')}."


def _years(yearly: int | None, rate: int | None, term: Term | None, today: dt.date, kind: str) -> tuple[YearCost, ...]:
    """Spread the present term over money years, net and VAT apart; twelve months from now where it has no end."""
    if yearly is None or not kind:
        return ()
    first, months = today.replace(day=1), 12
    if term is not None and term.first is not None and term.last is not None:
        first, months = term.first, months_of(term.first, term.last)
    if not months:
        return ()
    net = for_months(yearly, months)
    vat = vat_of(net, rate) or 0
    nets, vats = spread(net, first, months, kind), spread(vat, first, months, kind)
    return tuple(YearCost(one[0], one[1], one[2], two[2]) for one, two in zip(nets, vats, strict=True))


def history_of(
    row: ContractRow, terms: Terms, rows: Sequence[TermRow], today: dt.date, pupils: int | None
) -> tuple[TermLine, ...]:
    """Return the terms up to the present one, and later ones that were entered, with the price of each and its rise."""
    through = max([today, *[one.first for one in terms.written if one.first is not None]])
    by_id = {one.id: one for one in rows}
    lines: list[TermLine] = []
    price, rate = row.yearly, row.vat_rate
    for term in terms_of(terms, through=through):
        written = by_id.get(term.written.id) if term.written else None
        before, entered = price, written is not None and written.yearly is not None
        if written is not None and written.yearly is not None:
            price, rate = written.yearly, written.vat_rate if written.vat_rate is not None else rate
        change = _change(before, price) if entered and lines else None
        now = (term.first is None or term.first <= today) and (term.last is None or term.last >= today)
        lines.append(TermLine(
            term, term_words(term), price, vat_of(price, rate), change, change_words(change),
            (price + pupils // 2) // pupils if price is not None and pupils else None,
            written.rise_words if written else "", written.source if written else "", term.tell_by,
            written is not None, now, written,
        ))  # fmt: skip
    return tuple(lines)


def _change(before: int | None, after: int | None) -> int | None:
    """Return the rise in hundredths of a per cent, rounded to the nearest."""
    if not before or after is None:
        return None
    twice = (after - before) * 20_000
    return (twice + before) // (2 * before)


def change_words(change: int | None) -> str:
    """``4.2 per cent more``, ``0.5 per cent less``, ``the same price``; "" where it cannot be told."""
    if change is None:
        return ""
    if change == 0:
        return "the same price"
    whole, odd = divmod(abs(change), 100)
    text = f"{words.number(whole)}{f'.{odd:02d}'.rstrip('0') if odd else ''}"
    return f"{text} per cent {'more' if change > 0 else 'less'}"


def term_words(term: Term) -> str:
    """``1 Apr 2026 to 31 Mar 2027``, ``from 1 Apr 2026``, ``to 31 Mar 2027``."""
    if term.first is None:
        return f"to {words.short_date(term.last)}" if term.last else "no dates"
    return f"{words.short_date(term.first)} to {words.short_date(term.last)}" if term.last \
        else f"from {words.short_date(term.first)}"
