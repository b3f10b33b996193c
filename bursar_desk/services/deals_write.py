"""Changes of a deal by whoever keeps it, and what a school says it pays today."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import deal_stage, words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.deal_stage import Stage
from bursar_desk.domain.errors import Refused, UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.domain.service_kinds import BY_CODE
from bursar_desk.services import deals_facts, deals_guard, deals_quotes, deals_read
from bursar_desk.services.deals_guard import SAFE
from bursar_desk.services.plain_text import one_line, paragraphs

if TYPE_CHECKING:
    from bursar_desk.services.deals import NewBaseline, NewDeal, NewOffer
    from bursar_desk.services.deals_facts import OneDeal
    from bursar_desk.services.deals_shapes import DealView
    from bursar_desk.services.desk import Desk

_TERMS: Final = (
    "first", "last", "at_end", "renew_months", "notice", "notice_unit", "leave_notice", "leave_unit", "leave_rule",
    "join_rule", "lead", "scope", "service",
)  # fmt: skip
_FREE: Final = ("title", "decide_by", "review_on", "note", "buying", "invited")


_HOW_TO_JOIN: Final = f"Join: {', '.join(deal_stage.JOIN_RULES)}. Leave: {', '.join(deal_stage.LEAVE_RULES)}."


def propose(desk: Desk, new: NewDeal) -> tuple[DealView, Changes]:
    """Propose a deal to schools."""
    deals_guard.must_manage(desk)
    title = one_line(new.title)
    invited = tuple(dict.fromkeys(new.invited))
    if not title:
        raise UserError("Give the deal a title.", SAFE, "For example: Grounds maintenance 2027.")
    if new.service and new.service not in BY_CODE:
        raise UserError(f"“{new.service}” is not a service we know.", SAFE, "Choose one of the list, or “other”.")
    if len(invited) < 2:
        raise UserError("A group deal needs at least two schools.", SAFE, "Name the schools that are asked.")
    deals_guard.known_schools(desk, (*invited, *((new.lead,) if new.lead else ())))
    deals_guard.two_days(new.first, new.last)
    deals_guard.notice(new.leave_notice, new.leave_unit)
    if new.join_rule not in deal_stage.JOIN_RULES or new.leave_rule not in deal_stage.LEAVE_RULES:
        raise UserError("Say how schools join and leave.", SAFE, _HOW_TO_JOIN)
    with desk.act(ActCode.PROPOSE_DEAL, subject=title) as act:
        row = act.create("deal", deals_guard.kept({
            "title": title, "service": new.service or "other", "scope": paragraphs(new.scope), "lead": new.lead,
            "invited": json.dumps([one.hex() for one in invited]), "proposed_on": desk.today,
            "decide_by": new.decide_by, "said_by": one_line(desk.who), "first": new.first, "last": new.last,
            "at_end": new.at_end, "renew_months": new.renew_months, "notice": new.notice,
            "notice_unit": new.notice_unit if new.notice is not None else None, "leave_notice": new.leave_notice,
            "leave_unit": new.leave_unit, "join_rule": new.join_rule, "leave_rule": new.leave_rule,
            "note": paragraphs(new.note), "buying": new.buying, "review_on": new.review_on,
        }))  # fmt: skip
    return deals_read.show(desk, row), Changes(frozenset(act.tables), act.note.act)


def _mine(desk: Desk, deal: bytes) -> OneDeal:
    """Return a deal this desk keeps. Raises ``UserError`` for another one’s, and for one that has ended."""
    _, one = deals_facts.get(desk, deal)
    deals_guard.must_keep(desk, one.row.school)
    if one.standing.stage is Stage.ENDED:
        raise UserError("That deal has ended.", SAFE, "Propose a new one.")
    return one


def change(desk: Desk, deal: bytes, values: Mapping[str, Any]) -> tuple[DealView, Changes]:
    """Change a deal of ours; its terms only while no governing body has said yes to them."""
    one = _mine(desk, deal)
    odd = [name for name in values if name not in (*_TERMS, *_FREE)]
    if odd:
        raise UserError(f"“{odd[0]}” cannot be changed.", SAFE, f"These can: {', '.join((*_FREE, *_TERMS))}.")
    said_yes = any(answer.answer == deal_stage.YES for answer in one.answers)
    terms = [name for name in values if name in _TERMS]
    if said_yes and terms:
        raise UserError("Governors have said yes to these terms.", SAFE, "Propose a new deal with the new terms.")
    deals_guard.two_days(values.get("first", one.row.first), values.get("last", one.row.last))
    deals_guard.notice(
        values.get("leave_notice", one.row.leave_notice), values.get("leave_unit", one.row.leave_unit or "months")
    )
    written = dict(values)
    if "invited" in written:
        invited = tuple(dict.fromkeys(written["invited"]))
        deals_guard.known_schools(desk, invited)
        written["invited"] = json.dumps([each.hex() for each in invited])
    with desk.act(ActCode.CHANGE_DEAL, subject=one_line(one.row.title)) as act:
        act.set("deal", deal, deals_guard.whole("deal", written, one.row))
    return deals_read.show(desk, deal), Changes(frozenset(act.tables), act.note.act)


def offer(desk: Desk, deal: bytes, new: NewOffer) -> tuple[DealView, Changes]:
    """Put a price before the schools; a second one needs its reason."""
    one = _mine(desk, deal)
    name = one_line(new.supplier_name)
    if not name:
        raise UserError("Say whose offer it is.", SAFE, "Name the supplier.")
    deals_guard.pence(new.yearly, "The price a year")
    deals_guard.pence(new.vat, "The VAT")
    deals_guard.pence(new.once, "What comes once")
    if one.offers and not new.why.strip():
        raise UserError("There is an offer already.", SAFE, "Say why there is another one.")
    buying = new.buying or one.row.buying
    compared = list(new.compared) or deals_quotes.frozen(desk, buying)
    with desk.act(ActCode.OFFER_DEAL, subject=one_line(one.row.title)) as act:
        act.fact("deal_offer", deals_guard.kept({
            "deal": deal, "supplier_name": name, "yearly": new.yearly, "vat": new.vat, "once": new.once or None,
            "months": new.months, "valid_until": new.valid_until,
            "compared": json.dumps(compared) if compared else None,
            "chosen_why": paragraphs(new.chosen_why), "buying": buying, "said_on": desk.today,
            "said_by": one_line(desk.who), "why": paragraphs(new.why),
            "files": json.dumps(list(new.files)) if new.files else None,
        }))  # fmt: skip
    return deals_read.show(desk, deal), Changes(frozenset(act.tables), act.note.act)


def baseline(desk: Desk, deal: bytes, new: NewBaseline) -> tuple[DealView, Changes]:
    """Say what our school pays today. The first price counts; a later one is a new version with its reason."""
    deals_guard.must_be_school(desk)
    _, one = deals_facts.get(desk, deal)
    if desk.home not in one.standing.places:
        raise UserError("Our school is not asked in that deal.", SAFE, "Ask to join it first.")
    if new.yearly is None and not new.none_why.strip():
        raise UserError("Say what we pay today, or why no price is known.", SAFE, "For example: no contract yet.")
    if new.yearly is not None:
        deals_guard.pence(new.yearly, "The price today")
        if new.dated is None or not one_line(new.document):
            raise UserError("Name the document with the price, and its date.", SAFE, "No saving counts without it.")
        if new.dated > desk.today:
            raise UserError("That document is of a day to come.", SAFE, "Look at its date again.")
    if new.vat is not None:
        deals_guard.pence(new.vat, "The VAT")
    if one.counted(desk.home) is not None and not new.why.strip():
        raise UserError("Our price today is written down already.", SAFE, "Say why it differs; the first counts.")
    with desk.act(ActCode.SET_BASELINE, subject=one_line(one.row.title)) as act:
        act.fact("deal_baseline", deals_guard.kept({
            "deal": deal, "yearly": new.yearly, "vat": new.vat, "dated": new.dated, "document": one_line(new.document),
            "contract": new.contract, "quality": new.quality, "said_on": desk.today, "said_by": one_line(desk.who),
            "why": paragraphs(new.why), "none_why": paragraphs(new.none_why) if new.yearly is None else None,
            "files": json.dumps(list(new.files)) if new.files else None,
        }))  # fmt: skip
    return deals_read.show(desk, deal), Changes(frozenset(act.tables), act.note.act)


def sign(
    desk: Desk, deal: bytes, *, by: str, on: dt.date | None = None, reference: str = ""
) -> tuple[DealView, Changes]:
    """Note that a deal was signed. Raises ``Refused`` while a school that shares it has not agreed."""
    one = _mine(desk, deal)
    day = on or desk.today
    if one.row.signed_on is not None:
        raise UserError(f"It was signed on {words.plain_date(one.row.signed_on)}.", SAFE, "See “deal show”.")
    if one.version is None or one.version[1].split is None:
        raise Refused("There is no price that is shared yet.", SAFE, "Share the cost first.")
    if not one_line(by):
        raise UserError("Say who signed.", SAFE, "Name the person.")
    if day > desk.today:
        raise UserError(f"{words.long_date(day)} has not come yet.", SAFE, "Note it once it is signed.")
    held, then = deals_facts.get(desk, deal, day)
    missing = [place.school for place in then.standing.places.values() if place.member and not place.agreed]
    if missing or then.version is None or then.version[0].id != one.version[0].id:
        who = words.listing([held.schools.name(school) for school in missing]) or "Some schools"
        raise Refused(
            f"{who} had not agreed by {words.plain_date(day)}.", SAFE,
            "Wait for their governing body, or share the cost without them.",
        )  # fmt: skip
    with desk.act(ActCode.CHANGE_DEAL, subject=one_line(one.row.title)) as act:
        act.set("deal", deal, {
            "signed_on": day, "signed_by": one_line(by), "signed_ref": one_line(reference) or None,
        })  # fmt: skip
    return deals_read.show(desk, deal), Changes(frozenset(act.tables), act.note.act)


def end(desk: Desk, deal: bytes, *, why: str, on: dt.date | None = None) -> tuple[DealView, Changes]:
    """End a deal of ours: ``on`` is its last day."""
    one = _mine(desk, deal)
    if not why.strip():
        raise UserError("Say why it ends.", SAFE, "A few words are enough.")
    with desk.act(ActCode.CHANGE_DEAL, subject=one_line(one.row.title)) as act:
        act.set("deal", deal, {"ended_on": on or desk.today, "ended_why": paragraphs(why)})
    return deals_read.show(desk, deal), Changes(frozenset(act.tables), act.note.act)
