"""The witness: a small file beside this computer, not beside the register, that tells an older copy from the last one.

It holds the running hash of what this computer last wrote and, while a write is under way, of what it was about to
write. So a kill between the two is not mistaken for an older copy. It is a convenience: if it is rolled back together
with the register, forks are still kept side by side, because operations are named by hash and not by counter.

What is about to be written is on the disk before the register's own transaction ends: otherwise a power cut could leave
the register ahead of its witness, and the next start would speak of an older copy. The note is written over in place,
within one sector, which costs one flush; what was written need not be flushed, since both notes prove the register.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from bursar_desk.machine.disk import in_words
from bursar_desk.machine.files import fsync_folder, replace_with_retry

SECTOR: Final = 512
"""Bytes of the file, always: no disk writes half of so many."""
MOST_NOTED: Final = 6

Verdict = Literal["same", "unknown", "behind"]


@dataclass(frozen=True, slots=True)
class Witness:
    """One register's witness on this machine; ``folder`` is local to it, never roaming or synchronised."""

    folder: Path
    register: bytes
    path: Path
    machine: str

    @property
    def file(self) -> Path:
        """Return the witness file, named by register, place and machine."""
        place = str(self.path.resolve()).encode()
        name = hashlib.sha256(b"|".join((self.register, place, self.machine.encode()))).hexdigest()[:32]
        return self.folder / "witness" / f"{name}.json"

    def verdict(self, head: bytes) -> Verdict:
        """Say whether the register is the one this computer last wrote.

        ``unknown``: never seen here (a copy, another machine, a new profile). ``behind``: it is another state than
        the last one written here, most likely an older copy brought back.
        """
        noted = self._read()
        if noted is None:
            return "unknown"
        return "same" if head.hex() in noted else "behind"

    def intend(self, head: bytes, following: bytes, *, renewed: bool = False) -> None:
        """Note what is about to be written, before the transaction ends.

        ``renewed``: the register could not prove to be the last copy, and this write begins a new epoch. Its present
        head is then never noted as proven: were the write killed, the older copy would pass for the last one.
        Raises UserError when the note cannot be kept; nothing has been written then.
        """
        noted = [head.hex()]
        if renewed:
            known = self._read()
            if known is None:
                return
            noted = [*known[:1], *known[1:][-(MOST_NOTED - 2) :]]
        try:
            self._write([*noted, following.hex()], lasting=True)
        except OSError as problem:
            raise in_words(problem, self.file.parent) from problem

    def settle(self, head: bytes) -> None:
        """Note what has been written. Where that cannot be done, the note of what was meant proves it as well."""
        with suppress(OSError):
            self._write([head.hex()], lasting=False)

    def _read(self) -> list[str] | None:
        try:
            noted = json.loads(self.file.read_text("utf-8"))
        except (OSError, ValueError):
            return None  # missing or torn: the next write simply begins a new epoch
        return [str(one) for one in noted] if isinstance(noted, list) and noted else None

    def _write(self, noted: list[str], *, lasting: bool) -> None:
        content = json.dumps(noted).encode().ljust(SECTOR)
        try:
            handle = os.open(self.file, os.O_RDWR | getattr(os, "O_BINARY", 0))
        except FileNotFoundError:
            self._make(content)
            return
        try:
            if os.write(handle, content) != len(content):
                raise OSError(errno.ENOSPC, "written by half")
            if lasting:
                os.fsync(handle)
        finally:
            os.close(handle)

    def _make(self, content: bytes) -> None:
        """Make the file, whole and lasting or not at all."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        part = self.file.with_suffix(".part")
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        replace_with_retry(part, self.file)
        fsync_folder(self.file.parent)
