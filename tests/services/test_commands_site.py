"""The commands of the site: places, equipment, the site sheet, drills, stocktake and their papers."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest

from bursar_desk.clock import FixedClock
from bursar_desk.services import registers
from tests.services.commands_kit import done, run
from tests.services.small_school import FOUNDED, Small, without_waiting

ON = "2026-11-20"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    without_waiting(monkeypatch)
    made = Small.found(tmp_path)
    made.add("FIRE-04")
    made.add("FIRE-19")
    return made.path


def test_a_kind_of_drill_nobody_knows_is_refused(home: Path) -> None:
    asked = run("drill", "list", "--kind", "banana", register=home, on=ON)
    assert (asked.code, "is not a kind of drill" in asked.err) == (3, True)


def test_a_site_sheet_is_printed_for_one_site_by_its_report_too(home: Path, tmp_path: Path) -> None:
    done("place", "add", "Mill Lane", "--kind", "site", register=home, on=ON)
    done("place", "add", "Hill Street", "--kind", "site", register=home, on=ON)
    done("site", "add", "hazard", "Wet yard", "--site", "Mill Lane", register=home, on=ON)
    pages = {}
    for name in ("Mill Lane", "Hill Street"):
        out = tmp_path / f"{name}.pdf"
        done("report", "site-sheet", "--site", name, "--out", out, register=home, on=ON)
        pages[name] = pypdfium2.PdfDocument(out)[0].get_textpage().get_text_range()
    assert "Wet yard" in pages["Mill Lane"]
    assert "Wet yard" not in pages["Hill Street"]
    two = ("--site", "Mill Lane", "--site", "Hill Street")
    assert run("report", "site-sheet", *two, "--out", tmp_path / "no.pdf", register=home, on=ON).code == 3


def test_an_office_has_no_building_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_waiting(monkeypatch)
    office = tmp_path / "office.register"
    newcomer = registers.Newcomer("North office", "office")
    registers.found(office, newcomer, practice=True, clock=FixedClock.at(FOUNDED)).store.close()
    for words in (("place", "add", "Hall"), ("asset", "add", "ladder", "Steps"), ("drill", "log", "--took", "3:40"),
                  ("site", "add", "hazard", "Wet"), ("report", "asbestos", "--out", tmp_path / "a.pdf")):  # fmt: skip
        ran = run(*words, register=office, on=ON)
        assert ran.code == 3, (words, ran.out, ran.err)


def test_places_are_added_changed_moved_and_removed(home: Path) -> None:
    main = done("place", "add", "Main", "--kind", "building", "--area", "900", register=home, on=ON)
    done("place", "add", "Hall", "--inside", "Main", register=home, on=ON)
    done("place", "add", "Store", "--inside", "Main", register=home, on=ON)
    done("place", "move", "Store", "--before", "Hall", register=home, on=ON)
    changed = done("place", "change", "Main/Hall", "--name", "Big hall", "--code", "h1", register=home, on=ON)
    assert (changed["name"], changed["code"], changed["inside"]) == ("Big hall", "H1", main["place"])
    listed = done("place", "list", register=home, on=ON)["places"]
    assert [one["name"] for one in listed] == ["Main", "Store", "Big hall"]
    assert listed[0]["floor_area"] == 900
    assert run("place", "move", "Main", "--to", "H1", register=home, on=ON).code == 3
    assert run("place", "move", "Main", register=home, on=ON).code == 2
    refused = run("place", "remove", "Main", register=home, on=ON)
    assert refused.code == 3
    assert "2 places inside" in refused.err
    done("place", "remove", "Store", register=home, on=ON)
    assert len(done("place", "list", register=home, on=ON)["places"]) == 2
    assert len(done("place", "list", "--all", register=home, on=ON)["places"]) == 3


def test_equipment_from_its_first_day_to_its_last(home: Path) -> None:
    done("place", "add", "Hall", register=home, on=ON)
    made = done(
        "asset", "add", "cooling", "Server room", "--place", "Hall", "--fact", "gas=R410A", "--fact", "charge_kg=3",
        "--price", "1240.50", "--grade", "B", register=home, on=ON,
    )["asset"]  # fmt: skip
    assert (made["price"], made["grade"], len(made["checks"])) == (124050, "B", 2)
    changed = done("asset", "change", "Server room", "--fact", "charge_kg=30", register=home, on=ON)["asset"]
    assert changed["facts"] == {"gas": "R410A", "charge_kg": "30"}
    assert done("asset", "show", "Server room", register=home, on=ON)["asset"]["measure"] == "62.64 t CO2e"
    new = done("asset", "replace", "Server room", "New unit", "--day", ON, register=home, on=ON)["asset"]
    assert new["replaces"] == made["asset"]
    done("asset", "remove", "New unit", "--why", "sold", register=home, on=ON)
    assert done("asset", "list", register=home, on=ON)["equipment"] == []
    assert len(done("asset", "list", "--all", register=home, on=ON)["equipment"]) == 2
    for name in ("Call point 2", "Call point 10"):
        done("asset", "add", "call_point", name, register=home, on=ON)
    points = done("asset", "points", "FIRE-04", "call_point", register=home, on=ON)["points"]
    assert points == ["Call point 2", "Call point 10"]
    assert run("asset", "add", "lift", "L", "--price", "cheap", register=home, on=ON).code == 2
    assert run("asset", "add", "rocket", "R", register=home, on=ON).code == 3


def test_the_site_sheet_a_drill_and_a_stocktake(home: Path, tmp_path: Path) -> None:
    line = done("site", "add", "isolation", "Water: boiler room", register=home, on=ON)
    done("site", "change", line["line"], "Water: under the stage", register=home, on=ON)
    assert run("site", "add", "keys", "Key safe code 1234", register=home, on=ON).code == 3
    assert done("site", "print", "--out", tmp_path / "site.pdf", register=home, on=ON)["pages"] == 1
    assert done("site", "list", register=home, on=ON)["missing"] == ["If this happens", "Alarm panel", "Keyholders"]
    drill = done("drill", "log", "--took", "3:40", "--headcount", "212", "--fault", "Door sticks", register=home, on=ON)
    assert drill["record"]
    assert len(drill["defects"]) == 1
    listed = done("drill", "list", register=home, on=ON)
    assert (listed["drills"][0]["seconds"], listed["terms"][-1]["held"]) == (220, 1)
    done("asset", "add", "other", "Piano", register=home, on=ON)
    printed = done("stocktake", "print", "--out", tmp_path / "stock.pdf", register=home, on=ON)
    keyed = done(
        "stocktake", "key", printed["code"], "--missing", "1", "--unexpected", "Safe@Office", "--out",
        tmp_path / "result.pdf", register=home, on=ON,
    )  # fmt: skip
    assert (keyed["found"], keyed["missing"], keyed["unexpected"]) == (0, 1, 1)
    assert done("drill", "form", "--out", tmp_path / "drill.pdf", register=home, on=ON)["pages"] == 1


def test_labels_asbestos_and_equipment_are_reports(home: Path, tmp_path: Path) -> None:
    done("place", "add", "Hall", register=home, on=ON)
    done("asset", "add", "asbestos", "Tiles", "--place", "Hall", register=home, on=ON)
    labels = done("report", "labels", "--out", tmp_path / "l.pdf", "--start", "5", "--outlines", register=home, on=ON)
    assert labels["figures"] == {"labels": "1", "stock": "L7160"}
    assert done("report", "asbestos", "--out", tmp_path / "a.pdf", register=home, on=ON)["figures"]["items"] == "1"
    for name in ("e.pdf", "e.xlsx"):
        made = done("report", "equipment", "--out", tmp_path / name, register=home, on=ON)
        assert made["figures"]["equipment"] == "1"
    assert run("report", "labels", "--out", tmp_path / "l.pdf", "--stock", "A4", register=home, on=ON).code == 3
