"""The hybrid clock: wall time where it can be had, never going backwards, never a reason to refuse anything."""

from __future__ import annotations

from typing import Final

COUNTER_BITS: Final = 16
DRIFT_MS: Final = 24 * 3600 * 1000
LAST_STAMP: Final = (1 << 63) - 1


def of_wall(wall_ms: int) -> int:
    """Return the first stamp of a millisecond since 1970 (UTC)."""
    return wall_ms << COUNTER_BITS


def wall_ms(stamp: int) -> int:
    """Return the milliseconds since 1970 (UTC) a stamp claims."""
    return stamp >> COUNTER_BITS


class HybridClock:
    """Gives each local act a stamp greater than all stamps seen before."""

    def __init__(self, last: int = 0) -> None:
        self.last = last

    def tick(self, wall: int) -> int:
        """Return the next stamp for wall time ``wall`` (milliseconds); a full counter carries into the milliseconds."""
        self.last = min(max(of_wall(wall), self.last + 1), LAST_STAMP)
        return self.last

    def observe(self, theirs: int, wall: int) -> None:
        """Take note of a stamp that arrived, but follow a clock that runs ahead by no more than 24 hours."""
        self.last = max(self.last, min(theirs, of_wall(wall + DRIFT_MS)))


def looks_wrong(stamp: int, neighbour: int) -> bool:
    """Tell whether a stamp lies more than 24 hours from its neighbour in a file: shown to people, never refused."""
    return abs(wall_ms(stamp) - wall_ms(neighbour)) > DRIFT_MS
