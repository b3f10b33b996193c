"""What a record must have before it is written: steps, evidence, a second person; each refusal says what to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from bursar_desk.domain import words
from bursar_desk.domain.checks import NotDoneReason, Outcome, Standing
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.steps import Step, StepKind, Wrong, answer_in, parse_steps, wrong_in
from bursar_desk.domain.water_bands import Taken, opens_action
from bursar_desk.services import catalogue
from bursar_desk.services.recording_shapes import Doing, NewDefect

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.queries.checks import CheckRow, RecordRow

_SAFE: Final = "Nothing was changed."
_PAPERS: Final = ("paper", "sheet", "import")
_LOOK_BACK: Final = 30
"""Records looked back at for the last meter reading and for months that failed."""
MANAGERS: Final = ("business manager",)


@dataclass(frozen=True, slots=True)
class Ready:
    """A check ready to be written: what is out of range, and why that opens an action by itself ("" when not)."""

    doing: Doing
    check: CheckRow
    wrong: tuple[Wrong, ...] = ()
    action: str = ""
    failed: RecordRow | None = None


def known_checks(desk: Desk, ids: Sequence[bytes]) -> dict[bytes, CheckRow]:
    """Return checks of the home school by id. Raises ``UserError`` for one that is not."""
    from db.queries.checks import checks

    with desk.store.connect() as con:
        found = {one.id: one for one in checks(con, ids=list(dict.fromkeys(ids)))}
    for one in ids:
        if one not in found or found[one].school != desk.home:
            raise UserError(
                "That check belongs to another school." if one in found else "That check is not in this register.",
                _SAFE, "Choose it from the list.",
            )  # fmt: skip
    return found


def make_ready(desk: Desk, doings: Sequence[Doing], known: dict[bytes, CheckRow]) -> list[Ready]:
    """Look everything through before anything is written. Raises ``UserError`` for the first thing to put right."""
    from db.queries.checks import latest_records

    for doing in doings:
        _must_make_sense(desk, doing)
    ask = {one.check for one in doings if known[one.check].readings or one.retest}
    past: dict[bytes, list[RecordRow]] = {}
    if ask:
        with desk.store.connect() as con:
            last = max(one.done for one in doings)
            past = latest_records(con, desk.home, last, _LOOK_BACK, sorted(ask))
    return [_ready(desk, one, known[one.check], past.get(one.check, [])) for one in doings]


def _must_make_sense(desk: Desk, doing: Doing) -> None:
    if doing.outcome not in set(Outcome):
        raise UserError(f"“{doing.outcome}” is not an outcome.", _SAFE, f"Use one of: {', '.join(Outcome)}.")
    must_have_come(desk, doing.done)
    if not doing.by.strip():
        raise UserError("Enter who did the check.", _SAFE, "A name is enough.")
    if doing.missed_reason and doing.missed_reason not in set(NotDoneReason):
        must_be_reason(doing.missed_reason)


def must_have_come(desk: Desk, day: dt.date) -> None:
    """Raise ``UserError`` for a day that has not come yet, or one long before any school's records."""
    if day > desk.today:
        raise UserError(f"{words.long_date(day)} has not come yet.", _SAFE, "Enter the day the check was done.")
    if day.year < 1900:
        raise UserError("That day is too long ago.", _SAFE, "Check the year.")


def must_be_reason(reason: str) -> None:
    """Raise ``UserError`` for what is no reason for a check not being done."""
    if reason not in set(NotDoneReason):
        raise UserError(f"“{reason}” is not a reason.", _SAFE, f"Use one of: {', '.join(NotDoneReason)}.")


def _ready(desk: Desk, doing: Doing, check: CheckRow, past: list[RecordRow]) -> Ready:
    before = [one for one in past if one.done_on <= doing.done and (not doing.point or one.point == doing.point)]
    steps = parse_steps(check.readings)
    wrong = wrong_in(steps, doing.readings, meters_in(steps, before))
    for one in wrong:
        if one.step.kind is StepKind.METER and not doing.note.strip() and doing.came_by not in _PAPERS:
            raise UserError(one.sentence, _SAFE, one.verdict.advice)
    _must_have_second(doing, check)
    doing = _with_evidence(desk, doing, check)
    failed = _failed(before) if doing.retest else None
    return Ready(_on_behalf(desk, doing, check), check, wrong, _action(doing, check, steps, before), failed)


def meters_in(steps: Sequence[Step], past: Sequence[RecordRow]) -> dict[str, Decimal]:
    """Return what each meter stood at last, by the name of its step; records oldest first."""
    found: dict[str, Decimal] = {}
    names = {one.name for one in steps if one.kind is StepKind.METER}
    for record in past:
        for reading in record.readings:
            answer = answer_in(reading)
            if reading.get("name") in names and isinstance(answer, Decimal):
                found[str(reading["name"])] = answer
    return found


def _must_have_second(doing: Doing, check: CheckRow) -> None:
    """A15: where the check asks for it nobody closes it alone. History that is brought in has no second person."""
    second = doing.second_by.strip()
    if second and second.casefold() == doing.by.strip().casefold():
        raise UserError("The second person has to be somebody else.", _SAFE, "Enter who looked at it as well.")
    if not check.second_person or doing.came_by == "import":
        return
    if not second:
        raise UserError(f"{check.title} needs a second person.", _SAFE, "Enter who looked at it as well.")
    if not doing.declared.strip():
        raise UserError(
            f"{check.title} needs the second person’s words.", _SAFE, "Let them type what they saw, and their name."
        )


def needs_document(check: CheckRow) -> bool:
    """Tell whether it is a statutory examination done by a contractor: its document is on file or awaited."""
    row = catalogue.load().get(check.code)
    return check.standing == Standing.STATUTORY and row is not None and row.usual_doer == "contractor"


def _with_evidence(desk: Desk, doing: Doing, check: CheckRow) -> Doing:
    """Hold the record to the evidence its check asks for; a statutory examination without a paper awaits it."""
    has_file = bool(doing.files or doing.kept)
    if has_file:
        _must_keep_here(desk)
        doing = replace(doing, evidence="held")
    if doing.evidence not in ("none", "held", "awaited"):
        raise UserError(f"“{doing.evidence}” is not known.", _SAFE, "Use none, held or awaited.")
    from_paper = doing.came_by in _PAPERS
    wanted = "" if doing.came_by == "import" else check.evidence_needed
    if wanted == "note" and not doing.note.strip():
        raise UserError(f"{check.title} needs a note.", _SAFE, "Write what was seen, in a few words.")
    if wanted.startswith("file") and not has_file and doing.evidence != "awaited":
        if from_paper or desk.is_guest:
            return replace(doing, evidence="awaited")
        raise UserError(f"{check.title} needs a file.", _SAFE, "Add it, or say that it is still to come.")
    if wanted == "file and number" and has_file and not doing.number.strip():
        raise UserError(f"{check.title} needs the number on its paper.", _SAFE, "Enter the number of the document.")
    if doing.evidence == "none" and needs_document(check) and doing.came_by != "import":
        return replace(doing, evidence="awaited")
    return doing


def _must_keep_here(desk: Desk) -> None:
    if desk.is_guest:
        raise UserError("Files cannot be added under a cover pack.", _SAFE, f"Hand the paper or photo to {desk.name}.")


def _failed(past: Sequence[RecordRow]) -> RecordRow:
    """Return the record that failed and is tested again."""
    last = next((one for one in reversed(past) if not one.retest), None)
    if last is None or last.outcome != Outcome.UNSATISFACTORY:
        raise UserError("There is no fail to test again.", _SAFE, "Record it as a check of its own.")
    return last


def _on_behalf(desk: Desk, doing: Doing, check: CheckRow) -> Doing:
    """The person named or a manager marks a check done; anybody else does it on behalf of the person named."""
    acting = desk.person
    if desk.is_guest or doing.on_behalf or acting is None or check.doer is None or doing.came_by == "import":
        return doing
    if acting.manages or acting.role in MANAGERS or acting.id in (check.doer, check.deputy, check.owner):
        return doing
    from db.queries.people import people

    with desk.store.connect() as con:
        named = next((one.name for one in people(con, desk.home) if one.id == check.doer), "")
    return replace(doing, on_behalf=named)


def _action(doing: Doing, check: CheckRow, steps: Sequence[Step], past: Sequence[RecordRow]) -> str:
    """Why readings of water open an action by themselves (rules section 9); empty when they do not."""
    if not check.code.startswith("WATR-"):
        return ""
    told = []
    for step in steps:
        days: list[Taken] = []
        for on, readings in [*((one.done_on, one.readings) for one in past), (doing.done, doing.readings)]:
            mine = [one for one in readings if one.get("name") == step.name]
            if mine:
                days.append(Taken(on, step.judge(answer_in(mine[0])).good))
        if days and not days[-1].good and days[-1].on == doing.done:
            told.append(opens_action(step.name, days))
    return " ".join(one for one in told if one)


def fault_for(ready: Ready) -> NewDefect | None:
    """Return the fault that goes with a record: the one given, that of a fail, or the action its readings open."""
    doing, check = ready.doing, ready.check
    if doing.defect is not None:
        return doing.defect
    if doing.outcome == Outcome.UNSATISFACTORY and not doing.retest:
        return proposed_fault(check, doing, ready.wrong)
    return NewDefect(f"{check.title}: {ready.action}", "high", doing.note) if ready.action else None


def proposed_fault(check: CheckRow, doing: Doing, wrong: Sequence[Wrong]) -> NewDefect:
    """Return the fault as it is offered on the spot: what was out of range, at which point."""
    where = f"{check.title}, {doing.point}" if doing.point else check.title
    what = words.listing([one.sentence.rstrip(".") for one in wrong]) or "failed"
    return NewDefect(f"{where}: {what}", "high", doing.note)
