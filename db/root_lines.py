"""A school's main keys through the years: the founding one, those that followed it, and which one counts now.

A change of the main key is believed when it is signed by a main key of the line, or by the recovery key that was named
together with one. All keys of the line may certify for good: a certificate is not lost because a key was replaced.

*Which is current* is found by walking from the founding key. At each step the next one is the change signed by the
step's recovery key (the sheet in the safe) if there is one, else a change signed by the step's main key; of several
equals the one with the smallest hash. A main key is never named twice in a walk, so it ends. So whoever stole a main
key cannot outrun the sheet, however many changes they sign.

A key's *rank* is its place in the walk; a key beside the walk has the rank of whoever introduced it, and no more.
What a later key certified, an earlier one cannot take back. All of this follows from the set of statements alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from db.signed import Statement

By = Literal["founding", "root", "recovery"]


@dataclass(frozen=True, slots=True)
class Step:
    """One main key of the walk, with the recovery keys named beside it and who introduced it why and when (ms)."""

    root: bytes
    recovery_sign: bytes
    recovery_box: bytes
    by: By
    reason: str = ""
    said: int = 0


@dataclass(frozen=True, slots=True)
class RootLine:
    """The main keys of one school: the walk from the founding key to the current one, and the rank of every key."""

    walk: tuple[Step, ...]
    ranks: Mapping[bytes, int]
    """For each main key that may certify its rank."""
    sheets: Mapping[bytes, int]
    """For each recovery signing key of the line its rank."""

    @property
    def current(self) -> Step:
        """Return the key that counts now."""
        return self.walk[-1]

    def rank(self, key: bytes) -> int | None:
        """Return the rank of a main key; nothing when it is none of this school's."""
        return self.ranks.get(key)

    def introduces(self, signer: bytes) -> bool:
        """Tell whether a change signed by this key is believed."""
        return signer in self.ranks or signer in self.sheets


def root_line(founding: Statement, changes: Iterable[Statement]) -> RootLine:
    """Return the line that begins with a root statement; ``changes`` may come in any order."""
    listed = sorted({one.raw: one for one in changes}.values(), key=lambda one: one.hash)
    facts = founding.facts
    walk = [Step(founding.signer, facts["recovery_sign"], facts["recovery_box"], "founding")]
    while (step := _next(walk, listed)) is not None:
        walk.append(step)
    ranks = {step.root: place for place, step in enumerate(walk)}
    sheets: dict[bytes, int] = {}
    for place, step in enumerate(walk):
        sheets[step.recovery_sign] = place
    fixed = set(ranks), set(sheets)
    while any(_spread(one, ranks, sheets, fixed) for one in listed):
        pass
    return RootLine(tuple(walk), ranks, sheets)


def _next(walk: list[Step], changes: list[Statement]) -> Step | None:
    """Return where the walk goes from its last step; ``changes`` come in the order of their hashes."""
    last, used = walk[-1], {step.root for step in walk}
    open_ones = [one for one in changes if one.facts["root"] not in used]
    ways: tuple[tuple[By, bytes], ...] = (("recovery", last.recovery_sign), ("root", last.root))
    for by, key in ways:
        for one in open_ones:
            if one.signer == key:
                facts = one.facts
                return Step(
                    facts["root"], facts["recovery_sign"], facts["recovery_box"], by, facts["reason"], facts["said"]
                )
    return None


def _spread(
    one: Statement, ranks: dict[bytes, int], sheets: dict[bytes, int], fixed: tuple[set[bytes], set[bytes]]
) -> bool:
    """Let a change beside the walk hand on its signer's rank, the greatest where there are several; tell if it did."""
    rank = max(ranks.get(one.signer, -1), sheets.get(one.signer, -1))
    grew = False
    for known, keys, held in (("root", ranks, fixed[0]), ("recovery_sign", sheets, fixed[1])):
        key = one.facts[known]
        if key not in held and keys.get(key, -1) < rank:
            keys[key] = rank
            grew = True
    return grew
