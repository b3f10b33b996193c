"""Quotes judged and one chosen: marks by named people, interests declared, the choice and the contract from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

from bursar_desk.domain import scoring, words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.services import buying_read
from bursar_desk.services.buying_quotes import quote_of
from bursar_desk.services.buying_shapes import AWARDED, BuyingView
from bursar_desk.services.buying_steps import SAFE, given, ours, running
from bursar_desk.services.buying_steps_words import why_reason
from bursar_desk.services.plain_text import one_line

if TYPE_CHECKING:
    from bursar_desk.services.contracts_shapes import NewContract
    from bursar_desk.services.desk import Desk


def mark(
    desk: Desk, quote: bytes, scores: Mapping[str, int], *, by: str = "", why: str = ""
) -> Changes:
    """Enter one person's marks out of ten for parts of a quote; ``by`` names them (the acting person).

    Raises ``UserError`` before quotes are opened, for a part the weights do not have, or a mark outside 0 to 10.
    """
    view, line = quote_of(desk, quote)
    who = one_line(by) or desk.who
    if not view.opened or not line.live:
        raise UserError("This quote cannot be marked.", SAFE, "Open the quotes first.")
    if view.weights is None:
        raise UserError("There are no parts of quality to mark.", SAFE, "These quotes are compared by price only.")
    parts = {one.name.casefold(): one.name for one in view.weights.parts}
    for part, score in scores.items():
        if part.casefold() not in parts:
            raise UserError(f"“{part}” is not judged here.", SAFE, f"Mark {words.listing(list(parts.values()), 'or')}.")
        if not 0 <= score <= scoring.MOST_MARK:
            raise UserError("A mark is a whole number from 0 to 10.", SAFE, "Correct it, then save again.")
    if not scores:
        raise UserError("No mark is given.", SAFE, "Give each part a mark from 0 to 10.")
    person = _person_id(desk, who)
    with desk.act(ActCode.MARK_QUOTE, subject=f"{view.line.title}: {line.name}") as act:
        for part, score in scores.items():
            act.fact("mark", given({
                "buying": view.line.row.id, "quote": quote, "part": parts[part.casefold()], "score": score,
                "why": one_line(why), "said_by": who, "person": person, "said_on": desk.today,
            }))  # fmt: skip
    return Changes(frozenset(act.tables), act.note.act)


def _person_id(desk: Desk, name: str) -> bytes | None:
    """Return one of our people by name; governors and other guests are named in words only."""
    from db.queries.people import people

    wanted = scoring.person_key(name)
    with desk.store.connect() as con:
        found = [one.id for one in people(con, desk.home) if scoring.person_key(one.name) == wanted]
    return found[0] if len(found) == 1 else None


def declare(
    desk: Desk, buying: bytes, *, who: str = "", what: str = "", steps: str = ""
) -> Changes:
    """Note somebody's declaration: an interest and what is done about it, or (both left out) that there is none."""
    row = running(desk, buying)
    name, said, done = one_line(who) or desk.who, one_line(what), one_line(steps)
    if bool(said) != bool(done):
        title = "Say what is done about it." if said else "Say what the interest is."
        raise UserError(title, SAFE, "For example: does not mark the quote of that firm.")
    with desk.act(ActCode.DECLARE_INTEREST, subject=row.title) as act:
        act.fact("interest", given({
            "about_table": "buying", "about": buying, "who": name, "no_interest": not said, "what": said,
            "steps": done, "said_on": desk.today, "said_by": desk.who,
        }))  # fmt: skip
    return Changes(frozenset(act.tables), act.note.act)


def reasons_for(view: BuyingView, quote: bytes) -> tuple[str, ...]:
    """Return why choosing this quote needs a reason; empty when none is needed."""
    line = next((one for one in view.quotes if one.row.id == quote), None)
    if line is None:
        return ()
    cheapest = [one.row.id for one in view.cheapest]
    return scoring.reasons_needed(
        view.result, quote, past=line.past, late=line.state == "came late", cheapest=cheapest
    )  # fmt: skip


def award(
    desk: Desk, buying: bytes, quote: bytes, why: str = "", on: dt.date | None = None
) -> tuple[BuyingView, Changes]:
    """Choose a quote. Raises ``UserError`` while something must be done first, or without a reason where one is needed.

    A reason is needed when it is not the best value, not the cheapest, a tie, when marks are missing, or when the quote
    came late or no longer holds.
    """
    row = running(desk, buying)
    view, day, said = buying_read.show(desk, buying), on or desk.today, one_line(why)
    line = next((one for one in view.quotes if one.row.id == quote), None)
    if line is None or not line.live:
        raise UserError("That quote cannot be chosen.", SAFE, "Choose one that is here and was not withdrawn.")
    if view.needs_first:
        raise UserError(view.needs_first[0], SAFE, "Then choose.")
    if line.whole is None:
        raise UserError("That quote has no price yet.", SAFE, "Enter its price first.")
    if day > desk.today or (row.started_on is not None and day < row.started_on):
        raise UserError("That day cannot be so.", SAFE, "Choose a day between the start of the purchase and today.")
    wanted = why_reason(reasons_for(view, quote))
    if wanted and not said:
        raise UserError(wanted, SAFE, "Write the reason in a sentence.")
    with desk.act(ActCode.AWARD, subject=f"{row.title}: {line.name}") as act:
        act.set("buying", buying, {
            "chosen": quote, "chosen_why": said or None, "awarded_on": day, "state": AWARDED,
        })  # fmt: skip
    return buying_read.show(desk, buying), Changes(frozenset(act.tables), act.note.act)


# --- the contract from it --------------------------------------------------------------------------------------------


def contract_of(desk: Desk, buying: bytes) -> NewContract:
    """Return the contract that follows from a choice, filled in as far as it is known: a draft for a person to read.

    Raises ``UserError`` before a quote is chosen.
    """
    from bursar_desk.services.contracts_shapes import NewContract

    row = ours(desk, buying)
    view = buying_read.show(desk, buying)
    line = next((one for one in view.quotes if one.chosen), None)
    if line is None:
        raise UserError("No quote is chosen yet.", SAFE, "Choose one first.")
    quote = line.row
    more = {
        "buying": buying, "bought_how": row.route, "scope": row.specification, "reference": row.order_ref,
        "lease": row.lease, "lease_consent": row.lease_consent, "deal": row.deal,
    }  # fmt: skip
    options = row.option_months or 0
    return NewContract(
        row.title, quote.supplier, line.name if quote.supplier is None else "", row.service,
        months=None if row.open_ended else row.months or None,
        at_end="rolls" if row.open_ended else "option" if options else "ends",
        renew_months=1 if row.open_ended else options or None, options=1 if options and not row.open_ended else None,
        yearly=quote.yearly, vat_rate=row.vat_rate if quote.vat_rate is None else quote.vat_rate, draft=True,
        more={name: value for name, value in more.items() if value},
    )  # fmt: skip


def make_contract(desk: Desk, buying: bytes, first: dt.date) -> tuple[bytes, Changes]:
    """Make the draft of the contract from the chosen quote, beginning on a day. Raises ``UserError`` as it is made."""
    from dataclasses import replace

    from bursar_desk.services import contracts

    return contracts.add(desk, replace(contract_of(desk, buying), first=first))
