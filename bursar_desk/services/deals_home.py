"""What Home says of group deals and agreements: what our governors have yet to decide, and what nags."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bursar_desk.domain import words
from bursar_desk.domain.deal_stage import Said, Stage
from bursar_desk.services.home_needs import NeedsRow

if TYPE_CHECKING:
    from bursar_desk.services.agreements_shapes import AgreementView
    from bursar_desk.services.deals_shapes import DealLine, DealSchool
    from bursar_desk.services.desk import Desk

_SOON = 14
PAGE = "deals"
_OURS = frozenset({Said.NOT_YET, Said.CONDITIONS, Said.UNMINUTED, Said.EARLIER, Said.RAN_OUT})


def rows(desk: Desk) -> tuple[NeedsRow, ...]:
    """Return one row for each deal or agreement that waits for our governors, or, where we keep it, for somebody."""
    return tuple(row for _, row in found(desk))


def found(desk: Desk, *, deals: bool = True, agreed: bool = True) -> tuple[tuple[bool, NeedsRow], ...]:
    """Return those rows, each with whether it presses: our governors decide within days, or their day has passed.

    Everything is read once, however many there are. Without ``deals`` or ``agreed`` that kind is not asked for. What a
    memorandum promised is not counted up here: its own page does that.
    """
    from bursar_desk.services import agreements

    if not (deals or agreed):
        return ()
    known = agreements.listing(desk, checked=False) if agreed else []
    return (*(_deals(desk, known) if deals else ()), *_agreements(desk, known))


def _deals(desk: Desk, known: Sequence[AgreementView]) -> Iterator[tuple[bool, NeedsRow]]:
    from bursar_desk.services import deals_facts, deals_findings, deals_read, deals_rows

    held = deals_facts.read(desk)
    for row in held.deals:
        one = deals_facts.one_deal(held, row, desk.today)
        stage = one.standing.stage
        if stage is Stage.ENDED:
            continue
        table = deals_rows.table(desk, held, one, desk.today)
        totals = deals_rows.totals(table.rows, table.method, one)
        line = deals_read.line_of(desk, held, one, table.rows, totals, desk.today)
        mine = next((each for each in table.rows if each.school == desk.home), None)
        if mine is not None and stage is Stage.DECIDE and mine.member and mine.said in _OURS:
            yield _decide(desk, line, mine)
        elif mine is not None and stage in (Stage.PROPOSED, Stage.QUOTES) and mine.baseline is None:
            why = "No saving counts without a dated document."
            yield False, _row("To do", "amber", f"{line.title}: say what we pay today", why, "Open deal", line.id)
        told = deals_findings.of_deal(known, one, table, desk.today)
        heard = {None, *held.schools.rows}  # of whom no file came yet nothing can be said
        grave = [each for each in told if each.look in ("failed", "overdue") and each.school in heard]
        ours = [each for each in grave if row.school == desk.home or each.school == desk.home]
        if ours:
            more = f" And {words.count(len(ours) - 1, 'more thing')}." if len(ours) > 1 else ""
            why = f"{ours[0].detail}{more}".strip()
            yield False, _row("Deal", "amber", f"{line.title}: {ours[0].words}", why, "Open deal", line.id)


def _decide(desk: Desk, line: DealLine, mine: DealSchool) -> tuple[bool, NeedsRow]:
    by = line.row.decide_by
    late = by is not None and by < desk.today
    soon = by is not None and (by - desk.today).days <= _SOON
    price = f"We would pay {words.money_exact(mine.would_pay)}: {mine.difference_words}." if mine.would_pay else ""
    until = f"Decide by {words.long_date(by)}." if by is not None else ""
    chip = words.due_words(by, desk.today) if by is not None and (late or soon) else "To decide"
    title = f"{line.title}: our governors have yet to decide"
    if mine.said is not Said.NOT_YET:
        title, price = f"{line.title}: our governors decide again", mine.sentence
    why = " ".join(one for one in (price, until) if one)
    return late or soon, _row(chip, "red" if late else "amber", title, why, "Open deal", line.id)


def _agreements(desk: Desk, known: Sequence[AgreementView]) -> Iterator[tuple[bool, NeedsRow]]:
    for one in known:
        mine = next((party for party in one.parties if party.school == desk.home), None)
        if mine is not None and mine.state in ("not yet", "yes without its minute", "ran out"):
            yield False, _agreement(one, "To decide", f"{one.title}: our governors have yet to decide", mine.words)
            continue
        nags = [each for each in one.findings if each.look == "overdue" and (one.ours or each.school == desk.home)]
        if nags:
            yield False, _agreement(one, "Agreement", f"{one.title}: {nags[0].words}", nags[0].detail)


def _agreement(one: AgreementView, chip: str, title: str, why: str) -> NeedsRow:
    return NeedsRow(chip, "amber", title, why, "Open agreement", "open_page", page=PAGE, focus={"part": "agreements"},
                    target=one.id)  # fmt: skip


def _row(chip: str, colour: str, title: str, why: str, button: str, deal: bytes) -> NeedsRow:
    return NeedsRow(chip, colour, title, why, button, "open_page", page=PAGE, focus={"deal": deal}, target=deal)
