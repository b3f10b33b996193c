"""The papers of what is owed, ready to print: statements with one school or all, support plans and visit reports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bursar_desk.domain import words
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.mileage import miles_words
from bursar_desk.domain.rates import ROUNDING
from bursar_desk.services import owed, recharge, support
from bursar_desk.services.owed import PAYS_WORDS, ShiftLine
from bursar_desk.services.recharge import Recharge, Statement
from bursar_desk.services.support import REVIEWS, PlanLine, VisitLine

if TYPE_CHECKING:
    from bursar_desk.domain.hours_ledger import Account
    from bursar_desk.services.desk import Desk
    from reports.saving import Written
    from reports.statement import PairPaper, ShiftRow, StatementPaper
    from reports.support_report import PlanPaper, ReviewRow, VisitPaper

_SETTLED = {owed.HOURS: "Hours", owed.RECHARGE: "Money", owed.TIME_OFF: "Hours"}


def statement_paper(
    desk: Desk, other: bytes | None = None, term: str | None = None, *, school: bytes | None = None
) -> StatementPaper:  # fmt: skip
    """Return the statement with one school, or with every school there is anything with."""
    from bursar_desk.services.reporting_governors import school_time
    from reports.statement import StatementPaper

    whose = school or desk.home
    ledger = owed.read(desk)
    with_whom = [other] if other is not None else recharge.partners(desk, term, school=whose)
    made = [recharge.statement(desk, one, term, school=whose, ledger=ledger) for one in with_whom]
    days = owed.term_of(desk, term, whose, ledger)
    return StatementPaper(
        ledger.name(whose), days.words, tuple(_pair(one) for one in made), ROUNDING, school_time(desk), desk.practice
    )


def _pair(one: Statement) -> PairPaper:
    from reports.statement import PairPaper

    before = f"Owed to {one.name} on {words.short_date(one.term.first)}"
    sums: list[tuple[str, int, int | None]] = [(before, one.opening.minutes, _worth(one.opening))]
    for ours, name in ((True, one.name), (False, one.other_name)):
        mine = [line for line in one.shifts if one.given(line) == ours]
        if not mine:
            continue
        sign = 1 if ours else -1
        priced = [line.cost.total for line in mine if line.cost]
        what = f"Given by {name}, {words.count(len(mine), 'shift')}"
        worth = sign * sum(priced) if len(priced) == len(mine) else None
        sums.append((what, sign * sum(line.minutes for line in mine), worth))
    for entry in one.entries:
        side = 1 if entry.row.school == one.school else -1
        when = words.short_date(entry.row.on)
        known = entry.row.pence or not entry.row.minutes
        sums.append((f"{entry.title}, {when}", side * entry.row.minutes, side * entry.row.pence if known else None))
    after = f"Owed to {one.name} on {words.short_date(one.term.last)}"
    sums.append((after, one.closing.minutes, _worth(one.closing)))
    return PairPaper(
        one.name, one.other_name, one.term.words,
        f"{words.short_date(one.term.first)} to {words.short_date(one.term.last)}",
        tuple(_shift(line, ours=one.given(line)) for line in one.shifts), tuple(sums), closing_words(one),
        tuple(money_words(one)), tuple(text for part in one.saved for text in part.sentences),
        tuple(f"{entry.sentence} {_who_waits(entry)}" for entry in one.waiting),
        tuple((who, year.words, pence) for part in one.recharges for who, year, pence in part.years),
    )  # fmt: skip


def _worth(account: Account) -> int | None:
    """Return what a balance is worth in pence; None while some of its hours have no rate."""
    return None if account.unpriced else account.pence


def _who_waits(entry: owed.EntryLine) -> str:
    return f"Written by {entry.school_name} on {words.long_date(entry.row.on)}; {entry.other_name} has not agreed yet."


def closing_words(one: Statement) -> str:
    """Return who owes whom at the end of the term."""
    minutes = one.closing.minutes
    if minutes == 0:
        return f"{one.name} and {one.other_name} are even."
    debtor, creditor = (one.other_name, one.name) if minutes > 0 else (one.name, one.other_name)
    return f"{debtor} owes {creditor} {words.hours(abs(minutes))}."


def money_words(one: Statement) -> list[str]:
    """Return who pays whom for the term, what is settled in hours, and the words about VAT."""
    said = []
    if one.in_hours:
        said.append(f"Settled in hours: {words.hours(one.in_hours)} of the term. Nobody pays for these.")
    for part in one.recharges:
        said.append(_recharge_words(part))
        said += [text for text in (part.route.sentence, part.route.ask, part.route.vat) if text]
    if one.recharges:
        said.append("Once it is paid, one school notes the payment and the other agrees: the hours leave the balance.")
    else:
        said.append("Nothing of this term is paid in money.")
    return said


def _recharge_words(part: Recharge) -> str:
    said = (
        f"{part.receiver_name} pays {part.lender_name} {words.money_exact(part.pence)} for "
        f"{words.count(part.shifts, 'shift')}, {words.hours(part.minutes)}."
    )
    missing = words.count(part.unpriced, "shift")
    return said + (f" {missing} more have no rate yet." if part.unpriced > 1 else "") + (
        " One of them has no rate yet." if part.unpriced == 1 else ""
    )


def _shift(line: ShiftLine, *, ours: bool) -> ShiftRow:
    from reports.statement import ShiftRow

    cost = line.cost
    return ShiftRow(
        line.on, ours, line.helper, line.planned, line.times, line.pause, line.travel, line.minutes,
        cost.paid if cost else None, cost.card.hourly if cost else None, cost.pay if cost else None,
        cost.on_costs if cost else None, cost.overhead if cost else None, line.miles, cost.mileage if cost else None,
        cost.mileage_because if cost else "", cost.total if cost else None,
        _SETTLED.get(line.pays, "Hours"), cost.insurance if cost else None, cost.pension if cost else None,
    )  # fmt: skip


def write_statement(
    desk: Desk, out: Path, other: bytes | None = None, term: str | None = None, *, school: bytes | None = None
) -> Written:
    """Save a statement as PDF or workbook by the file's ending. Raises ``UserError`` when it cannot be made."""
    from reports import statement

    paper = statement_paper(desk, other, term, school=school)
    ending = out.suffix.lower()
    if ending not in (".pdf", ".xlsx"):
        raise UserError(
            f"A statement is not made as “{ending or out.name}”.", "Nothing was made.", "Let it end in .pdf or .xlsx."
        )
    return statement.write_xlsx(paper, out) if ending == ".xlsx" else statement.write_pdf(paper, out)


# --- support ----------------------------------------------------------------------------------------------------------


def write_support(desk: Desk, about: bytes, out: Path) -> Written:
    """Save a support plan, or the report of one visit, by the id of either."""
    from reports import support_report

    for line in support.listing(desk):
        if line.row.id == about:
            return support_report.write_plan(plan_paper(desk, line), out)
        for one in line.visits:
            if one.row.id == about:
                return support_report.write_visit(visit_paper(desk, line, one), out)
    raise UserError("That support plan or visit is not here.", "Nothing was made.", "See “support list”.")


def plan_paper(desk: Desk, line: PlanLine) -> PlanPaper:
    """Return a plan ready to print."""
    from bursar_desk.services.reporting_governors import school_time
    from reports.support_report import PlanPaper
    from reports.support_report import VisitRow as PrintedVisit

    row = line.row
    facts = (
        ("From", words.long_date(row.first)), ("To", words.long_date(row.last)), ("Led by", row.lead),
        ("Agreement", line.state_words + (f": {line.why}" if line.why else "")), ("At the start", _stood(row.before)),
        ("At the end", _stood(row.after)),
    )  # fmt: skip
    visits = tuple(
        PrintedVisit(
            one.row.on, one.row.by_whom, one.minutes, one.row.focus,
            words.money_exact(one.cost.total) if one.cost else "No rate",
        )
        for one in line.visits
    )  # fmt: skip
    money = (line.budget_words, f"Each visit costs what the rate card of {line.giver_name} said on its day.")
    return PlanPaper(
        row.title, line.giver_name, line.receiver_name, tuple(one for one in facts if one[1]), row.priorities,
        tuple((str(one.get("what", "")), str(one.get("who", ""))) for one in row.activities), row.monitoring, visits,
        tuple(_reviews(line)), line.warnings, money, row.outcome, school_time(desk), desk.practice,
    )  # fmt: skip


def _stood(standing: str) -> str:
    return support.STANDINGS.get(standing, standing) if standing else ""


def _reviews(line: PlanLine) -> list[ReviewRow]:
    from reports.support_report import ReviewRow

    made = [
        ReviewRow(
            REVIEWS.get(one.kind, one.kind), one.on, _stood(one.standing).partition(":")[0], one.words, one.actions
        )
        for one in line.reviews
    ]
    return made + [ReviewRow(REVIEWS[kind], None, "", "", ()) for kind in line.missing]


def visit_paper(desk: Desk, line: PlanLine, one: VisitLine) -> VisitPaper:
    """Return the report of a visit ready to print."""
    from bursar_desk.services.reporting_governors import school_time
    from reports.support_report import VisitPaper

    row = one.row
    facts = (
        ("Date", words.long_date(row.on)), ("By", row.by_whom), ("Time there", words.hours(row.minutes)),
        ("Travel", words.hours(row.travel) if row.travel else ""),
        ("Next visit", words.long_date(row.next_on) if row.next_on else "Not agreed"),
    )  # fmt: skip
    return VisitPaper(
        line.row.title, line.giver_name, line.receiver_name, row.on, tuple(f for f in facts if f[1]), row.focus,
        row.found, row.actions, tuple(cost_lines(one)), school_time(desk), desk.practice,
    )  # fmt: skip


def cost_lines(one: VisitLine) -> list[tuple[str, str]]:
    """Return the cost of a visit line by line."""
    cost = one.cost
    if cost is None:
        return [("Rate", "No rate was set for that day.")]
    on = words.short_date(cost.card.first)
    found = [
        ("Pay", f"{words.money_exact(cost.pay)}: {words.hours(cost.paid)} at {words.money_exact(cost.card.hourly)} an "
                f"hour, the rate since {on}"),
        ("On-costs", words.money_exact(cost.on_costs)),
        ("Overhead", words.money_exact(cost.overhead) if cost.overhead else ""),
        ("Mileage", f"{words.money_exact(cost.mileage)}: {cost.mileage_because}" if cost.miles else ""),
        ("Total", words.money_exact(cost.total)),
    ]  # fmt: skip
    return [line for line in found if line[1]]


__all__ = [
    "PAYS_WORDS", "closing_words", "cost_lines", "miles_words", "money_words", "plan_paper", "statement_paper",
    "visit_paper", "write_statement", "write_support",
]  # fmt: skip
