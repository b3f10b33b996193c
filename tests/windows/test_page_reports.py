"""The Reports page by its real widgets: the real PDF on the screen, the choices, and the files that are saved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from bursar_desk.services import merging, reporting, sharing
from bursar_desk.services.sample import SampleMade
from bursar_desk.ui.pages.kept_choices import kept_folder
from bursar_desk.ui.pages.reports import ReportsPage
from bursar_desk.ui.widgets.pages import Command
from tests.services.sample_fixture import NEIGHBOUR, STORY, copy_of, register_of
from tests.services.small_school import without_waiting
from tests.windows.desk_bench import Shown, press, settle, window_on
from tests.windows.page_bench import Chosen, buttons, cut_off, desk_of, nameless, press_button, words_of

TOGETHER = {"contracts", "forward-plan", "services", "savings", "benefit"}


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SampleMade:
    without_waiting(monkeypatch)
    return copy_of(tmp_path)


@pytest.fixture
def shown(made: SampleMade) -> Iterator[Shown]:
    with window_on(desk_of(made, STORY)) as one:
        yield one


def reports_page(shown: Shown) -> ReportsPage:
    page = shown.page("reports")
    assert isinstance(page, ReportsPage)
    rest()
    return page


def rest() -> None:
    """The choices wait a moment before the paper is made anew."""
    QTest.qWait(200)
    settle()


def wheel(widget: QWidget, turn: int, *, ctrl: bool = False) -> None:
    keys = Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.NoModifier
    middle = QPointF(widget.rect().center())
    event = QWheelEvent(
        middle, widget.mapToGlobal(middle), QPoint(), QPoint(0, turn), Qt.MouseButton.NoButton, keys,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


def test_the_governors_report_is_shown_on_two_pages_and_saved_as_shown(shown: Shown, tmp_path: Path) -> None:
    page = reports_page(shown)
    assert page.preview.pages == 2
    assert "required checks are up to date" in page.preview.text()
    assert "Governors’ report, 2 pages" in words_of(page.header)
    assert page.preview.accessibleName() == "Preview, 2 pages"
    assert "required checks" in page.preview.accessibleDescription(), "the words are there for screen readers"
    files = Chosen(tmp_path)
    page.files = files  # type: ignore[assignment]  # answers for the dialogs
    press_button(page, "Make PDF")
    assert files.saved[0].name.startswith("Governors’ report, ")
    assert files.saved[0].suffix == ".pdf"
    assert files.saved[0].read_bytes() == reporting.preview_pdf(
        shown.desk, "governors", school=shown.desk.home, term=str(page.term.key())
    ), "what is saved is what was shown"
    press_button(page, "Save as web page")
    assert "<html" in files.saved[1].read_text("utf-8")
    press_button(page, "Save as workbook")
    assert files.saved[2].read_bytes().startswith(b"PK")
    assert kept_folder("reports") == tmp_path
    assert shown.frame.undo_bar.text.endswith(".xlsx is saved.")


def test_each_paper_has_its_own_choices_and_forms(shown: Shown) -> None:
    page = reports_page(shown)
    assert page.term.isVisible()
    assert {"Make PDF", "Save as web page", "Save as workbook"} == buttons(page).keys()
    for key, said in (("round-sheet", "round"), ("chase", "Chase list"), ("site-sheet", "Site sheet")):
        page.choose(key)
        rest()
        assert said in page.preview.text()
        assert buttons(page).keys() == {"Make PDF"}
        assert page.week.isVisible() == (key == "round-sheet")
        assert not page.term.isVisible()
        assert nameless(shown.frame) == []


def test_arrows_walk_through_the_papers(shown: Shown) -> None:
    page = reports_page(shown)
    page.choices["governors"].setFocus()
    press(page.choices["governors"], Qt.Key.Key_Down, Qt.Key.Key_Down)
    rest()
    assert page.paper.key == "chase"
    assert "Chase list" in page.preview.text()


def test_the_check_sheet_of_the_week_is_longer_than_the_one_of_today(shown: Shown) -> None:
    page = reports_page(shown)
    page.focus_on(report="round-sheet")
    rest()
    today = page.preview.text()
    press(page.week.findChildren(QWidget)[0], Qt.Key.Key_Right)
    rest()
    assert page.week.key() == "week"
    assert page.preview.text() != today


def test_another_term_gives_another_report(shown: Shown) -> None:
    page = reports_page(shown)
    assert page.term.count() > 1
    now = page.preview.text()
    page.term.setFocus()
    press(page.term, Qt.Key.Key_Down)
    rest()
    assert page.preview.text() != now
    assert str(page.term.currentText()) in " ".join(page.preview.text().split())


def test_the_wheel_zooms_with_ctrl_scrolls_without_and_changes_no_value(shown: Shown) -> None:
    page = reports_page(shown)
    term = page.term.key()
    for _turn in range(3):
        wheel(page.term, -120)
    rest()
    assert page.term.key() == term
    bar = page.preview.verticalScrollBar()
    wheel(page.preview.viewport(), -120)
    settle()
    assert bar.value() > 0
    before, high = page.preview.zoom, bar.maximum()
    wheel(page.preview.viewport(), 120, ctrl=True)
    rest()
    assert page.preview.zoom == pytest.approx(before * 1.15)
    assert bar.maximum() > high
    page.preview.setFocus()
    press(page.preview, Qt.Key.Key_0, ctrl=True)
    rest()
    assert page.preview.zoom == pytest.approx(before)


def test_the_menu_makes_pdf_and_workbook(shown: Shown, tmp_path: Path) -> None:
    page = reports_page(shown)
    files = Chosen(tmp_path)
    page.files = files  # type: ignore[assignment]
    shown.frame.run_command(Command.PRINT)
    shown.frame.run_command(Command.EXPORT)
    settle()
    assert [file.suffix for file in files.saved] == [".pdf", ".xlsx"]
    page.choose("chase")
    rest()
    assert Command.EXPORT not in page.commands()


def test_an_office_chooses_the_school(made: SampleMade, tmp_path: Path) -> None:
    for urn in (STORY, NEIGHBOUR):
        with desk_of(made, urn) as desk:
            sharing.export(desk, tmp_path / f"{urn}.bursar", sharing.receivers(desk, ["cluster"]))
    with window_on(desk_of(made, role="cluster")) as shown:
        page = reports_page(shown)
        assert "No school’s records are here yet." in words_of(page)
        assert not buttons(page)["Make PDF"].isEnabled()
        merging.merge(shown.desk, [tmp_path / f"{STORY}.bursar", tmp_path / f"{NEIGHBOUR}.bursar"])
        page.reload()
        rest()
        of_a_school = {"governors", "chase", "inspector", "logbook", "planner", "training"}
        assert set(page.choices) == of_a_school | TOGETHER, "an office has no site of its own"
        names = {page.school.itemText(n) for n in range(page.school.count())}
        assert names == {register_of(made, STORY).school, register_of(made, NEIGHBOUR).school}
        for _turn in range(2):
            page.school.setFocus()
            press(page.school, Qt.Key.Key_Down if page.school.currentIndex() == 0 else Qt.Key.Key_Up)
            rest()
            shown_name = page.school.currentText()
            assert shown_name in " ".join(page.preview.text().split())
        assert nameless(shown.frame) == []


def test_an_office_has_papers_about_what_is_bought_of_all_schools_or_of_one(made: SampleMade, tmp_path: Path) -> None:
    for urn in (STORY, NEIGHBOUR):
        with desk_of(made, urn) as desk:
            sharing.export(desk, tmp_path / f"{urn}.bursar", sharing.receivers(desk, ["cluster"]))
    with window_on(desk_of(made, role="cluster")) as shown:
        merging.merge(shown.desk, [tmp_path / f"{STORY}.bursar", tmp_path / f"{NEIGHBOUR}.bursar"])
        page = reports_page(shown)
        page.choose("contracts")
        rest()
        page.school.setFocus()
        press(page.school, Qt.Key.Key_Home)
        rest()
        assert page.school.currentText() == "All schools"
        whole = " ".join(page.preview.text().split())
        assert "All schools" in whole
        page.school.setFocus()
        press(page.school, Qt.Key.Key_Down)
        rest()
        one = page.school.currentText()
        assert one in " ".join(page.preview.text().split())
        page.choose("governors")
        rest()
        assert page.school.currentText() != "All schools"
        assert buttons(page)["Make PDF"].isEnabled()


@pytest.mark.parametrize("key", sorted(TOGETHER))
def test_a_paper_about_what_is_bought_is_saved_in_each_form_as_it_was_shown(
    shown: Shown, tmp_path: Path, key: str
) -> None:
    page = reports_page(shown)
    page.choose(key)
    rest()
    assert page.preview.pages >= 1
    files = Chosen(tmp_path)
    page.files = files  # type: ignore[assignment]
    for label in ("Make PDF", "Save as web page", "Save as workbook"):
        press_button(page, label)
        settle()
    assert [file.suffix for file in files.saved] == [".pdf", ".html", ".xlsx"]


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1093, 614), (683, 384)])
def test_nothing_is_cut_in_a_narrow_window(made: SampleMade, width: int, height: int) -> None:
    with window_on(desk_of(made, STORY), width=width, height=height) as shown:
        page = reports_page(shown)
        assert (shown.frame.width(), shown.frame.height()) == (width, height)
        assert cut_off(page) == []
