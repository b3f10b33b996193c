"""Five hundred made-up contracts over ten years of days: nothing is missed unseen, nothing repeats once decided."""

from __future__ import annotations

import random
from bisect import bisect_left
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest

from bursar_desk.domain.contract_state import (
    Around,
    ContractFacts,
    ContractStanding,
    Decision,
    State,
    all_occasions,
    judge,
    latest_put_off,
    may_put_off,
    standing,
)
from bursar_desk.domain.contract_terms import Break, Notice, Terms, term_on
from bursar_desk.domain.date_math import add_months
from bursar_desk.domain.notice_dates import LastSafe, Meeting, OfficeDays
from tests.rules import slow_notice as slow
from tests.rules.contracts_golden import CALENDAR

FIRST, LAST = date(2026, 9, 1), date(2036, 8, 31)
OFFICE = OfficeDays(CALENDAR)
ONE = timedelta(days=1)
MEETINGS = tuple(
    Meeting("Finance committee" if month in (10, 2, 5) else "Full governing body", date(year, month, 12))
    for year in range(2026, 2037) for month in (10, 12, 2, 3, 5, 7)
)  # fmt: skip
CONTRACTS = 500
FAR = timedelta(days=300)
"""The longest lead time there is here."""


@dataclass
class Story:
    """One contract as it was kept: its facts from a day on, what was decided, and all its last safe days."""

    facts: ContractFacts
    decisions: list[Decision] = field(default_factory=list)
    took_back: bool = False
    changed_on: date | None = None
    after: ContractFacts | None = None
    ends: dict[int, list[date]] = field(default_factory=dict)
    leaving: set[date | None] = field(default_factory=set)
    by_end: dict[date, list[Decision]] = field(default_factory=dict)
    stood: dict[date, ContractStanding] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.lists = {id(one): self._all(one) for one in (self.facts, self.after) if one is not None}

    @staticmethod
    def _all(facts: ContractFacts) -> tuple[LastSafe, ...]:
        return all_occasions(facts, OFFICE, MEETINGS, add_months(LAST, 60))

    def facts_on(self, day: date) -> ContractFacts:
        return self.after if self.after is not None and self.changed_on and day >= self.changed_on else self.facts

    def occasions(self, day: date) -> tuple[LastSafe, ...]:
        return self.lists[id(self.facts_on(day))]

    def stands(self, day: date) -> ContractStanding:
        """Where it stood on a day, worked out once for all the tests that look."""
        if day not in self.stood:
            self.stood[day] = self._stands(day)
        return self.stood[day]

    def _stands(self, day: date) -> ContractStanding:
        facts = self.facts_on(day)
        every = self.lists[id(facts)]
        at = bisect_left(self.ends[id(facts)], day)
        left = [one for one in every[: max(0, at - 3)] if one.end in self.leaving or one.term.kind == "option"]
        term = every[min(at, len(every) - 1)].term if facts.terms.at_end != "rolls" else term_on(facts.terms, day)
        return judge(facts, self.decisions, Around(term, (*left, *every[max(0, at - 3) : at + 6])), day)

    def about(self, end: date) -> list[Decision]:
        """What was said of one end, in order."""
        return self.by_end.get(end, [])

    def learn(self) -> None:
        """Put what was decided, and the ends, where they are quickly found."""
        self.ends = {key: [one.end for one in every] for key, every in self.lists.items()}
        self.leaving = {one.term_end for one in self.decisions if one.what in ("notice given", "end")}
        for one in sorted(self.decisions, key=lambda one: (one.said_on or FIRST, one.id)):
            if one.term_end is not None:
                self.by_end.setdefault(one.term_end, []).append(one)


def leads(facts: ContractFacts, last: LastSafe) -> list[int]:
    """The lead times by the rule, written down again here."""
    own = [one for one in facts.alerts if one > 0]
    days = set(own) if own else {90, 60, 30} | ({180} if (facts.yearly or 0) > 1_000_000 else set())
    days |= {14, 7, 0}
    if last.term.kind in ("renewal", "rolling") and last.term.first and last.term.last:
        days = {one for one in days if one < (last.term.last - last.term.first).days or one == 0}
    return sorted(days, reverse=True)


def made_up(rng: random.Random, number: int) -> Story:
    first = date(2022, 1, 1) + timedelta(days=rng.randrange(2400))
    months = rng.choice((12, 24, 36, 36, 60))
    last = add_months(first, months) - ONE
    at_end = rng.choice(("renews", "renews", "renews", "renews", "option", "ends", "rolls"))
    unit = rng.choice(("months", "months", "days", "weeks", "working days"))
    count = {"months": rng.randrange(1, 13), "days": rng.choice((14, 30, 60, 90, 180)), "weeks": rng.randrange(2, 27),
             "working days": rng.randrange(5, 60)}[unit]  # fmt: skip
    notice = Notice(count, unit, rng.random() < 0.2, rng.choice(("received", "served")), rng.randrange(8))
    breaks: tuple[Break, ...] = ()
    if rng.random() < 0.2 and months >= 24:
        own = replace(notice, count=rng.randrange(1, 7), unit="months", clear=False)
        breaks = (Break(add_months(first, 12), own),)
    terms = Terms(first, last, at_end, rng.choice((3, 6, 12, 12, 12, 24)), rng.randrange(3), notice,
                  rng.choice(("any day", "month end", "period end")), breaks)  # fmt: skip
    alerts = rng.choice(((), (), (), (120, 45), (300,)))
    facts = ContractFacts(
        number.to_bytes(16, "big"), terms, "live", rng.choice((None, 50_000, 1_000_000, 1_000_001, 5_000_000)), alerts,
        rng.choice(("", "", "Finance committee", "Full governing body", "A body that never meets")), entered_on=FIRST,
    )  # fmt: skip
    story = Story(facts)
    if rng.random() < 0.15:  # the notice turns out to be another: every day moves
        story.changed_on = FIRST + timedelta(days=rng.randrange(3000))
        story.after = replace(facts, terms=replace(terms, notice=replace(notice, count=count + rng.choice((1, 3)))))
        story.lists[id(story.after)] = story._all(story.after)
    decide(rng, story)
    story.learn()
    return story


def decide(rng: random.Random, story: Story) -> None:
    """The clerk: at most ends something is decided, sometimes only put off or sent to market, sometimes nothing."""
    for number, last in enumerate(story.lists[id(story.after or story.facts)]):
        if not FIRST <= last.serve_by <= LAST:
            continue
        day = last.serve_by - timedelta(days=rng.randrange(0, 200))

        def said(what: str, on: date, *, part: int, end: date = last.end, place: int = number,
                 until: date | None = None) -> None:  # fmt: skip
            key = place.to_bytes(4, "big") + part.to_bytes(12, "big")
            served = on if what == "notice given" else None
            story.decisions.append(Decision(key, end, what, on, until=until, served_on=served))

        if rng.random() < 0.2:
            said("to market", day - ONE, part=0)
        if rng.random() < 0.25:  # half of these are put off too far, which must change nothing
            said("put off", day - ONE, part=1, until=latest_put_off(last) + timedelta(days=rng.randrange(-20, 20)))
        fate = rng.random()
        if fate < 0.5:
            said(rng.choice(("renew", "extend", "let run")), day, part=2)
        elif fate < 0.56:
            said("notice given", day, part=2)
        elif fate < 0.62:
            said("end", day, part=2)
        elif fate < 0.68:
            said("renew", day, part=2)
            said("taken back", day + ONE, part=3)
            story.took_back = True
        elif fate < 0.72:
            said("let run", last.closes + timedelta(days=rng.randrange(1, 60)), part=2)


def settled(story: Story, last: LastSafe, day: date) -> bool:
    """Whether somebody settled this end by a day: the rule of journey J13, written down again here."""
    by_itself = story.facts.terms.at_end in ("ends", "option") and not last.is_break
    settles = {"renew", "extend", "let run", "notice given"} | ({"end"} if by_itself else set())
    found = False
    for one in story.about(last.end):
        if one.said_on is not None and one.said_on <= day:
            found = one.what != "taken back" and (found or one.what in settles)
    return found


def days_to_look(rng: random.Random, story: Story) -> list[date]:
    """Every day on which anything can change, the days beside it, and some between."""
    days = {FIRST + timedelta(days=rng.randrange((LAST - FIRST).days)) for _ in range(12)}
    for facts, occasions in ((one, story.lists[id(one)]) for one in (story.facts, story.after) if one is not None):
        for last in occasions:
            days |= {day for mark in (last.closes, last.end) for day in (mark, mark + ONE)}
            days |= {last.serve_by - timedelta(days=one) for one in leads(facts, last)}
    days |= {day for one in story.decisions if one.said_on for day in (one.said_on, one.said_on + ONE)}
    if story.changed_on:
        days.add(story.changed_on)
    return sorted(day for day in days if FIRST <= day <= LAST)


@pytest.fixture(scope="module")
def stories() -> list[tuple[Story, list[date]]]:
    rng = random.Random(20261120)
    made = [made_up(rng, number) for number in range(CONTRACTS)]
    return [(one, days_to_look(rng, one)) for one in made]


def test_no_last_safe_day_passes_unseen_and_nothing_repeats_once_decided(
    stories: list[tuple[Story, list[date]]],
) -> None:
    passed, spoken, looked = 0, 0, 0
    for story, days in stories:
        told: set[str] = set()
        before = ""
        for day in days:
            stands = story.stands(day)
            looked += 1
            over = stands.state in (State.NOTICE_GIVEN, State.CEASED)
            facts = story.facts_on(day)
            for last in story.occasions(day):
                if over or not day <= last.serve_by <= day + FAR or settled(story, last, day):
                    continue
                if day < last.serve_by - timedelta(days=leads(facts, last)[0]) or _never_comes(last, story, day):
                    continue
                assert stands.on_home, (facts, day, last.serve_by, stands.state)
                assert stands.missed is not None or (stands.last_safe and stands.last_safe.closes <= last.closes)
                passed += day == last.serve_by
            if stands.alert_due is None:
                before = ""
                continue
            assert stands.state is State.DECIDE_SOON
            last_safe = stands.last_safe
            assert last_safe is not None
            assert not settled(story, last_safe, day), "a reminder after a decision"
            assert stands.alert_due.serve_by == last_safe.serve_by
            reached = [one for one in leads(facts, last_safe) if last_safe.serve_by - timedelta(days=one) <= day]
            assert stands.alert_due.lead == reached[-1], "the reminder of another day"
            key = stands.alert_due.key
            if key != before:
                assert key not in told or story.took_back or story.changed_on, "the same reminder a second time"
                spoken += key not in told
                told.add(key)
            before = key
    assert passed > 800
    assert spoken > 5000
    assert looked > 30_000


def _never_comes(last: LastSafe, story: Story, day: date) -> bool:
    """An option that nobody took: the contract ends before it. Those taken are looked at by their own ends."""
    if last.term.kind != "option":
        return False
    ends = [one for one in story.occasions(day) if not one.is_break and one.end < (last.term.first or last.end)]
    return any(
        not settled(story, one, day)
        or not any(two.what in ("renew", "extend", "let run") for two in story.about(one.end))
        for one in ends
    )


def test_the_last_safe_days_kept_for_ten_years_are_those_asked_for_on_the_day(
    stories: list[tuple[Story, list[date]]],
) -> None:
    rng = random.Random(7)
    for story, days in stories[::5]:
        for day in rng.sample(days, min(4, len(days))):
            asked = standing(story.facts_on(day), story.decisions, OFFICE, MEETINGS, day)
            kept = story.stands(day)
            assert (asked.state, asked.alert_due, asked.on_home, asked.pressing, asked.missed) == (
                kept.state, kept.alert_due, kept.on_home, kept.pressing, kept.missed
            )  # fmt: skip


def test_the_last_safe_days_kept_for_ten_years_are_those_of_the_slow_walk(
    stories: list[tuple[Story, list[date]]],
) -> None:
    breaks = 0
    for story, _ in stories[::2]:
        terms = story.facts.terms
        said = terms.notice
        paper = slow.Paper(
            terms.first, terms.last, terms.at_end, terms.months, terms.options, (said.number, said.unit, said.clear),
            said.by, said.post_days, terms.notice_ends,
            tuple((one.on, (one.notice.number, one.notice.unit, one.notice.clear)) for one in terms.breaks),
        )  # fmt: skip
        walked = slow.ahead(paper, FIRST, 4)
        kept = [one for one in story.lists[id(story.facts)] if one.term.last is not None and one.term.last >= FIRST]
        assert [(one.end, one.last_notice, one.serve_by) for one in kept[: len(walked)]] == [
            (one.end, one.last_notice, one.serve_by) for one in walked
        ]
        breaks += sum(one.is_break for one in kept)
    assert breaks > 2


def test_nothing_is_put_off_past_the_day_it_must_be_decided(stories: list[tuple[Story, list[date]]]) -> None:
    quiet = 0
    for story, days in stories:
        for day in days[::5]:
            stands = story.stands(day)
            last = stands.last_safe
            if last is not None and stands.put_off_until is not None:
                assert day < stands.put_off_until <= (last.decide_by or last.serve_by)
                assert may_put_off(last, stands.put_off_until, day)
                quiet += 1
            if last is not None and stands.on_home and day >= latest_put_off(last):
                assert stands.pressing
    assert quiet > 10


def test_whoever_missed_a_day_is_told_since_when_and_until_when(stories: list[tuple[Story, list[date]]]) -> None:
    rolled = 0
    for story, days in stories:
        for day in days[::6]:
            stands = story.stands(day)
            if stands.state is not State.ROLLED_OVER:
                continue
            missed = stands.missed
            assert missed is not None
            assert missed.closes < day
            assert not any(
                one.term_end is not None and one.term_end >= missed.end and one.what in ("renew", "extend", "let run")
                and settled(story, missed, day) for one in story.decisions
            )  # fmt: skip
            assert stands.on_home
            assert stands.pressing
            rolled += 1
    assert rolled > 100
