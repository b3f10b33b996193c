"""A group deal of four practice schools, made through the services and their files, at each of its steps."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QWidget

from bursar_desk.services import deals, merging, sharing
from bursar_desk.services.desk import Desk
from bursar_desk.services.sample import SampleMade
from bursar_desk.ui.pages.deals import DealsPage
from tests.services.sample_fixture import NEIGHBOUR, ON, SECONDARY, STORY, THIRD, register_of
from tests.windows.desk_bench import Shown, settle
from tests.windows.page_bench import buttons, desk_of, press_button

TITLE = "Grounds maintenance 2027"
ALL = (STORY, NEIGHBOUR, THIRD, SECONDARY)
NOW = {STORY: 261_000, NEIGHBOUR: 239_500, THIRD: 224_000, SECONDARY: 798_000}
"""Pence a year that each pays today."""
PUPILS = {STORY: 230, NEIGHBOUR: 217, THIRD: 191, SECONDARY: 901}
PRICE, VAT = 1_450_000, 290_000


@dataclass(frozen=True)
class Made:
    """The registers, and the deal in them."""

    registers: SampleMade
    deal: bytes

    def school(self, urn: str) -> bytes:
        return register_of(self.registers, urn).school_id


def propose(made: SampleMade, *, shared: bool = True) -> Made:
    """The secondary school proposes, enters an offer and fixes how it is shared."""
    schools = tuple(register_of(made, urn).school_id for urn in ALL)
    with desk_of(made, SECONDARY) as desk:
        view, _ = deals.propose(desk, deals.NewDeal(
            TITLE, "grounds", schools, schools[-1], "Grass, hedges and lines", dt.date(2026, 12, 11),
            dt.date(2027, 4, 1), dt.date(2030, 3, 31),
        ))  # fmt: skip
        deal = view.line.id
        baseline(desk, deal, SECONDARY)
        if shared:
            deals.offer(desk, deal, deals.NewOffer(
                "Redvale Grounds", PRICE, VAT, months=36, chosen_why="Best marks for quality",
                compared=(
                    {"supplier": "Redvale Grounds", "yearly": PRICE, "chosen": True},
                    {"supplier": "Moss and Sons", "yearly": 1_520_000},
                    {"supplier": "Green Lane", "yearly": 1_610_000},
                ),
            ))  # fmt: skip
            inputs = {register_of(made, urn).school_id: {"pupils": count} for urn, count in PUPILS.items()}
            deals.share(desk, deal, deals.NewSharing((("pupils", 10_000),), "January census", inputs=inputs))
    return Made(made, deal)


def baseline(desk: Desk, deal: bytes, urn: str) -> None:
    """A school says what it pays today, by its invoice."""
    new = deals.NewBaseline(NOW[urn], NOW[urn] // 5, dt.date(2026, 4, 2), f"Invoice {urn}")
    deals.baseline(desk, deal, new)


def send(made: SampleMade, urn: str, to: tuple[str, ...], folder: Path) -> None:
    """One school's file, merged by others."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{urn}.bursar"
    path.unlink(missing_ok=True)
    with desk_of(made, urn) as desk:
        sharing.export(desk, path, [register_of(made, one).school_id for one in to])
    for one in to:
        with desk_of(made, one) as desk:
            for result in merging.merge(desk, [path]).files:
                assert result.accepted, result.refused_because


def answered(made: SampleMade, folder: Path, *, yes: tuple[str, ...] = (NEIGHBOUR, THIRD)) -> Made:
    """All have the deal; all but the secondary said what they pay by file, and some of them yes."""
    found = propose(made)
    send(made, SECONDARY, (STORY, NEIGHBOUR, THIRD), folder)
    for urn in (NEIGHBOUR, THIRD):
        with desk_of(made, urn) as desk:
            baseline(desk, found.deal, urn)
            if urn in yes:
                decide(desk, found.deal)
        send(made, urn, (STORY, SECONDARY), folder)
    with desk_of(made, STORY) as desk:
        baseline(desk, found.deal, STORY)
        if STORY in yes:
            decide(desk, found.deal)
    send(made, STORY, (SECONDARY, NEIGHBOUR), folder)
    return found


def decide(desk: Desk, deal: bytes) -> None:
    """Governors said yes on 10 November."""
    deals.decide(desk, deal, "yes", body="Full governing body", minute_ref="5/2", on=dt.date(2026, 11, 10))


def signed(made: SampleMade, folder: Path) -> Made:
    """All said yes, and the secondary signed."""
    found = answered(made, folder, yes=(STORY, NEIGHBOUR, THIRD))
    with desk_of(made, SECONDARY) as desk:
        decide(desk, found.deal)
        deals.sign(desk, found.deal, by="Angela Moss", on=ON, reference="RG-2027")
    send(made, SECONDARY, (STORY, NEIGHBOUR, THIRD), folder)
    return found


# --- the page ---------------------------------------------------------------------------------------------------------


def deals_page(shown: Shown, deal: bytes = b"") -> DealsPage:
    """The page, with a deal open."""
    page = shown.page("deals")
    assert isinstance(page, DealsPage)
    if deal:
        page.show_deal(deal)
        settle()
    return page


def steps(page: DealsPage) -> set[str]:
    """The steps that can be taken, in the head and in its menu."""
    return set(buttons(page.head)) - {"More steps"} | {one.text() for one in page.head.menu.actions()}


def take(page: DealsPage, words: str) -> QWidget:
    """Take a step, from the head or its menu."""
    if words in buttons(page.head):
        press_button(page.head, words)
    else:
        next(one for one in page.head.menu.actions() if one.text() == words).trigger()
        settle()
    pane = page.split.detail
    assert pane is not None
    return pane
