"""Memoranda of understanding and data-sharing agreements: what was agreed, by whom, and whether it is kept to."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import agreement_state as rules
from bursar_desk.domain import deal_stage, words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.services import deals_facts, deals_guard, deals_money, deals_words
from bursar_desk.services.agreements_shapes import AgreementView, PartyLine, PromiseLine
from bursar_desk.services.deals_guard import SAFE
from bursar_desk.services.deals_shapes import Finding, PaymentLine
from bursar_desk.services.plain_text import one_line, paragraphs

if TYPE_CHECKING:
    from bursar_desk.domain.hours_ledger import Book
    from bursar_desk.services.deals_facts import Schools
    from bursar_desk.services.desk import Desk
    from db.queries.answers import AnswerRow
    from db.queries.deals import AgreementRow

KINDS: Final = ("memorandum", "data sharing")
_SETTLES: Final = 60
"""Days of an agreement’s year before anybody is told that too little was given."""
_LOOKS: Final = {
    rules.PROPOSED: "not_known", rules.WAITING: "due_soon", rules.AGREED: "ok", rules.REFUSED: "failed",
    rules.RAN_OUT: "overdue", rules.ENDED: "not_needed",
}  # fmt: skip
_PARTY_LOOKS: Final = {
    rules.PARTY_YES: "ok", rules.PARTY_OPEN: "not_known", rules.PARTY_UNMINUTED: "due_soon", rules.RAN_OUT: "overdue",
    rules.PARTY_LEFT: "not_needed",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class NewPromise:
    """What a party gives or gets: minutes or pence ``per`` "week", "month", "term" or "year", or words only."""

    school: bytes
    what: str
    unit: str = ""
    amount: int = 0
    per: str = "year"


@dataclass(frozen=True, slots=True)
class NewAgreement:
    """What to agree on. ``parties`` are schools; notice to leave in ``leave_unit`` (months, weeks, days)."""

    title: str
    kind: str
    parties: tuple[bytes, ...]
    purpose: str = ""
    first: dt.date | None = None
    last: dt.date | None = None
    review_on: dt.date | None = None
    leave_notice: int | None = 3
    leave_unit: str = "months"
    contributions: tuple[NewPromise, ...] = ()
    entitlements: tuple[NewPromise, ...] = ()
    deal: bytes | None = None
    files: tuple[Mapping[str, Any], ...] = ()


def listing(
    desk: Desk, *, every: bool = False, on: dt.date | None = None, checked: bool = True
) -> list[AgreementView]:
    """Return the agreements held here; ended ones only with ``every``. ``findings`` say what does not keep to them.

    Without ``checked`` what was promised is not compared with what was given: that reads all hours ever worked.
    """
    from bursar_desk.services import owed
    from db.queries import deals as queries
    from db.queries.answers import answers

    day = on or desk.today
    with desk.store.connect() as con:
        rows = queries.agreements(con)
        if not rows:
            return []
        ids = [one.id for one in rows]
        said, steps = answers(con, "agreement"), queries.steps(con, about=ids)
        paid, receipts = queries.payments(con, about=ids), answers(con, "payment")
        schools = deals_facts.read_schools(desk, con)
    measured = (one for row in rows for one in rules.read_promises((*row.contributions, *row.entitlements)))
    book = owed.read(desk).book if checked and any(one.unit == rules.MINUTES for one in measured) else None
    found = []
    for row in rows:
        moves = [deals_facts.move_of(one) for one in steps if one.about == row.id and one.about_table == "agreement"]
        mine = [one for one in said if one.about == row.id]
        money = [one for one in paid if one.about == row.id and one.about_table == "agreement"]
        one = _Reading(desk, row, mine, moves, deals_money.payment_lines(money, receipts, schools), schools, book, day)
        view = one.view()
        if every or view.state != rules.ENDED:
            found.append(view)
    return sorted(found, key=lambda one: (one.title.casefold(), one.id))


def get(desk: Desk, agreement: bytes, on: dt.date | None = None) -> AgreementView:
    """Return one agreement. Raises ``UserError`` when it is not here."""
    for one in listing(desk, every=True, on=on):
        if one.id == agreement:
            return one
    raise UserError("That agreement is not in this register.", SAFE, "See “agreement list”.")


@dataclass(frozen=True, slots=True)
class _Reading:
    """One agreement on its way to the page."""

    desk: Desk
    row: AgreementRow
    said: Sequence[AnswerRow]
    moves: Sequence[deal_stage.Move]
    payments: Sequence[PaymentLine]
    schools: Schools
    book: Book | None
    day: dt.date

    def view(self) -> AgreementView:
        """Return it as it stands."""
        row = self.row
        terms = rules.Terms(
            row.id, row.school, rules.read_parties(row.parties), row.first, row.last, row.ended_on, row.leave_notice,
            row.leave_unit,
        )  # fmt: skip
        standing = rules.judge(terms, map(deals_facts.word_of, self.said), self.moves, self.day)
        parties = tuple(self._party(one) for one in standing.parties)
        promises = tuple(self._promises(standing))
        kind = deals_words.AGREEMENT_KINDS.get(row.kind, "Agreement")
        notice = words.count(row.leave_notice, row.leave_unit.rstrip("s") or "month") if row.leave_notice else ""
        return AgreementView(
            row.id, row.school, one_line(row.title) or kind, row.kind, kind, standing.state,
            _state_words(standing, parties, row), _LOOKS[standing.state], row.deal, row.first, row.last, row.review_on,
            paragraphs(row.purpose), f"{notice} to leave" if notice else "no notice to leave", parties, promises,
            tuple(self._findings(standing, parties, promises)), tuple(self.payments), row.school == self.desk.home,
        )  # fmt: skip

    def _heard(self, school: bytes) -> bool:
        """Tell whether a file of a school has come: without one what it decided is not known here."""
        return school == self.desk.home or school in self.schools.rows

    def _party(self, one: rules.Party) -> PartyLine:
        row = next((each for each in self.said if one.word is not None and each.id == one.word.id), None)
        nothing = "no decision yet." if self._heard(one.school) else "no file yet, so its decision is not known here."
        said = deals_words.decision_words(row) if row is not None else nothing
        if one.state == rules.PARTY_UNMINUTED:
            said = f"{said} It names no minute, so it does not count yet."
        if one.leaves_on is not None:
            said = f"{said} {'Left' if one.leaves_on < self.day else 'Leaves'} on {words.plain_date(one.leaves_on)}."
        return PartyLine(
            one.school, self.schools.name(one.school), one.state, one.agreed, said,
            _PARTY_LOOKS.get(one.state, "failed"), row.id if row is not None else None, one.leaves_on,
            one.school == self.desk.home,
        )  # fmt: skip

    def _promises(self, standing: rules.Standing) -> Iterator[PromiseLine]:
        for gives, found in ((True, self.row.contributions), (False, self.row.entitlements)):
            for one in rules.read_promises(found):
                if standing.party(one.school) is not None:
                    yield self._promise(one, standing, gives=gives)

    def _promise(self, one: rules.Promise, standing: rules.Standing, *, gives: bool) -> PromiseLine:
        name, first = self.schools.name(one.school), self.row.first
        amount = words.hours(one.amount) if one.unit == rules.MINUTES else words.money_exact(one.amount)
        said = f"{amount} a {one.per}" if one.unit else ""
        text = ": ".join(part for part in (one_line(one.what), said) if part)
        known = one.unit == rules.PENCE or (one.unit == rules.MINUTES and self.book is not None)
        if not known or first is None or first > self.day or standing.state != rules.AGREED:
            return PromiseLine(one.school, name, gives, text, one.unit, None, None, None, "not checked", "not_known")
        begin = deal_stage.year_of(first, self.day)[0]
        party = standing.party(one.school)
        due = one.until(begin, self.day, party.leaves_on if party else None)
        really = self._really(one, begin, gives=gives)
        # half of what is due is a long way behind; a little less than due is how a year goes
        early = (self.day - begin).days < _SETTLES
        kept = None if early or not due else really * 2 >= due if gives else really > 0
        result = f"{_amount(one.unit, really)} of {_amount(one.unit, due)} so far"
        return PromiseLine(one.school, name, gives, text, one.unit, due, really, kept, result,
                           "ok" if kept or kept is None else "overdue")  # fmt: skip

    def _really(self, one: rules.Promise, begin: dt.date, *, gives: bool) -> int:
        """Minutes of cover given to (or received from) other parties, or pence paid (or received)."""
        if one.unit == rules.PENCE:
            paid = (each for each in self.payments if each.state != deals_money.DISPUTED and each.on is not None
                    and begin <= each.on <= self.day)  # fmt: skip
            return sum(each.pence for each in paid if (each.school if gives else each.to_school) == one.school)
        if self.book is None:
            return 0
        inside = set(rules.read_parties(self.row.parties))
        accounts = self.book.between(begin, self.day).accounts(one.school)
        return sum(acc.given if gives else acc.received for other, acc in accounts.items() if other in inside)

    def _findings(
        self, standing: rules.Standing, parties: Sequence[PartyLine], promises: Sequence[PromiseLine]
    ) -> Iterator[Finding]:
        row = self.row
        if standing.state == rules.ENDED:
            return
        if row.review_on is not None and row.review_on < self.day:
            yield Finding(f"Its review of {words.plain_date(row.review_on)} is overdue.", "", "overdue", about=row.id)
        silent = [one for one in parties if one.state == rules.PARTY_OPEN and not self._heard(one.school)]
        if silent:
            title = deals_words.unheard([one.name for one in silent])
            yield Finding(title, "It comes with their files.", "not_known", about=row.id)
        for one in parties:
            if one in silent:
                continue
            if one.state not in (rules.PARTY_YES, rules.PARTY_LEFT):
                said = {rules.RAN_OUT: "ran out", rules.PARTY_OPEN: "is not made yet"}.get(one.state, "is not a yes")
                title = f"The decision of the governors of {one.name} {said}."
                yield Finding(title, one.words, one.look, one.school, row.id)
            elif one.leaves_on is not None:
                title = f"{one.name} leaves on {words.plain_date(one.leaves_on)}."
                yield Finding(title, "", "due_soon", one.school, row.id)
        for each in promises:
            if each.kept is False:
                word = "gave" if each.gives else "received"
                yield Finding(f"{each.name} {word} {each.result}.", each.words, "overdue", each.school, row.id)


def _amount(unit: str, value: int) -> str:
    return words.hours(value) if unit == rules.MINUTES else words.money_exact(value)


def _state_words(standing: rules.Standing, parties: Sequence[PartyLine], row: AgreementRow) -> str:
    here = [one for one in parties if one.state != rules.PARTY_LEFT]
    yes = sum(one.agreed for one in here)
    match standing.state:
        case rules.ENDED:
            over = row.ended_on or row.last
            return f"Ended on {words.plain_date(over)}" if over else "Ended"
        case rules.AGREED:
            return f"Agreed by all {len(here)} governing bodies"
        case rules.REFUSED:
            who = [one.name for one in here if one.state in (deal_stage.NO, deal_stage.TAKEN_BACK)]
            return f"Refused by the governors of {words.listing(who)}"
        case rules.RAN_OUT:
            who = [one.name for one in here if one.state == rules.RAN_OUT]
            return f"The decision of {words.listing(who)} ran out"
        case _:
            return f"{yes} of {len(here)} governing bodies have agreed"


# --- writing ---------------------------------------------------------------------------------------------------------


def add(desk: Desk, new: NewAgreement) -> tuple[AgreementView, Changes]:
    """Write an agreement down; it holds once every party’s governing body has said yes. Raises ``UserError``."""
    deals_guard.must_manage(desk)
    title = one_line(new.title)
    if not title:
        raise UserError("Give the agreement a title.", SAFE, "For example: Cover between our seven schools.")
    if new.kind not in KINDS:
        raise UserError(f"“{new.kind}” is not a kind of agreement.", SAFE, f"Use one of: {', '.join(KINDS)}.")
    parties = tuple(dict.fromkeys(new.parties))
    if len(parties) < 2:
        raise UserError("An agreement has at least two parties.", SAFE, "Name the schools.")
    deals_guard.known_schools(desk, parties)
    deals_guard.two_days(new.first, new.last)
    deals_guard.notice(new.leave_notice, new.leave_unit)
    for one in (*new.contributions, *new.entitlements):
        _promise_is_sound(desk, one, parties)
    with desk.act(ActCode.ADD_AGREEMENT, subject=title) as act:
        row = act.create("agreement", deals_guard.kept({
            "title": title, "kind": new.kind, "deal": new.deal, "purpose": paragraphs(new.purpose),
            "parties": json.dumps([{"school": one.hex(), "name": desk.school_name(one)} for one in parties]),
            "contributions": json.dumps([_promise(one) for one in new.contributions]),
            "entitlements": json.dumps([_promise(one) for one in new.entitlements]),
            "leave_notice": new.leave_notice, "leave_unit": new.leave_unit, "first": new.first or desk.today,
            "last": new.last, "review_on": new.review_on, "said_by": one_line(desk.who), "said_on": desk.today,
            "files": json.dumps(list(new.files)) if new.files else None,
        }))  # fmt: skip
    return get(desk, row), Changes(frozenset(act.tables), act.note.act)


def _promise(one: NewPromise) -> dict[str, Any]:
    numbers = {"unit": one.unit, "amount": one.amount, "per": one.per} if one.unit else {}
    return {"school": one.school.hex(), "what": one_line(one.what), **numbers}


def _promise_is_sound(desk: Desk, one: NewPromise, parties: Sequence[bytes]) -> None:
    if one.school not in parties:
        raise UserError(f"{desk.school_name(one.school)} is no party of it.", SAFE, "Name it as a party first.")
    if not one.unit and not one_line(one.what):
        raise UserError("Say what is given.", SAFE, "In words, in hours or in money.")
    if one.unit and (one.unit not in (rules.MINUTES, rules.PENCE) or one.amount <= 0 or one.per not in rules.PER):
        raise UserError("What is given cannot be read.", SAFE, "For example: 2 hours a week, or £500 a year.")


def decide(
    desk: Desk, agreement: bytes, answer: str, *, body: str, minute_ref: str = "", on: dt.date | None = None,
    until: dt.date | None = None, conditions: str = "", why: str = "",
) -> tuple[AgreementView, Changes]:  # fmt: skip
    """Note what our governing body decided about an agreement: "yes", "no" or "taken back"."""
    view = get(desk, agreement)
    if all(one.school != desk.home for one in view.parties):
        raise UserError("Our school is no party of that agreement.", SAFE, "Its parties decide.")
    if conditions.strip() and answer == deal_stage.YES:
        raise UserError("An agreement is the same for all its parties.", SAFE, "Say no with why, or agree as it is.")
    decision = deals_guard.Decision(answer, body, minute_ref, on or desk.today, until, "", why)
    changes = deals_guard.write_decision(desk, "agreement", agreement, view.owner, view.title, decision, seen=None)
    return get(desk, agreement), changes


def leave(
    desk: Desk, agreement: bytes, *, body: str, minute_ref: str, on: dt.date | None = None, why: str = ""
) -> tuple[AgreementView, Changes]:
    """Give notice to leave an agreement, by our governing body’s decision."""
    view = get(desk, agreement)
    party = next((one for one in view.parties if one.school == desk.home), None)
    if party is None or not party.agreed:
        raise UserError("Our school is not bound by that agreement.", SAFE, "There is nothing to leave.")
    changes = deals_guard.write_step(
        desk, "agreement", agreement, view.title, deal_stage.LEAVE, body, minute_ref, on, None, why
    )
    return get(desk, agreement), changes


def end(desk: Desk, agreement: bytes, *, why: str, on: dt.date | None = None) -> tuple[AgreementView, Changes]:
    """End an agreement of ours from a day on."""
    view = get(desk, agreement)
    deals_guard.must_keep(desk, view.owner)
    if not why.strip():
        raise UserError("Say why it ends.", SAFE, "A few words are enough.")
    with desk.act(ActCode.CHANGE_AGREEMENT, subject=view.title) as act:
        act.set("agreement", agreement, {"ended_on": on or desk.today, "ended_why": paragraphs(why)})
    return get(desk, agreement), Changes(frozenset(act.tables), act.note.act)


def set_review(desk: Desk, agreement: bytes, review_on: dt.date) -> tuple[AgreementView, Changes]:
    """Set the day an agreement of ours is looked at again."""
    view = get(desk, agreement)
    deals_guard.must_keep(desk, view.owner)
    with desk.act(ActCode.CHANGE_AGREEMENT, subject=view.title) as act:
        act.set("agreement", agreement, {"review_on": review_on})
    return get(desk, agreement), Changes(frozenset(act.tables), act.note.act)
