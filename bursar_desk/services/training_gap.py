"""What would be uncovered if somebody went on a course: the rules of an absence, without writing one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import words
from bursar_desk.domain.check_facts import due_series
from bursar_desk.domain.cover import Duty
from bursar_desk.domain.status import Colour
from bursar_desk.services.absences import AbsenceLine
from bursar_desk.services.checks import line_of, names_for
from bursar_desk.services.cover_gaps import CheckGap, calendar_of, duties_of
from bursar_desk.services.standing import standings

if TYPE_CHECKING:
    from bursar_desk.domain.calendar import SchoolCalendar
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.standing import CheckStanding


@dataclass(frozen=True, slots=True)
class Uncovered:
    """What is left undone while one person is on a course: checks, and duties at set times."""

    person: bytes
    name: str
    checks: tuple[CheckGap, ...]
    duties: tuple[Duty, ...]

    @property
    def sentence(self) -> str:
        """Return it in one sentence."""
        parts = [words.count(len(self.checks), "check")] if self.checks else []
        if self.duties:
            parts.append(words.count(len(self.duties), "time to unlock or lock up", "times to unlock or lock up"))
        verb = words.is_are(len(self.checks) + len(self.duties))
        return f"While {self.name} is on the course, {words.listing(parts)} {verb} uncovered."

    @property
    def lines(self) -> tuple[str, ...]:
        """Return each day and each check: what nobody would do, and when."""
        by_day: dict[dt.date, list[str]] = {}
        for duty in self.duties:
            by_day.setdefault(duty.day, []).append(duty.what.lower())
        told = [f"{words.short_day(day)}: nobody to {' or '.join(what)}" for day, what in sorted(by_day.items())]
        told += [
            f"{gap.line.title}: due {words.listing([words.short_date(day) for day in gap.days])}" for gap in self.checks
        ]
        return tuple(told)


def what_if(
    desk: Desk, person: bytes, days: Sequence[dt.date], *, away: Collection[bytes] = (),
    covered: Collection[dt.date] = (),
) -> Uncovered | None:  # fmt: skip
    """Return what would be uncovered at home if somebody were away on these days; nothing when all is covered.

    ``away`` are colleagues away on the same days, ``covered`` days for which cover is agreed.
    """
    from db.queries.people import AbsenceRow, absences, people

    runs = _runs([day for day in days if day not in covered])
    if not runs:
        return None
    with desk.store.connect() as con:
        found = standings(con, desk.home, desk.today)
        calendar = calendar_of(con, desk.home)
        names = names_for(desk, con)
        staff = people(con, desk.home)
        absent = absences(con, desk.home)
    one = next((each for each in staff if each.id == person), None)
    if one is None:
        return None
    school = names.schools.get(desk.home)
    opens, closes = (school.opens, school.closes) if school else (None, None)
    duties: list[Duty] = []
    for first, last in runs:
        gone = AbsenceLine(b"", desk.home, person, one.name, first, last)
        others = absent + [AbsenceRow(b"", desk.home, each, first, last, "away") for each in away]
        duties += duties_of(gone, one, staff, others, calendar, opens, closes)
    theirs = [(check, _due(check, runs, calendar, desk.today)) for check in found if check.check.doer == person]
    checks = [CheckGap(line_of(check, names), due, check.check.skill) for check, due in theirs if due]
    if not checks and not duties:
        return None
    checks.sort(key=lambda gap: (gap.days[0], gap.line.title))
    return Uncovered(person, one.name, tuple(checks), tuple(duties))


_AHEAD: Final = 500
"""Days of a series that are looked at: nobody books a course further ahead."""


def _due(
    check: CheckStanding, runs: Sequence[tuple[dt.date, dt.date]], calendar: SchoolCalendar, today: dt.date
) -> tuple[dt.date, ...]:  # fmt: skip
    """Return the days among some stretches on which a check falls due, each done on its day until then.

    A course may be months ahead, so the series is followed until it is past the last day.
    """
    if check.status.colour is Colour.GREY:
        return ()
    last = runs[-1][1]
    most = min(max((last - today).days + 2, 3), _AHEAD)
    series = takewhile(lambda day: day <= last, due_series(check.facts, today, calendar, most))
    return tuple(sorted({day for day in series if any(first <= day <= end for first, end in runs)}))


def _runs(days: Sequence[dt.date]) -> list[tuple[dt.date, dt.date]]:
    """Return days as stretches without a break."""
    runs: list[tuple[dt.date, dt.date]] = []
    for day in sorted(set(days)):
        if runs and (day - runs[-1][1]).days == 1:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs
