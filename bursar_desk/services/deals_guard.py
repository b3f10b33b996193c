"""What every change of a deal or an agreement is checked by, and the facts they all write: decisions and steps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import deal_stage, registry, same_day, words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.services.plain_text import one_line, paragraphs

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk

SAFE: Final = "Nothing was changed."
MOST_PENCE: Final = 10**11
MOST_NOTICE: Final = 120


def must_manage(desk: Desk) -> None:
    """Raise ``UserError`` unless the acting person runs the register."""
    from bursar_desk.services.people import must_manage as manages

    manages(desk)


def must_keep(desk: Desk, owner: bytes) -> None:
    """Raise ``UserError`` unless this desk keeps the deal, agreement or cost."""
    must_manage(desk)
    if owner != desk.home:
        raise UserError(f"{desk.school_name(owner)} keeps that.", SAFE, "Ask them to change it.")


def must_be_school(desk: Desk) -> None:
    """Raise ``UserError`` in an office: only a school’s governing body decides for it."""
    must_manage(desk)
    if desk.is_office:
        raise UserError("An office has no governing body.", SAFE, "Each school notes its own decision.")


def known_schools(desk: Desk, schools: Iterable[bytes]) -> None:
    """Raise ``UserError`` for a school whose card is not held here, and for an office."""
    for one in schools:
        root = desk.trust.roots.get(one)
        if root is None or root.sort == "office":
            raise UserError("One of those is not a school we know.", SAFE, "Merge its card or its file first.")


def two_days(first: dt.date | None, last: dt.date | None) -> None:
    """Raise ``UserError`` when it ends before it begins."""
    if first is not None and last is not None and last < first:
        raise UserError("It ends before it begins.", SAFE, "Look at the two days again.")


def notice(count: int | None, unit: str) -> None:
    """Raise ``UserError`` for a notice to leave that cannot be worked out."""
    if unit not in deal_stage.LEAVE_UNITS or not 0 <= (count or 0) <= MOST_NOTICE * (31 if unit == "days" else 5):
        raise UserError("The notice to leave cannot be read.", SAFE, "For example: 6 months.")


def pence(value: int | None, what: str) -> None:
    """Raise ``UserError`` for a sum below nought or far too large."""
    if value is None or not 0 <= value <= MOST_PENCE:
        raise UserError(f"{what} must be nought or more.", SAFE, "Type it like 19450 or 472.64.")


def kept(values: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is empty."""
    return {name: value for name, value in values.items() if value is not None and value != ""}


def whole(table: str, values: Mapping[str, Any], row: object) -> dict[str, Any]:
    """Return new values with those they are one with (first and last day, notice and its unit) as they are now."""
    found = dict(values)
    for column in registry.BY_NAME[table].columns:
        names = [one.name for one in column.fields]
        if any(name in values for name in names):
            found |= {name: getattr(row, name) or None for name in names if name not in values}
    return found


@dataclass(frozen=True, slots=True)
class Decision:
    """What a governing body decided, as it was typed."""

    answer: str
    body: str
    minute_ref: str
    on: dt.date
    until: dt.date | None
    conditions: str
    why: str


def write_decision(
    desk: Desk, table: str, about: bytes, owner: bytes, subject: str, said: Decision, *, seen: bytes | None
) -> Changes:
    """Write our governing body’s decision. Raises ``UserError`` for what cannot be looked up or cannot be so."""
    must_be_school(desk)
    if said.answer not in deal_stage.ANSWERS:
        listed = words.listing(deal_stage.ANSWERS, "or")
        raise UserError(f"“{said.answer}” is not an answer.", SAFE, f"Say {listed}.")
    body_and_minute(said.body, said.minute_ref, needs_minute=said.answer == deal_stage.YES)
    if said.on > desk.today:
        raise UserError("That meeting is still to come.", SAFE, "Note it once they have decided.")
    if said.until is not None and said.until < said.on:
        raise UserError("The decision ends before it was made.", SAFE, "Look at the two days again.")
    _nothing_weighs_more(desk, table, about, said.answer, said.on)
    person = desk.person
    with desk.act(ActCode.DECIDE, subject=subject) as act:
        act.fact("answer", kept({
            "about_table": table, "about": about, "about_school": owner, "answer": said.answer, "said_on": said.on,
            "said_by": one_line(desk.who), "person": person.id if person else None, "why": paragraphs(said.why),
            "body": one_line(said.body), "minute_ref": one_line(said.minute_ref), "until": said.until,
            "conditions": paragraphs(said.conditions), "seen": seen,
        }))  # fmt: skip
    return Changes(frozenset(act.tables), act.note.act)


def _nothing_weighs_more(desk: Desk, table: str, about: bytes, new: str, on: dt.date) -> None:
    """Raise ``UserError`` where a more cautious word of ours of that day would still count after this one."""
    from db.queries.answers import answers

    with desk.store.connect() as con:
        held = [one.answer for one in answers(con, table, about=[about], school=desk.home) if one.said_on == on]
    heavier = next((one for one in held if same_day.outweighs(one, new)), "")
    if heavier:
        raise UserError(
            f"Our “{heavier}” of {words.long_date(on)} is noted, and of one day it counts more than a “{new}”.", SAFE,
            "If it was a slip, undo it in History; or give this decision the day it was made.",
        )  # fmt: skip


def body_and_minute(body: str, minute_ref: str, *, needs_minute: bool = True) -> None:
    """Raise ``UserError`` unless a decision names the body that made it and the minute it can be looked up under."""
    if not one_line(body):
        raise UserError("Say which body decided.", SAFE, "For example: Full governing body.")
    if needs_minute and not one_line(minute_ref):
        raise UserError("Name the minute, so that it can be looked up.", SAFE, "For example: 6.2 of 12 November.")


def write_step(
    desk: Desk, table: str, about: bytes, subject: str, kind: str, body: str, minute_ref: str, on: dt.date | None,
    from_day: dt.date | None, why: str,
) -> Changes:  # fmt: skip
    """Write that our school joins, leaves or stays."""
    must_be_school(desk)
    if kind != deal_stage.STAY:
        body_and_minute(body, minute_ref)
    day = on or desk.today
    if day > desk.today:
        raise UserError(f"{words.long_date(day)} has not come yet.", SAFE, "Note it once it was said.")
    _no_stay_that_day(desk, about, kind, day)
    with desk.act(ActCode.JOIN_OR_LEAVE, subject=subject) as act:
        act.fact("deal_step", kept({
            "about_table": table, "about": about, "kind": kind, "said_on": day, "from_day": from_day,
            "body": one_line(body), "minute_ref": one_line(minute_ref), "why": paragraphs(why),
            "said_by": one_line(desk.who),
        }))  # fmt: skip
    return Changes(frozenset(act.tables), act.note.act)


def _no_stay_that_day(desk: Desk, about: bytes, kind: str, day: dt.date) -> None:
    """Raise ``UserError`` where we took a step back that day: of one day the taking back counts."""
    from db.queries.deals import steps

    with desk.store.connect() as con:
        stays = [one for one in steps(con) if (one.school, one.about, one.said_on) == (desk.home, about, day)]
    if any(same_day.outweighs(one.kind, kind) for one in stays):
        raise UserError(
            f"We took our step back on {words.long_date(day)}, and of one day that counts.", SAFE,
            "If it was a slip, undo it in History; or note this as of another day.",
        )  # fmt: skip
