"""From a decided and signed deal to a school’s own contract: a step each school does itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bursar_desk.domain import words
from bursar_desk.domain.deal_stage import Stage
from bursar_desk.domain.errors import UserError
from bursar_desk.services import contracts, deals_facts, deals_guard
from bursar_desk.services.contracts_shapes import NewContract
from bursar_desk.services.deals_guard import SAFE
from bursar_desk.services.plain_text import one_line

if TYPE_CHECKING:
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.desk import Desk


def own_contract(desk: Desk, deal: bytes) -> tuple[bytes, Changes]:
    """Write our own contract from a deal we are bound by: supplier, term, end and notice of the deal, our share.

    Raises ``UserError`` when our governors have not agreed, when it is not signed, or when it is written already.
    """
    from db.queries.contracts import contracts as rows

    deals_guard.must_be_school(desk)
    _, one = deals_facts.get(desk, deal)
    row, place = one.row, one.standing.places.get(desk.home)
    if one.standing.stage not in (Stage.SIGNED, Stage.RUNNING):
        raise UserError("The deal is not signed yet.", SAFE, "A contract follows once it is.")
    share = one.standing.current.shares.get(desk.home) if one.standing.current is not None else None
    if place is None or not place.bound or share is None or one.offer is None:
        raise UserError("Our school is not in that deal.", SAFE, "Our governing body decides first.")
    with desk.store.connect() as con:
        if any(each.deal == deal for each in rows(con, desk.home)):
            raise UserError("We have a contract of that deal already.", SAFE, "See “contract list”.")
    net, vat = share
    first = max(row.first, place.joins_on or row.first) if row.first is not None else None
    money = f"{words.money_exact(net)} and {words.money_exact(vat)} VAT"
    why = f"Share of the group deal, version {len(one.versions)}: {money}"
    return contracts.add(desk, NewContract(
        title=one_line(row.title), supplier_name=one_line(one.offer.supplier_name), service=row.service, first=first,
        last=row.last, at_end=row.at_end or "ends", renew_months=row.renew_months, notice=row.notice,
        notice_unit=row.notice_unit or "months", notice_clear=row.notice_clear, yearly=net,
        vat_rate=(vat * 10_000 + net // 2) // net if net else None,
        more={"deal": deal, "note": why, "bought_how": "group deal"},
    ))  # fmt: skip
