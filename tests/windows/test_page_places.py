"""The page of places by its real widgets: tree, forms, equipment beside it, the site sheet, the drills."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from bursar_desk.domain.operations import Changes
from bursar_desk.services import assets, drills, places, site_sheet
from bursar_desk.services.asset_facts import AssetFacts
from bursar_desk.ui.pages.places import PlacesPage
from bursar_desk.ui.pages.places_detail import AssetPane
from bursar_desk.ui.pages.places_drills import DrillPane
from bursar_desk.ui.pages.places_forms import AssetForm, GonePane, PlaceForm, RemovePlacePane
from bursar_desk.ui.pages.places_labels import LabelsPane
from bursar_desk.ui.pages.places_site import LinePane
from bursar_desk.ui.widgets import NumberField, Picker
from bursar_desk.ui.widgets.readings import Trend
from tests.services.small_school import DAWN, TERRY, Small, without_waiting
from tests.windows.desk_bench import Shown, open_small, settle, window_on
from tests.windows.page_bench import Chosen, cut_off, nameless, press_button, words_of

day = dt.date


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    """A building with two rooms; taps with readings in one of them."""
    without_waiting(monkeypatch)
    made = Small.found(tmp_path)
    made.add("FIRE-19")
    with made.desk(write=True) as desk:
        main = places.add(desk, "Main building", kind="building")[0].id
        hall = places.add(desk, "Hall", parent=main)[0].id
        places.add(desk, "Kitchen", parent=main)
        assets.add(desk, AssetFacts(kind="outlet", name="Tap 1", place=hall))
    made.add("WATR-05", points=["Tap 1, Hall"], readings=[{"name": "Hot", "unit": "°C", "low": 50}])
    for on, value in ((day(2026, 10, 2), 524), (day(2026, 11, 2), 462)):
        made.done("WATR-05", on, point="Tap 1, Hall", readings=f'[{{"name": "Hot", "value": {value}, "unit": "°C"}}]')
    return made


@pytest.fixture
def shown(small: Small) -> Iterator[Shown]:
    with window_on(open_small(small, DAWN)) as made:
        yield made


def page_of(shown: Shown) -> PlacesPage:
    page = shown.page("places")
    assert isinstance(page, PlacesPage)
    return page


def tree_words(page: PlacesPage) -> list[str]:
    return page.tree.words()


def choose(page: PlacesPage, name: str) -> None:
    node = next(one for one in page.data.nodes if one.row.name == name)
    page.choose_place(node.id)
    settle()


def test_the_tree_shows_every_place_and_the_middle_what_is_there(shown: Shown) -> None:
    page = page_of(shown)
    assert tree_words(page) == ["Whole school", "Main building", "Hall", "Kitchen"]
    assert "Tap 1" in words_of(page)
    choose(page, "Kitchen")
    assert "Equipment 0" in words_of(page)
    choose(page, "Main building")
    assert "Equipment 1" in words_of(page)
    assert nameless(page) == []
    assert cut_off(page) == []


def test_a_place_is_added_changed_and_taken_away_from_the_page(shown: Shown) -> None:
    page = page_of(shown)
    choose(page, "Main building")
    press_button(page, "Add place")
    form = page.split.detail
    assert isinstance(form, PlaceForm)
    press_button(form, "Add place")
    assert form.form.row("name").message == "Type the name"
    form.name.setText("Stage")
    press_button(form, "Add place")
    assert tree_words(page) == ["Whole school", "Main building", "Hall", "Kitchen", "Stage"]
    assert shown.frame.undo_bar.text == "Stage added."
    choose(page, "Stage")
    press_button(page, "Change place")
    form = page.split.detail
    assert isinstance(form, PlaceForm)
    form.name.setText("Old stage")
    form.area.setText("40")
    press_button(form, "Save place")
    assert next(one for one in places.tree(shown.desk) if one.row.name == "Old stage").row.floor_area == 40
    choose(page, "Hall")
    press_button(page, "Take place away")
    away = page.split.detail
    assert isinstance(away, RemovePlacePane)
    press_button(away, "Take place away")
    assert "still has 1 piece of equipment" in words_of(away)  # what was typed stays, nothing was written
    away.to.set_key(next(one.id for one in page.data.nodes if one.row.name == "Kitchen"))
    press_button(away, "Take place away")
    assert tree_words(page) == ["Whole school", "Main building", "Kitchen", "Old stage"]
    shown.frame.menu.undo.trigger()
    settle()
    assert "Hall" in tree_words(page)


def test_the_form_asks_what_the_kind_needs_and_gives_the_checks_that_stay_ticked(shown: Shown) -> None:
    page = page_of(shown)
    press_button(page, "Add equipment")
    form = page.split.detail
    assert isinstance(form, AssetForm)
    assert "Lift examination" in "\n".join(one.text() for one in form.ticks.values())
    form.kind.set_key("cooling")
    form.kind.picked.emit("cooling")
    form.name.setText("Server room")
    gas, charge = form.fields["gas"], form.fields["charge_kg"]
    assert isinstance(gas, Picker)
    assert isinstance(charge, NumberField)
    gas.set_key("R410A")
    charge.setText("-3")
    form.ticks["VENT-09"].setChecked(False)
    press_button(form, "Add equipment")
    assert "Charge must be from 0 to 10000 kg" in words_of(form)
    charge.setText("3")
    press_button(form, "Add equipment")
    line = next(one for one in assets.listing(shown.desk) if one.row.name == "Server room")
    assert [one.code for one in line.checks] == ["VENT-08"]
    page.show_asset(line.id)
    settle()
    assert isinstance(page.split.detail, AssetPane)
    assert "6.264 t CO2e" in words_of(page.split.detail)


def test_equipment_shows_its_readings_and_can_be_noted_as_gone(shown: Shown) -> None:
    page = page_of(shown)
    page.show_asset(assets.listing(shown.desk)[0].id)
    settle()
    pane = page.split.detail
    assert isinstance(pane, AssetPane)
    assert "1 reading out of range." in words_of(pane)
    assert "2 Nov: 46.2 °C" in pane.findChildren(Trend)[0].accessibleDescription()
    press_button(pane, "It is gone")
    gone = page.split.detail
    assert isinstance(gone, GonePane)
    gone.why.setText("scrapped")
    press_button(gone, "Note it as gone")
    assert assets.listing(shown.desk) == []
    assert shown.frame.undo_bar.text == "Tap 1 noted as gone."


def test_the_site_sheet_is_written_on_its_page_and_refuses_a_code(shown: Shown) -> None:
    page = page_of(shown)
    page.focus_on(part="site")
    settle()
    assert "Still missing: Turn off here, If this happens, Alarm panel and Keyholders." in words_of(page)
    page.site.edit_wanted.emit(None, "alarm_panel")
    settle()
    form = page.split.detail
    assert isinstance(form, LinePane)
    form.text.setText("Code 4821")
    press_button(form, "Save line")
    assert form.form.row("words").message.startswith("That looks like a code")
    form.text.setText("Main entrance, right-hand wall")
    press_button(form, "Save line")
    assert [one.words for one in site_sheet.lines(shown.desk)] == ["Main entrance, right-hand wall"]
    assert nameless(page) == []


def test_several_sites_have_a_sheet_each_and_lines_for_all(shown: Shown, tmp_path: Path) -> None:
    for name in ("Mill Lane", "Hill Street"):
        places.add(shown.desk, name, kind="site")
    mill, hill = places.find(shown.desk, "Mill Lane"), places.find(shown.desk, "Hill Street")
    site_sheet.add(shown.desk, "isolation", "Gas: yard, blue door", site=mill)
    site_sheet.add(shown.desk, "isolation", "Water: under the stairs", site=hill)
    site_sheet.add(shown.desk, "emergency", "Gas smell: 0800 111 999, then out")
    page = page_of(shown)
    page.files = Chosen(tmp_path)  # type: ignore[assignment]  # stands for the system's dialog
    page.focus_on(part="site")
    settle()
    picker = next(one for one in page.site.findChildren(Picker) if one.accessibleName() == "Site of the sheet")
    picker.set_key(hill)
    picker.picked.emit(hill)
    settle()
    said = words_of(page.site)
    assert "Water: under the stairs" in said
    assert "Gas smell" in said
    assert "blue door" not in said
    press_button(page, "Save the sheet")
    assert (tmp_path / "site-sheet.pdf").read_bytes().startswith(b"%PDF")
    page.site.edit_wanted.emit(None, "alarm_panel")
    settle()
    form = page.split.detail
    assert isinstance(form, LinePane)
    form.text.setText("Front porch")
    press_button(form, "Save line")
    assert next(one for one in site_sheet.lines(shown.desk) if one.kind == "alarm_panel").place == hill


def test_a_drill_is_logged_on_its_page_and_marks_its_check_done(shown: Shown, small: Small) -> None:
    page = page_of(shown)
    page.focus_on(part="drills")
    settle()
    press_button(page, "Log a drill")
    form = page.split.detail
    assert isinstance(form, DrillPane)
    form.took.setText("3:71")
    press_button(form, "Log drill")
    assert form.form.row("seconds").message
    form.took.setText("3:41")
    form.led_by.setText(TERRY)
    press_button(form, "Log drill")
    assert drills.listing(shown.desk)[0].seconds == 221
    assert "3:41" in words_of(page)
    assert "Held" in [one.word for one in page.data.terms]


def test_papers_are_saved_where_the_person_says(shown: Shown, tmp_path: Path) -> None:
    page = page_of(shown)
    chosen = Chosen(tmp_path)
    page.files = chosen  # type: ignore[assignment]  # stands for the system's dialog
    for words, name in (("Stocktake", "stocktake.pdf"), ("Asbestos list", "asbestos.pdf")):
        press_button(page, words)
        assert (tmp_path / name).read_bytes().startswith(b"%PDF"), words
    assert shown.frame.undo_bar.text.startswith("asbestos.pdf is saved")


def test_labels_begin_where_the_sheet_was_used_up_and_a_test_print_shows_the_edges(
    shown: Shown, tmp_path: Path
) -> None:
    page = page_of(shown)
    page.files = Chosen(tmp_path)  # type: ignore[assignment]  # stands for the system's dialog
    press_button(page, "Labels")
    form = page.split.detail
    assert isinstance(form, LabelsPane)
    assert nameless(form) == []
    form.start.setText("22")
    press_button(form, "Save labels")
    assert "Type a number from 1 to 21." in words_of(form)
    form.stock.set_key("L7159")
    form.start.setText("24")
    press_button(form, "Save labels")
    assert shown.frame.undo_bar.text == "labels.pdf is saved, 2 pages."
    assert page.split.detail is form, "the test print comes before the real one"
    form.outlines.setChecked(True)
    press_button(form, "Save labels")
    assert (tmp_path / "labels-test.pdf").stat().st_size > (tmp_path / "labels.pdf").stat().st_size


def test_the_form_of_equipment_says_what_becomes_of_the_check_for_all_of_a_kind(shown: Shown, small: Small) -> None:
    small.add("WAHT-01")
    shown.context.acted(Changes(frozenset({"school_check"})), "")
    page = page_of(shown)
    press_button(page, "Add equipment")
    form = page.split.detail
    assert isinstance(form, AssetForm)
    form.kind.set_key("ladder")
    form.kind.picked.emit("ladder")
    settle()
    assert "Ladders and steps entered so far: 0. This one takes over" in words_of(form)
    form.name.setText("Steps 1")
    press_button(form, "Add equipment")
    press_button(page, "Add equipment")
    form = page.split.detail
    assert isinstance(form, AssetForm)
    form.kind.set_key("ladder")
    form.kind.picked.emit("ladder")
    settle()
    said = words_of(form)
    assert "entered so far: 1. Checks for any others begin when they are entered." in said
    assert "takes over" not in said
