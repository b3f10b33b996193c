"""The last safe days of contracts against a table written down, and against a slow method that shares no code."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bursar_desk.domain.contract_terms import Terms, terms_of
from bursar_desk.domain.date_math import add_months
from bursar_desk.domain.notice_dates import LastSafe, Meeting, OfficeDays, notice_from, occasions_of
from tests.rules import slow_notice as slow
from tests.rules.contracts_golden import CALENDAR, ON, Golden, as_terms, office_of, table

TABLE = table()


def occasions(terms: Terms, office: OfficeDays, on: date, how_many: int = 6, body: str = "",
              meetings: tuple[Meeting, ...] = ()) -> list[LastSafe]:  # fmt: skip
    """The program's ends and breaks of the term a day lies in and of the next ones."""
    through = add_months(max(on, terms.last or on), 12 * how_many + terms.months * (how_many + 1) + 120)
    ahead = [one for one in terms_of(terms, through=through) if one.last is not None and one.last >= on][:how_many]
    return [last for one in ahead for last in occasions_of(terms, one, office, meetings, body)]


def test_the_table_holds_every_sort_of_contract_sixty_at_least() -> None:
    assert len(TABLE) >= 60
    assert len({one.name for one in TABLE}) == len(TABLE)
    papers = [one.paper for one in TABLE]
    assert {one.at_end for one in papers} == {"ends", "renews", "option", "rolls"}
    assert {one.notice[1] for one in papers} == {"days", "weeks", "months", "working days"}
    assert {one.by for one in papers} == {"received", "served"}
    assert {one.notice_ends for one in papers} == {"any day", "month end", "period end"}
    assert all(any(test(one) for one in papers) for test in (
        lambda one: one.breaks, lambda one: one.letters, lambda one: one.office, lambda one: one.notice[2],
    ))  # fmt: skip
    assert sum(len(one.ends) + len(one.told) for one in TABLE) > 400


@pytest.mark.parametrize("one", TABLE, ids=[one.name for one in TABLE])
def test_the_written_days_are_the_programs(one: Golden) -> None:
    terms, office = as_terms(one.paper), office_of(one.paper)
    if one.ends:
        found = occasions(terms, office, ON)
        assert tuple((last.end, last.last_notice, last.serve_by) for last in found) == one.ends
    for told, ends in one.told:
        assert notice_from(terms, told, office) == ends


@pytest.mark.parametrize("one", TABLE, ids=[one.name for one in TABLE])
def test_the_written_days_are_those_of_the_slow_walk(one: Golden) -> None:
    if one.ends:
        assert tuple((last.end, last.last_notice, last.serve_by) for last in slow.ahead(one.paper, ON)) == one.ends
    for told, ends in one.told:
        assert slow.rolls_to(one.paper, told) == ends


DAYS = st.dates(date(2022, 1, 1), date(2030, 12, 31))
NOTICES = st.one_of(
    st.tuples(st.integers(0, 14), st.just("months"), st.booleans()),
    st.tuples(st.integers(0, 200), st.just("days"), st.booleans()),
    st.tuples(st.integers(0, 30), st.just("weeks"), st.booleans()),
    st.tuples(st.integers(0, 70), st.just("working days"), st.booleans()),
)


@st.composite
def papers(draw: st.DrawFn) -> slow.Paper:
    """Any contract with an end, its breaks and letters inside its own terms."""
    first = draw(DAYS)
    last = draw(st.one_of(
        st.integers(20, 1900).map(lambda n: first + timedelta(days=n)),
        st.sampled_from((12, 24, 36, 60)).map(lambda n: slow.months_after(first, n, first.day) - slow.ONE),
    ))  # fmt: skip
    at_end = draw(st.sampled_from(("ends", "renews", "renews", "renews", "option", "rolls")))
    breaks = draw(st.lists(st.tuples(st.dates(first, last), NOTICES), max_size=2, unique_by=lambda one: one[0]))
    letters = []
    if draw(st.booleans()):
        begins = draw(st.dates(first, last))
        letters.append((first, None, begins))
    if draw(st.booleans()):  # a letter that offers the next term, or falls in it
        letters.append((last + slow.ONE, None, last + timedelta(days=draw(st.integers(-400, 60)))))
    stretch = draw(DAYS)
    return slow.Paper(
        first, last, at_end, draw(st.sampled_from((1, 3, 6, 12, 12, 24, 36))), draw(st.integers(0, 3)), draw(NOTICES),
        draw(st.sampled_from(("received", "received", "served"))), draw(st.integers(0, 8)),
        draw(st.sampled_from(("any day", "month end", "period end"))), tuple(sorted(breaks)), tuple(letters),
        ((stretch, stretch + timedelta(days=draw(st.integers(0, 60)))),),
    )  # fmt: skip


@settings(max_examples=250, deadline=None)
@given(papers(), DAYS, st.lists(st.tuples(st.sampled_from(("Finance", "Full")), DAYS), max_size=12),
       st.sampled_from(("", "Finance")))  # fmt: skip
def test_any_contract_agrees_with_the_slow_walk(
    paper: slow.Paper, on: date, meetings: list[tuple[str, date]], body: str
) -> None:
    listed = tuple(Meeting(name, day) for name, day in meetings)
    found = occasions(as_terms(paper), office_of(paper), on, 3, body, listed)
    walked = slow.ahead(paper, on, 3)
    assert [(one.end, one.last_notice, one.serve_by) for one in found] == [
        (one.end, one.last_notice, one.serve_by) for one in walked
    ]
    assert [one.decide_by for one in found] == [slow.decide_by(one.serve_by, meetings, body) for one in walked]


@settings(max_examples=150, deadline=None)
@given(DAYS, NOTICES, DAYS, st.sampled_from(("any day", "month end", "period end")), st.sampled_from((1, 3, 12)))
def test_any_rolling_contract_ends_as_the_slow_walk_says(
    first: date, notice: tuple[int, str, bool], told: date, ends: str, months: int
) -> None:
    paper = slow.Paper(first, None, "rolls", months, notice=notice, notice_ends=ends)
    if told >= first:
        assert notice_from(as_terms(paper), told, office_of(paper)) == slow.rolls_to(paper, told)


@settings(max_examples=150, deadline=None)
@given(papers(), DAYS)
def test_the_steps_end_in_the_answers_and_never_go_forward(paper: slow.Paper, on: date) -> None:
    for one in occasions(as_terms(paper), office_of(paper), on, 2):
        days = [step.day for step in one.steps if step.day is not None]
        assert [step.number for step in one.steps] == list(range(1, len(one.steps) + 1))
        assert (days[0], days[1]) == (one.end, one.last_notice)
        assert days[1:] == sorted(days[1:], reverse=True)
        assert one.serve_by <= one.working <= one.last_notice
        assert office_of(paper).open(one.serve_by)
        assert [step.day for step in one.steps if step.strong] == [one.serve_by, one.decide_by]


def test_the_bank_holidays_worked_out_are_those_that_were_named() -> None:
    """Where a year is named, the rule gives the same days but for the special ones."""
    from bursar_desk.domain.bank_days import usual

    for year in (2023, 2024, 2025, 2026, 2027, 2028):
        named = {day for day in CALENDAR.bank_holidays if day.year == year}
        assert named - usual(year) <= {date(2023, 5, 8)}  # the coronation
        assert usual(year) <= named
