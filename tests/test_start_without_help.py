"""What start.py says and does where something is missing: an old Python, pip, system libraries, room to write."""

from __future__ import annotations

import ast
import ctypes
import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
START = ROOT / "start.py"
CHECKS = ("ruff", "mypy", "pytest")


@pytest.fixture
def start() -> ModuleType:
    """start.py as a module, for what cannot be tried on the real system."""
    spec = importlib.util.spec_from_file_location("start_under_test", START)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("failing", range(3))
def test_the_first_check_that_is_not_content_ends_the_run_with_its_code(
    failing: int, start: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[list[str]] = []

    def call(command: list[str], cwd: Path, env: dict[str, str]) -> int:
        assert (cwd, env["QT_QPA_PLATFORM"]) == (ROOT, "offscreen")
        ran.append(command[2:])
        return 7 if command[2] == CHECKS[failing] else 0

    monkeypatch.setattr(subprocess, "call", call)
    assert start.run_checks(["-x"]) == 7
    assert [command[0] for command in ran] == list(CHECKS[: failing + 1])


def test_all_the_tests_share_two_processors_and_what_measures_time_runs_alone_after_them(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[list[str]] = []

    def call(command: list[str], **_: object) -> int:
        ran.append(command[2:])
        return 0

    monkeypatch.setattr(subprocess, "call", call)
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    assert start.run_checks([]) == 0
    assert ran[2] == ["pytest", "-n", "2", "--dist", "loadfile", "-m", "not bench"]
    assert ran[3:] == [["pytest", "-m", "bench"]]


def test_an_older_python_reaches_one_clear_sentence(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ast.parse(START.read_text("utf-8"), feature_version=(3, 6))
    monkeypatch.setattr(sys, "version_info", (3, 10, 13, "final", 0))
    assert start.main(["due"]) == 1
    assert capsys.readouterr() == ("", "Bursar Desk needs Python 3.11 or newer; this is 3.10.\n")


def _debian(start: ModuleType, monkeypatch: pytest.MonkeyPatch, root: bool) -> list[list[str]]:
    """Let the system be Debian and the person its administrator or not; what would be installed is the answer."""
    installed: list[list[str]] = []

    def install(packages: list[str]) -> bool:
        installed.append(list(packages))
        return True

    monkeypatch.setattr(start, "apt_get", lambda: "/usr/bin/apt-get")
    monkeypatch.setattr(os, "geteuid", lambda: 0 if root else 1000, raising=False)
    monkeypatch.setattr(start, "install_packages", install)
    monkeypatch.setattr(sys, "platform", "linux")
    return installed


def test_a_python_without_pip_is_completed_by_root_on_debian(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = _debian(start, monkeypatch, root=True)
    monkeypatch.setattr(start, "tools_of", lambda _p: (True, (23, 0), True) if installed else (False, (), False))
    assert start.ensure_tools("/usr/bin/python3") is True
    assert installed == [["python3-venv", "python3-pip"]]


@pytest.mark.parametrize(
    ("python", "has", "words"),
    [
        (
            "/usr/bin/python3",
            (False, (), False),
            "has no venv and pip, .* sudo apt-get install .*python3-venv python3-pip",
        ),
        ("/usr/bin/python3", (True, (), False), "has no pip, .* sudo apt-get install"),
        ("/opt/own/bin/python3", (False, (23, 0), False), "has no venv, .* python.org"),
        ("/opt/own/bin/python3", (True, (21, 1), False), r"too old; 22\.3"),
    ],
)
def test_what_a_python_lacks_is_named_with_the_way_to_get_it(
    python: str, has: tuple[bool, tuple[int, ...], bool], words: str, start: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = _debian(start, monkeypatch, root=False)
    monkeypatch.setattr(start, "tools_of", lambda _p: has)
    with pytest.raises(start.SetUpError, match=words):
        start.ensure_tools(python)
    assert installed == []


def test_a_python_that_can_bring_its_own_pip_needs_no_other(start: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "tools_of", lambda _p: (True, (), True))
    assert start.ensure_tools("/opt/own/bin/python3") is False


def test_what_this_python_has_is_found_out_by_asking_it(start: ModuleType) -> None:
    venv, pip, ensurepip = start.tools_of(start.base_python())
    assert venv
    assert pip >= start.OLDEST_PIP or ensurepip
    assert start.tools_of(sys.executable)[1] == () or importlib.util.find_spec("pip") is not None


def _without(monkeypatch: pytest.MonkeyPatch, absent: set[str]) -> list[str]:
    """Let the system's loader know every library but ``absent``; what was asked for is the answer."""
    asked: list[str] = []

    def load(name: str) -> object:
        asked.append(name)
        if name in absent:
            raise OSError(f"{name}: cannot open shared object file")
        return object()

    monkeypatch.setattr(ctypes, "CDLL", load)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    return asked


@pytest.fixture
def bare(start: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """start.py with an empty environment folder to take notes in."""
    monkeypatch.setattr(start, "ENVIRONMENT", tmp_path)
    return start


def test_missing_libraries_are_named_with_the_one_line_that_brings_them(
    bare: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _debian(bare, monkeypatch, root=False)
    _without(monkeypatch, {"libEGL.so.1", "libglib-2.0.so.0", "libxcb-cursor.so.0"})
    bare.look_for_libraries()
    said = capsys.readouterr().err.splitlines()
    assert said == [
        "Windows and pictures need system libraries that are not here: libEGL.so.1, libglib-2.0.so.0",
        "Have them installed with this line: sudo apt-get install -y --no-install-recommends libegl1 libglib2.0-0",
    ]


def test_root_has_them_installed_and_a_real_window_asks_for_more(
    bare: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    installed = _debian(bare, monkeypatch, root=True)
    absent = {"libGL.so.1", "libxcb-cursor.so.0"}
    asked = _without(monkeypatch, absent)
    monkeypatch.setenv("DISPLAY", ":0")

    def install(packages: list[str]) -> bool:
        installed.append(packages)
        absent.clear()
        return True

    monkeypatch.setattr(bare, "install_packages", install)
    bare.look_for_libraries()
    assert installed == [["libgl1", "libxcb-cursor0"]]
    assert capsys.readouterr().err == ""
    asked.clear()
    bare.look_for_libraries()
    assert asked == [], "once found they are not looked for again"


def test_libraries_for_a_real_window_are_looked_for_when_there_is_a_screen(
    bare: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    _debian(bare, monkeypatch, root=False)
    asked = _without(monkeypatch, set())
    bare.look_for_libraries()
    assert set(asked) == set(bare.LIBRARIES["drawing"])
    asked.clear()
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    bare.look_for_libraries()
    assert set(asked) == set(bare.LIBRARIES["window"])


def test_packages_are_installed_without_questions_and_the_lists_fetched_if_need_be(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[list[str]] = []

    def run(command: list[str], _still: str) -> int:
        ran.append(command[1:2])
        return 100 if len(ran) == 1 else 0

    monkeypatch.setattr(start, "run_quietly", run)
    monkeypatch.setenv("DEBIAN_FRONTEND", "noninteractive")
    assert start.install_packages(["libgl1"]) is True
    assert ran == [["install"], ["update"], ["install"]]


def test_a_folder_that_cannot_be_written_is_said_in_a_sentence(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    monkeypatch.setattr(start, "ENVIRONMENT", in_the_way / ".venv")
    assert start.main(["due"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("Setting up stopped: ")
    assert len(said.err.splitlines()) == 1
