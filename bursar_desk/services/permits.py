"""Permits to work: issued with a number and a time, closed after the watch; open ones past their time are named."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import contractors as rules
from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.queries.permits import PermitRow

KINDS: Final = tuple(rules.PERMITS)
LONGEST: Final = 12 * 60
"""Minutes: a permit is for one piece of work on one day."""


@dataclass(frozen=True, slots=True)
class NewPermit:
    """What a permit allows: the work, where, when (minutes after midnight) and what has to be so before it begins."""

    kind: str
    work: str
    starts: int
    ends: int
    on: dt.date | None = None
    place: bytes | None = None
    contractor: bytes | None = None
    defect: bytes | None = None
    precautions: tuple[str, ...] = ()
    anyway: str = ""


def listing(desk: Desk, *, school: bytes | None = None) -> list[PermitRow]:
    """Return the permits of a school (home by default), open ones first."""
    from db.queries.permits import permits

    with desk.store.connect() as con:
        return permits(con, school or (None if desk.is_office else desk.home))


def get(desk: Desk, permit: bytes) -> PermitRow:
    """Return one permit. Raises ``UserError`` when it is not here."""
    for one in listing(desk):
        if one.id == permit:
            return one
    raise UserError("That permit is not in this register.", "Nothing was changed.", "See “permit list”.")


def past_time(desk: Desk, one: PermitRow) -> bool:
    """Tell whether a permit is still open although its time has passed."""
    return rules.past_window(one.on, one.ends, not one.open, desk.today, minute_now(desk))


def open_past_time(desk: Desk) -> list[PermitRow]:
    """Return the permits that should have been closed."""
    return [one for one in listing(desk) if past_time(desk, one)]


def issue(desk: Desk, new: NewPermit) -> tuple[PermitRow, Changes]:
    """Issue a permit with the next number of the year; without precautions of its own it takes the usual ones.

    Raises ``UserError`` for another kind, times that cannot be, a day that has passed, or a contractor who may not
    attend while ``anyway`` does not say why.
    """
    day = new.on or desk.today
    _must_make_sense(desk, new, day)
    if new.contractor is not None and not new.anyway.strip():
        from bursar_desk.services import contractors

        firm = contractors.get(desk, new.contractor)
        if not firm.may.ok:
            raise UserError(
                f"{firm.row.name} may not attend. {' '.join(firm.may.reasons)}", "Nothing was changed.",
                "Put it right first, or say why the permit is given all the same.",
            )  # fmt: skip
    asked = list(new.precautions or rules.PERMITS[new.kind].precautions)
    if new.anyway.strip():
        asked.append(f"Given although the contractor’s papers are not in order: {new.anyway.strip()}")
    number = next_number(desk, day.year)
    with desk.act(ActCode.ISSUE_PERMIT, subject=f"{rules.permit_words(new.kind)} {number}") as act:
        row = act.create("permit", {
            "kind": new.kind, "number": number, "place": new.place, "contractor": new.contractor,
            "defect": new.defect, "on_date": day, "starts": new.starts, "ends": new.ends, "work": new.work.strip(),
            "precautions": "\n".join(asked), "issued_by": desk.who,
        })  # fmt: skip
    return get(desk, row), Changes(frozenset(act.tables), act.note.act)


def next_number(desk: Desk, year: int) -> str:
    """Return the next number of a year: year, letter of this computer, count.

    The letter keeps two computers of a school from giving the same number while apart.
    """
    start = f"{year}-{letter(desk)}"
    pattern = re.compile(re.escape(start) + r"([0-9]{1,6})")
    used = [int(found[1]) for one in listing(desk, school=desk.home) if (found := pattern.fullmatch(one.number))]
    return f"{start}{max(used, default=0) + 1:03d}"


def letter(desk: Desk) -> str:
    """Return the letter of this computer; A where none was given."""
    known = desk.trust.computers.get(desk.home, ())
    return next((one.letter for one in known if one.sign == desk.store.facts.writer and one.letter), "A")


def close(
    desk: Desk, permit: bytes, *, ended: int, watched: int | None = None, note: str = ""
) -> tuple[PermitRow, Changes]:
    """Close a permit today: when the work ended and until when somebody watched (minutes after midnight).

    After hot work the watch must last its whole time. Raises ``UserError`` otherwise.
    """
    one = get(desk, permit)
    if one.school != desk.home:
        raise UserError("That permit is another school’s.", "Nothing was changed.", "They close it there.")
    if not one.open:
        raise UserError(f"Permit {one.number} is closed already.", "Nothing was changed.", "See “permit list”.")
    last = ended if watched is None else watched
    if not 0 <= ended <= last < 1440:
        raise UserError("Those times cannot be right.", "Nothing was changed.", "The watch ends after the work.")
    if one.on is not None and one.on > desk.today:
        raise UserError(f"It is for {words.long_date(one.on)}.", "Nothing was changed.", "Close it on that day.")
    if one.on == desk.today and one.starts is not None and ended < one.starts:
        raise UserError("The work cannot end before it begins.", "Nothing was changed.", "Check the times.")
    watch = rules.PERMITS[one.kind].watch if one.kind in rules.PERMITS else 0
    if last - ended < watch:
        raise UserError(
            f"After {rules.permit_words(one.kind).lower()} somebody watches for {watch} minutes.",
            "Nothing was changed.", f"Close it at {clock(ended + watch)} or later, with the time the watch ended.",
        )  # fmt: skip
    said = [f"Work ended {clock(ended)}."]
    said += [f"Watched until {clock(last)}."] if last > ended else []
    said += [words.sentence(note)] if note.strip() else []
    with desk.act(ActCode.CHANGE_PERMIT, subject=f"{rules.permit_words(one.kind)} {one.number}") as act:
        act.set("permit", permit, {
            "closed_on": desk.today, "closed_minute": last, "closed_by": desk.who, "closed_note": " ".join(said),
        })  # fmt: skip
    return get(desk, permit), Changes(frozenset(act.tables), act.note.act)


def _must_make_sense(desk: Desk, new: NewPermit, day: dt.date) -> None:
    if new.kind not in rules.PERMITS:
        raise UserError(f"“{new.kind}” is not a permit.", "Nothing was changed.", f"Use one of: {', '.join(KINDS)}.")
    if not new.work.strip():
        raise UserError("Say what work it allows.", "Nothing was changed.", "A few words are enough.")
    if day < desk.today:
        raise UserError(f"{words.long_date(day)} has passed.", "Nothing was changed.", "A permit is given before.")
    if not 0 <= new.starts < new.ends < 1440:
        raise UserError("Those times cannot be right.", "Nothing was changed.", "Type the times like 08:30.")
    if new.ends - new.starts > LONGEST:
        raise UserError("That is longer than 12 hours.", "Nothing was changed.", "Give a permit for each day.")


def clock(minute: int | None) -> str:
    """Return minutes after midnight as a time of day."""
    return "" if minute is None else f"{minute // 60:02d}:{minute % 60:02d}"


def minute_now(desk: Desk) -> int:
    """Return the time of day in school, in minutes after midnight."""
    from bursar_desk.clock import utc_offset_minutes

    ms = desk.clock.now_ms()
    return (ms // 60_000 + utc_offset_minutes(ms)) % 1440


def ended(desk: Desk, one: PermitRow) -> str:
    """Say when the time of a permit ended: ``its time ended 18 Nov 2026 15:30``, the day left out where it is today."""
    day = "" if one.on == desk.today else f"{words.short_date(one.on)} "
    return f"its time ended {day}{clock(one.ends)}".strip()


def state_words(desk: Desk, one: PermitRow) -> str:
    """Say how a permit stands: ``Open until 15:30``, ``Past its time: ended 15:30``, ``Closed 14:45``."""
    if not one.open:
        return f"Closed {words.short_date(one.closed_on)} {clock(one.closed_minute)}".strip()
    if past_time(desk, one):
        return f"Not closed: {ended(desk, one)}"
    if one.on is not None and one.on > desk.today:
        return f"For {words.short_date(one.on)}"
    return f"Open until {clock(one.ends)}"
