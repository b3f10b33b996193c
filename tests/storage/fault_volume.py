"""A small volume of its own, where this computer lets us have one: to be filled, made read only, and pulled out."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

FILLER = "filler"


def _run(*words: object) -> bool:
    try:
        done = subprocess.run([str(word) for word in words], capture_output=True, check=False, timeout=20)
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


class Volume:
    """A folder that is a disk of its own (``mounted``), or an ordinary one whose files may not grow."""

    def __init__(self, folder: Path, size: int) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.mounted = _run("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder)

    @contextmanager
    def with_room(self, room: int, largest: int) -> Iterator[None]:
        """Let no more than ``room`` bytes be written; without a disk of our own, no file grow beyond ``largest``."""
        if self.mounted:
            self._fill(room)
            try:
                yield
            finally:
                (self.folder / FILLER).unlink()
            return
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest + room, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    def _fill(self, room: int) -> None:
        handle = os.open(self.folder / FILLER, os.O_WRONLY | os.O_CREAT)
        with suppress(OSError):
            while True:
                os.write(handle, bytes(4096))
        os.ftruncate(handle, max(0, os.fstat(handle).st_size - room))
        os.close(handle)

    @contextmanager
    def read_only(self) -> Iterator[None]:
        """Let nothing be written at all."""
        self.must_be_mounted()
        assert _run("mount", "-o", "remount,ro", self.folder)
        try:
            yield
        finally:
            assert _run("mount", "-o", "remount,rw", self.folder)

    def pull_out(self) -> None:
        """Take the volume away, open files or not; its folder goes with it, as the system sees to with a stick."""
        if self.mounted:
            assert _run("umount", "-l", self.folder)
            self.mounted = False
            self.folder.rmdir()
        else:
            self.folder.rename(self.folder.with_name(self.folder.name + " in a pocket"))

    def must_be_mounted(self) -> None:
        """Leave a test out where no disk of our own can be had."""
        if not self.mounted:
            pytest.skip("this computer does not let us mount a volume of our own")

    def close(self) -> None:
        if self.mounted:
            _run("umount", "-l", self.folder)
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def volume(folder: Path, size: int) -> Iterator[Volume]:
    """A volume of ``size`` bytes at ``folder``, gone afterwards."""
    if os.name != "posix":
        pytest.skip("volumes are made as Linux and macOS make them")
    made = Volume(folder, size)
    try:
        yield made
    finally:
        made.close()


@contextmanager
def file_read_only(path: Path) -> Iterator[None]:
    """Let a file be read and not written, also by an administrator."""
    if not _run("mount", "--bind", path, path):
        pytest.skip("this computer does not let us protect one file")
    try:
        assert _run("mount", "-o", "remount,bind,ro", path)
        yield
    finally:
        _run("umount", "-l", path)
