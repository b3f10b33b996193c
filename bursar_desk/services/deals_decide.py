"""What a school’s governing body decides about a deal, and a school that joins late or leaves."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from bursar_desk.domain import deal_stage, words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.deal_stage import JOIN, LEAVE, STAY, Said, Stage
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.services import deals_facts, deals_guard, deals_read
from bursar_desk.services.deals_guard import SAFE
from bursar_desk.services.plain_text import one_line, paragraphs

if TYPE_CHECKING:
    from bursar_desk.services.deals_facts import OneDeal
    from bursar_desk.services.deals_shapes import DealView
    from bursar_desk.services.desk import Desk


def decide(
    desk: Desk, deal: bytes, answer: str, *, body: str, minute_ref: str = "", on: dt.date | None = None,
    until: dt.date | None = None, conditions: str = "", why: str = "",
) -> tuple[DealView, Changes]:  # fmt: skip
    """Note what our governing body decided of the price as it stands."""
    deals_guard.must_be_school(desk)
    _, one = deals_facts.get(desk, deal)
    if desk.home not in one.standing.places:
        raise UserError("Our school is not asked in that deal.", SAFE, "Ask to join it first.")
    if one.standing.stage is Stage.ENDED:
        raise UserError("That deal has ended.", SAFE, "There is nothing to decide.")
    said = deals_guard.Decision(answer, body, minute_ref, on or desk.today, until, conditions, why)
    seen = one.version[0].id if one.version is not None else one.offer.id if one.offer is not None else None
    changes = deals_guard.write_decision(
        desk, "deal", deal, one.row.school, one_line(one.row.title), said, seen=seen
    )  # fmt: skip
    return deals_read.show(desk, deal), changes


def conditions_met(desk: Desk, deal: bytes, school: bytes, how: str) -> tuple[DealView, Changes]:
    """Note that what a school’s governors asked for is done: their yes then counts."""
    _, one = deals_facts.get(desk, deal)
    deals_guard.must_keep(desk, one.row.school)
    place = one.standing.places.get(school)
    if place is None or place.word is None or place.said is not Said.CONDITIONS:
        raise UserError(f"{desk.school_name(school)} waits for no condition.", SAFE, "See “deal show”.")
    if not how.strip():
        raise UserError("Say how the condition is met.", SAFE, "A few words are enough; their governors read it.")
    with desk.act(ActCode.ANSWER_SCHOOL, subject=one_line(one.row.title)) as act:
        act.fact("answer", {
            "about_table": "answer", "about": place.word.id, "about_school": school, "answer": deal_stage.YES,
            "said_on": desk.today, "said_by": one_line(desk.who), "why": paragraphs(how),
        })  # fmt: skip
    return deals_read.show(desk, deal), Changes(frozenset(act.tables), act.note.act)


def join(
    desk: Desk, deal: bytes, *, from_day: dt.date, body: str, minute_ref: str, on: dt.date | None = None, why: str = ""
) -> tuple[DealView, Changes]:
    """Ask to join a signed deal from a day, by our governing body’s decision; the next version has us in it."""
    deals_guard.must_be_school(desk)
    _, one = deals_facts.get(desk, deal)
    place = one.standing.places.get(desk.home)
    if one.standing.stage not in (Stage.SIGNED, Stage.RUNNING):
        raise UserError("Only a deal that was signed can be joined late.", SAFE, "Note our decision instead.")
    if place is not None and place.bound and (place.leaves_on is None or place.leaves_on >= desk.today):
        raise UserError("Our school is in that deal already.", SAFE, "See “deal show”.")
    _day_to_join(one, from_day)
    changes = deals_guard.write_step(
        desk, "deal", deal, one_line(one.row.title), JOIN, body, minute_ref, on, from_day, why
    )
    return deals_read.show(desk, deal), changes


def _day_to_join(one: OneDeal, day: dt.date) -> None:
    first, last = one.row.first, one.row.last
    if (first is not None and day < first) or (last is not None and day > last):
        raise UserError(f"{words.long_date(day)} is not a day of that deal.", SAFE, "Choose a day of its term.")
    if one.row.join_rule == deal_stage.MONTH_START and day.day != 1:
        raise UserError("Schools join on the first of a month.", SAFE, "Choose such a day.")
    if one.row.join_rule == deal_stage.YEAR_START and first is not None and deal_stage.year_of(first, day)[0] != day:
        raise UserError("Schools join at the beginning of a year of the deal.", SAFE, "Choose such a day.")


def leave(
    desk: Desk, deal: bytes, *, body: str, minute_ref: str, on: dt.date | None = None, from_day: dt.date | None = None,
    why: str = "",
) -> tuple[DealView, Changes]:  # fmt: skip
    """Give notice to leave; ``from_day`` is a later last day that we wish for."""
    deals_guard.must_be_school(desk)
    _, one = deals_facts.get(desk, deal)
    place = one.standing.places.get(desk.home)
    if place is None or not place.bound:
        raise UserError("Our school is not bound by that deal.", SAFE, "Note a no, or take our yes back.")
    if place.notice_on is not None:
        raise UserError("We have given notice already.", SAFE, "See “deal show”.")
    changes = deals_guard.write_step(
        desk, "deal", deal, one_line(one.row.title), LEAVE, body, minute_ref, on, from_day, why
    )
    return deals_read.show(desk, deal), changes


def stay(desk: Desk, deal: bytes, *, why: str = "") -> tuple[DealView, Changes]:
    """Take back our notice to leave, or our wish to join, while neither has come about."""
    deals_guard.must_be_school(desk)
    _, one = deals_facts.get(desk, deal)
    place = one.standing.places.get(desk.home)
    if place is None or (place.notice_on is None and place.asks_from is None):
        raise UserError("There is no notice or wish of ours to take back.", SAFE, "See “deal show”.")
    if place.leaves_on is not None and place.leaves_on < desk.today:
        raise UserError("We have left that deal.", SAFE, "Ask to join it again.")
    changes = deals_guard.write_step(desk, "deal", deal, one_line(one.row.title), STAY, "", "", None, None, why)
    return deals_read.show(desk, deal), changes
