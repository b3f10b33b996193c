"""A year of Home with contracts: they stand there from their first reminder to the decision, and speak once each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from bursar_desk.domain.acts import ActCode
from bursar_desk.services import contract_alerts, contract_facts, home, links, reporting
from bursar_desk.services.home import HomeView
from bursar_desk.services.home_needs import NeedsRow
from reports.governors_data import Contracts, NotKept
from tests.services.small_school import CLARE, DAWN, FRIDAY, TERRY, Small, without_waiting

D = dt.date.fromisoformat
GROUNDS, CLEANING, LIFT, WATER = "Grounds maintenance", "Cleaning", "Lift maintenance", "Water hygiene visits"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    without_waiting(monkeypatch)
    monkeypatch.setattr("bursar_desk.machine.local_folder", lambda: tmp_path / "local")


def contract(
    school: Small, title: str, first: str | None, last: str | None, on: str = "2026-09-01", **more: Any
) -> bytes:
    values = {
        "title": title, "first": D(first) if first else None, "last": D(last) if last else None,
        "state": "live", "at_end": "renews", "renew_months": 12,
        "notice": 3, "notice_unit": "months", "notice_by": "received",
    }  # fmt: skip
    with school.act(ActCode.ADD_CONTRACT, D(on)) as act:
        return act.create("contract", {**values, **more})


def decide(school: Small, row: bytes, what: str, end: str, on: str, **more: Any) -> None:
    with school.act(ActCode.DECIDE_CONTRACT, D(on)) as act:
        act.fact("contract_decision", {
            "contract": row, "term_end": D(end), "what": what, "said_on": D(on), "said_by": DAWN, **more,
        })  # fmt: skip


@pytest.fixture
def school(tmp_path: Path) -> Small:
    made = Small.found(tmp_path)
    made.add("FIRE-04", doer=TERRY)
    made.done("FIRE-04", dt.date(2026, 11, 16))
    with made.act(ActCode.SET_MEETING, D("2026-09-01")) as act:
        for day in ("2026-12-03", "2027-02-04", "2027-05-13"):
            act.create("meeting", {"body": "Resources committee", "on_date": D(day)})
    return made


@pytest.fixture
def held(school: Small) -> dict[str, bytes]:
    """The contracts of the picture that matter here, and a rolling one."""
    return {
        GROUNDS: contract(school, GROUNDS, "2024-04-01", "2025-03-31", yearly=261_000),
        CLEANING: contract(school, CLEANING, "2024-09-01", "2027-08-31", yearly=2_136_000),
        LIFT: contract(school, LIFT, "2024-10-01", "2029-09-30", notice=6, yearly=68_400,
                       breaks='[{"on": "2027-10-01", "notice": 6, "unit": "months"}]'),
        WATER: contract(school, WATER, "2024-05-01", None, at_end="rolls", renew_months=1, notice=1),
    }  # fmt: skip


def view(school: Small, on: dt.date, who: str = DAWN) -> HomeView:
    with school.desk(on, who) as desk:
        return home.view(desk)


def rows_of(found: Sequence[NeedsRow]) -> list[NeedsRow]:
    return [one for one in found if one.page == "contracts"]


def named(found: HomeView) -> str:
    return " ".join(f"{one.title} {one.why}" for one in rows_of((*found.needs_you, *found.ahead)))


def test_over_a_year_each_contract_stands_on_home_from_its_first_reminder_to_the_decision(
    school: Small, held: dict[str, bytes]
) -> None:
    decided = {
        GROUNDS: (D("2026-12-09"), "notice given", "2027-03-31"),
        LIFT: (D("2027-03-04"), "let run", "2027-10-01"),
    }
    last_safe = {GROUNDS: D("2026-12-18"), LIFT: D("2027-03-23"), CLEANING: D("2027-05-24")}
    first = {GROUNDS: D("2026-09-19"), LIFT: D("2026-12-23"), CLEANING: D("2026-11-25")}
    spoken: list[str] = []
    day, stood = D("2026-09-10"), 0
    while day < D("2027-08-30"):
        for title, (on, what, end) in decided.items():
            if day < on <= day + dt.timedelta(days=9):
                decide(school, held[title], what, end, on.isoformat(), served_on=on)
        day += dt.timedelta(days=9)
        with school.desk(day, DAWN, write=True) as desk:
            said = named(home.view(desk))
            listed = contract_alerts.reached(desk)
            spoken += [one.key for one in listed]
            contract_alerts.said(desk, listed)
        for title, safe in last_safe.items():
            over = decided[title][0] if title in decided else D("2100-01-01")
            if first[title] <= day <= safe and day < over:
                assert title in said, (title, day)
                stood += 1
            if over <= day < over + dt.timedelta(days=60) or day < first[title]:
                assert title not in said, (title, day)
        assert WATER not in said
    assert stood > 35
    assert len(spoken) == len(set(spoken)) > 10
    after = view(school, D("2027-08-30"))
    (ran_on,) = [one for one in after.ahead if one.chip == "Rolled over"]  # the cleaning nobody decided
    assert (ran_on.title, ran_on.colour) == ("Cleaning: it ran on", "red")
    assert rows_of(after.needs_you) == []


def test_a_put_off_past_the_meeting_changes_nothing_and_one_before_it_only_waits(
    school: Small, held: dict[str, bytes]
) -> None:
    on = D("2026-11-20")
    (row,) = rows_of(view(school, on).needs_you)
    assert row.title == "Grounds maintenance: keep it, or give notice?"
    assert row.why == (
        "Decide at the committee on Thursday 3 December. Last safe day to tell them is Friday 18 December. "
        "After that it costs £2,610 for one more year."
    )
    assert (row.focus, row.button, row.chip) == ({"contract": held[GROUNDS]}, "Open contract", "Decide in 13 days")
    decide(school, held[GROUNDS], "put off", "2027-03-31", "2026-11-19", until=D("2026-12-04"))
    assert rows_of(view(school, on).needs_you) == [row]
    decide(school, held[GROUNDS], "put off", "2027-03-31", "2026-11-20", until=D("2026-12-01"))
    waits = view(school, on)
    assert rows_of(waits.needs_you) == []
    (later,) = rows_of(waits.ahead)
    assert later.why.endswith("Put off to Tuesday 1 December.")
    assert rows_of(view(school, D("2026-12-01")).needs_you)


def test_a_reminder_that_was_told_waits_ahead_until_the_next_one(school: Small, held: dict[str, bytes]) -> None:
    on = D("2026-10-05")
    with school.desk(on, DAWN, write=True) as desk:
        (told,) = contract_alerts.reached(desk)
        assert rows_of(home.view(desk).needs_you)
        contract_alerts.said(desk, [told])
        assert contract_alerts.reached(desk) == ()
        seen = home.view(desk)
    assert (told.id, told.standing.alert_due and told.standing.alert_due.lead) == (held[GROUNDS], 90)
    assert rows_of(seen.needs_you) == []
    assert rows_of(seen.ahead)
    assert rows_of(view(school, D("2026-10-19")).needs_you)  # sixty days before


def test_who_does_not_run_the_register_sees_the_contracts_they_own(school: Small, held: dict[str, bytes]) -> None:
    assert rows_of(view(school, FRIDAY, CLARE).needs_you) == []
    with school.act(ActCode.CHANGE_CONTRACT, D("2026-11-01")) as act:
        act.set("contract", held[GROUNDS], {"owner": school.people[CLARE]})
    assert len(rows_of(view(school, FRIDAY, CLARE).needs_you)) == 1


def test_many_contracts_share_a_row_after_the_first_three(school: Small) -> None:
    for number in range(6):
        contract(school, f"Service {number}", "2024-04-01", "2025-03-31")
    rows = rows_of(view(school, FRIDAY).needs_you)
    titles = [one.title.split(":")[0] for one in rows]
    assert titles == ["Service 0", "Service 1", "Service 2", "3 more contracts to decide"]
    assert rows[-1].why == "Service 3 (by Fri 18 Dec), Service 4 (by Fri 18 Dec) and Service 5 (by Fri 18 Dec)."


def test_home_asks_four_questions_more_however_many_contracts_there_are(school: Small) -> None:
    numbers = []
    for _ in range(3):
        asked: list[str] = []

        def count(_con: Any, _cur: Any, sql: str, *_: Any, to: list[str] = asked) -> None:
            to.append(sql)

        with school.desk(FRIDAY, DAWN) as desk:
            event.listen(desk.store.engine, "before_cursor_execute", count)
            home.view(desk)
        numbers.append(len(asked))
        for number in range(5):
            contract(school, f"Service {number}", "2024-04-01", "2025-03-31")
    assert numbers[1] == numbers[2] <= numbers[0] + 4


def test_an_office_open_in_the_holidays_moves_the_last_safe_day(school: Small, held: dict[str, bytes]) -> None:
    assert "Friday 18 December" in named(view(school, FRIDAY))
    with school.desk(FRIDAY, DAWN, write=True) as desk:
        contract_facts.choose_office_open(desk, [(D("2026-12-21"), D("2026-12-23"))])
        assert contract_facts.office_open(desk) == ((D("2026-12-21"), D("2026-12-23")),)
        assert "Tuesday 22 December" in named(home.view(desk))


def test_a_contract_that_ran_on_before_it_was_entered_is_not_called_missed(school: Small) -> None:
    contract(school, "Phones", "2020-04-01", "2021-03-31", on="2026-11-20")
    contract(school, "Broadband", "2020-04-01", "2021-03-31", on="2027-03-01")
    assert "Broadband (rolled over)" in named(view(school, D("2027-03-02")))  # its term still runs
    said = named(view(school, D("2027-05-10")))
    assert "Phones: it ran on" in said
    assert "Broadband" not in said


def test_the_governors_see_what_is_to_be_decided_in_six_months(school: Small, held: dict[str, bytes]) -> None:
    with school.desk(FRIDAY, DAWN) as desk:
        part = reporting.governors(desk).contracts
    assert isinstance(part, Contracts)
    assert [(one.contract, one.decide_by, one.last_safe_day, one.yearly_pence, one.note) for one in part.rows] == [
        (GROUNDS, D("2026-12-03"), D("2026-12-18"), 261_000, "Or it runs to 31 Mar 2028"),
        (LIFT, D("2027-02-04"), D("2027-03-23"), 68_400, "Break date 1 Oct 2027"),
        (CLEANING, D("2027-05-13"), D("2027-05-24"), 2_136_000, "Or it runs to 31 Aug 2028"),
    ]


def test_a_school_without_contracts_says_so_to_its_governors(school: Small) -> None:
    with school.desk(FRIDAY, DAWN) as desk:
        part = reporting.governors(desk).contracts
    assert part == NotKept("No contracts are written down yet.")


def test_odd_rows_from_elsewhere_never_stop_home(school: Small) -> None:
    contract(
        school, "", "2024-04-01", "2023-03-31", at_end="whenever", notice=-4, notice_unit="moons", post_days=-9,
        breaks='[1, {"on": "soon"}, {"on": "2027-01-01", "notice": "x"}]', alerts='["x", -1, true]', state="odd",
    )  # fmt: skip
    contract(school, "No dates at all", None, None, notice=None)
    assert view(school, FRIDAY).sentence
    with school.desk(FRIDAY, DAWN) as desk, desk.store.connect() as con:
        kept = contract_facts.ask(con, desk.home)
        found = contract_facts.standings(kept, FRIDAY)
    assert len(found) == 2
    assert contract_facts.stretches_of([["2026-12-21"], "x", ["2026-13-01", "2026-12-01"], [1, 2]]) == ()
    assert all(replace(one, warnings=()).sentence for one in found.values())


def test_a_check_lists_the_contract_that_looks_after_it_and_the_contract_its_check_and_firm(school: Small) -> None:
    check = school.checks["FIRE-04"]
    with school.act(ActCode.ADD_SUPPLIER, D("2026-09-01")) as act:
        firm = act.create("supplier", {"name": "Alarm Care"})
    row = contract(school, "Alarm", "2026-04-01", "2027-03-31", checks=f'["{check.hex()}"]', supplier=firm)
    with school.desk(FRIDAY, DAWN) as desk:
        assert row in {one.id for one in links.of(desk, "school_check", check)}
        assert {check, firm} <= {one.id for one in links.of(desk, "contract", row)}
        assert row in {one.id for one in links.of(desk, "supplier", firm)}


def test_a_school_without_checks_is_told_that_a_contract_waits(tmp_path: Path) -> None:
    bare = Small.found(tmp_path, urn="900002")
    contract(bare, "Windows", "2025-04-01", "2026-12-31", notice=1)
    assert view(bare, FRIDAY).sentence == "No checks yet, 1 thing needs you"
