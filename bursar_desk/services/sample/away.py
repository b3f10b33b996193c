"""Who was away, who stood in, and what neighbours were shown: the reasons stay in the one table that never leaves."""

from __future__ import annotations

import datetime as dt
import json
import random
from typing import TYPE_CHECKING, Final

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.date_math import add_days
from bursar_desk.domain.directory import distance_km
from bursar_desk.services.sample.cast import LEAVER
from bursar_desk.services.sample.scene import Entry, Scene, Worker, kept

if TYPE_CHECKING:
    from collections.abc import Sequence

_REASONS: Final = (
    "A bad cold", "Back pain", "Hospital appointment", "Family leave",
    "Jury service", "Bereavement", "Dentist",
)  # fmt: skip
_LENGTHS: Final = (1, 1, 2, 2, 3, 4, 5, 10)
_NEAR: Final = 3
"""How many of the nearest schools brief a neighbour's keeper on their site."""


def helpers_near(scene: Scene, scenes: Sequence[Scene]) -> list[Scene]:
    """The nearest other schools whose keeper offers cover."""
    others = [one for one in scenes if one is not scene and _offers(one)]
    return sorted(others, key=lambda one: (distance_km(scene.row, one.row), one.row.urn))[:_NEAR]


def _offers(scene: Scene) -> bool:
    person = scene.crew.site.person
    return person is not None and person.offers_cover


def add_inductions(scene: Scene) -> None:
    """Brief the keepers of the neighbours on this site every year; some briefings have run out since."""
    rng = scene.rng("inductions")
    for n, other in enumerate(scene.neighbours):
        keeper = other.crew.site
        lapsed = not scene.is_story and n > 0 and rng.random() < 0.35
        day = add_days(scene.on, -rng.randint(380, 500) if lapsed else -rng.randint(30, 240))
        while day >= add_days(scene.start, 14):
            values = kept({
                "person": keeper.id, "person_name": keeper.name, "on_date": day, "given_by": scene.crew.site.name,
            })  # fmt: skip
            scene.add(day, 930, ActCode.ADD_TRAINING, scene.crew.boss, keeper.name, [Entry("induction", values)])
            day = add_days(day, -rng.randint(340, 370))


def add_absences(scene: Scene) -> None:
    """Let people be away now and then; for the keeper of the site a neighbour or a colleague stands in."""
    rng = scene.rng("absences")
    keeper = scene.crew.site
    years = max(1, round((scene.end - scene.start).days / 365))
    for n in range(rng.randint(2, 3) * years):
        _absence(scene, keeper, n, rng)
    others = [one for one in scene.crew.workers if one is not keeper and one.person and one.person.role != LEAVER]
    for n in range(rng.randint(2, 4) * years):
        _absence(scene, rng.choice(others), 100 + n, rng)


def _absence(scene: Scene, worker: Worker, n: int, rng: random.Random) -> None:
    span = (scene.end - scene.start).days
    first = add_days(scene.start, rng.randint(25, span - 25))
    while not scene.calendar.staff_in(first):
        first = add_days(first, 1)
    last = add_days(first, rng.choice(_LENGTHS) - 1)
    if last >= add_days(scene.end, -6) or any(
        who == worker.name and a <= last and b >= first for who, a, b in scene.crew.away
    ):
        return
    scene.crew.away.append((worker.name, first, last))
    key = f"absence {n}"
    values = {"person": worker.id, "first": first, "last": last, "state": "away"}
    entries = [Entry("absence", values, key=key)]
    if rng.random() < 0.6:
        why = Entry("absence_reason", {"reason": rng.choice(_REASONS)}, key=f"reason {n}", refs=(("absence", key),))
        entries.append(why)
    said = add_days(first, -rng.randint(0, 3))
    scene.add(said, 425, ActCode.ADD_ABSENCE, scene.crew.boss, worker.name, entries)
    if worker is scene.crew.site and scene.neighbours and rng.random() < (1.0 if scene.is_story else 0.5):
        _cover(scene, key, n, said, first, last, rng)


def _cover(
    scene: Scene, absence: str, n: int, said: dt.date, first: dt.date, last: dt.date, rng: random.Random
) -> None:  # fmt: skip
    """Ask the nearest neighbour, who mostly agrees; the hours are logged by the school that had the help."""
    other, boss, key = scene.neighbours[0], scene.crew.boss, f"cover {n}"
    helper = other.crew.site
    opens = scene.plan.facts.opens or 465
    checks = [check.hex() for code in ("FIRE-03", "FIRE-04", "FIRE-21") if (check := scene.check(code))]
    asked = {
        "helper_school": other.made.school if other.made else None, "helper": helper.name, "helper_person": helper.id,
        "first": first, "last": last, "starts": opens - 60, "ends": opens, "state": "asked",
        "checks": json.dumps(checks), "duties": "Unlock and alarm off", "answer_by": first,
    }  # fmt: skip
    request = Entry("cover", kept(asked), key=key, refs=(("absence", absence),))
    scene.add(said, 440, ActCode.ASK_COVER, boss, helper.name, [request])
    agreed = rng.random() < 0.85
    answer = Entry("cover", {"state": "agreed" if agreed else "declined"}, key=key, change=True)
    code = ActCode.CONFIRM_COVER if agreed else ActCode.ANSWER_COVER
    scene.add(said, 455, code, boss, helper.name, [answer])
    if not agreed:
        return
    days = [day for k in range((last - first).days + 1) if scene.calendar.staff_in(day := add_days(first, k))]
    for day in days:
        scene.crew.standing_in[day] = Worker(helper.name)
        worked = {
            "on_date": day, "starts": opens - 60, "ends": opens + 15 * rng.randint(0, 5), "helper": helper.name,
            "helper_school": asked["helper_school"], "approved_by": boss.name,
        }  # fmt: skip
        entry = Entry("cover_worked", kept(worked), refs=(("cover_id", key),))
        scene.add(day, 925, ActCode.LOG_COVER, boss, helper.name, [entry])
    done = Entry("cover", {"state": "done"}, key=key, change=True)
    scene.add(add_days(last, 1), 520, ActCode.ANSWER_COVER, boss, helper.name, [done])
