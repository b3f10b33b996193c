"""What leaving a deal early would mean: the last day a school pays for, and what is still to be paid."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bursar_desk.domain import deal_stage, words
from bursar_desk.domain.date_math import add_days, add_months
from bursar_desk.domain.errors import UserError

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk

_SAFE = "Nothing was changed."


@dataclass(frozen=True, slots=True)
class Leaving:
    """What notice on a day would come to; money in pence. ``due`` and ``due_vat`` from ``begins`` through ``last_day``,
    ``left`` and ``left_vat`` what of it is not noted as paid."""

    given: dt.date
    wished: dt.date | None
    begins: dt.date
    last_day: dt.date
    due: int
    due_vat: int
    left: int
    left_vat: int
    words: str
    left_words: str


def leaving(desk: Desk, deal: bytes, *, on: dt.date | None = None, from_day: dt.date | None = None) -> Leaving:
    """Return what our notice on a day (today) would come to. Raises ``UserError`` where it cannot be worked out."""
    from bursar_desk.services import deals_facts, deals_read

    _, one = deals_facts.get(desk, deal)
    given = on or desk.today
    last = deal_stage.last_day(one.facts, given, from_day)
    if last is None:
        raise UserError("The deal does not say how long the notice to leave is.", _SAFE, "Ask who keeps the deal.")
    row = deals_read.show(desk, deal).school(desk.home)
    if row is None or not row.member or row.would_pay is None or one.version is None:
        raise UserError("Our school does not share this deal.", _SAFE, "There is nothing to leave.")
    begins = max(one.version[0].first or given, one.standing.places[desk.home].joins_on or dt.date.min)
    due, vat = (_part(pence or 0, begins, last) for pence in (row.would_pay, row.vat))
    # what the lead school notes as paid goes to the supplier; any other school's goes to the lead
    left, left_vat = max(0, due - row.paid), max(0, vat - row.paid_vat)
    told = f"We pay until {words.long_date(last)}."
    until = f"From {words.plain_date(begins)} until then our share is {words.money_exact(due)}"
    tax = f", and {words.money_exact(left_vat)} VAT" if left_vat else ""
    paid = f"{words.money_exact(row.paid)} is noted as paid. " if row.paid else ""
    return Leaving(
        given, from_day, begins, last, due, vat, left, left_vat, told,
        f"{until}. {paid}Still to be paid: {words.money_exact(left)}{tax}.",
    )  # fmt: skip


def _part(yearly: int, first: dt.date, last: dt.date) -> int:
    """Return what a yearly sum comes to from one day through another: whole months of 12, else days of their year."""
    from bursar_desk.services.deals_money import for_part

    if last < first:
        return 0
    months = 0
    while add_days(add_months(first, months + 1), -1) <= last:
        months += 1
    years, odd = divmod(months, 12)
    if add_days(add_months(first, months), -1) == last:
        return years * yearly + for_part(yearly, odd, None, 365)
    begun = add_months(first, 12 * years)
    length = (add_months(first, 12 * (years + 1)) - begun).days
    return years * yearly + for_part(yearly, None, (last - begun).days + 1, length)
