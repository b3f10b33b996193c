"""A course passed as the rules of training see it, for their tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Passed:
    """One pass; days are written 2026-11-20, ``printed`` is the date on the card."""

    person: bytes = b"p"
    course: str = "Fire marshal"
    on: str = "2026-01-05"
    printed: str = ""
    refresher: bool = False
    id: bytes = b"row"

    @property
    def passed_on(self) -> date:
        return date.fromisoformat(self.on)

    @property
    def expires_on(self) -> date | None:
        return date.fromisoformat(self.printed) if self.printed else None
