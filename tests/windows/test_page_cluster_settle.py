"""Settling on the Cluster page by its real widgets: by keyboard, all of a school at once, taken back, both texts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from bursar_desk.services import checks, conflicts, merging, sharing
from bursar_desk.services.sample import SampleMade
from bursar_desk.ui.pages.cluster import ClusterPage
from tests.services.sample_fixture import copy_of
from tests.services.small_school import without_waiting
from tests.windows.cluster_bench import cluster_page, rename_checks, two_computers
from tests.windows.desk_bench import Shown, press, settle, window_on
from tests.windows.page_bench import buttons, desk_of, nameless, press_button, words_of

ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SampleMade:
    without_waiting(monkeypatch)
    return copy_of(tmp_path)


@pytest.fixture
def rivals(made: SampleMade, tmp_path: Path) -> list[str]:
    """Two computers of one school write three checks differently; the first one has merged the second one's file."""
    with desk_of(made, two_computers(made)) as first:
        sharing.export(first, tmp_path / "first.bursar", [first.home])
        with desk_of(made, role="second") as second:
            merging.merge(second, [tmp_path / "first.bursar"])
            named = [line.id for line in checks.listing(first).lines[:3]]
            for desk, word in ((first, "first"), (second, "second")):
                rename_checks(desk, named, word)
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
