"""The papers of support between schools: the plan with its log and reviews, and the report of one visit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from bursar_desk.domain import words
from reports import job_paper, paper
from reports.flow import Piece, draw_pieces, pages_of, pairs, sentences, title
from reports.marks import MUTED
from reports.paper import FOOT, MARGIN, REGULAR, STRONG, WIDTH, Frame, Pen, cut
from reports.saving import Written, save
from reports.table_pieces import Col, table
from reports.wording import made

TOP: Final = MARGIN + 62


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A visit as the plan lists it."""

    on: dt.date
    by_whom: str
    minutes: int
    focus: str
    cost: str


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A review, or one that is missing (``on`` None)."""

    name: str
    on: dt.date | None
    standing: str
    words: str
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlanPaper:
    """A plan of support; ``facts`` are labels with what is said, ``money`` sentences about the budget."""

    title: str
    giver: str
    receiver: str
    facts: tuple[tuple[str, str], ...]
    priorities: tuple[str, ...]
    activities: tuple[tuple[str, str], ...]
    monitoring: str
    visits: tuple[VisitRow, ...]
    reviews: tuple[ReviewRow, ...]
    warnings: tuple[str, ...]
    money: tuple[str, ...]
    outcome: str
    made_at: dt.datetime
    practice: bool = False


@dataclass(frozen=True, slots=True)
class VisitPaper:
    """The report of one visit, for both schools."""

    title: str
    giver: str
    receiver: str
    on: dt.date
    facts: tuple[tuple[str, str], ...]
    focus: str
    found: str
    actions: tuple[str, ...]
    cost: tuple[tuple[str, str], ...]
    made_at: dt.datetime
    practice: bool = False


def write_plan(plan: PlanPaper, path: Path) -> Written:
    """Save the plan. Raises UserError when it cannot be saved; nothing is left behind then."""
    pdf, pages = make_plan(plan)
    save(path, pdf)
    held = sum(one.on is not None for one in plan.reviews)
    return Written(path, pages, {"visits": str(len(plan.visits)), "reviews": str(held)})


def write_visit(visit: VisitPaper, path: Path) -> Written:
    """Save the report of a visit."""
    pdf, pages = make_visit(visit)
    save(path, pdf)
    return Written(path, pages, {"actions": str(len(visit.actions))})


def make_plan(plan: PlanPaper) -> tuple[bytes, int]:
    """Return the plan as a PDF and its number of pages."""
    paper.load_fonts()
    pieces = [job_paper.warning(one) for one in plan.warnings]
    pieces += pairs("The plan", plan.facts)
    if plan.priorities:
        pieces += [title("Priorities"), *sentences([f"{n}. {one}" for n, one in enumerate(plan.priorities, 1)])]
    if plan.activities:
        pieces += [title("What is done, and by whom")]
        pieces += table((Col("Activity", 340), Col("Who", 177)), plan.activities)
    if plan.monitoring:
        pieces += [title("How it is watched"), *sentences(plan.monitoring.split("\n"), most=48)]
    pieces += [title("Reviews"), *_reviews(plan.reviews)]
    pieces += [title("Visits")]
    pieces += _visits(plan.visits) if plan.visits else sentences(["No visit is logged yet."])
    pieces += [title("Money"), *sentences(plan.money, most=5)]
    if plan.outcome:
        pieces += [title("What came of it"), *sentences(plan.outcome.split("\n"), most=48)]
    pieces.append(_signatures(plan.giver, plan.receiver))
    head = f"{plan.giver} supports {plan.receiver}"
    return _build(f"Support plan: {plan.title}", head, "Support plan", pieces, plan.giver, plan.made_at, plan.practice)


def _reviews(reviews: Sequence[ReviewRow]) -> list[Piece]:
    rows = [
        (
            one.name, words.short_date(one.on, "Not held yet"), one.standing,
            " ".join([one.words, *(f"Agreed: {text}." for text in one.actions)]).strip(),
        )
        for one in reviews
    ]  # fmt: skip
    return table((Col("Review", 118), Col("Held on", 76), Col("Stands", 66), Col("What it found", 257)), rows, most=14)


def _visits(visits: Sequence[VisitRow]) -> list[Piece]:
    rows = [
        (words.short_date(one.on), one.by_whom, words.hours(one.minutes), one.focus, one.cost) for one in visits
    ]
    heads = (Col("Date", 70), Col("By", 96), Col("Time", 70), Col("Focus", 211), Col("Cost", 70))
    return table(heads, rows, most=6)


def make_visit(visit: VisitPaper) -> tuple[bytes, int]:
    """Return the report of a visit as a PDF and its number of pages."""
    paper.load_fonts()
    pieces = pairs("The visit", visit.facts)
    pieces += [title("Focus"), *sentences(visit.focus.split("\n"), most=48)]
    pieces += [title("What was found"), *sentences((visit.found or "Nothing was written down.").split("\n"), most=48)]
    pieces += [title("What was agreed")]
    pieces += job_paper.ticks(visit.actions) if visit.actions else sentences(["No action was agreed."])
    pieces += pairs("What it cost", visit.cost)
    pieces.append(_signatures(visit.giver, visit.receiver))
    head = f"{visit.giver} at {visit.receiver}, {words.long_date(visit.on)}"
    name = f"Support visit: {visit.title}"
    return _build(name, head, "Visit report", pieces, visit.giver, visit.made_at, visit.practice)


def _build(
    name: str, head: str, kind: str, pieces: Sequence[Piece], author: str, at: dt.datetime, practice: bool
) -> tuple[bytes, int]:
    pages = pages_of(pieces, lambda _n: FOOT - TOP - 8)
    drawn: list[Callable[[Pen], None]] = [partial(_page, name, head, kind, page) for page in pages]
    return paper.build(Frame(name, author, f"Made from records on {made(at)}", "", practice), drawn), len(pages)


def _page(name: str, head: str, kind: str, pieces: Sequence[Piece], pen: Pen) -> None:
    pen.bookmark(name)
    pen.text(MARGIN, MARGIN + 12, cut(name, STRONG, 17, WIDTH - 2 * MARGIN - 90), STRONG, 17)
    pen.right(WIDTH - MARGIN, MARGIN + 10, kind, colour=MUTED)
    pen.text(MARGIN, MARGIN + 32, cut(head, REGULAR, 12, WIDTH - 2 * MARGIN), size=12)
    pen.rule(TOP - 14, heavy=True)
    draw_pieces(pen, pieces, TOP - 10)


def _signatures(giver: str, receiver: str) -> Piece:
    gaps = job_paper.gaps((f"For {giver}: name and date", 1), (f"For {receiver}: name and date", 1))
    return Piece(gaps.height + 14, lambda pen, top: gaps.draw(pen, top + 14))
