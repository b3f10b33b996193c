"""When somebody of another school leads: both governing bodies decide, whatever order the decisions arrive in."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bursar_desk.domain import leads
from bursar_desk.domain.leads import Decision, Lead, State, current, judge, overlaps

TODAY = dt.date(2026, 11, 20)
PRIMARY, SECONDARY, THIRD = b"p" * 16, b"s" * 16, b"t" * 16
SAM, TERRY = b"sam", b"terry"
LEAD = Lead(b"lead", PRIMARY, leads.PREMISES, SAM, SECONDARY, None, dt.date(2026, 9, 1), None)


def said(
    school: bytes, answer: str = leads.YES, *, on: dt.date = dt.date(2026, 10, 1), until: dt.date | None = None,
    minute: str = "6.2", body: str = "Full governing body", row: bytes = b"1", about: bytes = b"lead",
) -> Decision:  # fmt: skip
    return Decision(row, school, about, answer, body, minute, on, until)


DAYS = st.dates(dt.date(2026, 8, 1), dt.date(2027, 3, 1))
DECISIONS = st.builds(
    Decision,
    st.binary(min_size=1, max_size=2),
    st.sampled_from((PRIMARY, SECONDARY, THIRD)),
    st.sampled_from((b"lead", b"other")),
    st.sampled_from((*leads.ANSWERS, "perhaps")),
    st.sampled_from(("Governors", "")),
    st.sampled_from(("6.2", "")),
    st.none() | DAYS,
    st.none() | DAYS,
)
LEADS = st.builds(
    Lead, st.binary(min_size=1, max_size=1), st.sampled_from((PRIMARY, SECONDARY)),
    st.sampled_from((*leads.KINDS, "new")),
    st.sampled_from((SAM, TERRY)), st.sampled_from((PRIMARY, SECONDARY, None)), st.sampled_from((TERRY, None)),
    st.none() | DAYS, st.none() | DAYS,
)  # fmt: skip


def test_one_yes_waits_for_the_other_governors_and_two_agree() -> None:
    assert judge(LEAD, [], TODAY).state is State.PROPOSED
    ours, theirs = said(PRIMARY), said(SECONDARY, row=b"2")
    one = judge(LEAD, [ours], TODAY)
    assert (one.state, one.waiting_for) == (State.WAITING, (SECONDARY,))
    assert judge(LEAD, [theirs], TODAY).waiting_for == (PRIMARY,)
    assert judge(LEAD, [theirs, ours], TODAY).state is State.AGREED


def test_a_decision_holds_on_its_last_day_and_has_run_out_the_day_after() -> None:
    both = [said(PRIMARY, until=TODAY), said(SECONDARY, row=b"2")]
    assert judge(LEAD, both, TODAY).state is State.AGREED
    after = judge(LEAD, both, TODAY + dt.timedelta(days=1))
    assert (after.state, after.waiting_for) == (State.RAN_OUT, (PRIMARY,))


def test_a_no_refuses_and_a_decision_taken_back_waits_again() -> None:
    later = dt.date(2026, 11, 1)
    both = [said(PRIMARY), said(SECONDARY, row=b"2")]
    assert judge(LEAD, [*both, said(SECONDARY, leads.NO, on=later, row=b"3")], TODAY).state is State.REFUSED
    back = judge(LEAD, [*both, said(SECONDARY, leads.TAKEN_BACK, on=later, row=b"3")], TODAY)
    assert (back.state, back.waiting_for) == (State.WAITING, (SECONDARY,))


def test_a_yes_without_body_or_minute_and_a_third_schools_word_count_for_nothing() -> None:
    for word in (said(SECONDARY, minute=""), said(SECONDARY, body=""), said(THIRD)):
        assert judge(LEAD, [said(PRIMARY), replace(word, id=b"2")], TODAY).state is State.WAITING


def test_our_own_people_and_a_responsible_person_need_nobody_elses_word() -> None:
    assert judge(replace(LEAD, employer=PRIMARY), [], TODAY).state is State.AGREED
    assert judge(replace(LEAD, kind=leads.RESPONSIBLE), [], TODAY).state is State.AGREED


def test_an_ended_lead_is_ended_whatever_was_decided() -> None:
    ended = replace(LEAD, last=TODAY - dt.timedelta(days=1))
    assert judge(ended, [said(PRIMARY, leads.NO)], TODAY).state is State.ENDED
    assert judge(replace(LEAD, last=TODAY), [said(PRIMARY), said(SECONDARY, row=b"2")], TODAY).state is State.AGREED


def test_the_one_that_began_last_is_current_and_the_other_is_named_beside_it() -> None:
    first = replace(LEAD, id=b"a", employer=PRIMARY, first=dt.date(2026, 1, 1))
    second = replace(LEAD, id=b"b", employer=PRIMARY, person=TERRY)
    assert overlaps(first, second)
    (slot,) = current([first, second], [], TODAY)
    assert (slot.lead, slot.beside) == (second, (first,))
    assert not overlaps(replace(first, last=dt.date(2026, 8, 31)), second)


@given(LEADS, st.lists(DECISIONS, max_size=8), DAYS, st.randoms())
def test_order_and_repeats_change_nothing(lead: Lead, words: list[Decision], day: dt.date, turn: object) -> None:
    distinct = list({(one.id, one.school): one for one in words}.values())
    again = [*distinct, *distinct[:3]]
    turn.shuffle(again)  # type: ignore[attr-defined]
    assert judge(lead, again, day) == judge(lead, distinct, day)


@given(LEADS, st.lists(DECISIONS, max_size=8), DAYS)
def test_agreed_means_that_each_body_says_yes_last_and_still_means_it(
    lead: Lead, words: list[Decision], day: dt.date
) -> None:
    lead = replace(lead, id=b"lead")

    def says_yes(school: bytes) -> bool:  # a second reading, word by word
        best: Decision | None = None
        for one in words:
            if one.school != school or one.about != b"lead" or not one.body or one.said_on is None or one.said_on > day:
                continue
            if one.answer == leads.YES and not one.minute_ref:
                continue
            if best is None or (one.said_on, one.id) >= (best.said_on, best.id):
                best = one
        return best is not None and best.answer == leads.YES and (best.until is None or best.until >= day)

    found = judge(lead, words, day)
    if lead.last is not None and lead.last < day:
        assert found.state is State.ENDED
    else:
        assert (found.state is State.AGREED) == all(says_yes(school) for school in lead.bodies)


@given(st.lists(LEADS, max_size=6, unique_by=lambda one: one.id), st.lists(DECISIONS, max_size=4), DAYS, st.randoms())
def test_one_is_current_for_each_kind_and_nobody_in_force_is_lost(
    rows: list[Lead], words: list[Decision], day: dt.date, turn: object
) -> None:
    slots = current(rows, words, day)
    assert len({one.lead.slot for one in slots}) == len(slots)
    named = [lead.id for one in slots for lead in (one.lead, *one.beside)]
    agreed = [one.id for one in rows if one.lies_on(day) and judge(one, words, day).state is State.AGREED]
    assert sorted(named) == sorted(agreed)
    again = [*rows, *rows]
    turn.shuffle(again)  # type: ignore[attr-defined]
    assert current(again, words, day) == slots
