"""Reports of a school made by hand: decisions with their prices, training places, first terms, chasing, sites."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bursar_desk.domain.acts import ActCode
from bursar_desk.services import reporting
from reports.governors_data import GovernorsData, NotKept, TrainingRow
from tests.services.small_school import CLARE, DAWN, FRIDAY, TERRY, Small, without_waiting

day = dt.date


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    without_waiting(monkeypatch)


@pytest.fixture
def school(tmp_path: Path) -> Small:
    """A lift examined in spring, seven days late on the Friday; an alarm test in date."""
    made = Small.found(tmp_path)
    made.add("LIFT-01")
    made.done("LIFT-01", day(2026, 5, 13), by="Ascent Lifts")
    made.add("FIRE-04", doer=TERRY)
    made.done("FIRE-04", day(2026, 11, 16))
    return made


def report(small: Small, on: dt.date = FRIDAY) -> GovernorsData:
    with small.desk(on) as desk:
        return reporting.governors(desk)


def trained(small: Small, course: str, on: dt.date = FRIDAY) -> TrainingRow:
    part = report(small, on).training
    assert not isinstance(part, NotKept)
    return next(row for row in part if row.course == course)


# --- overdue and decisions -------------------------------------------------------------------------------------------


def test_a_late_examination_is_listed_with_its_owner_and_asks_for_a_decision(school: Small) -> None:
    data = report(school)
    row = data.overdue[0]
    assert (row.what, row.since, row.days, row.owner) == ("Lift examination", day(2026, 11, 13), 7, DAWN)
    assert (row.reason, row.new_date, row.statutory) == (None, None, True)
    asked = data.decisions[0]
    assert asked.what == "Have it done, or stop using it: Lift examination."
    assert (asked.cost_pence, asked.by_when) == (None, FRIDAY)


def test_what_was_taken_out_of_use_asks_for_nothing(school: Small) -> None:
    with school.act(ActCode.TAKE_OUT_OF_USE, FRIDAY) as act:
        values = {"check_id": school.checks["LIFT-01"], "since": FRIDAY, "how": "Locked off"}
        act.create("out_of_use", values)
    data = report(school)
    assert (data.overdue, data.decisions) == ((), ())


def test_a_dangerous_fault_without_a_date_is_priced_only_where_somebody_knows(school: Small) -> None:
    school.done("FIRE-04", day(2026, 11, 18), outcome="unsatisfactory")
    school.fault("Sounder in the hall is dead", "FIRE-04", day(2026, 11, 18), risk="high", cost=38500)
    school.fault("Panel battery is weak", "FIRE-04", day(2026, 11, 18), risk="danger")
    school.fault("Label is missing", "FIRE-04", day(2026, 11, 18), risk="low")
    school.fault("Bell is ordered", "FIRE-04", day(2026, 11, 18), risk="high", target_on=day(2026, 12, 4))
    data = report(school)
    asked = {one.what: (one.cost_pence, one.how_often) for one in data.decisions if one.what.startswith("Set a date")}
    assert asked == {
        "Set a date and pay for: Sounder in the hall is dead.": (38500, "once"),
        "Set a date and pay for: Panel battery is weak.": (None, ""),
    }
    failed = next(row for row in data.overdue if row.what.startswith("Fire alarm test"))
    assert (failed.what, failed.since) == ("Fire alarm test: not safe or failed", day(2026, 11, 18))
    assert failed.new_date == day(2026, 12, 4)


def test_a_few_unknown_checks_are_asked_for_one_by_one_and_many_together(school: Small) -> None:
    for code in ("ASBE-01", "FIRE-01"):
        school.add(code)
    asked = [one.what for one in report(school).decisions if one.what.startswith("Have this done")]
    assert len(asked) == 2
    for code in ("WATR-01", "ASBE-02", "FAID-01", "LIFT-03", "VENT-01"):
        school.add(code)
    data = report(school)
    together = [one for one in data.decisions if "records of" in one.what]
    assert [one.what for one in together] == ["Find the records of 6 checks, or have them done."]
    assert data.not_known.now == 7


def test_a_put_off_is_counted_in_its_term_and_asked_about_while_it_holds(school: Small) -> None:
    school.put_off("FIRE-04", day(2026, 11, 17), day(2026, 11, 21), day(2026, 11, 23), "Exams in the hall")
    data = report(school)
    assert (data.put_off.now, data.put_off.last_term) == (1, 0)
    asked = next(one for one in data.decisions if "put off" in one.what)
    assert (asked.why, asked.by_when) == ("Exams in the hall.", day(2026, 11, 21))
    school.done("FIRE-04", day(2026, 11, 20))
    data = report(school)
    assert data.put_off.now == 1
    assert not any("put off" in one.what for one in data.decisions)


def test_the_promise_of_a_put_off_is_the_new_date(school: Small) -> None:
    school.put_off("LIFT-01", day(2026, 11, 2), day(2026, 11, 27), day(2026, 11, 13), "No earlier engineer")
    row = report(school).overdue[0]
    assert (row.reason, row.new_date) == ("No earlier engineer", day(2026, 11, 27))


# --- last term, records made late ------------------------------------------------------------------------------------


def test_a_school_without_records_last_term_is_compared_with_nothing(tmp_path: Path) -> None:
    small = Small.found(tmp_path, founded=day(2026, 9, 7))
    small.add("FIRE-04", doer=TERRY, day=day(2026, 9, 7))
    small.done("FIRE-04", day(2026, 11, 16))
    data = report(small)
    assert {(row.last_term, row.trend) for row in data.areas} == {(None, None)}
    assert (data.not_known.last_term, data.late_recorded.last_term, data.put_off.last_term) == (None, None, None)


def test_a_record_is_late_from_the_second_day_on(school: Small) -> None:
    assert report(school).late_recorded.now == 0
    school.done("FIRE-04", day(2026, 11, 17), written=day(2026, 11, 18))
    assert report(school).late_recorded.now == 0
    school.done("FIRE-04", day(2026, 11, 17), written=day(2026, 11, 19))
    assert report(school).late_recorded.now == 1


def test_in_the_holidays_the_term_that_ended_is_reported(school: Small) -> None:
    data = report(school, day(2026, 12, 29))
    assert (data.term, data.covers_to) == ("Autumn term 2026", day(2026, 12, 29))
    spring = report(school, day(2027, 1, 6))
    assert spring.term == "Spring term 2027"
    assert spring.covers_from == day(2026, 12, 19)  # no day falls between two reports


def test_a_school_without_term_dates_still_has_a_report(tmp_path: Path) -> None:
    small = Small.found(tmp_path, terms=False)
    small.add("FIRE-04", doer=TERRY)
    small.done("FIRE-04", day(2026, 11, 16))
    data = report(small)
    assert (data.term, data.covers_from) == ("Autumn term 2026", day(2026, 9, 1))
    assert sum(row.done for row in data.areas) == 1


def test_a_register_without_checks_has_ten_empty_areas(tmp_path: Path) -> None:
    data = report(Small.found(tmp_path))
    assert len(data.areas) == 10
    assert {(row.word, row.colour, row.done, row.required) for row in data.areas} == {("Not needed", "grey", 0, 0)}
    assert isinstance(data.training, NotKept)


# --- training --------------------------------------------------------------------------------------------------------


def test_a_course_is_needed_by_whoever_does_its_checks_or_has_held_it(school: Small) -> None:
    school.add("WATR-04", doer=TERRY, skill="Legionella awareness")
    assert (trained(school, "Legionella awareness").held, trained(school, "Legionella awareness").required) == (0, 1)
    school.passed(TERRY, "Legionella awareness", day(2026, 6, 1), day(2029, 5, 31))
    school.passed(CLARE, "Legionella awareness", day(2026, 2, 2), day(2026, 9, 1))  # ran out
    row = trained(school, "Legionella awareness")
    assert (row.held, row.required, row.next_expiry) == (1, 2, day(2029, 5, 31))
    assert (row.last_held, row.last_required, row.trend) == (2, 2, "worse")


def test_every_school_has_two_places_on_iosh_and_its_card_does_not_run_out(school: Small) -> None:
    school.passed(DAWN, "IOSH Managing Safely", day(2026, 9, 15), None)
    row = trained(school, "IOSH Managing Safely")
    assert (row.held, row.required, row.runs_out) == (1, 2, False)
    assert row.places_spare is None, "places are not kept yet, so none may be shown"
    assert (row.next_expiry, row.last_held) == (None, None)
    school.passed(TERRY, "IOSH Managing Safely", day(2026, 10, 15), None)
    assert trained(school, "IOSH Managing Safely").held == 2


def test_people_who_left_count_no_more(school: Small) -> None:
    school.passed(TERRY, "Fire marshal", day(2026, 2, 2), day(2029, 2, 1))
    school.passed(CLARE, "Fire marshal", day(2026, 2, 2), day(2029, 2, 1))
    with school.act(ActCode.CHANGE_PERSON, FRIDAY) as act:
        act.set("person", school.people[CLARE], {"left_on": day(2026, 10, 23)})
    row = trained(school, "Fire marshal")
    assert (row.held, row.required, row.last_held, row.last_required) == (1, 1, 2, 2)


def test_no_name_of_a_trained_person_is_in_the_report(school: Small) -> None:
    school.passed(CLARE, "Fire marshal", day(2026, 2, 2), day(2026, 3, 1))
    assert CLARE not in str(report(school))


# --- chasing, and the site -------------------------------------------------------------------------------------------


def test_the_chase_list_has_each_person_once_with_the_day_lateness_is_counted_to(school: Small) -> None:
    school.add("FIRE-01", owner=CLARE)
    school.done("FIRE-01", day(2025, 11, 10), by="Assessor", written=day(2026, 2, 2))
    school.not_done("FIRE-01", day(2026, 11, 12), "contractor_cancelled")
    with school.desk() as desk:
        chase = reporting.chase(desk)
    assert [(one.name, [(i.what, i.days_late, i.last_reason) for i in one.items]) for one in chase.people] == [
        (CLARE, [("Fire risk assessment review", 10, "Contractor cancelled")]), (DAWN, [("Lift examination", 7, "")])
    ]  # fmt: skip
    assert chase.made_at.date() == FRIDAY


def test_the_site_sheet_prints_the_kinds_it_knows_and_never_a_code(school: Small) -> None:
    lines = (
        ("isolation", "Water: Boiler room"), ("contractor", "Heating: Northgate Heating, 0161 496 0839"),
        ("hazard", "Asbestos: Boiler room ceiling"), ("alarm_panel", "Fire alarm panel: Lobby"),
        ("alarm_code", "Alarm: 4711"), ("keyholder", "Site supervisor: 07700 900111"),
    )  # fmt: skip
    with school.act(ActCode.SITE_SHEET, FRIDAY) as act:
        for number, (kind, words) in enumerate(lines):
            act.create("site_note", {"kind": kind, "words": words, "sort": number})
    with school.desk() as desk:
        sheet = reporting.site_sheet(desk)
    assert sheet.isolation == (("Water", "Boiler room"),)
    assert (sheet.contractors[0].trade, sheet.contractors[0].phone) == ("Heating", "0161 496 0839")
    assert (sheet.alarm_panel, sheet.hazards) == ("Lobby", ("Asbestos: Boiler room ceiling.",))
    assert "4711" not in str(sheet)
