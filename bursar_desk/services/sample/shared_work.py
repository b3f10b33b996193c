"""What practice schools do together: leads, places on courses, hours offered, rates, what is owed, and support."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.date_math import add_days
from bursar_desk.services import setup_tables as tables
from bursar_desk.services.sample import names
from bursar_desk.services.sample.scene import BEHIND, EXCELLENT, Entry, Scene, kept, stamp_ms

if TYPE_CHECKING:
    import random

    from bursar_desk.services.sample.scene import Worker
    from db.store import Store

_BOUGHT: Final = 164
_FIRST, _SECOND, _MARSHAL = -45, 74, 20
_NAME_BY: Final = 56
_PRICE, _ALONE = 27_000, 39_500
_EACH: Final = 2
_SEATS: Final = 12
_BODY: Final = "Governing body"
_OFFERS: Final = (
    ("Minor repairs", "Locks and closers"), ("Gardens and grounds",), ("Stage lighting", "Minibus driving"),
    ("Boiler checks",), ("Painting", "Flat-pack furniture"), ("Budget and payroll questions",),
)  # fmt: skip
_PATTERNS: Final = (("passed", "spare"), ("passed", "booked"), ("booked", "booked"), ("spare", "spare"))


def open_courses(
    store: Store, scenes: Sequence[Scene], on: dt.date, who: str, rng: random.Random
) -> None:  # fmt: skip
    """Let a cluster office buy two sessions of IOSH Managing Safely, two places a school, and a fire marshal one."""
    day = add_days(on, -_BOUGHT)
    host = next((one for one in scenes if one.row.is_secondary), scenes[0])
    iosh = [_session(host, add_days(on, start), on) for start in (_FIRST, _SECOND)]
    marshal = _half_day(host, add_days(on, _MARSHAL))
    with store.bulk() as bulk:
        ids: list[bytes] = []
        for n, values in enumerate((*iosh, marshal)):
            with bulk.act(ActCode.PLAN_SESSION, who=who, subject=values["course"], at_ms=stamp_ms(day, 600 + n)) as act:
                ids.append(act.create("session", values))
        with bulk.act(ActCode.BUY_PLACES, who=who, subject=tables.IOSH, at_ms=stamp_ms(day, 630)) as act:
            for scene in scenes:
                scene.ids["first session"], scene.ids["second session"] = ids[:2]
                scene.ids["lot"] = act.fact("place_lot", {
                    "course": tables.IOSH, "for_school": school_of(scene), "count": _EACH, "bought_on": day,
                    "price": _PRICE, "alone": _ALONE, "alone_from": f"{names.firm('TRNG')}, price list of the spring",
                    "lapses_on": add_days(on, _SECOND + 2), "said_by": who,
                })  # fmt: skip
    for scene in scenes:
        scene.ids["pattern"] = bytes([_pattern(scene, host, rng)])


def _session(host: Scene, first: dt.date, on: dt.date) -> dict[str, Any]:
    days = [add_days(first, n) for n in range(3)]
    later = first > on
    return {
        "course": tables.IOSH, "provider": names.firm("TRNG"), "first": first, "last": days[-1],
        "days": json.dumps([day.isoformat() for day in days]), "starts": 540, "ends": 960,
        "venue": f"{host.name.short}, training room", "venue_school": school_of(host), "in_house": True,
        "seats": _SEATS, "price": _PRICE, "price_per": "seat", "alone": _ALONE,
        "alone_from": f"{names.firm('TRNG')}, price list of the spring",
        "name_by": add_days(on, _NAME_BY) if later else add_days(first, -18), "state": "booked" if later else "held",
    }  # fmt: skip


def _half_day(host: Scene, day: dt.date) -> dict[str, Any]:
    return {
        "course": tables.MARSHAL, "provider": names.firm("FIRE"), "first": day, "last": day,
        "days": json.dumps([day.isoformat()]), "starts": 780, "ends": 960, "venue": f"{host.name.short}, hall",
        "venue_school": school_of(host), "in_house": True, "seats": _SEATS, "price": 36_000, "price_per": "session",
        "alone": 9_500, "alone_from": f"{names.firm('FIRE')}, open course", "name_by": add_days(day, -7),
        "state": "booked",
    }  # fmt: skip


def _pattern(scene: Scene, host: Scene, rng: random.Random) -> int:
    """Which of the patterns of two places a school follows; its keeper is left at home where nobody else has keys."""
    drawn = rng.randrange(len(_PATTERNS))
    if scene.is_story:
        return 0
    if scene is host:
        return 1
    return 3 if scene.character is BEHIND and drawn else drawn


def school_of(scene: Scene) -> bytes:
    """Return the id of a school that is set up."""
    if scene.made is None:  # the office buys once its schools are set up
        raise RuntimeError("a school is set up before anything is bought for it")
    return scene.made.school


def add_shared_work(scene: Scene, cluster: Sequence[Scene]) -> None:
    """Add a school's part: what people offer, who leads, rates, hours offered, bookings, requests, a support plan."""
    rng = scene.rng("shared work")
    _tell_of_people(scene, rng)
    _add_leads(scene, cluster)
    _add_rates(scene)
    _offer_hours(scene)
    _book(scene)
    _ask_and_block(scene, rng)
    _support(scene, cluster)


def _say(
    scene: Scene, day: dt.date, minute: int, code: ActCode, who: Worker, subject: str, entries: list[Entry]
) -> None:
    """Let something happen on a day when somebody is in the office."""
    while not scene.calendar.staff_in(day) and day < scene.end:
        day = add_days(day, 1)
    scene.add(day, minute, code, who, subject, entries)


def _tell_of_people(scene: Scene, rng: random.Random) -> None:
    for n, worker in enumerate((scene.crew.site, scene.crew.boss)):
        person = worker.person
        if worker.id is None or person is None:
            continue
        key = f"told {n}"
        scene.ids[key] = worker.id
        day = add_days(scene.on, -rng.randint(50, 150))
        said: dict[str, Any] = {
            "offers": json.dumps(rng.choice(_OFFERS)), "shares": True, "shares_on": day, "week": 2220,
        }  # fmt: skip
        if person.checks_confirmed_on is not None:
            said["confirmed"] = json.dumps({
                "name": worker.name, "certificate": f"00{rng.randrange(10**9):09d}", "barred_list": True,
                "dated": add_days(person.checks_confirmed_on, -rng.randint(30, 400)).isoformat(),
                "right_to_work": True, "identity": True, "said_by": scene.crew.boss.name,
            })  # fmt: skip
        entry = Entry("person", said, key=key, change=True)
        _say(scene, day, 615 + n, ActCode.CHANGE_PERSON, scene.crew.boss, worker.name, [entry])
        kept_here = Entry("contact", kept({
            "whose": worker.id.hex(), "person": worker.id, "phone": names.fictional_mobile(rng.randrange(1000)),
        }), key=f"contact {n}")  # fmt: skip
        _say(scene, day, 620 + n, ActCode.CHANGE_CONTACT, scene.crew.boss, worker.name, [kept_here])


def _lead(scene: Scene, kind: str, worker: Worker | None, name: str, school: bytes, **more: Any) -> Entry:
    values = kept({
        "kind": kind, "person": worker.id if worker else None, "person_name": name, "person_school": school,
        "first": add_days(scene.start, 10), "last": None, **more,
    })  # fmt: skip
    return Entry("lead", values, key=f"lead {kind}")


def _add_leads(scene: Scene, cluster: Sequence[Scene]) -> None:
    mine = school_of(scene)
    board = "Trust board" if "academy" in scene.row.type.casefold() else _BODY
    entries = [
        _lead(scene, "duty holder", None, board, mine),
        _lead(scene, "responsible person", scene.crew.of("head"), scene.crew.of("head").name, mine),
        _lead(scene, "line manager", scene.crew.boss, scene.crew.boss.name, mine, of_person=scene.crew.site.id),
    ]
    leader = _leader(scene, cluster)
    if leader is not None:
        entries.append(_lead(scene, "premises lead", leader.crew.site, leader.crew.site.name, school_of(leader)))
    _say(scene, add_days(scene.start, 10), 700, ActCode.SET_LEAD, scene.crew.boss, "who leads", entries)
    if leader is not None:
        decided = _decision(scene, "2/14", school_of(scene))
        entry = Entry("answer", decided, refs=(("about", "lead premises lead"),))
        _say(scene, add_days(scene.start, 20), 980, ActCode.DECIDE, scene.crew.boss, "who leads", [entry])


def led_schools(scenes: Sequence[Scene], cluster_of: Callable[[Scene], Sequence[Scene]]) -> list[tuple[Scene, Scene]]:
    """Return each school whose premises staff are led by another's, which therefore reads its checks; and that one."""
    pairs = [(scene, _leader(scene, cluster_of(scene))) for scene in scenes]
    return [(led, leader) for led, leader in pairs if leader is not None]


def _leader(scene: Scene, cluster: Sequence[Scene]) -> Scene | None:
    """The secondary whose site manager leads the premises staff of the school of the pictures and its neighbour."""
    if scene.row.is_secondary or not (scene.is_story or scene.character is EXCELLENT):
        return None
    return next((one for one in cluster if one.row.is_secondary), None)


def _decision(scene: Scene, minute: str, about_school: bytes) -> dict[str, Any]:
    day = add_days(scene.start, 20)
    return {
        "about_table": "lead", "about_school": about_school, "answer": "yes", "said_on": day,
        "said_by": scene.crew.boss.name, "body": _BODY, "minute_ref": minute, "until": add_days(scene.on, 280),
    }  # fmt: skip


def _add_rates(scene: Scene) -> None:
    """Enter a rate for every money year the history touches, each a little above the one before."""
    secondary = scene.row.is_secondary
    for year in range(_money_year(scene.start), _money_year(scene.on) + 1):
        less = 40 * (_money_year(scene.on) - year)
        card = {
            "role": "site manager" if secondary else "caretaker", "first": dt.date(year, 4, 1),
            "hourly": (1_642 if secondary else 1_369) - less, "insurance": 1_500, "pension": 2_050, "overhead": 0,
            "mileage": 55 if year >= 2026 else 45, "agency": 2_850 - 2 * less, "said_by": scene.crew.boss.name,
            "source": "Pay scale and pension fund’s letter",
        }  # fmt: skip
        day = max(dt.date(year, 4, 1), add_days(scene.start, 12))
        entry = Entry("rate_card", card, key=f"rate {year}")
        _say(scene, day, 690, ActCode.SET_RATE, scene.crew.boss, "rates", [entry])


def _money_year(day: dt.date) -> int:
    return day.year - (day.month < 4)


def _offer_hours(scene: Scene) -> None:
    keeper = scene.crew.site
    if scene.is_story or keeper.person is None or not keeper.person.offers_cover:
        return
    offered = {
        "person": keeper.id, "first": add_days(scene.on, -30), "last": add_days(scene.on, 120), "days": 0b01001,
        "starts": 390, "ends": 510, "state": "open", "said_by": scene.crew.boss.name,
    }  # fmt: skip
    entry = Entry("cover_offer", offered, key="offer")
    _say(scene, add_days(scene.on, -30), 650, ActCode.OFFER_COVER, scene.crew.boss, keeper.name, [entry])


def _book(scene: Scene) -> None:
    """Send people on the course: who has keys last, so that no site is without anybody."""
    places = _PATTERNS[scene.ids["pattern"][0]] if "pattern" in scene.ids else ()
    who = [scene.crew.boss, scene.crew.site if scene.row.is_secondary else scene.crew.of("office", "head")]
    for n, (state, worker) in enumerate(zip(places, who, strict=True), 1):
        if state == "spare":
            continue
        held = state == "passed"
        said = add_days(scene.on, _FIRST - 20 if held else -12)
        booking = {
            "session": scene.ids["first session" if held else "second session"], "lot": scene.ids["lot"], "n": n,
            "person": worker.id, "state": "booked", "said_by": scene.crew.boss.name, "said_on": said,
            "released_by": scene.crew.of("head").name, "released_on": said,
        }  # fmt: skip
        entry = Entry("booking", booking, key=f"booking {n}")
        _say(scene, said, 670 + n, ActCode.BOOK_PLACE, scene.crew.boss, worker.name, [entry])
        if held:
            _pass(scene, n, worker)


def _pass(scene: Scene, n: int, worker: Worker) -> None:
    day = add_days(scene.on, _FIRST + 2)
    entries = [
        Entry("booking", {"state": "passed", "passed_on": day}, key=f"booking {n}", change=True),
        Entry("training", {
            "person": worker.id, "course": tables.IOSH, "passed_on": day, "provider": names.firm("TRNG"),
            "session": scene.ids["first session"],
        }),
    ]  # fmt: skip
    _say(scene, add_days(day, 6), 680, ActCode.CHANGE_BOOKING, scene.crew.boss, worker.name, entries)


def _ask_and_block(scene: Scene, rng: random.Random) -> None:
    boss = scene.crew.boss
    if rng.random() < 0.4:
        wish = {"course": tables.IOSH, "count": 1, "by_date": add_days(scene.on, 240), "state": "open",
                "said_by": boss.name, "said_on": add_days(scene.on, -20)}  # fmt: skip
        entry = Entry("training_wish", wish, key="wish")
        _say(scene, add_days(scene.on, -20), 660, ActCode.ASK_TRAINING, boss, tables.IOSH, [entry])
    if not scene.is_story and rng.random() < 0.3:
        first = add_days(scene.on, _SECOND - rng.randint(0, 3))
        block = {"first": first, "last": add_days(first, 3), "said_by": boss.name}
        entry = Entry("no_release", block, key="no release")
        _say(scene, add_days(scene.on, -25), 662, ActCode.BLOCK_RELEASE, boss, "training", [entry])


def _support(scene: Scene, cluster: Sequence[Scene]) -> None:
    """Let a secondary help the school that is most behind: a plan, three visits, the first review."""
    helped = _helped(scene, cluster)
    if helped is None:
        return
    site, boss, first = scene.crew.site, scene.crew.boss, add_days(scene.on, -120)
    plan = {
        "title": f"Checks back on time at {helped.name.short}", "giver": school_of(scene),
        "receiver": school_of(helped), "first": first, "last": add_days(scene.on, 150),
        "lead": site.name, "budget": 120_000, "state": "running",
        "priorities": json.dumps(["Weekly fire alarm test never missed", "Water checks written down"]),
        "activities": json.dumps(["Walk round together every month", "Set up the round sheet"]),
        "monitoring": "Late checks counted on the first of each month", "standing_before": "red",
        "said_by": boss.name,
    }  # fmt: skip
    _say(scene, first, 720, ActCode.PLAN_SUPPORT, boss, helped.name.short, [Entry("support_plan", plan, key="support")])
    for n, (days, found) in enumerate(((-105, "No round sheet in use"), (-75, "Alarm test done each Monday"),
                                       (-40, "Water checks begun, two taps left out"))):  # fmt: skip
        day = add_days(scene.on, days)
        visit = {
            "on_date": day, "minutes": 120, "travel": 20, "miles": 46, "vehicle": "car", "role": "site manager",
            "by_whom": site.name, "focus": "Round of the site", "found": found,
            "actions": json.dumps(["Print the round sheet every Friday"]), "next_on": add_days(day, 30),
            "said_by": site.name,
        }  # fmt: skip
        entry = Entry("support_visit", visit, key=f"visit {n}", refs=(("plan", "support"),))
        _say(scene, day, 930, ActCode.LOG_SUPPORT, site, helped.name.short, [entry])
    review = {"kind": "first", "on_date": add_days(scene.on, -60), "standing_now": "amber", "said_by": boss.name,
              "words": "The alarm test has not been missed since the plan began."}  # fmt: skip
    entry = Entry("support_review", review, refs=(("plan", "support"),))
    _say(scene, add_days(scene.on, -60), 940, ActCode.REVIEW_SUPPORT, boss, helped.name.short, [entry])


def _helped(scene: Scene, cluster: Sequence[Scene]) -> Scene | None:
    if not scene.row.is_secondary:
        return None
    others = [one for one in cluster if not one.row.is_secondary and not one.is_story]
    return next((one for one in others if one.character is BEHIND), others[0] if others else None)


def add_answers(scene: Scene, cluster: Sequence[Scene]) -> None:
    """Let a school answer what the others wrote, on the last day of the history; all of them have written by then."""
    day, boss = scene.end, scene.crew.boss
    for minute, (table, other, row, more) in enumerate(_asked_of(scene, cluster), 970):
        said: Mapping[str, Any] = {
            "about_table": table, "about": row, "about_school": school_of(other), "answer": "yes", "said_on": day,
            "said_by": boss.name, **more,
        }  # fmt: skip
        code = ActCode.DECIDE if "body" in more else ActCode.ANSWER_SCHOOL
        _say(scene, day, minute, code, boss, other.name.short, [Entry("answer", dict(said))])


def _asked_of(scene: Scene, cluster: Sequence[Scene]) -> list[tuple[str, Scene, bytes, dict[str, Any]]]:
    asked: list[tuple[str, Scene, bytes, dict[str, Any]]] = []
    for other in cluster:
        row = other.ids.get("lead premises lead")
        if row is not None and _leader(other, cluster) is scene:
            decided = _decision(scene, "5/9", school_of(other))
            asked.append(("lead", other, row, {k: decided[k] for k in ("body", "minute_ref", "until", "said_on")}))
        row = other.ids.get("support")
        if row is not None and _helped(other, cluster) is scene:
            asked.append(("support_plan", other, row, {}))
    return asked
