"""The paper a governing body decides a group deal by: its figures as tables, the same in every form."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bursar_desk.domain import words
from reports import contract_forms
from reports.contract_tables import Column, Part, TablesPaper, gain, money, said, total
from reports.saving import Written

TITLE: Final = "Group deal for decision"
ANSWERS: Final = ("Yes, join", "Yes, on conditions", "No")


@dataclass(frozen=True, slots=True)
class SchoolShare:
    """One school’s line: pence a year net, its VAT apart; ``inputs`` the numbers its share rests on, in words.

    ``difference`` is what it saves, None where that cannot be claimed; codes of its price today and its decision.
    """

    name: str
    ours: bool
    inputs: str
    pays_now: int | None
    would_pay: int | None
    vat: int | None
    difference: int | None
    governors: str
    mark: str
    base_code: str = ""
    decision_code: str = ""


@dataclass(frozen=True, slots=True)
class QuoteShown:
    """One quote as governors compare it: pence for the whole term net; ``score`` in words; best value or cheapest."""

    supplier: str
    whole: int | None
    price_score: str
    quality_score: str
    score: str
    best: bool
    cheapest: bool
    chosen: bool
    code: str = ""


@dataclass(frozen=True, slots=True)
class DealPaper:
    """Everything on the paper. ``money`` rows are (words, net, VAT, code): today, in the deal, the difference.

    ``facts`` are labels with words and a code; ``asked`` what the governing body decides. Sentences stand in order.
    """

    deal: str
    school: str
    body: str
    on: dt.date
    lead: str
    proposed: tuple[str, ...]
    money: tuple[tuple[str, int | None, int | None, str], ...]
    money_words: tuple[str, ...]
    shares: tuple[SchoolShare, ...]
    basis_title: str
    share_words: tuple[str, ...]
    quotes: tuple[QuoteShown, ...]
    quote_words: tuple[str, ...]
    interests: tuple[str, ...]
    facts: tuple[tuple[str, str, str], ...]
    leaving: tuple[str, ...]
    asked: tuple[str, ...]
    deal_code: str
    made_at: dt.datetime
    stamp: str = ""
    practice: bool = False


MONEY_COLUMNS: Final = (
    Column("A year", 250), Column("Net", 90, "money"), Column("VAT", 80, "money"),
    Column("Together", 97, "money"),
)  # fmt: skip


def share_columns(basis: str) -> tuple[Column, ...]:
    """Return the columns of the schools’ table; ``basis`` heads the numbers a share rests on."""
    return (
        Column("School", 120), Column(basis, 66), Column("Pays now", 64, "money"), Column("Would pay", 64, "money"),
        Column("VAT", 58, "money"), Column("Saves", 68, "money"), Column("Governors", 77),
    )  # fmt: skip


QUOTE_COLUMNS: Final = (
    Column("Supplier", 134), Column("Whole term, net", 84, "money"), Column("Price", 56), Column("Quality", 56),
    Column("Score", 52), Column("", 135),
)  # fmt: skip


def parts_of(given: DealPaper) -> tuple[Part, ...]:
    """Return the paper as titled tables: what the workbook and the web page show, and the printed pages draw."""
    return (
        Part("What is proposed", after=given.proposed),
        _money(given),
        shares_part(given),
        quotes_part(given),
        Part("Interests declared", after=given.interests),
        _facts(given),
        Part("What you are asked", after=(*given.asked, "Decision: " + ", ".join(ANSWERS) + ".")),
    )


def _money(given: DealPaper) -> Part:
    rows = []
    for n, (what, net, vat, code) in enumerate(given.money):
        show = gain if n == len(given.money) - 1 else money
        both = None if net is None or vat is None else net + vat
        rows.append((said(what, strong=n > 0, code=code), show(net), show(vat), show(both)))
    return Part("What it costs us", MONEY_COLUMNS, tuple(rows), after=given.money_words)


def shares_part(given: DealPaper) -> Part:
    """Return the table of all schools with its sums."""
    columns = share_columns(given.basis_title)
    rows = tuple(
        (
            said(one.name, strong=one.ours), said(one.inputs), money(one.pays_now, code=one.base_code),
            money(one.would_pay, "", strong=True), money(one.vat, ""), gain(one.difference, "Not claimed"),
            said(one.governors, mark=one.mark, code=one.decision_code),
        )
        for one in given.shares
    )  # fmt: skip
    known = [one for one in given.shares if one.difference is not None]
    sums: dict[int, int | None] = {
        2: sum(one.pays_now or 0 for one in known) if len(known) == len(given.shares) else None,
        3: sum(one.would_pay or 0 for one in given.shares), 4: sum(one.vat or 0 for one in given.shares),
        5: sum(one.difference or 0 for one in known) if known else None,
    }  # fmt: skip
    return Part(
        "How the cost is shared", columns, rows, total(columns, f"All {len(rows)} schools", sums),
        nothing="Nobody has said yet how the cost is shared.", after=given.share_words,
    )  # fmt: skip


def quotes_part(given: DealPaper) -> Part:
    """Return the quotes side by side: best value and cheapest each say so."""
    rows = tuple(
        (
            said(one.supplier, strong=one.chosen, code=one.code), money(one.whole, strong=one.chosen),
            said(one.price_score), said(one.quality_score), said(one.score, strong=one.best), said(_stands(one)),
        )
        for one in given.quotes
    )  # fmt: skip
    return Part(
        "Quotes compared", QUOTE_COLUMNS, rows, nothing="No quotes are written down for this offer.",
        after=given.quote_words,
    )  # fmt: skip


def _stands(one: QuoteShown) -> str:
    found = [text for true, text in (
        (one.chosen, "chosen"), (one.best, "best value"), (one.cheapest, "cheapest"),
    ) if true]  # fmt: skip
    return words.sentence(words.listing(found)).rstrip(".")


def _facts(given: DealPaper) -> Part:
    columns = (Column("What", 140), Column("How it is", 377))
    rows = tuple((said(what), said(how, code=code)) for what, how, code in given.facts)
    return Part("Term, notice and leaving", columns, rows, after=given.leaving)


def as_tables(given: DealPaper) -> TablesPaper:
    """Return the paper as tables, for the forms that are not printed."""
    right = (TITLE, f"{words.plain_date(given.on)}, for the {given.body}", f"Deal {given.deal_code}")
    return TablesPaper(
        given.deal, given.school, right, given.lead, parts_of(given), given.made_at, given.stamp,
        lying=False, practice=given.practice,
    )  # fmt: skip


def write(given: DealPaper, path: Path) -> Written:
    """Save the paper by its file’s ending: two printed pages, a workbook or a web page with the same figures."""
    from reports.deal_paper_pages import make_pdf

    return contract_forms.write(as_tables(given), path, make_pdf(given) if path.suffix.lower() == ".pdf" else None)


