"""The sheet to walk round with, and the list of people to chase."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bursar_desk.domain import words
from bursar_desk.domain.errors import UserError
from bursar_desk.services.checks import names_for
from bursar_desk.services.reporting_decisions import answers_for
from bursar_desk.services.reporting_governors import school_time
from bursar_desk.services.reporting_lines import days_to_do
from bursar_desk.services.reporting_reasons import NO_REASON, is_late, last_reasons, late_since
from bursar_desk.services.reporting_terms import calendar_for
from bursar_desk.services.sheets import DAY, WEEK, WHOLE, SheetLine, kept_lines, lines_of, on_paper, paper_code
from bursar_desk.services.standing import CheckStanding, standings
from bursar_desk.services.today import for_site_staff

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.engine import Connection
    from reports.chase import ChaseList, ChasePerson
    from reports.round_sheet import RoundSheet


@dataclass(frozen=True, slots=True)
class Round:
    """A round sheet as it prints, and its lines as they are kept."""

    paper: RoundSheet
    kind: str
    lines: tuple[SheetLine, ...]


def round_sheet(
    desk: Desk, day: dt.date | None = None, *, week: bool = False, person: bytes | None = None
) -> RoundSheet:
    """Return the sheet for a day (today by default), or for the rest of its week, in walking order.

    A line for every check, and one for each number that is read. Its code is always the same for the same computer,
    days and person. Raises ``UserError`` for a day that is over.
    """
    return round_of(desk, day, week=week, person=person).paper


def round_of(desk: Desk, day: dt.date | None = None, *, week: bool = False, person: bytes | None = None) -> Round:
    """Return the same with its lines. A sheet printed before keeps its lines and their numbers; new ones follow."""
    from reports.round_sheet import RoundLine, RoundSheet

    on = day or desk.today
    if on < desk.today:
        raise UserError(
            f"{words.long_date(on)} is over.", "Nothing was printed.", "Print a sheet for today or a later day."
        )
    code = sheet_code(desk, on, week=week, person=person)
    with desk.store.connect() as con:
        fresh = _fresh_lines(desk, con, on, week=week, person=person)
        lines = on_paper(kept_lines(con, desk, code), fresh)
        names = names_for(desk, con)
    for_whom = names.people.get(person or b"", "") or desk.who
    title = words.week_of(on) if week else f"{words.WEEKDAYS[on.weekday()]} round"
    printed = [RoundLine(line.place, line.what, line.good, line.last, line.unit) for line in lines]
    paper = RoundSheet(
        title=title, school=names.school(desk.home)[0], on=on, lines=tuple(printed), code=code,
        printed_at=school_time(desk), printed_for=for_whom, practice=desk.practice,
    )  # fmt: skip
    return Round(paper, WEEK if week else DAY, tuple(lines))


def _fresh_lines(
    desk: Desk, con: Connection, on: dt.date, *, week: bool, person: bytes | None
) -> list[SheetLine]:  # fmt: skip
    last = on + dt.timedelta(days=6 - on.weekday()) if week else on
    calendar = calendar_for(con, desk.home)
    found = for_site_staff(desk, standings(con, desk.home, desk.today), person)
    names = names_for(desk, con)
    order = {place: n for n, place in enumerate(names.places)}
    due = [(one, to_do) for one in found if (to_do := days_to_do(one, on, last, desk.today, calendar))]
    due.sort(key=lambda pair: (order.get(pair[0].check.place or b"", -1), pair[1], pair[0].check.title))
    lines = [
        line for one, days in due
        for line in lines_of(one, names.places.get(one.check.place or b"", WHOLE), days, desk.today)
    ]  # fmt: skip
    if not week:
        return lines
    return [replace(line, what=f"{line.what}, {words.short_day(line.due)}") if line.due else line for line in lines]


def sheet_code(desk: Desk, day: dt.date, *, week: bool = False, person: bytes | None = None) -> str:
    """Return the code by which a sheet is keyed back in."""
    kind = "week" if week else "day"
    return paper_code(desk, "round", f"{kind} {day.isoformat()}", person or b"")


def chase(desk: Desk, school: bytes | None = None) -> ChaseList:
    """Return who must be asked about what is late, most late checks first; "Nobody yet" where nobody is named.

    An office gets the people of all its schools, each with the school's name, or those of one.
    """
    from reports.chase import ChaseList

    whose = school or (None if desk.is_office else desk.home)
    with desk.store.connect() as con:
        found = [one for one in standings(con, whose, desk.today) if is_late(one)]
        names = names_for(desk, con)
        reasons = last_reasons(con, whose, desk.today, found)
    by_person: dict[str, list[CheckStanding]] = {}
    for one in found:
        who = answers_for(one, names.people) or "Nobody yet"
        if whose is None:
            who = f"{who}, {names.school(one.check.school)[0]}"
        by_person.setdefault(who, []).append(one)
    people = [
        _chased(desk.today, who, listed, {one.check.id: reasons.get(one.check.id, NO_REASON).words for one in listed},
                names.places)
        for who, listed in by_person.items()
    ]  # fmt: skip
    people.sort(key=lambda one: (-len(one.items), -one.items[0].days_late, one.name))
    at = dt.datetime.combine(
        desk.today, school_time(desk).timetz()
    )  # the list is of the day its lateness is counted to
    from bursar_desk.services.as_at import words_of
    from bursar_desk.services.fingerprints import stamp_of

    return ChaseList(
        desk.school_name(school) if school else desk.name, tuple(people), at, desk.practice,
        stamp_of(desk, whose or desk.home), words_of(desk),
    )  # fmt: skip


def _chased(
    today: dt.date, who: str, listed: list[CheckStanding], reasons: dict[bytes, str], places: dict[bytes, str]
) -> ChasePerson:
    from reports.chase import ChaseItem, ChasePerson

    items = []
    for one in listed:
        since = late_since(one, today)
        place = places.get(one.check.place or b"", WHOLE)
        items.append(ChaseItem(one.check.title, place, since, (today - since).days, reasons.get(one.check.id, "")))
    return ChasePerson(who, tuple(sorted(items, key=lambda item: (-item.days_late, item.what))))
