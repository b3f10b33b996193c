"""The witness: a small file beside this computer, not beside the register, that tells an older copy from the last one.

It holds the running hash of what this computer last wrote and, while a write is under way, of what it was about to
write. So a kill between the two is not mistaken for an older copy. It is a convenience: if it is rolled back together
with the register, forks are still kept side by side, because operations are named by hash and not by counter.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

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
        """
        if not renewed:
            self._write([head.hex(), following.hex()])
            return
        noted = self._read()
        if noted is not None:
            self._write([*noted, following.hex()])

    def settle(self, head: bytes) -> None:
        """Note what has been written."""
        self._write([head.hex()])

    def _read(self) -> list[str] | None:
        try:
            noted = json.loads(self.file.read_text("utf-8"))
        except (OSError, ValueError):
            return None  # missing or torn: the next write simply begins a new epoch
        return noted if isinstance(noted, list) else None

    def _write(self, noted: list[str]) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        part = self.file.with_suffix(".part")
        part.write_text(json.dumps(noted), "utf-8")
        os.replace(part, self.file)  # noqa: PTH105 - replaces on every system, rename does not on Windows
