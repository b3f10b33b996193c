"""What is known of the computer, faked for each system: screen, name, files, the one writer, where a folder lies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from datetime import date
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bursar_desk import machine, paths
from bursar_desk.clock import FixedClock, OnDay, SystemClock, school_day
from bursar_desk.domain.errors import CannotOpen
from bursar_desk.machine import computer
from bursar_desk.machine.files import replace_with_retry, safe_file_name
from bursar_desk.machine.lock import Holder, InUse, RegisterLock, held_by
from bursar_desk.machine.places import Place, is_shared_or_synced, where_it_lies

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


# --- one writer per register ---


def _hold_elsewhere(register: Path) -> subprocess.Popen[str]:
    """Another program that holds the lock of ``register`` until it is killed."""
    program = """
        import sys
        from pathlib import Path
        from bursar_desk.machine import RegisterLock
        lock = RegisterLock(Path(sys.argv[1]))
        lock.acquire("Ada Byron", "OFFICE-2", 1_790_000_000_000)
        print("held", flush=True)
        sys.stdin.read()
    """
    command = [sys.executable, "-c", textwrap.dedent(program), str(register)]
    root = Path(__file__).resolve().parent.parent
    other = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root)
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    return other


def _end(other: subprocess.Popen[str]) -> None:
    other.kill()
    other.wait()
    for pipe in (other.stdin, other.stdout):
        if pipe is not None:
            pipe.close()


def test_a_second_program_is_refused_and_told_who_holds_the_register(tmp_path: Path) -> None:
    register = tmp_path / "school.bursar"
    other = _hold_elsewhere(register)
    try:
        mine = RegisterLock(register)
        with pytest.raises(InUse) as refused:
            mine.acquire("Grace", "OFFICE-1", 2, sleep=lambda _seconds: None)
        assert refused.value.holder == Holder("Ada Byron", "OFFICE-2", 1_790_000_000_000, other.pid)
        assert refused.value.title == "Ada Byron has this register open on OFFICE-2."
        assert held_by(register) == refused.value.holder
        assert not mine.held
    finally:
        _end(other)


def test_a_crash_gives_the_register_back_without_anybody_doing_anything(tmp_path: Path) -> None:
    register = tmp_path / "school.bursar"
    for _time in range(3):
        other = _hold_elsewhere(register)
        if sys.platform != "win32":
            other.send_signal(signal.SIGKILL)
        _end(other)
        assert "Ada Byron" in register.with_name("school.bursar.lock").read_text(), "the old words are still there"
        assert held_by(register) is None
        mine = RegisterLock(register)
        mine.acquire("Grace", "OFFICE-1", 2)
        mine.release()


def test_two_windows_of_one_program_cannot_both_write(tmp_path: Path) -> None:
    first, second = RegisterLock(tmp_path / "r"), RegisterLock(tmp_path / "r")
    first.acquire("Ada", "PC", 1)
    first.acquire("Ada", "PC", 1)  # taking again what one holds is nothing
    with pytest.raises(InUse):
        second.acquire("Ada", "PC", 1, sleep=lambda _seconds: None)
    first.release()
    first.release()
    second.acquire("Ada", "PC", 1)
    assert second.held
    second.release()


def test_a_lock_file_by_itself_means_nothing_and_asking_takes_nothing(tmp_path: Path) -> None:
    register = tmp_path / "r"
    assert held_by(register) is None
    assert not (tmp_path / "r.lock").exists()
    (tmp_path / "r.lock").write_text('{"person": "Nobody"')
    assert held_by(register) is None
    mine = RegisterLock(register)
    mine.acquire("Ada", "PC", 1)
    assert held_by(register) == Holder("Ada", "PC", 1, os.getpid())
    mine.release()
    assert held_by(register) is None


def test_a_holder_whose_words_cannot_be_read_still_holds(tmp_path: Path) -> None:
    mine = RegisterLock(tmp_path / "r")
    mine.acquire("Ada", "PC", 1)
    (tmp_path / "r.lock").write_text("[1, 2]")
    assert held_by(tmp_path / "r") == Holder()
    with pytest.raises(InUse, match=r"Another running copy of Bursar Desk has this register open\."):
        RegisterLock(tmp_path / "r").acquire("Grace", "PC", 1, sleep=lambda _seconds: None)
    mine.release()


def test_someone_asking_at_the_wrong_moment_does_not_keep_the_writer_out(tmp_path: Path) -> None:
    asking = RegisterLock(tmp_path / "r")
    asking.acquire("", "", 0)
    mine = RegisterLock(tmp_path / "r")
    mine.acquire("Ada", "PC", 1, sleep=lambda _seconds: asking.release())
    assert mine.held
    mine.release()


def test_a_lock_file_deleted_by_hand_does_not_let_a_lock_on_nothing_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = RegisterLock(tmp_path / "r")
    opened: list[int] = []
    real = RegisterLock._open

    def deleted_after_opening(self: RegisterLock) -> int:
        handle = real(self)
        opened.append(handle)
        if len(opened) == 1:
            self.path.unlink()
        return handle

    if sys.platform == "win32":
        pytest.skip("Windows does not delete an open file")
    monkeypatch.setattr(RegisterLock, "_open", deleted_after_opening)
    mine.acquire("Ada", "PC", 1, sleep=lambda _seconds: None)
    assert len(opened) == 2
    assert held_by(tmp_path / "r") == Holder("Ada", "PC", 1, os.getpid())
    mine.release()


def test_a_register_in_a_place_that_cannot_be_written_is_explained(tmp_path: Path) -> None:
    with pytest.raises(CannotOpen, match="Open it to read only") as refused:
        RegisterLock(tmp_path / "no such folder" / "r").acquire("Ada", "PC", 1)
    assert not isinstance(refused.value, InUse)


def test_a_disk_without_locks_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(_handle: int) -> bool:
        raise OSError(37, "No locks available")

    monkeypatch.setattr("bursar_desk.machine.lock._take", no_locks)
    with pytest.raises(CannotOpen, match="Move the register to a folder on this computer"):
        RegisterLock(tmp_path / "r").acquire("Ada", "PC", 1)


# --- where a folder lies ---

_LINUX = r"""
/dev/sda1 / ext4 rw,relatime 0 0
proc /proc proc rw 0 0
server:/export /srv/office nfs4 rw,vers=4.2 0 0
//nas/share /mnt/school\040files cifs rw 0 0
ada@host:/ /home/ada/far fuse.sshfs rw 0 0
/dev/sdb1 /srv/office/local ext4 rw 0 0
/dev/sdc1 /media/ada/STICK vfat rw 0 0
"""
_MACOS = """
/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
//ada@server/office on /Volumes/office (smbfs, nodev, nosuid, mounted by ada)
/dev/disk4s1 on /Volumes/STICK (msdos, local, nodev, nosuid, noowners)
"""
_ONEDRIVE = {"OneDriveCommercial": r"D:\Work\Cloud"}
_DRIVES = {"C:\\": 3, "D:\\": 3, "H:\\": 4, "E:\\": 2}


@pytest.mark.parametrize(
    ("platform", "path", "kind", "by"),
    [
        ("win32", r"\\server\office\register", "shared", "a network share"),
        ("win32", r"\\?\UNC\server\office\register", "shared", "a network share"),
        ("win32", "//server/office/register", "shared", "a network share"),
        ("win32", r"H:\register", "shared", "a network drive (H:)"),
        ("win32", r"E:\register", "removable", "a removable disk (E:)"),
        ("win32", r"\\?\H:\register", "shared", "a network drive (H:)"),
        ("win32", r"C:\Users\ada\OneDrive - St Bede's\register", "synced", "OneDrive"),
        ("win32", r"d:\work\cloud\register", "synced", "OneDrive"),
        ("win32", r"C:\Users\ada\Dropbox (School)\register", "synced", "Dropbox"),
        ("win32", r"C:\Users\ada\iCloudDrive\register", "synced", "iCloud Drive"),
        ("win32", r"C:\My Drive\register", "synced", "Google Drive"),
        ("win32", r"C:\Users\ada\AppData\Local\BursarDesk\register", "local", ""),
        ("win32", r"\\?\C:\Users\ada\register", "local", ""),
        ("win32", r"D:\Work\Cloudy\register", "local", ""),
        ("darwin", "/Volumes/office/register", "shared", "a network drive"),
        ("darwin", "/Volumes/STICK/register", "removable", "a removable disk"),
        ("darwin", "/Users/ada/Library/Mobile Documents/com~apple~CloudDocs/register", "synced", "iCloud Drive"),
        ("darwin", "/Users/ada/Library/CloudStorage/GoogleDrive-ada@school.uk/register", "synced", "Google Drive"),
        ("darwin", "/Users/ada/Library/CloudStorage/Pail/register", "synced", "a file service"),
        ("darwin", "/Users/ada/Library/Application Support/BursarDesk/register", "local", ""),
        ("linux", "/srv/office/register", "shared", "a network drive"),
        ("linux", "/srv/office/local/register", "local", ""),
        ("linux", "/mnt/school files/register", "shared", "a network drive"),
        ("linux", "/home/ada/far/away/register", "shared", "a network drive"),
        ("linux", "/media/ada/STICK/register", "removable", "a removable disk"),
        ("linux", "/home/ada/Dropbox/register", "synced", "Dropbox"),
        ("linux", "/home/ada/dropboxes/register", "local", ""),
        ("linux", "/home/ada/.local/share/BursarDesk/register", "local", ""),
    ],
)
def test_a_place_that_is_not_this_computers_own_disk_is_recognised(
    platform: str, path: str, kind: str, by: str
) -> None:
    pure: PurePath = PureWindowsPath(path) if platform == "win32" else PurePosixPath(path)
    mounts = {"linux": _LINUX, "darwin": _MACOS, "win32": ""}[platform]
    place = where_it_lies(pure, _ONEDRIVE, platform, mounts, lambda root: _DRIVES.get(root.upper(), 0))
    assert place.kind == kind
    assert place.by.startswith(by) if by else place == Place("local")


@pytest.mark.skipif(sys.platform == "win32", reason="links need special rights on Windows")
def test_a_link_into_a_synced_folder_counts_as_that_folder(tmp_path: Path) -> None:
    kept = tmp_path / "Dropbox"
    kept.mkdir()
    (tmp_path / "plain").symlink_to(kept)
    assert is_shared_or_synced(tmp_path / "plain" / "register")
    assert not is_shared_or_synced(tmp_path / "elsewhere" / "register")


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
