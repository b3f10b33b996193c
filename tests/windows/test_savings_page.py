"""Savings and prices by their real widgets: baselines, losses, confirming, the cluster's sum, like for like."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from bursar_desk.services import contracts, merging, savings, sharing
from bursar_desk.services.contracts_shapes import NewContract
from bursar_desk.services.desk import Desk
from bursar_desk.services.prices_shapes import Comparison, Prices, SchoolPrice
from bursar_desk.services.sample import SampleMade
from bursar_desk.services.savings_shapes import NewSaving
from bursar_desk.ui.pages.deals import DealsPage
from bursar_desk.ui.pages.savings import SavingsPart
from bursar_desk.ui.pages.savings_detail import SavingPane, SchoolSavingsPane
from bursar_desk.ui.pages.savings_forms import ConfirmPane, SavingForm
from bursar_desk.ui.pages.savings_prices import PricesPane, PricesPart
from bursar_desk.ui.status_marks import OVERDUE, StatusChip
from tests.services import neighbours
from tests.services.sample_fixture import ON, SECONDARY, STORY, register_of
from tests.services.small_school import without_waiting
from tests.windows.desk_bench import Shown, press, settle, window_on
from tests.windows.page_bench import buttons, cut_off, desk_of, nameless, press_button, words_of


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SampleMade:
    without_waiting(monkeypatch)
    return neighbours.copied(neighbours.founded(), tmp_path / "registers")


@pytest.fixture
def shown(made: SampleMade) -> Iterator[Shown]:
    with window_on(desk_of(made, STORY)) as one:
        yield one


def part_of(shown: Shown, key: str = "savings") -> tuple[DealsPage, SavingsPart]:
    page = shown.page("deals")
    assert isinstance(page, DealsPage)
    page.show_part(key)
    settle()
    return page, page.parts[key]  # type: ignore[return-value]  # the part asked for


def saving(title: str, before: int, after: int, kind: str = "recurring") -> NewSaving:
    return NewSaving(
        title, kind, before, dt.date(2026, 3, 2), "Invoice 88", after, "the new contract", dt.date(2026, 9, 1),
        None if kind == "once" else dt.date(2027, 8, 31),
    )  # fmt: skip


def put(desk: Desk, *news: NewSaving) -> list[bytes]:
    return [savings.add(desk, one)[0].id for one in news]


def test_a_saving_is_written_down_only_with_its_dated_document(shown: Shown) -> None:
    page, part = part_of(shown)
    assert part.bare
    press_button(part, "Add a saving")
    form = page.split.detail
    assert isinstance(form, SavingForm)
    form.name.setText("Photocopiers")
    form.before.setText("2400")
    form.after.setText("1,850.50")
    form.after_from.setText("contract with Copyline")
    form.first.set_day(dt.date(2026, 9, 1))
    form.save()
    assert "Name the bill, contract or letter." in words_of(form)
    assert "Enter a date for “Date on that document”." in words_of(form)
    assert part.bare
    form.before_document.setText("Invoice 4471")
    form.before_on.set_day(dt.date(2026, 6, 30))
    form.save()
    settle()
    (line,) = savings.school_savings(shown.desk).lines
    assert (line.title, line.each, line.before_document) == ("Photocopiers", 54_950, "Invoice 4471")
    assert "Invoice 4471, 30 Jun 2026" in words_of(part)
    assert "saves £549.50 a year" in words_of(part)
    assert nameless(page) == []
    assert cut_off(page) == []


def test_one_off_money_stands_apart_and_a_loss_is_said_in_words_with_its_red_shape(shown: Shown) -> None:
    put(shown.desk, saving("Photocopiers", 240_000, 180_000), saving("Broadband", 90_000, 102_000),
        saving("Old boiler sold", 30_000, 0, "once"))  # fmt: skip
    _, part = part_of(shown)
    assert "saves £600.00 a year" in words_of(part.recurring)
    assert "Old boiler sold" not in words_of(part.recurring)
    assert "saves £300.00 once" in words_of(part.once)
    chips = {one.text: one for one in part.recurring.findChildren(StatusChip)}
    assert chips["Costs more"]._look is OVERDUE
    assert "costs £120.00 more a year" in words_of(part.recurring)
    assert "saves £480" in words_of(part.sums)


def test_a_loss_overall_is_shown_as_one(shown: Shown) -> None:
    put(shown.desk, saving("Broadband", 90_000, 102_000))
    _, part = part_of(shown)
    sums = [one.text for one in part.sums.findChildren(StatusChip)]
    assert "costs £120 more" in sums


def test_somebody_else_confirms_and_a_change_of_money_takes_it_away(shown: Shown) -> None:
    (row,) = put(shown.desk, saving("Photocopiers", 240_000, 180_000))
    page, part = part_of(shown)
    press_button(part, "Show saving")
    pane = page.split.detail
    assert isinstance(pane, SavingPane)
    assert "Invoice 88, dated Monday 2 March 2026." in words_of(pane)
    press_button(pane, "Confirm saving")
    form = page.split.detail
    assert isinstance(form, ConfirmPane)
    form.by.setText(shown.desk.who)
    form.save()
    assert "so somebody else confirms it." in words_of(form)
    form.by.setText("Ann Lee")
    form.save()
    settle()
    line = savings.get(shown.desk, row)
    assert (line.confidence, line.confirmed_by) == ("confirmed", "Ann Lee")
    assert "Confirmed by Ann Lee" in words_of(part)
    part.show_one(line)
    press_button(page.split.detail, "Change saving")  # type: ignore[arg-type]  # the pane of the line
    change = page.split.detail
    assert isinstance(change, SavingForm)
    assert change.before.text() == "2400.00"
    assert not change.touched
    change.after.setText("1900")
    change.save()
    settle()
    line = savings.get(shown.desk, row)
    assert (line.each, line.confidence) == (50_000, "estimate")


def test_the_cluster_is_the_sum_of_the_schools_and_an_office_writes_none(made: SampleMade, tmp_path: Path) -> None:
    office = register_of(made, role="cluster")
    for urn, after in ((STORY, 180_000), (SECONDARY, 250_000)):
        with desk_of(made, urn) as desk:
            put(desk, saving("Photocopiers", 240_000, after))
            sharing.export(desk, tmp_path / f"{urn}.bursar", [office.school_id])
    with desk_of(made, role="cluster") as desk:
        merging.merge(desk, sorted(tmp_path.glob("*.bursar")))
    with window_on(desk_of(made, role="cluster")) as shown:
        page, part = part_of(shown)
        data = part.data.cluster
        assert data.sums.a_year == sum(one.sums.a_year for one in data.schools) == 50_000
        said = words_of(part.schools)
        assert "All 2 schools" in said
        assert "saves £500" in said
        assert "costs £100 more" in {one.text for one in part.schools.findChildren(StatusChip)}
        assert "Add a saving" not in buttons(page)
        press_button(part, "Show savings")
        assert isinstance(page.split.detail, SchoolSavingsPane)
        assert "Before: Invoice 88, 2 Mar 2026." in words_of(page.split.detail)


def test_the_keyboard_alone_adds_a_saving_and_leaves_the_form(shown: Shown) -> None:
    page, part = part_of(shown)
    press(page, Qt.Key.Key_N, ctrl=True)
    form = page.split.detail
    assert isinstance(form, SavingForm)
    assert form.name.hasFocus()
    press(form, Qt.Key.Key_Escape)
    assert page.split.detail is None
    assert part.bare


def prices() -> Prices:
    rows = (
        SchoolPrice(b"a" * 16, "St Gregory’s", (b"1",), "Copiers", 120_000, 200, "the contract", None, "31 Aug 2027",
                    "3 months", 0, 12_000),
        SchoolPrice(b"b" * 16, "St Teresa’s", (b"2",), "Copiers", 90_000, 100, "the contract", None, "31 Mar 2027",
                    "1 month", 30_000, -12_000),
    )  # fmt: skip
    one = Comparison(
        "Copyline", "photocopiers", "Photocopiers", "device", rows, 600, 750, 900, 30_000, 0,
        ("Ends: St Gregory’s 31 Aug 2027; St Teresa’s 31 Mar 2027.",), ("St Teresa’s",),
    )  # fmt: skip
    return Prices(ON, (one,), (), 2)


def test_the_same_supplier_at_different_prices_stands_school_by_school(
    shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bursar_desk.ui.pages.savings_prices.prices.like_for_like", lambda _desk: prices())
    page, _ = part_of(shown, "prices")
    part = page.parts["prices"]
    assert isinstance(part, PricesPart)
    said = words_of(part)
    assert "From £6.00 to £9.00 a device a year, £7.50 in the middle." in said
    assert "Nobody has offered either price." in said
    press_button(part, "Compare prices")
    pane = page.split.detail
    assert isinstance(pane, PricesPane)
    told = words_of(pane)
    expected = (
        "saves £300 a year", "£900.00 a year for 100, by the contract.", "At the lowest price it saves £300.",
        "At the middle price St Teresa’s would pay more than now.", "Ends: St Gregory’s 31 Aug 2027",
    )  # fmt: skip
    for text in expected:
        assert text in told
    assert told.index("St Gregory’s") < told.index("St Teresa’s")
    assert nameless(page) == []
    assert cut_off(page) == []


def test_prices_come_from_the_contracts_held_here(made: SampleMade, tmp_path: Path) -> None:
    office = register_of(made, role="cluster")
    for urn, devices, yearly in ((STORY, 200, 120_000), (SECONDARY, 100, 90_000)):
        with desk_of(made, urn) as desk:
            contracts.add(desk, NewContract(
                "Copiers", None, "Copyline", "photocopiers", dt.date(2026, 9, 1), months=12, yearly=yearly,
                more={"unit": "device", "units": devices},
            ))  # fmt: skip
            sharing.export(desk, tmp_path / f"{urn}.bursar", [office.school_id])
    with desk_of(made, role="cluster") as desk:
        merging.merge(desk, sorted(tmp_path.glob("*.bursar")))
    with window_on(desk_of(made, role="cluster")) as shown:
        page, _ = part_of(shown, "prices")
        part = page.parts["prices"]
        assert part.data.schools == 2
        assert part.data.left_out == ()
        (one,) = part.data.comparisons
        assert [(row.yearly, row.units, row.unit_pence) for row in one.rows] == [
            (120_000, 200, 600), (90_000, 100, 900),
        ]  # fmt: skip
        assert (one.lowest, one.middle, one.highest, one.worth_lowest) == (600, 750, 900, 30_000)
        assert "From £6.00 to £9.00 a device a year, £7.50 in the middle." in words_of(part)
        assert part.note() == "contracts of 2 schools"
        assert part.action() is None


def test_one_school_alone_has_no_price_to_compare(shown: Shown) -> None:
    page, _ = part_of(shown, "prices")
    part = page.parts["prices"]
    assert (part.data.schools, part.data.comparisons, part.data.left_out) == (0, (), ())
    assert "Nothing to compare yet" in words_of(part)
    assert part.action() is None
