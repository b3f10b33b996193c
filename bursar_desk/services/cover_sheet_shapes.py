"""A cover sheet that came back: what each of its lines says and what becomes of it; shapes only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bursar_desk.domain.operations import Changes

RECORDED, NOT_DONE, NOTED, CLAIMED, ALREADY, TO_DO, ODD = (
    "recorded", "not done", "noted", "claimed", "already in", "to do", "odd"
)  # fmt: skip
STATES: Final = (RECORDED, NOT_DONE, NOTED, CLAIMED, ALREADY, TO_DO, ODD)
UNREADABLE, CHANGED, OUTSIDE, WHO, DIFFERS, WAITS, NO_LINE, DUTY, RULE, ENDED = (
    "unreadable", "changed", "outside", "who", "differs", "waits", "no line", "duty", "rule", "ended"
)  # fmt: skip
"""Why an entry waits for a person."""
TAKEABLE: Final = frozenset((CHANGED, OUTSIDE, WHO, WAITS, DUTY, ENDED))
"""What can be taken over as it stands; the rest a person enters, then leaves out here."""
CHECK, HOURS, ROW = "check", "hours", "row"


@dataclass(frozen=True, slots=True)
class BackLine:
    """One line of a sheet that came back. ``what`` names it, ``typed`` is what was filled in, ``why`` the sentence.

    ``cause``: one of the words above for an odd entry, and "ended" for one that counts and waits to be confirmed.
    """

    kind: str
    number: int | None
    what: str
    typed: Mapping[str, str]
    state: str
    why: str = ""
    cause: str = ""

    @property
    def open(self) -> bool:
        """Tell whether a person has to look at it."""
        return bool(self.cause)

    def kept(self) -> dict[str, Any]:
        """Return it as the register keeps it."""
        made: dict[str, Any] = {
            "kind": self.kind, "line": self.number, "what": self.what, "typed": dict(self.typed), "state": self.state,
        }  # fmt: skip
        return made | {name: said for name, said in (("why", self.why), ("cause", self.cause)) if said}


def line_kept(found: Mapping[str, Any]) -> BackLine:
    """Return a line from what was kept; odd values from elsewhere read as empty."""

    def text(name: str) -> str:
        value = found.get(name)
        return value if isinstance(value, str) else ""

    typed, number = found.get("typed"), found.get("line")
    cells = {str(k): str(v) for k, v in typed.items()} if isinstance(typed, dict) else {}
    is_number = isinstance(number, int) and not isinstance(number, bool)
    return BackLine(
        text("kind"), number if is_number else None, text("what"), cells, text("state"), text("why"), text("cause")
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class SheetBack:
    """What a sheet brings: ``sentences`` for people, its lines, and ``changes`` once it was brought in.

    ``cover``: the request it belongs to. ``again``: all of it was here before, so nothing was written.
    """

    file: str
    code: str
    cover: bytes
    helper: str
    lines: tuple[BackLine, ...]
    sentences: tuple[str, ...]
    records: tuple[bytes, ...] = ()
    defects: tuple[bytes, ...] = ()
    again: bool = False
    changes: Changes = field(default_factory=lambda: Changes(frozenset()))

    @property
    def sentence(self) -> str:
        """Return all of it in one paragraph."""
        return " ".join(self.sentences)

    @property
    def odd(self) -> tuple[BackLine, ...]:
        """Return the lines a person has to look at."""
        return tuple(one for one in self.lines if one.open)

    def count(self, *states: str) -> int:
        """Return how many lines are in one of these states."""
        return sum(one.state in states for one in self.lines)


@dataclass(frozen=True, slots=True)
class OddEntry:
    """An entry of a sheet that waits until a manager takes it over or leaves it out."""

    id: bytes
    sheet: bytes
    code: str
    cover: bytes | None
    helper: str
    came_on: dt.date | None
    line: BackLine

    @property
    def takeable(self) -> bool:
        """Tell whether it can be taken over as it stands."""
        return self.line.cause in TAKEABLE

    @property
    def said(self) -> str:
        """Return what was filled in, in words: "Pass, 46.2, door sticks"."""
        return ", ".join(self.line.typed.values())
