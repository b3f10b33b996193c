"""Papers about contracts, deals and savings made from real registers, each figure followed back to its record."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from openpyxl import load_workbook

from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.services import (
    buying,
    contracts,
    deals,
    meetings,
    record_codes,
    reporting,
    reporting_papers,
    savings,
)
from bursar_desk.services.contracts_shapes import Deciding
from bursar_desk.services.desk import Desk
from bursar_desk.services.savings import NewSaving
from tests.services import buying_kit
from tests.services.buying_world import NOW, World
from tests.storage.workbench import Bench

CODE = re.compile(r"\b[34679ACDEFGHJKMNPRTVWXY]{3}-[34679ACDEFGHJKMNPRTVWXY]{3}-[A-Z]\b")
NEW = NewSaving(
    "Photocopiers", "recurring", 240_000, dt.date(2026, 3, 1), "Invoice 17", 290_000, "Order 4", dt.date(2026, 9, 1)
)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    with Bench.open(tmp_path, monkeypatch) as bench:
        yield World.begin(bench)


def printed(path: Path) -> list[str]:
    document = pypdfium2.PdfDocument(path)
    try:
        return [" ".join(str(page.get_textpage().get_text_range()).split()) for page in document]
    finally:
        document.close()


def made(desk: Desk, name: str, folder: Path, **more: bytes) -> list[str]:
    """One paper in all three forms; its text page by page."""
    for ending in ("xlsx", "html"):
        reporting.write(desk, name, folder / f"{name}.{ending}", **more)  # type: ignore[arg-type]
    written = reporting.write(desk, name, folder / f"{name}.pdf", **more)  # type: ignore[arg-type]
    found = printed(written.file)
    assert len(found) == written.pages
    return found


# --- contracts --------------------------------------------------------------------------------------------------------


def test_the_register_of_a_school_and_of_every_school(world: World, tmp_path: Path) -> None:
    world.copiers()
    world.contract(0, "Broadband", "Northlink", "broadband", 118_750)
    meetings.add(world.desks[0], "Finance committee", [dt.date(2027, 5, 20), dt.date(2028, 5, 4)])
    world.exchange()
    (page,) = made(world.desks[0], "contracts", tmp_path)
    for said in ("Broadband", "£1,187.50", "£2,400.00", "Copyline Ltd", "Rolled over", "£3,587.50"):
        assert said in page, said
    whole = " ".join(made(world.office, "contracts", tmp_path))
    assert all(name in whole for name in ("Lourdes", "Teresa", "Joseph", "COPYLINE LIMITED"))
    board = contracts.board(world.office)
    assert words.money_exact(board.yearly) in whole
    book = load_workbook(tmp_path / "contracts.xlsx")
    totals = [row[2].value for row in book["All schools"].iter_rows() if row[0].value == "All schools" and row[2].value]
    assert [round(float(one) * 100) for one in totals if not isinstance(one, str)] == [board.yearly]


def test_the_plan_goes_by_the_last_safe_day_and_ends_where_notice_was_given(world: World, tmp_path: Path) -> None:
    world.at(dt.date(2027, 3, 1))
    grounds = world.contract(0, "Grounds", "Hague", "grounds", 261_000)
    world.contract(0, "Cleaning", "Brightway", "cleaning", 1_200_000)
    desk = world.desks[0]
    meetings.add(desk, "Finance committee", [dt.date(2027, 5, 13)])
    (page,) = made(desk, "forward-plan", tmp_path)
    assert page.count("If it runs on before: runs on to") == 2  # each renews every year, so twice in 24 months
    assert "2 decisions in 24 months, £14,610 at stake." in page  # only what happens first counts
    safe = contracts.show(desk, grounds).line.standing.last_safe
    assert safe is not None
    assert words.short_date(safe.serve_by) in page
    assert "13 May 2027, Finance committee" in page
    assert "Runs on to 31 Aug 2028" in page
    contracts.decide(desk, grounds, "notice given", Deciding(served_on=dt.date(2027, 3, 1), served_how="post"))
    (page,) = made(desk, "forward-plan", tmp_path)
    assert "Notice given" in page
    assert "1 decision in 24 months, £12,000 at stake." in page
    world.exchange()
    whole = " ".join(made(world.office, "forward-plan", tmp_path))
    assert "13 May 2027" in whole
    assert ": Finance committee" in whole


def test_an_empty_school_still_gets_each_paper(world: World, tmp_path: Path) -> None:
    for name in reporting_papers.NAMES:
        if name != "deal":
            assert made(world.desks[1], name, tmp_path)
            assert made(world.office, name, tmp_path)


# --- savings ----------------------------------------------------------------------------------------------------------


def test_the_statement_of_the_cluster_is_the_sum_of_its_schools_on_paper_too(world: World, tmp_path: Path) -> None:
    savings.add(world.desks[0], NEW)
    savings.add(world.desks[1], replace(NEW, title="Paper", after=100_000))
    world.exchange()
    whole = " ".join(made(world.office, "savings", tmp_path))
    view = savings.cluster(world.office)
    assert words.money_exact(view.sums.whole) in whole
    assert words.money_exact(view.sums.a_year) in whole
    (page,) = made(world.desks[0], "savings", tmp_path)
    assert "costs £500 more a year" in page
    assert "It pays more for Photocopiers." in page
    benefit = " ".join(made(world.desks[0], "benefit", tmp_path))
    assert "worse off" in benefit


# --- the deal ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [0, 2, 3])
def test_the_paper_for_governors_has_two_pages_and_every_code_leads_to_a_record(
    world: World, tmp_path: Path, n: int
) -> None:
    world.propose()
    desk = world.desks[n]
    whose = world.desks[min(n, 2)]
    more = {"about": world.deal} | ({"school": whose.home} if n == 3 else {})
    front, back = made(desk, "deal", tmp_path, **more)
    mine = next(one for one in deals.show(desk, world.deal).rows if one.school == whose.home)
    assert mine.would_pay is not None
    assert mine.vat is not None
    for said in (
        words.money_exact(NOW[min(n, 2)]), words.money_exact(mine.would_pay), words.money_exact(mine.vat),
        f"(Invoice {1180 + min(n, 2)} of 2 Apr 2027)", "£11,300.00",
    ):  # fmt: skip
        assert said in front, said
    assert ("more than today" in front) == (min(n, 2) == 2)
    for said in ("Redvale Grounds", "Hague Grounds", "Chosen and best value", "Cheapest", "Two visits a month",
                 "we would still owe", "Minute reference", "To answer by Friday 25 June 2027."):  # fmt: skip
        assert said in back, said
    codes = set(CODE.findall(front + " " + back))
    quotes = {record_codes.code_of(bytes(16)), record_codes.code_of(b"\x11" * 16)}  # rows of no purchase here
    tables = {one.table for code in codes - quotes for one in record_codes.follow(desk, code)}
    assert tables >= {"deal", "deal_offer", "deal_baseline", "sharing"}
    page = (tmp_path / "deal.html").read_text(encoding="utf-8")
    assert words.money_exact(mine.would_pay) in page


def test_what_would_still_be_owed_is_what_the_page_of_leaving_says(world: World, tmp_path: Path) -> None:
    from bursar_desk.services.deals_leaving import leaving

    world.propose()
    desk = world.desks[0]
    _, back = made(desk, "deal", tmp_path, about=world.deal)
    told = leaving(desk, world.deal, on=dt.date(2027, 9, 1))
    assert f"we would still owe {words.money_exact(told.due)} net and {words.money_exact(told.due_vat)} VAT" in back
    assert words.long_date(told.last_day) in back


def test_a_deal_without_a_price_or_of_somebody_else_is_no_paper_yet(world: World, tmp_path: Path) -> None:
    lead = world.desks[2]
    view, _ = deals.propose(lead, deals.NewDeal("Waste", "waste", (lead.home, world.desks[1].home), lead.home))
    with pytest.raises(UserError, match="no share of a price"):
        reporting.write(lead, "deal", tmp_path / "deal.pdf", about=view.row.id)
    with pytest.raises(UserError, match="which deal"):
        reporting.write(lead, "deal", tmp_path / "deal.pdf")
    with pytest.raises(UserError, match="not in this deal"):
        reporting.write(lead, "deal", tmp_path / "deal.pdf", about=view.row.id, school=world.desks[0].home)
    assert not (tmp_path / "deal.pdf").exists()


def test_a_code_of_no_record_is_told_in_words(world: World) -> None:
    with pytest.raises(UserError, match="not a code"):
        record_codes.follow(world.desks[0], "hello")
    with pytest.raises(UserError, match="No record here"):
        record_codes.follow(world.desks[0], record_codes.code_of(b"nothing"))


def test_no_reason_of_absence_reaches_any_of_these_papers(world: World, tmp_path: Path) -> None:
    desk = world.desks[0]
    with desk.act(ActCode.ADD_ABSENCE, subject="away") as act:
        row = act.create("absence", {"person": desk.person.id if desk.person else None, "first": desk.today,
                                     "last": desk.today, "state": "away"})  # fmt: skip
        act.create("absence_reason", {"absence": row, "reason": "Hip operation", "note": "In Lilford ward"})
    world.propose()
    savings.add(desk, NEW)
    world.copiers()
    for name in reporting_papers.NAMES:
        text = " ".join(made(desk, name, tmp_path, **({"about": world.deal} if name == "deal" else {})))
        assert "Hip" not in text
        assert "Lilford" not in text


def test_the_paper_of_the_school_that_bought_names_weights_openings_and_interests(
    world: World, tmp_path: Path
) -> None:
    world.propose()
    lead = world.desks[2]
    row = buying_kit.started(lead, buying.NewBuying("Grounds", "grounds", yearly=1_130_000, months=36))
    buying_kit.weighted(lead, row)
    quotes = buying_kit.quoted(lead, row)
    buying_kit.opened(lead, row, quotes)
    buying.declare(lead, row, who="Dr Lee", what="A cousin works for Brightside", steps="Took no part in marking")
    buying_kit.marked(lead, row, quotes)
    deals.offer(lead, world.deal, deals.NewOffer("Hartwell Cleaning", 1_140_000, 228_000, buying=row, why="Quotes"))
    deals.share(lead, world.deal, deals.NewSharing((("pupils", 10_000),), "January census", "A new price"))
    _, back = made(lead, "deal", tmp_path, about=world.deal)
    for said in ("Hartwell Cleaning", "Brightside", "Acorn Services", "Weights were fixed on Tuesday 1 June 2027",
                 "before quotes were opened on Tuesday 1 June 2027: Price 40, Quality of work 40, Response 20.",
                 "nothing to declare", "A cousin works for Brightside. Took no part in marking.",
                 "best value", "Cheapest"):  # fmt: skip
        assert said.casefold() in back.casefold(), said
    for code in CODE.findall(back):
        assert record_codes.follow(lead, code)
    world.exchange()
    _, theirs = made(world.desks[0], "deal", tmp_path, about=world.deal)
    assert "kept at the school that buys" in theirs
    assert "Hartwell Cleaning" in theirs
    _, for_another = made(world.office, "deal", tmp_path, about=world.deal, school=world.desks[0].home)
    assert "Somebody of Joseph High, 1 Jun 2027: An interest. Took no part in marking." in for_another
    assert "Dr Lee" not in for_another
    assert "cousin" not in for_another
