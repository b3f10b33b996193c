"""A contract that is not saved yet: when they must be told, as a form is filled in; and saving a change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bursar_desk.domain import words
from bursar_desk.domain.contract_terms import Break, Notice, Terms, Written
from bursar_desk.domain.notice_dates import LastSafe, Meeting, OfficeDays
from bursar_desk.services.contracts_shapes import ENDS, OPTION, ROLLS, NewContract

if TYPE_CHECKING:
    from bursar_desk.domain.contract_state import ContractStanding
    from bursar_desk.domain.notice_dates import Step
    from bursar_desk.domain.operations import Changes
    from bursar_desk.services.desk import Desk


@dataclass(frozen=True, slots=True)
class Trial:
    """What would be said of it: the day in a sentence, what follows if nobody tells them, and the steps.

    All are empty while too little is known.
    """

    headline: str = ""
    stake: str = ""
    safe: LastSafe | None = None

    @property
    def steps(self) -> tuple[Step, ...]:
        """How the day is worked out."""
        return self.safe.steps if self.safe is not None else ()


def of(desk: Desk, new: NewContract) -> Trial:
    """Work out the last safe day of what a form says, with this school's office days and meetings; writes nothing."""
    from bursar_desk.domain.contract_decisions import ContractFacts
    from bursar_desk.domain.contract_state import standing

    if not _enough(new):
        return Trial()
    office, meetings = _around(desk)
    terms = terms_of(new)
    facts = ContractFacts(b"", terms, "live", new.yearly, (), str(new.more.get("body") or ""), None, desk.today)
    return _said(standing(facts, (), office, meetings, desk.today), new, terms)


def _enough(new: NewContract) -> bool:
    """Whether a day can be worked out at all; a first day after the last one says nothing."""
    if new.first is not None and new.last is not None and new.last < new.first:
        return False
    if new.tell_by is not None and new.last is not None:
        return True
    if new.last is None and new.at_end != ROLLS:
        return False
    return new.notice is not None or new.at_end in (ENDS, OPTION)


def terms_of(new: NewContract) -> Terms:
    """Return the terms a form describes."""
    notice = Notice(new.notice, new.notice_unit or "months", new.notice_clear, new.notice_by or "received")
    letter = (Written(new.first, new.last, new.tell_by),) if new.tell_by is not None else ()
    breaks = tuple(one for one in (_break(said, notice) for said in new.more.get("breaks") or ()) if one)
    return Terms(
        new.first, new.last, new.at_end, new.renew_months, new.options or 0, notice,
        str(new.more.get("notice_ends") or "any day"), breaks, letter,
    )  # fmt: skip


def _break(said: Mapping[str, Any], usual: Notice) -> Break | None:
    day = dt.date.fromisoformat(str(said["on"]))
    if said.get("notice") is None:
        return Break(day, usual)
    return Break(day, Notice(int(said["notice"]), str(said.get("unit", "months")), False, usual.by, usual.post_days))


def _around(desk: Desk) -> tuple[OfficeDays, tuple[Meeting, ...]]:
    """This school's office days and its meetings."""
    from bursar_desk.services import meetings
    from bursar_desk.services.contract_facts import office_open
    from bursar_desk.services.standing import calendar_of, calendars

    with desk.store.connect() as con:
        calendar = calendars(con, desk.home).get(desk.home) or calendar_of(())
    held = tuple(Meeting(one.body, one.on) for one in meetings.listing(desk, desk.home, past=True))
    return OfficeDays(calendar, office_open(desk)), held


@dataclass(frozen=True, slots=True)
class _Line:
    """The two things of a contract's line that its sentences are made of."""

    standing: ContractStanding
    yearly: int | None


def _said(stands: ContractStanding, new: NewContract, terms: Terms) -> Trial:
    """The two sentences on top of the form: the very words the contract will be shown with."""
    from bursar_desk.services.contracts_words import headlines

    first, second = headlines(_Line(stands, new.yearly), terms)  # type: ignore[arg-type]  # it reads no more of a line
    if not second:
        first, _stop, second = first.partition(". ")
    return Trial(words.sentence(first), second, stands.last_safe)


_SAME = ("title", "service", "first", "last", "at_end", "renew_months", "options", "notice", "notice_by", "yearly",
         "vat_rate")  # fmt: skip


def change(desk: Desk, contract: bytes, new: NewContract) -> Changes:
    """Save what a form says of a contract that is here. Raises ``UserError`` for what cannot be."""
    from bursar_desk.services import contracts

    values: dict[str, Any] = {name: getattr(new, name) for name in _SAME} | dict(new.more)
    known = new.notice is not None
    values["notice_unit"] = new.notice_unit if known else None
    values["notice_clear"] = new.notice_clear if known else False
    if new.supplier is not None:
        values["supplier"] = new.supplier
    return contracts.change(desk, contract, values)
