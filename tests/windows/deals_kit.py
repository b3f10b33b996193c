"""A group deal of four small schools, made once through services and files at each of its steps, copied for a test."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from PySide6.QtWidgets import QWidget

from bursar_desk.services import deals, merging, sharing
from bursar_desk.services.desk import Desk
from bursar_desk.services.sample import SampleMade
from bursar_desk.ui.pages.deals import DealsPage
from tests.services import neighbours
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


# --- what a test starts with ------------------------------------------------------------------------------------------


def proposed(tmp_path: Path) -> Made:
    """A copy of the world in which the secondary school has proposed the deal, and nobody else heard of it."""
    return _copy(tmp_path, _proposed())


def offered(tmp_path: Path) -> Made:
    """A copy in which the secondary entered its offer, fixed how it is shared and sent it to the three others."""
    return _copy(tmp_path, _offered())


def answered(tmp_path: Path, *, ours: bool = False) -> Made:
    """A copy in which all said what they pay, and the second and third school yes; with ``ours`` the first as well."""
    return _copy(tmp_path, _answered(ours=ours))


def signed(tmp_path: Path) -> Made:
    """A copy in which all said yes, and the secondary signed."""
    return _copy(tmp_path, _signed())


def _copy(tmp_path: Path, world: tuple[SampleMade, bytes]) -> Made:
    registers, deal = world
    return Made(neighbours.copied(registers, tmp_path / "registers"), deal)


@cache
def _proposed() -> tuple[SampleMade, bytes]:
    return neighbours.grown(neighbours.founded(), _propose)


@cache
def _offered() -> tuple[SampleMade, bytes]:
    registers, deal = _proposed()
    return neighbours.grown(registers, partial(_offer, deal=deal))


@cache
def _answered(*, ours: bool) -> tuple[SampleMade, bytes]:
    registers, deal = _answered(ours=False) if ours else _offered()
    return neighbours.grown(registers, partial(_agree_too if ours else _answer, deal=deal))


@cache
def _signed() -> tuple[SampleMade, bytes]:
    registers, deal = _answered(ours=True)
    return neighbours.grown(registers, partial(_sign, deal=deal))


# --- what the schools do ----------------------------------------------------------------------------------------------


def _propose(made: SampleMade) -> bytes:
    schools = tuple(register_of(made, urn).school_id for urn in ALL)
    with desk_of(made, SECONDARY) as desk:
        view, _ = deals.propose(desk, deals.NewDeal(
            TITLE, "grounds", schools, schools[-1], "Grass, hedges and lines", dt.date(2026, 12, 11),
            dt.date(2027, 4, 1), dt.date(2030, 3, 31),
        ))  # fmt: skip
        baseline(desk, view.line.id, SECONDARY)
        return view.line.id


def _offer(made: SampleMade, deal: bytes) -> bytes:
    with desk_of(made, SECONDARY) as desk:
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
    send(made, SECONDARY, (STORY, NEIGHBOUR, THIRD))
    return deal


def _answer(made: SampleMade, deal: bytes) -> bytes:
    for urn in (NEIGHBOUR, THIRD):
        with desk_of(made, urn) as desk:
            baseline(desk, deal, urn)
            decide(desk, deal)
        send(made, urn, (STORY, SECONDARY))
    with desk_of(made, STORY) as desk:
        baseline(desk, deal, STORY)
    send(made, STORY, (SECONDARY, NEIGHBOUR))
    return deal


def _agree_too(made: SampleMade, deal: bytes) -> bytes:
    with desk_of(made, STORY) as desk:
        decide(desk, deal)
    send(made, STORY, (SECONDARY, NEIGHBOUR))
    return deal


def _sign(made: SampleMade, deal: bytes) -> bytes:
    with desk_of(made, SECONDARY) as desk:
        decide(desk, deal)
        deals.sign(desk, deal, by="Angela Moss", on=ON, reference="RG-2027")
    send(made, SECONDARY, (STORY, NEIGHBOUR, THIRD))
    return deal


def baseline(desk: Desk, deal: bytes, urn: str) -> None:
    """A school says what it pays today, by its invoice."""
    new = deals.NewBaseline(NOW[urn], NOW[urn] // 5, dt.date(2026, 4, 2), f"Invoice {urn}")
    deals.baseline(desk, deal, new)


def send(made: SampleMade, urn: str, to: tuple[str, ...]) -> None:
    """One school's file, merged by others; "" stands for the office."""
    path = register_of(made, urn).path.parent.with_name(f"{urn}.bursar")
    path.unlink(missing_ok=True)
    listed = {one.urn: one for one in made.registers}
    with desk_of(made, urn) as desk:
        sharing.export(desk, path, [listed[one].school_id for one in to])
    for one in to:
        with desk_of(made, one, role=listed[one].role) as desk:
            for result in merging.merge(desk, [path]).files:
                assert result.accepted, result.refused_because


def decide(desk: Desk, deal: bytes) -> None:
    """Governors said yes on 10 November."""
    deals.decide(desk, deal, "yes", body="Full governing body", minute_ref="5/2", on=dt.date(2026, 11, 10))


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
