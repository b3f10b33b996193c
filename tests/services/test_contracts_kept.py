"""What a contract keeps: its terms, notes, what it serves, its money and history, and what an office sees of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bursar_desk.domain.acts import ActCode
from bursar_desk.services import contracts, history, meetings, suppliers
from bursar_desk.services.contracts_shapes import Deciding, NewContract, NewTerm
from bursar_desk.services.evidence import add as add_document
from bursar_desk.services.evidence import keep_bytes
from tests.services.contracts_kit import FINANCE, ON, Bought, D, opened, refusal
from tests.services.merging_kit import cluster
from tests.services.small_school import without_waiting

made = pytest.fixture(opened)


# --- terms, notes, what it serves -------------------------------------------------------------------------------------


def test_terms_are_written_down_changed_and_taken_out_and_the_price_of_today_follows(made: Bought) -> None:
    row = made.grounds(first=D(2024, 4, 1), last=D(2025, 3, 31))
    term, _ = contracts.add_term(made.tick(), row, NewTerm(D(2026, 4, 1), D(2027, 3, 31), 274_000, source="Letter"))
    assert made.view(row).line.yearly == 274_000
    assert [one.change for one in made.view(row).history] == [None, None, 498]
    assert refusal(lambda: contracts.add_term(made.desk, row, NewTerm(D(2026, 4, 1)))) \
        == "That term is written down already."
    assert refusal(lambda: contracts.add_term(made.desk, row, NewTerm(D(2020, 4, 1)))) \
        == "The contract begins on Monday 1 April 2024; no term can begin before."
    assert refusal(lambda: contracts.add_term(made.desk, row, NewTerm(D(2027, 4, 1), D(2027, 3, 1)))) \
        == "The term ends before it begins."
    contracts.change_term(made.tick(), term, {"yearly": 270_000})
    assert made.view(row).line.yearly == 270_000
    assert refusal(lambda: contracts.change_term(made.desk, term, {"yearly": 270_000})) \
        == "That is how it stands already."
    contracts.remove_term(made.tick(), term)
    assert made.view(row).line.yearly == 261_000
    assert refusal(lambda: contracts.remove_term(made.desk, term)) == "That term is not one of ours."


def test_performance_disputes_and_steps_of_leaving_are_noted_and_finished(made: Bought) -> None:
    row = made.grounds()
    contracts.add_note(made.tick(), row, "performance", "Hedges left uncut", rating=2)
    dispute, _ = contracts.add_note(made.tick(), row, "dispute", "Charged twice in May")
    step, _ = contracts.add_note(made.tick(), row, "exit step", "Ask for the gate key", due_on=D(2026, 11, 10))
    lines = {one.row.kind: one for one in made.view(row).notes}
    assert (lines["performance"].words, lines["performance"].look) == ("2 of 5. Hedges left uncut", "overdue")
    assert (lines["dispute"].due_words, lines["exit step"].due_words) == ("Not settled", "Overdue 10 days")
    contracts.finish_note(made.tick(), dispute)
    contracts.finish_note(made.tick(), step)
    lines = {one.row.kind: one for one in made.view(row).notes}
    assert lines["dispute"].due_words == "Settled on 20 Nov 2026"
    assert lines["exit step"].due_words == "Done on 20 Nov 2026"
    assert refusal(lambda: contracts.finish_note(made.desk, step)) == "That is done already."


@pytest.mark.parametrize(
    ("kind", "words", "more", "said"),
    [
        ("gossip", "x", {}, "“gossip” is not a kind of note."),
        ("dispute", " ", {}, "Say it in a few words."),
        ("performance", "x", {"rating": 6}, "Rate how it goes from 1 (bad) to 5 (very good)."),
        ("performance", "x", {"due_on": ON}, "Only a dispute or a step of leaving has a day it is due."),
        ("exit step", "x", {}, "Say by when the step is to be done."),
        ("dispute", "x", {"on": D(2026, 11, 21)}, "Saturday 21 November 2026 has not come yet."),
    ],
)
def test_notes_that_cannot_be_are_refused(
    made: Bought, kind: str, words: str, more: dict[str, Any], said: str
) -> None:
    row = made.grounds()
    assert refusal(lambda: contracts.add_note(made.desk, row, kind, words, **more)) == said


def test_ending_a_contract_names_the_checks_that_no_other_live_contract_serves(made: Bought) -> None:
    fire, doors = made.check("FIRE-05"), made.check("FIRE-11")
    alarm = made.add("Alarms", first=D(2026, 1, 1), months=24)
    both = made.add("Alarms and extinguishers", first=D(2026, 1, 1), months=24)
    contracts.set_served(made.tick(), alarm, checks=[fire, doors])
    assert {one.title for one in contracts.would_orphan(made.desk, alarm)} \
        == {one.title for one in made.view(alarm).serves}
    contracts.set_served(made.tick(), both, checks=[fire])
    (left,) = contracts.would_orphan(made.desk, alarm)
    assert (left.id, left.code) == (doors, "FIRE-11")
    assert made.view(alarm).line.orphans_words == "1 check has no supplier"
    assert {one.code: one.also for one in made.view(alarm).serves}["FIRE-05"] == ("Alarms and extinguishers",)
    contracts.cease(made.tick(), both, ON)
    assert len(contracts.would_orphan(made.desk, alarm)) == 2


def test_a_document_can_be_linked_to_a_contract_and_its_absence_is_told(made: Bought) -> None:
    row = made.grounds()
    assert "No document of this contract is kept here." in made.view(row).warnings
    pdf = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
    add_document(made.tick(), keep_bytes(made.desk, "contract.pdf", pdf), about=[("contract", row)])
    view = made.view(row)
    assert [one.title for one in view.documents] == ["contract"]
    assert "No document of this contract is kept here." not in view.warnings


# --- money ------------------------------------------------------------------------------------------------------------


def test_whole_life_value_counts_options_and_takes_48_months_where_there_is_no_end(made: Bought) -> None:
    row = made.cleaning(at_end="option", options=1, renew_months=12, yearly=5_800_000)
    money = made.view(row).money
    assert (money.life_months, money.life_net, money.life_vat) == (48, 23_200_000, 4_640_000)
    money = made.view(made.water(vat_rate=2000)).money
    assert (money.life_months, money.life_net, money.life_vat) == (48, 456_000, 91_200)
    assert money.life_words == "It has no fixed end, so 48 months are taken."


@pytest.mark.parametrize(
    ("employer", "years"),
    [
        ("local authority", [("2026-27 (April to March)", 7, 152_250), ("2027-28 (April to March)", 5, 108_750)]),
        ("academy trust", [("2026-27 (September to August)", 12, 261_000)]),
        ("", []),
    ],
)
def test_a_year_from_september_falls_into_the_money_years_of_its_kind_of_school(
    made: Bought, employer: str, years: list[tuple[str, int, int]]
) -> None:
    with made.desk.act(ActCode.SET_UP_SCHOOL) as act:
        act.set("school", made.desk.school().id, {"employer": employer, "pupils": 210})
    row = made.grounds(first=D(2026, 9, 1), last=D(2027, 8, 31), more={"unit": "m2", "units": 1800})
    money = made.view(row).money
    assert [(one.year.words, one.months, one.net) for one in money.years] == years
    assert (money.per_pupil, money.unit_price, money.unit_words) == (1243, 145, "£1.45 for each m2")


@pytest.mark.parametrize(
    ("employer", "lease", "consent", "said"),
    [
        ("local authority", "it", "", ""),
        ("local authority", "vehicle", "", "This lease needs the consent of the Secretary of State: the class consent "
                                           "does not cover it."),
        ("local authority", "vehicle", "given", ""),
        ("local authority", "vehicle", "asked", "This lease needs the consent of the Secretary of State: the class "
                                                "consent does not cover it. It was asked for; wait for the answer."),
        ("academy trust", "building", "", "A lease of land or buildings needs the consent of the Secretary of State."),
        ("academy trust", "vehicle", "", "A finance lease of this kind needs the consent of the Secretary of State; an "
                                         "operating lease does not. A trust under notice to improve asks first."),
        ("proprietor", "vehicle", "", ""),
    ],
)  # fmt: skip
def test_a_lease_outside_the_class_consent_is_told(
    made: Bought, employer: str, lease: str, consent: str, said: str
) -> None:
    with made.desk.act(ActCode.SET_UP_SCHOOL) as act:
        act.set("school", made.desk.school().id, {"employer": employer})
    view = made.view(made.grounds(more={"lease": lease, "lease_consent": consent}))
    told = [one for one in view.warnings if "lease" in one]
    assert told == ([said] if said else [])


def test_insurance_that_ran_out_is_told_of_the_contract(made: Bought) -> None:
    row = made.grounds()
    firm = made.view(row).line.row.supplier
    assert firm is not None
    suppliers.change(made.tick(), firm, {"insured_until": D(2026, 11, 19)})
    view = made.view(row)
    assert view.line.insured_words == "Their insurance ran out on 19 November 2026."
    assert sum(one.startswith("Their insurance ran out") for one in view.warnings) == 1


# --- history ----------------------------------------------------------------------------------------------------------


def test_each_act_can_be_undone_and_history_says_it_in_words(made: Bought) -> None:
    made.meet()
    row = made.grounds()
    base = made.view(row)
    firm = base.line.row.supplier
    assert firm is not None
    acts: list[Callable[[], Any]] = [
        lambda: contracts.change(made.tick(), row, {"notice": 6}),
        lambda: contracts.decide(made.tick(), row, "let run", Deciding(agreed_by=FINANCE)),
        lambda: contracts.decide(made.tick(), row, "notice given", Deciding(served_on=ON)),
        lambda: contracts.add_term(made.tick(), row, NewTerm(D(2027, 4, 1), D(2028, 3, 31), 1))[1],
        lambda: contracts.add_note(made.tick(), row, "performance", "Good")[1],
        lambda: contracts.cease(made.tick(), row, ON),
        lambda: suppliers.change(made.tick(), firm, {"phone": "0161 496 0000"}),
        lambda: meetings.add(made.tick(), "Governing body", [D(2026, 12, 10)])[1],
    ]
    said = []
    for act in acts:
        changes = act()
        words, _ = history.undo(made.tick(), changes.act.hex())
        said.append(words)
        assert made.view(row) == base
    assert said == [
        "change a contract, Grounds maintenance", "decide on a contract, Grounds maintenance: left to run on",
        "record notice given, Grounds maintenance", "change a contract, Grounds maintenance",
        "note how a contract goes, Grounds maintenance", "change a contract, Grounds maintenance",
        "change a supplier, Greenway Grounds", "enter a governors’ meeting, Governing body, 10 Dec 2026",
    ]


# --- other schools ----------------------------------------------------------------------------------------------------


def test_the_office_sees_contracts_and_decisions_and_changes_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with cluster(tmp_path, monkeypatch) as made:
        new = NewContract("Grounds maintenance", supplier_name="Greenway", first=D(2025, 4, 1), last=D(2026, 3, 31),
                          at_end="renews", notice=1, yearly=261_000)  # fmt: skip
        row, _ = contracts.add(made.one, new)
        made.bench.clock.ms += 60_000
        contracts.decide(made.one, row, "let run", Deciding(agreed_by=FINANCE, minute_ref="F 1"))
        contracts.add(made.anne, NewContract("Cleaning", supplier_name="Brightway", first=D(2025, 4, 1), months=24))
        made.send(made.one, made.office)
        made.send(made.anne, made.office)
        lines = contracts.listing(made.office)
        assert {(one.title, one.supplier_name, one.yearly) for one in lines} \
            == {("Grounds maintenance", "Greenway", 261_000), ("Cleaning", "Brightway", None)}
        assert [one.row.minute_ref for one in contracts.show(made.office, row).decisions] == ["F 1"]
        assert contracts.listing(made.office, made.anne.home)[0].title == "Cleaning"
        assert len(suppliers.listing(made.office)) == 2
        assert refusal(lambda: contracts.change(made.office, row, {"note": "x"})) \
            == "That contract is another school’s."


def test_an_offices_list_asks_no_more_for_two_hundred_contracts_than_for_two(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    without_waiting(monkeypatch)
    made = Bought(tmp_path)
    made.meet()

    def asked() -> int:
        from sqlalchemy import event
        from sqlalchemy.engine import Engine

        seen: list[str] = []
        listener = lambda *args: seen.append(args[2])  # noqa: E731 - the same object is taken away again
        event.listen(Engine, "before_cursor_execute", listener)
        try:
            contracts.board(made.desk)
        finally:
            event.remove(Engine, "before_cursor_execute", listener)
        return len(seen)

    def enter(count: int) -> None:
        with made.desk.bulk() as bulk, bulk.act(ActCode.IMPORT_CONTRACTS, who="Dawn", subject="many") as act:
            firm = act.create("supplier", {"name": f"Firm {count}"})
            for n in range(count):
                row = act.create("contract", {
                    "title": f"Contract {n}", "supplier": firm, "state": "live", "first": D(2024, 4, 1),
                    "last": D(2025, 3, 31), "at_end": "renews", "renew_months": 12, "notice": 3,
                    "notice_unit": "months", "notice_clear": False, "yearly": 100, "vat_rate": 0,
                })  # fmt: skip
                act.create("contract_term", {"contract": row, "first": D(2026, 4, 1), "last": D(2027, 3, 31)})
                act.fact("contract_decision", {"contract": row, "what": "let run", "term_end": D(2026, 3, 31)})

    enter(2)
    few = asked()
    enter(200)
    assert asked() == few
    assert len(contracts.listing(made.desk)) == 202
    made.close()


ODD: list[dict[str, Any]] = [
    {"title": "", "first": None, "last": None, "at_end": "sublimates", "notice": -5, "notice_unit": "moons"},
    {"first": D(2027, 1, 1), "last": D(2020, 1, 1), "at_end": "renews", "renew_months": -12, "options": -3},
    {"breaks": json.dumps([7, {"on": "never"}, {"on": 3}, {"on": "2027-01-01", "notice": "x"}]), "at_end": "renews",
     "last": D(2027, 3, 31)},
    {"checks": json.dumps([1, "zz", "ab" * 16]), "assets": "{", "alerts": json.dumps(["x", -4, None]), "yearly": -100,
     "vat_rate": -2000, "units": -1},
    {"state": "dreaming", "rise": "tides", "rise_rate": 10**9, "lease": "moon", "supplier": b"x" * 16,
     "owner": b"y" * 16, "deal": b"z" * 16, "first": D(1900, 1, 1), "last": D(2199, 12, 31), "at_end": "rolls"},
]  # fmt: skip


@pytest.mark.parametrize("values", ODD)
def test_odd_values_from_elsewhere_break_neither_the_list_nor_the_details(
    made: Bought, values: dict[str, Any]
) -> None:
    with made.desk.act(ActCode.ADD_CONTRACT) as act:
        row = act.create("contract", values)
        act.create("contract_term", {"contract": row, "first": D(2030, 1, 1), "last": D(2020, 1, 1), "yearly": -7})
        act.create("contract_term", {"contract": row, "tell_by": D(2026, 12, 1)})
        act.fact("contract_decision", {"contract": row, "what": "sold", "until": D(2026, 1, 1)})
        act.fact("contract_decision", {"contract": row, "what": "notice given", "ends_on": D(2020, 1, 1)})
        act.create("contract_note", {"contract": row, "kind": "song", "rating": 99})
        act.create("meeting", {"body": "", "on_date": None, "minute": 9999, "paper_days": -3})
        act.create("supplier", {"name": "", "also": "7", "contractor": b"q" * 16})
    assert any(one.id == row for one in contracts.listing(made.desk, every=True))
    assert contracts.show(made.desk, row).line.title
    assert contracts.board(made.desk).heading
    assert len(suppliers.listing(made.desk)) == 1
    assert meetings.listing(made.desk, past=True) == []
