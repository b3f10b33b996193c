"""Writing what was looked through: the record, its fault, its documents, the days missed before it; in one act."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bursar_desk.domain import defects as fault_rules
from bursar_desk.domain import words
from bursar_desk.domain.checks import Outcome
from bursar_desk.services.recording_rules import Ready, fault_for

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.evidence import Kept
    from bursar_desk.services.recording_shapes import NewDefect
    from db.queries.checks import CheckRow, DefectRow
    from db.session import Act


@dataclass(slots=True)
class Written:
    """The rows that one act made, in the order of what was done."""

    records: list[bytes] = field(default_factory=list)
    defects: list[bytes] = field(default_factory=list)
    documents: list[bytes] = field(default_factory=list)
    closed: int = 0
    missed: int = 0


@dataclass(frozen=True, slots=True)
class Around:
    """What is read before the act begins: people by name, files kept, faults a re-test closes, days missed."""

    people: dict[str, list[bytes]]
    kept: dict[int, list[Kept]]
    closing: dict[int, list[DefectRow]]
    missed: dict[int, list[dt.date]]


def look_around(desk: Desk, ready: Sequence[Ready]) -> Around:
    """Read what the act will need, and keep the files; nothing is written to the register yet."""
    from bursar_desk.services import evidence
    from db.queries.people import people

    by_name: dict[str, list[bytes]] = {}
    with desk.store.connect() as con:
        for one in people(con, desk.home):
            by_name.setdefault(one.name.casefold(), []).append(one.id)
    kept = {
        n: [*one.doing.kept, *(evidence.keep(desk, file) for file in one.doing.files)]
        for n, one in enumerate(ready)
        if one.doing.kept or one.doing.files
    }
    closing = {n: _still_open(desk, one) for n, one in enumerate(ready) if one.failed is not None and not desk.is_guest}
    missed = {n: missed_days(desk, one.check.id) for n, one in enumerate(ready) if one.doing.missed_reason}
    return Around(by_name, kept, closing, missed)


def _still_open(desk: Desk, ready: Ready) -> list[DefectRow]:
    from db.queries.checks import defects

    if ready.failed is None or ready.doing.outcome == Outcome.UNSATISFACTORY:
        return []
    with desk.store.connect() as con:
        return [one for one in defects(con, desk.home) if one.open and one.record == ready.failed.id]


def missed_days(desk: Desk, check: bytes) -> list[dt.date]:
    """Return the days of a check that were missed and that nobody gave a reason for, oldest first."""
    from bursar_desk.services import checks

    return [one.due for one in checks.detail(desk, check).missed if not one.reason]


def write_all(desk: Desk, act: Act, ready: Sequence[Ready], around: Around, corrects: bytes | None = None) -> Written:
    """Write everything into an act under way."""
    made = Written()
    for n, one in enumerate(ready):
        _write_one(desk, act, one, around, n, made, corrects)
    return made


def _write_one(
    desk: Desk, act: Act, ready: Ready, around: Around, n: int, made: Written, corrects: bytes | None
) -> None:
    doing, check, kept = ready.doing, ready.check, around.kept.get(n, [])
    record = act.fact("check_record", _record_values(desk, ready, around, kept, corrects))
    made.records.append(record)
    about = [("check_record", record)]
    wanted = fault_for(ready)
    if wanted is not None and corrects is None:
        fault = act.create("defect", fault_values(desk, ready, record, wanted))
        made.defects.append(fault)
        about.append(("defect", fault))
    if kept:
        from bursar_desk.services import evidence

        made.documents.append(
            evidence.write(
                act, desk, kept, title=f"{check.title}, {words.short_date(doing.done)}", about=about, dated=doing.done,
                number=doing.number, kind=_kind_of(kept),
            )
        )  # fmt: skip
    for one in around.closing.get(n, []):
        act.set("defect", one.id, {"state": "done", "closed_on": doing.done, "closed_by": doing.by.strip()})
        made.closed += 1
    for day in around.missed.get(n, []):
        write_missed(desk, act, check, day, doing.missed_reason, doing.missed_note)
        made.missed += 1


def _kind_of(kept: Sequence[Kept]) -> str:
    from bursar_desk.services import enclosures

    return "photo" if all(one.file.type in enclosures.MOST_PIXELS for one in kept) else "certificate"


def _record_values(
    desk: Desk, ready: Ready, around: Around, kept: Sequence[Kept], corrects: bytes | None
) -> dict[str, Any]:
    from bursar_desk.clock import utc_offset_minutes

    doing, person = ready.doing, desk.person
    found = around.people.get(doing.by.strip().casefold(), [])
    named = ", ".join(one.file.name for one in kept)
    paper = doing.evidence_ref or ", ".join(part for part in (doing.number.strip(), named) if part)
    return {
        "check_id": doing.check, "done_on": doing.done, "done_minute": doing.minute,
        "utc_offset": utc_offset_minutes(desk.clock.now_ms()), "outcome": doing.outcome, "done_by": doing.by.strip(),
        "person": found[0] if len(found) == 1 else None, "on_behalf": doing.on_behalf or None,
        "recorded_by": person.name if person else desk.who, "point": doing.point or None,
        "readings": json.dumps(list(doing.readings), ensure_ascii=False) if doing.readings else None,
        "note": doing.note or None, "printed_on": doing.printed, "evidence": doing.evidence,
        "evidence_ref": paper or None, "sheet": doing.sheet or None, "sheet_line": doing.sheet_line,
        "came_by": doing.came_by or None, "second_by": doing.second_by.strip() or None,
        "declared": doing.declared.strip() or None, "retest": True if doing.retest else None,
        "minutes": doing.minutes, "corrects": corrects,
        **({} if desk.is_guest else {"asset": ready.check.asset}),
    }  # fmt: skip


def fault_values(desk: Desk, ready: Ready, record: bytes, wanted: NewDefect) -> dict[str, Any]:
    """A fault knows its check, record, place and point; who sees to it and by when is the home school's to say."""
    doing, check = ready.doing, ready.check
    values: dict[str, Any] = {
        "check_id": doing.check, "record": record, "place": check.place, "title": wanted.title, "risk": wanted.risk,
        "state": "reported", "raised_on": doing.done, "raised_by": doing.by.strip(), "note": wanted.note or None,
        "point": doing.point or None,
    }  # fmt: skip
    if desk.is_guest:
        return values
    target = wanted.target_on or fault_rules.target_for(wanted.risk, max(doing.done, desk.today))
    return values | {"target_on": target, "owner": check.owner, "asset": check.asset}


def write_missed(desk: Desk, act: Act, check: CheckRow, due: dt.date, reason: str, note: str, point: str = "") -> None:
    """Write that a day passed with nothing done, and why: a fact of its own, which satisfies nothing."""
    person = desk.person
    act.fact("not_done", {
        "check_id": check.id, "said_on": desk.today, "due_on": due, "reason": reason, "note": note or None,
        "said_by": desk.who, "person": person.id if person else None, "point": point or None,
    })  # fmt: skip
