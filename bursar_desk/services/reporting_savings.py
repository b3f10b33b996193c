"""The savings statement from the ledger: one school, or every school held here with their sum."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bursar_desk.services import savings
from bursar_desk.services.record_codes import code_of

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.savings_shapes import SavingLine, SchoolSavings
    from reports.contract_tables import TablesPaper
    from reports.savings_statement import Ledger, Line


def statement_paper(desk: Desk, school: bytes | None = None) -> TablesPaper:
    """Return the statement of a school (our own by default), in an office of every school and their sum."""
    from bursar_desk.services.fingerprints import stamp_of
    from bursar_desk.services.reporting_governors import school_time
    from reports.savings_statement import statement

    if desk.is_office and school is None:
        ledgers = [ledger_of(one) for one in savings.cluster(desk).schools]
        whose = desk.name
    else:
        ledgers = [ledger_of(savings.school_savings(desk, school))]
        whose = desk.name if school in (None, desk.home) else desk.school(school).name
    return statement(
        whose, desk.today, ledgers, school_time(desk), stamp=stamp_of(desk, school or desk.home),
        practice=desk.practice,
    )  # fmt: skip


def ledger_of(one: SchoolSavings) -> Ledger:
    """Return a school’s ledger as it is printed."""
    from reports.savings_statement import Ledger

    sums = one.sums
    return Ledger(
        one.name, tuple(_line(line) for line in one.lines), tuple((left.title, left.why) for left in one.left_out),
        tuple((year.words, pence) for year, pence in sums.years), sums.a_year, sums.once, sums.so_far, sums.whole,
    )  # fmt: skip


def _line(one: SavingLine) -> Line:
    from reports.savings_statement import Line

    codes = [code_of(record) for record in one.records] or [code_of(one.id)]
    return Line(
        one.title, one.once, one.before, one.baseline_words, one.after, one.after_from, one.each, one.first, one.last,
        one.so_far, one.whole, one.confidence_words, ", ".join(codes),
        tuple((year.words, pence) for year, pence in one.years), one.running,
    )  # fmt: skip
