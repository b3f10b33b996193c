"""The one place where the real time is read; everything else is handed a clock."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

SCHOOL_ZONE = "Europe/London"  # schools in England: "today" is London's day, whatever zone the PC is set to


class Clock(Protocol):
    """What rules and services ask for the time."""

    def now_ms(self) -> int:
        """Milliseconds since 1970-01-01 UTC."""

    def today(self) -> date:
        """The day it is in school."""


def school_day(ms: int) -> date:
    """The day in England at ``ms`` milliseconds since 1970-01-01 UTC, summer time included."""
    return datetime.fromtimestamp(ms // 1000, UTC).astimezone(ZoneInfo(SCHOOL_ZONE)).date()


class SystemClock:
    """The clock of the computer."""

    def now_ms(self) -> int:
        """Milliseconds since 1970-01-01 UTC."""
        return time.time_ns() // 1_000_000

    def today(self) -> date:
        """The day it is in school."""
        return school_day(self.now_ms())


@dataclass(frozen=True)
class OnDay:
    """A clock whose ``day`` is chosen (``--on``) while its stamps stay those of the clock behind it."""

    day: date
    behind: Clock

    def now_ms(self) -> int:
        """The stamp of the clock behind."""
        return self.behind.now_ms()

    def today(self) -> date:
        """The chosen day."""
        return self.day


@dataclass
class FixedClock:
    """A clock that stands still until it is told to move on: for invented histories and for tests."""

    ms: int

    @classmethod
    def at(cls, day: date, hour: int = 9, minute: int = 0) -> FixedClock:
        """Standing at a time of day in England on ``day``."""
        moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(SCHOOL_ZONE))
        return cls(int(moment.timestamp()) * 1000)

    def now_ms(self) -> int:
        """Milliseconds since 1970-01-01 UTC."""
        return self.ms

    def today(self) -> date:
        """The day it is in school."""
        return school_day(self.ms)

    def move_on(self, ms: int) -> None:
        """Let ``ms`` milliseconds pass; negative for a clock that is put back."""
        self.ms += ms


def utc_offset_minutes(ms: int) -> int:
    """Minutes that England's clocks are ahead of UTC at ``ms`` milliseconds since 1970-01-01 UTC."""
    offset = datetime.fromtimestamp(ms // 1000, UTC).astimezone(ZoneInfo(SCHOOL_ZONE)).utcoffset()
    return int(offset.total_seconds()) // 60 if offset is not None else 0
