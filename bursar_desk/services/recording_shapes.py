"""What is told to the register when a check is recorded, and what comes back; shapes only."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bursar_desk.domain.operations import Changes

if TYPE_CHECKING:
    from bursar_desk.services.checks import CheckLine
    from bursar_desk.services.evidence import Kept


@dataclass(frozen=True, slots=True)
class NewDefect:
    """A fault reported together with a check, or alone."""

    title: str
    risk: str = "medium"
    note: str = ""
    target_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Doing:
    """One check as it was done. ``readings`` are scaled to tenths: ``{"name": "hot", "value": 462, "unit": "°C"}``.

    ``files`` are copied into the register's own store; ``kept`` lie there already (``evidence.keep``). ``number`` is
    the paper's own. ``second_by`` saw it and ``declared`` is what they typed. ``retest``: a second look after a fail.
    ``missed_reason``: why the days before were missed, a ``NotDoneReason``; it is kept with each of them. ``minutes``:
    how long it took.
    """

    check: bytes
    done: dt.date
    by: str
    outcome: str
    minute: int | None = None
    point: str = ""
    readings: tuple[dict[str, Any], ...] = ()
    note: str = ""
    printed: dt.date | None = None
    evidence: str = "none"  # none | held | awaited
    evidence_ref: str = ""
    on_behalf: str = ""
    defect: NewDefect | None = None
    sheet: str = ""  # the code of the paper it came from
    sheet_line: int | None = None
    came_by: str = ""  # "" typed | paper | import
    second_by: str = ""
    declared: str = ""
    retest: bool = False
    minutes: int | None = None
    files: tuple[Path, ...] = ()
    kept: tuple[Kept, ...] = ()
    number: str = ""
    missed_reason: str = ""
    missed_note: str = ""


@dataclass(frozen=True, slots=True)
class PointResult:
    """How one point of a check over many went."""

    point: str
    outcome: str
    note: str = ""
    readings: tuple[dict[str, Any], ...] = ()
    defect: NewDefect | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What recording did. ``wrong``: answers out of range that no fault was reported for; ``told``: what to know."""

    records: tuple[bytes, ...]
    defects: tuple[bytes, ...]
    next_due: dt.date | None
    because: str
    changes: Changes
    sentence: str = ""
    lines: tuple[CheckLine, ...] = field(default=())
    wrong: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    documents: tuple[bytes, ...] = ()
