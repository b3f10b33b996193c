"""What the program is made of stays pinned, hashed and free of addresses; and Qt's binding gives nothing away."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import PySide6
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
RUNTIME, DEVELOPMENT = "requirements.lock", "requirements-dev.lock"


def pins(lock: str) -> dict[str, tuple[str, frozenset[str]]]:
    """Every requirement of a lock: name -> (version, hashes)."""
    text = (ROOT / lock).read_text("utf-8").replace("\\\n", " ")
    found: dict[str, tuple[str, frozenset[str]]] = {}
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        requirement = Requirement(line.split(" --hash", 1)[0])
        version = re.fullmatch(r"==([\w.+!]+)", str(requirement.specifier))
        assert version, f"{lock}: {line[:60]} is not pinned to one version"
        found[canonicalize_name(requirement.name)] = (version[1], frozenset(re.findall(r"--hash=(\S+)", line)))
    return found


def wanted(file: str) -> list[Requirement]:
    """What a requirements file asks for by name."""
    lines = (ROOT / file).read_text("utf-8").splitlines()
    return [Requirement(line) for line in lines if line.strip() and not line.startswith(("#", "-"))]


@pytest.mark.parametrize("lock", [RUNTIME, DEVELOPMENT])
def test_every_part_is_pinned_and_has_hashes(lock: str) -> None:
    found = pins(lock)
    assert len(found) > 15
    short = [name for name, (_version, hashes) in found.items() if not hashes]
    assert short == []
    sums = [one for _version, hashes in found.values() for one in hashes]
    assert [one for one in sums if not re.fullmatch(r"sha256:[0-9a-f]{64}", one)] == []


@pytest.mark.parametrize("lock", [RUNTIME, DEVELOPMENT, "requirements.in", "requirements-dev.in"])
def test_no_lock_names_an_address_to_fetch_from(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    assert re.findall(r"https?:|file:|git\+|ssh:|@ |--(?:extra-)?index-url|--find-links|--trusted-host", text) == []


def test_the_development_lock_holds_the_same_program() -> None:
    """start.py serves the program from an environment made for the checks, and adds the one to the other."""
    development = pins(DEVELOPMENT)
    assert {name: pin for name, pin in pins(RUNTIME).items() if development.get(name) != pin} == {}


@pytest.mark.parametrize(("file", "lock"), [("requirements.in", RUNTIME), ("requirements-dev.in", DEVELOPMENT)])
def test_what_is_asked_for_is_what_is_locked(file: str, lock: str) -> None:
    found = pins(lock)
    for requirement in wanted(file):
        version, _hashes = found[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), f"{requirement} but {version} is locked"


def test_qts_binding_is_the_release_that_is_safe_on_every_python_we_run_on() -> None:
    """6.12.0 loses references to None on Python 3.10 and 3.11 until the interpreter aborts."""
    for lock in (RUNTIME, DEVELOPMENT):
        assert pins(lock)["pyside6-essentials"][0].startswith("6.11."), lock
    assert PySide6.__version__.startswith("6.11.")
    assert {"pyside6", "pyside6-addons"} & set(pins(DEVELOPMENT)) == set(), "LGPL parts only"


_DRIFT = """
import sys
from PySide6.QtCore import QAbstractTableModel, QModelIndex
from PySide6.QtWidgets import QApplication, QLabel, QTableView, QWidget


class Model(QAbstractTableModel):
    def rowCount(self, parent=QModelIndex()):
        return 50

    def columnCount(self, parent=QModelIndex()):
        return 5

    def data(self, index, role=0):
        return None if role else "x"


app = QApplication([])
label, widget, view, model = QLabel(), QWidget(), QTableView(), Model()
view.setModel(model)
view.show()
app.processEvents()
calls = {
    "setText": lambda: label.setText("x"),
    "repaint": widget.repaint,
    "parentWidget": widget.parentWidget,
    "table": lambda: (view.viewport().repaint(), app.processEvents()),
}
for name, call in calls.items():
    call()
    before = sys.getrefcount(None)
    for _ in range(100):
        call()
    print(name, sys.getrefcount(None) - before)
"""


def test_calls_into_qt_lose_no_reference_to_none(record_property: Callable[[str, object], None]) -> None:
    """From Python 3.12 on None cannot be lost: its count stands still and this holds by itself, which is recorded."""
    record_property("none_is_immortal", sys.version_info >= (3, 12))
    told = subprocess.run([sys.executable, "-c", _DRIFT], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    drift = {name: int(count) for name, count in (line.split() for line in told.stdout.splitlines())}
    assert set(drift) == {"setText", "repaint", "parentWidget", "table"}
    assert {name: lost for name, lost in drift.items() if lost < -5} == {}
