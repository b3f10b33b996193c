"""The Cluster page by its real widgets: the schools, preview, merge, Stop, receipts that add up, undoing a merge."""

from __future__ import annotations

import datetime as dt
import shutil
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bursar_desk.clock import FixedClock
from bursar_desk.services import checks, merging, sharing
from bursar_desk.services.desk import Desk
from bursar_desk.services.sample import SampleMade
from bursar_desk.ui import theme
from bursar_desk.ui.pages.cluster import ClusterPage
from bursar_desk.ui.pages.cluster_rows import ROW_ROLE, RowLine
from bursar_desk.ui.widgets.link_row import LinkRow
from tests.services.sample_fixture import ON, STORY, THIRD, copy_of, register_of
from tests.services.small_school import without_waiting
from tests.windows.cluster_bench import SCHOOLS, cluster_page, damage, files_of_four, rename_checks
from tests.windows.desk_bench import Shown, focus, press, settle, window_on
from tests.windows.page_bench import Chosen, buttons, cut_off, desk_of, drop, nameless, press_button, words_of


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SampleMade:
    without_waiting(monkeypatch)
    return copy_of(tmp_path)


@pytest.fixture
def folder(made: SampleMade, tmp_path: Path) -> Path:
    return files_of_four(made, tmp_path / "Term files")


@pytest.fixture
def office(made: SampleMade) -> Iterator[Shown]:
    with window_on(desk_of(made, role="cluster")) as one:
        yield one


def rows(page: ClusterPage) -> dict[str, RowLine]:
    return {row.name: row for row in page.merge.rows.model.rows}


def test_a_folder_with_a_damaged_file_is_previewed_merged_and_receipted(
    made: SampleMade, office: Shown, folder: Path, tmp_path: Path
) -> None:
    damage(folder / "2.bursar")
    page = cluster_page(office)
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
    assert "3 of 4 schools sent a file in the last two weeks" in words_of(page)
    assert "1 school sent nothing yet." in words_of(page)


def _receipt_names_each_entry(page: ClusterPage, damaged: str) -> None:
    press_button(page.merge, "See receipt")
    receipt = page.receipt
    assert receipt.files.rows[0].name == damaged, "what was refused stands first"
    assert "Nothing of this file is in your register." in words_of(receipt)
    assert not receipt.entries.rows
    press(receipt.file_list, Qt.Key.Key_Down)
    chosen = receipt.file_list.chosen()
    assert chosen is not None
    assert chosen.file is not None
    assert len(receipt.entries.rows) == chosen.file.added > 500, "long lists are read when they are opened"
    for one in receipt.files.rows[1:]:
        assert one.file is not None
        parts = (one.file.added, one.file.already, one.file.held, one.file.conflicts)
        assert one.file.came == sum(parts), "the sums of every receipt add up"
        assert one.sums == f"{one.file.came:,} entries in the file: {one.file.came:,} new."
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


def test_a_file_twice_in_a_folder_is_named_and_counted_once(office: Shown, folder: Path) -> None:
    shutil.copy(folder / "0.bursar", folder / "0 (conflicted copy).bursar")
    page = cluster_page(office)
    drop(page, folder)
    lines = [row.words for row in page.merge.rows.model.rows]
    assert lines.count("The same file as 0 (conflicted copy).bursar") == 1
    one = next(file for file in page.merge.run.finished if file.same_as is not None)
    assert (one.fresh, one.already) == (0, one.came), "what a copy brings is counted once"
    press_button(page.merge, "Merge 4 files")
    assert "4 schools are up to date" in words_of(page.merge)
    press_button(page.merge, "See receipt")
    files = [line.file for line in page.receipt.files.rows if line.file is not None]
    came, added, already = (sum(getattr(file, name) for file in files) for name in ("came", "added", "already"))
    said = words_of(page.receipt).replace(",", "")
    told = f"{came} entries in 5 files: {added} new and {already} you had already."
    assert f"{told} {added} + {already} = {came}." in said


def test_an_older_file_is_skipped_in_words(made: SampleMade, office: Shown, folder: Path, tmp_path: Path) -> None:
    later = FixedClock.at(ON, 15)
    with Desk.open(register_of(made, STORY).path, on=ON, clock=later) as desk:
        rename_checks(desk, [checks.listing(desk).lines[0].id], "later")
        sharing.export(desk, tmp_path / "newer.bursar", sharing.receivers(desk, ["cluster"]))
    page = cluster_page(office)
    drop(page, tmp_path / "newer.bursar")
    press_button(page.merge, "Merge 1 file")
    press_button(page.merge, "Finish")
    drop(page, folder)
    name = register_of(made, STORY).school
    assert rows(page)[name].words == "Older than yours, skipped"
    press_button(page.merge, "Merge 3 files")
    assert f"1 file is older than the one you already have ({name}, sent 20 November 2026): skipped." in words_of(
        page.merge
    )


def test_old_files_are_hatched_said_and_never_counted_as_fresh(
    made: SampleMade, folder: Path, qapp: QApplication
) -> None:
    with desk_of(made, role="cluster") as desk:
        merging.merge(desk, [folder / "0.bursar"])
    name = register_of(made, STORY).school
    with window_on(desk_of(made, role="cluster", on=ON + dt.timedelta(days=18))) as shown:
        page = cluster_page(shown)
        line = next(row for row in page.overview.rows.model.rows if row.name == name)
        assert (line.state, line.tag) == ("stale", "Old news")
        assert line.note == "As received 20/11/2026, 18 days ago"
        assert page.overview.rows.model.rows[0] == line, "what to ask for stands first"
        assert "No school has sent a file in the last two weeks" in words_of(page)
        assert "1 file is old news and 3 schools sent nothing yet." in words_of(page)
        half = page.overview.rows.halves[0]
        picture = half.grab(half.visualRect(page.overview.rows.model.index(0, 0))).toImage()
        inks = {picture.pixelColor(2, y).name() for y in range(4, 40)}
        assert len(inks) > 1, "slanted lines, not a colour alone"
        green = theme.colour("ok").name()
        seen = {picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(picture.height())}
        assert green not in seen, "old news is never green"
        half.setFocus()
        press(half, Qt.Key.Key_Return)
        assert page.school.title == name
        assert "As received 20/11/2026, 18 days ago." in words_of(page.school)
        press(focus(), Qt.Key.Key_Escape)
        assert page.split.detail is None
        assert half.hasFocus(), "Esc leads back to the row"
        assert half.sizeHint() == QSize(240, 2 * 48)
        assert isinstance(page.overview.rows.model.index(0, 0).data(ROW_ROLE), RowLine)


# --- undoing a merge ---


def test_a_merge_is_undone_from_a_schools_receipt_and_put_back(made: SampleMade, folder: Path) -> None:
    with desk_of(made, role="cluster") as desk:
        merging.merge(desk, [folder])
    name = register_of(made, STORY).school
    with window_on(desk_of(made, role="cluster", on=ON)) as shown:
        page = cluster_page(shown)
        page.open_school(register_of(made, STORY).school_id)
        row = next(one for one in page.school.findChildren(LinkRow) if one.isVisible())
        row.setFocus()
        press(row, Qt.Key.Key_Return)
        receipt = page.receipt
        assert receipt.file_list.chosen().name == name  # type: ignore[union-attr]
        said = words_of(receipt)
        assert "This merge can be undone for 30 days more" in said
        assert f"from {name}, merged on Friday 20 November 2026, would have no effect any more." in said
        assert "They stay in the history, and you can put them back." in said
        have = len(checks.listing(shown.desk, every_school=True).lines)
        receipt.undo.undo_button.setFocus()
        press(receipt.undo.undo_button, Qt.Key.Key_Return)
        assert "This merge is undone" in words_of(receipt)
        assert receipt.undo.back_button.hasFocus(), "the keyboard stays where it was"
        assert receipt.file_list.chosen().short == "Undone"  # type: ignore[union-attr]
        assert len(checks.listing(shown.desk, every_school=True).lines) < have
        press(receipt.undo.back_button, Qt.Key.Key_Return)
        assert "This merge can be undone for 30 days more" in words_of(receipt)
        assert len(checks.listing(shown.desk, every_school=True).lines) == have
        press_button(receipt, "Undo this merge")
        shown.frame.menu.undo.trigger()  # Ctrl+Z
        settle()
        assert len(checks.listing(shown.desk, every_school=True).lines) == have
        assert "can be undone" in words_of(receipt)
        assert nameless(receipt) == []
        press_button(receipt, "Close receipts")
        assert page.split.isVisible()


def test_after_thirty_days_a_merge_stands_and_the_receipt_says_so(made: SampleMade, folder: Path) -> None:
    with desk_of(made, role="cluster") as desk:
        merging.merge(desk, [folder / "0.bursar"])
    with window_on(desk_of(made, role="cluster", on=ON + dt.timedelta(days=31))) as shown:
        page = cluster_page(shown)
        press_button(page.overview, "See receipts")
        assert "This merge cannot be undone" in words_of(page.receipt)
        assert "It was merged more than 30 days ago. Put single entries right instead." in words_of(page.receipt)
        assert "Undo this merge" not in buttons(page.receipt)


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
