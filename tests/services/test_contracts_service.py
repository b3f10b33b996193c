"""Contracts: entered from a letter, decided in time or not, what they serve, what they cost, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from bursar_desk.domain.contract_state import State
from bursar_desk.services import contracts, meetings, suppliers
from bursar_desk.services.contracts_shapes import Deciding, NewContract, NewSupplier, NewTerm
from tests.services.contracts_kit import FINANCE, ON, Bought, D, opened, refusal
from tests.services.small_school import CLARE

made = pytest.fixture(opened)


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
