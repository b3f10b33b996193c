"""Adding a contract from its letter (J12) and never missing its notice (J13), through the widgets, inputs counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from bursar_desk.domain.contract_state import State
from bursar_desk.services import contracts
from bursar_desk.ui.pages.contracts import ContractsPage
from bursar_desk.ui.pages.contracts_detail import ContractPane
from bursar_desk.ui.pages.contracts_form import PAUSE_MS, ContractForm
from bursar_desk.ui.pages.contracts_forms import NoticePane, PutOffPane
from bursar_desk.ui.pages.home import HomePage
from bursar_desk.ui.widgets import Button
from bursar_desk.ui.widgets.labels import FieldLabel
from tests.services.small_school import Small, without_waiting
from tests.windows.cluster_bench import Hand
from tests.windows.contracts_bench import GROUNDS, Entered, entered
from tests.windows.desk_bench import Shown, open_small, press, settle, window_on
from tests.windows.page_bench import buttons, cut_off, nameless, press_button, words_of

day = dt.date
LETTER = "Tell them by Friday 26 February 2027."


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    without_waiting(monkeypatch)
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path / "local"))
    return Small.found(tmp_path)


@pytest.fixture
def shown(school: Small) -> Iterator[Shown]:
    with window_on(open_small(school)) as one:
        yield one


def contracts_page(shown: Shown) -> ContractsPage:
    page = shown.page("contracts")
    assert isinstance(page, ContractsPage)
    return page


def form_of(page: ContractsPage) -> ContractForm:
    form = page.split.detail
    assert isinstance(form, ContractForm)
    return form


def worked_out() -> None:
    """Let the form work out what was typed."""
    QTest.qWait(PAUSE_MS * 2)
    settle()


class Inputs:
    """Counts what a person does: a field typed in, a choice from a list, a button pressed; one each."""

    def __init__(self) -> None:
        self.made = 0

    def type(self, field: QWidget, text: str) -> None:
        """Go to a field and type."""
        self.made += 1
        field.setFocus()
        target = field.focusProxy() or field
        assert target.isVisible()
        assert isinstance(target, QLineEdit)
        target.selectAll()
        QTest.keyClicks(target, text)

    def choose(self, picker: QWidget, letter: str) -> None:
        """Choose from a list by its first letters, as the keyboard does."""
        self.made += 1
        picker.setFocus()
        QTest.keyClicks(picker, letter)

    def press(self, part: QWidget, words: str) -> None:
        """Press a button."""
        self.made += 1
        press_button(part, words)


def test_j12_a_letter_takes_nine_inputs_and_the_day_to_tell_them_stands_there_before_saving(shown: Shown) -> None:
    page = contracts_page(shown)
    hand = Inputs()
    hand.press(page, "Add contract")
    form = form_of(page)
    hand.type(form.name, "Photocopiers")
    hand.type(form.supplier, "Marlow Copiers")
    hand.type(form.first, "1/9/24")
    hand.type(form.last, "31/8/27")
    hand.type(form.notice, "6 months")
    hand.choose(form.notice_by, "It")
    assert form.notice_by.key() == "served"
    hand.type(form.price, "3,144.00")
    worked_out()
    assert contracts.listing(shown.desk) == []
    assert form.card.said.startswith(LETTER)
    said = words_of(form)
    assert LETTER in said
    for step in ("How we worked it out", "The contract ends", "Take off 6 months’ notice", "Last safe day",
                 "Fri 26 Feb 2027"):  # fmt: skip
        assert step in said
    for read_back in ("Sunday 1 September 2024", "Tuesday 31 August 2027", "6 months’ notice", "£3,144.00 a year"):
        assert read_back in said
    hand.press(form, "Save contract")
    assert hand.made <= 9
    (line,) = contracts.listing(shown.desk)
    assert (line.title, line.supplier_name, line.tell_by, line.yearly) == (
        "Photocopiers", "Marlow Copiers", day(2027, 2, 26), 314_400,
    )  # fmt: skip
    pane = page.split.detail
    assert isinstance(pane, ContractPane)
    assert LETTER in words_of(pane)


def test_the_words_before_saving_are_the_words_after_it(shown: Shown) -> None:
    page = contracts_page(shown)
    press_button(page, "Add contract")
    form = form_of(page)
    hand = Inputs()
    hand.type(form.name, "Grounds")
    hand.type(form.supplier, "Greenway")
    hand.type(form.first, "1/4/2024")
    hand.type(form.last, "31/3/2027")
    hand.type(form.notice, "3 months")
    hand.type(form.price, "2610")
    worked_out()
    before, trial = form.card.said, form.trial
    assert trial is not None
    assert trial.safe is not None
    press_button(form, "Save contract")
    (line,) = contracts.listing(shown.desk)
    view = contracts.show(shown.desk, line.id)
    assert f"{view.headline} {view.stake}".strip() == before
    assert view.line.standing.last_safe is not None
    assert [(one.words, one.day) for one in view.line.standing.last_safe.steps] == [
        (one.words, one.day) for one in trial.steps
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("first", "“TBC” is no date. Leave it empty until you know."),
        ("last", "“TBC” is no date. Leave it empty until you know."),
        ("notice", "“TBC” is no length of notice. Leave it empty until you know."),
        ("price", "“TBC” is no sum. Leave it empty until you know."),
    ],
)
def test_tbc_gets_a_plain_sentence_and_nothing_is_saved(shown: Shown, name: str, sentence: str) -> None:
    page = contracts_page(shown)
    press_button(page, "Add contract")
    form = form_of(page)
    hand = Inputs()
    hand.type(form.name, "Broadband")
    hand.type(form.supplier, "Northlink")
    hand.type(form.last, "31/8/2027")
    hand.type(form.notice, "3 months")
    hand.type(getattr(form, name), "TBC")
    form.save()
    settle()
    assert sentence in words_of(form)
    assert contracts.listing(shown.desk, every=True) == []
    assert form.touched
    assert page.unsaved() == "Add a contract"


def test_what_is_missing_is_named_and_a_draft_may_wait_for_it(shown: Shown) -> None:
    page = contracts_page(shown)
    press_button(page, "Add contract")
    form = form_of(page)
    form.save()
    settle()
    said = words_of(form)
    for sentence in ("what it is for.", "who supplies it.", "when the first term ends", "how much notice it needs"):
        assert f"Say {sentence}" in said
    hand = Inputs()
    hand.type(form.name, "Broadband")
    form.draft.setChecked(True)
    form.save()
    settle()
    (line,) = contracts.listing(shown.desk)
    assert line.standing.state is State.DRAFT
    pane = page.split.detail
    assert isinstance(pane, ContractPane)
    assert "Let it count" in buttons(pane)


def test_a_last_day_before_the_first_is_said_and_works_nothing_out(shown: Shown) -> None:
    page = contracts_page(shown)
    press_button(page, "Add contract")
    form = form_of(page)
    hand = Inputs()
    hand.type(form.first, "1/9/2027")
    hand.type(form.last, "31/8/2026")
    hand.type(form.notice, "3 months")
    worked_out()
    assert form.trial is not None
    assert form.trial.headline == ""
    form.save()
    settle()
    assert "The last day is before the first day." in words_of(form)


def test_a_rolling_contract_asks_for_no_last_day_and_says_how_it_can_end(shown: Shown) -> None:
    page = contracts_page(shown)
    press_button(page, "Add contract")
    form = form_of(page)
    hand = Inputs()
    hand.type(form.name, "Water hygiene")
    hand.type(form.supplier, "Clearwell")
    hand.type(form.first, "1/1/2025")
    form.at_end.setFocus()
    QTest.keyClick(form.at_end, Qt.Key.Key_Down)
    assert form.at_end.key() == "rolls"
    hand.type(form.notice, "1 month")
    worked_out()
    assert "It can end at any time with 1 month’s notice" in form.card.said
    press_button(form, "Save contract")
    (line,) = contracts.listing(shown.desk)
    assert line.tell_by_words == "Any day"


def test_more_fields_take_a_letters_own_date_and_break_dates(shown: Shown) -> None:
    page = contracts_page(shown)
    press_button(page, "Add contract")
    form = form_of(page)
    hand = Inputs()
    hand.type(form.name, "Council services")
    hand.type(form.supplier, "Bolton Council")
    hand.type(form.first, "1/4/2026")
    hand.type(form.last, "31/3/2027")
    press_button(form, "Show more fields")
    hand.type(form.tell_by, "26/2/2027")
    worked_out()
    assert "Their letter says: tell us by" in words_of(form)
    form.breaks.setPlainText("1/10/2026: 6 months\nsoon")
    form.notice.edit.setText("3 months")
    form.save()
    settle()
    assert "The break date “soon” could not be read as a date." in words_of(form)
    form.breaks.setPlainText("1/10/2026: 6 months")
    form.save()
    settle()
    (line,) = contracts.listing(shown.desk)
    assert [dict(one) for one in line.row.breaks] == [{"on": "2026-10-01", "notice": 6, "unit": "months"}]


def test_every_field_and_button_of_the_form_has_a_letter_of_its_own_and_a_name(shown: Shown) -> None:
    page = contracts_page(shown)
    press(shown.frame, Qt.Key.Key_N, ctrl=True)
    form = form_of(page)
    labels = [one for one in form.findChildren(FieldLabel) if one.isVisible()]
    letters = [one.text()[one.text().index("&") + 1].upper() for one in labels if "&" in one.text()]
    assert len(letters) == len(labels) >= 9
    assert len(set(letters)) == len(letters)
    assert nameless(page) == []
    assert cut_off(page) == []


def test_changing_a_contract_shows_what_is_known_and_works_the_day_out_again(school: Small) -> None:
    made = entered(school)
    with window_on(open_small(school)) as shown:
        page = contracts_page(shown)
        page.focus_on(contract=made.ids[GROUNDS])
        settle()
        page.steps.take("change", None)
        settle()
        form = form_of(page)
        worked_out()
        assert form.card.said.startswith("Tell them by Friday 18 December 2026.")
        assert (form.name.text(), form.supplier.text(), form.notice.edit.text()) == (
            GROUNDS, "Greenway Grounds", "3 months",
        )  # fmt: skip
        form.notice.edit.setText("2 months")
        worked_out()
        assert form.card.said.startswith("Tell them by Monday 25 January 2027.")
        form.save()
        settle()
        assert contracts.show(shown.desk, made.ids[GROUNDS]).line.tell_by == day(2027, 1, 25)


# --- J13 -------------------------------------------------------------------------------------------------------------


def home_of(shown: Shown) -> HomePage:
    page = shown.page("home")
    assert isinstance(page, HomePage)
    return page


def from_home(shown: Shown, hand: Hand, made: Entered) -> ContractPane:
    """Click the contract's row on Home; its details open beside the list."""
    home = home_of(shown)
    (row,) = [one for one in home.data.needs_you if one.focus.get("contract") == made.ids[GROUNDS]]
    (button,) = [one for one in home.findChildren(Button) if one.accessibleDescription() == row.title]
    centre = button.rect().center()
    assert button.window().childAt(button.mapTo(button.window(), centre)) is button
    hand.clicks += 1
    QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=centre)
    settle()
    assert shown.frame.key == "contracts"
    page = contracts_page(shown)
    pane = page.split.detail
    assert isinstance(pane, ContractPane)
    assert pane.title == GROUNDS
    return pane


def test_j13_from_home_to_notice_given_takes_three_clicks_and_home_is_quiet_afterwards(school: Small) -> None:
    made = entered(school)
    with window_on(open_small(school)) as shown:
        with Hand(3) as hand:
            pane = from_home(shown, hand, made)
            hand.click(pane, "Record notice given")
            form = contracts_page(shown).split.detail
            assert isinstance(form, NoticePane)
            assert "It then ends on Wednesday 31 March 2027." in words_of(form)
            assert "If it ends, 1 check has no supplier" in words_of(form)
            hand.click(form, "Save notice given")
        assert hand.clicks == 3
        line = contracts.show(shown.desk, made.ids[GROUNDS]).line
        assert line.standing.state is State.NOTICE_GIVEN
        assert line.standing.ends_on == day(2027, 3, 31)
        home = home_of(shown)
        assert not [one for one in home.data.needs_you if GROUNDS in one.title]


def test_j13_nobody_puts_it_off_past_the_day_and_it_stays_on_home_until_it_is_decided(school: Small) -> None:
    made = entered(school)
    with window_on(open_small(school)) as shown:
        pane = from_home(shown, Hand(9), made)
        assert "Put the decision off" in [one.text() for one in pane.menu.actions()]
        page = contracts_page(shown)
        page.steps.take("put off", None)
        settle()
        form = page.split.detail
        assert isinstance(form, PutOffPane)
        assert "No later than Thursday 3 December 2026." in words_of(form)
        form.why.setPlainText("The head is away")
        for typed in ("4/12/2026", "18/12/2026", "31/3/2027"):
            form.until.edit.setText(typed)
            form.save()
            settle()
            assert "It cannot be put off past Thursday 3 December 2026" in words_of(form)
        form.until.edit.setText("20/11/2026")
        form.save()
        settle()
        assert "Choose a day after today." in words_of(form)
        assert contracts.show(shown.desk, made.ids[GROUNDS]).decisions == ()
        form.until.edit.setText("2/12/2026")
        form.save()
        settle()
        view = contracts.show(shown.desk, made.ids[GROUNDS])
        assert view.line.standing.put_off_until == day(2026, 12, 2)
        assert GROUNDS in words_of(home_of(shown))


def test_tab_goes_through_the_letter_in_the_order_it_is_read(shown: Shown) -> None:
    page = contracts_page(shown)
    page.begin()
    settle()
    met = []
    for _ in range(9):
        now = QApplication.focusWidget()
        assert now is not None
        met.append(now.accessibleName())
        QTest.keyClick(now, Qt.Key.Key_Tab)
    assert met == [
        "What it is for", "Supplier", "First day", "Last day of this term", "What happens then",
        "For how long each time", "Notice", "When it counts", "Price a year",
    ]  # fmt: skip
