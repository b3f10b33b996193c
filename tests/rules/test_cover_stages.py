"""Where a request stands follows from the set of words about it, in whatever order they came, however often."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bursar_desk.domain import cover_stage as rules
from bursar_desk.domain.cover_stage import Said

DAY = dt.date(2026, 11, 20)
STATES = ("asked", "agreed", "declined", "cancelled", "done", "newer")
words = st.lists(
    st.builds(
        Said, st.binary(min_size=2, max_size=2), st.sampled_from(("yes", "no", "taken back", "maybe", "")),
        st.one_of(st.none(), st.dates(DAY, DAY + dt.timedelta(days=3))),
    ),
    max_size=5, unique_by=lambda one: one.id,
)  # fmt: skip


@given(st.sampled_from(STATES), words, st.one_of(st.none(), st.just(DAY)), st.integers(0, 9))
def test_order_and_repeats_change_nothing(state: str, said: list[Said], by: dt.date | None, seed: int) -> None:
    once = rules.stage(state, said, by, DAY)
    again = [*said, *said]
    random.Random(seed).shuffle(again)
    assert rules.stage(state, again, by, DAY) == once
    assert once.stage in rules.WORDS


@given(words, st.sampled_from(STATES))
def test_nobody_is_agreed_against_the_lenders_last_word(said: list[Said], state: str) -> None:
    last = rules.last_word(said)
    found = rules.stage(state, said, None, DAY).stage
    if last is not None and last.answer != "yes":
        assert found not in (rules.AGREED, rules.ACCEPTED, rules.ASKED)
    if state in ("cancelled", "done"):
        assert found == state, "who asked can always end it"


def said(answer: str, day: int = 0, row: bytes = b"a") -> Said:
    return Said(row, answer, DAY + dt.timedelta(days=day))


@pytest.mark.parametrize(
    ("state", "answers", "days_late", "stage"),
    [
        ("asked", [], -1, "asked"),
        ("asked", [], 1, "no answer"),
        ("asked", [said("yes")], 1, "accepted"),
        ("agreed", [said("yes")], 0, "agreed"),
        ("agreed", [], 0, "agreed"),
        ("agreed", [said("no")], 0, "declined"),
        ("agreed", [said("yes"), said("taken back", 1, b"b")], 0, "taken back"),
        ("asked", [said("no"), said("yes", 1, b"b")], 0, "accepted"),
        ("cancelled", [said("yes")], 0, "cancelled"),
        ("declined", [said("yes")], 0, "declined"),
    ],
)
def test_where_a_request_stands(state: str, answers: list[Said], days_late: int, stage: str) -> None:
    today = DAY + dt.timedelta(days=10)
    found = rules.stage(state, answers, today - dt.timedelta(days=days_late), today)
    assert found.stage == stage
    assert found.noted_here is (state == "agreed" and not answers)
