"""All rows of the catalogue: each is read, has a source, and gives a next date with its sentence where it applies."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bursar_desk.domain.calendar import SchoolCalendar
from bursar_desk.domain.catalogue import CatalogueCheck
from bursar_desk.domain.checks import NAMED_DAYS, SET_DAYS, Completion, Outcome
from bursar_desk.domain.due import Anchor
from bursar_desk.domain.intervals import Form, parse_rule
from bursar_desk.domain.status import CheckFacts, Colour, Word, status_of
from bursar_desk.domain.words import long_date
from bursar_desk.services import catalogue

TODAY = date(2026, 11, 21)
ROWS = catalogue.load().rows
_VALUES = {"tCO2e": 60, "vehicle age years": 5, "floor area m2": 1200, "cooking hours per day": 6, "radon Bq/m3": 400}


def facts_of(row: CatalogueCheck, *, done: date | None) -> CheckFacts:
    """A school to which the row applies and which did it on a day."""
    rule = parse_rule(row.rule)
    last = (Completion(done, Outcome.SATISFACTORY),) if done else ()
    value = next((number for name, number in _VALUES.items() if rule.measure == name), 60 if rule.measure else None)
    return CheckFacts(row.code, rule, row.anchor, row.standing, completions=last, value=value)


def has_timetable(row: CatalogueCheck) -> bool:
    return parse_rule(row.rule).form not in (Form.BEFORE_USE, Form.ON_EVENT)


@pytest.mark.parametrize("row", ROWS, ids=[row.code for row in ROWS])
def test_each_row_gives_its_next_date_and_the_sentence_that_explains_it(
    row: CatalogueCheck, school_year: SchoolCalendar
) -> None:
    assert row.source
    assert row.authority
    assert row.interval_set_by
    status = status_of(facts_of(row, done=date(2026, 10, 8)), TODAY, school_year)
    assert status.why
    if has_timetable(row):
        assert status.legal_due is not None
        assert status.legal_due > date(2026, 10, 8)
        assert long_date(status.legal_due) in status.due_because
        assert status.plan_by is not None
        assert status.plan_by <= status.legal_due
        assert status.lead is not None
    else:
        assert status.legal_due is None
        assert "There is no timetable: it is done" in status.due_because


@pytest.mark.parametrize("row", ROWS, ids=[row.code for row in ROWS])
def test_a_row_never_done_is_unknown_and_red_where_law_or_a_code_asks(
    row: CatalogueCheck, school_year: SchoolCalendar
) -> None:
    status = status_of(facts_of(row, done=None), TODAY, school_year)
    if row.code in SET_DAYS:
        assert (status.legal_due, status.colour) == (SET_DAYS[row.code], Colour.GREEN)
    elif has_timetable(row) and row.anchor is not Anchor.EVENT:
        assert (status.word, status.legal_due) == (Word.NOT_KNOWN, TODAY)
        assert status.colour is (Colour.RED if row.required else Colour.AMBER)
    else:
        assert status.colour is Colour.GREY


def test_there_are_269_rows_and_only_these_have_no_timetable() -> None:
    assert len(ROWS) == 269
    without = {row.code for row in ROWS if not has_timetable(row)}
    assert len(without) == 18
    assert {row.code for row in ROWS if row.anchor is Anchor.EVENT} <= without


# --- rows with a rule of their own -----------------------------------------------------------------------------------


def test_personal_evacuation_plans_are_looked_at_by_the_end_of_october(school_year: SchoolCalendar) -> None:
    assert NAMED_DAYS["FIRE-22"] == (10, 31)
    plans = facts_of(catalogue.load().by_code("FIRE-22"), done=date(2025, 9, 20))
    seen = [status_of(plans, day, school_year) for day in (date(2026, 10, 31), date(2026, 11, 1))]
    assert [one.legal_due for one in seen] == [date(2026, 10, 31)] * 2
    assert [one.word for one in seen] == [Word.DUE_SOON, Word.OVERDUE]
    begun = replace(plans, completions=(), first_used=date(2026, 11, 10))
    assert status_of(begun, TODAY, school_year).legal_due == date(2027, 10, 31)


def test_old_phone_lines_are_looked_at_once_before_the_switch_off(school_year: SchoolCalendar) -> None:
    lines = facts_of(catalogue.load().by_code("ELEC-12"), done=None)
    days = (date(2026, 12, 19), date(2026, 12, 20), date(2027, 1, 31), date(2027, 2, 1))
    assert [status_of(lines, day, school_year).colour for day in days] == [
        Colour.GREEN, Colour.AMBER, Colour.AMBER, Colour.RED,
    ]  # fmt: skip
    done = facts_of(catalogue.load().by_code("ELEC-12"), done=date(2026, 11, 2))
    assert status_of(done, date(2027, 2, 1), school_year).colour is Colour.GREY


def test_a_law_not_yet_in_force_is_grey_and_then_due_on_its_first_day(school_year: SchoolCalendar) -> None:
    row = catalogue.load().by_code("SECU-08")
    ready = replace(facts_of(row, done=None), in_force_from=row.in_force_from)
    assert status_of(ready, date(2027, 4, 2), school_year).because == "Not in force before Saturday 3 April 2027."
    first = status_of(ready, date(2027, 4, 3), school_year)
    assert (first.legal_due, first.colour) == (date(2027, 4, 3), Colour.AMBER)
    assert status_of(ready, date(2027, 4, 4), school_year).colour is Colour.RED


def test_a_law_without_a_first_day_is_grey_until_one_is_set(school_year: SchoolCalendar) -> None:
    waiting = replace(facts_of(catalogue.load().by_code("FAID-07"), done=None), in_force_from=date.max)
    status = status_of(waiting, TODAY, school_year)
    assert (status.colour, status.because) == (Colour.GREY, "Not in force yet; no day has been set.")
