"""Registers of contracts from spreadsheets: every doubtful cell said, no wrong date, twice is once, changes kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import Cancelled, Refused, UserError
from bursar_desk.services import importing
from bursar_desk.services.importing_contracts_known import source_words
from bursar_desk.services.importing_read import read_file
from bursar_desk.services.importing_shapes import State
from tests.services.commands_kit import done
from tests.services.contract_sheets import LINES, apply, by_row, day, firms, kept, plan, register, told
from tests.services.messy_sheets import ods, with_parts, workbook
from tests.services.small_school import DAWN, FOUNDED, Small, without_waiting


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    without_waiting(monkeypatch)
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    return Small.found(tmp_path)


def test_every_doubtful_cell_is_said_and_none_of_them_is_taken(small: Small, tmp_path: Path) -> None:
    found = by_row(plan(small, register(tmp_path / "register.csv")))
    assert [one.state for one in found.values()] == [State.ADD] * 6
    good = found[4].values
    assert (good["first"], good["last"], good["yearly"]) == (day(2025, 4, 1), day(2027, 3, 31), 120_000)
    assert (good["notice"], good["notice_unit"], good["at_end"], good["renew_months"]) == (3, "months", "renews", 12)
    assert good["owner"] == small.people[DAWN]
    assert found[4].doubts == ()
    assert told(found[5]) == {"first": "Mar-16"}
    assert "first" not in found[5].values
    assert told(found[6]) == {
        "owner": "Nobody Known", "last": "ongoing", "value": "12000 (inc VAT)", "notice": "one term",
    }  # fmt: skip
    assert not {"last", "yearly", "notice"} & set(found[6].values)
    assert told(found[7]) == {"last": "31/12/2061", "value": "TBC"}
    assert told(found[8]) == {"last": "04/07/2026"}, "0 stands for no value, and an end before its start is asked"
    assert not {"first", "last", "yearly"} & set(found[8].values)
    assert told(found[9]) == {"supplier": "Shine Ltd; Gleam Ltd"}
    assert found[9].values["yearly"] == 193_500
    assert "supplier" not in found[9].values


def test_answers_complete_the_doubtful_cells(small: Small, tmp_path: Path) -> None:
    answers = {
        "first:row:5": "2016-03-01", "last:row:6": "leave out", "value:6:rate": "2000", "notice:6": "12 weeks",
        "last:row:7": "2029-09-13", "value:7": "£480", "last:row:8": "2028-01-19", "which:9": "gleam",
    }  # fmt: skip
    found = by_row(plan(small, register(tmp_path / "register.csv"), **answers))
    assert found[5].values["first"] == day(2016, 3, 1)
    assert (found[6].values["yearly"], found[6].values["vat_rate"]) == (1_000_000, 2000)
    assert (found[6].values["notice"], found[6].values["notice_unit"]) == (12, "weeks")
    assert (found[7].values["last"], found[7].values["yearly"]) == (day(2029, 9, 13), 48_000)
    assert (found[8].values["first"], found[8].values["last"]) == (day(2027, 1, 20), day(2028, 1, 19))
    assert found[9].values["supplier"] == "new supplier Gleam Ltd"
    assert [told(one) for row, one in found.items() if row != 6] == [{}] * 5


def test_contracts_come_as_drafts_with_what_is_to_complete_and_one_undo_takes_all_out(
    small: Small, tmp_path: Path
) -> None:
    path = register(tmp_path / "register.csv")
    done_ = apply(small, path)
    assert (done_.added, done_.changed, done_.sentence) == (
        6, 0, "6 contracts brought in as drafts and 5 suppliers added.",
    )  # fmt: skip
    now = kept(small)
    assert {one.state for one in now.values()} == {"draft"}
    assert "Starts “Mar-16”: It names a month, not a day." in now["C-2"].note
    assert source_words(now["C-2"].came_from) == "register.csv, row 5"
    assert firms(small) == ["Copy & Print Ltd", "Fibre Co", "Green Acre Ltd", "Lancs Council", "Music Co"]
    done("undo", register=small.path, on="2026-11-20")
    assert kept(small) == {}
    assert firms(small) == []
    assert apply(small, path).added == 6, "and it comes in again"


def test_the_same_file_twice_adds_and_changes_nothing(small: Small, tmp_path: Path) -> None:
    path = register(tmp_path / "register.csv")
    apply(small, path)
    again = plan(small, path)
    assert {one.state for one in again.rows} == {State.KNOWN}
    with pytest.raises(UserError, match="nothing new"):
        apply(small, path)
    assert len(kept(small)) == 6


def test_a_changed_value_shows_before_and_after_and_is_brought_up_to_date(small: Small, tmp_path: Path) -> None:
    path = register(tmp_path / "register.csv")
    apply(small, path)
    changed = [(*LINES[0][:3], "£1,350.50 + VAT", *LINES[0][4:]), *LINES[1:]]
    found = by_row(plan(small, register(path, changed)))
    assert [one.state for one in found.values()].count(State.CHANGE) == 1
    assert [(one.before, one.after) for one in found[4].changes] == [("£1,200.00", "£1,350.50")]
    done_ = apply(small, path)
    assert (done_.added, done_.changed) == (0, 1)
    assert kept(small)["C-1"].yearly == 135_050
    assert kept(small)["C-1"].last == day(2027, 3, 31)
    assert {one.state for one in plan(small, path).rows} == {State.KNOWN}


def test_what_a_person_changed_here_is_never_overwritten_without_being_asked(small: Small, tmp_path: Path) -> None:
    path = register(tmp_path / "register.csv")
    apply(small, path)
    mine = kept(small)["C-1"]
    with small.act(ActCode.CHANGE_CONTRACT, FOUNDED) as act:
        act.set("contract", mine.id, {"yearly": 130_000, "vat_rate": 2000, "state": "live"})
    assert by_row(plan(small, path))[4].state is State.KNOWN, "the file says what it said: ours stays"
    register(path, [(*LINES[0][:3], "£1,500 + VAT", *LINES[0][4:]), *LINES[1:]])
    asked = plan(small, path)
    row = by_row(asked)[4]
    assert (row.state, [one.key for one in row.doubts]) == (State.KNOWN, ["keep:4:yearly"])
    assert "changed here to £1,300.00, and the file says £1,500.00" in row.doubts[0].why
    assert by_row(plan(small, path, **{"keep:4:yearly": "ours"}))[4].doubts == ()
    apply(small, path, answers={"keep:4:yearly": "file"})
    now = kept(small)["C-1"]
    assert (now.yearly, now.vat_rate, now.state) == (150_000, 2000, "live")


def test_a_draft_completed_here_stays_completed(small: Small, tmp_path: Path) -> None:
    path = register(tmp_path / "register.csv")
    apply(small, path)
    mine = kept(small)["C-2"]
    with small.act(ActCode.CHANGE_CONTRACT, FOUNDED) as act:
        act.set("contract", mine.id, {"first": day(2024, 12, 1), "last": mine.last})
        act.set("contract", mine.id, {"note": "Seen the paper."})
    found = plan(small, path)
    assert {one.state for one in found.rows} == {State.KNOWN}
    answered = by_row(plan(small, path, **{"first:row:5": "2016-03-01"}))[5]
    assert [one.key for one in answered.doubts] == ["keep:5:first"], "both said a day, so a person chooses"


def test_an_answer_given_later_changes_the_same_contract(small: Small, tmp_path: Path) -> None:
    lines = [("Grounds", "Green Acre Ltd", "", "£500", "Mar-16", "30/11/2027", "", "", "")]
    path = register(tmp_path / "register.csv", lines)
    apply(small, path)
    found = by_row(plan(small, path, **{"first:row:4": "2016-03-31"}))
    assert [one.state for one in found.values()] == [State.CHANGE], "without a reference its day is not what it is"
    apply(small, path, answers={"first:row:4": "2016-03-31"})
    assert [(one.first, one.last) for one in kept(small).values()] == [(day(2016, 3, 31), day(2027, 11, 30))]


def test_suppliers_are_the_same_by_name_only_and_likeness_needs_a_persons_yes(small: Small, tmp_path: Path) -> None:
    with small.act(ActCode.ADD_SUPPLIER, FOUNDED) as act:
        green = act.create("supplier", {"name": "GREEN ACRE LIMITED"})
        lancs = act.create("supplier", {"name": "Lancs Council Services", "also": json.dumps(["LCC Trading"])})
    lines = [
        ("Grounds", "The Green Acre Ltd", "A", "£1", "", "", "", "", ""),
        ("Payroll", "Lancs Council", "B", "£2", "", "", "", "", ""),
        ("HR", "LCC Trading Ltd", "C", "£3", "", "", "", "", ""),
    ]
    path = register(tmp_path / "register.csv", lines)
    found = by_row(plan(small, path))
    assert (found[4].values["supplier"], found[6].values["supplier"]) == (green, lancs)
    assert (found[5].state, found[5].doubts[0].key) == (State.ASK, "supplier:lancs council")
    with pytest.raises(UserError, match="1 row is in doubt"):
        apply(small, path)
    same = {"supplier:lancs council": lancs.hex()}
    apply(small, path, answers=same)
    assert {one.supplier for one in kept(small).values()} == {green, lancs}
    assert {one.state for one in plan(small, path).rows} == {State.KNOWN}, "its other name is kept, nobody is asked"
    new = by_row(plan(small, register(path, [("X", "Lancs Councill", "D", "£1", "", "", "", "", "")])))
    assert new[4].state is State.ASK


def test_a_new_supplier_is_made_once_however_often_it_is_named(small: Small, tmp_path: Path) -> None:
    lines = [("A", "Acme Ltd", "1", "£1", "", "", "", "", ""), ("B", "ACME LIMITED", "2", "£1", "", "", "", "", "")]
    apply(small, register(tmp_path / "register.csv", lines))
    assert firms(small) == ["Acme Ltd"]
    assert len({one.supplier for one in kept(small).values()}) == 1


def test_one_award_for_several_suppliers_is_one_contract_and_another_with_its_reference_is_asked(
    small: Small, tmp_path: Path
) -> None:
    heads = ("Award ID", "Supplier name", "Value amount", "Start", "End")
    lines = [
        ("X1", "One Ltd", "100", "2026-01-01", "2026-12-31"), ("X1", "Two Ltd", "100", "2026-01-01", "2026-12-31"),
        ("X1", "One Ltd", "100", "2026-01-01", "2026-12-31"), ("X1", "Three Ltd", "900", "2027-01-01", "2027-12-31"),
    ]  # fmt: skip
    path = register(tmp_path / "awards.csv", lines, heads)
    found = plan(small, path)
    assert [(one.row, one.state) for one in found.rows] == [(4, State.ADD), (7, State.ASK)]
    assert "Rows 4, 5 and 6 are the same contract." in found.rows[0].values["note"]
    other = plan(small, path, **{"twin:7": "other"})
    assert [one.state for one in other.rows] == [State.ADD, State.ADD]
    apply(small, path, answers={"twin:7": "other"})
    assert {one.state for one in plan(small, path, **{"twin:7": "other"}).rows} == {State.KNOWN}


def test_a_value_of_the_whole_contract_becomes_a_years_only_over_whole_months(small: Small, tmp_path: Path) -> None:
    heads = ("Title", "Supplier", "Total value", "Start", "End")
    lines = [
        ("A", "One Ltd", "£190,000 ex VAT", "01/06/2022", "31/05/2024"),
        ("B", "One Ltd", "£190,000 ex VAT", "01/06/2022", "20/05/2024"),
        ("C", "One Ltd", "£900 pcm", "13/06/2022", "31/05/2024"),
    ]
    found = by_row(plan(small, register(tmp_path / "whole.csv", lines, heads)))
    assert found[4].values["yearly"] == 9_500_000
    assert "yearly" not in found[5].values
    assert "£190,000" in found[5].values["note"]
    assert found[6].values["yearly"] == 1_080_000


def test_a_bare_value_is_asked_about_once_for_the_column(small: Small, tmp_path: Path) -> None:
    heads = ("Title", "Supplier", "Value", "Start", "End")
    lines = [("A", "One Ltd", "2400", "01/06/2022", "31/05/2024"), ("B", "Two Ltd", "3000", "13/06/2022", "")]
    path = register(tmp_path / "bare.csv", lines, heads)
    found = plan(small, path)
    assert [one.key for one in found.questions if one.rows == (4, 5)] == ["value:vat", "value:per"]
    assert all("yearly" not in one.values for one in found.rows)
    year = by_row(plan(small, path, **{"value:per": "year", "value:vat": "net"}))
    whole = by_row(plan(small, path, **{"value:per": "whole"}))
    assert [one.values.get("yearly") for one in year.values()] == [240_000, 300_000]
    assert [one.values.get("yearly") for one in whole.values()] == [120_000, None]


def test_a_row_that_adds_up_the_others_is_no_contract(small: Small, tmp_path: Path) -> None:
    heads = ("Title", "Supplier", "Yearly cost (net)", "Start", "End")
    lines = [("Lift", "One Ltd", "2400", "13/06/2022", "31/05/2024"), ("Total", "", "2400", "", ""),
             ("Grand total:", "", "2400", "", ""), ("Total maintenance", "", "10", "13/06/2022", "")]  # fmt: skip
    found = by_row(plan(small, register(tmp_path / "sums.csv", lines, heads)))
    assert [one.state for one in found.values()] == [State.ADD, State.LEFT, State.LEFT, State.ADD]


def test_day_and_month_come_from_evidence_or_are_asked(small: Small, tmp_path: Path) -> None:
    lines = [("A", "One Ltd", "1", "£1", "04/07/2016", "20-Jan-17", "", "", "")]
    path = register(tmp_path / "order.csv", lines)
    row = by_row(plan(small, path))[4]
    assert "first" not in row.values
    assert [one.key for one in row.doubts] == ["first:order"]
    assert by_row(plan(small, path, **{"first:order": "dmy"}))[4].values["first"] == day(2016, 7, 4)
    register(path, [*lines, ("B", "Two Ltd", "2", "£1", "25/07/2016", "", "", "", "")])
    assert by_row(plan(small, path))[4].values["first"] == day(2016, 7, 4)


BYTES = {
    "UTF-8 with BOM": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "Windows": lambda text: text.encode("cp1252"),
    "DOS": lambda text: text.encode("cp437"),
    "bare CR": lambda text: text.replace("\r\n", "\r").replace("\n", "\r").encode("cp1252"),
}


@pytest.mark.parametrize("name", BYTES)
def test_odd_letters_and_line_ends_read_the_same(small: Small, tmp_path: Path, name: str) -> None:
    text = 'Contract,,Supplier,Annual cost (£)\r\nGrounds,,Green Acre Ltd,"£1,240.50"\r\n,,,\r\n'
    path = tmp_path / "odd.csv"
    path.write_bytes(BYTES[name](text))
    found = plan(small, path)
    assert [(one.what, one.values["yearly"]) for one in found.rows] == [("Grounds", 124_050)]


def test_workbooks_and_several_sheets_are_read_whole(small: Small, tmp_path: Path) -> None:
    def more(book: Any) -> None:
        other = book.create_sheet("ICT")
        other.append(["", "", ""])
        other.append(["Contract", "Provider", "Start", "Expiry date"])
        other.append(["Broadband", "Fibre Co", day(2026, 9, 1), "TBC"])
        book.create_sheet("Lists").append(["Yes", "No"])

    path = workbook(tmp_path / "book.xlsx", [["Title", "Supplier", "Start", "End"],
                                             ["Grounds", "Green", day(2026, 4, 1), 46477]], more)  # fmt: skip
    found = plan(small, path)
    assert [(one.what, one.sheet, one.values.get("first"), one.values.get("last")) for one in found.rows] == [
        ("Grounds", "Sheet", day(2026, 4, 1), day(2027, 3, 31)), ("Broadband", "ICT", day(2026, 9, 1), None),
    ]  # fmt: skip
    assert "“Lists” has no headings we know, and nothing was read there." in found.said
    table = ods(tmp_path / "book.ods", [["Title", "Supplier", "Start"], ["Grounds", "Green", "date:2026-04-01"]])
    assert plan(small, table).rows[0].values["first"] == day(2026, 4, 1)


def test_links_to_other_files_are_refused_until_a_person_says_as_saved(small: Small, tmp_path: Path) -> None:
    path = workbook(tmp_path / "linked.xlsx", [["Title", "Supplier", "Start"], ["Grounds", "Green", day(2026, 4, 1)]])
    with_parts(path, {"xl/externalLinks/externalLink1.xml": b"<a/>"})
    with pytest.raises(Refused, match="other files"):
        plan(small, path)
    with small.desk() as desk:
        assert len(importing.plan(desk, "contracts", path, as_saved=True).rows) == 1
    ran = done("import", "contracts", path, "--as-saved", register=small.path, on="2026-11-20")
    assert ran["would_add"] == 1


def test_macros_stay_refused_and_formulas_are_only_words(small: Small, tmp_path: Path) -> None:
    path = workbook(tmp_path / "m.xlsx", [["Title", "Supplier"], ["a", "b"]])
    with_parts(path, {"xl/vbaProject.bin": b"x", "xl/externalLinks/externalLink1.xml": b"<a/>"})
    with small.desk() as desk, pytest.raises(Refused, match="macros"):
        importing.plan(desk, "contracts", path, as_saved=True)
    lines = [("=cmd|' /C calc'!A0", "=HYPERLINK(1)", "1", "=1+1", "=TODAY()", "", "=2", "", "")]
    row = by_row(plan(small, register(tmp_path / "f.csv", lines)))[4]
    assert row.values["title"] == "=cmd|' /C calc'!A0"
    assert not {"yearly", "first", "notice"} & set(row.values)


def test_a_stop_is_obeyed_and_a_file_without_headings_says_what_to_do(small: Small, tmp_path: Path) -> None:
    class Stop:
        def step(self, said: str, _done: int, _total: int) -> None:
            if "contracts" in said:
                raise Cancelled

    path = register(tmp_path / "register.csv")
    with small.desk() as desk, pytest.raises(Cancelled):
        importing.plan(desk, "contracts", path, progress=Stop())
    odd = tmp_path / "odd.csv"
    odd.write_text("1,2,3\n4,5,6\n")
    with pytest.raises(UserError, match="headings were not found"):
        plan(small, odd)
    with small.desk() as desk:
        book = read_file(odd)
        named = importing.plan(desk, "contracts", book, {"title": "A", "supplier": "B", "reference": "C"})
        assert [one.values["reference"] for one in named.rows] == ["3", "6"]
        with pytest.raises(UserError, match="no column"):
            importing.plan(desk, "contracts", book, {"title": "Nope", "supplier": "B"})
