"""Deciding on a contract: notice given, renewed, extended, left to run, to market, ended, put off, taken back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.contract_state import State, latest_put_off, may_put_off
from bursar_desk.domain.contract_terms import Terms, terms_of
from bursar_desk.domain.date_math import add_days
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.notice_dates import LastSafe, OfficeDays, notice_from
from bursar_desk.domain.operations import Changes
from bursar_desk.domain.same_day import not_taken_back
from bursar_desk.services.contracts_cells import SAFE, must_be_a_day, term_cells
from bursar_desk.services.contracts_shapes import (
    DECISIONS,
    END,
    ENDS,
    EXTEND,
    LET_RUN,
    NOTICE_GIVEN,
    OPTION,
    PUT_OFF,
    RENEW,
    ROLLS,
    TAKEN_BACK,
    TO_MARKET,
    Deciding,
    NewTerm,
)
from bursar_desk.services.contracts_write import own
from bursar_desk.services.plain_text import one_line

if TYPE_CHECKING:
    from bursar_desk.domain.contract_state import ContractStanding
    from bursar_desk.services.desk import Desk
    from db.queries.contracts import ContractRow, DecisionRow

WHAT_WORDS: Final = {
    NOTICE_GIVEN: "Notice given", RENEW: "Renewing", EXTEND: "Extended", LET_RUN: "Left to run on",
    TO_MARKET: "To market", END: "To end", PUT_OFF: "Put off", TAKEN_BACK: "Taken back",
}  # fmt: skip
_AGREED: Final = frozenset({RENEW, EXTEND, LET_RUN, END})
"""What somebody must have agreed to; telling them, looking elsewhere and waiting need no name."""
_TEXT: Final = {"agreed_by": 120, "minute_ref": 80, "served_how": 120, "why": 400}


@dataclass(frozen=True, slots=True)
class Position:
    """One of our contracts as it stands today, with what its dates follow from."""

    row: ContractRow
    terms: Terms
    office: OfficeDays
    standing: ContractStanding
    decisions: tuple[DecisionRow, ...]
    today: dt.date


def decide(desk: Desk, contract: bytes, what: str, given: Deciding | None = None) -> Changes:
    """Record what was decided for an end: the one missed or the next one, or ``given.term_end``.

    Raises ``UserError`` for what cannot be so: put off past the day it must be decided, notice without a day, a
    renewal nobody agreed to, an option that is not there.
    """
    from bursar_desk.services.contracts_read import position

    said = _tidy(desk, what, given or Deciding())
    at = position(desk, own(desk, contract).id)
    _must_run(at, what)
    end, ends_on, term = _PLANS[what](at, said)
    subject = at.row.title if what == NOTICE_GIVEN else f"{at.row.title}: {WHAT_WORDS[what].lower()}"
    person = desk.person
    values: dict[str, Any] = {
        "contract": contract, "term_end": end, "what": what, "said_on": said.on or desk.today, "said_by": desk.who,
        "person": person.id if person else None, "agreed_by": said.agreed_by, "minute_ref": said.minute_ref,
        "meeting_on": said.meeting_on, "served_on": said.served_on, "served_how": said.served_how,
        "ends_on": ends_on, "until": said.until, "why": said.why,
    }  # fmt: skip
    with desk.act(ActCode.GIVE_NOTICE if what == NOTICE_GIVEN else ActCode.DECIDE_CONTRACT, subject=subject) as act:
        act.fact("contract_decision", {name: value for name, value in values.items() if value not in (None, "")})
        if term is not None:
            held = _term_from(desk, contract, term.first)
            cells = {name: value for name, value in term_cells(term).items() if value is not None}
            if held is None:
                act.create("contract_term", {"contract": contract, **cells, "said_by": desk.who})
            else:
                act.set("contract_term", held, _with_groups(desk, held, cells))
        if what == TAKEN_BACK:
            for one in _written_for(desk, contract, end):
                act.delete("contract_term", one)
    return Changes(frozenset(act.tables), act.note.act)


def _tidy(desk: Desk, what: str, given: Deciding) -> Deciding:
    if what not in DECISIONS:
        raise UserError(f"“{what}” is not something to decide.", SAFE, f"Use one of: {', '.join(DECISIONS)}.")
    texts = {name: one_line(getattr(given, name)) for name in _TEXT}
    for name, most in _TEXT.items():
        if len(texts[name]) > most:
            raise UserError(f"A text is too long: {most} characters are the most.", SAFE, "Shorten it.")
    for day in (given.on, given.served_on, given.meeting_on):
        if day is not None and day > desk.today:
            raise UserError(f"{words.long_date(day)} has not come yet.", SAFE, "Note it once it has happened.")
    for day in (given.on, given.served_on, given.meeting_on, given.ends_on, given.until):
        if day is not None:
            must_be_a_day(day)
    if what in _AGREED and not texts["agreed_by"]:
        raise UserError("Say who agreed to it.", SAFE, "For example: Finance committee, or the headteacher’s name.")
    return replace(given, **texts)  # type: ignore[arg-type]  # the names of its own texts


def _must_run(at: Position, what: str) -> None:
    """Raise ``UserError`` where nothing can be decided: a draft, or what is over."""
    state = at.standing.state
    if state is State.DRAFT:
        raise UserError(f"{at.row.title} is a draft.", SAFE, "Let it count first; then decide.")
    if state is State.CEASED and what not in (TAKEN_BACK, RENEW, EXTEND):
        raise UserError(f"{at.row.title} has ended.", SAFE, "If it still runs, record its new term.")
    if state is State.CEASED and at.row.state == "ceased":
        raise UserError(f"{at.row.title} was said to be over.", SAFE, "Let it count again first.")


_Plan = tuple[dt.date | None, dt.date | None, NewTerm | None]
"""The end it is decided for, when it really ends where that differs, the new term."""


def _end(at: Position, said: Deciding, *, missed: bool = False) -> dt.date:
    """Return the end that is decided. Raises ``UserError`` where there is none."""
    if said.term_end is not None:
        return said.term_end
    standing = at.standing
    if missed and standing.asked is not None:
        return standing.asked.end
    if standing.last_safe is not None:
        return standing.last_safe.end
    if standing.term is not None and standing.term.last is not None:
        return standing.term.last
    if at.terms.at_end == ROLLS:
        raise UserError(
            "It runs on until somebody gives notice, so there is no end to decide.", SAFE,
            "Record notice given, or write down a term with its new price.",
        )  # fmt: skip
    raise UserError("When it ends is not known.", SAFE, "Enter the end of its first term.")


def _notice(at: Position, said: Deciding) -> _Plan:
    """Work out what notice ends: the break or end it is in time for; of a rolling contract the day it follows from."""
    served = said.served_on
    if served is None:
        raise UserError("Say on which day they were told.", SAFE, "Type the day of the letter or e-mail.")
    if at.row.first is not None and served < at.row.first and said.ends_on is None:
        raise UserError("They were told before the contract began.", SAFE, "Look at the day again.")
    if at.standing.state is State.NOTICE_GIVEN:
        raise UserError("Notice is given already.", SAFE, "Take that back first, if it was wrong.")
    if said.ends_on is not None:
        if said.ends_on < served:
            raise UserError("It would end before they were told.", SAFE, "Look at the two days again.")
        return said.term_end or _nearest(at, said.ends_on), said.ends_on, None
    for one in (at.standing.missed, at.standing.last_safe):
        if one is not None and served <= one.last_notice and said.term_end in (None, one.end):
            return one.end, None, None
    found = notice_from(at.terms, served, at.office)
    if found is None:
        raise UserError(
            "When it ends cannot be worked out.", SAFE, "Say when it ends, as the supplier confirmed it."
        )
    loose = at.standing.term is None or at.standing.term.last is None
    return found, found if loose else None, None


def _nearest(at: Position, ends_on: dt.date) -> dt.date:
    """Return the end a confirmed last day belongs to: the one asked about now, the one missed where it says so."""
    standing = at.standing
    if standing.missed is not None and ends_on <= standing.missed.end:
        return standing.missed.end
    last = standing.last_safe
    return last.end if last is not None else ends_on


def _renew(at: Position, said: Deciding) -> _Plan:
    end = _end(at, said, missed=True)
    return end, None, _new_term(at, said, end, needs_end=at.terms.at_end == ENDS)


def _extend(at: Position, said: Deciding) -> _Plan:
    if at.terms.at_end != OPTION:
        raise UserError(f"{at.row.title} has no option to extend.", SAFE, "Renew it instead.")
    end = _end(at, said, missed=True)
    follows = [one for one in terms_of(at.terms, through=add_days(end, 1)) if one.first == add_days(end, 1)]
    if not follows:
        raise UserError("No option is left to extend it.", SAFE, "Renew it with a term of its own instead.")
    return end, None, _new_term(at, said, end, needs_end=False)


def _new_term(at: Position, said: Deciding, end: dt.date, *, needs_end: bool) -> NewTerm | None:
    """Return the new term as a row to write; nothing where all of it follows from the contract."""
    first = add_days(end, 1)
    if said.term is None:
        if needs_end:
            raise UserError("Say until when the new term runs.", SAFE, f"It begins on {words.long_date(first)}.")
        return None
    term = said.term
    last = term.last
    if term.first <= end:
        raise UserError(
            f"The new term cannot begin before {words.long_date(first)}.", SAFE, "Look at its first day again."
        )
    if last is None:
        follows = [one for one in terms_of(at.terms, through=term.first) if one.first == term.first]
        last = follows[0].last if follows else None
    if last is None and needs_end:
        raise UserError("Say until when the new term runs.", SAFE, f"It begins on {words.long_date(first)}.")
    source = term.source or ", ".join(one for one in (said.agreed_by, said.minute_ref) if one)
    return replace(term, last=last, source=source)


def _let_run(at: Position, said: Deciding) -> _Plan:
    if at.terms.at_end not in ("renews", ROLLS):
        raise UserError("It ends by itself, so nothing runs on.", SAFE, "Renew it, or decide to end it.")
    return _end(at, said, missed=True), None, None


def _plain(at: Position, said: Deciding) -> _Plan:
    return _end(at, said), None, None


def _put_off(at: Position, said: Deciding) -> _Plan:
    """Put a decision off, never past the meeting that decides or the last safe day."""
    last = at.standing.last_safe
    if last is None:
        raise UserError("There is nothing to put off.", SAFE, "No last safe day is known for it.")
    if said.until is None:
        raise UserError("Say until when it is put off.", SAFE, f"At the latest {_day(latest_put_off(last))}.")
    if not may_put_off(last, said.until, at.today):
        raise UserError(_too_far(last, at.today), SAFE, _what_then(last, at.today))
    return last.end, None, None


def _too_far(last: LastSafe, today: dt.date) -> str:
    latest = latest_put_off(last)
    if latest <= today:
        return "It cannot be put off any more."
    return f"It can be put off to {_day(latest)} at the latest."


def _what_then(last: LastSafe, today: dt.date) -> str:
    return "Decide it now." if latest_put_off(last) <= today else "Choose a day after today, up to that one."


def _day(day: dt.date) -> str:
    return words.long_date(day)


def _take_back(at: Position, said: Deciding) -> _Plan:
    """Take back the last decision that stands."""
    ends = {one.term_end for one in at.decisions if said.term_end in (None, one.term_end)}
    open_ones = [
        one for end in ends for one in not_taken_back(two for two in at.decisions if two.term_end == end)
    ]  # fmt: skip
    if not open_ones:
        raise UserError("There is no decision to take back.", SAFE, "See “contract show”.")
    last = max(open_ones, key=lambda one: (one.said_on or dt.date.min, one.id))
    if said.on is not None and last.said_on is not None and said.on < last.said_on:
        raise UserError(f"It was decided on {_day(last.said_on)}.", SAFE, "It can be taken back from that day on.")
    return last.term_end, None, None


_PLANS: Final = {
    NOTICE_GIVEN: _notice, RENEW: _renew, EXTEND: _extend, LET_RUN: _let_run, TO_MARKET: _plain, END: _plain,
    PUT_OFF: _put_off, TAKEN_BACK: _take_back,
}  # fmt: skip


def _term_from(desk: Desk, contract: bytes, first: dt.date) -> bytes | None:
    """Return the term entered before that begins on a day, so that none is there twice."""
    from db.queries.contracts import terms

    with desk.store.connect() as con:
        return next((one.id for one in terms(con, contract=[contract]) if one.first == first), None)


def _with_groups(desk: Desk, term: bytes, cells: dict[str, Any]) -> dict[str, Any]:
    from db.queries.contracts import terms

    with desk.store.connect() as con:
        held = next(one for one in terms(con, school=desk.home) if one.id == term)
    whole = dict(cells)
    for group in (("first", "last"), ("yearly", "vat_rate")):
        if any(name in cells for name in group):
            whole |= {name: cells.get(name, getattr(held, name)) for name in group}
    return whole


def _written_for(desk: Desk, contract: bytes, end: dt.date | None) -> list[bytes]:
    """Return terms entered for the time after an end that have not begun: they go with the decision taken back."""
    from db.queries.contracts import terms

    if end is None:
        return []
    first = add_days(end, 1)
    with desk.store.connect() as con:
        return [one.id for one in terms(con, contract=[contract]) if one.first == first and first > desk.today]
