"""Evidence in windows: J7 a photo in one click while saving never waits; the page lists, shows, links, revises."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.operations import Changes
from bursar_desk.services import evidence
from bursar_desk.services.desk import Desk
from bursar_desk.ui.pages.evidence import EvidencePage
from bursar_desk.ui.pages.evidence_strip import EvidenceStrip, FilesPicker
from bursar_desk.ui.status_marks import StatusChip
from tests.services.small_school import DAWN, FRIDAY, TERRY, Small, without_waiting
from tests.services.test_evidence_kept import paper
from tests.services.test_messages_enclosures import photo
from tests.windows.cluster_bench import Hand
from tests.windows.desk_bench import Shown, open_small, press, settle, window_on
from tests.windows.page_bench import Chosen, buttons, cut_off, drop, nameless, press_button, words_of


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    without_waiting(monkeypatch)
    monkeypatch.setattr("bursar_desk.machine.local_folder", lambda: tmp_path / "local")
    made = Small.found(tmp_path)
    made.add("FIRE-04", doer=TERRY)
    made.add("FIRE-01", doer=TERRY)
    QGuiApplication.clipboard().clear()
    return made


@pytest.fixture
def shown(small: Small) -> Iterator[Shown]:
    with window_on(open_small(small)) as made:
        yield made


def snap(folder: Path) -> Path:
    path = folder / "IMG_7.JPG"
    path.write_bytes(photo())
    return path


def save_with(shown: Shown, small: Small, picker: FilesPicker) -> list[bytes]:
    """Save a record with what the picker holds, as a panel does: at once, on the worker."""
    tray, done = picker.tray, list[bytes]()

    def work(desk: Desk) -> tuple[bytes, Changes]:
        values = {"check_id": small.checks["FIRE-04"], "done_on": FRIDAY, "outcome": "satisfactory", "done_by": DAWN}
        with desk.act(ActCode.RECORD_CHECK, subject="Alarm") as act:
            record = act.fact("check_record", values)
            if tray.files():
                evidence.write(act, desk, tray.files(), kind="photo", about=[("check_record", record)])
        return record, Changes(frozenset(act.tables), act.note.act)

    shown.context.run(shown.frame, work, lambda told: done.append(told[0]))
    return done


def beside(shown: Shown, made: FilesPicker | EvidenceStrip) -> None:
    """Put a part into the window where it can be clicked."""
    made.setParent(shown.frame.stack)
    made.setGeometry(20, 20, 600, 400)
    made.show()
    settle()


def test_j7_a_photo_is_added_with_one_click_and_saved_with_its_record(
    shown: Shown, small: Small, tmp_path: Path
) -> None:
    picker = FilesPicker(shown.context)
    picker.files = Chosen(tmp_path, [snap(tmp_path)])  # type: ignore[assignment]
    beside(shown, picker)
    with Hand(at_most=1) as hand:
        hand.click(picker, "Add photo or file")
        done = save_with(shown, small, picker)
        settle()
    (line,) = evidence.of(shown.desk, "check_record", done[0])
    assert (line.is_photo, line.files[0].name) == (True, "IMG_7.jpg")
    picker.clear()
    assert picker.count == 0


def test_j7_saving_does_not_wait_for_a_photo_that_is_still_being_kept(
    shown: Shown, small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, plain = threading.Event(), evidence.keep

    def slow(desk: Desk, path: Path) -> evidence.Kept:
        assert go.wait(20)
        return plain(desk, path)

    monkeypatch.setattr(evidence, "keep", slow)
    picker = FilesPicker(shown.context)
    beside(shown, picker)
    picker.take([snap(tmp_path)])
    done = save_with(shown, small, picker)  # the person pressed Save: nothing on the screen stopped them
    QApplication.processEvents()
    assert picker.count == 1
    assert "Being kept" in words_of(picker)
    assert done == []
    go.set()
    settle()
    assert len(evidence.of(shown.desk, "check_record", done[0])) == 1, "and the photo is with its record all the same"


def test_pictures_are_pasted_and_files_dropped(shown: Shown, tmp_path: Path) -> None:
    picker = FilesPicker(shown.context)
    beside(shown, picker)
    assert "Paste picture" not in buttons(picker)
    drawn = QImage(40, 30, QImage.Format.Format_RGB32)
    drawn.fill(Qt.GlobalColor.darkGreen)
    QGuiApplication.clipboard().setImage(drawn)
    settle()
    with Hand(at_most=1) as hand:
        hand.click(picker, "Paste picture")
    drop(picker, paper(tmp_path))
    assert [one.file.type for one in picker.tray.files()] == ["png", "pdf"]
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(snap(tmp_path)))])
    QGuiApplication.clipboard().setMimeData(data)
    picker.button.setFocus()
    press(picker.button, Qt.Key.Key_V, ctrl=True)
    assert picker.count == 3


def test_what_may_not_be_kept_is_said_and_the_rest_stays(shown: Shown, tmp_path: Path) -> None:
    picker = FilesPicker(shown.context)
    beside(shown, picker)
    bad = tmp_path / "run.bat"
    bad.write_bytes(b"@echo off")
    picker.take([paper(tmp_path), bad])
    settle()
    assert picker.count == 1
    assert "is a program" in words_of(picker)


def test_the_strip_adds_links_and_unlinks_without_a_second_copy(shown: Shown, small: Small, tmp_path: Path) -> None:
    strip = EvidenceStrip(shown.context, "school_check", small.checks["FIRE-04"])
    beside(shown, strip)
    assert "Nothing is kept here yet." in words_of(strip)
    drop(strip.picker, paper(tmp_path, "Alarm certificate.pdf"))
    settle()
    assert "Alarm certificate" in words_of(strip)
    strip.show_row("school_check", small.checks["FIRE-01"])
    settle()
    assert "Nothing is kept here yet." in words_of(strip)
    drop(strip.picker, paper(tmp_path, "the same again.pdf"))
    settle()
    assert [one.title for one in strip.lines] == ["Alarm certificate"]
    assert len(evidence.listing(shown.desk)) == 1
    assert len(strip.lines[0].about) == 2
    strip._unlink(strip.lines[0])
    settle()
    assert strip.lines == ()
    strip._link(evidence.listing(shown.desk)[0].id)
    settle()
    assert len(strip.lines) == 1
    assert nameless(strip) == []


def page_of(shown: Shown) -> EvidencePage:
    made = shown.page("evidence")
    assert isinstance(made, EvidencePage)
    return made


def test_the_page_shows_what_runs_out_first_and_the_document_beside(shown: Shown, small: Small, tmp_path: Path) -> None:
    desk = shown.desk
    pair = ("school_check", small.checks["FIRE-04"])
    evidence.add(desk, evidence.keep(desk, snap(tmp_path)), title="Panel", kind="photo", about=[pair])
    old = evidence.add(desk, evidence.keep(desk, paper(tmp_path)), title="Insurance", expires_on=FRIDAY.replace(day=2))
    page = page_of(shown)
    assert [one.title for one in page.model.rows] == ["Insurance", "Panel"]
    assert page.pane.line is not None
    assert page.pane.line.id == old.id
    chips = [one.accessibleName() for one in page.pane.findChildren(StatusChip) if one.isVisible()]
    assert any("Ran out 18 days ago" in one for one in chips)
    page.filter.set_key("alone")
    page._narrow()
    assert [one.title for one in page.model.rows] == ["Insurance"]
    page.filter.set_key("all")
    page._narrow()
    page.focus_on(evidence=page.data.lines[1].id)
    settle()
    assert page.pane._picture.isVisible()
    assert "Fire alarm" in words_of(page.pane) or "alarm" in words_of(page.pane).casefold()
    assert cut_off(page) == []
    assert nameless(page) == []


def test_a_document_is_changed_linked_and_revised_in_its_pane(shown: Shown, small: Small, tmp_path: Path) -> None:
    page = page_of(shown)
    page.files = Chosen(tmp_path, [paper(tmp_path)])  # type: ignore[assignment]
    page.pane.files = page.files
    press_button(page.header, "Add files")
    (line,) = evidence.listing(shown.desk)
    pane = page.pane
    pane.title_box.setText("Alarm certificate")
    assert page.unsaved() == "“Certificate 2026”"
    pane.expires.edit.setText("1/12/2026")
    pane.owner.set_key(small.people[DAWN])
    pane.save()
    settle()
    line = evidence.get(shown.desk, line.id)
    assert (line.title, line.owner_name, line.state) == ("Alarm certificate", DAWN, "soon")
    assert page.unsaved() == ""
    pane._link(small.checks["FIRE-04"])
    settle()
    assert len(evidence.get(shown.desk, line.id).about) == 1
    pane.revise()
    assert pane._why_row.message
    page.files.opened = [paper(tmp_path, "v2.pdf", b"2")]  # type: ignore[attr-defined]
    pane.why.setText("Renewed")
    pane.revise()
    settle()
    assert [one.why for one in evidence.get(shown.desk, line.id).revisions] == ["", "Renewed"]
    press_button(pane, "Save a copy")
    assert (tmp_path / "v2.pdf").is_file()
    shown.window.undo()
    settle()
    assert len(evidence.get(shown.desk, line.id).revisions) == 1
    QTest.keyClick(page, Qt.Key.Key_Escape)
