"""The first start: answers kept until the end, the sheet in memory only, and a school that is set up with a backup."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bursar_desk import machine, paths
from bursar_desk.clock import FixedClock
from bursar_desk.domain.errors import UserError
from bursar_desk.exchange.keys import RecoveryKey
from bursar_desk.services import applies, first_run, own_desk, pins
from bursar_desk.services.desk import Desk
from bursar_desk.services.home import view
from tests.output.pdf_reader import texts
from tests.services.small_school import without_waiting

DAY = dt.date(2026, 11, 20)
CLOCK = FixedClock.at(DAY)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    monkeypatch.setenv("BURSAR_DESK_KEYS", str(tmp_path / "keys"))
    monkeypatch.delenv("BURSAR_DESK_REGISTER", raising=False)
    without_waiting(monkeypatch)


def draft() -> first_run.Draft:
    made = first_run.Draft(manager="Dawn Hill", team=["Terry", "terry ", "Terry", ""])
    first_run.choose(made, first_run.suggestions("our lady of lourdes bolton")[0])
    first_run.begin_ticks(made)
    made.built = "yes"
    return made


def test_a_school_is_set_up_from_the_answers_with_the_sheet_that_was_printed(tmp_path: Path) -> None:
    assert own_desk.none_yet()
    one, sheet = draft(), first_run.new_sheet()
    one.backup = str(tmp_path / "stick")
    first_run.save(one)
    done = first_run.finish(one, sheet, CLOCK)
    assert done.notices == ()
    assert [path.parent for path in done.backups] == [paths.backups_folder(), tmp_path / "stick"]
    assert own_desk.own_register() == done.register
    assert not own_desk.none_yet()
    assert first_run.load() == first_run.Draft(), "the answers are cleared at the end"
    with Desk.open(done.register, clock=CLOCK) as desk:
        assert (desk.name, desk.who, desk.practice) == ("Our Lady of Lourdes RC Primary School", "Dawn Hill", False)
        root = desk.trust.roots[desk.home]
        assert root.recovery_sign == RecoveryKey.from_seed(sheet.seed).sign.public
        said = {q.code: q for q in applies.questions(desk)}
        assert (said["lift"].answer, said["lift"].said_by) == ("yes", "Dawn Hill")
        assert (said["pool"].answer, said["pool"].review_on) == ("no", dt.date(2027, 11, 20))
        assert said["fire_alarm"].taken
        people = [(p.name, p.has_pin) for p in pins.listing(desk)]
        assert people == [("Dawn Hill", False), ("Terry", False)]


def test_nothing_on_home_is_red_on_the_first_day_nor_for_fourteen_days() -> None:
    done = first_run.finish(draft(), first_run.new_sheet(), CLOCK)
    for days in (0, 13):
        with Desk.open(done.register, clock=FixedClock.at(DAY + dt.timedelta(days=days)), read_only=True) as desk:
            home = view(desk)
        assert [row.title for row in home.needs_you if row.colour == "red"] == []
        assert home.sentence.startswith("Nothing is overdue. When were these ")
        assert home.overdue == ()
    with Desk.open(done.register, clock=FixedClock.at(DAY + dt.timedelta(days=15)), read_only=True) as desk:
        assert any(row.colour == "red" for row in view(desk).needs_you)


def test_pins_are_set_and_one_that_does_not_do_is_told() -> None:
    done = first_run.finish(draft(), first_run.new_sheet(), CLOCK, {"Terry": "1111", "Dawn Hill": "482913"})
    assert done.notices == (done.notices[0],)
    assert done.notices[0].startswith("Terry has no PIN yet.")
    with Desk.open(done.register, clock=CLOCK) as desk:
        assert [(one.name, one.has_pin) for one in pins.listing(desk)] == [("Dawn Hill", True), ("Terry", False)]


def test_a_backup_that_cannot_be_made_is_told_and_stops_nothing(tmp_path: Path) -> None:
    one = draft()
    (tmp_path / "file").write_text("in the way")
    one.backup = str(tmp_path / "file" / "deeper")
    done = first_run.finish(one, first_run.new_sheet(), CLOCK)
    assert done.register.is_file()
    assert len(done.backups) == 1
    assert done.notices[0].startswith("No backup was made in ")


def test_answers_are_kept_and_gone_on_with_and_hold_no_secret() -> None:
    one, sheet = draft(), first_run.new_sheet()
    one.step = 4
    first_run.save(one)
    assert first_run.load() == one
    kept = (machine.local_folder() / "first-run.json").read_text("utf-8")
    assert not [line for line in sheet.lines if line in kept]
    assert sheet.seed.hex() not in kept
    assert "lines" not in repr(sheet)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"step": 99, "have": [1], "built": 3, "name": null}'])
def test_answers_that_cannot_be_read_begin_anew(text: str) -> None:
    file = machine.local_folder() / "first-run.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    found = first_run.load()
    assert (found.name, found.built) == ("", "")
    assert 0 <= found.step < 6


def test_what_is_missing_is_said_and_nothing_is_founded() -> None:
    with pytest.raises(UserError, match="school"):
        first_run.finish(first_run.Draft(manager="Dawn"), first_run.new_sheet(), CLOCK)
    with pytest.raises(UserError, match="name"):
        first_run.finish(first_run.Draft(name="Hollybank"), first_run.new_sheet(), CLOCK)
    assert own_desk.none_yet()


def test_a_school_without_a_urn_is_set_up_by_name_and_kind() -> None:
    one = first_run.Draft(name=" Hollybank  Nursery ", kind="nursery", manager="Dawn", built="ask")
    first_run.begin_ticks(one)
    done = first_run.finish(one, first_run.new_sheet(), CLOCK)
    with Desk.open(done.register, clock=CLOCK) as desk:
        assert desk.name == "Hollybank Nursery"
        said = {q.code: q.answer for q in applies.questions(desk)}
    assert (said["meals_served"], said["science_labs"], said["built_before_2000"]) == ("yes", "ask", "ask")


def test_counts_follow_the_ticks() -> None:
    one = draft()
    before = first_run.counts(one)
    assert (before.total, before.required) == (160, 113)
    assert sum(number for _area, number in before.by_area) == before.total
    one.have.append("pool")
    assert first_run.counts(one).total == before.total + 8
    one.built = "no"
    assert dict(first_run.counts(one).by_area)["Asbestos"] == 0


def test_a_line_typed_back_is_compared_with_the_sheet() -> None:
    sheet = first_run.new_sheet()
    asked = first_run.asked_lines(sheet)
    assert len(set(asked)) == first_run.LINES_BACK
    for number in asked:
        assert first_run.typed_back(sheet, number, sheet.lines[number - 1].lower()) == ""
        assert first_run.typed_back(sheet, number, "ACDE FHJK MN") != ""
    other = first_run.new_sheet()
    assert first_run.typed_back(sheet, 1, other.lines[0]) == "Line 1 of your sheet says something else."


def test_the_sheet_is_printed_with_all_its_lines(tmp_path: Path) -> None:
    sheet = first_run.new_sheet()
    path = first_run.print_sheet(sheet, draft(), tmp_path / "sheet.pdf", CLOCK)
    text = " ".join(texts(path.read_bytes()))
    assert all(part in text for line in sheet.lines for part in line.split())
    assert "Our Lady of Lourdes" in text


@pytest.mark.parametrize("typed", ["", "a", "  x "])
def test_too_few_letters_suggest_no_school(typed: str) -> None:
    assert first_run.suggestions(typed) == ()
