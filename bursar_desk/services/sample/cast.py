"""Who works at a made-up school, what its site has, its courses, and its site sheet."""

from __future__ import annotations

import datetime as dt
import json
import random
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import catalogue as rules
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.date_math import add_days, add_months
from bursar_desk.services import catalogue
from bursar_desk.services import setup_tables as tables
from bursar_desk.services.sample import names
from bursar_desk.services.sample.scene import EXCELLENT, STORY, Character, Entry, Scene, kept
from bursar_desk.services.setup import NewPerson

if TYPE_CHECKING:
    from bursar_desk.domain.directory import DirectorySchool

# The people of the pictures; all of them are invented, as everybody else here.
_STORY_NAMES: Final = {
    "business manager": "Dawn Hill", "head": "Clare Brennan", "caretaker": "Terry Walsh", "teacher": "Joe Lunt",
    "office": "Maria Fenton",
}  # fmt: skip
STORY_PEOPLE: Final = tuple(_STORY_NAMES.values())
HELPER_NAME: Final = "Sam Adeyemi"
OFFICE_NAME: Final = "Angela Moss"
_POINT_PLACES: Final = (
    "Main entrance", "School office", "Hall corridor", "Kitchen door", "Staff room", "Boiler room door", "Year 6 exit",
    "Infant exit", "Nursery entrance", "Library", "Back stairs", "Playground door",
)  # fmt: skip
_LATER_POINTS: Final = (
    "Sports hall", "Science corridor", "Workshop door", "Music block", "Sixth form stairs", "Dining hall",
)  # fmt: skip
LEAVER: Final = "teaching assistant"
"""Somebody who leaves during the history."""
TAP_PLACES: Final = ("Boiler room", "Staff kitchen", "Nursery")


def people_of(
    row: DirectorySchool, character: Character, helps: bool, on: dt.date, given: names.PeopleNames, rng: random.Random
) -> tuple[NewPerson, ...]:  # fmt: skip
    """Six to nine people; ``helps``: the caretaker offers cover and is the one the story leans on."""
    story = _STORY_NAMES if character is STORY else {}
    big = row.is_secondary
    keeper = "site manager" if big else "caretaker"
    offers = helps or character is STORY or rng.random() < 0.35

    def person(role: str, title: str, **more: Any) -> NewPerson:
        name = story.get(role) or (HELPER_NAME if helps and role == keeper else given.next(rng))
        return NewPerson(name=name, role=role, job_title=title, **more)

    confirmed = add_days(on, -rng.randint(40, 700)) if offers else None
    phone = names.fictional_mobile(rng.randrange(1000))
    # Who helps others starts late and has a colleague who opens; in the story nobody else has the keys.
    shared = (offers and character is not STORY) or big
    starts, ends = (570, 1020) if offers and shared else (405, 900)
    people = [
        person(
            "business manager", "Business manager", starts=480, ends=990, key_holder=True, phone=phone, manages=True
        ),
        person("head", "Headteacher", starts=450, ends=1020, key_holder=True),
        person(
            keeper, "Site manager" if big else "Site supervisor", starts=starts, ends=ends, unlocks=True, locks=True,
            key_holder=True, offers_cover=offers, checks_confirmed_on=confirmed,
            phone=names.fictional_mobile(rng.randrange(1000)),
        ),
        person("office", "Office and first aid", starts=480, ends=960),
        person("teacher", "Teacher, fire marshal", starts=480, ends=990),
    ]  # fmt: skip
    if shared:
        people.append(person("site staff", "Assistant caretaker", starts=390, ends=720, unlocks=True, locks=True))
    if row.kind != "nursery":
        people.append(person("kitchen", "Kitchen supervisor", starts=450, ends=870))
    if character is not STORY and rng.random() < 0.4:
        people.append(person(LEAVER, "Teaching assistant", starts=510, ends=930))
    if big:
        people += [person("site staff", "Caretaker, evenings", starts=840, ends=1260, locks=True),
                   person("office", "Health and safety assistant", starts=480, ends=960)]  # fmt: skip
    return tuple(people)


def built_in(character: Character, rng: random.Random) -> int:
    """When the building was put up, a guess; the schools of the story stand in asbestos years."""
    if character is STORY:
        return 1962
    low, high = rng.choices(((1880, 1939), (1950, 1979), (1980, 1999), (2001, 2019)), (20, 50, 13, 17))[0]
    return rng.randint(low, high)


def answers_of(row: DirectorySchool, character: Character, built: int, rng: random.Random) -> dict[str, bool | None]:
    """What the site has: what a school of its kind usually has, with the odd difference."""
    said: dict[str, bool | None] = dict(rules.typical_answers(catalogue.load().features, row.kind))
    said |= {"built_before_2000": built < 2000, "access_tower": False, "pool": False}
    if character is STORY:
        return {**said, "hoists": True}
    chances = {
        "lift": 0.5, "outdoor_play": 0.85, "trees": 0.85, "solar_panels": 0.25, "lettings": 0.6, "cctv": 0.8,
        "little_used_outlets": 0.85, "cold_water_tank": 0.25, "stage_lighting": 0.2, "hoists": 0.06,
        "kitchen": 0.8, "air_conditioning": 0.2,
    }  # fmt: skip
    for code, chance in chances.items():
        turn = rng.random()
        if row.kind == "primary":
            said[code] = turn < chance
    if not said["kitchen"]:
        said |= {"gas_kitchen": False, "meals_served": True}
    if row.low_age is not None:
        said["early_years"] = row.nursery or row.low_age <= 4
    if rng.random() < 0.4:
        said[rng.choice(("solar_panels", "mixing_valves", "showers"))] = None
    return said


def details_of(row: DirectorySchool, rng: random.Random) -> dict[str, dict[str, Any]]:
    """What a school knows of its own checks: call points, taps, weekdays, the number a banded rule asks for."""
    count = rng.randint(14, 18) if row.is_secondary else rng.randint(8, 12)
    places = (*_POINT_PLACES, *_LATER_POINTS)[:count]
    points = [f"Call point {n}, {place}" for n, place in enumerate(places, 1)]
    monday, thursday, friday = 0, 3, 4
    found: dict[str, dict[str, Any]] = {
        "FIRE-04": {"weekday": monday, "points": json.dumps(points, ensure_ascii=False)},
        "WATR-03": {"weekday": thursday},
        "PLAY-03": {"weekday": monday},
        "WATR-04": {"readings": json.dumps(tables.tap_readings(TAP_PLACES), ensure_ascii=False)},
        "VENT-04": {"measure": 40},  # four hours of cooking a day
        "VENT-08": {"measure": 63},  # 6.3 t CO2e: 3 kg of R410A
        "TRAN-01": {"measure": 10 * rng.randint(4, 9)},
    }
    found |= {code: {"weekday": friday} for code in ("DTSC-02", "VENT-03", "WATR-17", "FIRE-26")}
    return found


# --- courses -------------------------------------------------------------------------------------------------------

_COURSES: Final = {
    "business manager": (tables.IOSH, tables.MARSHAL),
    "head": (tables.SAFEGUARDING,),
    "keeper": (
        tables.IOSH, tables.ALARM, tables.WATER, tables.LADDERS, tables.BOILER, tables.PLAY, tables.ASBESTOS,
        tables.HANDLING,
    ),
    "site staff": (tables.ALARM, tables.WATER, tables.HANDLING),
    "office": (tables.FIRST_AID, tables.PAEDIATRIC),
    "teacher": (tables.MARSHAL,),
    "kitchen": (tables.FOOD,),
}  # fmt: skip
_STORY_ENDS: Final = {("teacher", tables.MARSHAL): 18, ("office", tables.PAEDIATRIC): 86}
"""Days until these run out in the school of the pictures."""


def add_training(scene: Scene) -> None:
    """Let everybody have passed their courses, one IOSH place each for the manager and the keeper of the site."""
    rng = scene.rng("training")
    for worker in scene.crew.workers:
        person = worker.person
        if person is None:
            continue
        role = "keeper" if worker is scene.crew.site else person.role
        courses = _COURSES.get(role, ())
        if role == "keeper" and scene.row.is_secondary:
            courses = (*courses, tables.MINIBUS)
        for course in courses:
            _pass(scene, worker.id, course, _STORY_ENDS.get((role, course)) if scene.is_story else None, rng)


def _pass(scene: Scene, person: bytes | None, course: str, left: int | None, rng: random.Random) -> None:
    months = tables.COURSES[course]
    careful = scene.character in (STORY, EXCELLENT)
    if months is None:
        passed, ends = add_months(scene.on, -rng.randint(3, 50)), None
    else:
        ran_out = not careful and rng.random() < scene.character.expired
        days = left if left is not None else -rng.randint(3, 200) if ran_out else rng.randint(95, int(months * 29))
        ends = add_days(scene.on, days)
        passed = add_months(ends, -months)
    said_on = max(passed, add_days(scene.start, 12))
    values = kept({
        "person": person, "course": course, "passed_on": passed, "expires_on": ends, "provider": names.firm("TRNG"),
    })  # fmt: skip
    scene.add(said_on, 905, ActCode.ADD_TRAINING, scene.crew.boss, course, [Entry("training", values)])


def add_leaver(scene: Scene) -> None:
    """Let whoever was to leave do so at the end of a month."""
    rng = scene.rng("leaver")
    for worker in scene.crew.workers:
        if worker.id and worker.person and worker.person.role == LEAVER:
            day = add_days(scene.start, rng.randint(90, 300))
            scene.ids["leaver"] = worker.id
            entry = Entry("person", {"left_on": day}, key="leaver", change=True)
            scene.add(day, 960, ActCode.CHANGE_PERSON, scene.crew.boss, worker.name, [entry])


# --- the site sheet ------------------------------------------------------------------------------------------------


def add_site_sheet(scene: Scene) -> None:
    """Write the emergency sheet: by role and number, with nothing that must stay secret."""
    rng = scene.rng("site sheet")
    name, answers = scene.name, scene.plan.answers
    lines: list[tuple[str, str]] = [
        ("arrival", f"Report to: School office, main entrance, from {rng.choice(('07:30', '07:45', '08:00'))}"),
        ("parking", f"Park: Staff car park, {rng.choice(('left', 'right', 'back'))} gate"),
        ("keys", "Keys: Collect by hand from the office and sign for them"),
        ("isolation", f"Water: {rng.choice(('Boiler room, left of the door', 'Under the cover by the front gate'))}"),
        ("isolation", f"Electric: {rng.choice(('Cupboard by the office', 'Plant room, behind the kitchen'))}"),
        ("alarm_panel", f"Fire alarm panel: {rng.choice(('Main entrance lobby', 'Office corridor, by the hatch'))}"),
        ("emergency", f"Fire: 999, then assembly point {rng.choice(('A, end of the playground', 'B, on the field'))}"),
        ("emergency", f"No heating: Ring {names.fictional_phone(700 + rng.randrange(90))}"),
        ("emergency", f"Anything else: Ring the school office, {name.phone}"),
        ("keyholder", f"Business manager: {names.fictional_mobile(rng.randrange(1000))}"),
        ("keyholder", f"Site supervisor: {names.fictional_mobile(rng.randrange(1000))}"),
        ("contractor", f"Heating: {names.firm('GASH')}, {names.fictional_phone(800 + rng.randrange(90))}"),
        ("contractor", f"Electrician: {names.firm('ELEC')}, {names.fictional_phone(600 + rng.randrange(90))}"),
        ("hazard", "Roof: Nobody goes on the roof without a permit"),
        ("meter", f"Gas and electric meters: {rng.choice(('Outside wall by the bins', 'Plant room'))}"),
    ]
    if answers.get("gas_boiler"):
        lines.append(("isolation", "Gas: Outside wall, yellow box"))
    if answers.get("lift"):
        phone = names.fictional_phone(500 + rng.randrange(90))
        lines.append(("emergency", f"Lift stuck: Ring {names.firm('LIFT')}, {phone}"))
    if answers.get("built_before_2000"):
        lines.append(("hazard", "Asbestos: Boiler room ceiling. Read the register in the office before any drilling"))
    entries = [
        Entry("site_note", {"kind": kind, "words": words, "sort": 10 * n}, key=f"note {n}")
        for n, (kind, words) in enumerate(lines)
    ]
    scene.add(add_days(scene.start, 5), 640, ActCode.SITE_SHEET, scene.crew.boss, "the site sheet", entries)
