"""From turns to records: who did each check, at what time, what was read, what was found, which paper is held."""

from __future__ import annotations

import datetime as dt
import json
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.date_math import add_days
from bursar_desk.services import catalogue, setup_tables
from bursar_desk.services.adopting import SITE_ROLES
from bursar_desk.services.sample import names, outcomes
from bursar_desk.services.sample.outcomes import FAIL, PASS, Faults, Trouble
from bursar_desk.services.sample.rhythm import Rhythm, Turn, rhythm_of
from bursar_desk.services.sample.scene import BEHIND, OK, Entry, Event, Scene, Want, Worker, kept, offset

if TYPE_CHECKING:
    from bursar_desk.domain.catalogue import CatalogueCheck

# When site staff do what, in minutes of the day; what is not here falls into the morning.
_TIMES: Final = {"FIRE-03": 430, "FIRE-21": 438, "FIRE-04": 460, "WATR-03": 470, "PLAY-03": 480, "FOOD-03": 705}
_TOGETHER: Final = ("FIRE-03", "FIRE-21")
"""The morning round: entered as one act."""
_NOTES: Final = {
    "FIRE-02": "Reported to the governors", "FIRE-07": "34 of 34 lights passed",
    "FIRE-19": "Everybody out in 3 minutes",
    "WATR-03": "4 outlets, two minutes each", "ASBE-03": "Register read and signed before work began",
}  # fmt: skip
_PUT_OFF: Final = ("Hall in use for exams", "The firm asked for a later day", "Waiting for the half-term break")


@dataclass(slots=True)
class _Making:
    """One check on its way into events."""

    row: CatalogueCheck
    check: bytes
    want: Want
    doer: Worker | None
    spec: list[dict[str, Any]]
    points: list[str]
    trouble: Trouble | None
    rng: random.Random


def add_checks(scene: Scene, wants: dict[str, Want]) -> None:
    """Let two years of checks happen at a school."""
    faults = Faults(scene)
    rounds: dict[dt.date, Event] = {}
    for row in catalogue.load().rows:
        check = scene.check(row.code)
        if check is None:
            continue
        want = wants.get(row.code, OK)
        made = rhythm_of(scene, row, want)
        making = _making(scene, row, check, want)
        for n, turn in enumerate(made.turns):
            _add_turn(scene, making, turn, n, n == len(made.turns) - 1, faults, rounds)
        _add_skips(scene, making, made)
    faults.in_passing()
    _add_reasons(scene, wants)
    if scene.character is BEHIND:
        _lock_off(scene)


def _lock_off(scene: Scene) -> None:
    """One thing at the school that is behind is locked off, so that its row waits in grey."""
    things = {"LIFT-01": "Locked off at the main switch, key in the safe", "PLAY-01": "Fenced off, sign up"}
    for code, how in things.items():
        check, day = scene.check(code), add_days(scene.on, -24)
        if check is not None:
            keeper = scene.crew.site
            values = {"check_id": check, "since": day, "how": how, "said_by": keeper.name}
            title = catalogue.load().by_code(code).title
            entry = Entry("out_of_use", values, key="locked off")
            scene.add(day, 980, ActCode.TAKE_OUT_OF_USE, keeper, title, [entry])
            return


def _making(scene: Scene, row: CatalogueCheck, check: bytes, want: Want) -> _Making:
    details = scene.plan.details.get(row.code, {})
    spec = json.loads(details["readings"]) if "readings" in details else list(setup_tables.READINGS.get(row.code, ()))
    points = json.loads(details["points"]) if "points" in details else []
    trouble = None if scene.character.name == "excellent" and want is OK else outcomes.trouble_for(row)
    return _Making(row, check, want, _doer(scene, row), spec, points, trouble, scene.rng(f"records/{row.code}"))


def _doer(scene: Scene, row: CatalogueCheck) -> Worker | None:
    """Who in the school does it; nobody where a contractor comes."""
    crew = scene.crew
    if row.usual_doer == "contractor":
        return None
    if row.usual_doer == "site staff":
        return crew.of(*setup_tables.DOERS.get(row.code, SITE_ROLES))
    return crew.of("head") if row.usual_doer == "head" else crew.boss


# --- done ------------------------------------------------------------------------------------------------------------


def _add_turn(
    scene: Scene, making: _Making, turn: Turn, n: int, last: bool, faults: Faults, rounds: dict[dt.date, Event]
) -> None:  # fmt: skip
    row, rng = making.row, making.rng
    worker = scene.crew.on_duty(making.doer, turn.day) if making.doer else Worker(names.firm(row.code))
    own = making.doer is not None
    minute = _TIMES.get(row.code, 500 + 10 * (hash_of(row.code) % 36)) + rng.randint(-6, 9) if own else None
    values: dict[str, Any] = {
        "check_id": making.check, "done_on": turn.day, "done_minute": minute, "utc_offset": offset(turn.day),
        "outcome": PASS.value, "done_by": worker.name, "person": worker.id, "note": _NOTES.get(row.code),
        "recorded_by": worker.name if own and worker.id else scene.crew.boss.name, "printed_on": turn.printed,
        "point": making.points[n % len(making.points)] if making.points else None,
        **_evidence(making, turn, last),
    }  # fmt: skip
    entries = [Entry("check_record", kept(values))]
    fault = _found(scene, making, turn, worker, last, faults, entries[0].values)
    if making.spec:
        bad = fault is not None and entries[0].values["outcome"] == FAIL.value
        trend = 4 * max(0, 4 - _from_end(scene, turn)) if scene.is_story else 0
        read = outcomes.readings_of(row.code, making.spec, rng, trend=trend, bad=bad)
        entries[0].values["readings"] = read
    if fault is not None:
        entries[0].key = f"record of {fault.key}"
        fault.refs = (("record", entries[0].key),)
        entries.append(fault)
    _enter(scene, making, turn, worker, minute, entries, rounds)


def hash_of(code: str) -> int:
    """A small number from a code, the same on every computer."""
    return sum(n * ord(c) for n, c in enumerate(code, 1))


def _from_end(scene: Scene, turn: Turn) -> int:
    """Months from a turn to today, to let one tap of the story cool down month by month."""
    return max(0, (scene.on - turn.day).days // 30 - 1)


def _evidence(making: _Making, turn: Turn, last: bool) -> dict[str, Any]:
    row = making.row
    if row.usual_doer != "contractor" and not row.needs_document:
        return {"evidence": "none"}
    if last and making.want.kind == "awaited":
        return {"evidence": "awaited"}
    firm = names.firm(row.code)
    initials = "".join(word[0] for word in firm.split() if word[0].isupper())
    return {"evidence": "held", "evidence_ref": f"{initials}-{turn.day.year % 100}{making.rng.randrange(1000, 9999)}"}


def _found(
    scene: Scene, making: _Making, turn: Turn, worker: Worker, last: bool, faults: Faults, values: dict[str, Any]
) -> Entry | None:  # fmt: skip
    """Now and then something is found; at the latest turn only what today's picture asks for."""
    row, rng, trouble = making.row, making.rng, making.trouble
    if last and making.want.kind == "failed":
        values["outcome"] = FAIL.value
        target = add_days(scene.on, rng.randint(4, 20))
        return faults.entry(row, making.check, f"{row.title}: did not pass", "high", turn.day, worker, target)
    if turn.old or trouble is None or rng.random() >= trouble.chance:
        return _cold_tap(scene, making, turn, worker, last, faults, values)
    quiet = scene.is_story and (scene.on - turn.day).days < 40
    if quiet or (last and trouble.outcome is FAIL):
        return None
    values["outcome"] = trouble.outcome.value
    fault = faults.entry(
        row, making.check, trouble.words, trouble.risk, turn.day, worker, add_days(turn.day, trouble.days + 5)
    )
    faults.follow(fault, trouble.days, values.get("done_minute") or 660)
    return fault


def _cold_tap(
    scene: Scene, making: _Making, turn: Turn, worker: Worker, last: bool, faults: Faults, values: dict[str, Any]
) -> Entry | None:  # fmt: skip
    """A reading out of range fails the check and opens a fault."""
    rate = {"WATR-04": 0.05, "WATR-06": 0.03, "WATR-12": 0.03, "FOOD-03": 0.004}.get(making.row.code, 0.0)
    careful = scene.character.name == "excellent" or (scene.is_story and (scene.on - turn.day).days < 200)
    if last or turn.old or careful or making.rng.random() >= rate:
        return None
    values["outcome"] = FAIL.value
    title = f"{making.row.title}: out of range"
    fault = faults.entry(making.row, making.check, title, "medium", turn.day, worker, add_days(turn.day, 10))
    faults.follow(fault, 6, values.get("done_minute") or 660)
    return fault


def _enter(
    scene: Scene, making: _Making, turn: Turn, worker: Worker, minute: int | None, entries: list[Entry],
    rounds: dict[dt.date, Event],
) -> None:  # fmt: skip
    """Enter it: a round together, most things at once, some a few days later."""
    row, rng = making.row, making.rng
    if turn.old:
        scene.add(add_days(scene.start, 8), 870, ActCode.RECORD_CHECK, scene.crew.boss, row.title, entries)
        return
    who = worker if worker.id and minute is not None else scene.crew.boss
    at = minute + rng.randint(2, 9) if minute is not None else 960 + rng.randint(0, 50)
    day = turn.day
    some_days_later = rng.random() < (0.25 if minute is None else 0.0 if row.code in _TOGETHER else 0.02)
    if some_days_later and len(entries) == 1:
        day = min(add_days(day, rng.randint(1, 4)), scene.end)
        at = 990
    if row.code in _TOGETHER and len(entries) == 1:
        if day in rounds and rounds[day].who == who:
            rounds[day].entries += entries
            rounds[day].code, rounds[day].subject, rounds[day].minute = ActCode.RECORD_ROUND, "2 checks", at
            return
        scene.add(day, at, ActCode.RECORD_CHECK, who, row.title, entries)
        rounds[day] = scene.events[-1]
        return
    scene.add(day, at, ActCode.RECORD_CHECK, who, row.title, entries)


# --- not done, put off -----------------------------------------------------------------------------------------------


def _add_skips(scene: Scene, making: _Making, made: Rhythm) -> None:
    row, boss = making.row, scene.crew.boss
    for skip in made.skips:
        if skip.said > scene.end or skip.due > scene.end or skip.due < scene.start:
            continue
        who = scene.crew.on_duty(making.doer, skip.said) if making.doer else boss
        who = who if who.id else boss
        _not_done(scene, making.check, row.title, skip.due, skip.said, skip.reason, skip.note, who)
    for said, legal, until in made.put_off:
        if scene.start <= said <= scene.end:
            values = {
                "check_id": making.check, "legal_due": legal, "until": until, "reason": making.rng.choice(_PUT_OFF),
                "said_by": boss.name, "person": boss.id, "said_on": said,
            }  # fmt: skip
            scene.add(said, 620, ActCode.PUT_OFF, boss, row.title, [Entry("put_off", values)])


def _not_done(
    scene: Scene, check: bytes, title: str, due: dt.date, said: dt.date, reason: str, note: str, who: Worker
) -> None:  # fmt: skip
    values = kept({
        "check_id": check, "said_on": said, "due_on": due, "reason": reason, "note": note, "said_by": who.name,
        "person": who.id,
    })  # fmt: skip
    scene.add(said, 850, ActCode.NOT_DONE, who, title, [Entry("not_done", values)])


def _add_reasons(scene: Scene, wants: dict[str, Want]) -> None:
    """What is overdue today mostly has a reason written beside it."""
    said = {
        "FIRE-01": ("contractor_cancelled", "Assessor cancelled; new date asked"),
        "LIFT-01": ("contractor_cancelled", "No earlier engineer date; booked for next week"),
    }
    rng = scene.rng("reasons")
    for code in sorted(wants):
        want, check = wants[code], scene.check(code)
        if want.kind != "late" or check is None or want.days < 2:
            continue
        if scene.is_story or rng.random() < 0.6:
            reason, note = said.get(code, (rng.choice(("contractor_cancelled", "forgot", "other")), ""))
            due = add_days(scene.on, -want.days)
            title = catalogue.load().by_code(code).title
            _not_done(scene, check, title, due, add_days(due, 1), reason, note, scene.crew.boss)
