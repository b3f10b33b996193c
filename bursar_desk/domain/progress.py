"""How a long job says how far it is and learns that it was stopped."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Handed into every long service; a window, a terminal bar or nothing stands behind it."""

    def step(self, words: str, done: int, total: int) -> None:
        """Say what is being done (``words``, for people) and that ``done`` of ``total`` parts are finished.

        Raises ``Cancelled`` when the person has pressed Stop, so every step is also a place to stop safely.
        """


class Silent:
    """Progress nobody watches."""

    def step(self, words: str, done: int, total: int) -> None:
        """Take note of nothing."""
