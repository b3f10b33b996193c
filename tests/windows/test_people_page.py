"""The page of people by its real widgets: finding help, consent, joining and leaving on one screen, leads."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from bursar_desk.domain import leads as rules
from bursar_desk.domain.acts import ActCode
from bursar_desk.services import leads, meeting, merging, people, sharing
from bursar_desk.services.people_leaving import OwnedCheck, owned
from bursar_desk.services.people_view import directory
from bursar_desk.ui import theme
from bursar_desk.ui.pages.led import LedPage
from bursar_desk.ui.pages.people import PeoplePage
from bursar_desk.ui.pages.people_detail import PersonPane, SiteLeadsPane
from bursar_desk.ui.pages.people_forms import JoinPane
from bursar_desk.ui.pages.people_leads import BODY, DecidePane, LeadPane
from bursar_desk.ui.pages.people_leaving import LeavePane
from tests.services.sample_fixture import SECONDARY, STORY, copy_of
from tests.services.small_school import CLARE, DAWN, FOUNDED, TERRY, Small, without_waiting
from tests.windows.cluster_bench import Hand
from tests.windows.desk_bench import Shown, open_small, press, settle, window_on
from tests.windows.page_bench import Chosen, buttons, cut_off, desk_of, nameless, press_button, words_of

CODES = ("FIRE-04", "WATR-03")


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    without_waiting(monkeypatch)
    made = Small.found(tmp_path)
    for code in CODES:
        made.add(code, doer=TERRY)
    with made.act(ActCode.CHANGE_PERSON, FOUNDED) as act:
        act.set("person", made.people[TERRY], {"offers": json.dumps(["Boiler start-up"])})
    return made


@pytest.fixture
def shown(school: Small) -> Iterator[Shown]:
    with window_on(open_small(school)) as one:
        yield one


def people_page(shown: Shown) -> PeoplePage:
    page = shown.page("people")
    assert isinstance(page, PeoplePage)
    return page


def choose(page: PeoplePage, name: str) -> PersonPane:
    line = next(one for one in page.model.rows if one.row.name == name)
    page.table.choose(line.id)
    settle()
    pane = page.split.detail
    assert isinstance(pane, PersonPane)
    return pane


def field(page: PeoplePage, name: str) -> QLineEdit:
    pane = page.split.detail
    assert pane is not None
    found = getattr(pane, name)
    assert isinstance(found, QLineEdit)
    return found


def test_typing_what_help_is_needed_leaves_who_offers_it(shown: Shown) -> None:
    page = people_page(shown)
    assert {one.row.name for one in page.model.rows} == {DAWN, CLARE, TERRY}
    QTest.keyClicks(page.search, "boiler start")
    press(page.search, Qt.Key.Key_Return)
    assert [one.row.name for one in page.model.rows] == [TERRY]
    press(page.search, Qt.Key.Key_Escape)
    assert len(page.model.rows) == 3


def test_consent_stands_in_the_pane_and_one_undo_takes_it_back(shown: Shown, school: Small) -> None:
    page = people_page(shown)
    pane = choose(page, TERRY)
    press_button(pane, "Change contact")
    QTest.keyClicks(field(page, "phone"), "07700 900111")
    press_button(page.split.detail, "Save contact")  # type: ignore[arg-type]
    assert people.row_of(shown.desk, school.people[TERRY]).phone == ""
    pane = choose(page, TERRY)
    assert "07700 900111" in words_of(pane)
    assert "stay at this school" in words_of(pane)
    press_button(pane, "They agree to share it")
    assert people.row_of(shown.desk, school.people[TERRY]).phone == "07700 900111"
    press_button(choose(page, TERRY), "Keep it at this school")
    assert people.row_of(shown.desk, school.people[TERRY]).phone == ""
    shown.frame.menu.undo.trigger()
    settle()
    assert people.row_of(shown.desk, school.people[TERRY]).phone == "07700 900111"


def test_a_joiner_takes_at_most_eight_clicks_on_one_screen(shown: Shown, school: Small) -> None:
    page = people_page(shown)
    with Hand(8) as hand:
        hand.click(page.header, "Add person")
        pane = page.split.detail
        assert isinstance(pane, JoinPane)
        QTest.keyClicks(pane.name, "Ann Lowe")
        QTest.keyClicks(pane.starts, "06:45")
        QTest.keyClicks(pane.ends, "15:00")
        for key in ("unlocks", "locks", "key_holder"):
            pane.ticks[key].click()
            hand.clicks += 1
        QTest.keyClicks(pane.phone, "07700 900222")
        QTest.keyClicks(pane.checks.search, "alarm")
        press(pane.checks.search, Qt.Key.Key_Return)
        tick = next(one for _id, title, one in pane.checks._ticks if title == "Fire alarm test")
        assert tick.isVisibleTo(pane)
        tick.click()
        hand.clicks += 1
        hand.click(pane, "Add person")
    made = people.find(shown.desk, "Ann Lowe")
    assert (made.unlocks, made.locks, made.key_holder, made.starts, made.phone) == (True, True, True, 405, "")
    assert people.contact(shown.desk, made.id).phone == "07700 900222"
    assert [one.title for one in _held(shown, made.id)] == ["Fire alarm test"]
    assert "Ann Lowe is added" in shown.frame.undo_bar.text
    assert isinstance(page.split.detail, PersonPane)


def _held(shown: Shown, person: bytes) -> tuple[OwnedCheck, ...]:
    return owned(shown.desk, person).checks


def test_a_leaver_takes_at_most_six_clicks_on_one_screen(shown: Shown, school: Small) -> None:
    page = people_page(shown)
    choose(page, TERRY)
    with Hand(6) as hand:
        hand.click(page.split.detail, "Note a leaver")  # type: ignore[arg-type]
        pane = page.split.detail
        assert isinstance(pane, LeavePane)
        assert "2 checks and the keys" in words_of(pane)
        pane.last.edit.selectAll()
        QTest.keyClicks(pane.last.edit, "27/11/2026")
        pane.to.set_key(school.people[CLARE])
        hand.clicks += 2  # opening the list, choosing a name
        pane.checks[school.checks[CODES[1]]].picker.set_key(school.people[DAWN])
        hand.clicks += 2
        hand.click(pane, "Hand over and note the leaver")
    left = people.row_of(shown.desk, school.people[TERRY])
    assert left.left_on == dt.date(2026, 11, 27)
    assert {one.id for one in _held(shown, school.people[CLARE])} == {school.checks[CODES[0]]}
    assert people.row_of(shown.desk, school.people[CLARE]).unlocks
    assert not people.row_of(shown.desk, school.people[DAWN]).unlocks
    shown.frame.menu.undo.trigger()
    settle()
    assert len(_held(shown, school.people[TERRY])) == 2
    assert people.row_of(shown.desk, school.people[TERRY]).left_on is None


def test_the_only_manager_cannot_leave_and_the_form_stays_with_what_was_typed(shown: Shown) -> None:
    page = people_page(shown)
    press_button(choose(page, DAWN), "Note a leaver")
    pane = page.split.detail
    assert isinstance(pane, LeavePane)
    press_button(pane, "Hand over and note the leaver")
    assert page.split.detail is pane
    assert "Only Dawn Hill runs this register." in words_of(pane)
    assert people.find(shown.desk, DAWN).left_on is None


def test_the_confirmation_says_what_is_missing(shown: Shown) -> None:
    page = people_page(shown)
    press_button(choose(page, TERRY), "Write confirmation")
    QTest.keyClicks(field(page, "number"), "001234")
    press_button(page.split.detail, "Save confirmation")  # type: ignore[arg-type]
    said = words_of(choose(page, TERRY))
    assert "Still missing: the certificate’s date" in said
    assert "right to work" in said


def test_a_responsible_person_is_named_and_ended(shown: Shown, school: Small) -> None:
    page = people_page(shown)
    press_button(choose(page, CLARE), "Let them lead here")
    pane = page.split.detail
    assert isinstance(pane, LeadPane)
    assert not pane.form.row("of").isVisible()
    pane.kind.set_key(rules.RESPONSIBLE)
    press_button(pane, "Save lead")
    pane2 = choose(page, CLARE)
    assert "Responsible person" in words_of(pane2)
    press_button(pane2, "End it")
    press_button(page.split.detail, "End lead")  # type: ignore[arg-type]
    (line,) = leads.listing(shown.desk)
    assert line.row.last == shown.desk.today


def test_the_directory_is_printed_where_it_is_asked_to_go(shown: Shown, tmp_path: Path) -> None:
    page = people_page(shown)
    page.files = Chosen(tmp_path)  # type: ignore[assignment]
    press_button(page, "Print directory")
    assert (tmp_path / page.files.saved[0].name).read_bytes().startswith(b"%PDF")  # type: ignore[attr-defined]


def test_nothing_is_cut_in_a_narrow_window_or_at_twice_the_size(school: Small, qapp: object) -> None:
    with window_on(open_small(school), width=700) as shown:
        page = people_page(shown)
        assert cut_off(page) == []
        choose_narrow(page)
        assert cut_off(page) == []
        assert nameless(page) == []
        page.begin()
        settle()
        assert cut_off(page) == []
        assert nameless(page) == []
    theme.apply(qapp, theme.Scheme.LIGHT, text_scale=2.0)  # type: ignore[arg-type]
    with window_on(open_small(school)) as shown:
        page = people_page(shown)
        assert cut_off(page) == []
        choose_narrow(page)
        assert cut_off(page) == []


def choose_narrow(page: PeoplePage) -> None:
    """Choose somebody and open them, as Enter does."""
    page.table.choose(next(one.id for one in page.model.rows if one.row.name == TERRY))
    page._show(into=True)
    settle()


def test_somebody_who_does_not_run_the_register_has_no_page_of_people(school: Small) -> None:
    with window_on(open_small(school, TERRY)) as shown:
        assert "people" not in shown.context.pages
        assert "led" not in shown.context.pages


def test_an_office_looks_at_people_and_changes_nobody(tmp_path: Path) -> None:
    made = copy_of(tmp_path)
    with desk_of(made, STORY) as story, desk_of(made, role="cluster") as office:
        sharing.export(story, tmp_path / "here.bursar", [office.home])
        merging.merge(office, [tmp_path / "here.bursar"])
    with window_on(desk_of(made, role="cluster")) as shown:
        page = people_page(shown)
        assert len({one.row.school for one in page.model.rows}) > 1
        assert not {"Add person", "Note a leaver", "Change details"} & set(buttons(page))
        assert "Print directory" in buttons(page)


def test_whoever_leads_next_door_sees_its_late_checks_in_their_own_window(tmp_path: Path) -> None:
    made = copy_of(tmp_path)
    with desk_of(made, STORY) as story, desk_of(made, SECONDARY) as high:
        sam = people.find(high, "Sam Adeyemi")
        agreed = [one for one in leads.listing(story) if one.row.person == sam.id and one.now]
        if not agreed:
            line, _ = leads.set_lead(story, rules.PREMISES, sam.id)
            leads.decide(story, line.id, rules.YES, body="Governors", minute_ref="1")
        meeting.let_read(story, high.home, channels=["people", "compliance"])
        sharing.export(story, tmp_path / "there.bursar", [high.home])
        merging.merge(high, [tmp_path / "there.bursar"])
        if not agreed:
            leads.decide(high, line.id, rules.YES, body="Governors", minute_ref="2")
        high.act_as(sam)
        assert not sam.manages
    desk = desk_of(made, SECONDARY)
    desk.act_as(sam)
    with window_on(desk) as shown:
        page = shown.page("led")
        assert isinstance(page, LedPage)
        assert "You lead the premises staff of St Willibrord’s" in words_of(page)
        late = [one for one in page.model.rows if one.late]
        assert late
        assert {one.school_name for one in late} == {"St Willibrord’s"}
        page._show(late[0])
        settle()
        assert late[0].because in words_of(page)
        assert nameless(page) == []


def test_a_lead_that_waits_for_our_governors_is_said_above_the_list(tmp_path: Path) -> None:
    made = copy_of(tmp_path)
    with desk_of(made, STORY) as story:
        other = next(one for one in directory(story).lines if one.job == "Site manager" and not one.ours)
        leads.set_lead(story, rules.MANAGER, other.id, of_person=people.find(story, TERRY).id)
    with window_on(desk_of(made, STORY)) as shown:
        page = people_page(shown)
        assert page.asked.isVisible()
        press_button(page, "Show")
        pane = page.split.detail
        assert isinstance(pane, DecidePane)
        press_button(pane, "Save decision")
        assert "Name the minute" in words_of(pane)
        QTest.keyClicks(pane.minute, "6.2")
        QTest.keyClicks(pane.day.edit, "12/11/2026")
        press_button(pane, "Save decision")
        assert not page.asked.isVisible()


def test_who_leads_at_the_school_is_named_with_what_nobody_is_and_a_body_can_be_the_duty_holder(
    shown: Shown,
) -> None:
    page = people_page(shown)
    press_button(page, "Who leads")
    pane = page.split.detail
    assert isinstance(pane, SiteLeadsPane)
    assert "Nobody is named as duty holder and responsible person." in words_of(pane)
    press_button(pane, "Name who leads")
    form = page.split.detail
    assert isinstance(form, LeadPane)
    form.kind.set_key(rules.RESPONSIBLE)
    form.kind.picked.emit(rules.RESPONSIBLE)
    assert form.form.row("body").isHidden()
    form.kind.set_key(rules.DUTY_HOLDER)
    form.kind.picked.emit(rules.DUTY_HOLDER)
    form.person.set_key(BODY)
    form.person.picked.emit(BODY)
    assert not form.form.row("body").isHidden()
    form.body_name.setText("Trust board")
    press_button(form, "Save lead")
    press_button(page, "Who leads")
    again = page.split.detail
    assert isinstance(again, SiteLeadsPane)
    said = words_of(again)
    assert "Trust board, since 20 Nov 2026" in said
    assert "Nobody is named as responsible person." in said
    assert again.add_button is again.inside[0]
    assert nameless(again) == []
