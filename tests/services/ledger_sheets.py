"""Ledgers of payments made for tests, and how to plan, bring in and look."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter
from pathlib import Path
from typing import Any

from bursar_desk.services import importing, spend
from bursar_desk.services.importing_shapes import Plan
from bursar_desk.services.spend import Spend
from tests.services.small_school import Small

day = dt.date
ON = "2026-11-20"
HEADS = ["Service", "Description", "Ref no", "Name", "Payment date", "Net Amount (£)"]


def text_of(rows: list[list[Any]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def line(name: str, paid: str, amount: str, what: str = "Grounds work") -> list[str]:
    return ["PREMISES", what, "B1", name, paid, amount]


def ledger(path: Path, *lines: list[str]) -> Path:
    path.write_text(text_of([HEADS, *lines]), "utf-8")
    return path


def plan(small: Small, path: Path, **answers: str) -> Plan:
    with small.desk() as desk:
        return importing.plan(desk, "ledger", path, answers=answers)


def apply(small: Small, path: Path, *, leave_out: bool = False, **answers: str) -> Any:
    with small.desk(write=True) as desk:
        return importing.apply(desk, importing.plan(desk, "ledger", path, answers=answers), leave_out=leave_out)


def paid(small: Small) -> dict[str, Spend]:
    with small.desk() as desk:
        return {one.called: one for one in spend.spending(desk).suppliers}


def months(found: Plan) -> Counter[str]:
    sums: Counter[str] = Counter()
    for row in found.rows:
        for name, (month, _old) in row.values.get("put", {}).items():  # type: ignore[attr-defined]
            sums[name.split("|")[1]] += month.pence
    return sums


YEAR = [line("Green Acre Ltd", f"14/{n:02d}/2026", "475.00") for n in range(1, 7)]
