"""The governors' report from the records: every figure is counted here, none is typed in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bursar_desk.clock import SCHOOL_ZONE
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.status import Word, roll_up
from bursar_desk.services.as_at import words_of
from bursar_desk.services.fingerprints import stamp_in
from bursar_desk.services.leads_felt import premises_words
from bursar_desk.services.reporting_areas import area_rows, counting
from bursar_desk.services.reporting_contracts import contracts_part
from bursar_desk.services.reporting_decisions import decision_rows, overdue_rows
from bursar_desk.services.reporting_people import cover_part, neighbour_part, places_part, training_part
from bursar_desk.services.reporting_reasons import Reason, last_reasons
from bursar_desk.services.reporting_terms import ReportTerm, calendar_for, choose
from bursar_desk.services.standing import CheckStanding, standings_at
from reports.governors_data import Counted, GovernorsData, NotNeeded, Recommended, RuledOut

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.engine import Connection
    from db.queries.checks import PutOffRow
    from db.queries.counts import KeptRow
    from db.queries.people import CoverRow, PersonRow, TrainingRow

EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class _Gathered:
    """All that the register tells about one school and term, read from one moment."""

    term: ReportTerm
    now: list[CheckStanding]
    then: list[CheckStanding] | None
    reasons: dict[bytes, Reason]
    kept: list[KeptRow]
    put_off: list[PutOffRow]
    costs: dict[bytes, int]
    people: list[PersonRow]
    passed: list[TrainingRow]
    covers: list[CoverRow]
    names: dict[bytes, str]
    stamp: str


def governors(
    desk: Desk, school: bytes | None = None, term: str | None = None, as_at: dt.date | None = None
) -> GovernorsData:
    """Return the report of one school held here for a term up to a day (this term and today by default).

    Where things stood is worked out for both days from what is known now; nothing is stored beside the records.
    Raises ``UserError`` for a school that is not held, a term nobody knows, or a day outside it.
    """
    whose = school_for(desk, school)
    row = desk.school(whose)
    with desk.store.connect() as con:
        got = _gather(desk, con, whose, term, as_at)
    day = got.term.as_at
    counted = counting(got.now)
    recommended = roll_up(one.status for one in got.now if not one.required)
    this_term = [one for one in got.put_off if _within(one.on, got.term.first, day)]
    who = {one.id: one.name for one in got.people}
    return GovernorsData(
        school=row.name or desk.school_name(whose),
        term=got.term.words,
        covers_from=got.term.first,
        covers_to=day,
        prepared_by=desk.who,
        made_at=school_time(desk),
        stamp=got.stamp,
        areas=area_rows(got.now, got.then, day),
        overdue=overdue_rows(got.now, got.reasons, who, day),
        decisions=decision_rows(got.now, this_term, got.costs, day),
        not_known=Counted(_unknown(counted), None if got.then is None else _unknown(counting(got.then))),
        late_recorded=_late_recorded(got),
        put_off=_put_off(got, len(this_term)),
        training=training_part(got.people, got.passed, got.now, got.term, places_part(desk, whose)),
        cover=cover_part(desk, whose, got.term, got.names),
        neighbours=neighbour_part(
            desk, whose, [one for one in got.kept if one.done_on >= got.term.first], got.covers, got.names
        ),
        premises_lead=premises_words(desk, whose, day),
        contracts=contracts_part(desk, whose, day),
        recommended=Recommended(recommended.up_to_date, recommended.applicable) if recommended.applicable else None,
        not_needed=_not_needed(got.now),
        practice=desk.practice,
        as_at=words_of(desk),
    )


def school_for(desk: Desk, school: bytes | None) -> bytes:
    """Return the school a paper is about: the home one, or the one that was chosen in an office."""
    if desk.is_guest:
        raise UserError(
            "A cover pack’s register makes no such report.", "Nothing was made.", "Open the school’s own register."
        )
    if school is None and desk.is_office:
        raise UserError("Choose a school for this report.", "Nothing was made.", "Name one of the schools held here.")
    return school or desk.home


def school_time(desk: Desk) -> dt.datetime:
    """Return the real moment in school time, to the minute."""
    return dt.datetime.fromtimestamp(desk.clock.now_ms() / 1000, ZoneInfo(SCHOOL_ZONE)).replace(second=0, microsecond=0)


def _gather(desk: Desk, con: Connection, school: bytes, term: str | None, as_at: dt.date | None) -> _Gathered:
    from db.queries import checks, counts, people, schools

    chosen = choose(calendar_for(con, school), desk.today, term, as_at, counts.first_kept(con, school))
    now, before = standings_at(con, school, [chosen.as_at, chosen.before_stands])
    # Where nothing was kept by then there is no earlier figure, and none is made up.
    then = before if any(one.records for one in before) else None
    return _Gathered(
        chosen, now, then, last_reasons(con, school, chosen.as_at, now),
        counts.kept_between(con, school, chosen.before_first, chosen.as_at), checks.put_offs(con, school),
        counts.defect_costs(con, school), people.people(con, school), people.training(con, school),
        people.covers(con, school), {one.school: one.short_name or one.name for one in schools.schools(con)},
        stamp_in(con, school),
    )  # fmt: skip


def _unknown(counted: Sequence[CheckStanding]) -> int:
    return sum(one.status.word is Word.NOT_KNOWN for one in counted)


def _within(day: dt.date | None, first: dt.date, last: dt.date) -> bool:
    return day is not None and first <= day <= last


def _late_recorded(got: _Gathered) -> Counted:
    late = [one for one in got.kept if one.written_ms >= _too_late_from(one.done_on)]
    now = sum(one.done_on >= got.term.first for one in late)
    return Counted(now, len(late) - now if got.then is not None else None)


@lru_cache(maxsize=1024)
def _too_late_from(done: dt.date) -> int:
    """Return the moment from which a record of that day was made late: the second midnight after it, in school."""
    day = done + dt.timedelta(days=2)
    return int(dt.datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(SCHOOL_ZONE)).timestamp() * 1000)


def _put_off(got: _Gathered, now: int) -> Counted:
    before = sum(_within(one.on, got.term.before_first, got.term.before_last) for one in got.put_off)
    return Counted(now, before if got.then is not None else None)


def _not_needed(now: Sequence[CheckStanding]) -> NotNeeded | None:
    off = sorted((one.check for one in now if one.check.applies == "no"), key=lambda one: (one.title, one.id))
    listed = tuple(RuledOut(one.title, one.why, one.said_by, one.review_on) for one in off)
    return NotNeeded(len(off), tuple(one.title for one in off[:EXAMPLES]), listed) if off else None
