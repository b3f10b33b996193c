"""Sending from the Cluster page by its real widgets: who, how many files, parts, Stop; and the watched folder."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from bursar_desk.services import cluster_files, merging, sharing, watched
from bursar_desk.services.desk import Desk
from bursar_desk.services.sample import SampleMade
from tests.services.sample_fixture import STORY, THIRD, copy_of, register_of
from tests.services.small_school import without_waiting
from tests.windows.cluster_bench import cluster_page, damage, files_of_four
from tests.windows.desk_bench import Shown, press, settle, window_on
from tests.windows.page_bench import Chosen, buttons, desk_of, nameless, press_button, words_of


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SampleMade:
    without_waiting(monkeypatch)
    return copy_of(tmp_path)


@pytest.fixture
def folder(made: SampleMade, tmp_path: Path) -> Path:
    return files_of_four(made, tmp_path / "Partnership share")


@pytest.fixture
def office(made: SampleMade) -> Iterator[Shown]:
    with window_on(desk_of(made, role="cluster")) as one:
        yield one


# --- sending ---


def test_our_file_goes_to_the_cluster_at_first_and_then_to_whom_it_went_last(made: SampleMade, tmp_path: Path) -> None:
    third = register_of(made, THIRD)
    with window_on(desk_of(made, STORY)) as shown:
        page = cluster_page(shown)
        files = Chosen(tmp_path)
        page.files = files  # type: ignore[assignment]  # answers for the dialogs
        press_button(page.header, "Send our file")
        hub = register_of(made, role="cluster")
        assert page.send.chosen() == [hub.school_id]
        assert nameless(page.send) == []
        press_button(page.send, "Save the file")
        assert files.suggested[0].name.startswith(f"{shown.desk.name}, for the cluster")
        assert "It holds" in words_of(page.send)
        assert f"Send it to {hub.school}." in words_of(page.send)
        page.send.tick([third.school_id])
        press_button(page.send, "Save the file")
        assert f"Send it to {third.school}." in words_of(page.send)
    with desk_of(made, role="cluster") as desk:
        assert merging.merge(desk, [files.saved[0]]).accepted == 1
    with window_on(desk_of(made, STORY)) as again:
        page = cluster_page(again)
        press_button(page.header, "Send our file")
        assert page.send.chosen() == [third.school_id]


def test_several_receivers_get_a_file_each_or_one_for_all_and_what_each_can_open(
    made: SampleMade, tmp_path: Path
) -> None:
    hub, third = register_of(made, role="cluster"), register_of(made, THIRD)
    (tmp_path / "Post").mkdir()
    with window_on(desk_of(made, STORY)) as shown:
        page = cluster_page(shown)
        files = Chosen(tmp_path, [tmp_path / "Post"])
        page.files = files  # type: ignore[assignment]
        press_button(page.header, "Send our file")
        page.send.tick([hub.school_id, third.school_id])
        press_button(page.send, "Save 2 files")
        assert "2 files are saved in Post" in words_of(page.send)
        each = sorted((tmp_path / "Post").iterdir())
        page.send.for_all.setChecked(True)
        press_button(page.send, "Save the file")
        both = files.saved[-1]
        assert f"Send it to {hub.school} and {third.school}." in words_of(page.send)
    with desk_of(made, role="cluster") as desk:
        alone = [one for one in merging.preview(desk, each).files if one.accepted]
        (joint,) = merging.preview(desk, [both]).files
    assert len(alone) == 1
    assert joint.came < alone[0].came, "a file for both holds only what both may read"


def test_stop_while_writing_takes_the_file_in_hand_away(
    made: SampleMade, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    post, reached, go, plain = tmp_path / "Post", threading.Event(), threading.Event(), sharing.export
    post.mkdir()

    def slowly(desk: Desk, path: Path, to: Sequence[bytes], **rest: Any) -> Any:
        if list(post.glob("*.bursar")):
            reached.set()
            assert go.wait(20)
        return plain(desk, path, to, **rest)

    monkeypatch.setattr(sharing, "export", slowly)
    with window_on(desk_of(made, STORY)) as shown:
        page = cluster_page(shown)
        page.files = Chosen(tmp_path, [post])  # type: ignore[assignment]
        press_button(page.header, "Send our file")
        page.send.tick([register_of(made, role="cluster").school_id, register_of(made, THIRD).school_id])
        buttons(page.send)["Save 2 files"].click()
        qtbot.waitUntil(reached.is_set, timeout=20_000)
        assert page.unsaved() == "the files being written"
        stop = buttons(page.send)["Stop writing"]
        assert stop.hasFocus()
        stop.click()
        go.set()
        settle()
        assert "Files that were finished are still there." in words_of(page.send)
        assert len(list(post.iterdir())) == 1
        assert page.unsaved() == ""
        assert cluster_files.last_receivers(shown.desk) != []


def test_nobody_chosen_means_nothing_to_save_and_esc_leads_back(office: Shown) -> None:
    page = cluster_page(office)
    press_button(page.header, "Send our file")
    page.send.tick([])
    assert not page.send.save.isEnabled()
    kinds = [page.folder_button.kind]
    press(page.send, Qt.Key.Key_Escape)
    assert page.split.detail is None
    kinds.append(page.folder_button.kind)
    assert kinds == ["outlined", "filled"], "one loud button a window"


def test_a_school_beside_the_list_is_sent_what_it_lacks(office: Shown, folder: Path) -> None:
    merging.merge(office.desk, [folder])
    page = cluster_page(office)
    page.reload()
    settle()
    needs = page.data.need_it[0]
    line = next(one for one in page.data.schools if one.school == needs)
    assert f"lacks {line.lacks} entries" in [row.words for row in page.overview.rows.model.rows]
    page.open_school(needs)
    settle()
    assert f"lacks {line.lacks} entries" in words_of(page.school)
    press_button(page.school, "Send to them")
    assert page.send.chosen() == [needs]


# --- the watched folder ---


def test_new_files_of_a_watched_folder_are_offered_and_never_merged_unasked(
    office: Shown, folder: Path, tmp_path: Path
) -> None:
    damage(folder / "2.bursar")
    shutil.copy(folder / "0.bursar", folder / "0 (Dawn's conflicted copy).bursar")
    whole = (folder / "3.bursar").read_bytes()
    (folder / "3.bursar").write_bytes(whole[: len(whole) // 2])
    page = cluster_page(office)
    page.files = Chosen(tmp_path, [folder])  # type: ignore[assignment]
    press_button(page.overview, "Watch a folder")
    assert watched.chosen(office.desk) == folder
    said = words_of(page.overview)
    assert "2 new files in Partnership share" in said
    assert "2.bursar is damaged. Ask whoever sent it to send it again." in said
    assert "3.bursar is not whole yet. Wait until it has all come." in said
    assert "0.bursar is the same file as 0 (Dawn's conflicted copy).bursar. One of them is enough." in said
    assert "Partnership share is watched" in said
    assert merging.receipts(office.desk) == [], "nothing is merged unasked"
    press_button(page.overview, "Look at them")
    assert "2 files bring" in words_of(page.merge)
    assert merging.receipts(office.desk) == []
    press_button(page.merge, "Merge 2 files")
    press_button(page.merge, "Finish")
    assert "Nothing new to merge in Partnership share" in words_of(page.overview)
    assert "Look at them" not in buttons(page.overview)
    press_button(page.overview, "Stop watching it")
    assert watched.chosen(office.desk) is None
    assert "Partnership share" not in words_of(page.overview)


def test_a_watched_folder_that_has_gone_is_said_in_its_strip(office: Shown, folder: Path) -> None:
    watched.choose(office.desk, folder)
    shutil.rmtree(folder)
    page = cluster_page(office)
    said = words_of(page.overview)
    assert f"The watched folder {folder} is not there." in said
    assert "Connect the drive again, or choose another folder." in said
    assert not page.merge.busy
