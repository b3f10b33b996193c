"""What judging an operation needs to know of the stream it is in: by what right it is written, and what is watched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from bursar_desk.domain.grants import Grant

COVER_DOMAIN: Final = 1 << 20
"""Cells written under a grant live in a domain of their own stream, so that they reach only rows born in it."""


State = Literal["held", "confirm"]
"""``held``: has no effect. ``confirm``: applied, because work really done is never thrown away, and to be confirmed."""
ERASED_WORDS: Final = "this record was erased"
UNDONE_WORDS: Final = "the merge that brought it was undone"


@dataclass(frozen=True, slots=True)
class Watch:
    """Stretches of a stream that count for nothing, or the only ones that count without being looked at.

    Stretches are pairs of positions, both ends included. ``aside``: a merge was undone. ``sound``: what the school had
    seen when it withdrew a grant or reported a computer lost; what lies outside is ``late``, for the reason ``why``.
    """

    aside: tuple[tuple[int, int], ...] = ()
    sound: tuple[tuple[int, int], ...] | None = None
    late: State = "held"
    why: str = ""

    def verdict(self, pos: int) -> tuple[State, str] | None:
        """Say what an entry is held for, if anything."""
        if any(low <= pos <= high for low, high in self.aside):
            return "held", UNDONE_WORDS
        if self.sound is not None and not any(low <= pos <= high for low, high in self.sound):
            return self.late, self.why
        return None


@dataclass(frozen=True, slots=True)
class StreamContext:
    """What judging an operation needs to know of its stream; ``rights`` comes from the certificate or the grants."""

    namespace: bytes
    school: bytes
    sid: int
    sno: int
    key: bytes
    channel: str
    rights: str = "own"  # own | settle | cover
    grants: tuple[Grant, ...] = ()
    watch: Watch | None = None

    @property
    def domain(self) -> int:
        """Return the number under which the cells of this stream are kept."""
        return COVER_DOMAIN + self.sno if self.rights == "cover" else self.sid
