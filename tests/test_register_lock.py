"""One running writer per register: refused with the holder's words, given back by a crash."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from bursar_desk.domain.errors import CannotOpen
from bursar_desk.machine.lock import Holder, InUse, RegisterLock, held_by


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
        assert refused.value.title == (
            "Ada Byron has this register open on OFFICE-2 since 15:13 on Monday 21 September 2026."
        )
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
