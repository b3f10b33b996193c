"""Contracts: entered from a letter, decided in time or not, what they serve, what they cost, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.contract_state import State
from bursar_desk.domain.errors import UserError
from bursar_desk.services import contracts, history, meetings, suppliers
from bursar_desk.services.contracts_shapes import Deciding, NewContract, NewSupplier, NewTerm
from bursar_desk.services.evidence import add as add_document
from bursar_desk.services.evidence import keep_bytes
from tests.services.contracts_kit import FINANCE, ON, Bought, D
from tests.services.merging_kit import cluster
from tests.services.small_school import CLARE, without_waiting


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bought]:
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    without_waiting(monkeypatch)
    one = Bought(tmp_path)
    yield one
    one.close()


def refusal(act: Callable[[], Any]) -> str:
    with pytest.raises(UserError) as caught:
        act()
    assert caught.value.safe == "Nothing was changed."
    assert caught.value.remedy
    return caught.value.title


# --- the list ---------------------------------------------------------------------------------------------------------


def test_the_list_says_what_the_picture_of_the_page_says(made: Bought) -> None:
    made.meet()
    made.grounds()
    made.broadband()
    made.water()
    made.cleaning(notice=3)
    board = contracts.board(made.desk)
    assert board.heading == "1 to decide by Thursday 3 December"
    assert [
        (one.decide_by_words, one.decide_in, one.title, one.yearly_words, one.ends_words, one.tell_by_words,
         one.state_words) for one in board.lines
    ] == [
        ("Too late", "", "Broadband", "£1,488.00", "30 Nov 2026", "1 Sep 2026", "Rolled over"),
        ("3 Dec 2026", "in 13 days", "Grounds maintenance", "£2,610.00", "31 Mar 2027", "18 Dec 2026", "Decide soon"),
        ("13 May 2027", "in 174 days", "Cleaning", "£21,360.00", "31 Aug 2027", "24 May 2027", "Live"),
        ("Any time", "1 month", "Water hygiene", "£1,140.00", "Monthly", "Any day", "Live"),
    ]  # fmt: skip
    assert (board.yearly, board.vat) == (2_659_800, 29_760 + 427_200)
    assert board.ran_on == (
        "Broadband ran on. Nobody told them by 1 September 2026, so it runs to Tuesday 30 November 2027. "
        "The next last safe day is Wednesday 21 July 2027. Reminders for it are set.",
    )


def test_the_details_say_what_to_do_what_it_costs_not_to_and_how_that_was_worked_out(made: Bought) -> None:
    made.meet()
    view = made.view(made.grounds())
    assert view.headline == "Tell them by Friday 18 December 2026."
    assert view.stake == "Or pay £2,610.00 more, to 31 March 2028."
    assert view.line.standing.last_safe is not None
    assert [(one.words, one.detail, one.day) for one in view.line.standing.last_safe.steps] == [
        ("The contract year ends", "", D(2027, 3, 31)),
        ("Take off 3 months’ notice", "", D(2026, 12, 31)),
        ("5 working days for post", "Not 25 or 28 December", D(2026, 12, 22)),
        ("Last safe day", "Office shut from 19 December", D(2026, 12, 18)),
        ("Decide by", "Last committee before that day", D(2026, 12, 3)),
    ]
    assert view.reminders_words == "Next reminders: 4, 11 and 18 December."
    assert view.notice_words == "3 months’ notice. They must have it by then."
    assert view.at_end_words == "Renews by itself for 12 months each time."
    assert [one.last for one, _ in view.coming[:3]] == [D(2027, 3, 31), D(2028, 3, 31), D(2029, 3, 31)]


def test_a_letter_of_few_facts_is_enough_and_its_supplier_is_added_with_it_as_one_act(made: Bought) -> None:
    row, changes = contracts.add(made.desk, NewContract(
        "Cleaning", supplier_name="Brightway  Services Ltd", first=D(2024, 9, 1), months=36, at_end="renews",
        renew_months=12, notice=6, notice_by="served", yearly=2_136_000,
    ))  # fmt: skip
    assert {"contract", "supplier"} <= changes.tables
    view = made.view(row)
    assert view.line.supplier_name == "Brightway Services Ltd"
    assert view.headline == "Tell them by Friday 26 February 2027."
    assert view.line.row.last == D(2027, 8, 31)
    assert view.line.row.service == "cleaning"
    other = made.add("Windows", supplier_name="BRIGHTWAY SERVICES LIMITED", first=D(2026, 1, 1), months=12)
    assert made.view(other).line.row.supplier == view.line.row.supplier
    assert len(suppliers.listing(made.desk)) == 1


def test_the_date_their_letter_gives_is_kept_and_rules(made: Bought) -> None:
    row = made.grounds(tell_by=D(2026, 12, 11), more={"came_from": "Council’s letter of 2 October"})
    view = made.view(row)
    assert view.line.standing.last_safe is not None
    assert view.line.standing.last_safe.last_notice == D(2026, 12, 11)
    assert view.history[0].source == "Council’s letter of 2 October"
    assert view.history[0].yearly == 261_000


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"title": " "}, "A contract needs a title."),
        ({"supplier_name": ""}, "Say who supplies it."),
        ({"last": None}, "Say when the first term ends."),
        ({"at_end": "renews", "notice": None}, "Say how much notice it needs."),
        ({"months": 12}, "12 months from 1 Sep 2024 end on 31 Aug 2025, not on 31 Aug 2027."),
        ({"months": 12, "first": None}, "Say when it begins."),
        ({"months": 0}, "A term lasts 1 to 600 months."),
        ({"last": D(2024, 8, 31)}, "It would end on Saturday 31 August 2024, before it begins on Sunday 1 September"
                                   " 2024."),
        ({"last": D(2207, 8, 31)}, "Monday 31 August 2207 cannot be right."),
        ({"at_end": "evaporates"}, "“evaporates” is not what happens at the end."),
        ({"notice_unit": "fortnights"}, "“fortnights” is not a unit of notice."),
        ({"notice": -1}, "Notice is 0 to 3,650."),
        ({"yearly": -1}, "A price is nought or more."),
        ({"vat_rate": 20_000}, "VAT is 0 to 100 per cent."),
        ({"renew_months": 0}, "A renewal lasts 1 to 600 months."),
        ({"tell_by": D(2028, 1, 1)}, "They would be told after the term has ended."),
        ({"supplier": b"x" * 16}, "That supplier is not one of ours."),
        ({"more": {"owner": b"x" * 16}}, "The owner must be one of our own people."),
        ({"more": {"checks": [b"x" * 16]}}, "That check is not one of ours."),
        ({"more": {"assets": [b"x" * 16]}}, "That equipment is not ours."),
        ({"more": {"alerts": [0]}}, "Remind 1 to 730 days ahead."),
        ({"more": {"breaks": [{"notice": 3}]}}, "A break needs its date."),
        ({"more": {"breaks": [{"on": "2026-10-01", "notice": 3, "unit": "moons"}]}}, "That is no notice for a break."),
        ({"more": {"lease_consent": "given"}}, "Consent goes with a lease."),
        ({"more": {"scope": "x" * 4001}}, "A text is too long: 4000 characters are the most."),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_a_sentence_and_nothing_is_written(
    made: Bought, facts: dict[str, Any], said: str
) -> None:
    usual = {"title": "Cleaning", "supplier_name": "Brightway", "first": D(2024, 9, 1), "last": D(2027, 8, 31),
             "notice": 3}  # fmt: skip
    assert refusal(lambda: contracts.add(made.desk, NewContract(**{**usual, **facts}))) == said
    assert contracts.listing(made.desk, every=True) == []
    assert suppliers.listing(made.desk) == []


def test_a_draft_may_lack_all_but_its_title_and_counts_once_it_is_whole(made: Bought) -> None:
    row, _ = contracts.add(made.desk, NewContract("Music lessons", draft=True))
    line = made.view(row).line
    assert (line.standing.state, line.waits, line.decide_by_words) == (State.DRAFT, False, "Not yet")
    assert contracts.board(made.desk).yearly == 0
    assert refusal(lambda: contracts.decide(made.desk, row, "let run", Deciding(agreed_by="Head"))) \
        == "Music lessons is a draft."
    assert refusal(lambda: contracts.go_live(made.desk, row)) == "Say who supplies it."
    firm, _ = suppliers.add(made.desk, NewSupplier("Stave Music"))
    contracts.change(made.desk, row, {"supplier": firm, "first": D(2026, 9, 1), "last": D(2027, 8, 31)})
    contracts.go_live(made.desk, row)
    assert made.view(row).line.standing.state is State.LIVE
    assert refusal(lambda: contracts.go_live(made.desk, row)) == "Music lessons counts already."
    assert refusal(lambda: contracts.remove(made.desk, row)) == "Music lessons has counted, so it stays."
    assert refusal(lambda: contracts.change(made.desk, row, {"last": None})) == "Say when the first term ends."
    assert refusal(lambda: contracts.change(made.desk, row, {"last": D(2027, 8, 31)})) \
        == "That is how it stands already."


def test_only_somebody_who_manages_changes_contracts(made: Bought) -> None:
    row = made.grounds()
    made.desk.act_as(made.desk.find_person(CLARE))
    for act in (
        lambda: contracts.change(made.desk, row, {"note": "x"}),
        lambda: contracts.decide(made.desk, row, "let run", Deciding(agreed_by="Head")),
        lambda: contracts.add(made.desk, NewContract("Cleaning", draft=True)),
        lambda: contracts.add_note(made.desk, row, "performance", "Good"),
        lambda: meetings.add(made.desk, FINANCE, [ON]),
        lambda: suppliers.add(made.desk, NewSupplier("Somebody")),
    ):
        assert refusal(act) == "Only someone who manages the register can do that."


# --- deciding ---------------------------------------------------------------------------------------------------------


def test_notice_in_time_ends_it_at_its_end_and_it_leaves_what_waits(made: Bought) -> None:
    made.meet()
    row = made.grounds()
    view = made.decide(row, "notice given", served_on=ON, served_how="recorded post", minute_ref="F 4.2")
    assert view.line.standing.sentence == "Notice was given on 20 November 2026. It ends on Wednesday 31 March 2027."
    assert (view.line.state_words, view.line.tell_by_words, view.line.waits) == ("Notice given", "Done", False)
    assert view.decisions[0].details == (
        "for the end on 31 Mar 2027; told on 20 Nov 2026 by recorded post; minute F 4.2; noted by Dawn Hill, "
        "20 Nov 2026"
    )
    assert refusal(lambda: made.decide(row, "notice given", served_on=ON)) == "Notice is given already."
    assert made.decide(row, "taken back").line.standing.state is State.DECIDE_SOON
    assert refusal(lambda: made.decide(row, "taken back")) == "There is no decision to take back."
    made.go_to(D(2027, 1, 4))
    assert made.view(row).line.standing.state is State.ROLLED_OVER


def test_notice_too_late_for_this_end_counts_for_the_next_one(made: Bought) -> None:
    row = made.broadband()
    view = made.decide(row, "notice given", served_on=ON)
    assert (view.line.standing.state, view.line.standing.ends_on) == (State.NOTICE_GIVEN, D(2027, 11, 30))
    assert view.line.ran_on == ""


def test_a_rolling_contract_ends_so_long_after_notice_and_has_no_end_to_decide(made: Bought) -> None:
    row = made.water()
    assert refusal(lambda: made.decide(row, "let run", agreed_by="Head")) \
        == "It runs on until somebody gives notice, so there is no end to decide."
    view = made.decide(row, "notice given", served_on=D(2026, 11, 15))
    assert view.line.standing.ends_on == D(2026, 12, 15)
    assert made.decide(row, "taken back").line.decide_by_words == "Any time"


def test_another_end_that_the_supplier_confirmed_is_kept(made: Bought) -> None:
    row = made.broadband()
    view = made.decide(row, "notice given", served_on=ON, ends_on=D(2026, 12, 31))
    assert view.line.standing.ends_on == D(2026, 12, 31)
    made.go_to(D(2027, 1, 1))
    assert made.view(row).line.standing.state is State.CEASED


def test_a_renewal_writes_its_term_and_price_and_taking_it_back_takes_them_out(made: Bought) -> None:
    made.meet()
    row = made.grounds()
    view = made.decide(row, "renew", agreed_by=FINANCE, minute_ref="F 4.3",
                       term=NewTerm(D(2027, 4, 1), yearly=270_000, vat_rate=0))  # fmt: skip
    last = view.history[-1]
    assert (last.term.last, last.yearly, last.change_words) == (D(2028, 3, 31), 270_000, "3.45 per cent more")
    assert last.source == "Finance committee, F 4.3"
    assert view.line.standing.state is State.AGREED
    assert view.line.yearly == 261_000, "the new price counts from the new term on"
    back = made.decide(row, "taken back")
    assert [one.yearly for one in back.history] == [261_000]
    assert back.line.waits
    assert not any(one.stands for one in back.decisions)


def test_a_fixed_contract_is_renewed_with_an_end_of_its_own_and_an_option_is_extended(made: Bought) -> None:
    fixed = made.cleaning()
    assert refusal(lambda: made.decide(fixed, "renew", agreed_by="Head")) == "Say until when the new term runs."
    assert refusal(lambda: made.decide(fixed, "extend", agreed_by="Head")) == "Cleaning has no option to extend."
    assert refusal(lambda: made.decide(fixed, "let run", agreed_by="Head")) \
        == "It ends by itself, so nothing runs on."
    early = NewTerm(D(2027, 1, 1), D(2028, 8, 31))
    assert refusal(lambda: made.decide(fixed, "renew", agreed_by="Head", term=early)) \
        == "The new term cannot begin before Wednesday 1 September 2027."
    view = made.decide(fixed, "renew", agreed_by="Head", term=NewTerm(D(2027, 9, 1), D(2028, 8, 31)))
    assert [one.last for one, _ in view.coming] == [D(2027, 8, 31), D(2028, 8, 31)]
    other = made.add("Windows", first=D(2024, 9, 1), months=36, at_end="option", options=1, renew_months=12, notice=3)
    assert made.decide(other, "extend", agreed_by="Head").line.standing.state is State.AGREED
    none_left = made.add("Blinds", first=D(2024, 9, 1), months=36, at_end="option", options=0, notice=3)
    assert refusal(lambda: made.decide(none_left, "extend", agreed_by="Head")) == "No option is left to extend it."


def test_nothing_is_put_off_past_the_day_it_must_be_decided(made: Bought) -> None:
    made.meet()
    row = made.grounds()
    assert refusal(lambda: made.decide(row, "put off")) == "Say until when it is put off."
    assert refusal(lambda: made.decide(row, "put off", until=D(2026, 12, 4))) \
        == "It can be put off to Thursday 3 December 2026 at the latest."
    view = made.decide(row, "put off", until=D(2026, 12, 3))
    assert view.decisions[0].words == "Put off to 3 Dec 2026"
    assert view.line.waits, "it stays among what is to be decided"
    made.go_to(D(2026, 12, 3))
    assert refusal(lambda: made.decide(row, "put off", until=D(2026, 12, 10))) == "It cannot be put off any more."
    assert refusal(lambda: made.decide(made.water(), "put off", until=D(2026, 12, 10))) \
        == "There is nothing to put off."


def test_letting_it_run_answers_what_was_missed(made: Bought) -> None:
    row = made.broadband()
    assert made.view(row).line.standing.state is State.ROLLED_OVER
    view = made.decide(row, "let run", agreed_by=FINANCE)
    assert view.line.standing.state is State.AGREED
    assert contracts.board(made.desk).ran_on == ()


@pytest.mark.parametrize(
    ("what", "given", "said"),
    [
        ("shred", {}, "“shred” is not something to decide."),
        ("renew", {}, "Say who agreed to it."),
        ("let run", {"agreed_by": "Head", "on": D(2026, 11, 21)}, "Saturday 21 November 2026 has not come yet."),
        ("notice given", {}, "Say on which day they were told."),
        ("notice given", {"served_on": D(2025, 1, 1)}, "They were told before the contract began."),
        ("notice given", {"served_on": ON, "ends_on": D(2026, 11, 1)}, "It would end before they were told."),
        ("to market", {"why": "x" * 401}, "A text is too long: 400 characters are the most."),
    ],
)
def test_decisions_that_cannot_be_are_refused(made: Bought, what: str, given: dict[str, Any], said: str) -> None:
    row = made.grounds()
    assert refusal(lambda: made.decide(row, what, **given)) == said
    assert made.view(row).decisions == ()


def test_going_to_market_settles_nothing_and_a_contract_that_ended_takes_no_notice(made: Bought) -> None:
    made.meet()
    row = made.grounds()
    view = made.decide(row, "to market", why="Three schools ask together")
    assert view.line.waits
    contracts.cease(made.tick(), row, D(2026, 11, 19), "They gave up")
    assert made.view(row).line.standing.state is State.CEASED
    assert refusal(lambda: made.decide(row, "notice given", served_on=ON)) == "Grounds maintenance has ended."
    assert refusal(lambda: made.decide(row, "renew", agreed_by="Head")) == "Grounds maintenance was said to be over."
    assert contracts.listing(made.desk) == []
    contracts.go_live(made.tick(), row)
    assert [one.id for one in contracts.listing(made.desk)] == [row]


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
