"""Paper and keying in: sheets are kept when printed, and keyed-in lines equal what would have been typed on screen."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bursar_desk.clock import FixedClock
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.services import conflicts, history, keying, recording, reporting, sheets
from bursar_desk.services.desk import Desk
from bursar_desk.services.keying_lines import FAIL, PASS, KeyLine, Unclear, read_line
from bursar_desk.services.recording import Doing
from bursar_desk.services.sheets import SheetLine
from db.queries.checks import RecordRow, defects, not_done, records
from tests.services.commands_kit import run
from tests.services.small_school import FRIDAY, TERRY, Small, without_waiting
from tests.storage.workbench import Bench

WATER = [{"name": "Hot", "unit": "°C", "low": 50}, {"name": "Cold", "unit": "°C", "high": 19.9}]


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    """An alarm bell with points in turn, a panel and two temperatures, all due on the Friday."""
    without_waiting(monkeypatch)
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    made = Small.found(tmp_path)
    made.add("FIRE-04", doer=TERRY, points=["1, Hall", "2, Office", "3, Kitchen"])
    made.add("FIRE-03", doer=TERRY)
    made.add("WATR-04", doer=TERRY, readings=WATER)
    made.done("FIRE-04", dt.date(2026, 11, 13), point="1, Hall")
    made.done("FIRE-03", dt.date(2026, 11, 19))
    made.done("WATR-04", dt.date(2026, 10, 20))
    return made


def printed(desk: Desk, folder: Path, **more: object) -> str:
    """Print a round sheet and return its code."""
    return reporting.write(desk, "round-sheet", folder / "sheet.pdf", **more).figures["code"]  # type: ignore[arg-type]


def lines_by_words(sheet: keying.Sheet) -> dict[str, int]:
    return {line.what: line.number for line in sheet.lines}


def key(desk: Desk, sheet: keying.Sheet, *typed: str, **more: object) -> keying.KeyedIn:
    entries, asked = keying.read_lines(sheet, typed)
    assert asked == []
    return keying.record(desk, sheet, entries, **more)  # type: ignore[arg-type]


def kept(desk: Desk, check: bytes) -> list[RecordRow]:
    with desk.store.connect() as con:
        return records(con, check=check)


def test_a_printed_sheet_is_kept_in_one_act_and_a_preview_keeps_nothing(school: Small, tmp_path: Path) -> None:
    with school.desk(write=True) as desk:
        reporting.preview_pdf(desk, "round-sheet")
        assert sheets.listing(desk) == []
        code = printed(desk, tmp_path)
        (row,) = sheets.listing(desk)
        assert (row.code, row.kind, row.on) == (code, "day", FRIDAY)
        assert [line["line"] for line in row.lines] == list(range(1, len(row.lines) + 1))
        assert set(row.lines[0]) >= {"line", "check", "point", "step", "due", "what", "place", "unit"}
        before = history.undo_step(desk)
        assert before is not None
        assert code in before.words
        printed(desk, tmp_path)
        assert history.undo_step(desk) == before, "the same sheet again writes nothing"
        assert len(sheets.listing(desk)) == 1


def test_two_computers_that_print_the_same_sheet_keep_one_row(school: Small, tmp_path: Path) -> None:
    with school.desk(write=True) as desk:
        printed(desk, tmp_path)
        (row,) = sheets.listing(desk)
        with desk.act(ActCode.PRINT_SHEET) as act:
            assert act.session.derived(desk.home, "sheet", row.code) == row.id
            act.mark(desk.home, "compliance")


def test_line_numbers_stay_when_a_check_was_done_or_came_new(school: Small, tmp_path: Path) -> None:
    with school.desk(write=True) as desk:
        code = printed(desk, tmp_path)
        before = [line["what"] for line in sheets.listing(desk)[0].lines]
        recording.record(desk, Doing(school.checks["FIRE-03"], FRIDAY, TERRY, "satisfactory"))
    school.add("FIRE-06", doer=TERRY)
    school.done("FIRE-06", dt.date(2026, 11, 19))
    with school.desk(write=True) as desk:
        assert printed(desk, tmp_path) == code
        after = [line["what"] for line in sheets.listing(desk)[0].lines]
    assert after[: len(before)] == before
    assert len(after) == len(before) + 1


def test_a_keyed_in_sheet_equals_the_same_results_typed_on_screen(school: Small, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = Small.found(tmp_path / "other")
    other.add("FIRE-04", doer=TERRY, points=["1, Hall", "2, Office", "3, Kitchen"])
    other.add("FIRE-03", doer=TERRY)
    other.add("WATR-04", doer=TERRY, readings=WATER)
    other.done("FIRE-04", dt.date(2026, 11, 13), point="1, Hall")
    other.done("FIRE-03", dt.date(2026, 11, 19))
    other.done("WATR-04", dt.date(2026, 10, 20))
    with school.desk(write=True) as desk:
        sheet = keying.open_sheet(desk, printed(desk, tmp_path))
        at = lines_by_words(sheet)
        bell = next(number for what, number in at.items() if "2, Office" in what)
        panel = next(number for what, number in at.items() if what.startswith("Fire alarm panel"))
        hot = next(number for what, number in at.items() if what.endswith(": Hot"))
        cold = next(number for what, number in at.items() if what.endswith(": Cold"))
        made = key(
            desk, sheet, f"{bell} p TW 7:40", f"{panel} n access", f"{hot} 46.2 TW", f"{cold} 12 - slow to run"
        )  # fmt: skip
        assert (len(made.records), len(made.defects), made.not_done) == (2, 1, 1)
        by_paper = _everything(desk, school)
    with other.desk(write=True) as desk:
        recording.record(desk, Doing(
            other.checks["FIRE-04"], FRIDAY, TERRY, "satisfactory", 460, "2, Office"
        ))  # fmt: skip
        recording.not_done(desk, other.checks["FIRE-03"], reason="no_access", on=FRIDAY, due_on=FRIDAY)
        readings = (
            {"name": "Hot", "value": 462, "unit": "°C"}, {"name": "Cold", "value": 120, "unit": "°C"},
        )  # fmt: skip
        recording.record(desk, Doing(
            other.checks["WATR-04"], FRIDAY, TERRY, "unsatisfactory", None, "", readings, "slow to run"
        ))  # fmt: skip
        by_screen = _everything(desk, other)
    assert by_paper == by_screen


def _everything(desk: Desk, school: Small) -> list[object]:
    """Records, reasons and faults of a day without ids and without what tells paper from screen."""
    code = {row: name for name, row in school.checks.items()}
    people = {row: name for name, row in school.people.items()}
    passed_over = ("id", "check", "pos", "sheet", "sheet_line", "came_by", "school", "record", "owner")
    found: list[Any]
    with desk.store.connect() as con:
        found = [*records(con, first=FRIDAY), *not_done(con, desk.home), *defects(con, desk.home)]
    made: list[object] = []
    for row in found:
        values = tuple((f.name, getattr(row, f.name)) for f in fields(row) if f.name not in passed_over)
        made.append((code.get(row.check or b""), people.get(getattr(row, "owner", None) or b""), values))
    return sorted(made, key=str)


def test_what_came_by_paper_says_so_with_its_sheet_and_line(school: Small, tmp_path: Path) -> None:
    with school.desk(write=True) as desk:
        sheet = keying.open_sheet(desk, printed(desk, tmp_path))
        panel = lines_by_words(sheet)["Fire alarm panel, daily look"]
        key(desk, sheet, f"{panel} p")
        (row,) = [one for one in kept(desk, school.checks["FIRE-03"]) if one.done_on == FRIDAY]
        assert (row.sheet, row.sheet_line, row.came_by) == (sheet.code, panel, "paper")
        told = history.undo_step(desk)
        assert told is not None
        assert "1 check" in told.words
        history.undo(desk, None)
        assert [one for one in kept(desk, school.checks["FIRE-03"]) if one.done_on == FRIDAY] == []


def test_the_same_line_is_never_recorded_twice_by_any_way(school: Small, tmp_path: Path) -> None:
    with school.desk(write=True) as desk:
        sheet = keying.open_sheet(desk, printed(desk, tmp_path))
        panel = lines_by_words(sheet)["Fire alarm panel, daily look"]
        bell = next(number for what, number in lines_by_words(sheet).items() if "2, Office" in what)
        entries, _ = keying.read_lines(sheet, [f"{panel} p", f"{bell} p"])
        recording.record(desk, Doing(school.checks["FIRE-03"], FRIDAY, TERRY, "satisfactory"))
        made = keying.record(desk, sheet, entries)
        assert made.already == (panel,)
        assert f"Line {panel} was already recorded." in made.sentence
        assert len([one for one in kept(desk, school.checks["FIRE-03"]) if one.done_on == FRIDAY]) == 1
        again = keying.open_sheet(desk, sheet.code)
        line = again.line(panel)
        assert line is not None
        assert line.already == "already recorded by Terry Walsh, 20 Nov 2026"
        with pytest.raises(UserError, match="already recorded"):
            keying.record(desk, sheet, entries)


def test_a_wrong_code_is_refused_with_the_likely_right_one(school: Small, tmp_path: Path) -> None:
    with school.desk(write=True) as desk:
        code = printed(desk, tmp_path)
        wrong = code[1] + code[0] + code[2:]
        with pytest.raises(UserError, match="There is no sheet") as told:
            keying.open_sheet(desk, wrong)
        assert told.value.remedy == f"Is it {code}?"
        assert keying.open_sheet(desk, code.lower().replace("-", " ")).code == code


def test_the_day_of_a_sheet_may_be_changed_and_a_day_to_come_is_refused(school: Small, tmp_path: Path) -> None:
    with school.desk(write=True) as desk:
        code = printed(desk, tmp_path)
    monday = dt.date(2026, 11, 23)
    with Desk.open(school.path, clock=FixedClock.at(monday)) as desk:
        sheet = keying.open_sheet(desk, code)
        panel = lines_by_words(sheet)["Fire alarm panel, daily look"]
        with pytest.raises(UserError, match="has not come yet"):
            key(desk, sheet, f"{panel} p", on=dt.date(2026, 11, 24))
        key(desk, sheet, f"{panel} p", on=monday)
        assert kept(desk, school.checks["FIRE-03"])[-1].done_on == monday


def test_a_number_that_was_not_read_is_said_and_a_forgotten_one_is_asked_for(school: Small, tmp_path: Path) -> None:
    with school.desk(write=True) as desk:
        sheet = keying.open_sheet(desk, printed(desk, tmp_path))
        at = lines_by_words(sheet)
        hot, cold = (next(n for what, n in at.items() if what.endswith(end)) for end in (": Hot", ": Cold"))
        entries, _ = keying.read_lines(sheet, [f"{hot} 55"])
        with pytest.raises(UserError, match=f"Line {cold} belongs to line {hot}"):
            keying.record(desk, sheet, entries)
        key(desk, sheet, f"{hot} 55", f"{cold} n")
        (row,) = [one for one in kept(desk, school.checks["WATR-04"]) if one.done_on == FRIDAY]
        assert [one["name"] for one in row.readings] == ["Hot"]
        assert row.note == "Cold not read."


def test_a_blank_form_asks_for_the_day_on_each_line_and_keeps_lines_of_one_day_apart(
    school: Small, tmp_path: Path
) -> None:
    with school.desk(write=True) as desk:
        written = reporting.write(desk, "blank-form", tmp_path / "blank.pdf", check="FIRE-03")
        sheet = keying.open_sheet(desk, written.figures["code"])
        _, asked = keying.read_lines(sheet, ["1 p"])
        assert "day" in asked[0].title
        same, _ = keying.read_lines(sheet, ["1 p 17/11/26", "2 p 17/11/26"])
        with pytest.raises(UserError, match="Lines 1 and 2 are the same check"):
            keying.record(desk, sheet, same)
        made = key(desk, sheet, "1 p 17/11/26", "2 f 18/11/2026 - bell weak")
        assert len(made.records) == 2
        assert len(made.defects) == 1


def test_each_point_has_its_line_where_every_point_is_looked_at(school: Small, tmp_path: Path) -> None:
    school.add("FIRE-10", doer=TERRY, points=["Hall", "Kitchen"], points_mode="each")
    school.done("FIRE-10", dt.date(2026, 10, 20))
    with school.desk(write=True) as desk:
        sheet = keying.open_sheet(desk, printed(desk, tmp_path))
        mine = [line for line in sheet.lines if line.check == school.checks["FIRE-10"]]
        assert [line.point for line in mine] == ["Hall", "Kitchen"]
        key(desk, sheet, *(f"{line.number} p" for line in mine))
        assert {one.point for one in kept(desk, school.checks["FIRE-10"]) if one.done_on == FRIDAY} == {
            "Hall",
            "Kitchen",
        }


def test_a_walk_is_one_record_in_either_order_and_a_no_offers_a_fault(school: Small, tmp_path: Path) -> None:
    from bursar_desk.services import walks

    with school.desk(write=True) as desk:
        codes = {
            order: reporting.write(desk, "walk-form", tmp_path / f"{order}.pdf", order=order).figures["code"]
            for order in walks.ORDERS
        }
        by_place, by_theme = (keying.open_sheet(desk, codes[order]) for order in walks.ORDERS)
        assert {line.question for line in by_place.lines} == {line.question for line in by_theme.lines}
        assert [line.question for line in by_place.lines] != [line.question for line in by_theme.lines]
        made = key(desk, by_place, "1 y", "2 n - rail is loose", "3 x", faults=frozenset({2}))
        assert len(made.defects) == 1
        (walk,) = walks.past(desk)
        assert [one["answer"] for one in walk.answers] == ["yes", "no", "does not apply"]
        again = keying.open_sheet(desk, codes["theme"])
        done = {line.question for line in again.lines if line.already}
        assert done == {by_place.lines[n].question for n in range(3)}, "the other order knows the same record"


def test_every_question_of_the_walk_has_a_theme_a_place_and_a_fault() -> None:
    from bursar_desk.services import walks

    found = walks.load()
    assert 55 <= len(found.questions) <= 70
    assert len({one.code for one in found.questions}) == len(found.questions)
    assert {one.theme for one in found.questions} == set(found.themes)
    assert {one.place for one in found.questions} == set(found.places)
    assert all(one.ask.endswith("?") and one.fault and len(one.ask.split()) <= 20 for one in found.questions)


def _line(number: int, **more: object) -> KeyLine:
    given: dict[str, object] = {
        "check": b"c" * 16, "point": "", "step": "", "due": FRIDAY, "what": "x", "place": "", "unit": "",
        "question": "", "kind": "tick", "low": None, "high": None, "choices": (), "sheet_day": FRIDAY,
    } | more  # fmt: skip
    return KeyLine(number, **given)  # type: ignore[arg-type]


HOT = _line(2, step="Hot", kind="", unit="°C", low=Decimal(50))


@pytest.mark.parametrize(
    ("typed", "result", "value"),
    [
        ("1 p", PASS, None), ("1 F", FAIL, None), ("1p", PASS, None), ("2 50", PASS, Decimal(50)),
        ("2 46,2", FAIL, Decimal("46.2")), ("2 f 55", FAIL, Decimal(55)), ("2 p 55 TW 7:45", PASS, Decimal(55)),
        ("2 -3", FAIL, Decimal(-3)),
    ],
)  # fmt: skip
def test_lines_are_read_as_they_are_typed(typed: str, result: str, value: Decimal | None) -> None:
    entry = read_line([_line(1), HOT], typed, people=[TERRY], today=FRIDAY)
    assert (entry.result, entry.value) == (result, value)


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("p", "does not start with a line number"), ("9 p", "has no line 9"), ("2 p", "asks for a number in °C"),
        ("2 p 46", "46 °C is below 50 °C, but Pass is typed"), ("1 46", "asks for no number"), ("1", "has no result"),
        ("1 p ZZ", "Nobody here has the initials ZZ"), ("1 p 31/6/26", "31 June"),
        ("2.5", "could be a line or a number"),
        ("1 p loose hinge", "is not clear"),
    ],
)  # fmt: skip
def test_what_is_not_clear_is_asked_in_words(typed: str, asked: str) -> None:
    with pytest.raises(Unclear, match=asked.replace("(", r"\(")):
        read_line([_line(1), HOT], typed, people=[TERRY], today=FRIDAY)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40))
def test_any_line_is_an_entry_or_a_question(typed: str) -> None:
    try:
        entry = read_line([_line(1), HOT], typed, people=[TERRY], today=FRIDAY)
    except Unclear as question:
        told = question.title
    else:
        told = f"line {entry.line}" if entry.line in (1, 2) else ""
    assert told


def test_commands_print_a_sheet_show_it_and_key_it_in(school: Small, tmp_path: Path) -> None:
    out = tmp_path / "round.pdf"
    made = run("report", "round-sheet", "--out", out, register=school.path, on="2026-11-20")
    assert made.code == 0, made.err
    code = made.facts["figures"]["code"]
    shown = run("sheet", "show", code, register=school.path, on="2026-11-20").facts
    panel = next(one["line"] for one in shown["lines"] if one["what"].startswith("Fire alarm panel"))
    unclear = run("sheet", "key-in", code, "99 p", register=school.path, on="2026-11-20")
    assert unclear.code == 1
    assert "has no line 99" in unclear.facts["unclear"][0]
    keyed = run("sheet", "key-in", code, f"{panel} p", "--by", TERRY, register=school.path, on="2026-11-20")
    assert (keyed.code, keyed.facts["recorded"]) == (0, 1)
    listed = run("sheet", "list", register=school.path, on="2026-11-20").facts["sheets"]
    assert [one["code"] for one in listed] == [code]


def test_a_line_typed_in_two_ways_is_a_question_and_typed_twice_alike_is_one(school: Small, tmp_path: Path) -> None:
    with school.desk(write=True) as desk:
        sheet = keying.open_sheet(desk, printed(desk, tmp_path))
        panel = next(one.number for one in sheet.lines if one.what.startswith("Fire alarm panel"))
        _, asked = keying.read_lines(sheet, [f"{panel} p", f"{panel} f"])
        assert [one.title for one in asked] == [f"Line {panel} is typed twice, and not the same."]
        same, none = keying.read_lines(sheet, [f"{panel} p", f"{panel} p"])
    assert (len(same), none) == (1, [])


def test_an_unclear_word_on_a_walk_is_answered_with_the_letters_of_a_walk(school: Small, tmp_path: Path) -> None:
    with school.desk(write=True) as desk:
        code = reporting.write(desk, "walk-form", tmp_path / "walk.pdf").figures["code"]
        _, asked = keying.read_lines(keying.open_sheet(desk, code), ["2 n wobbly"])
    assert "Type y, n or x." in asked[0].remedy


def test_sheets_of_one_day_from_two_computers_keep_their_own_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Bench.open(tmp_path, monkeypatch) as bench:
        first = bench.school("Oakfield", "900001")
        second = bench.second(first, "B")
        bench.exchange(first, second)
        here, there = Desk(first, bench.clock), Desk(second, bench.clock)
        one = SheetLine(b"1" * 16, "", "", FRIDAY, "Fire alarm test", "Hall")
        two = SheetLine(b"2" * 16, "", "", FRIDAY, "Escape routes", "Hall")
        codes = []
        for desk, lines in ((here, [one, two]), (there, [two])):
            code = sheets.paper_code(desk, "round", "day 2026-11-20")
            assert code == sheets.paper_code(desk, "round", "day 2026-11-20"), "printed again it is the same"
            sheets.keep(desk, sheets.DAY, code, FRIDAY, "Somebody", lines)
            codes.append(code)
        bench.exchange(first, second)
        bench.exchange(second, first)
        for desk in (here, there):
            assert keying.open_sheet(desk, codes[0]).lines[0].what == "Fire alarm test"
            assert keying.open_sheet(desk, codes[1]).lines[0].what == "Escape routes"
            assert not conflicts.listing(desk)
