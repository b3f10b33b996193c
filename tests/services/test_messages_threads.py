"""Which messages belong together: the same threads in any order of arrival, whatever is missing, withdrawn or odd."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bursar_desk.services.message_threads import ANSWER, HELP, NOTICE, QUESTION, Message, Thread, threads_of

US, THEM, OTHER = b"u" * 16, b"t" * 16, b"o" * 16
DAY = dt.date(2026, 11, 20)


def named(number: int, at_ms: int = 0) -> bytes:
    return (at_ms or number * 1000).to_bytes(6, "big") + number.to_bytes(10, "big")


def said(number: int, kind: str = NOTICE, answers: int | None = None, by: bytes = THEM, **more: object) -> Message:
    one = named(number, int(str(more.pop("at_ms", 0))))
    made = Message(
        one, by, by[:1].decode(), kind, f"Title {number}", f"Words {number}", "Dawn Hill", DAY,
        int.from_bytes(one[:6], "big"), answers=None if answers is None else named(answers), ours=by == US,
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def ids(thread: Thread) -> list[int]:
    return [int.from_bytes(one.id[6:], "big") for one in thread.messages]


def test_a_reply_finds_its_question_and_stands_after_it() -> None:
    (thread,) = threads_of([said(2, ANSWER, 1, US), said(1, QUESTION), said(3, ANSWER, 2)], US)
    assert ids(thread) == [1, 2, 3]
    assert (thread.kind, thread.title, thread.answers) == (QUESTION, "Title 1", 2)


def test_an_answer_from_a_clock_years_behind_still_stands_after_its_question() -> None:
    late = said(2, ANSWER, 1, US, at_ms=5)
    early = said(1, QUESTION, at_ms=9_000_000)
    thread = threads_of(
        [replace(late, answers=early.id), early, replace(said(3, ANSWER, at_ms=9_500_000), answers=early.id)], US
    )[0]
    assert ids(thread) == [1, 2, 3]
    assert thread.messages[1].sent_ms == 9_000_000


def test_answers_to_a_message_that_has_not_arrived_wait_together_and_join_it() -> None:
    waiting = [said(2, ANSWER, 1), said(3, ANSWER, 1, OTHER)]
    (thread,) = threads_of(waiting, US)
    assert thread.stands_in == "An answer to a message that has not arrived yet"
    assert (thread.state, thread.root, thread.kind) == ("missing", named(1), ANSWER)
    (joined,) = threads_of([*waiting, said(1, QUESTION, by=US)], US)
    assert (joined.root, joined.state, joined.stands_in, ids(joined)) == (thread.root, "here", "", [1, 2, 3])


def test_an_answer_to_an_erased_message_says_so() -> None:
    (thread,) = threads_of([said(2, ANSWER, 1)], US, frozenset([named(1)]))
    assert thread.stands_in == "An answer to a message that was erased"


def test_a_withdrawn_message_is_shown_only_where_somebody_answered_it() -> None:
    gone = said(1, QUESTION, withdrawn=True)
    assert threads_of([gone], US) == []
    (thread,) = threads_of([gone, said(2, ANSWER, 1, US), said(3, ANSWER, 1, withdrawn=True)], US)
    assert ids(thread) == [1, 2]
    assert thread.stands_in == "An answer to a message that was withdrawn"
    assert "Title 1" not in thread.title
    assert not thread.holds("Words 1")
    assert not thread.waiting_for_us


def test_a_withdrawn_answer_puts_the_question_back_to_us() -> None:
    asked, answered = said(1, QUESTION, to=(US,)), said(2, ANSWER, 1, US)
    assert not threads_of([asked, answered], US)[0].waiting_for_us
    assert threads_of([asked, replace(answered, withdrawn=True)], US)[0].waiting_for_us


@pytest.mark.parametrize(
    ("to", "answered_by", "waits", "answered"),
    [
        ((US,), None, True, False), ((US,), US, False, True), ((US, OTHER), OTHER, True, True),
        ((OTHER,), None, False, False), ((), None, True, False), ((), OTHER, False, True), ((), THEM, True, False),
    ],
)  # fmt: skip
def test_whose_turn_it_is_follows_from_whom_it_names_and_who_answered(
    to: tuple[bytes, ...], answered_by: bytes | None, waits: bool, answered: bool
) -> None:
    held = [said(1, HELP, to=to)]
    if answered_by is not None:
        held.append(said(2, ANSWER, 1, answered_by))
    (thread,) = threads_of(held, US)
    assert (thread.waiting_for_us, thread.answered, thread.asks) == (waits, answered, True)


def test_our_own_question_never_waits_for_us_and_a_notice_waits_for_nobody() -> None:
    assert not threads_of([said(1, QUESTION, by=US)], US)[0].waiting_for_us
    notice = threads_of([said(1, NOTICE, to=(US,))], US)[0]
    assert (notice.waiting_for_us, notice.asks, notice.answered) == (False, False, False)


def test_a_question_back_inside_a_thread_waits_for_us_again() -> None:
    held = [said(1, QUESTION, by=US), said(2, QUESTION, 1, to=(US,))]
    assert threads_of(held, US)[0].waiting_for_us
    assert not threads_of([*held, said(3, ANSWER, 2, US)], US)[0].waiting_for_us


def test_a_very_long_chain_of_answers_is_read_at_once() -> None:
    held = [said(n, ANSWER, n - 1 if n > 1 else None, at_ms=n) for n in range(1, 20_001)]
    held = [replace(one, answers=None if n == 0 else held[n - 1].id) for n, one in enumerate(held)]
    (thread,) = threads_of(reversed(held), US)
    assert ids(thread) == list(range(1, 20_001))


NUMBERS = st.integers(1, 12)


@st.composite
def conversations(draw: st.DrawFn) -> list[Message]:
    """Any set of messages: answers to what is missing, to themselves, in rings, some of it withdrawn."""
    found = {}
    for number in draw(st.sets(NUMBERS, min_size=1)):
        kind = draw(st.sampled_from((NOTICE, QUESTION, ANSWER, HELP, "newer")))
        by = draw(st.sampled_from((US, THEM, OTHER)))
        found[number] = said(
            number, kind, draw(st.none() | NUMBERS), by, withdrawn=draw(st.booleans()),
            to=draw(st.sampled_from(((), (US,), (OTHER,)))),
        )  # fmt: skip
    return list(found.values())


@settings(max_examples=300, deadline=None)
@given(conversations(), st.randoms(use_true_random=False))
def test_any_order_of_arrival_gives_the_same_threads(held: list[Message], rng: random.Random) -> None:
    shuffled = list(held)
    rng.shuffle(shuffled)
    found = threads_of(held, US)
    assert threads_of(shuffled, US) == found
    shown = [one.id for thread in found for one in thread.messages]
    assert len(shown) == len(set(shown)), "a message stands in one thread only"
    assert {one.id for one in held if not one.withdrawn} <= set(shown), "what stands is always shown"
    places = {one: place for place, one in enumerate(shown)}
    for one in held:
        ring = _goes_round(one, held)
        if one.id in places and one.answers in places and not ring:
            assert places[one.answers] < places[one.id]


def _goes_round(one: Message, held: list[Message]) -> bool:
    parents = {each.id: each.answers for each in held}
    seen: set[bytes] = set()
    here: bytes | None = one.id
    while here is not None and here not in seen:
        seen.add(here)
        here = parents.get(here)
    return here is not None


@settings(max_examples=60, deadline=None)
@given(conversations(), st.integers(0, 12))
def test_what_arrives_later_only_adds_to_threads(held: list[Message], first: int) -> None:
    before = {one.id for thread in threads_of(held[:first], US) for one in thread.messages if not one.withdrawn}
    after = {one.id for thread in threads_of(held, US) for one in thread.messages}
    assert before <= after
