"""What stands in a practice school and who comes to look after it: equipment, contractors, visits, fire drills."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.date_math import add_days
from bursar_desk.services.sample import names
from bursar_desk.services.sample.scene import EXCELLENT, Entry, kept

if TYPE_CHECKING:
    import random

    from bursar_desk.services.sample.scene import Scene

_EXTINGUISHERS: Final = (
    ("Hall", "foam", "6"), ("Main entrance", "water", "6"), ("School office", "co2", "2"), ("Kitchen", "wet", "3"),
    ("Kitchen", "blanket", ""), ("Boiler room", "co2", "5"), ("Staff room", "foam", "6"),
    ("Main building", "foam", "6"),
)  # fmt: skip
_DOORS: Final = ("Hall", "Kitchen", "Boiler room", "Main entrance")
_TREES: Final = (("Oak", "play"), ("Sycamore", "path"), ("Lime", "road"), ("Cherry", "none"))
_ASBESTOS: Final = (
    ("Boiler room", "Ceiling boards", "9 m2", ("2", "1", "1", "2"), "staff"),
    ("School office", "Floor tiles under the carpet", "14 m2", ("1", "0", "0", "1"), "closed"),
    ("Hall", "Panel behind the heater", "2 m2", ("2", "0", "1", "2"), "adults"),
)
_TRADES: Final = (("GASH", "Heating"), ("ELEC", "Electrician"), ("FIRE", "Fire alarms and extinguishers"),
                  ("WATR", "Water hygiene"), ("LIFT", "Lifts"))  # fmt: skip
_VISITS_A_YEAR: Final = 6


def add_estate(scene: Scene) -> None:
    """Enter the equipment in the first weeks, the contractors, and their visits and the drills of the last year."""
    rng = scene.rng("estate")
    day = add_days(scene.start, 8)
    for kind, entries in _equipment(scene, rng).items():
        if entries:
            scene.add(day, 600, ActCode.ADD_ASSET, scene.crew.boss, kind, entries)
            day = add_days(day, 1)
    firms = _contractors(scene, rng)
    scene.add(add_days(day, 1), 660, ActCode.ADD_CONTRACTOR, scene.crew.boss, "the firms we use", firms)
    first = max(add_days(day, 10), add_days(scene.on, -365))
    _visits(scene, rng, first, [one.key for one in firms])


def _asset(scene: Scene, kind: str, name: str, place: str, facts: dict[str, str], **more: Any) -> Entry:
    where = next((room.key for room in scene.plan.rooms if room.name == place), "")
    made = scene.made.places.get(where) if scene.made else None
    said = {key: value for key, value in facts.items() if value}
    values = kept({
        "kind": kind, "name": name, "place": made,
        "facts": json.dumps(said, ensure_ascii=False) if said else None, **more,
    })  # fmt: skip
    return Entry("asset", values, key=f"{kind} {name} {place}")


def _equipment(scene: Scene, rng: random.Random) -> dict[str, list[Entry]]:
    answers, built = scene.plan.answers, scene.plan.facts.built_year or 1990
    points = json.loads(scene.plan.details.get("FIRE-04", {}).get("points", "[]"))
    made = {
        "call points": [
            _asset(scene, "call_point", point, "Main building", {"zone": str(1 + n // 4)}, sort=n)
            for n, point in enumerate(points)
        ],
        "extinguishers": [
            _asset(scene, "extinguisher", f"{kind.capitalize() if kind != 'co2' else 'CO2'} {n}", place,
                   {"type": kind, "size": size}, number=f"EX{n:02d}", sort=n)
            for n, (place, kind, size) in enumerate(_EXTINGUISHERS, 1)
        ],
        "fire doors": [
            _asset(scene, "fire_door", f"Fire door, {place}", place, {"rating": "FD30"}, sort=n)
            for n, place in enumerate(_DOORS)
        ],
        "plant": _plant(scene, rng, built),
    }  # fmt: skip
    if answers.get("trees"):
        made["trees"] = [
            _asset(scene, "tree", f"{species}, tag {n}", "Field and trees",
                   {"species": species, "tag": str(n), "target": target}, number=str(n))
            for n, (species, target) in enumerate(_TREES, 101)
        ]  # fmt: skip
    if answers.get("built_before_2000"):
        made["asbestos"] = [_asbestos(scene, *one) for one in _ASBESTOS]
    return made


def _plant(scene: Scene, rng: random.Random, built: int) -> list[Entry]:
    answers = scene.plan.answers
    age = max(built, 2026 - rng.randint(3, 22))
    listed = []
    if answers.get("gas_boiler"):
        listed.append(_asset(
            scene, "boiler", "Boiler 1", "Boiler room", {"fuel": "gas", "kw": str(rng.choice((80, 110, 150)))},
            make="Calder", first_used_on=dt.date(age, 8, 20), grade=rng.choice("BBC"), priority=rng.choice((3, 4)),
            life_years=max(1, 20 - (2026 - age)),
        ))  # fmt: skip
    if answers.get("lift"):
        listed.append(_asset(
            scene, "lift", "Passenger lift", "Main entrance", {"type": "passenger", "load_kg": "630"},
            first_used_on=dt.date(age, 9, 1), grade="B",
        ))  # fmt: skip
    if answers.get("air_conditioning"):
        listed.append(_asset(
            scene, "cooling", "Server room cooling", "School office", {"gas": "R410A", "charge_kg": "3.0"}, grade="B",
        ))  # fmt: skip
    listed += [
        _asset(scene, "ladder", f"Steps {n}", "Boiler room", {"tag": f"L{n}", "class": "Professional"}) for n in (1, 2)
    ]
    return listed


def _asbestos(scene: Scene, place: str, product: str, amount: str, scores: tuple[str, ...], access: str) -> Entry:
    named = ("product_score", "damage_score", "surface_score", "type_score")
    facts = {
        "product": product, "amount": amount, **dict(zip(named, scores, strict=True)), "access": access,
        "action": "manage", "months": "12", "looked_on": add_days(scene.start, -20).isoformat(),
    }  # fmt: skip
    return _asset(scene, "asbestos", product, place, facts)


def _contractors(scene: Scene, rng: random.Random) -> list[Entry]:
    """Five firms; at a school that is behind, one of them has let its insurance run out."""
    made = []
    for n, (code, trade) in enumerate(_TRADES):
        if code == "LIFT" and not scene.plan.answers.get("lift"):
            continue
        lapsed = n == 1 and scene.character is not EXCELLENT
        insured = add_days(scene.on, -9 if lapsed else rng.randint(40, 330))
        made.append(Entry("contractor", kept({
            "name": names.firm(code), "trade": trade, "phone": names.fictional_phone(800 + rng.randrange(90)),
            "insured_until": insured, "insured_for": 500_000_000, "body": {"GASH": "Gas Safe"}.get(code),
            "body_number": str(rng.randint(100000, 999999)) if code == "GASH" else None,
            "body_until": add_days(scene.on, rng.randint(60, 300)) if code == "GASH" else None,
            "inducted_on": add_days(scene.start, 20), "dbs_seen_on": add_days(scene.start, 20),
            "asbestos_seen_on": add_days(scene.start, 20) if scene.plan.answers.get("built_before_2000") else None,
        }), key=f"firm {n}"))  # fmt: skip
    return made


def _visits(scene: Scene, rng: random.Random, first: dt.date, firms: list[str]) -> None:
    days = max((scene.end - first).days, 1)
    for n in range(_VISITS_A_YEAR):
        day = add_days(first, n * days // _VISITS_A_YEAR + rng.randrange(20))
        while not scene.calendar.is_school_day(day) and day < scene.end:
            day = add_days(day, 1)
        if day >= scene.end:
            continue
        arrived = 510 + rng.randrange(90)
        values = {
            "worker": names.stranger(rng), "on_date": day, "arrived": arrived,
            "went": arrived + 45 + rng.randrange(150), "purpose": rng.choice(("Service", "Repair", "Quarterly visit")),
            "asbestos_signed": bool(scene.plan.answers.get("built_before_2000")), "said_by": scene.crew.boss.name,
        }  # fmt: skip
        entry = Entry("attendance", values, refs=(("contractor", rng.choice(firms)),))
        scene.add(day, arrived, ActCode.LOG_VISIT, scene.crew.boss, "", [entry])


def add_drills(scene: Scene) -> None:
    """Log each fire drill of the last year with the record of its check: one event, as the desk writes it."""
    check, first = scene.check("FIRE-19"), add_days(scene.on, -365)
    rng, pupils = scene.rng("drills"), scene.plan.facts.pupils or 200
    for event in scene.events:
        for entry in list(event.entries):
            done: dt.date | None = entry.values.get("done_on")
            if entry.table != "check_record" or entry.values.get("check_id") != check or not done or done < first:
                continue
            entry.key = entry.key or f"fire drill {done}"
            seconds, minute = rng.randint(135, 250), rng.randint(585, 690)
            entry.values["done_minute"] = minute
            event.minute = max(event.minute, minute + 25)
            entry.values["note"] = f"Out in {seconds // 60}:{seconds % 60:02d}"
            values = {
                "kind": "fire", "on_date": done, "minute": minute, "seconds": seconds,
                "headcount": pupils + rng.randint(12, 40) - rng.randrange(15), "missing": 0,
                "led_by": entry.values["done_by"], "said_by": event.who.name,
                "issues": rng.choice((None, None, "One class used the wrong gate")),
            }  # fmt: skip
            event.code = ActCode.LOG_DRILL
            event.entries.append(Entry("drill", kept(values), refs=(("record", entry.key),)))
