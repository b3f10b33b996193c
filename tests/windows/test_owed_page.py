"""The pages of hours owed and support by their real widgets: balances, agreeing, approving, rates, statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from bursar_desk.domain.acts import ActCode
from bursar_desk.services import cover_hours, owed, owed_entries, sharing, support
from bursar_desk.services import merging as merging_service
from bursar_desk.services.owed_entries import NewEntry
from bursar_desk.services.sample import SampleMade
from bursar_desk.ui.pages.owed import OwedPage
from bursar_desk.ui.pages.owed_detail import SchoolPane
from bursar_desk.ui.pages.owed_forms import EntryPane, RatePane, RefusePane
from bursar_desk.ui.pages.support import PlanDetail, SupportPage
from bursar_desk.ui.pages.support_forms import PlanPane, ReviewPane, VisitPane
from bursar_desk.ui.status_marks import StatusChip
from tests.services.sample_fixture import NEIGHBOUR, ON, SECONDARY, STORY, copy_of, register_of
from tests.services.small_school import without_waiting
from tests.windows.desk_bench import Shown, press, settle, window_on
from tests.windows.page_bench import Chosen, buttons, cut_off, desk_of, nameless, press_button, words_of


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SampleMade:
    without_waiting(monkeypatch)
    return copy_of(tmp_path)


@pytest.fixture
def shown(made: SampleMade) -> Iterator[Shown]:
    with window_on(desk_of(made, STORY)) as one:
        yield one


def owed_page(shown: Shown) -> OwedPage:
    page = shown.page("owed")
    assert isinstance(page, OwedPage)
    return page


def chips(page: OwedPage) -> list[str]:
    return [one.text for one in page.findChildren(StatusChip) if one.isVisible()]


def asked_by(made: SampleMade, urn: str, folder: Path) -> bytes:
    """A neighbour writes an opening balance and sends its file."""
    home = register_of(made, STORY)
    with desk_of(made, urn) as desk:
        entry, _ = owed_entries.add(desk, NewEntry("opening", home.school_id, they_owe=True, minutes=300))
        sharing.export(desk, folder / "theirs.bursar", [home.school_id])
    with desk_of(made, STORY) as desk:
        (result,) = merging_service.merge(desk, [folder / "theirs.bursar"]).files
        assert result.accepted, result.refused_because
    return entry.row.id


def test_every_school_stands_with_word_shape_and_hours(shown: Shown) -> None:
    page = owed_page(shown)
    assert page.data.balances
    said = words_of(page)
    for line in page.data.balances:
        assert line.name in said
        assert line.state in ("theirs", "ours", "even")
    assert set(chips(page)) <= {"They owe us", "We owe them", "Even", "Waits for them", "Waits for you"}
    assert "Jain’s index" in said
    assert nameless(page) == []
    assert cut_off(page) == []


def test_a_school_opens_beside_with_its_shifts_and_the_statement_is_saved(shown: Shown, tmp_path: Path) -> None:
    page = owed_page(shown)
    press_button(page, "Show shifts")
    pane = page.split.detail
    assert isinstance(pane, SchoolPane)
    assert pane.title == page.data.balances[0].name
    assert "Who pays whom" in words_of(pane)
    chosen = Chosen(tmp_path)
    page.files = chosen  # type: ignore[assignment]  # stands for the dialogs
    press_button(pane, "Make statement")
    (saved,) = chosen.saved
    assert saved.read_bytes().startswith(b"%PDF")
    press_button(page.header, "Make statement")
    assert chosen.saved[1].is_file()
    press(pane, Qt.Key.Key_Escape)
    assert page.split.detail is None


def test_another_schools_entry_is_agreed_to_with_one_button_and_counts(made: SampleMade, tmp_path: Path) -> None:
    row = asked_by(made, NEIGHBOUR, tmp_path)
    with window_on(desk_of(made, STORY)) as shown:
        page = owed_page(shown)
        assert page.waiting.isVisible()
        before = owed.read(shown.desk).book.totals()[shown.desk.home].minutes
        press_button(page.waiting, "Agree")
        assert not page.waiting.isVisible()
        assert owed.read(shown.desk).book.totals()[shown.desk.home].minutes == before - 300
        assert owed_entries.get(shown.desk, row).state == "agreed"


def test_refusing_needs_a_reason_and_tells_it(made: SampleMade, tmp_path: Path) -> None:
    row = asked_by(made, SECONDARY, tmp_path)
    with window_on(desk_of(made, STORY)) as shown:
        page = owed_page(shown)
        press_button(page.waiting, "Refuse")
        pane = page.split.detail
        assert isinstance(pane, RefusePane)
        pane.save()
        settle()
        assert "Say why in a few words." in words_of(pane)
        pane.why.setPlainText("We settled that in July")
        pane.save()
        settle()
        assert page.split.detail is None
        assert owed_entries.get(shown.desk, row).why_not == "We settled that in July"


def claimed(made: SampleMade) -> None:
    """A claim as a filled-in sheet brings it, for a cover of today."""
    with desk_of(made, STORY) as desk:
        theirs = register_of(made, NEIGHBOUR).school_id
        with desk.act(ActCode.CONFIRM_COVER, subject="Pat Okoro") as act:
            act.create("cover", {
                "helper_school": theirs, "helper": "Pat Okoro", "first": ON, "last": ON, "starts": 405, "ends": 465,
                "state": "agreed",
            })  # fmt: skip
        with desk.act(ActCode.CLAIM_HOURS, subject="Pat Okoro") as act:
            act.fact("cover_claim", {"on_date": ON, "starts": 405, "ends": 490, "travel": 20, "said_by": "Pat Okoro"})


def test_a_claim_shows_planned_beside_claimed_and_is_approved_with_one_button(made: SampleMade) -> None:
    claimed(made)
    with window_on(desk_of(made, STORY)) as shown:
        page = owed_page(shown)
        said = words_of(page.waiting)
        assert "Claims 1 h 25 min, 25 min more than agreed (1 h), with travel 20 min." in said
        press_button(page.waiting, "Approve hours")
        assert cover_hours.claims(shown.desk) == []
        mine = [one for one in owed.read(shown.desk).shifts.values() if one.helper == "Pat Okoro"]
        assert [one.minutes for one in mine] == [105]


def test_an_entry_is_written_in_the_form_and_waits_and_can_be_taken_back(shown: Shown) -> None:
    page = owed_page(shown)
    press_button(page.balances, "Add to a balance")
    pane = page.split.detail
    assert isinstance(pane, EntryPane)
    pane.save()
    settle()
    assert "Enter the hours, the money, or both." in words_of(pane)
    pane.hours.setText("2:30")
    pane.money.setText("12.5")
    pane.save()
    settle()
    assert "Type it like 120 or 472.64." in words_of(pane)
    pane.money.clear()
    pane.save()
    settle()
    assert page.split.detail is None
    assert page.others.isVisible()
    (entry,) = [one for one in owed_entries.listing(shown.desk) if one.ours]
    assert (entry.row.minutes, entry.state) == (150, "waiting")
    press_button(page.others, "Take back")
    assert [one for one in owed_entries.listing(shown.desk) if one.ours] == []


def test_a_rate_is_set_and_from_then_on_hours_have_a_price(shown: Shown) -> None:
    page = owed_page(shown)
    press_button(page.rates, "Set a rate")
    pane = page.split.detail
    assert isinstance(pane, RatePane)
    pane.fields["insurance"].setText("a")
    pane.save()
    settle()
    assert "Type per cent like 15 or 20.5." in words_of(pane)
    for name, text in (("hourly", "13.69"), ("insurance", "15"), ("pension", "20.5"), ("agency", "24.50")):
        pane.fields[name].setText(text)
    pane.first.set_day(dt.date(2024, 9, 1))
    pane.save()
    settle()
    assert page.split.detail is None
    assert "£13.69 an hour, national insurance 15 per cent, pension 20.5 per cent" in words_of(page.rates)
    assert all(one.cost for one in owed.read(shown.desk).shifts.values() if one.giver == shown.desk.home)


def test_an_earlier_term_shows_the_balance_as_it_was(shown: Shown) -> None:
    page = owed_page(shown)
    assert len(page.data.terms) > 1
    first = page.data.terms[0]
    page.term.set_key(first.key)
    page.term.picked.emit(first.key)
    settle()
    assert page.data.term.key == first.key
    ledger = owed.read(shown.desk)
    for line in page.data.balances:
        assert line.account == ledger.book.until(first.last).account(shown.desk.home, line.school)


def test_the_office_sees_every_school_and_can_write_nothing(made: SampleMade, tmp_path: Path) -> None:
    office = register_of(made, role="cluster")
    for urn in (STORY, SECONDARY):
        with desk_of(made, urn) as desk:
            sharing.export(desk, tmp_path / f"{urn}.bursar", [office.school_id])
    with desk_of(made, role="cluster") as desk:
        merging_service.merge(desk, sorted(tmp_path.glob("*.bursar")))
    with window_on(desk_of(made, role="cluster")) as shown:
        page = owed_page(shown)
        assert len(page.data.balances) > 1
        assert sum(one.account.minutes for one in page.data.balances) == 0
        assert not {"Add to a balance", "Set a rate", "Agree", "Approve hours"} & set(buttons(page))


def test_support_is_planned_visited_and_reviewed_in_the_window(shown: Shown, tmp_path: Path) -> None:
    page = shown.page("support")
    assert isinstance(page, SupportPage)
    press_button(page.header, "Plan support")
    form = page.split.detail
    assert isinstance(form, PlanPane)
    form.title_field.setText("Water records")
    form.last.set_day(dt.date(2027, 3, 26))
    form.activities.setPlainText("Walk the outlets: Terry Walsh")
    form.budget.setText("600")
    form.save()
    settle()
    (line,) = [one for one in support.listing(shown.desk) if one.row.title == "Water records"]
    assert line.row.activities == ({"what": "Walk the outlets", "who": "Terry Walsh"},)
    page.show_plan(line)
    assert isinstance(page.split.detail, PlanDetail)
    press_button(page.split.detail, "Log a visit")
    visit = page.split.detail
    assert isinstance(visit, VisitPane)
    visit.save()
    settle()
    assert "Type the time like 2:30." in words_of(visit)
    visit.time.setText("2:00")
    visit.focus.setPlainText("First walk")
    visit.tasks.setPlainText("Label taps\n")
    visit.save()
    settle()
    line = support.get(shown.desk, line.row.id)
    assert line.visits[0].row.actions == ("Label taps",)
    page.show_plan(line)
    press_button(page.split.detail, "Review")
    review = page.split.detail
    assert isinstance(review, ReviewPane)
    review.said.setPlainText("On the way")
    review.save()
    settle()
    line = support.get(shown.desk, line.row.id)
    assert line.missing == ("second", "final")
    page.show_plan(line)
    chosen = Chosen(tmp_path)
    page.files = chosen  # type: ignore[assignment]  # stands for the dialogs
    press_button(page.split.detail, "Save the plan as PDF")
    press_button(page.split.detail, "Visit report")
    assert [one.read_bytes()[:4] for one in chosen.saved] == [b"%PDF", b"%PDF"]
    assert nameless(page) == []
