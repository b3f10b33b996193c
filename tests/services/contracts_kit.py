"""A school with meetings and contracts whose dates the paper gives, its clock moving on between two acts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bursar_desk.clock import FixedClock
from bursar_desk.domain.errors import UserError
from bursar_desk.services import contracts, meetings
from bursar_desk.services.contracts_shapes import ContractView, Deciding, NewContract
from bursar_desk.services.desk import Desk
from tests.services.small_school import Small, without_waiting

D = dt.date
ON = D(2026, 11, 20)
FINANCE = "Finance committee"


class Bought:
    """One register open for writing; ``tick`` lets a minute pass, for of two words on one day the later counts."""

    def __init__(self, folder: Path, on: dt.date = ON) -> None:
        self.school = Small.found(folder)
        self.clock = FixedClock.at(on)
        self.desk = Desk.open(self.school.path, clock=self.clock)

    def close(self) -> None:
        self.desk.close()

    def tick(self) -> Desk:
        self.clock.move_on(60_000)
        return self.desk

    def go_to(self, day: dt.date) -> Desk:
        self.clock.ms = FixedClock.at(day).ms
        return self.desk

    def check(self, code: str) -> bytes:
        self.close()
        row = self.school.add(code)
        self.desk = Desk.open(self.school.path, clock=self.clock)
        return row

    def meet(self) -> None:
        meetings.add(self.tick(), FINANCE, [D(2026, 12, 3), D(2027, 2, 4), D(2027, 5, 13)])

    def add(self, title: str, **more: Any) -> bytes:
        return contracts.add(self.tick(), NewContract(title, **{"supplier_name": f"{title} Ltd", **more}))[0]

    def grounds(self, **more: Any) -> bytes:
        facts: dict[str, Any] = {
            "first": D(2026, 4, 1), "last": D(2027, 3, 31), "at_end": "renews", "renew_months": 12, "notice": 3,
            "yearly": 261_000, "vat_rate": 0, "supplier_name": "Greenway Grounds", **more,
        }  # fmt: skip
        return self.add("Grounds maintenance", **facts)

    def broadband(self, **more: Any) -> bytes:
        facts: dict[str, Any] = {
            "first": D(2023, 12, 1), "months": 36, "at_end": "renews", "renew_months": 12, "notice": 90,
            "notice_unit": "days", "yearly": 148_800, "vat_rate": 2000, "supplier_name": "Northlink Fibre", **more,
        }  # fmt: skip
        return self.add("Broadband", **facts)

    def water(self, **more: Any) -> bytes:
        facts: dict[str, Any] = {"first": D(2024, 9, 1), "at_end": "rolls", "renew_months": 1, "notice": 1,
                                 "yearly": 114_000, **more}  # fmt: skip
        return self.add("Water hygiene", **facts)

    def cleaning(self, **more: Any) -> bytes:
        facts: dict[str, Any] = {"first": D(2024, 9, 1), "months": 36, "at_end": "ends", "notice": 3,
                                 "yearly": 2_136_000, "vat_rate": 2000, **more}  # fmt: skip
        return self.add("Cleaning", **facts)

    def decide(self, contract: bytes, what: str, **given: Any) -> ContractView:
        contracts.decide(self.tick(), contract, what, Deciding(**given))
        return self.view(contract)

    def view(self, contract: bytes) -> ContractView:
        return contracts.show(self.desk, contract)


def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bought]:
    """Open a school that buys, for a fixture."""
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    without_waiting(monkeypatch)
    one = Bought(tmp_path)
    yield one
    one.close()


def refusal(act: Callable[[], Any]) -> str:
    """Return the sentence with which something is refused, having changed nothing and said what to do."""
    with pytest.raises(UserError) as caught:
        act()
    assert caught.value.safe == "Nothing was changed."
    assert caught.value.remedy
    return caught.value.title
