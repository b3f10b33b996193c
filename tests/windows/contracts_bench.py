"""The contracts of the design's picture in a small school, entered through the service, for tests of their pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bursar_desk.services import contracts, meetings
from bursar_desk.services.contracts_shapes import NOTICE_GIVEN, OPTION, RENEWS, ROLLS, Deciding, NewContract
from bursar_desk.services.desk import Desk
from bursar_desk.ui.pages.contracts import ContractsPage
from bursar_desk.ui.pages.contracts_detail import ContractPane
from tests.services.small_school import Small, without_waiting
from tests.windows.desk_bench import Shown, open_small, settle, window_on

day = dt.date
GROUNDS, BROADBAND, PAYROLL, WATER = "Grounds maintenance", "Broadband", "Payroll", "Water hygiene visits"
LONG = "Servicing of the passenger lift in the east wing and the platform lift beside the hall stairs"
ASSEMBLY = (day(2026, 12, 3), day(2027, 2, 4), day(2027, 3, 18), day(2027, 5, 13), day(2027, 7, 8))


@dataclass(frozen=True)
class Entered:
    """The contracts by their titles."""

    ids: dict[str, bytes]


Years = tuple[dt.date, dt.date | None]


def _new(title: str, firm: str, years: Years, price: int, notice: int, **more: Any) -> NewContract:
    return NewContract(title, None, firm, "", *years, yearly=price, notice=notice, **more)


def nine_contracts(desk: Desk, *, pat: bytes | None = None) -> Entered:
    """Enter them: one ran on, two are to be decided, one rolls, one was told; grounds look after the check ``pat``."""
    yearly: dict[str, Any] = {"at_end": RENEWS, "renew_months": 12}
    served = {"checks": (pat,)} if pat is not None else {}
    april = day(2024, 4, 1), day(2025, 3, 31)
    three = day(2024, 9, 1), day(2027, 8, 31)
    broke = {"breaks": ({"on": "2027-10-01", "notice": 6, "unit": "months"},)}
    november = day(2024, 12, 1), day(2025, 11, 30)
    calendar = day(2025, 1, 1), day(2025, 12, 31)
    news = [
        _new(BROADBAND, "Northlink Fibre", november, 148_800, 90, notice_unit="days", **yearly),
        _new(GROUNDS, "Greenway Grounds", april, 261_000, 3, vat_rate=0, more=served, **yearly),
        _new(PAYROLL, "Bolton Council", april, 498_000, 2, **yearly),
        _new("Photocopiers", "Marlow Copiers", three, 314_400, 6, **yearly),
        _new(LONG, "Apex Lift Care", (day(2024, 10, 1), day(2029, 9, 30)), 68_400, 6, more=broke, **yearly),
        _new("Cleaning", "Brightway Services", three, 2_136_000, 3, at_end=OPTION, renew_months=12, options=1),
        _new(WATER, "Clearwell Water", (day(2025, 1, 1), None), 114_000, 1, at_end=ROLLS, renew_months=1),
        _new("Energy", "Cluster energy deal", (day(2025, 10, 1), day(2028, 9, 30)), 3_120_800, 6, **yearly),
        _new("Waste collection", "Tidy Bin Company", calendar, 93_600, 3, **yearly),
    ]
    ids = {new.title: contracts.add(desk, new)[0] for new in news}
    meetings.add(desk, "Finance committee", ASSEMBLY)
    told = Deciding(served_on=day(2026, 9, 14), served_how="by letter", agreed_by="Finance committee")
    contracts.decide(desk, ids["Waste collection"], NOTICE_GIVEN, told)
    return Entered(ids)


def entered(school: Small) -> Entered:
    """Enter them into a small school's register, with the check of portable appliances under the grounds contract."""
    pat = school.add("ELEC-02") if "ELEC-02" not in school.checks else school.checks["ELEC-02"]
    with open_small(school) as desk:
        return nine_contracts(desk, pat=pat)


def page_of(shown: Shown) -> ContractsPage:
    """The page of contracts, with what it reads."""
    page = shown.page("contracts")
    assert isinstance(page, ContractsPage)
    return page


def show(page: ContractsPage, contract: bytes) -> ContractPane:
    """Go to a contract; its details stand beside the list."""
    page.focus_on(contract=contract)
    settle()
    pane = page.split.detail
    assert isinstance(pane, ContractPane)
    return pane


# --- for fixtures: a school, the contracts in it, its window ---


def found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    """A small school of its own."""
    without_waiting(monkeypatch)
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    return Small.found(tmp_path)


def entered_in(school: Small) -> Entered:
    """The nine contracts in it."""
    return entered(school)


def opened(school: Small, made: Entered) -> Iterator[Shown]:
    """Its window, open."""
    assert made.ids
    with window_on(open_small(school)) as one:
        yield one
