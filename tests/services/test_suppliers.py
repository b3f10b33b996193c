"""Suppliers and meetings: found again under any spelling, joined by a person's yes, never gone while they supply."""

from __future__ import annotations

from typing import Any

import pytest

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.supplier_likeness import company_number, near
from bursar_desk.services import contractors, contracts, history, links, meetings, suppliers
from bursar_desk.services.contracts_shapes import NewSupplier
from tests.services.contracts_kit import FINANCE, ON, Bought, D, opened, refusal

made = pytest.fixture(opened)


def firm(made: Bought, name: str, **more: Any) -> bytes:
    another = more.pop("another", False)
    return suppliers.add(made.tick(), NewSupplier(name, **more), another=another)[0]


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [
        ("Northlink Fibre Ltd", "NORTHLINK FIBRE LIMITED", True),
        ("Northlink", "Northlink Fibre Limited", True),
        ("Brightway Services", "Brightway", True),
        ("Brightway Servces", "Brightway Services", True),
        ("B & Q", "B and Q plc", True),
        ("Marlow Copiers", "Marlow Grounds", False),
        ("Tern", "Tern Training", False),
        ("", "Tern", False),
    ],
)
def test_names_that_may_be_one_firm_are_suggested(one: str, other: str, wanted: bool) -> None:
    assert near(one, other) is wanted
    assert near(other, one) is wanted


def test_a_company_number_is_kept_as_companies_house_writes_it() -> None:
    assert [company_number(one) for one in ("1234567", " 0123 4567", "sc 123456", "123456789")] \
        == ["01234567", "01234567", "SC123456", "123456789"]


def test_a_supplier_is_not_entered_twice_under_another_spelling_or_its_number(made: Bought) -> None:
    firm(made, "Northlink Fibre Ltd", also=("NLF Networks",), company_number="1234567")
    assert refusal(lambda: firm(made, "northlink fibre limited")) \
        == "Northlink Fibre Ltd is here already with that name."
    assert refusal(lambda: firm(made, "NLF Networks plc")) == "Northlink Fibre Ltd is here already with that name."
    assert refusal(lambda: firm(made, "Other", company_number="01234567")) \
        == "Northlink Fibre Ltd is here already with the same company number."
    assert refusal(lambda: firm(made, "  ")) == "A supplier needs a name."
    assert refusal(lambda: firm(made, "Old", insured_until=D(1901, 1, 1))) == "Tuesday 1 January 1901 is too long ago."
    assert refusal(lambda: firm(made, "Poor", insured_for=-1)) == "They cannot be insured for less than nothing."
    assert refusal(lambda: firm(made, "x" * 201)) == "That is too long: 200 characters are the most."
    twin = firm(made, "Northlink Fibre", another=True)
    assert {one.id: one.like for one in suppliers.listing(made.desk)}[twin] != ()
    assert [why for _, why in suppliers.alike(made.desk, "Northlink Fibre", "1234567")] == ["number", "same"]
    assert [(one.name, why) for one, why in suppliers.alike(made.desk, "Northlink")] \
        == [("Northlink Fibre", "near"), ("Northlink Fibre Ltd", "near")]


def test_two_that_a_person_says_are_one_firm_become_one_and_nothing_is_lost(made: Bought) -> None:
    row = made.broadband()
    keep = firm(made, "Northlink Networks", phone="0161 496 0001")
    gone = made.view(row).line.row.supplier
    assert gone is not None
    suppliers.change(made.tick(), gone, {"account": "A-77", "also": ("NLF",)})
    changes = suppliers.same(made.tick(), keep, gone)
    line = suppliers.get(made.desk, keep)
    assert (line.titles, line.yearly) == (("Broadband",), 148_800)
    assert (line.row.also, line.row.account, line.row.phone) == (("Northlink Fibre", "NLF"), "A-77", "0161 496 0001")
    assert made.view(row).line.supplier_name == "Northlink Networks"
    assert [one.id for one in suppliers.listing(made.desk)] == [keep]
    left = {one.id: one for one in suppliers.listing(made.desk, left=True)}[gone]
    assert (left.row.left_on, left.row.note) == (ON, "The same as Northlink Networks.")
    assert suppliers.find(made.desk, "northlink fibre ltd").id == keep
    assert refusal(lambda: suppliers.same(made.desk, keep, keep)) == "That is one supplier, not two."
    history.undo(made.tick(), changes.act.hex() if changes.act else None)
    assert made.view(row).line.supplier_name == "Northlink Fibre"


def test_a_supplier_with_contracts_cannot_be_left(made: Bought) -> None:
    row = made.grounds()
    (line,) = suppliers.listing(made.desk)
    assert refusal(lambda: suppliers.leave(made.desk, line.id)) \
        == "Greenway Grounds still has 1 contract here: Grounds maintenance."
    contracts.cease(made.tick(), row, ON)
    suppliers.leave(made.tick(), line.id)
    assert suppliers.listing(made.desk) == []
    assert refusal(lambda: suppliers.change(made.desk, b"x" * 16, {"note": "x"})) \
        == "That supplier is not in this register."
    suppliers.come_back(made.tick(), line.id)
    assert [one.name for one in suppliers.listing(made.desk)] == ["Greenway Grounds"]
    assert refusal(lambda: suppliers.change(made.desk, line.id, {"phone": ""})) == "That is how it stands already."


def test_insurance_is_told_of_the_firm_that_attends_where_the_supplier_has_none_noted(made: Bought) -> None:
    attends, _ = contractors.add(made.tick(), contractors.Facts("Greenway", insured_until=D(2026, 12, 1)))
    made.grounds()
    (line,) = suppliers.listing(made.desk)
    assert (line.insured_words, line.insured_look) == ("", "not_known")
    suppliers.change(made.tick(), line.id, {"contractor": attends.row.id})
    (line,) = suppliers.listing(made.desk)
    assert (line.insured_words, line.insured_look, line.contractor_name) \
        == ("Insured until 1 Dec 2026", "due_soon", "Greenway")
    suppliers.change(made.tick(), line.id, {"insured_until": D(2026, 11, 1)})
    (line,) = suppliers.listing(made.desk)
    assert (line.insured_words, line.insured_look) == ("Insurance ran out on 1 Nov 2026", "overdue")


def test_a_supplier_is_found_by_name_other_name_part_and_id(made: Bought) -> None:
    one = firm(made, "Marlow Copiers", also=("MCL",))
    firm(made, "Marlow Grounds")
    assert suppliers.find(made.desk, "mcl").id == one
    assert suppliers.find(made.desk, one.hex()).id == one
    assert suppliers.find(made.desk, "copiers").id == one
    assert refusal(lambda: suppliers.find(made.desk, "marlow")) == "“marlow” may be one of several."
    assert refusal(lambda: suppliers.find(made.desk, "nobody")) == "“nobody” is not one supplier here."


def test_meetings_are_entered_moved_and_taken_out_and_decide_by_follows(made: Bought) -> None:
    row = made.grounds()
    assert made.view(row).line.decide_by == D(2026, 12, 18), "no meeting is known, so the last safe day decides"
    ids, _ = meetings.add(made.tick(), FINANCE, [D(2026, 12, 10), D(2026, 12, 3)], minute=1080)
    assert [one.words for one in meetings.listing(made.desk)] \
        == ["Finance committee, 3 Dec 2026 at 18:00", "Finance committee, 10 Dec 2026 at 18:00"]
    assert meetings.listing(made.desk)[0].papers_by == D(2026, 11, 26)
    assert made.view(row).line.decide_by == D(2026, 12, 10)
    meetings.change(made.tick(), ids[1], {"on_date": D(2026, 12, 19)})
    assert made.view(row).line.decide_by == D(2026, 12, 3)
    meetings.remove(made.tick(), ids[0])
    assert [one.on for one in meetings.listing(made.desk)] == [D(2026, 12, 19)]
    for act, said in (
        (lambda: meetings.add(made.desk, " ", [ON]), "Say who meets."),
        (lambda: meetings.add(made.desk, FINANCE, []), "Say on which day they meet."),
        (lambda: meetings.add(made.desk, "finance Committee", [D(2026, 12, 19)]),
         "finance Committee on Saturday 19 December 2026 is here already."),
        (lambda: meetings.add(made.desk, FINANCE, [D(1901, 1, 1)]), "Tuesday 1 January 1901 cannot be right."),
        (lambda: meetings.add(made.desk, FINANCE, [ON], minute=1440), "That is no time of day."),
        (lambda: meetings.add(made.desk, FINANCE, [ON], paper_days=61), "Papers are due at most 60 days before."),
        (lambda: meetings.change(made.desk, ids[1], {"on_date": None}), "Say on which day they meet."),
        (lambda: meetings.change(made.desk, ids[1], {"body": ""}), "Say who meets."),
        (lambda: meetings.remove(made.desk, ids[0]), "That meeting is not in this register."),
    ):
        assert refusal(act) == said
    assert meetings.bodies(made.desk)[0] == FINANCE
    made.go_to(D(2027, 1, 4))
    assert meetings.listing(made.desk) == []
    assert len(meetings.listing(made.desk, past=True)) == 1


def test_a_check_its_contract_the_supplier_and_the_firm_that_attends_are_walked_both_ways(made: Bought) -> None:
    check = made.check("FIRE-05")
    attends, _ = contractors.add(made.tick(), contractors.Facts("Greenway"))
    row = made.grounds(more={"checks": [check]})
    (line,) = suppliers.listing(made.desk)
    suppliers.change(made.tick(), line.id, {"contractor": attends.row.id})

    def step(table: str, one: bytes) -> set[tuple[str, bytes]]:
        return {(link.kind, link.id) for link in links.of(made.desk, table, one)}

    assert step("school_check", check) == {("contract", row)}
    assert step("contract", row) == {("school_check", check), ("supplier", line.id)}
    assert step("supplier", line.id) == {("contract", row), ("contractor", attends.row.id)}
    assert ("supplier", line.id) in step("contractor", attends.row.id)
    with made.desk.act(ActCode.CHANGE_CONTRACT) as act:
        act.set("contract", row, {"checks": '["zz", 7, "' + "é" * 32 + '"]'})
    assert step("contract", row) == {("supplier", line.id)}
