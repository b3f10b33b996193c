"""The contracts of the governors' report: what is to be decided in six months, what ran on, and what was saved."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import words
from bursar_desk.domain.contract_state import ContractStanding, State
from bursar_desk.domain.date_math import add_months
from bursar_desk.services import contract_facts
from bursar_desk.services.plain_text import one_line
from reports.governors_data import ContractRow, Contracts, NotKept

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk

MONTHS: Final = 6
NONE_YET: Final = NotKept("No contracts are written down yet.")


def contracts_part(desk: Desk, school: bytes, day: dt.date) -> Contracts | NotKept:
    """Return the contracts to decide within six months of a day, and what was saved in the money year so far."""
    from bursar_desk.services.savings import governors_line

    with desk.store.connect() as con:
        kept = contract_facts.ask(con, school)
        found = contract_facts.standings(kept, day)
        pence, said = governors_line(desk, con, school, day)
    rows = [
        made for one in kept.contracts
        if (made := _row(one_line(one.title), _yearly(one.yearly, found[one.id]), found[one.id], day)) is not None
    ]  # fmt: skip
    if not kept.contracts and pence is None:
        return NONE_YET
    rows.sort(key=lambda one: (one.decide_by, one.contract.casefold()))
    return Contracts(tuple(rows), pence, said if pence is not None else "")


def _yearly(usual: int | None, stands: ContractStanding) -> int | None:
    own = stands.term.yearly if stands.term is not None else None
    return usual if own is None else own


def _row(title: str, yearly: int | None, stands: ContractStanding, day: dt.date) -> ContractRow | None:
    """Return the row of a contract that waits for a decision; where no meeting is known the last safe day stands."""
    last = stands.last_safe
    if last is None or (not stands.alerts and stands.missed is None):
        return None
    decide_by = last.decide_by or last.serve_by
    if stands.missed is None and decide_by > add_months(day, MONTHS):
        return None
    return ContractRow(title or "A contract", decide_by, last.serve_by, yearly, _note(stands, day))


def _note(stands: ContractStanding, day: dt.date) -> str:
    last, missed = stands.last_safe, stands.missed
    if missed is not None:
        to = f" to {words.short_date(missed.runs_to)}" if missed.runs_to else ""
        return f"Ran on{to}" if stands.state is State.ROLLED_OVER else "Too late for this time"
    if last is None:
        return ""
    if last.serve_by < day:
        return "Too late: tell them now"
    if last.is_break:
        return f"Break date {words.short_date(last.end)}"
    if last.decide_by is None:
        return "No meeting known before"
    if last.decide_by < day:
        return "Its meeting has passed"
    return f"Ends {words.short_date(last.end)}" if last.runs_to is None else f"Or it runs to {_to(last.runs_to)}"


def _to(day: dt.date) -> str:
    return words.short_date(day)
