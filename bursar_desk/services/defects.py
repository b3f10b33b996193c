"""Faults: one record from the report to the verified job. Every step is one act; what is not allowed is refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import defects as rules
from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.defects import Move, Risk, State
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.evidence import Kept
    from db.queries.checks import DefectRow
    from db.queries.people import PersonRow
    from db.session import Act

RISKS = tuple(one.value for one in Risk)
ENDS = ("done", "verified", "rejected")
CARETAKERS: Final = ("caretaker", "site manager", "site staff")
MOST_MINUTES: Final = 100_000
MOST_PENCE: Final = 10**11
Done = tuple["DefectRow", Changes]


def listing(desk: Desk, *, school: bytes | None = None, every: bool = False) -> list[DefectRow]:
    """Return the open faults of a school (home by default), or all there ever were, the most pressing first."""
    from db.queries.checks import defects

    with desk.store.connect() as con:
        found = defects(con, school or (None if desk.is_office else desk.home))
    return sorted((one for one in found if every or one.open), key=lambda one: rules.pressing(one, desk.today))


def get(desk: Desk, defect: bytes) -> DefectRow:
    """Return one fault. Raises ``UserError`` when it is not here."""
    for one in listing(desk, every=True):
        if one.id == defect:
            return one
    raise UserError("That fault is not in this register.", "Nothing was changed.", "See “defect list”.")


# --- reporting and triage --------------------------------------------------------------------------------------------


def owner_for(desk: Desk, risk: str) -> bytes | None:
    """Return who answers for a new fault unless somebody is named: a manager where it is serious, else the caretaker.

    Where there is not just one caretaker it is the manager too.
    """
    from db.queries.people import managers, people

    with desk.store.connect() as con:
        first = next(iter(managers(con, desk.home)), None)
        team: list[PersonRow] = [
            one for one in people(con, desk.home) if one.role in CARETAKERS and one.here(desk.today)
        ]
    if risk not in (Risk.DANGER, Risk.HIGH) and len(team) == 1:
        return team[0].id
    return first.id if first else None


def report(desk: Desk, title: str, *, risk: str = "medium", note: str = "", place: bytes | None = None,
           on: dt.date | None = None, target_on: dt.date | None = None, owner: bytes | None = None,
           check: bytes | None = None, asset: bytes | None = None, by: str = "",
           photos: Callable[[], Sequence[Kept]] = tuple) -> Done:  # fmt: skip
    """Report a fault by itself; owner and target date follow from the risk unless they are given.

    ``by`` is who saw it, for a report written down for somebody else; ``photos`` gives the files kept for it so far.
    Raises ``UserError`` for one without a title, of another risk or on a day to come.
    """
    if not title.strip():
        raise UserError("Say what is wrong.", "Nothing was changed.", "A few words are enough.")
    raised = on or desk.today
    _must_be_risk(risk)
    _must_have_come(desk, raised)
    _target_must_follow(raised, target_on)
    with desk.act(ActCode.REPORT_DEFECT, subject=title.strip()) as act:
        row = act.create("defect", {
            "title": title.strip(), "risk": risk, "state": State.REPORTED.value, "raised_on": raised,
            "raised_by": by.strip() or desk.who, "note": note or None, "place": place,
            "target_on": target_on or rules.target_for(risk, raised), "owner": owner or owner_for(desk, risk),
            "check_id": check, "asset": asset,
        })  # fmt: skip
        _show(act, desk, row, title.strip(), photos())
    return get(desk, row), Changes(frozenset(act.tables), act.note.act)


@dataclass(frozen=True, slots=True)
class Triage:
    """What is decided about a fault; what is left as None stays as it is. ``stop_on``: use must end after that day."""

    risk: str | None = None
    owner: bytes | None = None
    target_on: dt.date | None = None
    stop_on: dt.date | None = None
    place: bytes | None = None
    title: str | None = None
    planned: bool | None = None
    note: str = ""


def triage(desk: Desk, defect: bytes, wanted: Triage) -> Done:
    """Settle risk, owner and dates. A new risk moves the target date with it while nobody set another one."""
    one = _ours(desk, defect)
    if wanted.risk is not None:
        _must_be_risk(wanted.risk)
    if wanted.title is not None and not wanted.title.strip():
        raise UserError("Say what is wrong.", "Nothing was changed.", "A few words are enough.")
    _target_must_follow(one.raised_on, wanted.target_on, wanted.stop_on)
    named = {
        "risk": wanted.risk, "owner": wanted.owner, "target_on": wanted.target_on, "stop_on": wanted.stop_on,
        "place": wanted.place, "title": wanted.title.strip() if wanted.title else None, "planned": wanted.planned,
    }  # fmt: skip
    values = {name: value for name, value in named.items() if value is not None and value != getattr(one, name)}
    if "risk" in values and wanted.target_on is None and one.raised_on is not None:
        by_itself = one.target_on in (None, rules.target_for(one.risk, one.raised_on))
        if by_itself:
            values["target_on"] = rules.target_for(str(wanted.risk), one.raised_on)
    if not values and not wanted.note.strip():
        raise UserError("That is how it stands already.", "Nothing was changed.", "Change something, then save.")
    return _write(desk, one, values, wanted.note)


def add_note(desk: Desk, defect: bytes, text: str) -> Done:
    """Add a line to what was written about a fault, with the day and who said it."""
    if not text.strip():
        raise UserError("There is nothing to add.", "Nothing was changed.", "Write a few words.")
    return _write(desk, _ours(desk, defect), {}, text)


# --- the moves -------------------------------------------------------------------------------------------------------


def make_safe(desk: Desk, defect: bytes, control: str, until: dt.date, *, note: str = "") -> Done:
    """Write down what is done in the meantime and the last day it holds; from the day after the risk is back."""
    one = _ours(desk, defect)
    state = rules.after(rules.state_of(one.state), Move.MAKE_SAFE)
    if not control.strip():
        raise UserError("Say what makes it safe.", "Nothing was changed.", "For example: door locked, sign put up.")
    if until < desk.today:
        raise UserError(f"{words.long_date(until)} has passed.", "Nothing was changed.", "Enter the last day it holds.")
    values = {"state": state.value, "interim_control": control.strip(), "interim_until": until}
    return _write(desk, one, values, note)


def order(desk: Desk, defect: bytes, *, contractor: bytes | None = None, on: dt.date | None = None,
          target_on: dt.date | None = None, anyway: str = "", note: str = "") -> Done:  # fmt: skip
    """Order the job, with a contractor or within the school.

    Raises ``UserError`` naming what is missing when the contractor may not attend, unless ``anyway`` says why the job
    is ordered all the same; that reason is kept with the fault.
    """
    one = _ours(desk, defect)
    state = rules.after(rules.state_of(one.state), Move.ORDER)
    day = on or desk.today
    _must_fit(desk, one, day, "ordered")
    said = [note.strip()] if note.strip() else []
    if contractor is not None:
        from bursar_desk.services import contractors

        firm = contractors.get(desk, contractor)
        if not firm.may.ok:
            if not anyway.strip():
                raise UserError(
                    f"{firm.row.name} may not attend. {' '.join(firm.may.reasons)}", "Nothing was changed.",
                    "Put it right first, or say why the job is ordered all the same.",
                )  # fmt: skip
            said.append(f"Ordered from {firm.row.name} although: {' '.join(firm.may.reasons)} Why: {anyway.strip()}")
    values = {"state": state.value, "ordered_on": day, "contractor": contractor}
    _target_must_follow(one.raised_on, target_on)
    return _write(desk, one, values | ({"target_on": target_on} if target_on else {}), "\n".join(said))


def done(desk: Desk, defect: bytes, *, on: dt.date | None = None, by: str = "", minutes: int | None = None,
         cost: int | None = None, planned: bool | None = None, note: str = "",
         photos: Callable[[], Sequence[Kept]] = tuple) -> Done:  # fmt: skip
    """Say that a fault was put right, with how long it took and what it cost (whole pence) where that is known."""
    one = _ours(desk, defect)
    state = rules.after(rules.state_of(one.state), Move.DONE)
    day = on or desk.today
    _must_fit(desk, one, day, "put right")
    _must_be_amounts(minutes, cost)
    values: dict[str, Any] = {"state": state.value, "closed_on": day, "closed_by": by.strip() or desk.who}
    given = {"minutes": minutes, "cost": cost, "planned": planned}
    values |= {name: value for name, value in given.items() if value is not None}
    return _write(desk, one, values, note, photos())


def verify(desk: Desk, defect: bytes, *, on: dt.date | None = None, note: str = "") -> Done:
    """Say that the work was looked at and is right. Whoever did it may verify it only where the risk is low."""
    one = _ours(desk, defect)
    state = rules.after(rules.state_of(one.state), Move.VERIFY)
    day = on or desk.today
    _must_have_come(desk, day)
    if one.closed_on is not None and day < one.closed_on:
        raise UserError("That is before the work was done.", "Nothing was changed.", "Check the day.")
    if why := rules.may_verify(one.risk, one.closed_by, desk.who):
        raise UserError(why, "Nothing was changed.", "Ask somebody who did not do it.")
    return _write(desk, one, {"state": state.value, "verified_on": day, "verified_by": desk.who}, note)


def reject(desk: Desk, defect: bytes, why: str, *, on: dt.date | None = None) -> Done:
    """Say that nothing is to be done, and why: the person who reported it is told that reason."""
    one = _ours(desk, defect)
    state = rules.after(rules.state_of(one.state), Move.REJECT)
    day = on or desk.today
    _must_fit(desk, one, day, "rejected")
    if not why.strip():
        raise UserError("Say why nothing is to be done.", "Nothing was changed.", "A few words are enough.")
    values = {"state": state.value, "closed_on": day, "closed_by": desk.who, "decided_why": why.strip()}
    return _write(desk, one, values)


def reopen(desk: Desk, defect: bytes, why: str) -> Done:
    """Open a closed fault again, with the reason; who reported it is to be told anew."""
    one = _ours(desk, defect)
    state = rules.after(rules.state_of(one.state), Move.REOPEN)
    if not why.strip():
        raise UserError("Say why it is open again.", "Nothing was changed.", "A few words are enough.")
    ended = dict.fromkeys(("closed_on", "closed_by", "verified_on", "verified_by", "told_on", "decided_why"))
    return _write(desk, one, {"state": state.value, **ended}, f"Opened again: {why.strip()}")


def tell(desk: Desk, defect: bytes, *, on: dt.date | None = None) -> Done:
    """Note that whoever reported it was told what became of it."""
    one = _ours(desk, defect)
    if one.open:
        raise UserError(
            f"“{one.title}” is still open.", "Nothing was changed.", "Tell them once it is done or rejected."
        )
    day = on or desk.today
    _must_fit(desk, one, day, "told about")
    return _write(desk, one, {"told_on": day})


def close(desk: Desk, defect: bytes, *, on: dt.date | None = None, as_state: str = "done", why: str = "") -> Done:
    """Say that a fault was put right, verified, or was none: the short way for lists and commands."""
    if as_state not in ENDS:
        raise UserError(f"“{as_state}” is not an end.", "Nothing was changed.", f"Use one of: {', '.join(ENDS)}.")
    if as_state == State.REJECTED:
        return reject(desk, defect, why, on=on)
    return verify(desk, defect, on=on) if as_state == State.VERIFIED else done(desk, defect, on=on, note=why)


# --- what all of them need -------------------------------------------------------------------------------------------


def _write(desk: Desk, one: DefectRow, values: Mapping[str, Any], note: str = "", photos: Sequence[Kept] = ()) -> Done:
    wanted = dict(values)
    if note.strip():
        line = f"{words.short_date(desk.today)}, {desk.who}: {note.strip()}"
        wanted["note"] = f"{one.note}\n{line}" if one.note else line
    with desk.act(ActCode.CHANGE_DEFECT, subject=one.title) as act:
        act.set("defect", one.id, wanted)
        _show(act, desk, one.id, one.title, photos)
    return get(desk, one.id), Changes(frozenset(act.tables), act.note.act)


def _show(act: Act, desk: Desk, defect: bytes, title: str, photos: Sequence[Kept]) -> None:
    """Put photos beside a fault in the act that reports or closes it."""
    if photos:
        from bursar_desk.services import evidence

        evidence.write(act, desk, photos, title=title[:80], kind="photo", about=[("defect", defect)], dated=desk.today)


def _ours(desk: Desk, defect: bytes) -> DefectRow:
    one = get(desk, defect)
    if one.school != desk.home:
        raise UserError("That fault belongs to another school.", "Nothing was changed.", "They change it there.")
    return one


def _must_be_risk(risk: str) -> None:
    if risk not in RISKS:
        raise UserError(f"“{risk}” is not a risk.", "Nothing was changed.", f"Use one of: {', '.join(RISKS)}.")


def _must_have_come(desk: Desk, day: dt.date) -> None:
    if day > desk.today:
        raise UserError(f"{words.long_date(day)} has not come yet.", "Nothing was changed.", "Check the day.")


def _target_must_follow(found: dt.date | None, *wanted: dt.date | None) -> None:
    for day in wanted:
        if day is not None and found is not None and day < found:
            raise UserError(
                f"{words.long_date(day)} is before the fault was found.", "Nothing was changed.", "Check the day."
            )


def _must_fit(desk: Desk, one: DefectRow, day: dt.date, what: str) -> None:
    if day > desk.today or (one.raised_on is not None and day < one.raised_on):
        raise UserError(
            f"It cannot have been {what} on {words.long_date(day)}.", "Nothing was changed.", "Check the day."
        )


def _must_be_amounts(minutes: int | None, cost: int | None) -> None:
    if minutes is not None and not 0 <= minutes <= MOST_MINUTES:
        raise UserError("That length of time cannot be right.", "Nothing was changed.", "Enter whole minutes.")
    if cost is not None and not 0 <= cost <= MOST_PENCE:
        raise UserError("That cost cannot be right.", "Nothing was changed.", "Enter pounds and pence.")
