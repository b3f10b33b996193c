"""Which of a cell's current values is shown: a total, order-free choice among heads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bursar_desk.domain.operations import Value
from bursar_desk.domain.registry import Column


class Head(NamedTuple):
    """A value nobody has knowingly replaced: the operation that wrote it, its stamp and the value."""

    op: bytes
    stamp: int
    value: Value


def choose(column: Column, heads: Sequence[Head]) -> Head:
    """Return the head to show; ``heads`` must not be empty.

    A hazard must not vanish because a clock was fast: where the registry says so, the more cautious value is shown.
    Otherwise the greatest (stamp, id).
    """
    if len(heads) == 1:
        return heads[0]
    if column.shown == "safer":
        rank = {word: place for place, word in enumerate(column.cautious)}
        return min(heads, key=lambda head: (_rank(rank, head.value), -head.stamp, _reverse(head.op)))
    if column.shown == "earlier":
        return min(heads, key=lambda head: (_day(head.value), -head.stamp, _reverse(head.op)))
    return max(heads, key=lambda head: (head.stamp, head.op))


def _rank(rank: dict[str, int], value: Value) -> int:
    return rank.get(value, len(rank)) if isinstance(value, str) else len(rank) + 1


def _day(value: Value) -> tuple[bool, int]:
    return (False, value) if isinstance(value, int) else (True, 0)


def _reverse(op: bytes) -> bytes:
    return bytes(255 - byte for byte in op)


def in_conflict(heads: Sequence[Head]) -> bool:
    """Tell whether two current values differ; equal values are not a conflict."""
    return any(head.value != heads[0].value for head in heads[1:])
