"""The site: its emergency sheet, labels, stocktake, asbestos list, water log and drills, from records to paper."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from bursar_desk.domain.errors import UserError
from bursar_desk.services import asbestos, asset_papers, assets, drills, history, places, site_sheet, stocktake, water
from bursar_desk.services.asset_facts import AssetFacts
from bursar_desk.services.asset_papers import LabelsAsked
from bursar_desk.services.checks import detail, listing
from bursar_desk.services.desk import Desk
from bursar_desk.services.recording import NewDefect
from reports.labels import STOCKS, Label, make_pdf
from reports.stocktake import make_result, make_sheet
from tests.services.small_school import FRIDAY, Small, without_waiting

day = dt.date


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    without_waiting(monkeypatch)
    return Small.found(tmp_path)


def rooms(desk: Desk) -> dict[str, bytes]:
    made: dict[str, bytes] = {}
    for name, kind, inside in (("Main", "building", ""), ("Boiler room", "room", "Main"), ("Hall", "room", "Main"),
                               ("Annexe", "building", "")):  # fmt: skip
        made[name] = places.add(desk, name, kind=kind, parent=made.get(inside))[0].id
    return made


# --- drills ---


def test_a_drill_is_one_act_with_its_record_and_its_fault(small: Small) -> None:
    small.add("FIRE-19")
    with small.desk(write=True) as desk:
        made = drills.log(desk, drills.NewDrill(
            on=day(2026, 10, 8), minute=615, seconds=220, headcount=212, missing=0, issues="Kitchen door stuck",
            faults=(NewDefect("Kitchen exit door sticks", "high"),),
        ))  # fmt: skip
        row = drills.listing(desk)[0]
        assert row.record == made.record
        assert (row.seconds, row.headcount, row.issues) == (220, 212, "Kitchen door stuck")
        seen = detail(desk, small.checks["FIRE-19"])
        assert [(one.on, one.outcome) for one in seen.history] == [(day(2026, 10, 8), "satisfactory_with_actions")]
        assert [one.title for one in seen.defects] == ["Kitchen exit door sticks"]
        assert seen.line.legal_due == day(2027, 3, 25)  # autumn is met
        history.undo(desk, None)
        assert drills.listing(desk) == []
        assert detail(desk, small.checks["FIRE-19"]).history == ()


def test_a_drill_with_somebody_missing_fails_and_opens_a_fault_by_itself(small: Small) -> None:
    small.add("FIRE-19")
    with small.desk(write=True) as desk:
        made = drills.log(desk, drills.NewDrill(on=FRIDAY, headcount=200, missing=2))
        assert len(made.defects) == 1
        seen = detail(desk, small.checks["FIRE-19"])
        assert seen.history[0].outcome == "unsatisfactory"
        assert seen.defects[0].title == "Fire drill: 2 people missing"


def test_a_drill_without_its_check_is_logged_and_says_so(small: Small) -> None:
    with small.desk(write=True) as desk:
        made = drills.log(desk, drills.NewDrill(on=FRIDAY, kind="lockdown", seconds=90))
        assert made.record is None
        assert "not among your checks" in made.sentence


def test_drills_are_counted_for_each_term(small: Small) -> None:
    with small.desk(on=day(2027, 4, 13), write=True) as desk:
        for on in (day(2026, 10, 8), day(2026, 11, 2), day(2027, 4, 12)):
            drills.log(desk, drills.NewDrill(on=on))
        counts = drills.per_term(desk)
        assert [(one.term, one.held, one.word) for one in counts] == [
            ("Autumn term 2026", 2, "Held"), ("Spring term 2027", 0, "Missed"), ("Summer term 2027", 1, "Held"),
        ]  # fmt: skip


def test_a_drill_recorded_as_its_check_alone_counts_once(small: Small) -> None:
    small.add("FIRE-19")
    small.done("FIRE-19", day(2026, 9, 24))
    with small.desk(write=True) as desk:
        drills.log(desk, drills.NewDrill(on=day(2026, 11, 2)))
        assert [(one.term, one.held) for one in drills.per_term(desk)][-1] == ("Autumn term 2026", 2)


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [("3:40", 220), ("3.40", 220), ("12:05", 725), ("4", 240), ("4 min", 240), ("90 s", 90), ("3:4", None),
     ("3:61", None), ("", None), ("soon", None)],
)  # fmt: skip
def test_minutes_and_seconds_are_read_as_people_type_them(typed: str, seconds: int | None) -> None:
    assert drills.read_seconds(typed) == seconds


def test_drills_that_cannot_be_are_refused(small: Small) -> None:
    with small.desk(write=True) as desk:
        for new in (
            drills.NewDrill(on=day(2030, 1, 1)), drills.NewDrill(on=FRIDAY, seconds=0),
            drills.NewDrill(on=FRIDAY, headcount=3, missing=4), drills.NewDrill(on=FRIDAY, kind="flood"),
        ):  # fmt: skip
            with pytest.raises(UserError):
                drills.log(desk, new)
        assert drills.listing(desk) == []


# --- asbestos ---


def test_the_items_of_a_place_include_its_rooms_and_what_it_is_a_part_of(small: Small) -> None:
    with small.desk(write=True) as desk:
        made = rooms(desk)
        for name, where in (("Tiles", "Boiler room"), ("Lagging", "Hall"), ("Roof", "Main"), ("Panel", "Annexe")):
            facts = {"looked_on": "2026-05-01", "months": "6", "product": name}
            assets.add(desk, AssetFacts(kind="asbestos", name=name, place=made[where], facts=facts), checks=())
        found = {one.product: one.around for one in asbestos.items(desk, made["Boiler room"])}
        assert found == {"Tiles": False, "Roof": True}
        assert {one.product for one in asbestos.items(desk, made["Main"])} == {"Tiles", "Lagging", "Roof"}
        assert len(asbestos.items(desk)) == 4
        tiles = asbestos.items(desk)[0]
        assert (tiles.again, tiles.late) == (day(2026, 11, 1), True)


def test_an_item_looked_at_more_often_sets_the_interval_of_its_own_check(small: Small) -> None:
    small.add("ASBE-02")
    small.done("ASBE-02", day(2026, 10, 1))
    with small.desk(write=True) as desk:
        assets.add(desk, AssetFacts(kind="asbestos", name="Tiles", facts={"months": "6"}))
        assert next(one for one in listing(desk).lines if one.code == "ASBE-02").legal_due == day(2027, 4, 1)
        assert asbestos.items(desk)[0].again == day(2027, 4, 1)


def test_a_register_without_items_never_says_there_is_none(small: Small, tmp_path: Path) -> None:
    with small.desk() as desk:
        made = asset_papers.write_asbestos(desk, tmp_path / "list.pdf")
    assert made.figures["items"] == "0"
    assert made.file.read_bytes().startswith(b"%PDF")


# --- water ---


def test_the_flushing_log_names_each_gap_and_never_the_week_that_is_not_over(small: Small) -> None:
    small.add("WATR-03", points=["Shower", "Tap 9"], points_mode="each")
    for on, point in ((2, "Shower"), (2, "Tap 9"), (9, "Shower")):
        small.done("WATR-03", day(2026, 11, on), point=point)
    with small.desk() as desk:
        log = water.flushing(desk, day(2026, 11, 2), FRIDAY)
    assert [(week.monday, week.missing) for week in log.gaps] == [(day(2026, 11, 9), ("Tap 9",))]
    assert [len(week.done) for week in log.weeks] == [2, 1, 0]
    assert log.weeks[-1].future


def test_readings_are_followed_with_their_band(small: Small) -> None:
    small.add("WATR-05", points=["Tap 1", "Tap 2"], readings=[{"name": "Hot", "unit": "°C", "low": 50}])
    for on, point, value in ((2, "Tap 1", 524), (9, "Tap 1", 462), (10, "Tap 2", 510)):
        small.done("WATR-05", day(2026, 11, on), point=point,
                   readings=f'[{{"name": "Hot", "value": {value}, "unit": "°C"}}]')  # fmt: skip
    with small.desk() as desk:
        line = water.trend(desk, small.checks["WATR-05"], "Tap 1")[0]
        assert [(one.value, one.good) for one in line.values] == [(Decimal("52.4"), True), (Decimal("46.2"), False)]
        assert (line.low, line.high, line.out_of_band) == (Decimal(50), None, 1)
        assert len(water.trend(desk, small.checks["WATR-05"])[0].values) == 3


def test_outlets_can_be_listed_by_their_marks(small: Small) -> None:
    with small.desk(write=True) as desk:
        for name, facts in (("A", {"low_use": "yes"}), ("B", {"sentinel": "nearest"}), ("C", {})):
            assets.add(desk, AssetFacts(kind="outlet", name=name, facts=facts))
        assert [one.row.name for one in water.outlets(desk)] == ["A", "B", "C"]
        assert [one.row.name for one in water.outlets(desk, low_use=True)] == ["A"]
        assert [one.row.name for one in water.outlets(desk, sentinel=True)] == ["B"]


# --- the emergency sheet ---


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("alarm_panel", "Main entrance, 4821"), ("alarm_panel", "Code: 4821"), ("keys", "Key safe 90210 by the door"),
        ("hazard", "Gate code 1234#"), ("keyholder", "Dawn Hill, 14 Mill Lane"), ("keyholder", "Dawn, FY4 2RS"),
        ("emergency", "Pupil Tom Smith has an inhaler"), ("isolation", " "), ("nonsense", "Water"),
        ("alarm_panel", "PIN is 9 8 7 6"), ("hazard", "x" * 301),
    ],
)  # fmt: skip
def test_what_looks_like_a_secret_is_refused(kind: str, words: str) -> None:
    assert site_sheet.refusal(kind, words)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("alarm_panel", "Fire alarm panel: main entrance lobby, 0161 496 0100"), ("keyholder", "Dawn: 07700 900123"),
        ("emergency", "Gas smell: 0800 111 999, then out"), ("isolation", "Water: Boiler room, valve 3"),
        ("contractor", "Plumber: Hart & Sons, 0161 496 0111"), ("keys", "Signed out at the office"),
        ("hazard", "Highway code boards stored in the loft"),
    ],
)  # fmt: skip
def test_ordinary_lines_are_not_refused(kind: str, words: str) -> None:
    assert site_sheet.refusal(kind, words) == ""


def test_lines_are_added_changed_and_taken_away_and_print_on_one_page(small: Small) -> None:
    with small.desk(write=True) as desk:
        assert site_sheet.missing(site_sheet.lines(desk))
        for kind in site_sheet.KINDS:
            site_sheet.add(desk, kind.code, kind.example)
        assert site_sheet.missing(site_sheet.lines(desk)) == []
        first = site_sheet.lines(desk)[0]
        site_sheet.change(desk, first.id, "Water: under the stage")
        assert site_sheet.paper(desk).isolation[0] == ("Water", "under the stage")
        assert site_sheet.pages(desk) == 1
        with pytest.raises(UserError, match="there already"):
            site_sheet.add(desk, "isolation", "water: UNDER the stage")
        site_sheet.remove(desk, first.id)
        assert all(one.id != first.id for one in site_sheet.lines(desk))
        history.undo(desk, None)
        assert site_sheet.lines(desk)[0].id == first.id


def test_a_site_has_its_own_lines_beside_those_for_all(small: Small) -> None:
    with small.desk(write=True) as desk:
        one, two = (places.add(desk, name, kind="site")[0].id for name in ("Upper site", "Lower site"))
        site_sheet.add(desk, "isolation", "Water: upper boiler room", site=one)
        site_sheet.add(desk, "isolation", "Water: lower yard", site=two)
        site_sheet.add(desk, "emergency", "Fire: 999")
        assert [line.words for line in site_sheet.lines(desk, site=one)] == ["Water: upper boiler room", "Fire: 999"]
        assert site_sheet.paper(desk, two).school.endswith("Lower site")


# --- labels ---


def test_sheets_of_labels_fit_the_page_and_their_stock() -> None:
    sizes = {code: (one.across, one.down, one.width, one.height) for code, one in STOCKS.items()}
    assert sizes == {
        "L7160": (3, 7, 63.5, 38.1), "L7159": (3, 8, 63.5, 33.9), "L7161": (3, 6, 63.5, 46.6),
        "L7651": (5, 13, 38.1, 21.2),
    }  # fmt: skip
    for one in STOCKS.values():
        x, y = one.corner(one.count - 1)
        assert 0 < one.left < 10
        assert x + one.width <= 210 - one.left + 0.01
        assert y + one.height <= 297 - one.top + 0.01
        assert one.corner(one.across) == (one.left, one.top + one.height)


def test_a_sheet_begun_elsewhere_starts_at_its_first_free_label() -> None:
    stock = STOCKS["L7160"]
    labels = [Label(f"Room {n}", "Main", "R4K-73E-H") for n in range(21)]
    assert make_pdf(labels, stock)[1] == 1
    assert make_pdf(labels, stock, start=2)[1] == 2
    assert make_pdf([], stock, outlines=True)[1] == 1
    for start in (0, 22):
        with pytest.raises(UserError, match="labels 1 to 21"):
            make_pdf(labels, stock, start=start)


def test_the_code_on_a_label_finds_its_thing_again(small: Small, tmp_path: Path) -> None:
    with small.desk(write=True) as desk:
        made = rooms(desk)
        row = assets.add(desk, AssetFacts(kind="other", name="Piano", number="P1", place=made["Hall"]))[0]
        labels = asset_papers.labels(desk) + asset_papers.labels(desk, "equipment")
        assert len({one.code for one in labels}) == len(labels) == 5
        assert assets.find(desk, labels[-1].code.lower()) == row.id
        assert {places.find(desk, one.code) for one in labels[:-1]} == set(made.values())
        out = asset_papers.write_labels(desk, tmp_path / "l.pdf", LabelsAsked(stock="l7651"), place=made["Main"])
        assert out.figures == {"labels": "3", "stock": "L7651"}
        with pytest.raises(UserError, match="not a sheet we know"):
            asset_papers.write_labels(desk, tmp_path / "l.pdf", LabelsAsked(stock="A4"))


# --- stocktake ---


def test_a_stocktake_is_printed_keyed_in_and_told(small: Small) -> None:
    with small.desk(write=True) as desk:
        made = rooms(desk)
        for name, where in (("Piano", "Hall"), ("Pump", "Boiler room"), ("Ladder", "Annexe")):
            assets.add(desk, AssetFacts(kind="other", name=name, place=made[where]))
        sheet, changes = stocktake.print_sheet(desk)
        assert changes.act is not None
        assert [one.what for one in sheet.lines] == ["Pump", "Piano", "Ladder"]  # walking order
        again, nothing = stocktake.print_sheet(desk)
        assert again.code == sheet.code
        assert nothing.act is None
        assert make_sheet(sheet)[1] == 1
        slip = sheet.code.replace(sheet.code[0], "X" if sheet.code[0] != "X" else "Y", 1)
        with pytest.raises(UserError, match="not the code"):
            stocktake.key(desk, slip, {1: "found"})
        with pytest.raises(UserError, match="Lines 2, 3 have no answer"):
            stocktake.key(desk, sheet.code, {1: "found"})
        with pytest.raises(UserError, match="no line 4"):
            stocktake.key(desk, sheet.code, {1: "found", 2: "found", 3: "found", 4: "found"})
        row, _ = stocktake.key(
            desk, sheet.code, {1: "found", 2: "missing", 3: "found"}, by="Terry Walsh",
            unexpected=[stocktake.Unexpected("Old safe", "Hall")],
        )  # fmt: skip
        paper = stocktake.result(desk, row)
        assert [(one.what, one.result, one.by) for one in paper.lines] == [
            ("Pump", "found", "Terry Walsh"), ("Piano", "missing", "Terry Walsh"), ("Ladder", "found", "Terry Walsh"),
            ("Old safe", "unexpected", "Terry Walsh"),
        ]  # fmt: skip
        assert make_result(paper)[1] == 1
        assert stocktake.listing(desk)[0].sheet == sheet.code


# --- the equipment register ---


def test_the_workbook_for_the_council_has_typed_cells_and_runs_nothing(small: Small, tmp_path: Path) -> None:
    with small.desk(write=True) as desk:
        assets.add(desk, AssetFacts(
            kind="boiler", name="=HYPERLINK(1)", price=124050, grade="C", priority=2, life_years=20,
            first_used_on=day(2010, 9, 1), facts={"fuel": "gas", "kw": "80"},
        ), checks=())  # fmt: skip
        out = asset_papers.write_equipment(desk, tmp_path / "eq.xlsx")
        assert asset_papers.write_equipment(desk, tmp_path / "eq.pdf").pages == 1
    sheet = openpyxl.load_workbook(out.file)["Equipment"]
    cells = {sheet.cell(1, n).value: sheet.cell(2, n) for n in range(1, sheet.max_column + 1)}
    assert cells["Name"].data_type == "s"
    assert cells["Price"].value == 1240.5
    assert (cells["Condition"].value, cells["Priority"].value, cells["Years left"].value) == ("C", 2, 4)
    assert str(cells["First used"].value).startswith("2010-09-01")
    assert cells["Details"].value == "Fuel: Gas; Output: 80 kW"
