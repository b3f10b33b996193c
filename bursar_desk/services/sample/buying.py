"""What a practice school decided about the services it buys; the school of the pictures bought twice by quotes."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.date_math import add_days
from bursar_desk.services.sample.scene import BEHIND, EXCELLENT, Entry, Scene, kept

if TYPE_CHECKING:
    from bursar_desk.services.sample.scene import Worker

_FINANCE: Final = "Finance committee"
_GOVERNOR: Final = "Margaret Oakes"
_COUNCIL: Final = "The council"
_SERVICES: Final = (
    ("payroll", "Council payroll service", 900, 4, "keep"), ("hr", _COUNCIL, 640, 4, "keep"),
    ("legal", _COUNCIL, 210, 3, ""), ("education welfare", _COUNCIL, 520, 2, "cluster"),
    ("governors", _COUNCIL, 480, 3, "keep"), ("grounds", "", 0, 3, "cluster"), ("cleaning", "", 0, 3, ""),
    ("broadband", "", 0, 2, "market"), ("catering", _COUNCIL, 0, 3, ""),
)  # fmt: skip
"""Service, who provides it, its price in pence a pupil (0: by its contract or not known), quality, what was decided."""
_OF_CONTRACT: Final = {"payroll": "payroll", "grounds": "grounds", "cleaning": "cleaning", "broadband": "broadband"}
_REVIEWED, _DECIDED = -52, -45
"""Days from today on which the review was begun and first decided."""


def add_buying(scene: Scene) -> None:
    """Begin this year's review of services and decide part of it; the school of the pictures buys by quotes too."""
    if scene.start > add_days(scene.on, _REVIEWED - 30):
        return
    _review(scene)
    if scene.is_story:
        _messages_bought(scene)
        _grounds_running(scene)


def _day(scene: Scene, ahead: int) -> dt.date:
    """Return the first day from one on which somebody is in the office."""
    day = add_days(scene.on, ahead)
    while not scene.calendar.staff_in(day) and day < scene.end:
        day = add_days(day, 1)
    return day


def _has(scene: Scene, key: str) -> bool:
    made = any(entry.key == key for event in scene.events for entry in event.entries)
    return made or key in scene.ids


# --- services --------------------------------------------------------------------------------------------------------


def _review(scene: Scene) -> None:
    rng, boss, pupils = scene.rng("services"), scene.crew.boss, scene.row.pupils or 210
    day, year = _day(scene, _REVIEWED), scene.on.year if scene.on.month >= 4 else scene.on.year - 1
    entries = []
    for service, provider, each, quality, _route in _SERVICES:
        key = f"contract {_OF_CONTRACT.get(service, '')}"
        linked = _has(scene, key)
        contract = _contract_values(scene, key) if linked else {}
        price = contract.get("yearly") or (each * pupils * rng.randint(94, 108) // 100 // 100 * 100 if each else None)
        good = max(1, min(5, quality + rng.choice((-1, 0, 0, 1)) if not scene.is_story else quality))
        council = provider.startswith(("The council", "Council"))
        values = kept({
            "service": service, "year": year, "price": price,
            "provider": provider or _of(scene, key.replace("contract", "supplier")).get("name"),
            "vat_rate": contract.get("vat_rate", 0) if price is not None else None,
            "priced_on": dt.date(year, 4, 2) if price is not None else None,
            "priced_from": ("The contract" if linked else "Council’s letter") if price is not None else None,
            "quality": good, "opt_out_by": dt.date(year, 12, 18) if council else None, "said_by": boss.name,
            "said_on": day,
        })  # fmt: skip
        refs = (("contract", key), ("supplier", key.replace("contract", "supplier"))) if linked else ()
        entries.append(Entry("service_review", values, key=f"review {service}", refs=refs))
    scene.add(day, 560, ActCode.REVIEW_SERVICE, boss, f"the services of {year}-{(year + 1) % 100:02d}", entries)
    share = 0.25 if scene.character is BEHIND else 1.0 if scene.character is EXCELLENT or scene.is_story else 0.7
    decided = _day(scene, _DECIDED)
    for n, (service, _provider, _each, _quality, route) in enumerate(_SERVICES):
        if route and rng.random() <= share:
            values = kept({
                "route": route, "decided_on": decided, "body": _FINANCE, "minute_ref": f"F {year % 100}/{51 + n}",
                "why": "Two schools pay less" if route == "market" else None,
            })  # fmt: skip
            entry = Entry("service_review", values, key=f"review {service}", change=True)
            scene.add(decided, 960 + n, ActCode.REVIEW_SERVICE, boss, service.capitalize(), [entry])


def _of(scene: Scene, key: str) -> dict[str, Any]:
    """Return the values a row of a key is entered with."""
    return next((entry.values for event in scene.events for entry in event.entries if entry.key == key), {})


def _contract_values(scene: Scene, key: str) -> dict[str, Any]:
    """Return what the contract of a key says: its newest price."""
    found: dict[str, Any] = {}
    for event in scene.events:
        for entry in event.entries:
            if entry.key == key or (entry.table == "contract_term" and ("contract", key) in entry.refs):
                found |= {name: entry.values[name] for name in ("yearly", "vat_rate") if name in entry.values}
    return found


# --- purchases -------------------------------------------------------------------------------------------------------


def _buying(scene: Scene, key: str, day: dt.date, values: dict[str, Any], refs: tuple[tuple[str, str], ...]) -> None:
    made = kept({
        "kind": "goods and services", "started_on": day, "option_months": 0, "once": 0, "vat_rate": 2000,
        "open_ended": False, "route": "quotes", "state": "open", "said_by": scene.crew.boss.name, **values,
    })  # fmt: skip
    entry = Entry("buying", made, key=key, refs=refs)
    scene.add(day, 600, ActCode.START_BUYING, scene.crew.boss, str(values["title"]), [entry])


def _weights(scene: Scene, key: str, day: dt.date, price: int, parts: tuple[tuple[str, int], ...]) -> None:
    values = {
        "price": price, "parts": json.dumps([{"name": name, "weight": weight} for name, weight in parts]),
        "said_by": scene.crew.boss.name, "said_on": day,
    }  # fmt: skip
    scene.add(day, 620, ActCode.SET_WEIGHTS, scene.crew.boss, "How quotes are judged",
              [Entry("weights", values, refs=(("buying", key),))])  # fmt: skip


def _quote(scene: Scene, key: str, name: str, minute: int, asked: dt.date, came: dt.date | None) -> str:
    values = kept({"supplier_name": name, "asked_on": asked, "came_on": came, "came_how": "E-mail" if came else None,
                   "valid_until": add_days(came, 120) if came else None})  # fmt: skip
    scene.add(came or asked, minute, ActCode.ADD_QUOTE, scene.crew.boss, name,
              [Entry("quote", values, key=f"{key} {name}", refs=(("buying", key),))])  # fmt: skip
    return f"{key} {name}"


def _messages_bought(scene: Scene) -> None:
    """Three quotes for messages to parents: opened, marked by two people, and the best value chosen."""
    key, boss = "buying messages", scene.crew.boss
    start, came, opened, chosen = (_day(scene, ahead) for ahead in (-44, -30, -24, -17))
    _buying(scene, key, start, {"title": "Website and messages to parents", "service": "software", "yearly": 380_000,
                                "months": 36, "approved_by": _FINANCE, "approved_on": start}, ())  # fmt: skip
    _weights(scene, key, start, 40, (("Ease of use", 40), ("Support", 20)))
    offers = (("Parentlink", 396_000, (9, 8)), ("Schoolbell", 342_000, (6, 5)), ("Gatepost Media", 450_000, (8, 9)))
    quotes = [_quote(scene, key, name, 640 + n, start, came) for n, (name, _price, _marks) in enumerate(offers)]
    entries = [Entry("opening", {"on_date": opened, "said_by": boss.name, "beside": _GOVERNOR},
                     refs=(("buying", key),), lists=(("quotes", tuple(quotes)),))]  # fmt: skip
    for quote, (_name, price, _marks) in zip(quotes, offers, strict=True):
        values = {"yearly": price, "once": None, "vat_rate": 2000}
        entries.append(Entry("quote", values, key=quote, change=True))
    scene.add(opened, 840, ActCode.OPEN_QUOTES, boss, "Website and messages to parents", entries)
    for n, who in enumerate((boss.name, _GOVERNOR)):
        for m, (quote, (name, _price, marks)) in enumerate(zip(quotes, offers, strict=True)):
            _mark(scene, key, quote, opened, 860 + 10 * n + m, who, name, marks)
        declared = {"about_table": "buying", "who": who, "no_interest": True, "said_on": opened, "said_by": boss.name}
        scene.add(opened, 890 + n, ActCode.DECLARE_INTEREST, boss, "Website and messages to parents",
                  [Entry("interest", declared, refs=(("about", key),))])  # fmt: skip
    why = "Best value: easiest to use, and £45 a month more than the cheapest is worth the answers within an hour."
    award = {"chosen_why": why, "awarded_on": chosen, "state": "awarded"}
    scene.add(chosen, 900, ActCode.AWARD, boss, "Website and messages to parents",
              [Entry("buying", award, key=key, change=True, refs=(("chosen", quotes[0]),))])  # fmt: skip


def _mark(
    scene: Scene, key: str, quote: str, day: dt.date, minute: int, who: str, name: str, marks: tuple[int, int]
) -> None:
    boss: Worker = scene.crew.boss
    entries = [
        Entry("mark", kept({"part": part, "score": score, "said_by": who, "said_on": day,
                            "person": boss.id if who == boss.name else None}),
              refs=(("buying", key), ("quote", quote)))
        for part, score in zip(("Ease of use", "Support"), marks, strict=True)
    ]  # fmt: skip
    scene.add(day, minute, ActCode.MARK_QUOTE, boss, name, entries)


def _grounds_running(scene: Scene) -> None:
    """Grounds maintenance anew: weights are fixed, two quotes lie closed in the drawer, one is still awaited."""
    key = "buying grounds"
    start, came = _day(scene, -12), _day(scene, -4)
    refs = (("contract", "contract grounds"),) if _has(scene, "contract grounds") else ()
    yearly = _contract_values(scene, "contract grounds").get("yearly", 261_000) if refs else 261_000
    _buying(scene, key, start, {
        "title": "Grounds maintenance from April", "service": "grounds", "yearly": yearly, "months": 36,
        "approved_by": "Head teacher", "approved_on": start, "quotes_by": add_days(scene.on, 11),
        "specification": "Grass every fortnight, hedges twice a year, trees each winter.",
    }, refs)  # fmt: skip
    _weights(scene, key, start, 50, (("Quality of work", 30), ("Local and safe", 20)))
    for n, (name, here) in enumerate((("Redvale Grounds", True), ("Tarn Landscapes", True), ("Hollin Gardens", False))):
        _quote(scene, key, name, 660 + n, start, came if here else None)
