"""What a contract's standing follows from: its facts, what was decided for each end, and its lead times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from bursar_desk.domain.contract_terms import Term, Terms
from bursar_desk.domain.date_math import add_days
from bursar_desk.domain.notice_dates import LastSafe
from bursar_desk.domain.same_day import not_taken_back

LEADS: Final = (90, 60, 30, 14, 7)
"""Days before the last safe day on which everybody is reminded; the day itself speaks too."""
LARGE_LEAD: Final = 180
LARGE_PENCE: Final = 1_000_000
"""A contract of more than this a year (10,000 pounds) is told half a year before."""
ALWAYS: Final = (14, 7, 0)
"""No contract's own reminders take these away."""
MOST_LEAD: Final = 730
INSURANCE_DAYS: Final = 30
SETTLES: Final = frozenset({"notice given", "renew", "extend", "let run"})
STAYS: Final = frozenset({"renew", "extend", "let run"})


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided for one end. It counts for ``term_end`` exactly, so that an end that moves asks again.

    ``ends_on`` is when it really ends where that was agreed, ``until`` what is put off is put off to.
    """

    id: bytes
    term_end: date | None
    what: str
    said_on: date | None
    ends_on: date | None = None
    until: date | None = None
    served_on: date | None = None


@dataclass(frozen=True, slots=True)
class ContractFacts:
    """What the standing of one contract follows from, beside decisions, office and meetings.

    ``state`` "draft", "live" or "ceased" as recorded; ``yearly`` net pence; ``alerts`` its own lead times in days;
    ``body`` the body that decides, "" for any; ``entered_on`` the day the register began to watch it (nothing: always);
    ``documents`` how many are kept of it, nothing where nobody looked.
    """

    id: bytes
    terms: Terms
    state: str = "live"
    yearly: int | None = None
    alerts: tuple[int, ...] = ()
    body: str = ""
    ceased_on: date | None = None
    entered_on: date | None = None
    insured_until: date | None = None
    documents: int | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """One reminder: it speaks ``lead`` days before the last safe day, once; a date that moves is another one."""

    contract: bytes
    serve_by: date
    lead: int

    @property
    def day(self) -> date:
        """Return the day on which it first speaks."""
        return add_days(self.serve_by, -self.lead)

    @property
    def key(self) -> str:
        """Return what names it."""
        return f"{self.contract.hex()} {self.serve_by.isoformat()} {self.lead}"


# --- reminders -------------------------------------------------------------------------------------------------------


def leads_of(facts: ContractFacts, term: Term) -> tuple[int, ...]:
    """Return the lead times in days, longest first: the usual ones, or the contract's own beside 14, 7 and the day.

    A renewal or rolling period shorter than a lead passes it over, else it would stand on Home all year.
    """
    own = tuple(one for one in facts.alerts if type(one) is int and 0 < one <= MOST_LEAD)
    yearly = facts.yearly if term.yearly is None else term.yearly
    longer = own or (((LARGE_LEAD,) if (yearly or 0) > LARGE_PENCE else ()) + LEADS)
    whole = {*longer, *ALWAYS}
    if term.kind in ("renewal", "rolling") and term.first is not None and term.last is not None:
        length = (term.last - term.first).days
        whole = {one for one in whole if one < length or one == 0}
    return tuple(sorted(whole, reverse=True))


def latest_put_off(last: LastSafe) -> date:
    """Return the last day a decision may be put off to: the meeting that decides, else the last safe day."""
    return last.decide_by or last.serve_by


def may_put_off(last: LastSafe, until: date, on: date) -> bool:
    """Tell whether a decision may be put off to a day: after today, never past the day it must be taken."""
    return on < until <= latest_put_off(last)


# --- decisions -------------------------------------------------------------------------------------------------------


def about(decisions: Sequence[Decision], end: date, on: date) -> list[Decision]:
    """Return what was said about one end by a day and not taken back, in order."""
    return not_taken_back(one for one in decisions if one.term_end == end and (one.said_on or on) <= on)


def decided(decisions: Sequence[Decision], last: LastSafe, terms: Terms, on: date) -> Decision | None:
    """Return the decision that settles an end, or nothing: putting off and going to market settle nothing.

    "end" settles a contract that ends by itself; any other must be told, so it waits for the notice.
    """
    found = [
        one for one in about(decisions, last.end, on)
        if one.what in SETTLES or (one.what == "end" and (by_itself(last, terms) or one.served_on is not None))
    ]  # fmt: skip
    return found[-1] if found else None


def by_itself(last: LastSafe, terms: Terms) -> bool:
    """Tell whether the contract ends then unless somebody does something."""
    return terms.at_end in ("ends", "option") and not last.is_break


def leaves(one: Decision) -> bool:
    return one.what in ("notice given", "end")


def in_time(one: Decision, last: LastSafe, terms: Terms) -> bool:
    """Tell whether leaving counts: told by the contract's last day, or an end agreed all the same.

    What ends by itself ends however late they were told.
    """
    told = one.served_on or one.said_on
    return by_itself(last, terms) or one.ends_on is not None or told is None or told <= last.last_notice
