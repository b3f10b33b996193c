"""What the tests of the Cluster page share: files of four schools, 21 schools made once, and a hand that is counted."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Self

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QWidget

from bursar_desk.clock import FixedClock
from bursar_desk.domain.acts import ActCode
from bursar_desk.services import checks, merging, sharing
from bursar_desk.services.desk import Desk
from bursar_desk.services.sample import SampleMade, SampleRegister, make_sample
from bursar_desk.ui.pages.cluster import ClusterPage
from bursar_desk.ui.widgets import Button
from tests.services.sample_fixture import NEIGHBOUR, ON, SECONDARY, STORY, THIRD, register_of
from tests.windows.desk_bench import CTRL, Shown, settle
from tests.windows.page_bench import buttons, desk_of
from tests.windows.page_bench import drop as drop_on

SCHOOLS = (STORY, NEIGHBOUR, THIRD, SECONDARY)


def files_of_four(made: SampleMade, folder: Path) -> Path:
    """Every school's file for the cluster office, named in the order they are read."""
    folder.mkdir()
    for number, urn in enumerate(SCHOOLS):
        with desk_of(made, urn) as desk:
            sharing.export(desk, folder / f"{number}.bursar", sharing.receivers(desk, ["cluster"]))
    return folder


def cluster_page(shown: Shown) -> ClusterPage:
    page = shown.page("cluster")
    assert isinstance(page, ClusterPage)
    return page


def damage(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(bytes(data))


def rename_checks(desk: Desk, named: Sequence[bytes], word: str) -> None:
    """Give checks other names, each in an act of its own."""
    for number, check in enumerate(named):
        with desk.act(ActCode.CHANGE_CHECK, subject="a check") as act:
            act.set("school_check", check, {"title": f"{word} {number}"})


def two_computers(made: SampleMade) -> str:
    """The school that has a second computer."""
    return register_of(made, role="second").urn


def rivals_between_computers(made: SampleMade, folder: Path, many: int = 3) -> tuple[Path, list[bytes]]:
    """Two computers of one school name the same checks differently. The second one's file for the office, and the
    checks; the first one's file is for the test to send.
    """
    with desk_of(made, two_computers(made)) as first:
        sharing.export(first, folder / "first.bursar", [first.home])
        named = [line.id for line in checks.listing(first).lines[:many]]
        rename_checks(first, named, "first")
    with desk_of(made, role="second") as second:
        merging.merge(second, [folder / "first.bursar"])
        rename_checks(second, named, "second")
        theirs = folder / "from the second.bursar"
        sharing.export(second, theirs, sharing.receivers(second, ["cluster"]))
    return theirs, named


# --- 21 schools ---


@cache
def _twenty_one() -> SampleMade:
    folder = Path(tempfile.mkdtemp(prefix="bursar-schools-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BURSAR_DESK_LOCAL", str(folder / "local"))
        patch.delenv("BURSAR_DESK_KEYS", raising=False)
        return make_sample(folder / "registers", years=1, on=ON, clock=FixedClock.at(ON))


def copy_of_twenty_one(folder: Path) -> SampleMade:
    """A copy of the registers of 21 schools and their offices, with keys."""
    made = _twenty_one()
    shutil.copytree(made.registers[0].path.parent, folder)
    return SampleMade(
        tuple(
            SampleRegister(one.school_id, one.school, one.urn, one.role, folder / one.path.name)
            for one in made.registers
        )
    )


# --- a hand that is counted ---


class Hand:
    """Clicks, drops and keys that stand for a click, by real events; ``with Hand(4) as hand`` fails above four."""

    def __init__(self, at_most: int) -> None:
        self.at_most = at_most
        self.clicks = 0
        self.drops = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_rest: object) -> None:
        if kind is None:
            assert self.clicks <= self.at_most, f"{self.clicks} clicks; {self.at_most} is the most"

    def click(self, part: QWidget, words: str) -> Button:
        """Click the button with these words, or that begins with them, where it stands on the screen."""
        found = buttons(part)
        name = words if words in found else next((one for one in found if one.startswith(words)), "")
        assert name, f"“{words}” is not among {sorted(found)}"
        button = found[name]
        centre = button.rect().center()
        assert button.isEnabled(), name
        seen = button.window().childAt(button.mapTo(button.window(), centre))
        assert seen is button, f"“{name}” is hidden or below the fold, so nobody could click it"
        self.clicks += 1
        QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=centre)
        settle()
        return button

    def click_row(self, view: QAbstractItemView, row: int) -> None:
        """Click a row of a list."""
        box = view.visualRect(view.model().index(row, 0))
        assert view.viewport().rect().contains(box.center())
        self.clicks += 1
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
        settle()

    def open_page(self, shown: Shown, key: str) -> None:
        """Click a page in the rail."""
        place = [item.key for item in shown.frame.rail.items].index(key)
        self.click_row(shown.frame.rail.view, place)
        assert shown.frame.key == key

    def answered(self) -> None:
        """The click on Save in the system's own dialog, whose name and folder stand there already."""
        self.clicks += 1

    def press_ctrl(self, shown: Shown, key: Qt.Key) -> None:
        """Ctrl and a letter, which stand for one click."""
        self.clicks += 1
        QTest.keyClick(shown.frame, key, CTRL)
        settle()

    def drop(self, page: QWidget, *paths: Path) -> None:
        """Drop files or folders onto a page: a drop, not a click."""
        self.drops += 1
        drop_on(page, *paths)


class CountedDialogs:
    """Stands for the file dialogs: takes the name and folder that stand there, and counts one click for each."""

    def __init__(self, hand: Hand, folder: Path) -> None:
        self._hand, self._folder = hand, folder
        self.saved: list[Path] = []

    def save(self, _title: str, suggested: Path, _kinds: str, then: Callable[[Path], object]) -> None:
        self._hand.answered()
        self.saved.append(self._folder / suggested.name)
        then(self.saved[-1])

    def open_folder(self, _title: str, _folder: Path, then: Callable[[Path], object]) -> None:
        self._hand.answered()
        then(self._folder)
