"""Reading contracts: a few questions for any number of schools, one line for each contract, all of one contract."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import leases, words
from bursar_desk.domain.contract_state import ContractStanding, State, all_occasions
from bursar_desk.domain.contract_terms import Term, terms_of
from bursar_desk.domain.date_math import add_days, add_months
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.money_years import kind_of
from bursar_desk.domain.notice_dates import LastSafe
from bursar_desk.domain.service_kinds import words_of as service_words
from bursar_desk.services import contract_facts as facts
from bursar_desk.services import contracts_words as say
from bursar_desk.services.contracts_cells import SAFE
from bursar_desk.services.contracts_decide import Position
from bursar_desk.services.contracts_money import history_of, money_of, price_on, vat_of
from bursar_desk.services.contracts_served import Serving, Thing, served, serving, things
from bursar_desk.services.contracts_shapes import Board, ContractLine, ContractView, Served

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.queries.contracts import ContractRow, NoteRow
    from db.queries.schools import SchoolRow

_AHEAD: Final = 5
_OVER: Final = (State.CEASED,)


@dataclass(frozen=True, slots=True)
class Gathered:
    """What lists and views are made of, asked at once."""

    kept: facts.Kept
    standings: Mapping[bytes, ContractStanding]
    people: Mapping[bytes, str]
    deals: Mapping[bytes, str]
    firms: Mapping[bytes, dt.date | None]
    things: Mapping[tuple[str, bytes], Thing]
    schools: Mapping[bytes, SchoolRow]
    live: Serving
    """What contracts that go on serve: whatever another one leaves over, these may keep up."""


def gather(desk: Desk, school: bytes | None, on: dt.date, *, documents: Mapping[bytes, int] | None = None) -> Gathered:
    """Ask for the contracts of a school, or of all held here (None), with all that their lines say."""
    from db.queries.contractors import contractors
    from db.queries.deals import deals
    from db.queries.people import people
    from db.queries.schools import schools

    with desk.store.connect() as con:
        kept = facts.ask(con, school)
        found = facts.standings(kept, on, documents=documents)
        rows = kept.contracts
        owners = {one.owner for one in rows} - {None}
        names = {one.id: one.name for one in people(con, school)} if owners else {}
        deal_ids = {one.deal for one in rows} - {None}
        titles = {one.id: one.title for one in deals(con)} if deal_ids else {}
        linked = {one.contractor for one in kept.suppliers.values()} - {None}
        firms = {one.id: one.insured_until for one in contractors(con, school)} if linked else {}
        where = {one.school: one for one in schools(con)} if rows else {}
        here = things(con, rows)
    goes_on = [one for one in rows if found[one.id].state not in (State.DRAFT, State.CEASED, State.NOTICE_GIVEN)]
    return Gathered(kept, found, names, titles, firms, here, where, serving(goes_on))


def listing(
    desk: Desk, school: bytes | None = None, *, every: bool = False, on: dt.date | None = None
) -> list[ContractLine]:
    """Return the contracts of this school, of another one held here, or of all in an office, by decide-by date."""
    day = on or desk.today
    found = gather(desk, _whose(desk, school), day)
    return _lines(desk, found, day, every=every)


def _whose(desk: Desk, school: bytes | None) -> bytes | None:
    return school or (None if desk.is_office else desk.home)


def _lines(desk: Desk, found: Gathered, day: dt.date, *, every: bool) -> list[ContractLine]:
    lines = [_line(desk, found, row, day) for row in found.kept.contracts]
    kept = [one for one in lines if every or one.standing.state not in _OVER]
    return sorted(kept, key=lambda one: (*say.order(one), one.title.casefold(), one.school_name, one.id))


def _line(desk: Desk, found: Gathered, row: ContractRow, day: dt.date) -> ContractLine:
    standing = found.standings[row.id]
    firm = found.kept.suppliers.get(row.supplier or b"")
    terms = facts.terms_from(row, found.kept.terms.get(row.id, ()))
    yearly, rate = price_on(row, terms.written, day)
    vat = vat_of(yearly, rate)
    in_deal = row.deal is not None and standing.state in (State.LIVE, State.AGREED)
    school = found.schools.get(row.school)
    serves = served(row, found.live, found.things) if row.checks or row.assets else ()
    left = [one for one in serves if one.orphan]
    decide_by, decide_words, decide_in = say.decide_by(standing, terms, day, in_deal=in_deal)
    ends, ends_words = say.ends(standing, terms)
    tell_by, tell_words = say.tell_by(standing, terms)
    title = row.title or "A contract without a title"
    return ContractLine(
        row, (school.short_name or school.name) if school else desk.school_name(row.school), title,
        firm.name if firm else "", service_words(row.service), found.people.get(row.owner or b"", ""), yearly, vat,
        words.money_exact(yearly) if yearly is not None else "", standing, decide_by, decide_words, decide_in, ends,
        ends_words, tell_by, tell_words, "In a deal" if in_deal else say.state_words(standing), standing.look,
        standing.state is State.DECIDE_SOON, in_deal, found.deals.get(row.deal or b"", ""),
        f"{title} ran on. {standing.sentence}" if standing.state is State.ROLLED_OVER else "",
        _insured(found, row, day), say.missing(row, terms), sum(one.table == "school_check" for one in left),
        sum(one.table == "asset" for one in left),
    )  # fmt: skip


def _insured(found: Gathered, row: ContractRow, day: dt.date) -> str:
    """Say that the insurance has run out that this contract relies on; "" while it has not, or nobody noted it."""
    firm = found.kept.suppliers.get(row.supplier or b"")
    own = [one for one in (row.insured_until, firm.insured_until if firm else None) if one is not None]
    attends = found.firms.get(firm.contractor) if firm and firm.contractor and not own else None
    until = min(own, default=attends)
    if until is None or until >= day or found.standings[row.id].state in _OVER:
        return ""
    return f"Their insurance ran out on {words.plain_date(until)}."


def board(desk: Desk, school: bytes | None = None, *, every: bool = False, on: dt.date | None = None) -> Board:
    """Return the list with its heading, totals and what ran on. Drafts and what is over count in no total."""
    day = on or desk.today
    lines = listing(desk, school, every=every, on=day)
    counted = [one for one in lines if one.standing.state not in (State.DRAFT, State.CEASED)]
    waits = [one for one in lines if one.waits]
    year_ends = dt.date(day.year + (day.month > 8), 8, 31)
    return Board(
        tuple(lines), say.heading(waits, day), len(waits),
        sum(one.ends is not None and day <= one.ends <= year_ends for one in counted),
        sum(one.yearly or 0 for one in counted), sum(one.vat or 0 for one in counted),
        sum(one.yearly is None for one in counted), tuple(one.ran_on for one in lines if one.ran_on),
    )  # fmt: skip


# --- one contract ----------------------------------------------------------------------------------------------------


def show(desk: Desk, contract: bytes, *, on: dt.date | None = None) -> ContractView:
    """Return all of one contract. Raises ``UserError`` when it is not here."""
    from bursar_desk.services.evidence_lines import of as documents_of
    from db.queries.contracts import notes

    day = on or desk.today
    papers = documents_of(desk, "contract", contract)
    row = _row(desk, contract)
    found = gather(desk, row.school, day, documents={contract: len(papers)})
    with desk.store.connect() as con:
        log: Sequence[NoteRow] = notes(con, contract=[contract])
    line = _line(desk, found, row, day)
    held = found.kept.terms.get(contract, ())
    terms = facts.terms_from(row, held)
    school = found.schools.get(row.school)
    pupils, kind = (school.pupils, kind_of(school.employer)) if school else (None, "")
    said = found.kept.decisions.get(contract, ())
    return ContractView(
        line, terms, *say.headlines(line, terms), say.notice_words(terms), say.at_end_words(terms),
        say.rise_words(row), say.reminders_words(line.standing),
        history_of(row, terms, held, day, pupils), _coming(found, row, day),
        tuple(say.decision_line(one, said) for one in reversed(said)), tuple(say.note_line(one, day) for one in log),
        served(row, found.live, found.things), money_of(row, terms, line.standing.term, day, pupils, kind), papers,
        _warnings(line, leases.warning(row.lease, row.lease_consent, kind)),
    )  # fmt: skip


def _row(desk: Desk, contract: bytes) -> ContractRow:
    from db.queries.contracts import contracts

    with desk.store.connect() as con:
        found = next((one for one in contracts(con) if one.id == contract), None)
    if found is None:
        raise UserError("That contract is not in this register.", SAFE, "See “contract list”.")
    return found


def _coming(found: Gathered, row: ContractRow, day: dt.date) -> tuple[tuple[Term, LastSafe | None], ...]:
    """Return this term and up to five later ones, each with its own last safe day."""
    fact = facts.facts_of(row, found.kept)
    months = max(1, fact.terms.months)
    through = add_months(day, months * (_AHEAD + 1))
    safe = {
        one.term.n: one
        for one in all_occasions(fact, found.kept.office(row.school), found.kept.meetings_of(row.school),
                                 add_days(add_months(through, months), 1))
        if not one.is_break
    }  # fmt: skip
    ahead = [one for one in terms_of(fact.terms, through=through) if one.last is None or one.last >= day]
    return tuple((one, safe.get(one.n)) for one in ahead[: _AHEAD + 1])


def _warnings(line: ContractLine, lease: str) -> tuple[str, ...]:
    said = [*line.standing.warnings, line.insured_words, lease, *line.odd]
    return tuple(dict.fromkeys(one for one in said if one and not _told_already(one, said)))


def _told_already(one: str, said: Sequence[str]) -> bool:
    """Tell whether the same is said with the day of the week as well."""
    return one.startswith("Their insurance ran out") and any(
        other != one and other.startswith("Their insurance ran out") and len(other) > len(one) for other in said
    )


def position(desk: Desk, contract: bytes) -> Position:
    """Return one of our contracts as it stands today, for deciding on it."""
    row = _row(desk, contract)
    with desk.store.connect() as con:
        kept = facts.ask(con, row.school)
        standing = facts.standings(kept, desk.today, only=[contract])[contract]
    return Position(
        row, facts.terms_from(row, kept.terms.get(contract, ())), kept.office(row.school), standing,
        tuple(kept.decisions.get(contract, ())), desk.today,
    )  # fmt: skip


def would_orphan(desk: Desk, contract: bytes) -> tuple[Served, ...]:
    """Return the checks and equipment that have no other live contract once this one ends."""
    row = _row(desk, contract)
    found = gather(desk, row.school, desk.today)
    return tuple(one for one in served(row, found.live, found.things) if one.orphan)


def find(desk: Desk, typed: str) -> ContractLine:
    """Return the one contract of that title, part of it, or id. Raises ``UserError`` naming which there are."""
    known = listing(desk, every=True)
    wanted = " ".join(typed.casefold().split())
    exact = [one for one in known if wanted and wanted in (one.title.casefold(), one.id.hex())]
    ids = exact or [one for one in known if len(wanted) >= 6 and one.id.hex().startswith(wanted)]
    found = ids or [one for one in known if wanted and wanted in f"{one.title} {one.supplier_name}".casefold()]
    running = [one for one in found if one.standing.state is not State.CEASED]
    found = running if len(running) == 1 else found
    ours = [one for one in found if one.school == desk.home]
    found = ours if len(ours) == 1 else found
    if len(found) == 1:
        return found[0]
    if found:
        which = "; ".join(
            f"{one.title}, {one.supplier_name or one.school_name} ({one.id.hex()[:20]})" for one in found[:8]
        )
        raise UserError(f"“{typed}” may be one of several.", SAFE, f"Use the id of one: {which}.")
    names = ", ".join(sorted({one.title for one in known})[:12]) or "none yet"
    raise UserError(f"“{typed}” is not one contract here.", SAFE, f"There are: {names}.")
