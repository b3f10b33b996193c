"""What is not done now: not done and why, days missed, put off once, out of use and back in use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bursar_desk.domain import checks as rules
from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes
from bursar_desk.domain.slip import check_slip
from bursar_desk.services.recording_rules import known_checks, must_be_reason, must_have_come
from bursar_desk.services.recording_write import missed_days, write_missed
from bursar_desk.services.standing import CheckStanding, standings

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.evidence import Kept
    from db.queries.checks import OutOfUseRow

_SAFE = "Nothing was changed."


def not_done(
    desk: Desk, check: bytes, *, reason: str, note: str = "", on: dt.date | None = None, due_on: dt.date | None = None,
    point: str = "",
) -> Changes:  # fmt: skip
    """Say that a check was not done, and why: a fact of its own, which satisfies nothing. ``point``: only that part."""
    known = known_checks(desk, [check])[check]
    must_be_reason(reason)
    said_on = on or desk.today
    must_have_come(desk, said_on)
    if point and point not in known.points:
        raise UserError(f"{known.title} has no “{point}”.", _SAFE, f"The points are: {', '.join(known.points)}.")
    person = desk.person
    with desk.act(ActCode.NOT_DONE, subject=known.title) as act:
        act.fact("not_done", {
            "check_id": check, "said_on": said_on, "due_on": due_on, "reason": reason, "note": note or None,
            "said_by": desk.who, "person": person.id if person else None, "point": point or None,
        })  # fmt: skip
    return Changes(frozenset(act.tables), act.note.act)


def explain_missed(desk: Desk, check: bytes, *, reason: str, note: str = "") -> tuple[int, Changes]:
    """Keep one reason with every day that was missed and has none yet; one act. Return how many days it is for.

    The days stay missed: nothing is done afterwards for a day that has passed.
    """
    known = known_checks(desk, [check])[check]
    must_be_reason(reason)
    days = missed_days(desk, check)
    if not days:
        raise UserError(f"{known.title} has no missed day without a reason.", _SAFE, "Look at its history.")
    with desk.act(ActCode.NOT_DONE, subject=f"{known.title}, {words.count(len(days), 'missed day')}") as act:
        for day in days:
            write_missed(desk, act, known, day, reason, note)
    return len(days), Changes(frozenset(act.tables), act.note.act)


def _stands(desk: Desk, check: bytes) -> CheckStanding:
    with desk.store.connect() as con:
        return standings(con, desk.home, desk.today, {check})[0]


def put_off(desk: Desk, check: bytes, *, until: dt.date, reason: str, agreed_by: str = "") -> Changes:
    """Put a check off once, with a reason: only the day people plan with moves, the due date stays and is shown.

    Past the due date it goes only within the limits of ``domain.slip``, and past a legal one never, unless that has
    passed already: it counts as late then, and has a day it is planned for. ``agreed_by``: the second person.
    """
    known = known_checks(desk, [check])[check]
    one = _stands(desk, check)
    legal = one.status.legal_due
    if not reason.strip():
        raise UserError("Putting a check off needs a reason.", _SAFE, "Say why in a few words.")
    if until <= desk.today:
        raise UserError("That day is not in the future.", _SAFE, "Choose a later day.")
    interval = one.facts.own_interval or one.facts.rule.interval
    check_slip(
        title=known.title, code=known.code, legal_due=legal, until=until, today=desk.today, required=one.required,
        interval_days=interval.days_about if interval else None, by=desk.who, agreed_by=agreed_by,
    )  # fmt: skip
    _only_once(desk, check, legal)
    person = desk.person
    with desk.act(ActCode.PUT_OFF, subject=known.title) as act:
        act.fact("put_off", {
            "check_id": check, "legal_due": legal, "until": until, "reason": reason.strip(), "said_by": desk.who,
            "person": person.id if person else None, "said_on": desk.today, "agreed_by": agreed_by.strip() or None,
        })  # fmt: skip
    return Changes(frozenset(act.tables), act.note.act)


def _only_once(desk: Desk, check: bytes, legal: dt.date | None) -> None:
    from db.queries.checks import put_offs

    with desk.store.connect() as con:
        before = [one for one in put_offs(con, desk.home) if one.check == check and one.legal_due == legal]
    if before and legal is not None:
        raise UserError(
            f"It was put off to {words.long_date(before[-1].until)} already: {before[-1].reason}.".replace("..", "."),
            _SAFE, "Do it, or record that it was not done and why.",
        )  # fmt: skip


# --- out of use and back ---------------------------------------------------------------------------------------------


def take_out_of_use(
    desk: Desk, check: bytes, *, how: str, since: dt.date | None = None, by: str = "", interim: str = "",
    files: Sequence[Path] = (), kept: Sequence[Kept] = (),
) -> Changes:  # fmt: skip
    """Note that something is locked off: its row turns grey, its clock still runs (rules section 4).

    ``how`` it is isolated, ``by`` whom, photos as evidence of the check. A life-safety system stays red while people
    are in the building: ``interim`` says what is done in its place. Raises ``UserError`` where that is missing.
    """
    known = known_checks(desk, [check])[check]
    if not how.strip():
        raise UserError("Say how it was put out of use.", _SAFE, "For example: locked off, key in the safe.")
    day = since or desk.today
    must_have_come(desk, day)
    if _open_rows(desk, check):
        raise UserError(f"{known.title} is out of use already.", _SAFE, "Put it back in use first.")
    system = rules.LIFE_SAFETY.get(known.code)
    if system is not None and not interim.strip():
        raise UserError(
            f"People in the building need the {system}.", _SAFE,
            "Say what is done in its place, for example: a patrol every hour.",
        )  # fmt: skip
    from bursar_desk.services import evidence

    papers = [*kept, *(evidence.keep(desk, one) for one in files)]
    said = f"{interim.strip().rstrip('.')} ({how.strip().rstrip('.')})" if interim.strip() else how.strip()
    with desk.act(ActCode.TAKE_OUT_OF_USE, subject=known.title) as act:
        values = {"check_id": check, "since": day, "how": said, "said_by": by.strip() or desk.who}
        act.create("out_of_use", values)
        if papers:
            title = f"{known.title} out of use, {words.short_date(day)}"
            about = (("school_check", check),)
            evidence.write(act, desk, papers, title=title, kind="photo", about=about, dated=day)
    return Changes(frozenset(act.tables), act.note.act)


def _open_rows(desk: Desk, check: bytes) -> list[OutOfUseRow]:
    """Return what says that it is out of use: two computers may each have said so, and one return ends both."""
    from db.queries.checks import out_of_use

    with desk.store.connect() as con:
        return [one for one in out_of_use(con, desk.home) if one.check == check and one.back_on is None]


def back_in_use(desk: Desk, check: bytes, *, on: dt.date | None = None) -> Changes:
    """Put something back in use. Past its due date it is examined first; before that the old date stands."""
    known = known_checks(desk, [check])[check]
    rows = _open_rows(desk, check)
    if not rows:
        raise UserError(f"{known.title} is not out of use.", _SAFE, "Look at its history.")
    day = on or desk.today
    must_have_come(desk, day)
    since = max(row.since for row in rows)
    if day < since:
        raise UserError(f"It was only put out of use on {words.long_date(since)}.", _SAFE, "Check the day.")
    legal = due_without(desk, check)
    if legal is not None and day > legal:
        raise UserError(
            f"{known.title} was due {words.long_date(legal)}, so it is examined before anybody uses it.", _SAFE,
            "Record the examination first, then put it back in use.",
        )  # fmt: skip
    with desk.act(ActCode.BACK_IN_USE, subject=known.title) as act:
        for row in rows:
            act.set("out_of_use", row.id, {"back_on": day})
    return Changes(frozenset(act.tables), act.note.act)


def due_without(desk: Desk, check: bytes) -> dt.date | None:
    """Return the last permitted day of a check as if it were in use: its clock runs on while it is not."""
    from dataclasses import replace

    from bursar_desk.domain.calendar import SchoolCalendar
    from bursar_desk.domain.status import status_of
    from bursar_desk.services import bank_holidays
    from bursar_desk.services.standing import calendars

    with desk.store.connect() as con:
        one = standings(con, desk.home, desk.today, {check})[0]
        calendar = calendars(con, desk.home).get(desk.home, SchoolCalendar((), bank_holidays.england()))
    status = status_of(replace(one.facts, out_of_use=None), desk.today, calendar)
    return status.latest or status.legal_due
