"""The story as one script of commands over two registers: away, asked, packed, done next door, home, in the report."""

from __future__ import annotations

import itertools
import os
import re
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from bursar_desk.clock import SystemClock
from bursar_desk.domain.directory import distance_km
from bursar_desk.services import directory, registers
from tests.output import pdf_reader
from tests.services.commands_kit import HOME, ON, URNS, at, copied, done, make_practice, run
from tests.storage.workbench import plain_body

SECRET = "quillwort-7f3a"
REASON = f"Operation on the left knee {SECRET}, sister rings"
LAST = "2026-11-27"


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        return make_practice(tmp_path_factory.mktemp("practice"), patch)


@pytest.fixture
def folder(practice: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the partnership, and everything temporary in a folder that can be looked through."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    return copied(practice, tmp_path / "registers")


def _meet(folder: Path, files: Path, home: Path) -> None:
    """The neighbours' files come in: from them the first school knows who could help."""
    for urn in URNS[1:]:
        done("export", files / f"{urn}.bursar", "--to", HOME, register=at(folder, urn))
    merged = done("merge", files, register=home)
    assert merged["totals"]["accepted"] == len(URNS) - 1


def _nearest(found: dict[str, Any]) -> dict[str, Any]:
    """The helper to ask; every distance is the real one between the schools they are modelled on."""
    here = directory.find(int(HOME))
    assert here is not None
    for one in [*found["can"], *found["cannot"]]:
        there = directory.find(int(one["urn"]))
        assert there is not None
        assert one["km"] == distance_km(here, there)
    best = found["can"][0]
    alike = [one for one in found["can"] if not one["cannot_do"] and not one["warnings"] and one["can"]]
    assert int(best["km"]) == min(int(one["km"]) for one in alike), "by the kilometre; then what is owed, and turns"
    return dict(best)


def _governors(home: Path, out: Path) -> str:
    done("report", "governors", "--out", out, register=home)
    return " ".join(pdf_reader.texts(out.read_bytes()))


def _kept_up(text: str, short: str) -> int:
    """How many checks the report says the neighbour kept up."""
    found = re.search(rf"(\d+) checks? (?:was|were) kept up by {re.escape(short)}", text)
    several = re.search(rf"checks were kept up by other schools.*? {re.escape(short)} (\d+)", text)
    return int(found[1]) if found else int(several[1]) if several else 0


def _record_three(guest: Path) -> list[dict[str, Any]]:
    """Three of the checks lent, the second of which fails."""
    listed = sorted(done("check", "list", register=guest)["items"], key=lambda one: one["code"])
    assert len(listed) >= 3
    made = []
    for number, line in enumerate(listed[:3]):
        ended = "unsatisfactory" if number == 1 else "satisfactory"
        words = ["check", "record", line["check"], "--done", "23 November 2026", "--outcome", ended, "--at", "07:10"]
        shown = done("check", "show", line["check"], register=guest)["check"]
        for reading in shown["readings"]:
            words += ["--reading", f"{reading['name']}={reading.get('low', reading.get('high'))}"]
        made.append(done(*words, register=guest))
    assert [len(one["defects"]) for one in made] == [0, 1, 0], "the failing check opens a fault by itself"
    return made


def test_the_story_of_one_absence_as_a_script_of_commands(folder: Path, tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    home = at(folder, HOME)
    _meet(folder, files, home)

    # Somebody is away; what is uncovered is listed and cover is found among the neighbours by distance.
    away = done("absence", "add", "Terry Walsh", "--from", ON, "--to", LAST, "--reason", REASON, register=home)
    assert (away["name"], away["from"], away["to"]) == ("Terry Walsh", ON, LAST)
    gaps = done("cover", "gaps", away["absence"], register=home)
    assert len(gaps["checks"]) >= 3
    assert {duty["what"] for duty in gaps["duties"]} == {"Unlock", "Lock up"}
    helper = _nearest(done("cover", "find", away["absence"], register=home))
    near = at(folder, helper["urn"])
    asked = done("cover", "request", away["absence"], "--helper", helper["name"], register=home)
    assert asked["state"] == "asked"
    early = run("cover", "pack", asked["cover"], "--to", files / "pack.bursar", register=home)
    assert (early.code, (files / "pack.bursar").exists()) == (3, False), "no pack before they agreed"
    assert done("cover", "confirm", asked["cover"], register=home)["state"] == "agreed"
    before = _kept_up(_governors(home, tmp_path / "before.pdf"), helper["school_name"])

    # The pack goes out, three checks are recorded on the other school's desk, the return comes home.
    pack, back = files / "pack.bursar", files / "return.bursar"
    made = done("cover", "pack", asked["cover"], "--to", pack, register=home)
    assert len(made["recipients"]) == 1
    opened = done("cover", "open", pack, register=near)
    guest = Path(opened["register"])
    assert opened["checks"] == len(asked["checks"])
    records = _record_three(guest)
    sent = done("cover", "return", "--to", back, register=near)
    assert sent["entries"] == 3
    merged = done("merge", back, register=home)["files"][0]
    assert (merged["accepted"], merged["added"], merged["held"], merged["conflicts"]) == (True, 3, 0, 0)

    # The receipt names each entry, both desks hold the same, and the report has it.
    titles = [done("check", "show", one["record"]["code"], register=home)["check"]["title"] for one in records]
    receipt = done("receipts", "show", merged["receipt"], register=home)
    for listed in (merged["entries"], receipt["entries"]):
        assert [(one["what"], one["who"], one["subject"]) for one in listed] == [
            ("Record a check", helper["name"], title) for title in titles
        ]
    channel = f"cover/{made['grant']}"
    ours = done("digest", register=home)["by_school"][HOME][channel]
    assert ours == done("digest", register=guest)["by_school"][HOME][channel]
    for one in records:
        past = done("check", "history", one["record"]["code"], register=home)["history"][0]
        assert (past["record"], past["by"], past["on"]) == (one["record"]["record"], helper["name"], ON)
    fault = records[1]["defects"][0]["defect"]
    assert fault in {one["defect"] for one in done("defect", "list", register=home)["defects"]}
    after = _governors(home, tmp_path / "after.pdf")
    assert _kept_up(after, helper["school_name"]) == before + 3
    done("report", "governors", "--out", tmp_path / "after.html", register=home)

    # The next export tells the neighbour that it arrived, and brings what both should hold.
    news = _news_goes_out(home, near, helper["urn"], files, guest)
    assert done("digest", register=near)["by_school"][HOME][channel] == ours
    for register in (home, near):
        assert done("verify", register=register)["findings"] == []
    _nothing_tells_why(home, near, helper["name"], [pack, back, *news], tmp_path)


def _news_goes_out(home: Path, near: Path, urn: str, files: Path, guest: Path) -> list[Path]:
    """Two more files to the neighbour: one that says the work arrived, one after the cover is over."""
    news, later = files / "news.bursar", files / "later.bursar"
    done("export", news, "--to", urn, register=home)
    told = done("merge", news, register=near)["files"][0]
    assert any("has arrived there: 3 entries" in note for note in told["notes"])
    assert guest.is_file(), "the cover is not over yet"
    done("export", later, "--to", urn, "--everything", register=home, on="2026-11-30")
    over = done("merge", later, register=near, on="2026-11-30")["files"][0]
    assert any("its copy here was erased" in note for note in over["notes"])
    assert not guest.exists()
    return [news, later]


def test_the_reason_is_nowhere_but_at_home_while_the_guest_register_is_open(folder: Path, tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    home = at(folder, HOME)
    _meet(folder, files, home)
    away = done("absence", "add", "Terry Walsh", "--from", ON, "--to", LAST, "--reason", REASON, register=home)
    helper = done("cover", "find", "Terry Walsh", register=home)["can"][0]
    done("cover", "request", away["absence"], "--helper", helper["person"], register=home)
    done("cover", "confirm", helper["name"], register=home)
    pack = files / "pack.bursar"
    done("cover", "pack", helper["name"], "--to", pack, register=home)
    guest = Path(done("cover", "open", pack, register=at(folder, helper["urn"]))["register"])
    _record_three(guest)
    for name, ending in (("governors", "pdf"), ("governors", "html"), ("governors", "xlsx"), ("chase", "pdf"),
                         ("round-sheet", "pdf"), ("site-sheet", "pdf")):  # fmt: skip
        done("report", name, "--out", tmp_path / f"{name}.{ending}", register=home)
    done("report", "cover", "--cover", helper["name"], "--out", tmp_path / "cover.pdf", register=home)
    for words in (["absence", "list"], ["cover", "list"], ["receipts"], ["due"], ["person", "list"]):
        assert SECRET not in run(*words, register=home).out
        assert SECRET not in run(*words, register=home, as_json=False).out
    assert guest.is_file()
    _nothing_tells_why(home, at(folder, helper["urn"]), helper["name"], [pack], tmp_path)


def _nothing_tells_why(home: Path, near: Path, helper: str, sent: list[Path], folder: Path) -> None:
    """The words of the reason are in the first school's own register, and nowhere else at all."""
    needle = SECRET.encode()
    assert needle in home.read_bytes(), "the search finds what it looks for"
    boxes = [_box(home), _box(near)]
    for file in sent:
        opened = [body for box in boxes if (body := _unpacked(file, box)) is not None]
        assert opened, f"{file.name} can be opened by one of the two"
        assert all(needle not in body for body in opened)
        assert any(helper.encode() in body for body in opened), "it was unpacked into words"
    searched = 0
    for path in (Path(base) / name for base, _, names in os.walk(folder) for name in names):
        if path == home:
            continue
        searched += 1
        data = path.read_bytes()
        assert needle not in data, path
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                assert all(needle not in book.read(part) for part in book.namelist()), path
        if path.suffix == ".pdf":
            assert SECRET not in " ".join(pdf_reader.texts(data)), path
            assert "knee" not in " ".join(pdf_reader.texts(data)), path
    assert searched > 10


def _box(register: Path) -> Any:
    store = registers.open_store(register, clock=SystemClock(), read_only=True)
    try:
        return registers.computer_keys(store).box
    finally:
        store.close()


def _unpacked(file: Path, box: Any) -> bytes | None:
    """The decrypted and unpacked bytes of a file, or nothing when this key does not open it."""
    from bursar_desk.domain.errors import Refused

    try:
        return plain_body(file, box)
    except Refused:
        return None


def test_every_pair_of_neighbours_is_listed_nearest_first_among_equals(folder: Path, tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    home = at(folder, HOME)
    _meet(folder, files, home)
    done("absence", "add", "Terry Walsh", "--from", ON, "--to", LAST, register=home)
    found = done("cover", "find", "Terry Walsh", register=home)
    assert {one["urn"] for one in [*found["can"], *found["cannot"]]} == set(URNS[1:])
    assert all(one["reasons"] for one in found["cannot"])
    farther = [one["km"] for one in found["cannot"]]
    assert farther == sorted(farther)
    near = done("cover", "find", "Terry Walsh", "--most-km", "0.1", register=home)
    assert near["can"] == []
    able = [one for one in found["can"] if not one["cannot_do"] and not one["warnings"]]
    assert all(int(a["km"]) <= int(b["km"]) for a, b in itertools.pairwise(able)), "nearest first, by the kilometre"
    assert all(a["km"] <= b["km"] for a, b in itertools.pairwise(near["cannot"]))
