"""The second computer of one made-up school: things entered there before the two had seen each other's file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import registry
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.checks import Outcome
from bursar_desk.domain.date_math import add_days
from bursar_desk.services.sample.scene import Entry, Scene, kept, offset, stamp_ms

if TYPE_CHECKING:
    from db.store import Store

LABEL: Final = "OFFICE-2"
_SHARED_FAULT: Final = "fault both saw"
_HOW_TO: Final = ("FIRE-10", "FAID-02")
_FIRST_WORDS: Final = "Start at the main entrance and go round with the plan."
_OTHER_WORDS: Final = "Start in the kitchen; the plan hangs behind the office door."
_OWN_RECORDS: Final = (("FIRE-10", 3), ("FAID-02", 3), ("WATR-03", 2), ("FIRE-03", 1))


def add_first_side(scene: Scene) -> None:
    """What the first computer changes of the things the second one changes too."""
    boss, found = scene.crew.boss, add_days(scene.on, -9)
    fault = {
        "title": "Gate lock sticks", "risk": "low", "state": "reported", "raised_on": found, "raised_by": boss.name,
        "target_on": add_days(scene.on, 20), "owner": boss.id,
    }  # fmt: skip
    scene.add(found, 600, ActCode.REPORT_DEFECT, boss, "Gate lock sticks", [Entry("defect", fault, key=_SHARED_FAULT)])
    later = {"target_on": add_days(scene.on, 12), "risk": "medium"}
    change = Entry("defect", later, key=_SHARED_FAULT, change=True)
    scene.add(add_days(scene.on, -6), 610, ActCode.CHANGE_DEFECT, boss, "Gate lock sticks", [change])
    for code in _HOW_TO:
        check = scene.check(code)
        if check is not None:
            scene.ids[f"check {code}"] = check
            words = Entry("school_check", {"how_to": _FIRST_WORDS}, key=f"check {code}", change=True)
            scene.add(add_days(scene.on, -5), 615, ActCode.CHANGE_CHECK, boss, code, [words])


def births_of(store: Store, scene: Scene) -> dict[str, list[bytes]]:
    """By code, what stood in the cells that both computers will change, as both saw it in the beginning."""
    from db.heads import current_heads

    table = registry.BY_NAME["school_check"]
    number = table.column("how_to").number
    found = {}
    with store.connect() as con:
        for code in _HOW_TO:
            check = scene.check(code)
            if check is not None:
                wanted = (check, table.number, number)
                found[code] = [head.op for head in current_heads(con, [wanted]).get(wanted, [])]
    return found


def write_second_side(store: Store, scene: Scene, births: dict[str, list[bytes]]) -> None:
    """Write what the second computer has: a few records, a fault, and other words for the same things."""
    who = scene.crew.of("office")
    with store.bulk() as bulk:

        def act(code: ActCode, back: int, minute: int, subject: str) -> Any:
            at = stamp_ms(add_days(scene.on, -back), minute)
            return bulk.act(code, person=who.id, who=who.name, subject=subject, at_ms=at)

        columns = registry.BY_NAME["defect"]
        shared = scene.ids[_SHARED_FAULT]
        target, risk = columns.column("target_on").number, columns.column("risk").number
        with act(ActCode.CHANGE_DEFECT, 4, 640, "Gate lock sticks") as one:
            cells: dict[int, Any] = {target: _day_number(scene, 6), risk: "high"}
            one.set_seen("defect", shared, cells, {target: [shared], risk: [shared]})
        how_to = registry.BY_NAME["school_check"].column("how_to").number
        for code, seen in births.items():
            check = scene.check(code)
            if check is not None:
                with act(ActCode.CHANGE_CHECK, 4, 650, code) as one:
                    one.set_seen("school_check", check, {how_to: _OTHER_WORDS}, {how_to: seen})
        with act(ActCode.REPORT_DEFECT, 3, 660, "Blind cord loose in the office") as one:
            one.create("defect", {
                "title": "Blind cord loose in the office", "risk": "low", "state": "reported",
                "raised_on": add_days(scene.on, -3), "raised_by": who.name, "target_on": add_days(scene.on, 18),
            })  # fmt: skip
        _records(scene, act)


def _records(scene: Scene, act: Any) -> None:
    who = scene.crew.of("office")
    for code, back in _OWN_RECORDS:
        check, day = scene.check(code), add_days(scene.on, -back)
        if check is None:
            continue
        values = kept({
            "check_id": check, "done_on": day, "done_minute": 560, "utc_offset": offset(day),
            "outcome": Outcome.SATISFACTORY.value, "done_by": who.name, "person": who.id, "recorded_by": who.name,
            "evidence": "none",
        })  # fmt: skip
        with act(ActCode.RECORD_CHECK, back, 700, code) as one:
            one.fact("check_record", values)


def _day_number(scene: Scene, ahead: int) -> int:
    from db.derived import day_number

    return day_number(add_days(scene.on, ahead))
