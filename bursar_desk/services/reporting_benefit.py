"""The benefit statement from the register: a school’s hours, places, savings and share of costs in its money year."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from bursar_desk.domain import savings_rules
from bursar_desk.domain.money_years import MAINTAINED, MoneyYear, year_of
from bursar_desk.services import owed, running_costs, savings, training_places
from bursar_desk.services.deals_facts import read_schools
from bursar_desk.services.record_codes import code_of

if TYPE_CHECKING:
    from bursar_desk.services.agreements_shapes import RunningCostView
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.savings_shapes import SchoolSavings
    from reports.contract_tables import TablesPaper
    from reports.savings_benefit import Benefit, HoursRow, MoneyRow, PlacesRow


def benefit_paper(desk: Desk, school: bytes | None = None) -> TablesPaper:
    """Return the page of a school (our own by default), in an office a page for every school held here."""
    from bursar_desk.services.fingerprints import stamp_of
    from bursar_desk.services.reporting_governors import school_time
    from reports.savings_benefit import statement

    read = _Read(desk)
    if desk.is_office and school is None:
        whose, pages = desk.name, tuple(read.benefit(one) for one in savings.cluster(desk).schools)
    else:
        whose = desk.name if school in (None, desk.home) else desk.school(school).name
        pages = (read.benefit(savings.school_savings(desk, school)),)
    return statement(
        whose, desk.today, pages, school_time(desk), stamp=stamp_of(desk, school or desk.home), practice=desk.practice
    )


class _Read:
    """What is needed of every school, read once."""

    def __init__(self, desk: Desk) -> None:
        self.today = desk.today
        self.hours = owed.read(desk)
        self.places = training_places.read(desk)
        self.costs = running_costs.listing(desk)
        with desk.store.connect() as con:
            self.schools = read_schools(desk, con)

    def benefit(self, ledger: SchoolSavings) -> Benefit:
        """Return one school’s page."""
        from reports.savings_benefit import Benefit

        kind = ledger.kind or self.schools.money_year(ledger.school) or MAINTAINED
        year = year_of(kind, self.today)
        hours = self._hours(ledger.school, year)
        rows = [*self._saved(ledger, year, kind), *self._agency(hours), *self._costs(ledger.school, year, kind)]
        notes = () if ledger.kind else ("The money year of this school is not known: April to March is taken.",)
        return Benefit(
            ledger.name, year.words, tuple(hours), tuple(self._courses(ledger.school)), tuple(rows), notes
        )

    def _hours(self, school: bytes, year: MoneyYear) -> list[HoursRow]:
        from reports.savings_benefit import HoursRow

        found = []
        for what, ours in (("Received from other schools", False), ("Given to other schools", True)):
            mine = [
                one for one in self.hours.shifts.values()
                if (one.giver if ours else one.receiver) == school and year.first <= one.on <= self.today
            ]  # fmt: skip
            if not mine:
                continue
            priced = [one.cost for one in mine if one.cost is not None]
            saved = [one.saving for one in priced if one.saving is not None]
            worth = sum(one.total for one in priced) if len(priced) == len(mine) else None
            known = not ours and len(saved) == len(mine)
            minutes = sum(one.minutes for one in mine)
            found.append(HoursRow(what, len(mine), minutes, worth, sum(saved) if known else None))
        return found

    def _courses(self, school: bytes) -> list[PlacesRow]:
        from bursar_desk.domain.training_places import school_saving
        from reports.savings_benefit import PlacesRow

        found = []
        for course in self.places.courses:
            stock = self.places.of_course(course)
            tally = stock.tallies.get(school)
            if tally is None or not (tally.owned or tally.given):
                continue
            used = tally.passed + tally.attended
            left = tally.spare + tally.booked
            saved = school_saving(stock.places, school)
            found.append(PlacesRow(course, tally.owned, used, left, tally.lapsed, saved))
        return found

    def _saved(self, ledger: SchoolSavings, year: MoneyYear, kind: str) -> list[MoneyRow]:
        from reports.savings_benefit import MoneyRow

        found = []
        for line in ledger.lines:
            rule = savings.rule_of(line)
            spread = savings_rules.by_years(rule, self.today, kind)
            pence = sum(part for one, part in spread if one == year)
            if pence:
                source = f"{line.confidence_words}; {line.baseline_words}"
                found.append(MoneyRow(line.title, source, pence, code_of(line.records[0] if line.records else line.id)))
        return found

    def _agency(self, hours: list[HoursRow]) -> list[MoneyRow]:
        from reports.savings_benefit import MoneyRow

        return [
            MoneyRow("Cover in place of an agency", "Rate cards of the days", one.saved, "")
            for one in hours if one.saved
        ]  # fmt: skip

    def _costs(self, school: bytes, year: MoneyYear, kind: str) -> list[MoneyRow]:
        """Return the school’s share of each cost of the cluster that falls into the year so far, as money it paid."""
        from reports.savings_benefit import MoneyRow

        found = []
        for cost in self.costs:
            pence = _share_in(cost, school, year, kind, self.today)
            if pence:
                source = f"Our share, {cost.way_words[:1].lower()}{cost.way_words[1:]}"
                found.append(MoneyRow(f"{cost.title}, cost of the cluster", source, -pence, code_of(cost.id)))
        return found


def _share_in(cost: RunningCostView, school: bytes, year: MoneyYear, kind: str, today: dt.date) -> int:
    """Return what a school’s share of one cost comes to in a money year up to today, by days."""
    share = next((one for one in cost.shares if one.school == school), None)
    part = next((one for one in share.years.get(kind, ()) if one.year == year), None) if share else None
    if part is None:
        return 0
    first, last = max(cost.first or year.first, year.first), min(cost.last or year.last, year.last)
    if today < first or last < first:
        return 0
    gone, whole = (min(today, last) - first).days + 1, (last - first).days + 1
    return (2 * part.net * gone + whole) // (2 * whole)
