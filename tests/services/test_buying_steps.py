"""Purchases step by step: the rule for their value, weights that are locked, prices that are hidden, the choice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.quote_rules import USUAL, Band
from bursar_desk.domain.scoring import Part
from bursar_desk.services import buying, contracts, history
from bursar_desk.services.contracts_shapes import NewContract
from bursar_desk.services.desk import Desk
from tests.services import buying_kit as kit
from tests.services.small_school import FRIDAY, TERRY, Small, without_waiting


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    without_waiting(monkeypatch)
    with Small.found(tmp_path).desk(write=True) as made:
        yield made


def test_the_rule_follows_from_the_value_with_vat_and_options(desk: Desk) -> None:
    cases = {
        (100_000, 12): ("direct", "Buy direct, Budget holder approves", 1),
        (200_000, 12): ("quotes", "2 quotes, Head teacher approves", 2),
        (1_000_000, 12): ("quotes", "3 quotes, Finance committee approves", 3),
        (5_800_000, 36): ("tender", "Tender, Full governing body approves", 3),
    }
    for (yearly, months), (route, rule, needed) in cases.items():
        view, _ = buying.start(desk, buying.NewBuying("A", yearly=yearly, months=months))
        assert (view.line.row.route, view.line.rule_words, view.line.needed) == (route, rule, needed)
    assert view.judged.over == 108_000
    assert view.line.value_words == "£208,800"


def test_a_school_sets_its_own_bands(desk: Desk) -> None:
    assert buying.bands(desk) == USUAL
    buying.choose_bands(desk, [Band(500_000, 3, "Governors"), Band(0, 1, "Head")])
    assert [one.first for one in buying.bands(desk)] == [0, 500_000]
    assert buying.start(desk, buying.NewBuying("A", yearly=400_000))[0].line.needed == 1
    with pytest.raises(UserError, match="begin at £0"):
        buying.choose_bands(desk, [Band(5, 1)])
    assert buying.own_bands(desk)


def test_prices_stay_hidden_until_quotes_are_opened_even_if_somebody_wrote_one(desk: Desk) -> None:
    row = kit.started(desk)
    kit.weighted(desk, row)
    quotes = kit.quoted(desk, row)
    first = quotes["Brightside"]
    with pytest.raises(UserError, match="not opened yet"):
        buying.set_price(desk, first, buying.Price(1))
    with desk.act(ActCode.ADD_QUOTE, subject="an odd program") as act:
        act.set("quote", first, {"yearly": 1, "once": None, "vat_rate": None})
    view = buying.show(desk, row)
    assert all(one.whole is None and one.price_words.startswith("Hidden") for one in view.quotes)
    assert view.result is None
    assert view.cheapest == ()


def test_weights_are_fixed_before_opening_and_never_after(desk: Desk) -> None:
    row = kit.started(desk)
    quotes = kit.quoted(desk, row)
    with pytest.raises(UserError, match="not fixed yet"):
        buying.open_quotes(desk, row, "Clare Brennan")
    kit.weighted(desk, row)
    kit.opened(desk, row, quotes)
    with pytest.raises(UserError, match="Quotes were opened"):
        buying.set_weights(desk, row, 90, [Part("Quality of work", 10)])
    with desk.act(ActCode.SET_WEIGHTS, subject="an odd program") as act:
        act.fact("weights", {
            "buying": row, "price": 90, "parts": '[{"name": "Quality of work", "weight": 10}]', "said_by": "Eve",
            "said_on": FRIDAY - dt.timedelta(days=30),
        })  # fmt: skip
    view = buying.show(desk, row)
    assert view.weights is not None
    assert view.weights.price == 40
    assert len(view.late_weights) == 1
    assert "said by Eve after quotes were opened" in view.late_weights[0]


def test_taking_the_opening_back_does_not_unlock_the_weights(desk: Desk) -> None:
    row = kit.started(desk)
    kit.weighted(desk, row)
    quotes = kit.quoted(desk, row)
    opened = buying.open_quotes(desk, row, "Clare Brennan", {one: buying.Price(5) for one in quotes.values()})
    kit.tick(desk)
    assert opened.act is not None
    history.undo(desk, opened.act.hex())
    view = buying.show(desk, row)
    assert not view.opened
    assert all(one.row.yearly is None for one in view.quotes)
    kit.tick(desk)
    with pytest.raises(UserError, match="Quotes were opened"):
        buying.set_weights(desk, row, 90, [Part("Quality of work", 10)])


def test_taking_weights_back_after_opening_changes_nothing(desk: Desk) -> None:
    row = kit.started(desk)
    fixed = buying.set_weights(desk, row, 40, kit.PARTS)
    kit.tick(desk)
    kit.opened(desk, row, kit.quoted(desk, row))
    assert fixed.act is not None
    history.undo(desk, fixed.act.hex())
    view = buying.show(desk, row)
    assert view.weights is not None
    assert view.weights.price == 40


def test_weights_taken_back_before_opening_are_gone(desk: Desk) -> None:
    row = kit.started(desk)
    fixed = buying.set_weights(desk, row, 40, kit.PARTS)
    kit.tick(desk)
    assert fixed.act is not None
    history.undo(desk, fixed.act.hex())
    assert buying.show(desk, row).weights is None


def test_quotes_are_opened_by_two_people(desk: Desk) -> None:
    row = kit.started(desk)
    kit.weighted(desk, row)
    with pytest.raises(UserError, match="no quote to open"):
        buying.open_quotes(desk, row, "Clare Brennan")
    kit.quoted(desk, row)
    for witness in ("", " dawn  hill "):
        with pytest.raises(UserError, match="two people"):
            buying.open_quotes(desk, row, witness)


def test_best_value_and_cheapest_stand_side_by_side_and_the_choice_needs_its_reason(desk: Desk) -> None:
    row, quotes = kit.ready(desk)
    view = buying.show(desk, row)
    assert [one.name for one in view.best] == ["Hartwell Cleaning"]
    assert [one.name for one in view.cheapest] == ["Brightside"]
    assert view.needs_first == ()
    assert view.line.stage == "ready"
    with pytest.raises(UserError, match="it is not the cheapest"):
        buying.award(desk, row, quotes["Hartwell Cleaning"])
    with pytest.raises(UserError, match="it is not the best value"):
        buying.award(desk, row, quotes["Brightside"], " ")
    view, changes = buying.award(desk, row, quotes["Hartwell Cleaning"], "Best value: better work for £1,300 a year")
    assert view.line.stage == "chosen"
    assert view.line.row.awarded_on == FRIDAY
    with pytest.raises(UserError, match="chosen already"):
        buying.mark(desk, quotes["Brightside"], {"Response": 10})
    assert changes.act is not None
    history.undo(desk, changes.act.hex())
    assert buying.show(desk, row).line.stage == "ready"


def test_everybody_who_marks_declares_before_the_choice(desk: Desk) -> None:
    row, quotes = kit.ready(desk)
    best = quotes["Hartwell Cleaning"]
    for name, one in quotes.items():
        work, response = kit.MARKS[name]
        buying.mark(desk, one, {"quality of work": work, "Response": response}, by="Mo Khan")
    with pytest.raises(UserError, match="Mo Khan marked and must say"):
        buying.award(desk, row, best, "why")
    with pytest.raises(UserError, match="what is done about it"):
        buying.declare(desk, row, who="Mo Khan", what="Cousin works for Acorn")
    buying.declare(desk, row, who="Mo Khan", what="Cousin works for Acorn", steps="Leaves before Acorn is discussed")
    assert buying.award(desk, row, best, "why")[0].line.stage == "chosen"


def test_marks_that_are_missing_are_named_and_hold_the_choice_only_where_nobody_marked(desk: Desk) -> None:
    row = kit.started(desk)
    kit.weighted(desk, row)
    quotes = kit.quoted(desk, row)
    kit.opened(desk, row, quotes)
    buying.mark(desk, quotes["Brightside"], {"Quality of work": 7, "Response": 7})
    view = buying.show(desk, row)
    assert any("Mark every part" in one for one in view.needs_first)
    assert view.result is not None
    assert len(view.result.missing) == 4
    assert view.line.stage == "opened"


def test_marks_are_whole_numbers_for_parts_that_are_judged(desk: Desk) -> None:
    row = kit.started(desk)
    kit.weighted(desk, row)
    quotes = kit.quoted(desk, row)
    with pytest.raises(UserError, match="cannot be marked"):
        buying.mark(desk, quotes["Brightside"], {"Response": 5})
    kit.opened(desk, row, quotes)
    for scores, match in (({"Charm": 5}, "not judged"), ({"Response": 11}, "0 to 10"), ({}, "No mark")):
        with pytest.raises(UserError, match=match):
            buying.mark(desk, quotes["Brightside"], scores)


def test_too_few_quotes_need_a_reason_and_an_approval(desk: Desk) -> None:
    view, _ = buying.start(desk, kit.NEW)
    row = view.line.row.id
    kit.weighted(desk, row)
    quotes = kit.quoted(desk, row, ("Brightside", "Acorn Services"))
    kit.opened(desk, row, quotes)
    kit.marked(desk, row, quotes)
    view = buying.show(desk, row)
    assert len(view.needs_first) == 2
    buying.change(desk, row, {"fewer_why": "A third firm did not answer", "approved_by": "Finance committee"})
    assert buying.show(desk, row).needs_first == ()


def test_declined_late_and_past_quotes_are_said_as_such(desk: Desk) -> None:
    row = kit.started(desk)
    kit.weighted(desk, row)
    quotes = kit.quoted(desk, row)
    buying.decline(desk, quotes["Acorn Services"], "Too busy")
    asked = buying.add_quote(desk, row, buying.NewQuote("Late Ltd", asked_on=FRIDAY))[0]
    kit.opened(desk, row, {name: quotes[name] for name in ("Hartwell Cleaning", "Brightside")})
    buying.change_quote(desk, asked, came_on=FRIDAY, valid_until=FRIDAY - dt.timedelta(days=1))
    kit.tick(desk)
    states = {one.name: one.state for one in buying.show(desk, row).quotes}
    assert states["Acorn Services"] == "withdrawn"
    assert states["Late Ltd"] == "came late"
    buying.open_quotes(desk, row, "Clare Brennan", {asked: buying.Price(1_000_000)})
    view = buying.show(desk, row)
    assert any("Late Ltd came after the others" in one for one in view.warnings)
    assert any("no longer holds" in one for one in view.warnings)
    assert set(buying.reasons_for(view, asked)) >= {"its price no longer holds", "it came after the others were opened"}
    with pytest.raises(UserError, match="cannot be chosen"):
        buying.award(desk, row, quotes["Acorn Services"])


def test_splitting_is_seen_across_twelve_months(desk: Desk) -> None:
    buying.start(desk, buying.NewBuying("Cleaning, autumn", "cleaning", yearly=0, once=150_000))
    view, _ = buying.start(desk, buying.NewBuying("Cleaning, spring", "cleaning", yearly=0, once=150_000))
    (said,) = [one for one in view.warnings if "split" in one]
    assert "“Cleaning, autumn”" in said
    assert "2 quotes" in said
    large, _ = buying.start(desk, buying.NewBuying("Works", "cleaning", yearly=0, once=17_300_000))
    assert any("reaches the figure" in one for one in large.warnings)
    other, _ = buying.start(desk, buying.NewBuying("Grass", "grounds", yearly=0, once=150_000))
    assert not any("split" in one for one in other.warnings)


def test_a_framework_is_used_only_once_it_is_checked(desk: Desk) -> None:
    view, _ = buying.start(desk, buying.NewBuying("Copiers", "photocopiers", yearly=300_000, months=36,
                                                  route="framework"))  # fmt: skip
    row = view.line.row.id
    buying.change(desk, row, {"framework": "Copiers and print", "framework_ref": "RM6174", "call_off": "direct award",
                              "framework_until": FRIDAY - dt.timedelta(days=1)})  # fmt: skip
    quotes = kit.quoted(desk, row, ("Brightside",))
    kit.opened(desk, row, quotes)
    view = buying.show(desk, row)
    assert "The framework has ended." in view.needs_first
    assert len(view.needs_first) == 4
    buying.change(desk, row, {"framework_until": FRIDAY, "framework_checked": ["school", "value", "end date"]})
    view = buying.show(desk, row)
    assert view.line.row.framework_ref == "RM6174"
    assert view.needs_first == ()
    assert buying.award(desk, row, quotes["Brightside"])[0].line.stage == "chosen"


def test_a_lease_of_a_minibus_needs_consent(desk: Desk) -> None:
    with desk.act(ActCode.CHANGE_SETTING, subject="the school") as act:
        act.set("school", act.session.derived(desk.home, "school", ""), {"employer": "local authority"})
    view, _ = buying.start(desk, buying.NewBuying("Minibus", "minibus", yearly=400_000, more={"lease": "vehicle"}))
    assert any("Secretary of State" in one for one in view.warnings)
    with pytest.raises(UserError, match="no kind of lease"):
        buying.change(desk, view.line.row.id, {"lease": "castle"})


def test_a_purchase_starts_from_a_contract_and_ends_in_one(desk: Desk) -> None:
    old, _ = contracts.add(desk, NewContract(
        "Cleaning", supplier_name="Oldclean", service="cleaning", first=dt.date(2024, 9, 1), last=dt.date(2027, 8, 31),
        yearly=1_400_000, vat_rate=2000,
    ))  # fmt: skip
    new = buying.from_contract(desk, old)
    assert (new.title, new.service, new.yearly, new.months) == ("Cleaning", "cleaning", 1_400_000, 36)
    assert new.contract == old
    row = kit.started(desk, new)
    assert buying.show(desk, row).contract_title == "Cleaning"
    kit.weighted(desk, row)
    quotes = kit.quoted(desk, row)
    kit.opened(desk, row, quotes)
    kit.marked(desk, row, quotes)
    with pytest.raises(UserError, match="No quote is chosen"):
        buying.make_contract(desk, row, dt.date(2027, 9, 1))
    buying.award(desk, row, quotes["Hartwell Cleaning"], "Best value")
    made, _ = buying.make_contract(desk, row, dt.date(2027, 9, 1))
    view = contracts.show(desk, made)
    assert view.line.row.yearly == 1_450_000
    assert view.line.row.last == dt.date(2030, 8, 31)
    assert view.line.row.buying == row
    assert view.line.supplier_name == "Hartwell Cleaning"


def test_value_and_way_stay_once_quotes_are_opened(desk: Desk) -> None:
    row, _quotes = kit.ready(desk)
    for values in ({"yearly": 5}, {"route": "direct"}, {"kind": "works"}):
        with pytest.raises(UserError, match="Quotes were opened"):
            buying.change(desk, row, values)
    buying.change(desk, row, {"published": "Find a Tender, 20 Nov 2026", "order_ref": "PO 4711"})
    assert "Order: PO 4711." in buying.show(desk, row).route_lines


def test_a_stopped_purchase_says_why_and_leaves_the_list(desk: Desk) -> None:
    row = kit.started(desk)
    with pytest.raises(UserError, match="Say why"):
        buying.stop(desk, row, " ")
    buying.stop(desk, row, "We stay with the council")
    assert buying.listing(desk) == ()
    assert "We stay with the council" in buying.listing(desk, every=True)[0].row.note
    with pytest.raises(UserError, match="was stopped"):
        kit.weighted(desk, row)


def test_only_who_runs_the_register_buys_and_only_for_their_own_school(desk: Desk) -> None:
    row = kit.started(desk)
    desk.act_as(desk.find_person(TERRY))
    for wrong in (lambda: buying.start(desk, kit.NEW), lambda: buying.stop(desk, row, "why")):
        with pytest.raises(UserError, match="manages the register"):
            wrong()


@pytest.mark.parametrize("new", [
    buying.NewBuying(" "), buying.NewBuying("A", service="magic"), buying.NewBuying("A", kind="gift"),
    buying.NewBuying("A", yearly=-1), buying.NewBuying("A", months=-1), buying.NewBuying("A", vat_rate=10_001),
    buying.NewBuying("A", route="magic"), buying.NewBuying("A", more={"colour": "red"}),
    buying.NewBuying("A", more={"call_off": "auction"}),
])  # fmt: skip
def test_a_purchase_that_makes_no_sense_is_not_started(desk: Desk, new: buying.NewBuying) -> None:
    with pytest.raises(UserError):
        buying.start(desk, new)
    assert buying.listing(desk, every=True) == ()


def test_files_of_a_quote_are_kept_with_it(desk: Desk, tmp_path: Path) -> None:
    paper = tmp_path / "quote.txt"
    paper.write_text("Our price for cleaning", encoding="utf-8")
    row = kit.started(desk)
    quote, _ = buying.add_quote(desk, row, buying.NewQuote("Brightside", came_on=FRIDAY, files=(paper,)))
    buying.change_quote(desk, quote, files=(paper,))
    (line,) = buying.show(desk, row).quotes
    assert [one.name for one in line.files] == ["quote.txt", "quote.txt"]
    assert line.files[0].here


def test_odd_values_from_another_computer_never_crash_a_list(desk: Desk) -> None:
    good = kit.ready(desk)[0]
    with desk.act(ActCode.START_BUYING, subject="an odd program") as act:
        odd = act.create("buying", {
            "title": "", "kind": "gift", "yearly": -5, "months": -9, "option_months": 10**15, "once": 10**17,
            "vat_rate": -3, "route": "magic", "framework_checked": '{"a": 1}', "state": "dreaming", "chosen": b"x" * 16,
            "service": "cleaning", "contract": b"y" * 16, "deal": b"z" * 16, "lease": "castle",
        })  # fmt: skip
        act.fact("weights", {"buying": odd, "price": 40, "parts": '[{"name": 3}, 5, "x"]'})
        act.fact("weights", {"buying": odd})
        quote = act.create("quote", {"buying": odd, "came_on": FRIDAY, "yearly": -7, "files": "[1, {}]"})
        act.fact("opening", {"buying": odd, "quotes": f'[5, null, {{}}, "{quote.hex()}"]'})
        act.fact("mark", {"buying": odd, "quote": quote, "score": 99, "part": "x"})
        act.fact("mark", {"buying": odd})
        act.fact("interest", {"about_table": "buying", "about": odd})
    assert {one.row.id for one in buying.listing(desk, every=True)} == {good, odd}
    view = buying.show(desk, odd)
    assert view.weights is None
    assert view.cheapest == ()
    assert view.line.stage in ("opened", "ready")
    assert [one.line.row.id for one in buying.views(desk)] == [one.row.id for one in buying.listing(desk, every=True)]
