"""Sums of a deal beside its shares: part of a year, what comes once, money years, what was paid and what is left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bursar_desk.domain import words
from bursar_desk.domain.date_math import add_days
from bursar_desk.domain.money_years import ACADEMY, MAINTAINED, MoneyYear, largest_remainder, spread, year_of
from bursar_desk.services.deals_shapes import PaymentLine, YearPart
from bursar_desk.services.plain_text import one_line

if TYPE_CHECKING:
    from bursar_desk.services.deals_facts import Schools
    from db.queries.answers import AnswerRow
    from db.queries.deals import PaymentRow

SAID, RECEIVED, DISPUTED = "said", "received", "disputed"


def for_part(yearly: int, months: int | None, days: int | None, period_days: int) -> int:
    """Return what a yearly price comes to for so many months of 12, or days of a period, by largest remainder."""
    part, whole = (days, period_days) if days is not None else (12 if months is None else months, 12)
    part = min(max(0, part), whole)
    return largest_remainder(yearly, (part, whole - part))[0] if yearly > 0 else 0


def once_shares(once: int, nets: Sequence[int]) -> tuple[int, ...]:
    """Share what comes once as the yearly price is shared."""
    if once <= 0 or sum(nets) <= 0:
        return (0,) * len(nets)
    return largest_remainder(once, nets)


def money_years(
    net: int, vat: int, first: dt.date | None, last: dt.date | None, months: int | None = None
) -> Mapping[str, tuple[YearPart, ...]]:
    """Return a cost by the money years its days lie in, for maintained schools and for academies (rules section 11).

    By months where it is whole ``months`` from ``first``, else by days, the odd pennies by largest remainder.
    """
    if first is None or (months is None and (last is None or last < first)):
        return {}
    found = {}
    for kind in (MAINTAINED, ACADEMY):
        if months:
            nets, vats = spread(net, first, months, kind), spread(vat, first, months, kind)
            found[kind] = tuple(
                YearPart(year, count, pence, tax) for (year, count, pence), (_, _, tax) in zip(nets, vats, strict=True)
            )
        elif last is not None and last >= first:
            found[kind] = _by_days(net, vat, first, last, kind)
    return found


def _by_days(net: int, vat: int, first: dt.date, last: dt.date, kind: str) -> tuple[YearPart, ...]:
    counted: list[tuple[MoneyYear, int]] = []
    day = first
    while day <= last and len(counted) < 100:
        year = year_of(kind, day)
        end = min(year.last, last)
        counted.append((year, (end - day).days + 1))
        day = add_days(end, 1)
    lengths = [one for _, one in counted]
    nets, vats = largest_remainder(net, lengths), largest_remainder(vat, lengths)
    return tuple(YearPart(year, 0, a, b) for (year, _), a, b in zip(counted, nets, vats, strict=True))


# --- payments ---------------------------------------------------------------------------------------------------------


def payment_lines(rows: Iterable[PaymentRow], receipts: Iterable[AnswerRow], schools: Schools) -> list[PaymentLine]:
    """Return payments, earliest first. The school the money went to may say that it came, or did not."""
    last: dict[tuple[bytes, bytes], AnswerRow] = {}
    for one in sorted(receipts, key=lambda row: (row.said_on or dt.date.min, row.id)):
        last[one.about, one.school] = one
    found = []
    for row in sorted(rows, key=lambda one: (one.on_date or dt.date.min, one.id)):
        word = last.get((row.id, row.to_school or b""))
        state = {"yes": RECEIVED, "no": DISPUTED}.get(word.answer if word else "", SAID)
        why = one_line(word.why) if word and state == DISPUTED else ""
        who, whom = schools.name(row.school), schools.name(row.to_school) if row.to_school else "the supplier"
        pence, vat = max(0, row.pence or 0), max(0, row.vat or 0)
        tail = {RECEIVED: " It came.", DISPUTED: f" {whom} says it did not come{f': {why}' if why else ''}."}.get(state)
        on = f" on {words.plain_date(row.on_date)}" if row.on_date else ""
        said = f"{who} paid {whom} {words.money_exact(pence + vat)}{on}.{tail or ''}"
        found.append(PaymentLine(
            row.id, row.school, who, row.to_school, whom, pence, vat, row.on_date, one_line(row.reference),
            one_line(row.period), state, why, said,
        ))  # fmt: skip
    return found


@dataclass(frozen=True, slots=True)
class Paid:
    """Net pence and VAT that one school paid for a period."""

    net: int = 0
    vat: int = 0


def paid_for(
    payments: Iterable[PaymentLine], school: bytes, first: dt.date | None, last: dt.date | None
) -> Paid:
    """Return what a school paid for a period: payments that name its first day, or name none and fall into it.

    What the school it went to disputes does not count.
    """
    net = vat = 0
    for one in payments:
        if one.school != school or one.state == DISPUTED:
            continue
        inside = one.on is not None and (first is None or one.on >= first) and (last is None or one.on <= last)
        if one.period == period_key(first) if one.period else inside or first is None:
            net, vat = net + one.pence, vat + one.vat
    return Paid(net, vat)


def period_key(first: dt.date | None) -> str:
    """Return how payments name a period: its first day."""
    return first.isoformat() if first is not None else ""
