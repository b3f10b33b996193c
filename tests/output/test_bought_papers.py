"""Papers about contracts, deals and savings: every figure there, the same in each form, pages as promised."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from bought_story import (
    AT,
    DEADLINES,
    DEAL,
    ENTRIES,
    LEDGER,
    LOSING,
    MEETINGS,
    OAKFIELD,
    ON,
    QUOTES,
    SHARES,
    ST_ANNES,
)
from openpyxl import load_workbook
from pdf_reader import bookmarks, texts

from bursar_desk.domain.errors import UserError
from reports import (
    contract_forms,
    contract_plan,
    contract_register,
    contract_services,
    deal_paper,
    deal_paper_pages,
    savings_benefit,
    savings_statement,
)
from reports.contract_tables import TablesPaper, make_pdf
from reports.savings_benefit import Benefit, HoursRow, MoneyRow, PlacesRow

SERVICES = contract_services.sheet(
    "Oakfield", "2026-27",
    (contract_services.SchoolServices("Oakfield", (
        contract_services.Service("Payroll", "Payroll", "The council", 483820, 0, "Letter, 3 Jan 2026", "4 of 5, good",
                                  "Keep", "Governing body, minute 7/2, 3 Dec 2026", True, dt.date(2027, 1, 31), (),
                                  "R4K-73E-H"),
        contract_services.Service("Legal advice", "Legal", "", None, None, "", "", "", "Not decided", False, None,
                                  ("not decided yet",), "7TA-6GX-C"),
    ), "2 services, 1 not decided: 1 kept."),), AT,
)  # fmt: skip
BENEFITS = (
    Benefit("Oakfield", "2026-27 (April to March)", (HoursRow("Received from other schools", 4, 360, 13350, 3751),),
            (PlacesRow("IOSH Managing Safely", 2, 1, 1, 0, 25000),),
            (MoneyRow("Grounds", "Worked out from the deal", 47264, "R4K-73E-H"),
             MoneyRow("Cluster SBM, cost of the cluster", "Our share", -60000, "7TA-6GX-C")), ()),
)  # fmt: skip
PAPERS: dict[str, TablesPaper] = {
    "register": contract_register.register("Oakfield", ON, (OAKFIELD,), AT, stamp="7QK4-M2XD-91TH", practice=True),
    "registers": contract_register.register("The cluster", ON, (OAKFIELD, ST_ANNES), AT),
    "plan": contract_plan.plan("Oakfield", ON, DEADLINES, MEETINGS, AT, undated=("Water coolers",)),
    "savings": savings_statement.statement("Oakfield", ON, (LEDGER,), AT),
    "cluster": savings_statement.statement("The cluster", ON, (LEDGER, LOSING), AT),
    "services": SERVICES,
    "benefit": savings_benefit.statement("Oakfield", ON, BENEFITS, AT),
    "deal": deal_paper.as_tables(DEAL),
}  # fmt: skip


def words_in(given: TablesPaper) -> list[str]:
    found = [given.title, given.school, given.lead, *given.right]
    for part in given.parts:
        found += [part.title, *part.notes, *part.after]
        found += [cell.text for row in (*part.rows, part.total) for cell in row]
    return [text for text in found if text]


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("name", PAPERS)
def test_every_word_and_figure_stands_on_paper_and_on_the_web_page(name: str) -> None:
    given = PAPERS[name]
    pdf = deal_paper_pages.make_pdf(DEAL)[0] if name == "deal" else make_pdf(given)[0]
    printed = squeezed("".join(texts(pdf)))
    page = contract_forms.make_html(given).decode("utf-8").replace("&#x27;", "'").replace("&quot;", '"')
    for text in words_in(given):
        if text.startswith("Decision: "):
            continue  # it is the box on paper
        for word in text.split():
            assert squeezed(word) in printed, (name, text)
        assert text in page, (name, text)


@pytest.mark.parametrize("name", PAPERS)
def test_the_totals_of_the_workbook_are_those_of_the_paper_and_the_sums_of_its_rows(name: str, tmp_path: Path) -> None:
    given = PAPERS[name]
    book = load_workbook(contract_forms.write(given, tmp_path / "paper.xlsx").file)
    assert len(book.sheetnames) == len(given.parts) + 1
    for part, sheet in zip(given.parts, book.sheetnames[1:], strict=True):
        rows = [[cell.value for cell in row] for row in book[sheet].iter_rows()]
        for n, column in enumerate(part.columns):
            if not part.total or part.total[n].value is None:
                continue
            total = part.total[n]
            assert isinstance(total.value, int)
            number = Decimal(total.value) / 100 if column.kind == "money" else total.value
            assert any(row[n] is not None and Decimal(str(row[n])) == number for row in rows if row[0]
                       == part.total[0].text), (part.title, column.head)  # fmt: skip


@pytest.mark.parametrize("name", ["register", "registers", "savings", "cluster", "services", "benefit"])
def test_a_total_is_the_sum_of_what_counts_above_it(name: str) -> None:
    for part in PAPERS[name].parts:
        for n, column in enumerate(part.columns):
            total = part.total[n].value if part.total else None
            if column.kind != "money" or total is None or (name, column.head) == ("savings", "Before, a year"):
                continue
            rows = [row for row in part.rows if "Ceased" not in [cell.text for cell in row]]
            values = [row[n].value for row in rows]
            assert total == sum(one for one in values if isinstance(one, int)), (part.title, column.head)


@pytest.mark.parametrize("name", PAPERS)
def test_the_same_records_give_the_same_bytes_in_every_form(name: str, tmp_path: Path) -> None:
    for ending in ("pdf", "xlsx", "html"):
        one = contract_forms.write(PAPERS[name], tmp_path / f"one.{ending}").file.read_bytes()
        assert contract_forms.write(PAPERS[name], tmp_path / f"two.{ending}").file.read_bytes() == one


def test_another_ending_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(UserError):
        contract_forms.write(PAPERS["plan"], tmp_path / "plan.docx")
    assert list(tmp_path.iterdir()) == []


# --- one by one -------------------------------------------------------------------------------------------------------


def test_the_register_marks_what_waits_and_leaves_what_is_over_out_of_the_total() -> None:
    given = PAPERS["register"]
    assert given.lead == "5 contracts, 2 decisions to make soon."
    (part,) = given.parts
    assert (part.total[3].text, part.total[4].text) == ("£5,637.50", "£1,127.50")
    assert "1 contract without a price is not in the total." in part.after
    assert any(text.startswith("Photocopiers ran on.") for text in part.after)
    assert make_pdf(given)[1] == 1


def test_an_office_has_a_table_a_school_and_the_sum_of_all() -> None:
    parts = PAPERS["registers"].parts
    assert [part.title for part in parts] == ["Oakfield Primary School", "St Anne’s RC Primary School", "All schools"]
    assert [cell.text for cell in parts[-1].total] == ["All schools", "6", "£8,247.50", "£1,649.50"]


def test_many_contracts_run_on_and_none_is_lost() -> None:
    many = tuple(replace(ENTRIES[0], title=f"Contract {n:03d}") for n in range(120))
    whose = contract_register.SchoolContracts("Oakfield", many)
    pdf, pages = make_pdf(contract_register.register("Oakfield", ON, (whose,), AT))
    printed = texts(pdf)
    assert len(printed) == pages > 4
    assert all(f"Contract {n:03d}" in " ".join(printed) for n in range(120))
    assert all("Decide by" in page for page in printed)


def test_the_plan_names_every_month_once_and_stays_on_two_pages() -> None:
    given = PAPERS["plan"]
    table = given.parts[0]
    said = " ".join(row[0].text for row in table.rows)
    for text in ("Passed", "Nov 2026", "Dec 2026", "Jan to Feb 2027", "Mar 2027", "Apr 2027 to Apr 2028", "May 2028",
                 "Jun to Oct 2028"):  # fmt: skip
        assert said.count(text) == 1, text
    assert given.lead == "4 decisions in 24 months, £40,297.50 at stake."
    assert "Far away" not in " ".join(words_in(given))
    assert [row[2].text for row in given.parts[1].rows] == ["Grounds maintenance", "No contract", "Window cleaning"]
    many = [replace(DEADLINES[1], tell_by=dt.date(2026, 12, 1) + dt.timedelta(days=35 * n)) for n in range(20)]
    assert make_pdf(contract_plan.plan("Oakfield", ON, many, MEETINGS, AT))[1] <= 2


def test_a_plan_without_anything_says_so() -> None:
    given = contract_plan.plan("Oakfield", ON, (), (), AT)
    assert [cell.text for cell in given.parts[0].rows[0]][:2] == ["Nov 2026 to Oct 2028", "Nothing"]
    assert given.parts[1].nothing.startswith("No meeting is written down.")


def test_the_statement_shows_losses_and_adds_up_by_money_year() -> None:
    given = PAPERS["savings"]
    recurring, once, years, left = given.parts
    assert given.lead == "Oakfield saves £285.14 a year and saves £500 once. It pays more for Broadband."
    assert [row[5].mark for row in recurring.rows] == ["", "square"]
    assert recurring.rows[1][5].loud
    assert once.total[5].text == "£500.00"
    for row in (*years.rows, years.total):
        parts = [cell.value for cell in row[1:3] if isinstance(cell.value, int)]
        assert sum(parts) == row[3].value
    assert [cell.text for cell in left.rows[0]] == ["Paper", "It has no baseline."]


def test_the_cluster_statement_begins_with_the_sum_of_its_schools() -> None:
    first = PAPERS["cluster"].parts[0]
    for n in range(1, 6):
        values = [row[n].value for row in first.rows]
        assert first.total[n].value == sum(one for one in values if isinstance(one, int))
    assert [cell.loud for cell in first.rows[1]] == [False, False, True, False, True, True]


def test_a_school_that_is_worse_off_is_told_so() -> None:
    assert PAPERS["benefit"].lead == "2026-27 (April to March): we are £127.36 worse off."
    assert make_pdf(PAPERS["benefit"])[1] == 1
    both = savings_benefit.statement("The cluster", ON, (BENEFITS[0], replace(BENEFITS[0], school="Ely", money=())), AT)
    assert both.lead == "2 schools, a page each. Worse off this year: Oakfield."
    assert make_pdf(both)[1] == 3  # a page each after the sentence for all


# --- the deal ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("schools", "quotes"), [(7, 3), (1, 0), (21, 9), (40, 12)])
def test_the_deal_paper_is_exactly_two_pages_and_leaves_nothing_out(schools: int, quotes: int) -> None:
    shares = tuple(replace(SHARES[n % 7], name=f"School {n:02d}", base_code=f"C{n:02d}") for n in range(schools))
    shown = tuple(replace(QUOTES[n % 3], supplier=f"Firm {n:02d}") for n in range(quotes))
    pdf, pages = deal_paper_pages.make_pdf(replace(DEAL, shares=shares, quotes=shown))
    front, back = texts(pdf)
    assert pages == 2
    assert all(f"School {n:02d}" in front and f"C{n:02d}" in front for n in range(schools))
    assert all(f"Firm {n:02d}" in back for n in range(quotes))
    for said in ("Yes, join", "Yes, on conditions", "Minute reference", "Chair: name and signature", "Clerk:"):
        assert said in back, said
    assert "£19,450.00" in front or schools != 7


def test_every_figure_of_the_deal_has_its_record_beside_it() -> None:
    front, back = texts(deal_paper_pages.make_pdf(DEAL)[0])
    assert all(one.base_code in front for one in SHARES)
    assert all(one.code in back for one in QUOTES)
    assert {"H6M-XJ3-N", "XX4-943-K", "F4R-A43-M"} <= set(re.findall(r"[A-Z0-9]{3}-[A-Z0-9]{3}-[A-Z]", front))
    assert "costs" in " ".join(DEAL.share_words) or "more than now" in front


def test_best_value_and_cheapest_stand_side_by_side() -> None:
    part = deal_paper.quotes_part(DEAL)
    assert [row[5].text for row in part.rows] == ["Chosen and best value", "Cheapest", ""]


def test_a_deal_that_costs_more_is_loud() -> None:
    rows = deal_paper.shares_part(DEAL).rows
    assert [row[5].loud for row in rows] == [True, False, False, False, False, False, False]
    dearer = replace(DEAL, money=(*DEAL.money[:2], ("What it would cost us more, below nought", -100, -20, "")))
    assert deal_paper.parts_of(dearer)[1].rows[-1][1].loud


def test_the_deal_paper_can_be_walked_by_its_headings() -> None:
    marks = bookmarks(deal_paper_pages.make_pdf(DEAL)[0])
    assert "What it costs us" in marks
    assert any(one.startswith("Decision of the governing body") for one in marks)
