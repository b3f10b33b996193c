"""History, Bin, past days and stamps by command, as a person would type them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.output import pdf_reader
from tests.services.commands_kit import HOME, at, copied, done, make_practice, run


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        yield make_practice(tmp_path_factory.mktemp("practice"), patch)


@pytest.fixture
def home(practice: Path, tmp_path: Path) -> Path:
    return at(copied(practice, tmp_path / "registers"), HOME)


def test_what_happened_is_listed_newest_first_and_one_act_is_shown_with_its_values(home: Path) -> None:
    done("check", "record", "FIRE-04", "--done", "2026-11-23", "--outcome", "satisfactory", register=home)
    found = done("history", "list", "--limit", "5", register=home)
    assert len(found["lines"]) == 5
    assert found["more"]
    first = found["lines"][0]
    assert (first["what"], first["subject"], first["came"]) == ("Record a check", "Fire alarm test", "here")
    shown = done("history", "show", first["act"][:8], register=home)
    assert {"Done on": "23 Nov 2026", "Result": "Pass"}.items() <= {
        one["field"]: one["after"] for one in shown["changes"]
    }.items()
    assert done("history", "list", "--text", "no such words", register=home)["lines"] == []


def test_a_record_is_taken_out_listed_in_the_bin_and_restored(home: Path) -> None:
    done("check", "record", "FIRE-04", "--done", "2026-11-23", "--outcome", "satisfactory", register=home)
    row = done("history", "check", "FIRE-04", register=home)["lines"][0]["changes"][0]["row"]
    assert run("history", "take-out", row, "--reason", " ", register=home).code == 3
    done("history", "take-out", row[:20], "--reason", "Entered twice", register=home)
    kept = done("bin", "list", register=home)["lines"]
    assert [one["name"] for one in kept] == ["Fire alarm test"]
    assert 85 <= kept[0]["days_left"] <= 90  # the practice history ends some days before today
    done("bin", "restore", row[:20], register=home)
    assert done("bin", "list", register=home)["lines"] == []


def test_an_earlier_value_is_put_back_by_its_words(home: Path) -> None:
    row = done("defect", "add", "Gate does not close", "--risk", "high", register=home)["defect"]["defect"]
    done("defect", "close", row, register=home)
    told = run("history", "put-back", row[:20], "State", "nonsense", register=home)
    assert told.code == 3
    assert "State: Reported" in told.err
    done("history", "put-back", row[:20], "State", "Reported", register=home)
    assert "Gate does not close" in [found["title"] for found in done("defect", "list", register=home)["defects"]]


def test_a_report_as_at_a_past_day_says_so_and_how_it_was_known(home: Path, tmp_path: Path) -> None:
    for more, said in (((), "as later corrected"), (("--as-known",), "as known then")):
        out = tmp_path / "g.pdf"
        done("report", "governors", "--out", out, "--as-at", "2026-10-30", *more, register=home)
        assert all(f"As at 30 October 2026, {said}" in page for page in pdf_reader.texts(out.read_bytes()))
    assert run("report", "governors", "--out", tmp_path / "g.pdf", "--as-known", register=home).code == 2
    assert run("report", "governors", "--out", tmp_path / "g.pdf", "--as-at", "2027-10-30", register=home).code == 3


def test_the_stamp_on_a_paper_is_checked_in_words(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "g.pdf"
    done("report", "governors", "--out", out, register=home)
    text = pdf_reader.texts(out.read_bytes())[0]
    stamp = text.partition("Stamp ")[2][:19]
    done("check", "record", "FIRE-04", "--done", "2026-11-23", "--outcome", "satisfactory", register=home)
    told = run("fingerprint", stamp.lower(), register=home, as_json=False)
    assert told.code == 0
    assert "Every entry behind this stamp is still here unchanged." in told.out
    assert run("fingerprint", "AAAA-BBBB-CCCC-DDDD", register=home).code == 1
    assert run("fingerprint", "AAAA", register=home).code == 3
    assert done("fingerprint", register=home)["now"] != stamp


def test_every_list_can_be_seen_as_of_a_past_day_and_nothing_be_changed_there(home: Path) -> None:
    then = done("--as-at", "2026-06-30", "due", register=home)
    now = done("due", register=home)
    assert then["items"] != now["items"]
    assert all(one["legal_due"] is None or one["legal_due"] < "2026-12-31" for one in then["items"])
    assert run("--as-at", "2026-06-30", "undo", register=home).code == 2
    assert run("--as-known", "due", register=home).code == 2
