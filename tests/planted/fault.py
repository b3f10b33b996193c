"""What a planted fault is: one place in the code, altered as a careful person might get it wrong."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Fault:
    """``old`` stands once in ``file``; with ``new`` in its place one of ``tests``, the narrowest first, has to fail."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    def planted_in(self, text: str) -> str:
        """The file's text with the fault in it. ``ValueError`` when the place is not there, or there more than once."""
        found = text.count(self.old)
        if found != 1:
            raise ValueError(f"{self.name}: the place in {self.file} was found {found} times, not once")
        return text.replace(self.old, self.new)
