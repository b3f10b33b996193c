"""Home by its real widgets: the sentence, the one loud button, and every figure leading to what it counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from bursar_desk import paths
from bursar_desk.clock import FixedClock
from bursar_desk.domain.acts import ActCode
from bursar_desk.services import merging, recording, sharing
from bursar_desk.services.desk import Desk
from bursar_desk.ui.pages.checks import ChecksPage
from bursar_desk.ui.pages.checks_forms import OutOfUsePane
from bursar_desk.ui.pages.evidence import EvidencePage
from bursar_desk.ui.pages.faults import FAULTS, FaultsPage
from bursar_desk.ui.pages.home import HomePage
from bursar_desk.ui.pages.home_cards import MOST_NEEDS
from bursar_desk.ui.widgets import Button, StatusChip, StripBoxes
from bursar_desk.ui.widgets.link_row import LinkRow
from tests.services.sample_fixture import NEIGHBOUR, ON, STORY, THIRD, copy_of, register_of
from tests.services.small_school import CLARE, DAWN, FRIDAY, TERRY, Small, without_waiting
from tests.windows.desk_bench import Shown, click, focus, open_small, press, settle, window_on

day = dt.date


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    """Friday: a lift a week late that may not be used, lights a day late, a review in date, a course about to end."""
    without_waiting(monkeypatch)
    made = Small.found(tmp_path)
    made.add("LIFT-01")
    made.done("LIFT-01", day(2026, 5, 13), by="Ascent Lifts")
    made.add("FIRE-07", doer=TERRY)
    made.done("FIRE-07", day(2026, 10, 19))
    made.add("FIRE-11", doer=TERRY)
    made.done("FIRE-11", day(2026, 10, 27))
    made.passed(CLARE, "Fire marshal", day(2023, 12, 8), day(2026, 12, 8))
    return made


@pytest.fixture
def shown(small: Small) -> Iterator[Shown]:
    with window_on(open_small(small, DAWN)) as made:
        yield made


def home_page(shown: Shown) -> HomePage:
    page = shown.page("home")
    assert isinstance(page, HomePage)
    return page


def said(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def test_home_opens_with_the_sentence_and_one_filled_button_in_focus(shown: Shown) -> None:
    page = home_page(shown)
    assert page.header.title == "2 things are overdue, 1 needs you"
    filled = [button for button in page.findChildren(Button) if button.kind == "filled" and button.isVisible()]
    assert [button.words() for button in filled] == ["Take out of use"]
    assert filled[0].hasFocus()
    count = {item.key: item.count for item in shown.frame.rail.items}["home"]
    assert count is not None
    assert (count.number, count.overdue) == (2, True)


def test_the_loud_button_leads_to_taking_the_thing_out_of_use_and_the_sentence_follows(shown: Shown) -> None:
    home_page(shown)
    press(focus(), Qt.Key.Key_Return)
    checks = shown.frame.page("checks")
    assert isinstance(checks, ChecksPage)
    form = checks.split.detail
    assert isinstance(form, OutOfUsePane)
    press(focus(), Qt.Key.Key_Return, ctrl=True)
    assert "Say how it was put out of use." in said(form)
    form.how.setText("Locked off, key in the safe")
    press(form.how, Qt.Key.Key_Return, ctrl=True)
    assert {line.code: line.word for line in checks.model.rows}["LIFT-01"] == "out_of_use"
    assert home_page(shown).header.title == "1 thing is overdue"
    shown.frame.menu.undo.trigger()
    settle()
    assert home_page(shown).header.title == "2 things are overdue, 1 needs you"


def test_a_late_row_leads_to_its_check(shown: Shown, small: Small) -> None:
    page = home_page(shown)
    row = next(r for r in page.findChildren(LinkRow) if r.accessibleName().startswith("Terry Walsh: Emergency lights"))
    click(row)
    checks = shown.frame.page("checks")
    assert isinstance(checks, ChecksPage)
    chosen = checks.table.chosen()
    assert chosen is not None
    assert chosen.code == "FIRE-07"


def test_the_boxes_add_up_to_the_figure_and_each_leads_to_its_check(shown: Shown) -> None:
    page = home_page(shown)
    strip = page.findChild(StripBoxes)
    assert strip is not None
    assert page.data is not None
    assert strip.model().rowCount() == page.data.required.of
    assert f"{page.data.required.done} of {page.data.required.of}" in said(page)
    strip.chosen.emit(0)
    settle()
    assert shown.frame.key == "checks"


def test_see_all_shows_what_is_due_soon(shown: Shown, small: Small) -> None:
    page = home_page(shown)
    page._go("checks", {"part": "soon"})
    settle()
    checks = shown.frame.page("checks")
    assert isinstance(checks, ChecksPage)
    assert checks.filter.key() == "soon"
    assert {line.word for line in checks.model.rows} <= {"due_soon", "evidence_awaited"}


def test_home_reads_again_when_something_is_written_elsewhere(shown: Shown, small: Small) -> None:
    page = home_page(shown)
    done = recording.record(shown.desk, recording.Doing(small.checks["FIRE-07"], FRIDAY, TERRY, "satisfactory"))
    shown.context.changed.emit(done.changes, None)
    settle()
    assert page.header.title == "1 thing is overdue, 1 needs you"


def test_a_backup_is_made_checked_and_told(shown: Shown) -> None:
    page = home_page(shown)
    assert "No backup has been made yet." in said(page)
    click(page.backup_button)
    made = list(paths.backups_folder().glob("*.register"))
    assert len(made) == 1
    assert "Your work is safe" in said(page)
    assert shown.frame.undo_bar.text.endswith("checked.")
    assert not shown.frame.undo_bar.button.isVisible()


def test_everything_fits_beside_one_another_and_no_chip_is_cut(shown: Shown) -> None:
    page = home_page(shown)
    assert not page.columns.stacked
    for chip in page.findChildren(StatusChip):
        natural = StatusChip(chip._look, chip.text).sizeHint().width()
        assert chip.width() >= natural, chip.text


def test_needs_you_shows_six_rows_and_the_rest_when_asked(small: Small) -> None:
    for number, code in enumerate(("FIRE-10", "WATR-04", "WATR-06", "GASH-13", "PLAY-03", "FIRE-12")):
        small.add(code, owner="", rule="every 1 week")
        small.done(code, day(2026, 10, 1 + number))
    with window_on(open_small(small, DAWN)) as shown:
        page = home_page(shown)
        assert page.data is not None
        rest = len(page.data.needs_you) - MOST_NEEDS
        assert rest > 0
        assert len(page.buttons) == MOST_NEEDS
        said_so = f"Needs you: and {rest} more"
        more = next(row for row in page.findChildren(LinkRow) if row.accessibleName() == said_so)
        click(more)
        assert len(page.buttons) == MOST_NEEDS + rest
        assert page.buttons[MOST_NEEDS].hasFocus()
        assert not [row for row in page.findChildren(LinkRow) if row.isVisible() and row.accessibleName() == said_so]


def test_a_fault_that_is_not_safe_any_more_leads_to_the_fault(small: Small) -> None:
    gate = small.fault("Gate hinge broken", interim_control="Taped off", interim_until=day(2026, 11, 18))
    with window_on(open_small(small, DAWN)) as shown:
        page = home_page(shown)
        assert page.header.title == "2 things are overdue, 2 need you"
        click(next(button for button in page.buttons if button.words() == "Open fault"))
        faults = shown.frame.page("faults")
        assert isinstance(faults, FaultsPage)
        assert shown.frame.key == "faults"
        chosen = faults.lists[FAULTS].table.chosen()
        assert chosen is not None
        assert chosen.id == gate


def test_what_to_plan_ahead_is_listed_below_and_each_row_opens_its_page(small: Small) -> None:
    with small.act(ActCode.ADD_EVIDENCE, FRIDAY) as act:
        paper = act.create("evidence", {"title": "Gas certificate", "expires_on": day(2026, 12, 1)})
    with window_on(open_small(small, DAWN)) as shown:
        page = home_page(shown)
        row = next(row for row in page.findChildren(LinkRow) if row.accessibleName().startswith("Evidence:"))
        assert "Plan ahead" in said(page)
        press(row, Qt.Key.Key_Return)
        shelf = shown.frame.page("evidence")
        assert isinstance(shelf, EvidencePage)
        assert shown.frame.key == "evidence"
        assert shelf.pane.line is not None
        assert shelf.pane.line.id == paper


def test_a_new_school_is_asked_and_not_told_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_waiting(monkeypatch)
    made = Small.found(tmp_path, founded=day(2026, 11, 16))
    made.add("FIRE-07", doer=TERRY, day=day(2026, 11, 16))
    with window_on(open_small(made, DAWN)) as shown:
        page = home_page(shown)
        assert page.header.title == "Nothing is overdue. When was this check last done?"
        row = next(r for r in page.findChildren(LinkRow) if r.accessibleName().startswith("When was it?"))
        click(row)
        assert shown.frame.key == "checks"


def test_an_office_sees_its_schools_and_goes_to_the_checks_of_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_waiting(monkeypatch)
    made, clock = copy_of(tmp_path), FixedClock.at(ON)
    office = register_of(made, role="cluster")
    files = []
    for urn in (STORY, NEIGHBOUR, THIRD):
        files.append(tmp_path / f"{urn}.bursar")
        with Desk.open(register_of(made, urn).path, clock=clock) as desk:
            sharing.export(desk, files[-1], [office.school_id])
    with Desk.open(office.path, clock=clock) as desk:
        merging.merge(desk, files)
    with window_on(Desk.open(office.path, clock=clock)) as shown:
        assert [entry.key for entry in shown.window.entries][:2] == ["home", "checks"]
        page = home_page(shown)
        rows = [row for row in page.findChildren(LinkRow) if " of " in row.accessibleName().partition(":")[2][:12]]
        assert len(rows) >= 3
        click(rows[0])
        checks = shown.frame.page("checks")
        assert isinstance(checks, ChecksPage)
        assert checks.schools.isVisible()
        assert len({line.school for line in checks.model.rows}) == 1
        assert checks.detail is not None
        assert not checks.detail.record_button.isVisible()
        assert "keeps the records of this check." in said(checks.detail)
