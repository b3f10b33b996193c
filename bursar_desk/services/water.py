"""Water: the outlets with their sentinels, the little-used ones, the flushing log with its gaps, readings over time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bursar_desk.domain.errors import UserError
from bursar_desk.services.assets import AssetLine, listing

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.queries.checks import CheckRow, NotDoneRow, RecordRow

FLUSH = "WATR-03"
WEEK = dt.timedelta(days=7)


def outlets(desk: Desk, *, low_use: bool = False, sentinel: bool = False) -> list[AssetLine]:
    """Return the taps and showers in walking order: all, the little-used ones, or the sentinels."""
    found = listing(desk, kind="outlet")
    return [
        one
        for one in found
        if (not low_use or one.row.facts.get("low_use") == "yes")
        and (not sentinel or one.row.facts.get("sentinel", "") != "")
    ]


@dataclass(frozen=True, slots=True)
class FlushWeek:
    """One week of the log, from its Monday: each time it was flushed, and each reason why it was not.

    ``missing``: the points nobody flushed that week, or ("",) where a school keeps no list of points.
    """

    monday: dt.date
    done: tuple[RecordRow, ...]
    not_done: tuple[NotDoneRow, ...]
    missing: tuple[str, ...]
    future: bool = False

    @property
    def gap(self) -> bool:
        """Tell whether the week is one in which something was not flushed."""
        return bool(self.missing) and not self.future


@dataclass(frozen=True, slots=True)
class FlushLog:
    """The flushing of a school between two days, week by week; ``points`` as the check names them now."""

    first: dt.date
    last: dt.date
    points: tuple[str, ...]
    weeks: tuple[FlushWeek, ...]

    @property
    def gaps(self) -> tuple[FlushWeek, ...]:
        """Return the weeks with a gap."""
        return tuple(week for week in self.weeks if week.gap)


def flushing(desk: Desk, first: dt.date, last: dt.date, *, school: bytes | None = None) -> FlushLog:
    """Return the flushing log from the records of the weekly flush. Raises ``UserError`` when the check is not here.

    A week counts from Monday to Sunday; the week that today lies in is not yet a gap.
    """
    from db.queries import checks as ask

    whose = school or desk.home
    with desk.store.connect() as con:
        checks = [one for one in ask.checks(con, whose) if one.code == FLUSH]
        done = [r for one in checks for r in ask.records(con, school=whose, check=one.id, first=first, last=last)]
        skipped = [s for one in checks for s in ask.not_done(con, whose, one.id, first, last)]
    if not checks:
        raise UserError(
            "There is no weekly flush among the checks.", "Nothing was made.", "Add “Flush little-used outlets” first."
        )
    points = tuple(dict.fromkeys(point for one in checks if one.points_mode == "each" for point in one.points))
    monday = first - dt.timedelta(days=first.weekday())
    weeks = []
    while monday <= last:
        weeks.append(_week(monday, done, skipped, points, desk.today))
        monday += WEEK
    return FlushLog(first, last, points, tuple(weeks))


def _week(
    monday: dt.date, done: Iterable[RecordRow], skipped: Iterable[NotDoneRow], points: tuple[str, ...], today: dt.date
) -> FlushWeek:
    mine = tuple(r for r in done if monday <= r.done_on < monday + WEEK)
    why = tuple(s for s in skipped if monday <= s.on < monday + WEEK)
    whole = any(not r.point for r in mine)  # recorded for all points at once
    flushed = {r.point for r in mine}
    if points:
        missing = () if whole else tuple(point for point in points if point not in flushed)
    else:
        missing = () if mine else ("",)
    return FlushWeek(monday, mine, why, missing, future=monday + WEEK > today)


@dataclass(frozen=True, slots=True)
class TrendValue:
    """One reading: the day, its value, and whether it was in its band then as the check has it now."""

    on: dt.date
    value: Decimal
    good: bool


@dataclass(frozen=True, slots=True)
class TrendLine:
    """The readings of one name over time, oldest first; ``low`` and ``high`` are the ends of the good band."""

    name: str
    unit: str
    low: Decimal | None
    high: Decimal | None
    values: tuple[TrendValue, ...]

    @property
    def out_of_band(self) -> int:
        """Return how many readings lay outside the band."""
        return sum(not one.good for one in self.values)


def trend(
    desk: Desk, check: bytes, point: str = "", *, first: dt.date | None = None, last: dt.date | None = None
) -> list[TrendLine]:
    """Return the readings of a check over time, one line for each name; ``point``: of one outlet only.

    Raises ``UserError`` when the check is not here.
    """
    from db.queries import checks as ask

    with desk.store.connect() as con:
        found = ask.checks(con, ids=[check])
        if not found:
            raise UserError("That check is not in this register.", "Nothing was changed.", "Choose it from the list.")
        records = ask.records(con, check=check, first=first, last=last or desk.today)
    return trend_of(found[0], [one for one in records if not point or one.point == point])


def trend_of(check: CheckRow, records: Iterable[RecordRow]) -> list[TrendLine]:
    """Return the lines of some records of a check, in the order the check asks for them."""
    limits = {str(one.get("name", "")): one for one in check.readings}
    values: dict[str, list[TrendValue]] = {name: [] for name in limits}
    units: dict[str, str] = {name: str(one.get("unit", "")) for name, one in limits.items()}
    for record in records:
        for one in record.readings:
            name, tenths = str(one.get("name", "")), one.get("value")
            if not isinstance(tenths, int) or isinstance(tenths, bool):
                continue
            value = Decimal(tenths) / 10
            units.setdefault(name, str(one.get("unit", "")))
            values.setdefault(name, []).append(TrendValue(record.done_on, value, _good(value, limits.get(name, {}))))
    return [
        TrendLine(name, units.get(name, ""), _limit(limits, name, "low"), _limit(limits, name, "high"), tuple(listed))
        for name, listed in values.items()
        if listed
    ]


def _limit(limits: dict[str, dict[str, Any]], name: str, end: str) -> Decimal | None:
    value = limits.get(name, {}).get(end)
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _good(value: Decimal, limits: dict[str, Any]) -> bool:
    low, high = _limit({"": limits}, "", "low"), _limit({"": limits}, "", "high")
    return (low is None or value >= low) and (high is None or value <= high)
