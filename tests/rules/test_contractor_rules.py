"""Contractors: who may attend, with every reason; what runs out; permits past their time; sums as people type them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import pytest

from bursar_desk.domain.contractors import PERMITS, may_attend, past_window, permit_words, runs_out
from bursar_desk.domain.typed_money import NotMoney, read_money

day = dt.date
TODAY = day(2026, 11, 20)
SEEN = day(2026, 1, 1)


@dataclass(frozen=True)
class Firm:
    name: str = "Glow Heating"
    insured_until: dt.date | None = TODAY
    body: str = "Gas Safe"
    body_number: str = "4521"
    body_until: dt.date | None = TODAY
    dbs_seen_on: dt.date | None = SEEN
    inducted_on: dt.date | None = SEEN
    asbestos_seen_on: dt.date | None = SEEN
    barred: bool = False
    barred_why: str = ""
    left_on: dt.date | None = None


def test_papers_still_count_on_their_last_day() -> None:
    assert may_attend(Firm(), TODAY).ok
    assert may_attend(Firm(), TODAY).words == "May attend."
    found = may_attend(Firm(), day(2026, 11, 21))
    assert found.reasons == (
        "The insurance ended on Friday 20 November 2026.",
        "The Gas Safe registration ended on Friday 20 November 2026.",
    )  # fmt: skip


def test_every_reason_is_named_at_once() -> None:
    bare = Firm(insured_until=None, body_number="", body_until=None, dbs_seen_on=None, inducted_on=None,
                asbestos_seen_on=None, barred=True, barred_why="smoked in the loft")  # fmt: skip
    found = may_attend(bare, TODAY)
    assert not found.ok
    assert found.reasons == (
        "Barred: Smoked in the loft.", "No insurance is written down.", "The Gas Safe number is not written down.",
        "Nobody has seen the DBS check.", "There was no induction.",
        "The asbestos register has not been read and signed.",
    )  # fmt: skip
    assert all(reason in found.words for reason in found.reasons)


def test_a_trade_without_a_body_is_not_asked_for_one_and_a_new_building_for_no_asbestos() -> None:
    firm = Firm(body="", body_number="", body_until=day(2020, 1, 1), asbestos_seen_on=None)
    assert may_attend(firm, TODAY, asbestos=False).ok
    assert not may_attend(firm, TODAY).ok


def test_who_is_no_longer_used_may_not_attend_and_warns_of_nothing() -> None:
    gone = replace(Firm(), left_on=TODAY)
    assert may_attend(gone, TODAY).reasons == ("No longer used since Friday 20 November 2026.",)
    assert runs_out(gone, TODAY) == ()


def test_papers_are_warned_of_sixty_days_ahead() -> None:
    firm = Firm(insured_until=day(2027, 1, 19), body_until=day(2026, 11, 1))
    assert runs_out(firm, TODAY) == ("Gas Safe registration ended 1 Nov 2026", "Insurance ends 19 Jan 2027")
    assert runs_out(firm, day(2026, 11, 19)) == ("Gas Safe registration ended 1 Nov 2026",)


def test_a_permit_is_past_its_time_from_the_minute_after() -> None:
    assert not past_window(TODAY, 600, False, TODAY, 600)
    assert past_window(TODAY, 600, False, TODAY, 601)
    assert past_window(day(2026, 11, 19), 1439, False, TODAY, 0)
    assert not past_window(day(2026, 11, 19), 600, True, TODAY, 0)
    assert not past_window(day(2026, 11, 21), 600, False, TODAY, 700)


def test_hot_work_is_watched_for_an_hour_and_every_kind_has_its_precautions() -> None:
    assert PERMITS["hot works"].watch == 60
    assert all(one.precautions and one.said for one in PERMITS.values())
    assert permit_words("something newer") == "Something newer"


@pytest.mark.parametrize(
    ("typed", "pence"), [("120", 12_000), ("£1,240", 124_000), (" 472.64 ", 47_264), ("5,000,000", 500_000_000)]
)
def test_money_is_read_as_whole_pence(typed: str, pence: int) -> None:
    assert read_money(typed) == pence


@pytest.mark.parametrize("typed", ["", "12.5", "1,24", "-3", "twelve", "12.345", "1 000"])
def test_money_that_could_mean_two_things_is_refused(typed: str) -> None:
    with pytest.raises(NotMoney, match="pounds and pence"):
        read_money(typed)
