"""Contracts and ledgers brought in through the widgets: dropped, asked, brought in, taken back; what is suggested."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from bursar_desk.domain.acts import ActCode
from bursar_desk.services import spend
from bursar_desk.ui.pages.contracts_import import ContractsImportPage
from db.queries.contracts import ContractRow, contracts, suppliers
from tests.services.messy_sheets import with_parts, workbook
from tests.services.small_school import DAWN, FOUNDED, Small, without_waiting
from tests.windows.desk_bench import Shown, click, open_small, settle, window_on
from tests.windows.page_bench import Chosen, buttons, cut_off, drop, nameless, press_button, words_of

day = dt.date
HEADS = ("Title", "Supplier", "Annual value", "Start", "End")


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    without_waiting(monkeypatch)
    made = Small.found(tmp_path)
    with made.act(ActCode.ADD_SUPPLIER, FOUNDED) as act:
        act.create("supplier", {"name": "Lancs Council Services"})
    return made


@pytest.fixture
def shown(small: Small) -> Iterator[Shown]:
    with window_on(open_small(small, DAWN)) as made:
        yield made


def page_of(shown: Shown) -> ContractsImportPage:
    page = shown.page("contractsin")
    assert isinstance(page, ContractsImportPage)
    return page


def text(path: Path, *rows: tuple[str, ...]) -> Path:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    path.write_text(out.getvalue(), "utf-8")
    return path


def held(shown: Shown) -> list[ContractRow]:
    with shown.desk.store.connect() as con:
        return contracts(con, shown.desk.home)


def _register(path: Path) -> Path:
    return text(
        path, HEADS, ("Grounds", "Green Acre Ltd", "£1,200 + VAT", "01/04/2026", "31/03/2027"),
        ("Payroll", "Lancs Council", "TBC", "13/04/2026", "ongoing"),
    )  # fmt: skip


def _ledger(path: Path) -> Path:
    paid = [(f"14/{n:02d}/2026", "Green Acre Ltd", "Grass cutting", "475.00") for n in range(1, 7)]
    people = [(f"15/{n:02d}/2026", "Jane Smith", "Piano", "60.00") for n in range(1, 5)]
    return text(path, ("Payment date", "Name", "Description", "Amount"), *paid, *people)


def test_a_dropped_register_is_seen_asked_about_and_brought_in_and_one_step_takes_it_back(
    shown: Shown, tmp_path: Path
) -> None:
    page = page_of(shown)
    assert "Drop a register of contracts or a ledger of payments here." in words_of(page)
    actions = 0
    drop(page.pane, _register(tmp_path / "register.csv"))
    actions += 1
    view = page.pane.preview
    assert view is not None
    assert held(shown) == [], "nothing is written before the button"
    assert "Is “Lancs Council” a supplier we have?" in words_of(page)
    assert "Bring in 1 contract, leave out 1" in buttons(page)
    press_button(page, "Same as Lancs Council Services")
    actions += 1
    press_button(page, "Bring in 2 contracts")
    actions += 1
    assert actions <= 6
    rows = {one.title: one for one in held(shown)}
    assert (rows["Grounds"].first, rows["Grounds"].yearly, rows["Grounds"].state) == (day(2026, 4, 1), 120_000, "draft")
    assert rows["Payroll"].last is None
    assert "“ongoing”" in rows["Payroll"].note
    with shown.desk.store.connect() as con:
        assert [one.name for one in suppliers(con, shown.desk.home)] == ["Green Acre Ltd", "Lancs Council Services"]
    assert shown.frame.undo_bar.text.startswith("2 contracts brought in as drafts")
    click(shown.frame.undo_bar.button)
    assert held(shown) == []


def test_a_sum_is_typed_into_its_question_and_a_day_picked(shown: Shown, tmp_path: Path) -> None:
    page = page_of(shown)
    path = text(tmp_path / "r.csv", HEADS, ("Gym", "Gym Co", "£500-£600 + VAT", "Mar-26", ""))
    page.pane.files = Chosen(tmp_path, [path])  # type: ignore[assignment]
    press_button(page, "Choose a spreadsheet")
    field = next(one for one in page.findChildren(QLineEdit) if one.accessibleName() == "The price a year for row 2")
    field.setText("£550")
    QTest.keyClick(field, Qt.Key.Key_Return)
    settle()
    press_button(page, "31 March 2026")
    press_button(page, "Bring in 1 contract")
    (row,) = held(shown)
    assert (row.yearly, row.first) == (55_000, day(2026, 3, 31))
    assert "To complete" not in row.note


def test_a_ledger_is_known_by_its_headings_and_suggests_contracts_nobody_recorded(shown: Shown, tmp_path: Path) -> None:
    page = page_of(shown)
    drop(page.pane, _ledger(tmp_path / "ledger.csv"))
    press_button(page, "Bring in 2 suppliers")
    pane = page.pane.spend
    assert [one.called for one in pane.model.rows] == ["Green Acre Ltd"]
    assert "1 supplier we pay and have no contract for" in words_of(page)
    press_button(page, "Show 1 name that may be people")
    assert [one.called for one in pane.model.rows] == ["Green Acre Ltd", "Jane Smith"]
    pane.table.choose("green acre")
    settle()
    press_button(page, "Make a draft contract")
    assert [one.title for one in held(shown)] == ["Grounds maintenance, Green Acre Ltd"]
    assert [one.called for one in pane.model.rows] == ["Jane Smith"]
    pane.table.choose("jane smith")
    settle()
    press_button(page, "Not a contract")
    assert pane.model.rows == ()
    shown.window.undo()
    settle()
    assert [one.called for one in pane.model.rows] == ["Jane Smith"]


def test_payments_are_put_to_a_contract_we_have(shown: Shown, tmp_path: Path) -> None:
    page = page_of(shown)
    drop(page.pane, _register(tmp_path / "register.csv"))
    press_button(page, "A new supplier")
    press_button(page, "Bring in 2 contracts")
    drop(page.pane, text(tmp_path / "l.csv", ("Date", "Supplier", "Amount"),
                         *((f"14/{n:02d}/2026", "Greenacre Grounds Ltd", "9.00") for n in range(1, 5))))  # fmt: skip
    press_button(page, "Bring in 1 supplier")
    pane = page.pane.spend
    pane.table.choose("greenacre grounds")
    settle()
    contract = next(one for one in held(shown) if one.title == "Grounds")
    pane.contract.picked.emit(contract.id.hex())
    settle()
    (one,) = (each for each in spend.spending(shown.desk).suppliers)
    assert (one.said, one.contract, pane.model.rows) == (spend.BELONGS, contract.id, ())


def test_the_same_file_can_be_read_as_the_other_kind_and_left(shown: Shown, tmp_path: Path) -> None:
    page = page_of(shown)
    drop(page.pane, _ledger(tmp_path / "ledger.csv"))
    press_button(page, "Read it as contracts")
    assert page.pane.preview is page.pane.previews["contracts"]
    press_button(page, "Go back")
    assert page.pane.preview is None
    assert held(shown) == []


def test_a_workbook_with_links_is_read_as_saved_only_when_a_person_says_so(shown: Shown, tmp_path: Path) -> None:
    page = page_of(shown)
    path = workbook(tmp_path / "linked.xlsx", [["Title", "Supplier", "Start"], ["Grounds", "Green", day(2026, 4, 1)]])
    with_parts(path, {"xl/externalLinks/externalLink1.xml": b"<a/>"})
    drop(page.pane, path)
    assert "That workbook takes figures from other files." in words_of(page)
    assert page.pane.preview is None
    press_button(page, "Read the figures as saved")
    assert page.pane.preview is not None
    assert "Bring in 1 contract" in buttons(page)
    assert "That workbook takes figures from other files." not in words_of(page)


def test_everything_has_a_name_and_no_button_is_cut_off(shown: Shown, tmp_path: Path) -> None:
    page = page_of(shown)
    assert cut_off(page) == []
    drop(page.pane, _register(tmp_path / "register.csv"))
    assert (cut_off(page), nameless(page)) == ([], [])
    press_button(page, "Go back")
    drop(page.pane, _ledger(tmp_path / "ledger.csv"))
    press_button(page, "Bring in 2 suppliers")
    assert (cut_off(page), nameless(page)) == ([], [])
