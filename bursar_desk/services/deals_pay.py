"""Payments between schools for deals, agreements and the cluster’s costs: one writes it, the other may say it came."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.services import deals_guard
from bursar_desk.services.deals_guard import SAFE
from bursar_desk.services.plain_text import one_line, paragraphs

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk

TABLES = ("deal", "agreement", "running_cost")


def pay(
    desk: Desk, about_table: str, about: bytes, *, pence: int, vat: int, to_school: bytes | None, on: dt.date | None,
    reference: str, period: str,
) -> Changes:  # fmt: skip
    """Note what our school paid. Raises ``UserError`` for what cannot be so, and for the same payment twice."""
    from db.queries.deals import agreements, deals, payments, running_costs

    deals_guard.must_manage(desk)
    if about_table not in TABLES:
        raise UserError("That is nothing schools pay each other for.", SAFE, "A deal, an agreement or a running cost.")
    deals_guard.pence(pence, "The sum")
    deals_guard.pence(vat, "The VAT")
    if not pence and not vat:
        raise UserError("Nothing was paid.", SAFE, "Enter the sum.")
    day = on or desk.today
    if day > desk.today:
        raise UserError(f"{words.long_date(day)} has not come yet.", SAFE, "Note it once it is paid.")
    with desk.store.connect() as con:
        if about_table == "deal":
            named = {one.id: (one.title, one.lead) for one in deals(con)}
        elif about_table == "agreement":
            named = {one.id: (one.title, None) for one in agreements(con)}
        else:
            named = {one.id: (one.title, one.paid_by or one.school) for one in running_costs(con)}
        known = payments(con, about=[about], school=desk.home)
    if about not in named:
        raise UserError("That is not in this register.", SAFE, "Merge its file first.")
    title, lead = named[about]
    whom = to_school or lead
    if whom is not None and whom not in desk.trust.roots:
        raise UserError("That is not a school we know.", SAFE, "Merge its card first.")
    if whom == desk.home:
        raise UserError("A school does not pay itself.", SAFE, "Say to whom the money went.")
    same = [one for one in known if (one.to_school, one.pence, one.vat or 0, one.on_date) == (whom, pence, vat, day)]
    if any(one_line(one.reference) == one_line(reference) for one in same):
        raise UserError("That payment is written down already.", SAFE, "Give its own reference if it was another one.")
    with desk.act(ActCode.NOTE_PAYMENT, subject=one_line(title)) as act:
        act.fact("payment", deals_guard.kept({
            "about_table": about_table, "about": about, "to_school": whom, "pence": pence, "vat": vat or None,
            "on_date": day, "reference": one_line(reference), "said_by": one_line(desk.who), "period": one_line(period),
        }))  # fmt: skip
    return Changes(frozenset(act.tables), act.note.act)


def answer_payment(desk: Desk, payment: bytes, answer: str, why: str = "") -> Changes:
    """Say that money came, did not come, or take that back; only the school it went to."""
    from db.queries.deals import payments

    deals_guard.must_manage(desk)
    with desk.store.connect() as con:
        row = next((one for one in payments(con) if one.id == payment), None)
    if row is None:
        raise UserError("That payment is not in this register.", SAFE, "See “deal show”.")
    if row.to_school != desk.home:
        raise UserError("It did not go to our school.", SAFE, "The school it went to answers.")
    if answer not in ("yes", "no", "taken back"):
        raise UserError(f"“{answer}” is not an answer.", SAFE, "Say yes, no or taken back.")
    if answer == "no" and not why.strip():
        raise UserError("Say why it did not come.", SAFE, "A few words are enough.")
    with desk.act(ActCode.ANSWER_SCHOOL, subject=desk.school_name(row.school)) as act:
        act.fact("answer", deals_guard.kept({
            "about_table": "payment", "about": payment, "about_school": row.school, "answer": answer,
            "said_on": desk.today, "said_by": one_line(desk.who), "why": paragraphs(why),
        }))  # fmt: skip
    return Changes(frozenset(act.tables), act.note.act)
