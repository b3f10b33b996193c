"""Where a request for cover stands, from the two rows there are about it: the one asking and the other's answers.

A request and its answer are written in two registers and may arrive in any order, or more than once. What counts is
worked out from the set of them: the last word of the lender's school, then what the asking school made of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

ASKED, ACCEPTED, AGREED, DECLINED = "asked", "accepted", "agreed", "declined"
NO_ANSWER, CANCELLED, DONE, TAKEN_BACK = "no answer", "cancelled", "done", "taken back"
OPEN: Final = (ASKED, ACCEPTED, NO_ANSWER)
WORDS: Final = {
    ASKED: "Asked, waiting for an answer", ACCEPTED: "They said yes: confirm it", AGREED: "Agreed",
    DECLINED: "They said no", NO_ANSWER: "No answer by the day asked for", CANCELLED: "Cancelled", DONE: "Done",
    TAKEN_BACK: "They took their yes back",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """What the lender's school said to a request: yes, no, or taken back."""

    id: bytes
    answer: str
    said_on: dt.date | None
    why: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where it stands: the stage, the lender's last word if any, and whether the answer was only noted by the asker."""

    stage: str
    said: Said | None
    noted_here: bool

    @property
    def words(self) -> str:
        """Return it in words."""
        return WORDS[self.stage]


def last_word(answers: Iterable[Said]) -> Said | None:
    """Return the lender's last word; of one day the one with the greater id, on every desk alike."""
    known = [one for one in answers if one.answer in ("yes", "no", "taken back")]
    return max(known, key=lambda one: (one.said_on or dt.date.min, one.id), default=None)


def stage(state: str, answers: Iterable[Said], answer_by: dt.date | None, today: dt.date) -> Stage:
    """Work out where a request stands; ``state`` is what the asking school wrote last.

    The asker's own cancelling ends it whatever the other says. A yes taken back ends an agreement, too: nobody can be
    made to come. A no that arrives after the asker noted "agreed" by telephone counts, unless it is older than a yes.
    """
    said = last_word(answers)
    word = said.answer if said else ""
    if state in (CANCELLED, DONE):
        return Stage(state, said, noted_here=False)
    if word == "taken back":
        return Stage(TAKEN_BACK, said, noted_here=False)
    if word == "no":
        return Stage(DECLINED, said, noted_here=False)
    if state == DECLINED:
        return Stage(DECLINED, said, noted_here=word != "yes")
    if state == AGREED:
        return Stage(AGREED, said, noted_here=said is None)
    if word == "yes":
        return Stage(ACCEPTED, said, noted_here=False)
    late = answer_by is not None and today > answer_by
    return Stage(NO_ANSWER if late else ASKED, said, noted_here=False)
