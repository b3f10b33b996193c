"""What practice schools buy: contracts that tell the story of the picture, prices that differ, nothing odd in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from bursar_desk.domain.contract_state import State
from bursar_desk.services import contracts, meetings, suppliers
from bursar_desk.services.contracts_shapes import Board, ContractView
from bursar_desk.services.desk import Desk
from bursar_desk.services.sample.bought import month_end
from tests.services.sample_fixture import NEIGHBOUR, ON, SECONDARY, STORY, THIRD, built, register_of

SCHOOLS = (STORY, NEIGHBOUR, THIRD, SECONDARY)


@pytest.fixture(scope="module")
def boards() -> dict[str, Board]:
    return {urn: contracts.board(desk) for urn in SCHOOLS for desk in _opened(urn)}


def _opened(urn: str) -> Iterator[Desk]:
    path: Path = register_of(built(), urn).path
    with Desk.open(path, on=ON, read_only=True) as desk:
        yield desk


def test_the_story_school_has_what_the_picture_of_the_page_shows(boards: dict[str, Board]) -> None:
    board = boards[STORY]
    assert board.heading == "2 to decide by Thursday 3 December"
    assert [(one.decide_by_words, one.title, one.ends_words, one.tell_by_words, one.state_words)
            for one in board.lines] == [
        ("Too late", "Broadband", "30 Nov 2026", "1 Sep 2026", "Rolled over"),
        ("3 Dec 2026", "Grounds maintenance", "31 Mar 2027", "18 Dec 2026", "Decide soon"),
        ("3 Dec 2026", "Payroll", "31 Mar 2027", "25 Jan 2027", "Decide soon"),
        ("4 Feb 2027", "Lift maintenance", "1 Oct 2027", "23 Mar 2027", "Live"),
        ("4 Feb 2027", "Photocopiers", "31 Aug 2027", "22 Feb 2027", "Live"),
        ("25 Mar 2027", "Office and records software", "30 Jun 2027", "26 Apr 2027", "Live"),
        ("6 May 2027", "Cleaning", "31 Aug 2027", "24 May 2027", "Live"),
        ("Any time", "Water hygiene visits", "Monthly", "Any day", "Live"),
        ("Agreed", "Waste collection", "31 Dec 2026", "Done", "Notice given"),
        ("Agreed", "Energy", "31 Mar 2029", "23 Mar 2029", "In a deal"),
    ]  # fmt: skip
    assert board.ran_on[0].startswith("Broadband ran on. ")


@pytest.mark.parametrize("urn", SCHOOLS)
def test_every_school_buys_eight_things_or_more_and_each_is_whole(boards: dict[str, Board], urn: str) -> None:
    lines = boards[urn].lines
    assert 8 <= len(lines) <= 10
    for one in lines:
        assert one.odd == ()
        assert one.supplier_name
        assert one.service_words
        assert one.owner_name
        assert one.yearly
        assert one.standing.sentence
    assert any(one.title == "Lift maintenance" for one in lines) is (urn in _with_lift())


def _with_lift() -> set[str]:
    from db.queries.checks import checks

    found = set()
    for urn in SCHOOLS:
        for desk in _opened(urn):
            with desk.store.connect() as con:
                held = {one.code: one.applies for one in checks(con, desk.home)}
            if held.get("LIFT-08") == "yes":
                found.add(urn)
    return found


def test_one_supplier_asks_different_schools_for_different_prices(boards: dict[str, Board]) -> None:
    prices: dict[tuple[str, str], set[int | None]] = {}
    for board in boards.values():
        for one in board.lines:
            prices.setdefault((one.title, one.supplier_name), set()).add(one.row.unit_price)
    assert any(len(found) > 1 for found in prices.values())
    for board in boards.values():
        for one in board.lines:
            assert one.row.unit_price is not None
            assert one.row.units is not None
            assert one.yearly == one.row.unit_price * one.row.units, one.title


def test_no_school_but_a_careless_one_let_something_run_on(boards: dict[str, Board]) -> None:
    assert boards[NEIGHBOUR].ran_on == (), "the very good neighbour decided in time"
    assert all(one.standing.state is not State.TOO_LATE for board in boards.values() for one in board.lines)


@pytest.mark.parametrize("urn", SCHOOLS)
def test_details_meetings_and_suppliers_of_every_school_read_well(urn: str) -> None:
    for desk in _opened(urn):
        views: list[ContractView] = [contracts.show(desk, one.id) for one in contracts.listing(desk)]
        grounds = next(one for one in views if one.line.title == "Grounds maintenance")
        assert [one.entered for one in grounds.history[:3]] == [False, True, True]
        assert all(one.change and one.change > 0 for one in grounds.history[1:3]), "prices rose"
        assert any(one.stands and one.row.what == "renew" for one in grounds.decisions)
        copiers = next(one for one in views if one.line.title == "Photocopiers")
        assert not any("consent" in one for one in copiers.warnings)
        assert len(meetings.listing(desk)) >= 8
        linked = [one for one in suppliers.listing(desk) if one.contractor_name]
        assert linked, "the water firm attends as well"
        assert all(one.name == one.contractor_name for one in linked)


@pytest.mark.parametrize("on", [dt.date(2024, 2, 29), dt.date(2026, 1, 31), dt.date(2026, 11, 20)])
def test_the_last_day_of_a_month_ahead_is_one(on: dt.date) -> None:
    for ahead in range(-30, 31):
        assert (month_end(on, ahead) + dt.timedelta(days=1)).day == 1
