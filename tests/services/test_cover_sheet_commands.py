"""The cover sheet and the hours slip by commands, from a fresh sample to what the school has of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.services.commands_kit import at, copied, done, make_practice, run
from tests.services.cover_sheet_kit import fill

FRIDAY, WEDNESDAY = "2026-11-20", "2026-11-25"


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        yield make_practice(tmp_path_factory.mktemp("practice"), patch)


@dataclass
class Agreed:
    """The register of the school, the agreed cover, and whose register the pack opens in."""

    home: Path
    cover: str
    theirs: Path


@pytest.fixture
def agreed(practice: Path, tmp_path: Path) -> Agreed:
    folder = copied(practice, tmp_path / "registers")
    home = at(folder, "105219")
    away = done("absence", "add", "Terry Walsh", "--from", "2026-11-23", "--to", "2026-11-23", register=home, on=FRIDAY)
    who = done("cover", "find", away["absence"], register=home, on=FRIDAY)["can"][0]
    asked = done("cover", "request", away["absence"], "--helper", who["name"], register=home, on=FRIDAY)["cover"]
    done("cover", "confirm", asked, register=home, on=FRIDAY)
    return Agreed(home, asked, at(folder, who["urn"]))


def test_a_sheet_is_looked_at_first_then_applied_and_what_is_odd_is_decided(agreed: Agreed, tmp_path: Path) -> None:
    file = tmp_path / "sheet.xlsx"
    made = done("cover", "pack", agreed.cover, "--to", file, "--sheet", register=agreed.home, on=FRIDAY)
    assert made["code"] in run("sheet", "list", register=agreed.home, as_json=False).out
    fill(file, {2: {"result": "Pass"}, 3: {"result": "Pass", "by": "Kim Lowe"}}, {1: {"from": "6:45", "to": "8:05"}})
    looked = run("cover", "sheet-in", file, register=agreed.home, on=WEDNESDAY)
    assert (looked.code, looked.facts["applied"], looked.facts["act"]) == (1, False, None)
    assert done("cover", "sheet-odd", "list", register=agreed.home)["entries"] == []
    applied = run("cover", "sheet-in", file, "--apply", register=agreed.home, on=WEDNESDAY)
    assert applied.facts["lines"] == looked.facts["lines"]
    assert (applied.facts["applied"], len(applied.facts["records"])) == (True, 1)
    again = run("cover", "sheet-in", file, "--apply", register=agreed.home, on=WEDNESDAY)
    assert (again.code, again.facts["again"], again.facts["applied"]) == (0, True, False)
    [waits] = done("cover", "sheet-odd", "list", register=agreed.home)["entries"]
    assert waits["takeable"]
    copy = done("cover", "sheet-odd", "file", waits["entry"], "--to", tmp_path / "copy.xlsx", register=agreed.home)
    assert Path(copy["file"]).read_bytes() == file.read_bytes()
    assert run("cover", "sheet-odd", "leave", waits["entry"], register=agreed.home).code == 2, "a reason is needed"
    taken = done("cover", "sheet-odd", "take", waits["entry"], register=agreed.home, on=WEDNESDAY)
    assert taken["sentence"].endswith("is recorded, done by Kim Lowe.")
    assert done("cover", "sheet-odd", "list", register=agreed.home)["entries"] == []


def test_the_same_check_by_the_pack_and_by_the_sheet_counts_once_and_hours_of_both_arrive(
    agreed: Agreed, tmp_path: Path
) -> None:
    pack, sheet, back = (tmp_path / name for name in ("pack.bursar", "sheet.xlsx", "back.bursar"))
    done("cover", "pack", agreed.cover, "--to", pack, register=agreed.home, on=FRIDAY)
    done("cover", "pack", agreed.cover, "--to", sheet, "--sheet", register=agreed.home, on=FRIDAY)
    code = done("cover", "pack", agreed.cover, "--to", sheet, "--sheet", register=agreed.home, on=FRIDAY)["code"]
    guest = done("cover", "open", pack, register=agreed.theirs, on=FRIDAY)["register"]
    lines = done("sheet", "show", code, register=agreed.home, on=WEDNESDAY)["lines"]
    number, title = next((one["line"], one["what"]) for one in lines if one["what"].startswith("Fire alarm panel"))
    panel = ("check", "record", "FIRE-03", "--done", "2026-11-23", "--outcome", "satisfactory")
    done(*panel, register=guest, on=WEDNESDAY)
    claim = ("cover", "claim", "--day", "2026-11-23", "--from", "06:45", "--to", "08:05", "--travel", "20")
    assert done(*claim, "--miles", "4.6", "--vehicle", "car", register=agreed.theirs, on=WEDNESDAY)["minutes"] == 100
    assert run(*claim, register=guest, on=WEDNESDAY).code == 3, "the same hours twice"
    outside = ("cover", "claim", "--day", "2026-11-24", "--from", "06:45", "--to", "08:05")
    assert "outside the days of this pack" in run(*outside, register=guest, on=WEDNESDAY).err
    assert run(*claim, "--vehicle", "horse", register=guest, on=WEDNESDAY).code == 2
    done("cover", "return", "--to", back, register=guest, on=WEDNESDAY)
    done("merge", back, register=agreed.home, on=WEDNESDAY)
    fill(sheet, {number: {"result": "Pass"}}, {1: {"from": "06:45", "to": "08:05", "miles": "4.6"}})
    came = run("cover", "sheet-in", sheet, "--apply", register=agreed.home, on=WEDNESDAY).facts
    assert (came["records"], title.startswith("Fire alarm panel")) == ([], True)
    assert [one["state"] for one in came["lines"] if one["typed"]] == ["already in", "already in"]
    assert "2 lines were here before, so they count once." in came["sentence"]


def test_a_pack_that_comes_home_after_its_sheet_shows_what_was_done_twice_and_no_hour_counts_twice(
    agreed: Agreed, tmp_path: Path
) -> None:
    pack, sheet, back = (tmp_path / name for name in ("pack.bursar", "sheet.xlsx", "back.bursar"))
    home, again = {"register": agreed.home, "on": WEDNESDAY}, ("cover", "sheet-in", sheet, "--apply")
    done("cover", "pack", agreed.cover, "--to", pack, register=agreed.home, on=FRIDAY)
    code = done("cover", "pack", agreed.cover, "--to", sheet, "--sheet", register=agreed.home, on=FRIDAY)["code"]
    guest = done("cover", "open", pack, register=agreed.theirs, on=FRIDAY)["register"]
    panel = ("check", "record", "FIRE-03", "--done", "2026-11-23", "--outcome", "satisfactory")
    done(*panel, register=guest, on=WEDNESDAY)
    claim = ("cover", "claim", "--day", "2026-11-23", "--from", "06:45", "--to", "08:05")
    done(*claim, register=agreed.theirs, on=WEDNESDAY)
    done("cover", "return", "--to", back, register=guest, on=WEDNESDAY)
    lines = done("sheet", "show", code, **home)["lines"]
    number = next(one["line"] for one in lines if one["what"].startswith("Fire alarm panel"))
    fill(sheet, {number: {"result": "Pass"}}, {1: {"from": "06:45", "to": "08:05"}})
    assert len(done(*again, **home)["records"]) == 1
    receipt = run("merge", back, register=agreed.home, on=WEDNESDAY, as_json=False)
    assert (receipt.code, "done twice" in receipt.out) == (0, True)
    assert "Both count." in receipt.out
    assert done(*again, **home)["again"]
    first, second = done("cover", "hours", **home)["claims"]
    assert all("claimed twice" in " ".join(one["odd"]) for one in (first, second))
    done("cover", "approve", first["claim"], **home)
    (left,) = done("cover", "hours", **home)["claims"]
    assert left["odd"] == ["Hours at that time are agreed already."]
    twice = run("cover", "approve", left["claim"], **home)
    assert (twice.code, "on Monday 23 November 2026" in twice.err) == (3, True)
    done("cover", "approve", left["claim"], "--refuse", "The same hours as on the sheet", **home)
    hours = done("cover", "hours", **home)
    assert hours["claims"] == []
    assert [one["minutes"] for one in hours["shifts"] if one["on"] == "2026-11-23"] == [80]


def test_a_sheet_needs_a_yes_and_no_other_school_takes_it(agreed: Agreed, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.xlsx"
    done("cover", "pack", agreed.cover, "--to", sheet, "--sheet", register=agreed.home, on=FRIDAY)
    wrong = run("cover", "sheet-in", sheet, "--apply", register=agreed.theirs, on=WEDNESDAY)
    assert wrong.code == 3
    assert "This cover sheet is for" in wrong.err
    done("cover", "confirm", agreed.cover, "--answer", "declined", register=agreed.home, on=FRIDAY)
    refused = run("cover", "pack", agreed.cover, "--to", tmp_path / "two.xlsx", "--sheet", register=agreed.home)
    assert "has not agreed yet" in refused.err
    assert not (tmp_path / "two.xlsx").exists()
