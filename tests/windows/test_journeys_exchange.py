"""Journeys of the exchange, by real clicks and drops that are counted: J14 merge 21 files, J15 send, J19 put right."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from bursar_desk.clock import FixedClock
from bursar_desk.services import checks, cluster_files, conflicts, merging, messages, sharing
from bursar_desk.services.desk import Desk
from bursar_desk.services.sample import SampleMade
from tests.services.sample_fixture import ON, STORY, THIRD, copy_of, register_of
from tests.services.small_school import without_waiting
from tests.windows.cluster_bench import (
    CountedDialogs,
    Hand,
    cluster_page,
    copy_of_twenty_one,
    files_of_four,
    rivals_between_computers,
    two_computers,
)
from tests.windows.desk_bench import settle, window_on
from tests.windows.page_bench import buttons, desk_of, words_of


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SampleMade:
    without_waiting(monkeypatch)
    return copy_of(tmp_path)


def office_of(made: SampleMade, urn: str) -> Path:
    """The register of the cluster office that may settle for a school."""
    with desk_of(made, urn) as desk:
        hub = next(one.subject for one in desk.trust.readers_of(desk.home, "hub") if one.settles)
    return next(one.path for one in made.registers if one.role == "cluster" and one.school_id == hub)


def told_of(page: Any) -> list[str]:
    """What the progress says, as it is said."""
    told: list[str] = []
    heard = page.merge._stepped

    def listen(text: str, done: int, total: int) -> None:
        told.append(text)
        heard(text, done, total)

    page.merge._stepped = listen
    return told


# --- J14 ---


@pytest.fixture
def twenty_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Desk, Path, list[str], list[bytes]]:
    """An office that has the file of a school's second computer already, and a folder with the files of 21 schools,
    one of which names three checks otherwise.
    """
    without_waiting(monkeypatch)
    made = copy_of_twenty_one(tmp_path / "registers")
    schools = [one for one in made.registers if one.role == "school"]
    assert len(schools) == 21
    theirs, named = rivals_between_computers(made, tmp_path)
    folder = tmp_path / "Term files 20 November"
    folder.mkdir()
    for one in schools:
        with desk_of(made, one.urn) as desk:
            sharing.export(desk, folder / f"{one.urn}.bursar", sharing.receivers(desk, ["cluster"]))
    desk = Desk.open(office_of(made, two_computers(made)), on=ON, clock=FixedClock.at(ON))
    merging.merge(desk, [theirs])
    return desk, folder, [one.school for one in schools], named


def test_j14_twenty_one_files_take_one_drop_one_merge_and_a_click_for_each_decision(
    twenty_one: tuple[Desk, Path, list[str], list[bytes]],
) -> None:
    desk, folder, schools, named = twenty_one
    before, open_before = len(merging.receipts(desk)), len(conflicts.listing(desk))
    with window_on(desk) as office:
        page = cluster_page(office)
        told = told_of(page)
        with Hand(at_most=1 + 2) as hand:
            hand.drop(page, folder)
            assert "21 files bring" in words_of(page.merge)
            assert "3 things will be yours to settle." in words_of(page.merge)
            hand.click(page.merge, "Merge 21 files")
            assert page.settle.isVisible(), "what is to settle follows by itself"
            assert "21 schools are up to date" in words_of(page.settle)
            many = len(page.settle.model.lines)
            assert many == open_before + 3
            hand.click(page.settle, "Use what OFFICE-1")
            hand.click(page.settle, f"Use the later one for all {many - 1}")
            assert (hand.drops, hand.clicks) == (1, 3)
        assert "All is settled" in words_of(page.settle)
        assert conflicts.listing(desk) == []
        titles = {line.id: line.title for line in checks.listing(desk, every_school=True).lines}
        assert len({titles[one].split()[0] for one in named}) <= 2
        assert len(merging.receipts(desk)) == before + 21
        names = {text.partition(": ")[2] for text in told}
        assert len(set(schools) & names) > 21 // 2, "the progress names the schools"
        counted = [int(text.split()[1]) for text in told if " of 21" in text]
        assert set(counted) <= set(range(1, 22))
        assert len(set(counted)) > 21 // 2, "short files may pass between two looks"
        assert {line.state for line in page.data.schools if line.name in schools} == {"fresh"}


# --- stopping in the middle ---


class _Slow:
    """A progress that waits in the middle of a file until the person has pressed Stop."""

    def __init__(self, plain: Any, reached: threading.Event, go: threading.Event) -> None:
        self._plain, self._reached, self._go = plain, reached, go

    def step(self, words: str, done: int, total: int) -> None:
        self._plain.step(words, done, total)
        if done:
            self._reached.set()
            assert self._go.wait(20)
            self._plain.step(words, done, total)


def test_stop_in_the_middle_undoes_the_file_in_hand_and_keeps_and_lists_the_finished_ones(
    made: SampleMade, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    folder = files_of_four(made, tmp_path / "Term files")
    with window_on(desk_of(made, role="cluster")) as office:
        page = cluster_page(office)
        hand = Hand(at_most=2)
        hand.drop(page, folder)
        plain, reached, go = merging.merge, threading.Event(), threading.Event()

        def slowly(desk: Desk, paths: Sequence[Path], progress: Any = None, **rest: Any) -> merging.MergeResult:
            third = paths[0].stem == "2"
            return plain(desk, paths, _Slow(progress, reached, go) if third else progress, **rest)

        monkeypatch.setattr(merging, "merge", slowly)
        buttons(page.merge)["Merge 4 files"].click()
        qtbot.waitUntil(reached.is_set, timeout=20_000)
        # steps that come thick and fast are shown some at a time: the last one before the wait need not be among them
        qtbot.waitUntil(lambda: re.search(r"Merging [123] of 4", words_of(page.merge)) is not None, timeout=20_000)
        assert page.unsaved() == "the merge under way"
        stop = buttons(page.merge)["Stop merging"]
        assert stop.hasFocus(), "Stop is where the keyboard is"
        stop.click()
        assert "The file in hand is being undone." in words_of(page.merge)
        go.set()
        settle()
        said = words_of(page.merge)
        assert "Stopped. 2 files are merged" in said
        assert "The file in hand was undone. 2 files are not read. Merge them again to go on." in said
        assert [row.words for row in page.merge.rows.model.rows][2:] == ["Not read", "Not read"]
        assert len(merging.receipts(office.desk)) == 2
        undone = register_of(made, THIRD).school
        assert next(one for one in cluster_files.schools(office.desk) if one.name == undone).number is None
        hand.click(page.merge, "See receipt")
        assert len(page.receipt.files.rows) == 2
        assert page.unsaved() == ""


# --- J15 ---


@pytest.mark.parametrize("office", [True, False], ids=["from the office", "from a school"])
def test_j15_what_is_here_goes_out_to_those_who_need_it_in_four_clicks(
    made: SampleMade, tmp_path: Path, office: bool
) -> None:
    folder = files_of_four(made, tmp_path / "Term files")
    with desk_of(made, "" if office else STORY, "cluster" if office else "school") as sender:
        if office:
            merging.merge(sender, [folder])  # a school's second computer lacks some of it
        else:
            messages.write(sender, messages.Draft(messages.NOTICE, "Gritting", "The salt has come.", ()))
        need = cluster_files.need_it(sender)
        assert len(need) > 1
    out = tmp_path / "Post"
    out.mkdir()
    with window_on(desk_of(made, "" if office else STORY, "cluster" if office else "school")) as shown:
        shown.window.open_first()
        settle()
        with Hand(at_most=4) as hand:
            hand.open_page(shown, "cluster")
            page = cluster_page(shown)
            page.files = CountedDialogs(hand, out)  # type: ignore[assignment]
            hand.click(page.overview, "Send to those who need it")
            assert set(page.send.chosen()) == set(need), "they are ticked already"
            hand.click(page.send, f"Save {len(need)} files")
            assert hand.clicks == 4
        assert "is saved" in words_of(page.send) or f"{len(need)} files are saved in Post" in words_of(page.send)
        assert set(cluster_files.last_receivers(shown.desk)) == set(need), "and the receivers are remembered"
    files = list(out.glob("*.bursar"))
    assert len(files) == len(need)
    for one in made.registers:
        if one.school_id in need and one.role != "second":
            with Desk.open(one.path, on=ON, clock=FixedClock.at(ON)) as desk:
                assert merging.merge(desk, files).accepted == 1, "each file is for one of them"


def test_j15_the_next_time_the_same_receivers_are_ticked(made: SampleMade, tmp_path: Path) -> None:
    third = register_of(made, THIRD)
    with desk_of(made, STORY) as desk:
        sharing.export(desk, tmp_path / "before.bursar", [third.school_id])
    with window_on(desk_of(made, STORY)) as home:
        home.window.open_first()
        settle()
        with Hand(at_most=4) as hand:
            hand.open_page(home, "cluster")
            page = cluster_page(home)
            files = CountedDialogs(hand, tmp_path)
            page.files = files  # type: ignore[assignment]
            hand.click(page.header, "Send our file")
            assert page.send.chosen() == [third.school_id]
            hand.click(page.send, "Save the file")
            assert hand.clicks == 4
        assert f"Send it to {third.school}." in words_of(page.send)
        assert files.saved[0].is_file()


# --- J19, by Ctrl+Z and from the receipt ---


@pytest.fixture
def settling(made: SampleMade, tmp_path: Path) -> Any:
    """A school whose two computers wrote three checks differently."""
    theirs, _named = rivals_between_computers(made, tmp_path)
    desk = desk_of(made, two_computers(made))
    merging.merge(desk, [theirs])
    return desk


def test_j19_a_choice_is_taken_back_by_ctrl_z_and_made_anew(settling: Desk) -> None:
    with window_on(settling) as shown:
        page = cluster_page(shown)
        page.focus_on(settle=True)
        settle()
        many = len(conflicts.listing(settling))
        with Hand(at_most=3) as hand:
            hand.click(page.settle, "Use theirs")
            assert len(conflicts.listing(settling)) == many - 1
            hand.press_ctrl(shown, Qt.Key.Key_Z)
            assert len(conflicts.listing(settling)) == many
            assert "Your choice was taken back." in words_of(page.settle)
            hand.click(page.settle, "Keep ours")
        assert len(conflicts.listing(settling)) == many - 1


def test_j19_a_whole_merge_is_undone_and_put_back_weeks_later(made: SampleMade, tmp_path: Path) -> None:
    folder = files_of_four(made, tmp_path / "Term files")
    with desk_of(made, role="cluster") as desk:
        merging.merge(desk, [folder / "0.bursar"])
    with window_on(desk_of(made, role="cluster")) as office:
        page = cluster_page(office)
        have = len(checks.listing(office.desk, every_school=True).lines)
        assert have
        with Hand(at_most=3) as hand:
            hand.click(page.overview, "See receipts")
            hand.click(page.receipt, "Undo this merge")
        assert not checks.listing(office.desk, every_school=True).lines
        assert [one.undone for one in merging.receipts(office.desk)] == [True]
        with Hand(at_most=1) as hand:
            hand.click(page.receipt, "Put back")
        assert len(checks.listing(office.desk, every_school=True).lines) == have


def test_the_hand_counts_and_fails_above_the_target(made: SampleMade) -> None:
    with window_on(desk_of(made, role="cluster")) as office:
        page = cluster_page(office)
        hand = Hand(at_most=1)
        hand.open_page(office, "checks")
        hand.open_page(office, "cluster")
        with pytest.raises(AssertionError, match="2 clicks; 1 is the most"):
            hand.__exit__(None)
        with pytest.raises(AssertionError, match="is not among"):
            Hand(1).click(page, "A button that is not there")


