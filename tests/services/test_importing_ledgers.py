"""Ledgers of payments: right to the penny in every odd shape, and never doubled."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bursar_desk.domain.errors import Cancelled, UserError
from bursar_desk.domain.registry import BY_NAME, PRIVATE
from bursar_desk.services import importing
from bursar_desk.services.importing_read import Book, Sheet
from bursar_desk.services.importing_shapes import State
from db.queries.buying import spends
from tests.services.commands_kit import done
from tests.services.ledger_sheets import HEADS, ON, YEAR, apply, day, ledger, line, months, paid, plan, text_of
from tests.services.messy_sheets import workbook
from tests.services.small_school import Small, without_waiting


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    without_waiting(monkeypatch)
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    return Small.found(tmp_path)


# --- shapes ----------------------------------------------------------------------------------------------------------


def test_a_ledger_in_dos_letters_with_its_pound_sign_in_the_heading(small: Small, tmp_path: Path) -> None:
    path = tmp_path / "dos.csv"
    path.write_bytes(text_of([HEADS, line("Acme Ltd", "13/03/2026", "253.20")]).encode("cp437"))
    assert b"\x9c" in path.read_bytes()
    found = plan(small, path)
    assert months(found) == {"2026-03": 25_320}
    assert [one.state for one in found.rows] == [State.ADD]


def test_bare_cr_line_ends_with_one_crlf_and_quoted_commas(small: Small, tmp_path: Path) -> None:
    text = text_of([HEADS, line("Acme, Sons Ltd", "04/07/2026", "1,408.17", "CANNON ST, SURVEY"),
                    line("Acme, Sons Ltd", "16/07/2026", "450.00")])  # fmt: skip
    path = tmp_path / "cr.csv"
    path.write_bytes((text.replace("\r\n", "\r") + "\r\n").encode("cp1252"))
    assert months(plan(small, path)) == {"2026-07": 185_817}


def test_a_bom_a_blank_first_row_and_empty_trailing_columns(small: Small, tmp_path: Path) -> None:
    blank = [""] * 12
    lines = [blank, [*HEADS, *blank[6:]], [*line("Acme Ltd", "14 Apr 2026", "975.00"), *blank[6:]], blank, blank]
    path = tmp_path / "bom.csv"
    path.write_bytes(b"\xef\xbb\xbf" + text_of(lines).encode())
    found = plan(small, path)
    assert months(found) == {"2026-04": 97_500}
    assert "The headings stand in row 2; what is above them was passed over." in found.said


def test_gap_columns_headings_with_blanks_and_a_minus_behind(small: Small, tmp_path: Path) -> None:
    heads = ["Area", "", "Description", "", "", "Line", "", "Name:  ", "", "", "Payment Date", "", "Amount Paid"]
    rows = [
        ["A", "", "x", "", "", "1", "", name, "", "", "21/10/2026", "", amount]
        for name, amount in (("Acme Ltd", "1,935.00"), ("Acme Ltd", "106,396.00-"), ("Beta Ltd", "527.00"))
    ]
    path = tmp_path / "gaps.csv"
    path.write_text(text_of([heads, *rows]), "utf-8")
    found = plan(small, path)
    assert months(found) == {"2026-10": 193_500 - 10_639_600 + 52_700}


def test_other_headings_further_down_move_the_columns(small: Small, tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["Number", "Date", "Expenditure Category", "Supplier Name", "Classification", "Amount"],
        [1.0, day(2026, 4, 1), "Training", "Acme Ltd", "Courses", 7740.0],
        ["Number", "Date", "Subjective Description", "Supplier Name", "Amount"],
        ["6000", day(2026, 5, 8), "Hydrants", "Water Ltd", 834.58],
    ]
    found = plan(small, workbook(tmp_path / "two.xlsx", rows))
    assert months(found) == {"2026-04": 774_000, "2026-05": 83_458}
    assert any("Other headings stand in row 3" in one for one in found.said)


def test_a_sheet_a_month_whose_headings_change(small: Small, tmp_path: Path) -> None:
    def more(book: Any) -> None:
        other = book.create_sheet("Oct 26")
        other.append(["* Expenditure Category", "* Date", "* Total Invoice Amount", "* SUPPLIER FINAL"])
        other.append(["Repairs", day(2026, 10, 1), -825.48, "LOOKERS"])

    rows = [["Expenditure Category", "Date", "Total Invoice Amount", "SUPPLIER"],
            ["Repairs", day(2026, 9, 30), 4442.2699999999995, "LOOKERS"]]  # fmt: skip
    found = plan(small, workbook(tmp_path / "months.xlsx", rows, more))
    assert months(found) == {"2026-09": 444_227, "2026-10": -82_548}


def _pages(path: Path) -> Path:
    def more(book: Any) -> None:
        page = book.create_sheet("Page 2")
        page.append([None, None, None, "Town Council"])
        page.append(["20-Jan-26", 65, "Acme Ltd", "Rent", "5,375", "Office"])
        page.append([None, None, "Hub Ltd", "Mentoring scheme to support", 863, None])
        page.append(["17/03/2026", "CG 9", None, "of the community", None, "Grant"])
        page.append([None, None, "Total", None, "6,238"])

    rows = [[None, None, "Payments over £250"], ["Inv Date", "Ref", "Payee", "Details", "£ (net)", "Unrecoverable"],
            [None, None, None, None, None, "VAT"], ["04/07/2026", 1, "Acme Ltd", "Deposit", "1,800"],
            ["14/07/2026", 1, "Acme Ltd", "Rent", 900]]  # fmt: skip
    return workbook(path, rows, more)


def test_pages_without_headings_and_an_entry_over_two_rows(small: Small, tmp_path: Path) -> None:
    path = _pages(tmp_path / "pages.xlsx")
    found = plan(small, path)
    assert months(found) == {"2026-07": 270_000, "2026-01": 537_500}
    asked = found.of(State.ASK)
    assert [(one.sheet, one.row, one.what, one.reason) for one in asked] == [
        ("Page 2", 3, "Hub Ltd", "No day stands beside it."),
    ]  # fmt: skip
    (question,) = found.questions
    assert (question.default, question.choices[0].words) == ("2026-03-17", "17 March 2026, as the row below says")
    assert "1 line with a total passed over." in found.said
    answered = plan(small, path, **{question.key: "2026-03-17"})
    assert months(answered)["2026-03"] == 86_300


def test_a_day_that_may_be_a_month_is_asked_and_a_month_alone_is_enough_once_a_person_says_so(
    small: Small, tmp_path: Path
) -> None:
    path = ledger(tmp_path / "a.csv", line("Acme Ltd", "04/07/2026", "10.00"))
    assert [one.key for one in plan(small, path).questions] == ["date:order"]
    assert months(plan(small, path, **{"date:order": "dmy"})) == {"2026-07": 1000}
    path = ledger(tmp_path / "b.csv", line("Acme Ltd", "Mar-26", "10.00"), line("Acme Ltd", "Apr-26", "5.00"))
    asked = plan(small, path)
    assert [(one.key, one.rows) for one in asked.questions] == [("date:months", (2, 3))]
    assert months(asked) == {}
    assert months(plan(small, path, **{"date:months": "months"})) == {"2026-03": 1000, "2026-04": 500}


def test_a_ledger_without_days_asks_for_its_month_and_offers_what_the_file_is_called(
    small: Small, tmp_path: Path
) -> None:
    path = tmp_path / "spend-May-2026.csv"
    path.write_text("Supplier,Amount\nAcme Ltd,10.00\nBeta Ltd,5.00\n")
    asked = plan(small, path)
    assert [(one.key, one.default) for one in asked.questions] == [("date:all:1", "2026-05")]
    assert months(plan(small, path, **{"date:all:1": "2026-05"})) == {"2026-05": 1500}


def test_doubtful_sums_wait_and_coming_days_are_asked(small: Small, tmp_path: Path) -> None:
    path = ledger(tmp_path / "a.csv", line("Acme Ltd", "13/03/2026", "12.345"), line("Acme Ltd", "14/03/2027", "5.00"),
                  line("Acme Ltd", "15/03/2026", "n/a"), line("Acme Ltd", "16/03/2026", "8.00"))  # fmt: skip
    found = plan(small, path)
    assert months(found) == {"2026-03": 800}
    assert [(one.row, one.state) for one in found.rows[1:]] == [(2, State.ASK), (3, State.ASK), (4, State.LEFT)]
    done_ = apply(small, path, leave_out=True)
    assert (done_.added, done_.left) == (1, 2)
    assert months(plan(small, path, **{"amount:2": "£12.35", "date:row:3": "2026-03-14"})) == {"2026-03": 2535}


# --- once, and added up ----------------------------------------------------------------------------------------------


def test_the_same_ledger_twice_is_there_once_and_undo_takes_it_out(small: Small, tmp_path: Path) -> None:
    path = ledger(tmp_path / "year.csv", *YEAR, line("Beta Ltd", "15/01/2026", "-20.00"))
    assert apply(small, path).added == 2
    again = plan(small, path)
    assert {one.state for one in again.rows} == {State.KNOWN}
    with pytest.raises(UserError, match="nothing new"):
        apply(small, path)
    assert {name: one.pence for name, one in paid(small).items()} == {"Green Acre Ltd": 285_000, "Beta Ltd": -2000}
    done("undo", register=small.path, on=ON)
    assert paid(small) == {}
    assert apply(small, path).added == 2, "what was taken back comes in again"
    assert paid(small)["Green Acre Ltd"].pence == 285_000


def test_another_month_adds_up_and_the_same_payments_in_another_file_do_not(small: Small, tmp_path: Path) -> None:
    apply(small, ledger(tmp_path / "january.csv", *YEAR[:3]))
    more = ledger(tmp_path / "spring.csv", *YEAR[3:])
    found = plan(small, more)
    assert [(one.state, one.changes[0].before, one.changes[0].after) for one in found.rows] == [
        (State.CHANGE, "£1,425.00", "£2,850.00"),
    ]  # fmt: skip
    apply(small, more)
    assert (paid(small)["Green Acre Ltd"].pence, paid(small)["Green Acre Ltd"].count) == (285_000, 6)
    rows = [HEADS, *[[*one[:4], day(2026, n, 14), 475] for n, one in enumerate(YEAR, 1)]]
    saved = plan(small, workbook(tmp_path / "saved-anew.xlsx", rows))
    assert {one.state for one in saved.rows} == {State.KNOWN}


def test_other_sums_for_days_that_are_here_are_asked_about_and_never_doubled(small: Small, tmp_path: Path) -> None:
    apply(small, ledger(tmp_path / "part.csv", line("Acme Ltd", "13/06/2026", "100.00"),
                        line("Acme Ltd", "15/06/2026", "50.00")))  # fmt: skip
    full = ledger(tmp_path / "full.csv", line("Acme Ltd", "13/06/2026", "100.00"), line("Acme Ltd", "15/06/2026", "50"),
                  line("Acme Ltd", "28/06/2026", "25.00"), line("Beta Ltd", "28/06/2026", "9.00"))  # fmt: skip
    asked = plan(small, full)
    assert [(one.what, one.state) for one in asked.rows] == [("Acme Ltd", State.ASK), ("Beta Ltd", State.ADD)]
    assert [one.key for one in asked.questions] == ["overlap"]
    apply(small, full, overlap="instead")
    assert (paid(small)["Acme Ltd"].pence, paid(small)["Beta Ltd"].pence) == (17_500, 900)
    assert {one.state for one in plan(small, full).rows} == {State.KNOWN}
    card = ledger(tmp_path / "card.csv", line("Acme Ltd", "14/06/2026", "7.00"))
    assert apply(small, card, overlap="beside").changed == 1
    assert paid(small)["Acme Ltd"].pence == 18_200
    assert plan(small, card, overlap="leave out").of(State.ADD, State.CHANGE, State.ASK) == ()


def test_an_answer_given_later_corrects_the_same_file(small: Small, tmp_path: Path) -> None:
    path = ledger(tmp_path / "a.csv", line("Acme Ltd", "13/03/2026", "5.00"), line("Acme Ltd", "14/03/2026", "c. 9"))
    apply(small, path, leave_out=True)
    apply(small, path, **{"amount:3": "9.10"})
    assert (paid(small)["Acme Ltd"].pence, paid(small)["Acme Ltd"].count) == (1410, 2)


def test_what_ledgers_show_stays_on_own_computers(small: Small, tmp_path: Path) -> None:
    apply(small, ledger(tmp_path / "year.csv", *YEAR))
    assert BY_NAME["spend"].channel == PRIVATE
    with small.desk() as desk, desk.store.connect() as con:
        assert len(spends(con, desk.home)) == 6


# --- large, stopped, damaged -----------------------------------------------------------------------------------------


def test_a_ledger_of_fifty_thousand_payments_is_told_apart_to_the_penny_and_can_be_stopped(
    small: Small, tmp_path: Path
) -> None:
    chance = random.Random(4)
    rows: list[tuple[Any, ...]] = [tuple(HEADS)]
    total = 0
    for number in range(50_000):
        pence = chance.randrange(-10_000, 900_000)
        total += pence
        paid_on = day(2025, 9, 1) + dt.timedelta(days=chance.randrange(365))
        name = f"Supplier {chance.randrange(300)} Ltd"
        rows.append(tuple(line(name, f"{paid_on:%d/%m/%Y}", f"{pence / 100:.2f}", f"N{number}")))
    book = Book("large.csv", "csv", (Sheet("", tuple(rows)),))

    class Stop:
        def step(self, said: str, done_: int, _total: int) -> None:
            if "payments" in said and done_ > 1000:
                raise Cancelled

    with small.desk() as desk:
        found = importing.plan(desk, "ledger", book)
        assert (sum(months(found).values()), len(found.rows)) == (total, 300)
        with pytest.raises(Cancelled):
            importing.plan(desk, "ledger", book, progress=Stop())


CELLS = st.one_of(
    st.none(), st.text(max_size=20), st.floats(), st.integers(-(10**6), 10**6), st.dates(), st.booleans(),
    st.sampled_from(["TBC", "Total", "Mar-26", "04/07/2026", "£1.2k", "1,935.00-", "Acme Ltd", "=cmd|x", "|", "n/a"]),
)  # fmt: skip


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(CELLS, min_size=6, max_size=6), min_size=1, max_size=6))
def test_no_line_whatever_stands_in_it_makes_a_preview_fall(small: Small, lines: list[list[Any]]) -> None:
    book = Book("x.xlsx", "xlsx", (Sheet("S", (tuple(HEADS), *map(tuple, lines))),), (), 1900)
    with small.desk() as desk:
        try:
            found = importing.plan(desk, "ledger", book)
        except UserError:
            return  # nothing in it looks like sums or days, and it says so
    assert all(one.what or one.found or one.reason for one in found.rows)
