"""Savings of real schools through files, deals among them, and prices like for like at the cluster’s office."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bursar_desk.domain import savings_rules as rules
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.services import deals, prices, savings
from bursar_desk.services.savings import NewSaving
from bursar_desk.services.savings_shapes import SavingLine, Sums
from tests.services.buying_world import COPIES, NOW, OFFER, ON, World
from tests.storage.workbench import Bench

NEW = NewSaving(
    "Photocopiers", "recurring", 240_000, dt.date(2026, 3, 1), "Invoice 17", 200_000, "Order 4", dt.date(2026, 9, 1),
    service="photocopiers",
)  # fmt: skip


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    with Bench.open(tmp_path, monkeypatch) as bench:
        yield World.begin(bench)


# --- the ledger -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("news", [{"before_document": " "}, {"before_on": None}])
def test_a_saving_without_a_dated_document_is_refused_in_words(world: World, news: dict[str, object]) -> None:
    desk = world.desks[0]
    with pytest.raises(UserError) as told:
        savings.add(desk, replace(NEW, **news))  # type: ignore[arg-type]  # each row names a field of it
    assert "No saving without a dated baseline document." in str(told.value.title)
    assert savings.school_savings(desk).lines == ()


def test_what_can_be_no_saving_is_refused(world: World) -> None:
    desk = world.desks[0]
    for news in (
        {"title": " "}, {"before_on": dt.date(2027, 6, 2)}, {"after_from": ""}, {"kind": "weekly"},
        {"last": dt.date(2026, 8, 1)}, {"service": "witchcraft"},
    ):
        with pytest.raises(UserError):
            savings.add(desk, replace(NEW, **news))
    with pytest.raises(UserError):
        savings.add(world.office, NEW)
    assert savings.cluster(world.office).schools == () or not savings.cluster(world.office).sums.whole


def test_a_row_of_another_program_without_a_baseline_never_appears_as_a_saving(world: World) -> None:
    desk = world.desks[0]
    with desk.act(ActCode.ADD_SAVING, subject="odd") as act:
        row = act.create("saving", {"title": "Odd", "kind": "recurring", "before": 10**9, "after": 0,
                                    "after_from": "Somewhere", "first": ON})  # fmt: skip
        act.create("saving", {"title": "Worse", "kind": "yearly", "before": -5, "before_on": dt.date(1971, 1, 1),
                              "before_document": "x", "after": -(10**12), "after_from": "y",
                              "first": dt.date(2199, 1, 1), "last": dt.date(1971, 1, 1)})  # fmt: skip
    view = savings.school_savings(desk)
    assert view.lines == ()
    assert {one.title for one in view.left_out} == {"Odd", "Worse"}
    assert view.sums == Sums()
    with pytest.raises(UserError, match="not counted"):
        savings.get(desk, row)
    with pytest.raises(UserError, match="cannot be confirmed"):
        savings.confirm(desk, row, "Clare Brennan")


def test_nobody_confirms_their_own_saving_and_a_change_takes_a_confirmation_away(world: World) -> None:
    desk = world.desks[0]
    line, changes = savings.add(desk, NEW)
    assert changes.tables == {"saving"}
    assert (line.confidence, line.words, line.said_by) == (rules.ESTIMATE, "saves £400 a year", "Dawn Hill")
    with pytest.raises(UserError, match="somebody else"):
        savings.confirm(desk, line.id, "dawn  hill")
    line, _ = savings.confirm(desk, line.id, "Clare Brennan")
    assert line.confidence_words == "Confirmed by Clare Brennan, 1 Jun 2027"
    line, _ = savings.change(desk, line.id, note="Nothing that counts")
    assert line.confidence == rules.CONFIRMED
    line, _ = savings.change(desk, line.id, after=250_000)
    assert (line.confidence, line.words, line.loses) == (rules.ESTIMATE, "costs £100 more a year", True)


def test_a_change_refused_leaves_everything_as_it_was(world: World) -> None:
    desk = world.desks[0]
    line, _ = savings.add(desk, NEW)
    with pytest.raises(UserError, match="baseline"):
        savings.change(desk, line.id, before_document="")
    assert savings.get(desk, line.id) == line
    with pytest.raises(UserError):
        savings.change(world.desks[1], line.id, after=1)


def test_the_cluster_is_the_sum_of_its_schools_and_one_that_loses_is_shown(world: World) -> None:
    savings.add(world.desks[0], NEW)
    savings.add(world.desks[1], replace(NEW, title="Broadband", after=290_000, last=dt.date(2027, 8, 31)))
    savings.add(world.desks[2], replace(NEW, title="Set-up fee", kind="once", after=0, service=""))
    world.exchange()
    view = savings.cluster(world.office)
    own = [savings.school_savings(desk) for desk in world.schools]
    assert {one.school: one.sums for one in view.schools} == {one.school: one.sums for one in own}
    for name in ("a_year", "once", "so_far", "whole", "confirmed", "estimated", "worked_out"):
        assert getattr(view.sums, name) == sum(getattr(one.sums, name) for one in own), name
    assert sum(pence for _, pence in view.years) == view.sums.whole
    assert [one.name for one in view.losing] == ["Teresa"]
    assert view.sums.a_year == 40_000 - 50_000
    assert view.sums.once == 240_000
    kinds = {year.kind for year, _ in view.years}
    assert kinds == {"maintained", "academy"}


def test_the_line_for_governors_counts_this_money_year_only(world: World) -> None:
    desk = world.desks[0]
    with desk.store.connect() as con:
        assert savings.governors_line(desk, con, desk.home, ON) == (None, "No savings are written down.")
    savings.add(desk, replace(NEW, before=240_000, after=120_000))
    with desk.store.connect() as con:
        pence, said = savings.governors_line(desk, con, desk.home, dt.date(2027, 5, 31))
    assert pence == 20_000  # two months of the year that began in April
    assert said == "In 2027-28 (April to March) so far, by contracts and deals, against what was paid before."


@st.composite
def lines(draw: st.DrawFn) -> SavingLine:
    """A line as the ledger reckons it, of one of three schools."""
    school = draw(st.sampled_from([b"a", b"b", b"c"]))
    kind = draw(st.sampled_from([rules.RECURRING, rules.ONCE]))
    first = draw(st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)))
    last = draw(st.none() | st.integers(0, 2000).map(lambda n: first + dt.timedelta(days=n)))
    rule = rules.Saving(b"", school, kind, first, last, draw(st.integers(0, 10**7)), draw(st.integers(0, 10**7)))
    year = "academy" if school == b"c" else "maintained"
    through = rules.until(rule, ON, year)
    return SavingLine(
        draw(st.binary(min_size=16, max_size=16)), school, "", "T", "", "", kind, first, last, through, rule.before, ON,
        "Invoice", rule.after, "Order", rule.each, rules.amount(rule, ON), rules.amount(rule, through),
        rules.by_years(rule, through, year), rules.in_force(rule, ON),
        draw(st.sampled_from([rules.CONFIRMED, rules.ESTIMATE, rules.WORKED_OUT])),
    )  # fmt: skip


@given(st.lists(lines(), max_size=12))
def test_the_sum_of_the_cluster_is_that_of_its_schools_and_its_years_add_up(found: list[SavingLine]) -> None:
    schools = [savings.sums_of([one for one in found if one.school == school]) for school in (b"a", b"b", b"c")]
    whole = sum(schools, Sums())
    assert whole == savings.sums_of(found)
    for one in (*schools, whole):
        assert sum(pence for _, pence in one.years) == one.whole
        assert one.confirmed + one.estimated + one.worked_out == one.whole


# --- deals ------------------------------------------------------------------------------------------------------------


def test_a_deal_saves_by_its_own_figures_once_and_only_when_it_is_signed(world: World) -> None:
    world.propose()
    savings.add(world.desks[0], replace(NEW, title="Grounds by hand", deal=world.deal))
    assert [one.derived for one in savings.school_savings(world.desks[0]).lines] == [False]
    world.sign()
    world.at(dt.date(2027, 12, 1))
    view = savings.school_savings(world.desks[0])
    (line,) = view.lines
    share = next(one for one in deals.show(world.desks[0], world.deal).rows if one.school == world.desks[0].home)
    assert (line.derived, line.before, line.after) == (True, NOW[0], share.would_pay)
    assert line.each == share.difference
    assert line.baseline_words == "Invoice 1180, 2 Apr 2027"
    assert [(one.title, "twice" in one.why) for one in view.left_out] == [("Grounds by hand", True)]
    with pytest.raises(UserError, match="in the ledger already"):
        savings.add(world.desks[0], replace(NEW, deal=world.deal))
    savings.add(world.desks[0], replace(NEW, title="Fee", kind="once", deal=world.deal))
    assert len(savings.school_savings(world.desks[0]).lines) == 2


def test_a_school_that_pays_more_in_a_deal_loses_in_the_ledger_and_the_sum_says_so(world: World) -> None:
    world.propose()
    world.sign()
    world.at(dt.date(2027, 12, 1))
    view = savings.cluster(world.office)
    by_name = {one.name: one for one in view.schools}
    shares = {one.school: one for one in deals.show(world.office, world.deal).rows}
    for one in view.schools:
        assert one.sums.a_year == shares[one.school].difference
    assert view.sums.a_year == sum(NOW) - OFFER
    assert any(one.dearer for one in shares.values())
    assert [one.name for one in view.losing] == [name for name, one in by_name.items() if one.sums.a_year < 0]


def test_a_school_that_leaves_saves_to_its_last_day_and_no_longer(world: World) -> None:
    world.propose()
    world.sign()
    world.at(dt.date(2028, 2, 29))
    deals.leave(world.desks[0], world.deal, body="Governing body", minute_ref="9/1")
    (line,) = savings.school_savings(world.desks[0]).lines
    assert line.last == dt.date(2028, 8, 29)
    world.at(dt.date(2028, 9, 1))
    (line,) = savings.school_savings(world.desks[0]).lines
    assert line.running is False
    assert line.so_far == line.whole == sum(pence for _, pence in line.years)


# --- prices -----------------------------------------------------------------------------------------------------------


def test_one_supplier_under_three_names_is_compared_like_for_like(world: World) -> None:
    world.copiers()
    world.exchange()
    (one,) = prices.like_for_like(world.office).comparisons
    assert (one.service, one.unit) == ("photocopiers", "device")
    assert [(row.name, row.unit_pence) for row in one.rows] == [
        ("Teresa", 49_500), ("Lourdes", 60_000), ("Joseph", 90_100),
    ]  # fmt: skip
    assert (one.lowest, one.middle, one.highest) == (49_500, 60_000, 90_100)
    assert one.worth_lowest == sum(COPIES) - 49_500 * 18
    assert one.worth_middle == sum(COPIES) - 60_000 * 18
    assert one.dearer == ("Teresa",)
    assert [row.name for row in one.gains] == ["Joseph", "Lourdes"]
    assert "Estimate" in one.worth_words
    assert one.terms_differ == ()


def test_what_is_not_alike_is_not_compared(world: World) -> None:
    world.contract(0, "Copiers", "Copyline", "photocopiers", 100_000, more={"unit": "device", "units": 4})
    world.contract(1, "Copiers by pupil", "Copyline", "photocopiers", 100_000, more={"unit": "pupil"})
    world.contract(1, "Broadband", "Copyline", "broadband", 100_000)
    world.contract(2, "No number", "Copyline", "photocopiers", 100_000)
    world.contract(2, "A draft", "Copyline", "photocopiers", 1, draft=True, more={"unit": "device", "units": 1})
    world.exchange()
    found = prices.like_for_like(world.office)
    assert found.comparisons == ()
    assert [(one.title, one.why) for one in found.left_out] == [
        ("No number", "The number of devices is not known."),
    ]  # fmt: skip


def test_pupils_come_from_the_school_and_a_desk_of_one_school_compares_nothing(world: World) -> None:
    for n, yearly in enumerate((230_000, 236_000, 901_000)):
        world.contract(n, "Broadband", "Northlink", "broadband", yearly)
    world.exchange()
    (one,) = prices.like_for_like(world.office).comparisons
    assert [(row.name, row.units, row.unit_pence) for row in one.rows] == [
        ("Joseph", 901, 1000), ("Lourdes", 230, 1000), ("Teresa", 118, 2000),
    ]  # fmt: skip
    assert one.worth_lowest == 118_000
    assert prices.like_for_like(world.desks[0]).comparisons == ()
