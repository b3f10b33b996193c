"""Agreements and running costs by their real widgets: parties, promises, decisions, shares, who has paid."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from bursar_desk.services import agreements, merging, running_costs, sharing
from bursar_desk.services.sample import SampleMade
from bursar_desk.ui.pages.agreements import AgreementPane
from bursar_desk.ui.pages.agreements_forms import (
    AgreementDecisionPane,
    AgreementEndPane,
    AgreementForm,
    AgreementLeavePane,
    ReviewPane,
)
from bursar_desk.ui.pages.deals import PARTS, DealsPage
from bursar_desk.ui.pages.deals_costs import CostForm, CostPane, CostSharePane
from bursar_desk.ui.pages.deals_parts import Part
from bursar_desk.ui.pages.deals_payments import PaymentsPane
from tests.services import neighbours
from tests.services.sample_fixture import NEIGHBOUR, STORY, copy_of, register_of
from tests.services.small_school import without_waiting
from tests.windows.desk_bench import Shown, settle, window_on
from tests.windows.page_bench import buttons, cut_off, desk_of, nameless, press_button, words_of


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SampleMade:
    without_waiting(monkeypatch)
    return neighbours.copied(neighbours.founded(), tmp_path / "registers")


@pytest.fixture
def shown(made: SampleMade) -> Iterator[Shown]:
    with window_on(desk_of(made, STORY)) as one:
        yield one


def part_of(shown: Shown, key: str) -> tuple[DealsPage, Part]:
    page = shown.page("deals")
    assert isinstance(page, DealsPage)
    page.show_part(key)
    settle()
    return page, page.parts[key]


def memorandum(made: SampleMade) -> agreements.NewAgreement:
    ours, theirs = (register_of(made, urn).school_id for urn in (STORY, NEIGHBOUR))
    promise = agreements.NewPromise(ours, "Cover", "minutes", 120, "week")
    return agreements.NewAgreement(
        "Cover between us", "memorandum", (ours, theirs), "We help each other", dt.date(2026, 9, 1),
        review_on=dt.date(2027, 7, 1), contributions=(promise,),
    )  # fmt: skip


def test_a_memorandum_is_written_down_with_its_promises_and_waits_for_governors(shown: Shown, made: SampleMade) -> None:
    page, part = part_of(shown, "agreements")
    assert part.bare
    press_button(part, "Add an agreement")
    form = page.split.detail
    assert isinstance(form, AgreementForm)
    form.name.setText("Cover between us")
    press_button(form, "Add what a school gives")
    (row,) = form.promises
    row.school.set_key(register_of(made, STORY).school_id)
    row.what.setText("Cover")
    row.unit.set_key("minutes")
    row.unit.picked.emit("minutes")
    row.amount.setText("two")
    form.save()
    assert "Enter a date for “Look at it again on”." in words_of(form)
    assert "Type hours like 6:30." in words_of(form)
    row.amount.setText("2")
    row.per.set_key("week")
    form.review.set_day(dt.date(2027, 7, 1))
    form.save()
    settle()
    (view,) = agreements.listing(shown.desk)
    assert [(one.unit, one.gives) for one in view.promises] == [("minutes", True)]
    assert not view.agreed
    assert "0 of 4 governing bodies have agreed" in words_of(part)
    assert nameless(page) == []
    assert cut_off(page) == []


def test_our_governors_decide_for_us_only_and_a_yes_needs_its_minute(shown: Shown, made: SampleMade) -> None:
    agreements.add(shown.desk, memorandum(made))
    page, part = part_of(shown, "agreements")
    press_button(part, "Show agreement")
    pane = page.split.detail
    assert isinstance(pane, AgreementPane)
    press_button(pane, "Record a decision")
    form = page.split.detail
    assert isinstance(form, AgreementDecisionPane)
    assert "On condition that" not in words_of(form)
    form.answer.choices["yes"].setChecked(True)
    form.save()
    assert "A yes counts only with its minute." in words_of(form)
    form.minute.setText("4/1")
    form.save()
    settle()
    (view,) = agreements.listing(shown.desk)
    assert [one.agreed for one in view.parties if one.decides_here] == [True]
    assert not view.agreed
    assert "1 of 2 governing bodies have agreed" in words_of(part)


def test_once_all_agreed_the_promise_is_looked_up_and_notice_review_and_end_are_there(
    made: SampleMade, tmp_path: Path
) -> None:
    story, neighbour = register_of(made, STORY), register_of(made, NEIGHBOUR)
    with desk_of(made, STORY) as desk:
        view, _ = agreements.add(desk, memorandum(made))
        agreements.decide(desk, view.id, "yes", body="Full governing body", minute_ref="4/1")
        sharing.export(desk, tmp_path / "a.bursar", [neighbour.school_id])
    with desk_of(made, NEIGHBOUR) as desk:
        merging.merge(desk, [tmp_path / "a.bursar"])
        agreements.decide(desk, view.id, "yes", body="Full governing body", minute_ref="2/9")
        sharing.export(desk, tmp_path / "b.bursar", [story.school_id])
    with desk_of(made, STORY) as desk:
        merging.merge(desk, [tmp_path / "b.bursar"])
    with window_on(desk_of(made, STORY)) as shown:
        page, part = part_of(shown, "agreements")
        press_button(part, "Show agreement")
        pane = page.split.detail
        assert isinstance(pane, AgreementPane)
        assert pane.view.agreed
        result = next(one.result for one in pane.view.promises)
        assert result
        assert result.rstrip(".").casefold() in words_of(pane).casefold()
        for words, kind in (("Give notice to leave", AgreementLeavePane), ("Set review", ReviewPane),
                            ("End the agreement", AgreementEndPane)):  # fmt: skip
            part.show_one(pane.view)  # type: ignore[attr-defined]  # the part of agreements
            settle()
            press_button(page.split.detail, words)  # type: ignore[arg-type]  # the agreement
            assert isinstance(page.split.detail, kind)
        end = page.split.detail
        assert isinstance(end, AgreementEndPane)
        end.save()
        assert "Say why it ends." in words_of(end)
        end.why.setPlainText("A new one takes its place")
        end.save()
        settle()
        assert agreements.get(shown.desk, view.id, dt.date(2026, 11, 21)).state == "ended"


def test_another_partys_register_shows_it_without_the_buttons_of_who_keeps_it(made: SampleMade, tmp_path: Path) -> None:
    neighbour = register_of(made, NEIGHBOUR)
    with desk_of(made, STORY) as desk:
        agreements.add(desk, memorandum(made))
        sharing.export(desk, tmp_path / "a.bursar", [neighbour.school_id])
    with desk_of(made, NEIGHBOUR) as desk:
        merging.merge(desk, [tmp_path / "a.bursar"])
    with window_on(desk_of(made, NEIGHBOUR)) as shown:
        page, part = part_of(shown, "agreements")
        press_button(part, "Show agreement")
        assert set(buttons(page.split.detail)) == {"Record a decision"}  # type: ignore[arg-type]  # the agreement


def test_a_running_cost_is_added_shared_equally_and_who_owes_what_stands_there(shown: Shown, made: SampleMade) -> None:
    page, part = part_of(shown, "costs")
    press_button(part, "Add a cost")
    form = page.split.detail
    assert isinstance(form, CostForm)
    form.name.setText("Travel")
    form.pence.setText("1000.01")
    form.first.set_day(dt.date(2027, 1, 1))
    form.last.set_day(dt.date(2026, 9, 1))
    form.save()
    assert "The last day is before the first one." in words_of(form)
    form.first.set_day(dt.date(2026, 9, 1))
    form.last.set_day(dt.date(2027, 8, 31))
    form.save()
    settle()
    assert "Nobody has said how it is shared." in words_of(part)
    press_button(part, "Show cost")
    assert isinstance(page.split.detail, CostPane)
    press_button(page.split.detail, "Say how it is shared")
    share = page.split.detail
    assert isinstance(share, CostSharePane)
    assert "Try it first" not in buttons(share)
    share.way.set_key("equal")
    share.way.picked.emit("equal")
    share.save()
    settle()
    (line,) = running_costs.listing(shown.desk)
    assert sorted(one.net for one in line.shares) == [25_000, 25_000, 25_000, 25_001]
    assert "Still to pay" in words_of(part)
    part.show_one(line)  # type: ignore[attr-defined]  # the part of costs
    settle()
    press_button(page.split.detail, "Payments")
    assert isinstance(page.split.detail, PaymentsPane)
    assert "Note a payment" not in buttons(page.split.detail)
    assert nameless(page) == []


def test_every_segment_of_the_practice_school_opens_whole_and_with_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_waiting(monkeypatch)
    with window_on(desk_of(copy_of(tmp_path), STORY)) as shown:
        page, _ = part_of(shown, "deals")
        for key in PARTS:
            page.segments.set_key(key)
            page.show_part(key)
            settle()
            assert page.data.part == key
            part = page.parts[key]
            assert page.stack.currentWidget() is part
            assert not part.bare, f"the practice school has nothing to show under {key}"
            assert nameless(page) == []
            assert cut_off(page) == []


def test_going_to_another_segment_from_elsewhere_leaves_no_pane_of_the_one_before(shown: Shown) -> None:
    page, _ = part_of(shown, "agreements")
    press_button(page, "Add an agreement")
    settle()
    assert isinstance(page.split.detail, AgreementForm)
    page.focus_on(part="costs")
    settle()
    assert page.split.detail is None
    assert page.parts["costs"].isVisible()
