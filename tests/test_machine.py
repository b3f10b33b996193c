"""What is known of the computer, faked for each system: its screen, its name, its files; and the clock."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bursar_desk import machine, paths
from bursar_desk.clock import FixedClock, OnDay, SystemClock, school_day
from bursar_desk.machine import computer
from bursar_desk.machine.files import replace_with_retry, safe_file_name

# --- the screen and the computer's own name ---


@pytest.mark.parametrize(
    ("platform", "environ", "expected"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {"DISPLAY": ""}, False),
        ("linux", {"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, False),
        ("linux", {"DISPLAY": ":0", "QT_QPA_PLATFORM": "xcb"}, True),
        ("win32", {}, True),
        ("win32", {"QT_QPA_PLATFORM": "offscreen:size=800x600"}, False),
        ("darwin", {}, True),
        ("freebsd14", {"DISPLAY": ":0"}, True),
    ],
)
def test_a_screen_is_known_by_what_the_system_says(platform: str, environ: dict[str, str], expected: bool) -> None:
    assert machine.has_screen(environ, platform) is expected


def test_the_local_folder_is_the_one_named_and_otherwise_does_not_roam(tmp_path: Path) -> None:
    assert machine.local_folder({"BURSAR_DESK_LOCAL": str(tmp_path / "here")}) == tmp_path / "here"
    assert not (tmp_path / "here").exists(), "asking for the folder makes nothing"
    usual = machine.local_folder({})
    assert usual.name == "BursarDesk"
    assert "roaming" not in str(usual).lower()


def test_two_computers_have_two_names_and_one_computer_keeps_its_own() -> None:
    def name(raw: str) -> str:
        return machine.machine_id({}, "linux", lambda _platform: raw)

    assert name("a" * 32) == name("a" * 32) != name("b" * 32)
    assert len(name("a" * 32)) == 32
    assert "a" * 8 not in name("a" * 32), "what the system calls itself is not passed on"
    assert machine.machine_id({"BURSAR_DESK_MACHINE": "pc-1"}) != machine.machine_id({"BURSAR_DESK_MACHINE": "pc-2"})


def test_a_computer_without_a_name_is_given_one_that_it_keeps(tmp_path: Path) -> None:
    def name(folder: Path) -> str:
        return machine.machine_id({}, "linux", lambda _platform: "", folder)

    first = name(tmp_path / "pc")
    assert name(tmp_path / "pc") == first
    assert name(tmp_path / "another") != first
    assert [entry.name for entry in (tmp_path / "pc").iterdir()] == ["machine-id"]
    (tmp_path / "pc" / "machine-id").write_text("")  # what a power cut can leave
    assert name(tmp_path / "pc") != machine.machine_id({}, "linux", lambda _platform: "", tmp_path / "third")
    assert (tmp_path / "pc" / "machine-id").read_text()


def test_a_name_made_by_another_program_at_the_same_moment_is_taken_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.hardlink_to

    def after_another(self: Path, target: Path) -> None:
        self.write_text("name of the other", "ascii")
        real(self, target)

    monkeypatch.setattr(Path, "hardlink_to", after_another)
    assert computer._kept_name(tmp_path) == "name of the other"


def test_the_name_of_a_mac_is_read_from_what_ioreg_prints() -> None:
    told = (
        '    |   "IOPlatformSerialNumber" = "C02"\n    |   "IOPlatformUUID" = "0F1E2D3C-0000-1111-2222-333344445555"\n'
    )
    assert computer.macos_name(told) == "0F1E2D3C-0000-1111-2222-333344445555"
    assert computer.macos_name("nothing of the kind") == ""


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_a_system_that_does_not_tell_its_name_is_no_obstacle(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def cannot(*_words: object, **_more: object) -> str:
        raise OSError("no such program")

    monkeypatch.setattr(subprocess, "run", cannot)
    monkeypatch.setattr(computer, "_windows_name", cannot)
    assert len(machine.machine_id({}, platform, folder=machine.local_folder())) == 32


# --- files ---


class _BusyError(OSError):
    """What Windows raises while a virus scanner holds the file."""

    def __init__(self, number: int) -> None:
        super().__init__(13, "in use")
        self.winerror = number


@pytest.mark.parametrize("number", [5, 32, 33])
def test_a_file_busy_for_a_moment_is_replaced_all_the_same(number: int, tmp_path: Path) -> None:
    (tmp_path / "new").write_text("new")
    (tmp_path / "old").write_text("old")
    slept: list[float] = []

    def replace(source: Path, target: Path) -> None:
        if sum(slept) < 2.0:
            raise _BusyError(number)
        source.replace(target)

    replace_with_retry(tmp_path / "new", tmp_path / "old", replace, slept.append)
    assert (tmp_path / "old").read_text() == "new"
    assert 2.0 <= sum(slept) <= 2.5


def test_a_file_busy_for_good_is_reported_after_two_and_a_half_seconds(tmp_path: Path) -> None:
    slept: list[float] = []

    def replace(_source: Path, _target: Path) -> None:
        raise _BusyError(32)

    with pytest.raises(_BusyError):
        replace_with_retry(tmp_path / "new", tmp_path / "old", replace, slept.append)
    assert sum(slept) == pytest.approx(2.5)


@pytest.mark.parametrize("problem", [OSError(28, "No space left on device"), _BusyError(112)])
def test_a_failure_that_waiting_does_not_mend_is_reported_at_once(problem: OSError, tmp_path: Path) -> None:
    def replace(_source: Path, _target: Path) -> None:
        raise problem

    with pytest.raises(OSError, match=str(problem.strerror)):
        replace_with_retry(tmp_path / "new", tmp_path / "old", replace, lambda _seconds: pytest.fail("waited"))


def test_syncing_a_folder_reaches_the_disk_and_says_if_it_cannot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    machine.fsync_folder(tmp_path)
    assert len(synced) == (0 if sys.platform == "win32" else 1)
    if sys.platform != "win32":
        with pytest.raises(FileNotFoundError):
            machine.fsync_folder(tmp_path / "missing")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Fire alarm 1/2: Block B", "Fire alarm 1-2- Block B"),
        ("C:\\Windows\\system32", "C-Windows-system32"),
        ("../../etc/passwd", "-..-etc-passwd"),
        ("note.txt:stream", "note.txt-stream"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("Com1 .pdf", "_Com1.pdf"),
        ("LPT²", "_LPT²"),
        ("console.txt", "console.txt"),
        ("report.pdf. . .", "report.pdf"),
        ("  two   blanks  ", "two blanks"),
        ("St Bede\u2019s\n\tPrimary", "St Bede\u2019s Primary"),
        ("cod\u202etxt.exe", "codtxt.exe"),
        ("e\u0301cole", "\u00e9cole"),
        ("", "unnamed"),
        ("...", "unnamed"),
        ("\x00", "unnamed"),
    ],
)
def test_any_text_becomes_a_name_that_every_system_takes(text: str, name: str) -> None:
    assert safe_file_name(text) == name


def test_a_long_name_is_shortened_and_keeps_its_ending() -> None:
    assert safe_file_name("a" * 300 + ".pdf") == "a" * 116 + ".pdf"
    assert len(safe_file_name("校" * 300 + ".xlsx").encode()) <= 200
    assert safe_file_name("校" * 300 + ".xlsx").endswith(".xlsx")


DEVICES = {"con", "prn", "aux", "nul", "conin$", "conout$"} | {p + d for p in ("com", "lpt") for d in "0123456789¹²³"}


@given(st.text(max_size=300))
@example("COM¹.tar.gz")
@example("con" + "." * 300 + "txt")
@example("a" * 119 + ". b")
@example("-. a.b .c")
def test_a_safe_name_is_safe_whatever_it_was_made_of_and_stays_as_it_is(text: str) -> None:
    name = safe_file_name(text)
    assert 0 < len(name) <= 120
    assert len(name.encode()) <= 200
    assert not set(name) & set('<>:"/\\|?*\x00\n\r\t')
    assert name not in {".", ".."}
    assert name == name.strip(" .")
    assert name.split(".")[0].rstrip().lower() not in DEVICES
    assert safe_file_name(name) == name


# --- paths and the clock ---


def test_what_the_program_keeps_lies_in_its_local_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(tmp_path))
    assert paths.registers_folder() == tmp_path / "registers"
    assert paths.backups_folder() == tmp_path / "backups"
    assert paths.logs_folder() == tmp_path / "logs"
    assert not list(tmp_path.iterdir())


def test_resources_are_found_from_the_source() -> None:
    assert paths.resource("fonts", "LICENSE.md").read_text("utf-8")
    assert not paths.resource("fonts", "no such font.ttf").is_file()


def test_the_frozen_program_starts_itself_by_the_executable_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    assert paths.program_command()[-2:] == ["-m", "bursar_desk"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(Path("opt") / "desk" / "bursar-desk"))
    assert paths.program_command() == [str(Path("opt") / "desk" / "bursar-desk")]
    assert paths.program_command(windowed=True) == [str(Path("opt") / "desk" / "bursar-desk-window")]


def test_today_is_the_day_in_england_on_both_sides_of_midnight_and_in_summer() -> None:
    assert school_day(FixedClock.at(date(2026, 6, 1), 0, 30).now_ms()) == date(2026, 6, 1)  # 31 May, 23:30 UTC
    assert FixedClock.at(date(2026, 1, 31), 23, 59).today() == date(2026, 1, 31)
    clock = FixedClock.at(date(2026, 3, 28), 12)
    clock.move_on(24 * 3_600_000)
    assert (clock.today(), SystemClock().now_ms() > 1_700_000_000_000) == (date(2026, 3, 29), True)


def test_a_chosen_day_sets_today_and_never_a_stamp() -> None:
    behind = FixedClock.at(date(2026, 11, 21))
    chosen = OnDay(date(2030, 1, 1), behind)
    assert (chosen.today(), chosen.now_ms()) == (date(2030, 1, 1), behind.now_ms())
