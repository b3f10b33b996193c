"""What a practice school buys: suppliers, contracts with their terms and prices, meetings, and what was decided."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.date_math import add_days, add_months, days_in_month
from bursar_desk.services.contracts_decide import WHAT_WORDS
from bursar_desk.services.sample import deal, names
from bursar_desk.services.sample.scene import BEHIND, EXCELLENT, Entry, Scene, kept

if TYPE_CHECKING:
    import random

_FINANCE: Final = "Finance committee"
_FINANCE_DAYS: Final = (-302, -211, -141, -50, 13, 76, 174, 209)
_BOARD_DAYS: Final = (-288, -190, -127, -36, 6, 69, 125, 167, 223)
_ENTERED, _DECIDED = 18, 21
"""Days after the history begins on which contracts are entered and the first decisions noted."""
_YEARS_BACK: Final = 3


@dataclass(frozen=True, slots=True)
class _Bought:
    """One thing every school buys. ``ends`` is in how many months' time its term ends, ``months`` how long that is.

    ``price`` in pence for one of ``unit``, of which there are ``each`` for every hundred pupils and ``base`` besides;
    ``terms`` how many terms of the present length there were before.
    """

    key: str
    title: str
    service: str
    firms: tuple[str, ...]
    price: int
    unit: str
    ends: int
    each: int = 0
    base: int = 0
    months: int = 12
    at_end: str = "renews"
    renews: int | None = 12
    notice: int | None = 3
    notice_unit: str = "months"
    vat: int = 2000
    terms: int = 0


_GROUNDS: Final = _Bought(
    "grounds", "Grounds maintenance", "grounds", ("Greenway Grounds", "Tarn Landscapes"), 138, "m2", 4, 900, vat=0,
    terms=2,
)  # fmt: skip
_BROADBAND: Final = _Bought(
    "broadband", "Broadband", "broadband", ("Northlink Fibre", "Gorsewire Networks"), 708, "pupil", 0, 100, months=36,
    notice=90, notice_unit="days",
)  # fmt: skip
_PAYROLL: Final = _Bought(
    "payroll", "Payroll", "payroll", ("Council payroll service", "Ledgermere Payroll"), 14_230, "person", 4, 17,
    notice=2, vat=0, terms=2,
)  # fmt: skip
_COPIERS: Final = _Bought(
    "copiers", "Photocopiers", "photocopiers", ("Marlow Copiers", "Inkwell Office Machines"), 78_600, "device", 9, 1,
    2, months=60, notice=6,
)  # fmt: skip
_LIFT: Final = _Bought("lift", "Lift maintenance", "lift", (names.firm("LIFT"),), 68_400, "device", 34, base=1,
                       months=60, notice=6)  # fmt: skip
_CLEANING: Final = _Bought(
    "cleaning", "Cleaning", "cleaning", ("Brightway Services", "Fairmop Cleaning"), 1_271, "m2", 9, 800, months=36,
    at_end="option",
)  # fmt: skip
_WATER: Final = _Bought("water", "Water hygiene visits", "water hygiene", (names.firm("WATR"),), 114_000, "site", 0,
                        base=1, months=36, at_end="rolls", renews=1, notice=1)  # fmt: skip
_ENERGY: Final = _Bought(
    "energy", "Energy", "energy", ("Fellside Energy",), 1_857, "m2", 22, 800, months=36, at_end="ends", renews=None,
    notice=6,
)  # fmt: skip
_WASTE: Final = _Bought("waste", "Waste collection", "waste", ("Tidy Bin Company", "Skipton Row Waste"), 93_600, "site",
                        1, base=1, months=24)  # fmt: skip
_SOFTWARE: Final = _Bought(
    "software", "Office and records software", "software", ("Registra Software",), 620, "pupil", 7, 100, notice=60,
    notice_unit="days", terms=1,
)  # fmt: skip
_ALL: Final = (
    _GROUNDS, _BROADBAND, _PAYROLL, _COPIERS, _LIFT, _CLEANING, _WATER, _ENERGY, _WASTE, _SOFTWARE,
)  # fmt: skip
_SERVES: Final = {"grounds": ("GRND-01",), "water": ("WATR-14",), "lift": ("LIFT-08",)}
_FIRMS: Final = {"water": "firm 3", "lift": "firm 4"}
"""Which of the firms that attend, by its key in the estate, is the supplier as well."""


def add_contracts(scene: Scene) -> None:
    """Enter the meetings, the suppliers and contracts, and what was decided about them."""
    rng = scene.rng("contracts")
    _add_meetings(scene)
    for n, one in enumerate(_ALL):
        price = one.price * rng.randint(91, 114) // 100 if not scene.is_story else one.price
        firm = one.firms[0] if scene.is_story else rng.choice(one.firms)
        if one is _LIFT and not scene.plan.answers.get("lift"):
            continue
        if one is _SOFTWARE and not scene.is_story and rng.random() < 0.2:
            continue
        _add(scene, one, firm, price, 600 + 3 * n)
    _decide(scene, rng)
    _notes(scene)


def _say(scene: Scene, day: dt.date, minute: int, code: ActCode, subject: str, entries: list[Entry]) -> None:
    """Let the manager do something on the first day from one on which somebody is in the office."""
    while not scene.calendar.staff_in(day) and day < scene.end:
        day = add_days(day, 1)
    scene.add(day, minute, code, scene.crew.boss, subject, entries)


# --- meetings --------------------------------------------------------------------------------------------------------


def board_of(scene: Scene) -> str:
    """Return what the body is called that decides in the end."""
    return "Trust board" if "academy" in scene.row.type.casefold() else "Governing body"


def _add_meetings(scene: Scene) -> None:
    entries = [
        Entry("meeting", {"body": body, "on_date": day, "minute": 1080, "paper_days": 7}, key=f"{body} {n}")
        for body, days in ((_FINANCE, _FINANCE_DAYS), (board_of(scene), _BOARD_DAYS))
        for n, day in enumerate(_meeting_days(scene, days))
    ]
    _say(scene, add_days(scene.start, 12), 585, ActCode.SET_MEETING, "the year’s meetings", entries)


def _meeting_days(scene: Scene, days: tuple[int, ...]) -> list[dt.date]:
    """Return the Thursdays about these days, on days when school is in."""
    found = []
    for ahead in days:
        day = add_days(scene.on, ahead)
        day = add_days(day, 3 - day.weekday())
        for _ in range(8):
            if scene.calendar.is_school_day(day):
                break
            day = add_days(day, -7)
        found.append(day)
    return sorted(set(found))


# --- contracts -------------------------------------------------------------------------------------------------------


def month_end(on: dt.date, ahead: int) -> dt.date:
    """Return the last day of the month some months after a day."""
    day = add_months(on.replace(day=1), ahead)
    return day.replace(day=days_in_month(day.year, day.month))


def _add(scene: Scene, one: _Bought, firm: str, price: int, minute: int) -> None:
    if one is _ENERGY and deal.ENERGY in scene.ids:
        _from_deal(scene, one, minute)
        return
    units = one.base + (scene.row.pupils or 210) * one.each // 100
    unit_price = max(1, price)
    yearly = unit_price * units
    end = month_end(scene.on, one.ends)
    ends = [month_end(end, -one.months * n) for n in range(one.terms, -1, -1)]
    begins = add_days(month_end(ends[0], -one.months), 1)
    rises = [yearly * (1000 - 38 * n) // 1000 // 100 * 100 for n in range(one.terms, 0, -1)] + [yearly]
    values = {
        "title": one.title, "service": one.service, "state": "live", "owner": scene.crew.boss.id, "first": begins,
        "last": None if one.at_end == "rolls" else ends[0], "at_end": one.at_end, "renew_months": one.renews,
        "options": 1 if one.at_end == "option" else None, "notice": one.notice, "notice_unit": one.notice_unit,
        "notice_clear": False, "notice_by": "received", "yearly": rises[0], "vat_rate": one.vat, "unit": one.unit,
        "units": units, "unit_price": unit_price, "said_by": scene.crew.boss.name, **_more(scene, one, begins),
    }  # fmt: skip
    served = [row.hex() for code in _SERVES.get(one.key, ()) if (row := scene.check(code)) is not None]
    if served:
        values["checks"] = json.dumps(served)
    entries = [
        _supplier(scene, one, firm),
        _entry("contract", values, f"contract {one.key}", (("supplier", f"supplier {one.key}"),)),
    ]
    starts = [begins, *(add_days(day, 1) for day in ends)]
    for n, last in enumerate(ends[1:], 1):
        entries.append(_entry("contract_term", {
            "first": starts[n], "last": last, "yearly": rises[n], "vat_rate": one.vat,
            "source": "The supplier’s letter", "said_by": scene.crew.boss.name,
        }, f"term {one.key} {n}", (("contract", f"contract {one.key}"),)))  # fmt: skip
    _say(scene, add_days(scene.start, _ENTERED), minute, ActCode.ADD_CONTRACT, one.title, entries)


def _from_deal(scene: Scene, one: _Bought, minute: int) -> None:
    """Enter the contract a school writes from a deal that was signed: its supplier, its term and our share of it."""
    signed, first, last = deal.energy_term(scene.on)
    pupils = deal.pupils_of(scene)
    values = {
        "title": one.title, "service": one.service, "state": "live", "owner": scene.crew.boss.id, "first": first,
        "last": last, "at_end": "ends", "yearly": pupils * deal.EACH_ENERGY, "vat_rate": one.vat, "unit": "pupil",
        "units": pupils, "unit_price": deal.EACH_ENERGY, "said_by": scene.crew.boss.name,
        "deal": scene.ids[deal.ENERGY], "bought_how": "group deal", "note": "Our share of the group deal, version 1",
    }  # fmt: skip
    _say(scene, add_days(signed, 12), minute, ActCode.ADD_CONTRACT, one.title, [
        _supplier(scene, one, deal.ENERGY_FIRM),
        _entry("contract", values, f"contract {one.key}", (("supplier", f"supplier {one.key}"),)),
    ])  # fmt: skip


def _entry(table: str, values: dict[str, Any], key: str, refs: tuple[tuple[str, str], ...]) -> Entry:
    return Entry(table, kept(values), key=key, refs=refs)


def _more(scene: Scene, one: _Bought, begins: dt.date) -> dict[str, Any]:
    """Return what only some contracts say: a break, a lease, the rule its price rises by."""
    if one is _LIFT:
        on = add_months(begins, 36)
        return {"breaks": json.dumps([{"on": on.isoformat(), "notice": 6, "unit": "months"}])}
    if one is _COPIERS:
        return {"lease": "it", "lease_consent": "class", "ending_charge": 42_000}
    if one is _CLEANING:
        return {
            "rise": "pay award", "scope": "All rooms every evening, deep clean each summer",
            "service_level": "Rooms ready by 07:30; complaints answered within a day", "body": board_of(scene),
        }  # fmt: skip
    if one is _GROUNDS:
        return {"rise": "per cent", "rise_rate": 380, "scope": "Grass every fortnight, hedges twice a year, trees"}
    return {}


def _supplier(scene: Scene, one: _Bought, firm: str) -> Entry:
    lapsed = one is _CLEANING and scene.character is BEHIND
    insured = add_days(scene.on, -20 if lapsed else 90 + 13 * len(firm)) if one in (_CLEANING, _GROUNDS) else None
    values = kept({
        "name": firm, "phone": names.fictional_phone(700 + len(firm) * 3 % 90), "insured_until": insured,
        "insured_for": 500_000_000 if insured else None,
    })  # fmt: skip
    key = _FIRMS.get(one.key, "")
    return Entry("supplier", values, key=f"supplier {one.key}", refs=(("contractor", key),) if key else ())


# --- what was decided ------------------------------------------------------------------------------------------------


def _decision(scene: Scene, one: _Bought, end: dt.date, what: str, day: dt.date, minute: str, **more: Any) -> None:
    """Note a decision about one end, with a new term where there is one."""
    boss = scene.crew.boss
    values = kept({
        "term_end": end, "what": what, "said_on": day, "said_by": boss.name, "person": boss.id,
        "agreed_by": _FINANCE, "minute_ref": minute, **more,
    })  # fmt: skip
    code = ActCode.GIVE_NOTICE if what == "notice given" else ActCode.DECIDE_CONTRACT
    entry = Entry("contract_decision", values, refs=(("contract", f"contract {one.key}"),))
    subject = one.title if what == "notice given" else f"{one.title}: {WHAT_WORDS[what].lower()}"
    _say(scene, day, 900 + len(one.key), code, subject, [entry])


def _staffed(scene: Scene, ahead: int) -> dt.date:
    day = add_days(scene.on, ahead)
    while not scene.calendar.staff_in(day) and day < scene.end:
        day = add_days(day, 1)
    return day


def _decide(scene: Scene, rng: random.Random) -> None:
    early = add_days(scene.start, _DECIDED)
    for one in (_GROUNDS, _PAYROLL, _SOFTWARE):
        for n in range(one.terms, 0, -1):
            end = month_end(scene.on, one.ends - one.months * n)
            day = max(early, add_days(end, -130))
            if _has(scene, one) and end > early and day <= scene.end:
                _decision(scene, one, end, "renew", day, f"F {day.year % 100}/{40 + n}")
    careful = scene.character is EXCELLENT
    waste_told = _staffed(scene, -94)
    _decision(scene, _WASTE, month_end(scene.on, 1), "notice given", waste_told, "F 26/31", served_on=waste_told,
              served_how="recorded post", why="The council collects for less")  # fmt: skip
    if scene.is_story:
        return
    if careful or rng.random() < 0.8:
        day = _staffed(scene, -120)
        _decision(scene, _BROADBAND, month_end(scene.on, 0), "renew", day, "F 26/28")
    if careful or rng.random() < 0.4:
        day = _staffed(scene, -15)
        what = rng.choice(("renew", "to market"))
        _decision(scene, _GROUNDS, month_end(scene.on, _GROUNDS.ends), what, day, "F 26/44")
    if careful or rng.random() < 0.3:
        _decision(scene, _PAYROLL, month_end(scene.on, _PAYROLL.ends), "let run", _staffed(scene, -12), "F 26/45")


def _has(scene: Scene, one: _Bought) -> bool:
    return any(entry.key == f"contract {one.key}" for event in scene.events for entry in event.entries)


def _notes(scene: Scene) -> None:
    """Note how the cleaning goes, and the last step of leaving the waste contract."""
    boss, bad = scene.crew.boss, scene.character is BEHIND
    said = "Two classrooms missed again; they promised a new team." if bad else "Hall and classrooms well kept."
    notes: tuple[tuple[_Bought, int, dict[str, Any]], ...] = (
        (_CLEANING, -40, {"kind": "performance", "words": said, "rating": 2 if bad else 4}),
        (_WASTE, -60, {"kind": "exit step", "words": "Ask when their bins are collected",
                       "due_on": add_days(scene.on, 21)}),
    )  # fmt: skip
    for n, (one, ahead, values) in enumerate(notes):
        day = _staffed(scene, ahead)
        values |= {"on_date": day, "said_by": boss.name}
        entry = Entry("contract_note", values, key=f"note {one.key}", refs=(("contract", f"contract {one.key}"),))
        _say(scene, day, 930 + n, ActCode.NOTE_CONTRACT, one.title, [entry])
