"""Where a contract stands on a day: what is decided, what was missed, and which reminders speak (rules 12, J13)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, Literal

from bursar_desk.domain import contract_sentences as say
from bursar_desk.domain.calendar import SchoolCalendar
from bursar_desk.domain.contract_decisions import (
    INSURANCE_DAYS,
    LEADS,
    MOST_LEAD,
    STAYS,
    Alert,
    ContractFacts,
    Decision,
    about,
    decided,
    in_time,
    latest_put_off,
    leads_of,
    leaves,
    may_put_off,
)
from bursar_desk.domain.contract_terms import Term, terms_of
from bursar_desk.domain.date_math import add_days, add_months
from bursar_desk.domain.notice_dates import LastSafe, Meeting, OfficeDays, occasions_of
from bursar_desk.domain.same_day import not_taken_back

__all__ = [
    "LEADS",
    "MOST_LEAD",
    "STATE_WORDS",
    "Alert",
    "Around",
    "ContractFacts",
    "ContractStanding",
    "Decision",
    "State",
    "all_occasions",
    "around",
    "decided",
    "judge",
    "latest_put_off",
    "leads_of",
    "may_put_off",
    "standing",
]  # fmt: skip


class State(StrEnum):
    """What a contract's chip says; TOO_LATE: a break or an option was missed, locked in or ending."""

    DRAFT = "draft"
    LIVE = "live"
    DECIDE_SOON = "decide soon"
    TOO_LATE = "too late"
    NOTICE_GIVEN = "notice given"
    ROLLED_OVER = "rolled over"
    AGREED = "agreed"
    CEASED = "ceased"


STATE_WORDS: Final = {
    State.DRAFT: "Draft", State.LIVE: "Live", State.DECIDE_SOON: "Decide soon", State.TOO_LATE: "Too late",
    State.NOTICE_GIVEN: "Notice given", State.ROLLED_OVER: "Rolled over", State.AGREED: "Agreed",
    State.CEASED: "Ceased",
}  # fmt: skip

Look = Literal["red", "amber", "green", "grey", "blue"]
_LOOKS: Final[dict[State, Look]] = {
    State.DRAFT: "grey", State.LIVE: "green", State.DECIDE_SOON: "amber", State.TOO_LATE: "red",
    State.NOTICE_GIVEN: "amber", State.ROLLED_OVER: "red", State.AGREED: "blue", State.CEASED: "grey",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ContractStanding:
    """Where a contract stands on a day.

    ``last_safe`` is what is to be decided next, ``days_left`` to it (negative in the days when only telling them by
    hand is left). ``alert_due`` is the reminder reached, ``alerts`` all of this last safe day, ``next_alerts`` the days
    of those to come. ``on_home``: it stands on Home; ``pressing``: nothing quietens it. ``missed`` is a last safe day
    that passed without a decision. ``ends_on``: when it ends, where that is settled. ``warnings`` are sentences.
    """

    state: State
    term: Term | None
    last_safe: LastSafe | None
    days_left: int | None
    alert_due: Alert | None
    alerts: tuple[Alert, ...]
    next_alerts: tuple[date, ...]
    missed: LastSafe | None
    sentence: str
    look: Look
    on_home: bool
    pressing: bool
    decision: Decision | None
    put_off_until: date | None
    ends_on: date | None
    warnings: tuple[str, ...] = ()
    missed_words: str = ""

    @property
    def asked(self) -> LastSafe | None:
        """Return the end a decision is about where nobody names one: what is to be decided now, else what passed."""
        return self.last_safe if self.state is State.DECIDE_SOON else self.missed or self.last_safe

    @property
    def state_words(self) -> str:
        """Return the words of the chip."""
        return STATE_WORDS[self.state]


# --- what is to be decided -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Around:
    """The last safe days around a day, in order of when they close; ``term`` the one the day lies in."""

    term: Term | None
    occasions: tuple[LastSafe, ...]


def around(
    facts: ContractFacts, decisions: Sequence[Decision], office: SchoolCalendar | OfficeDays,
    meetings: Sequence[Meeting], on: date,
) -> Around:  # fmt: skip
    """Work out the last safe days that can matter on a day: those it was left at, the last that passed, the next."""
    terms = facts.terms
    horizon = add_days(add_months(on, 2 * terms.months + 2), terms.notice.number * _DAYS[terms.notice.measure])
    if terms.at_end == "option":  # the reminders of an option are not cut to its length
        horizon = add_days(horizon, max((one for one in facts.alerts if one <= MOST_LEAD), default=0))
    every = terms_of(terms, through=horizon)
    place = next((n for n, one in enumerate(every) if one.last is None or one.last >= on), len(every))
    first = max(0, place - 2) if terms.at_end != "option" else 0  # each option stands on the one before it
    left = [one.term_end for one in decisions if leaves(one) and one.term_end is not None]
    found = [
        last for n, (one, after) in enumerate(zip(every, (*every[1:], None), strict=False))
        if n >= first or any(_within(day, one) for day in left)
        for last in occasions_of(terms, one, office, meetings, facts.body, after)
    ]  # fmt: skip
    return Around(every[min(place, len(every) - 1)] if every else None, tuple(found))


def _within(day: date, term: Term) -> bool:
    return (term.first is None or day >= term.first) and (term.last is None or day <= term.last)


_DAYS: Final = {"days": 1, "weeks": 7, "months": 31, "working days": 2}


def all_occasions(
    facts: ContractFacts, office: SchoolCalendar | OfficeDays, meetings: Sequence[Meeting], through: date
) -> tuple[LastSafe, ...]:
    """Return every last safe day of a contract for ends up to a day: for plans and strips."""
    every = terms_of(facts.terms, through=through)
    return tuple(
        last for one, after in zip(every, (*every[1:], None), strict=False)
        for last in occasions_of(facts.terms, one, office, meetings, facts.body, after) if last.end <= through
    )  # fmt: skip


def standing(
    facts: ContractFacts, decisions: Sequence[Decision], office: SchoolCalendar | OfficeDays,
    meetings: Sequence[Meeting], on: date,
) -> ContractStanding:  # fmt: skip
    """Return where a contract stands on a day."""
    office = office if isinstance(office, OfficeDays) else OfficeDays(office)
    return judge(facts, decisions, around(facts, decisions, office, meetings, on), on)


def judge(facts: ContractFacts, decisions: Sequence[Decision], near: Around, on: date) -> ContractStanding:
    """Return where a contract stands, from the last safe days around the day."""
    said = [one for one in decisions if (one.said_on or on) <= on]
    view = _View(facts, said, near, on)
    if facts.state == "draft":
        return view.made(State.DRAFT, say.DRAFT)
    if facts.state == "ceased" or (facts.ceased_on is not None and facts.ceased_on <= on):
        return view.made(State.CEASED, say.ceased(facts.ceased_on), ends_on=facts.ceased_on)
    return view.left() or view.over() or view.running()


class _View:
    """One look at one contract on one day."""

    def __init__(self, facts: ContractFacts, said: Sequence[Decision], near: Around, on: date) -> None:
        self.facts, self.terms, self.said, self.on = facts, facts.terms, said, on
        self.term = near.term
        self.by_end: dict[date | None, list[Decision]] = {}
        for one in said:
            self.by_end.setdefault(one.term_end, []).append(one)
        self.settled: dict[tuple[date, bool], Decision | None] = {}
        self.occasions = sorted(self._reachable(near.occasions), key=lambda one: (one.closes, one.end))
        self.ahead = [one for one in self.occasions if one.closes >= on and one.end >= on]
        self.stake = next((one for one in self.ahead if not self._settled(one)), self.ahead[0] if self.ahead else None)

    def _decided(self, last: LastSafe) -> Decision | None:
        """Return the decision that settles an end, worked out once."""
        key = last.end, last.is_break
        if key not in self.settled:
            about_it = self.by_end.get(last.end)
            self.settled[key] = decided(about_it, last, self.terms, self.on) if about_it else None
        return self.settled[key]

    def _settled(self, last: LastSafe) -> bool:
        return self._decided(last) is not None

    def _reachable(self, occasions: Sequence[LastSafe]) -> list[LastSafe]:
        """Leave out the ends of options that nobody took: without a decision or an entry the contract ends before."""
        if self.terms.at_end != "option":
            return list(occasions)
        out: list[LastSafe] = []
        taken = True
        for one in occasions:
            if one.term.kind == "option" and one.term.written is None and not taken:
                break
            out.append(one)
            if not one.is_break:
                found = self._decided(one)
                taken = found is not None and found.what in STAYS
        return out

    # --- it ends, or has ended ---------------------------------------------------------------------------------------

    def left(self) -> ContractStanding | None:
        """It was left by notice that counts: until it ends "Notice given", then "Ceased"."""
        for last in self.occasions:
            one = self._decided(last)
            if one is not None and leaves(one) and in_time(one, last, self.terms):
                return self._leaving(one, one.ends_on or last.end)
        fixed = {one.end for one in self.occasions}
        loose = [one for one in self.said if leaves(one) and one.ends_on is not None and one.term_end not in fixed
                 and (one.term_end is None or one.term_end == one.ends_on)]  # fmt: skip
        if loose and (self.term is None or self.term.last is None or self.term.kind == "rolling"):
            one = max(loose, key=lambda each: (each.said_on or date.min, each.id))
            standing = not_taken_back(two for two in self.said if two.term_end == one.term_end)
            if one.ends_on is not None and one in standing:
                return self._leaving(one, one.ends_on)
        return None

    def _leaving(self, one: Decision, ends_on: date) -> ContractStanding:
        if self.on > ends_on:
            return self.made(State.CEASED, say.ended(ends_on, one), ends_on=ends_on, decision=one)
        return self.made(State.NOTICE_GIVEN, say.notice_given(ends_on, one), ends_on=ends_on, decision=one)

    def over(self) -> ContractStanding | None:
        """A contract that ends by itself, and has."""
        last = max(self.occasions, key=lambda one: one.end, default=None)
        if last is None or last.end >= self.on or self.terms.at_end not in ("ends", "option") or self._goes_on():
            return None
        one = self._decided(last)
        if one is not None and one.what in STAYS:
            return self.made(State.AGREED, say.agreed_undated(last.end), decision=one)
        return self.made(State.CEASED, say.ended(last.end, None), ends_on=last.end)

    def _goes_on(self) -> bool:
        return self.term is not None and (self.term.last is None or self.term.last >= self.on) and (
            self.term.kind != "option" or any(one.term == self.term for one in self.occasions)
        )  # fmt: skip

    # --- it runs -----------------------------------------------------------------------------------------------------

    def running(self) -> ContractStanding:
        """It runs: agreed, missed, to decide soon, or nothing to do yet."""
        missed = self._missed()
        stake = self.stake
        if stake is not None and not self._settled(stake) and self.on >= self._from(stake):
            # What can still be decided comes first: a day that passed must not hide the next one.
            said = say.decide(stake, self.terms, self.on, self._plan(stake))
            before = f"{self._passed(missed)} " if missed is not None else ""
            return self.made(State.DECIDE_SOON, before + said, missed=missed)
        if missed is not None:
            following = next((one for one in self.ahead if one.end > missed.end), None)
            if missed.is_break or self.terms.at_end == "option":
                return self.made(State.TOO_LATE, self._passed(missed), missed=missed)
            late = self._decided(missed)
            return self.made(State.ROLLED_OVER, say.rolled_over(missed, following, self.terms, late), missed=missed)
        agreed = self._agreed()
        if agreed is not None:
            last, one = agreed
            return self.made(State.AGREED, say.agreed(last, one, self.terms), decision=one)
        return self.made(State.LIVE, say.live(stake, self.term, self.terms))

    def _passed(self, missed: LastSafe) -> str:
        return say.passed(missed, self.terms, self._decided(missed))

    def _from(self, last: LastSafe) -> date:
        """Return the first day on which an end stands on Home."""
        return add_days(last.serve_by, -leads_of(self.facts, last.term)[0])

    def _plan(self, last: LastSafe) -> str:
        """Return the last thing said of an end that settles nothing: "to market", "put off", "end" or ""."""
        found = about(self.by_end.get(last.end, ()), last.end, self.on)
        return found[-1].what if found else ""

    def _missed(self) -> LastSafe | None:
        """Return the last safe day that passed without a decision and that no later decision has answered.

        An end that was missed weighs more than a break, whichever came last.
        """
        passed = [one for one in reversed(self.occasions) if one.closes < self.on]
        ends = [one for one in passed if not one.is_break][:1]
        found = [one for one in (*ends, *(one for one in passed if one.is_break)) if self._unanswered(one)]
        return found[0] if found else None

    def _unanswered(self, last: LastSafe) -> bool:
        one = self._decided(last)
        if one is not None and not (leaves(one) and not in_time(one, last, self.terms)):
            return False
        if any(self._settled(other) for other in self.occasions if other.end > last.end):
            return False
        if last.end >= self.on:
            return last.is_break or self.terms.at_end != "ends"
        # The end has come: what ran on by itself stays missed until somebody says so, if it was watched at the time.
        watched = self.facts.entered_on is None or self.facts.entered_on <= last.closes
        return watched and self.terms.at_end == "renews" and not last.is_break

    def _agreed(self) -> tuple[LastSafe, Decision] | None:
        """Return the end that is near, or at stake, for which it was agreed to stay."""
        for last in self.occasions:
            one = self._decided(last)
            if last.end >= self.on and one is not None and one.what in STAYS:
                return last, one
        return None

    # --- putting it together -----------------------------------------------------------------------------------------

    def made(
        self, state: State, sentence: str, *, missed: LastSafe | None = None, ends_on: date | None = None,
        decision: Decision | None = None,
    ) -> ContractStanding:  # fmt: skip
        """Return the standing with its reminders; what is a draft, left or over has none."""
        quiet = state in (State.DRAFT, State.NOTICE_GIVEN, State.CEASED)
        stake = None if quiet else self.stake
        alerts: tuple[Alert, ...] = ()
        waits = stake is not None and not self._settled(stake)
        if stake is not None and waits:
            alerts = tuple(Alert(self.facts.id, stake.serve_by, lead) for lead in leads_of(self.facts, stake.term))
        reached = [one for one in alerts if one.day <= self.on]
        off = self._put_off(stake) if stake is not None and waits else None
        standing_now = bool(reached) or missed is not None
        held = off is not None or (stake is not None and self._plan(stake) == "to market" and self._may_wait(stake))
        look = _LOOKS[state]
        if state is State.DECIDE_SOON and stake is not None and (stake.serve_by < self.on or missed is not None):
            look = "red"
        return ContractStanding(
            state, self.term, stake, (stake.serve_by - self.on).days if stake else None,
            reached[-1] if reached else None, alerts, tuple(one.day for one in alerts if one.day > self.on),
            missed, sentence, look, standing_now, standing_now and not (held and missed is None), decision, off,
            ends_on, self._warnings(state), self._passed(missed) if missed is not None else "",
        )  # fmt: skip

    def _warnings(self, state: State) -> tuple[str, ...]:
        if state is State.CEASED:
            return ()
        facts = self.facts
        return say.warnings(facts.insured_until, facts.documents, facts.terms, self.on, INSURANCE_DAYS)

    def _put_off(self, last: LastSafe) -> date | None:
        """Return the day it is put off to, while that is still ahead; a day past the end of what may be is ignored."""
        found = about(self.by_end.get(last.end, ()), last.end, self.on)
        if not found or found[-1].what != "put off":
            return None
        until = found[-1].until
        return until if until is not None and self.on < until <= latest_put_off(last) else None

    def _may_wait(self, last: LastSafe) -> bool:
        """Going to market quietens it until a week before the last safe day, or until the meeting that decides."""
        return self.on < min(add_days(last.serve_by, -7), last.decide_by or date.max)
