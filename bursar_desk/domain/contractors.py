"""Contractors: who may come on site today, with every reason why not; permits to work and how long to watch after.

Feature C5: insurance, accreditation, DBS, induction, asbestos register read. Expiry warnings 60 days ahead (rules
section 6, "certificates"). Feature C6: permit to work. The watch after hot work is the hour that HSG168 asks for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final, Protocol

from bursar_desk.domain import words

ALERT_DAYS: Final = 60
LAST_BUILT_WITH_ASBESTOS: Final = 1999
"""Buildings begun later hold none: the last kind was banned in Great Britain on 24 November 1999."""


class ContractorLike(Protocol):
    """What these rules ask of a contractor; a frozen row of the register has it."""

    @property
    def name(self) -> str: ...
    @property
    def insured_until(self) -> date | None: ...
    @property
    def body(self) -> str: ...
    @property
    def body_number(self) -> str: ...
    @property
    def body_until(self) -> date | None: ...
    @property
    def dbs_seen_on(self) -> date | None: ...
    @property
    def inducted_on(self) -> date | None: ...
    @property
    def asbestos_seen_on(self) -> date | None: ...
    @property
    def barred(self) -> bool: ...
    @property
    def barred_why(self) -> str: ...
    @property
    def left_on(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class MayAttend:
    """Whether a contractor may come on site; ``reasons`` are whole sentences, every one that stands against it."""

    ok: bool
    reasons: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The answer in words, with every reason."""
        return "May attend." if self.ok else " ".join(("May not attend.", *self.reasons))


def may_attend(row: ContractorLike, today: date, *, asbestos: bool = True) -> MayAttend:
    """Tell whether a contractor may attend on a day. The last day of a paper counts as in date.

    ``asbestos`` is False where the site holds none. A body that is not named is not asked for: not every trade has one.
    """
    why: list[str] = []
    if row.barred:
        why.append(f"Barred: {words.sentence(row.barred_why)}" if row.barred_why else "Barred.")
    if row.left_on is not None and row.left_on <= today:
        why.append(f"No longer used since {words.long_date(row.left_on)}.")
    if row.insured_until is None:
        why.append("No insurance is written down.")
    elif row.insured_until < today:
        why.append(f"The insurance ended on {words.long_date(row.insured_until)}.")
    if row.body:
        why += _accreditation(row, today)
    if row.dbs_seen_on is None:
        why.append("Nobody has seen the DBS check.")
    if row.inducted_on is None:
        why.append("There was no induction.")
    if asbestos and row.asbestos_seen_on is None:
        why.append("The asbestos register has not been read and signed.")
    return MayAttend(not why, tuple(why))


def _accreditation(row: ContractorLike, today: date) -> list[str]:
    why = [] if row.body_number else [f"The {row.body} number is not written down."]
    if row.body_until is not None and row.body_until < today:
        why.append(f"The {row.body} registration ended on {words.long_date(row.body_until)}.")
    return why


def runs_out(row: ContractorLike, today: date, days: int = ALERT_DAYS) -> tuple[str, ...]:
    """Return what ends within so many days, or has ended, soonest first; nothing for one no longer used."""
    if row.left_on is not None and row.left_on <= today:
        return ()
    ends = [(row.insured_until, "Insurance"), (row.body_until if row.body else None, f"{row.body} registration")]
    soon = sorted((day, what) for day, what in ends if day is not None and (day - today).days <= days)
    return tuple(f"{what} {'ended' if day < today else 'ends'} {words.short_date(day)}" for day, what in soon)


# --- permits ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PermitKind:
    """A kind of dangerous work: what it is called, what is usual to ask for, minutes to watch afterwards."""

    key: str
    said: str
    precautions: tuple[str, ...]
    watch: int = 0


def _kinds(*kinds: PermitKind) -> Mapping[str, PermitKind]:
    return MappingProxyType({one.key: one for one in kinds})


PERMITS: Final = _kinds(
    PermitKind("hot works", "Hot work", (
        "What can burn is moved 10 m away or covered.", "An extinguisher and a trained person stand by.",
        "Smoke detectors in the area are isolated, and put back afterwards.",
        "The area is watched for 60 minutes after the work ends.",
    ), 60),
    PermitKind("roof", "Work on a roof", (
        "Fragile parts and skylights are known and covered or marked.", "Edge protection or a harness is in place.",
        "The area below is closed off.", "Wind and ice were looked at this morning.",
    )),
    PermitKind("electrical isolation", "Electrical isolation", (
        "The circuit is switched off, locked off and labelled.", "It was proved dead with a tested instrument.",
        "The key stays with the person doing the work.", "Who is affected has been told.",
    )),
    PermitKind("confined space", "Confined space", (
        "The air was tested before going in.", "Somebody stays outside and can raise the alarm.",
        "The way to get somebody out has been agreed.", "Services into the space are isolated.",
    )),
    PermitKind("digging", "Digging", (
        "Plans of buried services were looked at.", "The ground was scanned with a cable detector.",
        "The hole is fenced and covered when nobody is there.",
    )),
    PermitKind("asbestos", "Work near asbestos", (
        "The asbestos register for the place was read and signed.", "The licensed or trained firm is named.",
        "The area is closed off and the air is tested afterwards.",
    )),
)  # fmt: skip


def permit_words(kind: str) -> str:
    """Return what a kind of permit is called; one this program does not know goes by its own words."""
    return PERMITS[kind].said if kind in PERMITS else (kind.capitalize() or "Permit")


def past_window(on: date | None, ends: int | None, closed: bool, today: date, minute: int) -> bool:
    """Tell whether a permit still open is past its time; ``ends`` and ``minute`` are minutes after midnight."""
    if closed or on is None:
        return False
    return on < today or (on == today and ends is not None and minute > ends)
