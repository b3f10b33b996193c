"""Papers about contracts from the register: the contract register, the forward plan, the services review sheet."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import words
from bursar_desk.domain.contract_decisions import decided, leaves
from bursar_desk.domain.contract_state import State, all_occasions
from bursar_desk.domain.date_math import add_days, add_months
from bursar_desk.domain.mileage import half_up
from bursar_desk.services import contract_facts, contracts
from bursar_desk.services.contracts_money import months_of, price_on
from bursar_desk.services.plain_text import one_line
from bursar_desk.services.record_codes import code_of

if TYPE_CHECKING:
    from bursar_desk.domain.contract_decisions import ContractFacts
    from bursar_desk.domain.notice_dates import LastSafe
    from bursar_desk.services.buying_shapes import ReviewLine
    from bursar_desk.services.contracts_shapes import ContractLine
    from bursar_desk.services.desk import Desk
    from db.queries.contracts import ContractRow
    from reports.contract_plan import Deadline, MeetingDay
    from reports.contract_register import Entry
    from reports.contract_services import Service
    from reports.contract_tables import TablesPaper

_LOOKS: Final = {"red": "overdue", "amber": "due_soon", "green": "ok", "grey": "not_needed", "blue": "ok"}
_SETTLED: Final = {
    "notice given": "Notice given", "renew": "To be renewed", "extend": "To be extended", "let run": "May run on",
    "end": "To end",
}  # fmt: skip
PLAN_DAYS: Final = 200
"""How long before its end a term of the last plan month can have to be told: six months’ notice and the post."""


def register_paper(desk: Desk, school: bytes | None = None) -> TablesPaper:
    """Return the contract register of a school, or of every school held in an office."""
    from reports.contract_register import SchoolContracts, register

    lines = contracts.listing(desk, school, every=True)
    papers = _papers(desk)
    several = desk.is_office and school is None
    by_school: dict[str, list[Entry]] = {} if several else {_name(desk, school): []}
    for one in lines:
        by_school.setdefault(one.school_name if several else _name(desk, school), []).append(_entry(one, papers))
    found = tuple(SchoolContracts(name, tuple(some)) for name, some in sorted(by_school.items()))
    return register(
        _name(desk, school), desk.today, found, _time(desk), stamp=_stamp(desk, school), practice=desk.practice
    )


def _entry(one: ContractLine, papers: Counter[bytes]) -> Entry:
    from reports.contract_register import Entry

    late = one.standing.state in (State.ROLLED_OVER, State.TOO_LATE)
    last = one.standing.missed if late and one.standing.missed is not None else one.standing.last_safe
    settled = one.standing.state in (State.NOTICE_GIVEN, State.AGREED, State.CEASED, State.DRAFT)
    more = " ".join(text for text in (one.insured_words, *one.odd) if text)
    more = " ".join(text for text in (one.ran_on, f"{one.title}: {more}" if more else "") if text)
    return Entry(
        one.title, one.supplier_name, one.yearly, one.vat, one.ends, one.ends_words,
        last.last_notice if last and not settled else None, one.tell_by, one.decide_by, one.decide_by_words,
        one.owner_name, one.state_words, _LOOKS.get(one.look, one.look), papers[one.id], code_of(one.id), more,
        one.standing.state not in (State.DRAFT, State.CEASED), one.waits, late,
    )  # fmt: skip


def _papers(desk: Desk) -> Counter[bytes]:
    """Return how many documents are kept of each contract."""
    from db.queries.evidence import links

    with desk.store.connect() as con:
        return Counter(one.about for one in links(con) if one.table == "contract")


def _name(desk: Desk, school: bytes | None) -> str:
    return desk.name if school in (None, desk.home) else desk.school(school).name


def _time(desk: Desk) -> dt.datetime:
    from bursar_desk.services.reporting_governors import school_time

    return school_time(desk)


def _stamp(desk: Desk, school: bytes | None) -> str:
    from bursar_desk.services.fingerprints import stamp_of

    return stamp_of(desk, school or desk.home)


# --- the forward plan -------------------------------------------------------------------------------------------------


def plan_paper(desk: Desk, school: bytes | None = None) -> TablesPaper:
    """Return the forward plan of a school, or of every school held in an office: 24 months by the last safe day."""
    from reports.contract_plan import MONTHS, plan

    whose = school or (None if desk.is_office else desk.home)
    with desk.store.connect() as con:
        kept = contract_facts.ask(con, whose)
    lines = {one.id: one for one in contracts.listing(desk, school)}
    end = add_months(desk.today.replace(day=1), MONTHS)
    deadlines: list[Deadline] = []
    undated: list[str] = []
    for row in kept.contracts:
        line = lines.get(row.id)
        if line is None or line.standing.state in (State.DRAFT, State.CEASED):
            continue
        mine = list(_deadlines(row, line, kept, desk.today, end))
        deadlines += mine
        if not mine and (line.standing.last_safe is None):
            undated.append(line.title if whose is not None else f"{line.title} ({line.school_name})")
    several = whose is None
    schools = {row.school for row in kept.contracts}
    names = {one.row.school: one.school_name for one in lines.values()} if several else {}
    meetings = _meetings(kept, schools, names)
    if not several and whose is not None and not meetings:
        meetings = _meetings_of(desk, whose)
    return plan(
        _name(desk, school), desk.today, deadlines, meetings, _time(desk),
        undated=sorted(undated), stamp=_stamp(desk, school), practice=desk.practice, several=several,
    )  # fmt: skip


def _meetings(kept: contract_facts.Kept, schools: set[bytes], names: Mapping[bytes, str]) -> list[MeetingDay]:
    from reports.contract_plan import MeetingDay

    return [
        MeetingDay(one_line(one.body), one.on, names.get(school, ""))
        for school in sorted(schools) for one in kept.meetings_of(school)
    ]  # fmt: skip


def _meetings_of(desk: Desk, school: bytes) -> list[MeetingDay]:
    """Return a school’s meetings where it has no contract yet."""
    from db.queries.contracts import meetings
    from reports.contract_plan import MeetingDay

    with desk.store.connect() as con:
        return [MeetingDay(one_line(one.body), one.on_date) for one in meetings(con, school) if one.on_date]


def _deadlines(
    row: ContractRow, line: ContractLine, kept: contract_facts.Kept, today: dt.date, end: dt.date
) -> Iterator[Deadline]:
    """Yield the last safe days of one contract up to a day, its breaks too, until it ends by what was decided."""
    from reports.contract_plan import Deadline

    facts = contract_facts.facts_of(row, kept)
    said = contract_facts.decisions_of(kept.decisions.get(row.id, ()))
    through = add_days(end, facts.terms.notice.number * 31 + PLAN_DAYS)
    office, meetings = kept.office(row.school), kept.meetings_of(row.school)
    waits = False
    for last in all_occasions(facts, office, meetings, through):
        done = decided(said, last, facts.terms, today)
        if last.term.kind == "rolling" or last.closes < today or last.end < today:
            if done is not None and leaves(done) and last.end >= today:
                return  # they were told: no later end comes
            continue
        body = next((one.body for one in meetings if one.on == last.decide_by), "") if last.decide_by else ""
        yield Deadline(
            last.serve_by, line.title, line.supplier_name, line.school_name, last.decide_by,
            one_line(body) if last.decide_by else last.decide_words, _otherwise(facts, last),
            _stake(row, facts, last), _SETTLED.get(done.what, "Decided") if done else "", code_of(row.id), waits,
        )  # fmt: skip
        waits = waits or done is None
        if (done is not None and leaves(done)) or (facts.terms.at_end == "option" and done is None):
            return


def _otherwise(facts: ContractFacts, last: LastSafe) -> str:
    if last.runs_to is not None:
        how = "Locked in until" if last.is_break else "Runs on to"
        return f"{how} {words.short_date(last.runs_to)}"
    if last.is_break:
        return "The break cannot be used, and it has no other end"
    if facts.terms.at_end == "option":
        return f"Ends on {words.short_date(last.end)}: the option to extend is lost"
    return f"Ends by itself on {words.short_date(last.end)}: nothing follows it"


def _stake(row: ContractRow, facts: ContractFacts, last: LastSafe) -> int | None:
    """Return what runs on without a decision costs in net pence; nought where it ends, None where no price is known."""
    if last.runs_to is None:
        return 0
    yearly, _ = price_on(row, facts.terms.written, last.end)
    return None if yearly is None else half_up(yearly * months_of(add_days(last.end, 1), last.runs_to), 12)


# --- the services review ----------------------------------------------------------------------------------------------


def services_paper(desk: Desk, school: bytes | None = None, year: int | None = None) -> TablesPaper:
    """Return the sheet of a year’s services review of a school, or of every school held in an office."""
    from bursar_desk.services import service_reviews
    from reports.contract_services import SchoolServices, sheet

    view = service_reviews.review(desk, year, school)
    several = desk.is_office and school is None
    by_school: dict[str, list[Service]] = {} if several else {_name(desk, school): []}
    for one in view.lines:
        by_school.setdefault(one.school_name if several else _name(desk, school), []).append(_service(one))
    found = [SchoolServices(name, tuple(some), view.sentence) for name, some in sorted(by_school.items())]
    if several:
        mine = {name: [one for one in view.lines if one.school_name == name] for name in by_school}
        found = [
            SchoolServices(one.school, one.lines, service_reviews.sentence(view.year, mine[one.school]))
            for one in found
        ]
    if not found:
        found = [SchoolServices(_name(desk, school), (), view.sentence)]
    return sheet(
        _name(desk, school), service_reviews.year_words(view.year), found, _time(desk), stamp=_stamp(desk, school),
        practice=desk.practice,
    )  # fmt: skip


def _service(one: ReviewLine) -> Service:
    from bursar_desk.services.contracts_money import vat_of
    from reports.contract_services import Service

    row = one.row
    said = one.minute_words if one.decided else "No minute yet" if one.route_words else "Not decided"
    price = row.price if row.price is not None and row.price >= 0 else None
    return Service(
        one.service_words, one_line(row.title) or one.service_words, one.provider, price, vat_of(price, row.vat_rate),
        one.priced_words, one.quality_words, one.route_words, said, one.decided, one.opt_out_by,
        tuple(one.nags), code_of(row.id),
    )  # fmt: skip

