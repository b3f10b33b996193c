"""The Cluster page by its real widgets: preview, merge, Stop, receipt, settling by keyboard, sending our file."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bursar_desk.domain.acts import ActCode
from bursar_desk.services import checks, conflicts, merging, sharing
from bursar_desk.services.desk import Desk
from bursar_desk.services.sample import SampleMade
from bursar_desk.ui.pages.cluster import ClusterPage
from bursar_desk.ui.pages.cluster_rows import ROW_ROLE, RowLine
from tests.services.sample_fixture import NEIGHBOUR, ON, SECONDARY, STORY, THIRD, copy_of, register_of
from tests.services.small_school import without_waiting
from tests.windows.desk_bench import Shown, focus, press, settle, window_on
from tests.windows.page_bench import Chosen, buttons, cut_off, desk_of, drop, nameless, press_button, words_of

SCHOOLS = (STORY, NEIGHBOUR, THIRD, SECONDARY)
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SampleMade:
    without_waiting(monkeypatch)
    return copy_of(tmp_path)


@pytest.fixture
def folder(made: SampleMade, tmp_path: Path) -> Path:
    """Every school's file for the cluster office, named in the order they are read."""
    files = tmp_path / "Term files"
    files.mkdir()
    for number, urn in enumerate(SCHOOLS):
        with desk_of(made, urn) as desk:
            sharing.export(desk, files / f"{number}.bursar", sharing.receivers(desk, ["cluster"]))
    return files


@pytest.fixture
def office(made: SampleMade) -> Iterator[Shown]:
    with window_on(desk_of(made, role="cluster")) as one:
        yield one


def cluster_page(shown: Shown) -> ClusterPage:
    page = shown.page("cluster")
    assert isinstance(page, ClusterPage)
    return page


def rows(page: ClusterPage) -> dict[str, RowLine]:
    return {row.name: row for row in page.merge.rows.model.rows}


def damage(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(bytes(data))


def test_a_folder_with_a_damaged_file_is_previewed_merged_and_receipted(
    made: SampleMade, office: Shown, folder: Path, tmp_path: Path
) -> None:
    damage(folder / "2.bursar")
    page = cluster_page(office)
    assert words_of(page).count("Merge") == 0
    page.files = Chosen(tmp_path, [folder])  # type: ignore[assignment]  # answers for the dialogs
    told: list[tuple[str, int, int]] = []
    heard = page.merge._stepped

    def listen(text: str, done: int, total: int) -> None:
        told.append((text, done, total))
        heard(text, done, total)

    page.merge._stepped = listen  # type: ignore[method-assign]
    before = merging.receipts(office.desk)
    press_button(page.header, "Merge a folder")
    said = words_of(page.merge)
    assert "3 files bring" in said
    assert "Your register does not change until you press Merge." in said
    assert "2.bursar, from" in said
    assert "cannot be taken in" in said
    assert merging.receipts(office.desk) == before, "nothing is changed by looking"
    assert focus() is buttons(page.merge)["Merge 3 files"]
    press(focus(), Qt.Key.Key_Return)
    assert [step[0].split(":")[0] for step in told if step[1] == 0] == ["Reading 1 of 4", "Reading 1 of 4"]
    assert all(0 <= step[1] < step[2] for step in told)
    said = words_of(page.merge)
    assert "3 schools are up to date" in said
    assert "2.bursar, from" in said
    assert "was not taken in" in said
    assert "Nothing was changed." in said
    damaged = register_of(made, THIRD).school
    states = {name: row.state for name, row in rows(page).items()}
    assert states == {register_of(made, urn).school: "refused" if urn == THIRD else "done" for urn in SCHOOLS}
    assert len(merging.receipts(office.desk)) == 3
    _receipt_names_each_entry(page, damaged)
    press_button(page.receipt, "Close receipt")
    press_button(page.merge, "Finish")
    assert "3 of 4 schools sent a file in the last three weeks" in words_of(page)
    assert "1 school sent nothing yet." in words_of(page)


def _receipt_names_each_entry(page: ClusterPage, damaged: str) -> None:
    press_button(page.merge, "See receipt")
    receipt = page.receipt
    assert receipt.files.rows[0].sender == damaged, "what was refused stands first"
    assert "Nothing of this file is in your register." in words_of(receipt)
    assert not receipt.entries.rows
    press(receipt.file_list, Qt.Key.Key_Down)
    chosen = receipt.file_list.chosen()
    assert chosen is not None
    assert len(receipt.entries.rows) == chosen.added > 500, "long lists are read when they are opened"
    first = receipt.entries.rows[0].entry
    assert (first.what, bool(first.who)) == ("Set up the school", True)
    assert nameless(receipt) == []


def test_the_same_folder_again_brings_nothing(office: Shown, folder: Path) -> None:
    page = cluster_page(office)
    drop(page, folder)
    press_button(page.merge, "Merge 4 files")
    press_button(page.merge, "Finish")
    drop(page, *sorted(folder.iterdir(), reverse=True))
    assert "There is nothing new in these files" in words_of(page.merge)
    assert {row.words for row in rows(page).values()} == {"Nothing new"}
    assert buttons(page.merge).keys() == {"Back to the schools"}


def test_stop_keeps_the_files_that_are_finished_and_lists_them(
    office: Shown, folder: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    page = cluster_page(office)
    drop(page, folder)
    go, plain = threading.Event(), merging.merge

    def slowly(desk: Desk, paths: Sequence[Path], progress: Any = None) -> merging.MergeResult:
        if len(page.merge.run.finished) == 2:
            assert go.wait(20)
        return plain(desk, paths, progress)

    monkeypatch.setattr(merging, "merge", slowly)
    buttons(page.merge)["Merge 4 files"].click()
    qtbot.waitUntil(lambda: len(page.merge.run.finished) == 2)
    qtbot.waitUntil(lambda: "Merging 3 of 4" in words_of(page.merge))
    stop = focus()
    assert stop is buttons(page.merge)["Stop merging"], "Stop is the focus"
    assert [row.state for row in page.merge.rows.model.rows] == ["done", "done", "reading", "waiting"]
    assert "Each file is taken in whole or not at all." in words_of(page.merge)
    assert page.unsaved() == "the merge under way"
    QTest.keyClick(stop, Qt.Key.Key_Return)
    assert "Stopping after the file in hand." in words_of(page.merge)
    go.set()
    settle()
    assert "Stopped. 2 files are merged" in words_of(page.merge)
    assert "2 files are not read. Merge them again to go on." in words_of(page.merge)
    assert [row.words for row in page.merge.rows.model.rows][2:] == ["Not read", "Not read"]
    assert len(merging.receipts(office.desk)) == 2
    press_button(page.merge, "See receipt")
    assert len(page.receipt.files.rows) == 2
    assert page.unsaved() == ""


def test_stop_while_reading_goes_back_to_the_schools(
    office: Shown, folder: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    page = cluster_page(office)
    go, plain = threading.Event(), merging.preview

    def slowly(desk: Desk, paths: Sequence[Path], progress: Any = None) -> merging.MergeResult:
        assert go.wait(20)
        return plain(desk, paths, progress)

    monkeypatch.setattr(merging, "preview", slowly)
    page.start_merge([folder])
    qtbot.waitUntil(lambda: "Reading 1 of 4" in words_of(page.merge))
    QTest.keyClick(focus(), Qt.Key.Key_Return)
    go.set()
    settle()
    assert page.split.isVisible()
    assert merging.receipts(office.desk) == []


def test_a_folder_without_share_files_is_said_in_words(office: Shown, tmp_path: Path) -> None:
    page = cluster_page(office)
    empty = tmp_path / "empty"
    empty.mkdir()
    page.start_merge([empty])
    settle()
    assert "There are no share files in that folder." in words_of(office.frame)
    assert page.split.isVisible()


def test_old_files_are_hatched_and_say_so(made: SampleMade, folder: Path, qapp: QApplication) -> None:
    with desk_of(made, role="cluster") as desk:
        merging.merge(desk, [folder / "0.bursar"])
    with window_on(desk_of(made, role="cluster", on=ON + dt.timedelta(days=30))) as shown:
        page = cluster_page(shown)
        line = next(row for row in page.rows.model.rows if row.name == register_of(made, STORY).school)
        assert line.state == "stale"
        assert line.words == "20 Nov 2026, 30 days ago. Ask for a new one"
        assert page.rows.model.rows[0] == line, "what to ask for stands first"
        assert "1 file is older and 3 schools sent nothing yet." in words_of(page)
        half = page.rows.halves[0]
        picture = half.grab(half.visualRect(page.rows.model.index(0, 0))).toImage()
        inks = {picture.pixelColor(x, 6).name() for x in range(picture.width() - 60, picture.width() - 12)}
        assert len(inks) > 1, "slanted lines, not a colour alone"
        half.setFocus()
        press(half, Qt.Key.Key_Return)
        assert "The last file of" in words_of(page.receipt)
        assert len(page.receipt.entries.rows) > 500
        press_button(page.receipt, "Close receipt")
        assert page.split.isVisible()
        assert half.sizeHint() == QSize(240, 72)
        assert isinstance(page.rows.model.index(0, 0).data(ROW_ROLE), RowLine)


# --- to settle ---


def two_computers(made: SampleMade) -> str:
    """The school that has a second computer."""
    return register_of(made, role="second").urn


@pytest.fixture
def rivals(made: SampleMade, tmp_path: Path) -> list[str]:
    """Two computers of one school write three checks differently; the first one has merged the second one's file."""
    with desk_of(made, two_computers(made)) as first:
        sharing.export(first, tmp_path / "first.bursar", [first.home])
        with desk_of(made, role="second") as second:
            merging.merge(second, [tmp_path / "first.bursar"])
            named = [line.id for line in checks.listing(first).lines[:3]]
            for desk, word in ((first, "first"), (second, "second")):
                for number, check in enumerate(named):
                    with desk.act(ActCode.CHANGE_CHECK, subject="a check") as act:
                        act.set("school_check", check, {"title": f"{word} {number}"})
            sharing.export(second, tmp_path / "second.bursar", [first.home])
        merging.merge(first, [tmp_path / "second.bursar"])
        return [one.id for one in conflicts.listing(first) if one.field == "name"]


@pytest.fixture
def settling(made: SampleMade, rivals: list[str]) -> Iterator[Shown]:
    assert len(rivals) == 3
    with window_on(desk_of(made, two_computers(made))) as shown:
        yield shown


def alt(shown: Shown, key: Qt.Key) -> None:
    """Press a button by its letter; a button stays down for a moment before it acts."""
    QTest.keyClick(shown.frame, key, ALT)
    QTest.qWait(150)
    settle()


def open_differences(shown: Shown, ids: list[str]) -> list[str]:
    return [one.id for one in conflicts.listing(shown.desk) if one.id in ids]


def go_to(page: ClusterPage, wanted: str) -> None:
    for place, line in enumerate(page.settle.model.lines):
        if line.difference.id == wanted:
            page.settle.list.setCurrentIndex(page.settle.model.index(place, 0))
            settle()
            return
    raise AssertionError("not listed")


def title_of(shown: Shown, wanted: str) -> str:
    return next(line.title for line in checks.listing(shown.desk).lines if line.id.hex() == wanted.partition(".")[0])


def test_differences_are_settled_by_keyboard_and_taken_back(settling: Shown, rivals: list[str]) -> None:
    page = cluster_page(settling)
    press_button(page, "Settle them")
    total = len(page.settle.model.lines)
    go_to(page, rivals[0])
    said = words_of(page.settle)
    for text in ("You have", "first 0", "second 0", "Changed by", "On", "Computer", f"{total} things to settle"):
        assert text in said
    assert nameless(page.settle) == []
    alt(settling, Qt.Key.Key_K)
    assert title_of(settling, rivals[0]) == "first 0"
    assert f"1 settled, {total - 1} to go" in words_of(page.settle)
    here = page.settle.current()
    assert here is not None
    assert here.id != rivals[0], "choosing moves on"
    go_to(page, rivals[1])
    alt(settling, Qt.Key.Key_U)
    assert title_of(settling, rivals[1]) == "second 1"
    go_to(page, rivals[2])
    alt(settling, Qt.Key.Key_L)
    assert open_differences(settling, rivals) == [rivals[2]], "put off is not settled"
    assert next(line.chosen for line in page.settle.model.lines if line.difference.id == rivals[2]) == "later"
    settling.frame.menu.undo.trigger()  # Ctrl+Z
    settle()
    here = page.settle.current()
    assert here is not None
    assert here.id == rivals[1], "the choice taken back opens again"
    assert "Your choice was taken back. Choose again, or leave it as it was." in words_of(page.settle)
    alt(settling, Qt.Key.Key_K)
    assert title_of(settling, rivals[1]) == "first 1"
    assert "2 settled" in words_of(page.settle)


def test_one_press_uses_theirs_for_all_of_a_school_and_one_step_takes_it_back(
    settling: Shown, rivals: list[str]
) -> None:
    page = cluster_page(settling)
    page.focus_on(settle=True)
    settle()
    press_button(page.settle, "Use theirs for all")
    assert conflicts.listing(settling.desk) == []
    assert [title_of(settling, one) for one in rivals] == ["second 0", "second 1", "second 2"]
    assert "All is settled" in words_of(page.settle)
    settling.frame.menu.undo.trigger()
    settle()
    assert "Your choice was taken back." in words_of(page.settle)
    go_to(page, rivals[0])
    press(page.settle.sides[1], Qt.Key.Key_Return)
    assert title_of(settling, rivals[0]) == "second 0"


def test_finish_leads_back_and_nothing_is_left_to_settle(settling: Shown) -> None:
    page = cluster_page(settling)
    press_button(page, "Settle them")
    press_button(page.settle, "Use theirs for all")
    press_button(page.settle, "Finish")
    assert page.split.isVisible()
    assert "Settle them" not in buttons(page)


# --- sending ---


def test_our_file_goes_to_the_cluster_and_the_receivers_are_remembered(
    made: SampleMade, tmp_path: Path, folder: Path
) -> None:
    with window_on(desk_of(made, STORY)) as shown:
        page = cluster_page(shown)
        files = Chosen(tmp_path)
        page.files = files  # type: ignore[assignment]
        press_button(page.header, "Send our file")
        assert page.send.to_hub.isChecked()
        press_button(page.send, "Save the file")
        assert files.suggested[0].name.startswith(shown.desk.name)
        assert "It holds" in words_of(page.send)
        office = register_of(made, role="cluster").school
        assert f"Send it to {office}." in words_of(page.send)
        page.send.to_schools.setChecked(True)
        third = register_of(made, THIRD)
        page.send._ticks[third.school_id].setChecked(True)
        press_button(page.send, "Save the file")
        assert f"Send it to {third.school}." in words_of(page.send)
    with desk_of(made, role="cluster") as hub:
        assert merging.merge(hub, [files.saved[0]]).accepted == 1
    with window_on(desk_of(made, STORY)) as again:
        page = cluster_page(again)
        press_button(page.header, "Send our file")
        assert page.send.chosen() == [third.school_id]
        assert nameless(again.frame) == []


def test_nobody_chosen_means_nothing_to_save(office: Shown) -> None:
    page = cluster_page(office)
    press_button(page.header, "Send our file")
    assert not page.send.save.isEnabled()
    assert nameless(office.frame) == []
    press(page.send.save, Qt.Key.Key_Escape)
    page.send.closed.emit()
    assert page.split.detail is None


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1093, 614), (683, 384)])
def test_nothing_is_cut_in_a_narrow_window(made: SampleMade, folder: Path, width: int, height: int) -> None:
    with window_on(desk_of(made, role="cluster"), width=width, height=height) as shown:
        page = cluster_page(shown)
        assert (shown.frame.width(), shown.frame.height()) == (width, height)
        assert cut_off(page) == []
        page.start_merge([folder])
        settle()
        assert cut_off(page) == []
        press_button(page.merge, "Merge 4 files")
        assert cut_off(page) == []
        press_button(page.merge, "See receipt")
        assert cut_off(page) == []
