"""What Home says of group deals and agreements: what our governors have yet to decide, and what nags."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bursar_desk.domain import words
from bursar_desk.domain.deal_stage import Said, Stage
from bursar_desk.services.home_needs import NeedsRow

if TYPE_CHECKING:
    from bursar_desk.services.agreements_shapes import AgreementView
    from bursar_desk.services.deals_shapes import DealSchool, DealView
    from bursar_desk.services.desk import Desk

_SOON = 14
PAGE = "deals"
_OURS = frozenset({Said.NOT_YET, Said.CONDITIONS, Said.UNMINUTED, Said.EARLIER, Said.RAN_OUT})


def rows(desk: Desk) -> tuple[NeedsRow, ...]:
    """Return one row for each deal or agreement that waits for our governors, or, where we keep it, for somebody."""
    from db.queries.deals import agreements, deals

    with desk.store.connect() as con:
        has_deals, has_agreements = bool(deals(con)), bool(agreements(con))
    found = list(_deals(desk)) if has_deals else []
    return (*found, *(_agreements(desk) if has_agreements else ()))


def _deals(desk: Desk) -> Iterator[NeedsRow]:
    from bursar_desk.services import deals

    for line in deals.listing(desk):
        view = deals.show(desk, line.id)
        mine = view.school(desk.home)
        if mine is not None and line.stage is Stage.DECIDE and mine.member and mine.said in _OURS:
            yield _decide(desk, view, mine)
        elif mine is not None and line.stage in (Stage.PROPOSED, Stage.QUOTES) and mine.baseline is None:
            why = "No saving counts without a dated document."
            yield _row("To do", "amber", f"{line.title}: say what we pay today", why, "Open deal", line.id)
        grave = [one for one in view.warnings if one.look in ("failed", "overdue")]
        ours = [one for one in grave if view.ours or one.school == desk.home]
        if ours:
            more = f" And {words.count(len(ours) - 1, 'more thing')}." if len(ours) > 1 else ""
            why = f"{ours[0].detail}{more}".strip()
            yield _row("Deal", "amber", f"{line.title}: {ours[0].words}", why, "Open deal", line.id)


def _decide(desk: Desk, view: DealView, mine: DealSchool) -> NeedsRow:
    by = view.row.decide_by
    late = by is not None and by < desk.today
    soon = by is not None and (by - desk.today).days <= _SOON
    price = f"We would pay {words.money_exact(mine.would_pay)}: {mine.difference_words}." if mine.would_pay else ""
    until = f"Decide by {words.long_date(by)}." if by is not None else ""
    chip = words.due_words(by, desk.today) if by is not None and (late or soon) else "To decide"
    title = f"{view.line.title}: our governors have yet to decide"
    if mine.said is not Said.NOT_YET:
        title, price = f"{view.line.title}: our governors decide again", mine.sentence
    why = " ".join(one for one in (price, until) if one)
    return _row(chip, "red" if late else "amber", title, why, "Open deal", view.line.id)


def _agreements(desk: Desk) -> Iterator[NeedsRow]:
    from bursar_desk.services import agreements

    for one in agreements.listing(desk):
        mine = next((party for party in one.parties if party.school == desk.home), None)
        if mine is not None and mine.state in ("not yet", "yes without its minute", "ran out"):
            yield _agreement(one, "To decide", f"{one.title}: our governors have yet to decide", mine.words)
            continue
        nags = [each for each in one.findings if each.look == "overdue" and (one.ours or each.school == desk.home)]
        if nags:
            yield _agreement(one, "Agreement", f"{one.title}: {nags[0].words}", nags[0].detail)


def _agreement(one: AgreementView, chip: str, title: str, why: str) -> NeedsRow:
    return NeedsRow(chip, "amber", title, why, "Open agreement", "open_page", page=PAGE, focus={"agreement": one.id},
                    target=one.id)  # fmt: skip


def _row(chip: str, colour: str, title: str, why: str, button: str, deal: bytes) -> NeedsRow:
    return NeedsRow(chip, colour, title, why, button, "open_page", page=PAGE, focus={"deal": deal}, target=deal)
