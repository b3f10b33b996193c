"""What practice schools buy together: one deal to decide on, one that runs, a memorandum, the cluster’s costs."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import apportion, apportion_rows, deal_stage
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.apportion import Member, Part
from bursar_desk.domain.date_math import add_days, add_months
from bursar_desk.domain.mileage import half_up
from bursar_desk.services.sample.scene import Entry, Scene, kept, stamp_ms
from bursar_desk.services.sample.shared_work import school_of

if TYPE_CHECKING:
    from db.store import Store

BODY: Final = "Full governing body"
GROUNDS, ENERGY, MEMORANDUM = "grounds deal", "energy deal", "memorandum"
_PROPOSED, _OFFERED, _SIGNED = -40, -24, -250
_EACH_PUPIL: Final = 92_929
"""What the grounds cost for each pupil, in hundredths of a penny: the price of the pictures for their seven schools."""
_NO_NUMBER: Final = 206
"""Pupils of a school whose number the public register does not have."""
_DEARER: Final = 9531
"""What a large school pays now, in hundredths of a per cent of its share: the group costs it more."""
EACH_ENERGY: Final = 8_450
"""What energy costs for each pupil in a year, in pence."""
ENERGY_FIRM: Final = "Northern Schools Energy"
_CENSUS: Final = "January census"
_BY_PUPILS: Final = (Part("pupils", apportion.WHOLE),)


def _members(scenes: Sequence[Scene]) -> list[Member]:
    return [
        Member(school_of(one), str(one.row.urn), {"pupils": pupils_of(one), "sites": 1}, 12, None, one.name.short)
        for one in scenes
    ]


def pupils_of(scene: Scene) -> int:
    """Return the number of pupils a school’s share rests on."""
    return scene.row.pupils or _NO_NUMBER


def _given(scenes: Sequence[Scene]) -> dict[bytes, frozenset[str]]:
    """Schools whose number of pupils the public register does not have."""
    return {school_of(one): frozenset({"pupils"}) for one in scenes if not one.row.pupils}


def _grounds_year(on: dt.date) -> int:
    """The year whose April is the next but not closer than four months."""
    return on.year if on.month < 12 and dt.date(on.year, 4, 1) > add_days(on, 120) else on.year + 1


def open_last_year(store: Store, scenes: Sequence[Scene], on: dt.date, who: str) -> None:
    """Let a cluster office write last year’s memorandum and energy deal; before what it does later, so that days fit.

    Called once the schools are set up and before they live: the ids go to ``scene.ids`` for what each school says.
    """
    if len(scenes) < 2:
        return
    with store.bulk() as bulk:
        _memorandum(bulk, scenes, on, who)
        _energy(bulk, scenes, on, who)


def open_deals(store: Store, scenes: Sequence[Scene], on: dt.date, who: str) -> None:
    """Let a cluster office write its own costs and propose the grounds; after ``open_last_year``."""
    if len(scenes) < 2:
        return
    with store.bulk() as bulk:
        _costs(bulk, scenes, on, who)
        _grounds(bulk, scenes, on, who)


def _act(bulk: Any, code: ActCode, who: str, subject: str, day: dt.date, minute: int) -> Any:
    return bulk.act(code, who=who, subject=subject, at_ms=stamp_ms(day, minute))


def _grounds(bulk: Any, scenes: Sequence[Scene], on: dt.date, who: str) -> None:
    year = _grounds_year(on)
    title = f"Grounds maintenance {year}"
    first, day, offered = dt.date(year, 4, 1), add_days(on, _PROPOSED), add_days(on, _OFFERED)
    lead = next((one for one in scenes if one.row.is_secondary), scenes[0])
    with _act(bulk, ActCode.PROPOSE_DEAL, who, title, day, 600) as act:
        deal = act.create("deal", _deal(scenes, title, "grounds", day, first, who) | {
            "decide_by": add_days(on, 21), "lead": school_of(lead),
            "scope": "Grass, hedges, pitches and leaves, 26 visits a year.",
        })  # fmt: skip
    total = _total(scenes)
    with _act(bulk, ActCode.OFFER_DEAL, who, title, offered, 610) as act:
        offer = act.fact("deal_offer", {
            "deal": deal, "supplier_name": "Redvale Grounds", "yearly": total, "vat": total // 5, "months": 36,
            "valid_until": add_days(on, 70), "said_on": offered, "said_by": who, "chosen_why":
            "Best value of three: better work for little more.", "compared": json.dumps(_quotes(total, offered)),
        })  # fmt: skip
    with _act(bulk, ActCode.SHARE_COST, who, title, offered, 620) as act:
        version = act.fact("sharing", _sharing(scenes, deal, offer, total, offered, first, who))
    for scene in scenes:
        scene.ids[GROUNDS], scene.ids[f"{GROUNDS} version"] = deal, version


def _weekday(day: dt.date) -> dt.date:
    return add_days(day, -max(0, day.weekday() - 4))


def _quotes(total: int, offered: dt.date) -> list[dict[str, Any]]:
    """Three quotes as they lay side by side: price 60 of the cheapest, quality 40 by the mean of all marks."""
    weights = {
        "price": 60, "parts": [{"name": "Quality of work", "weight": 30}, {"name": "References", "weight": 10}],
        "said_on": _weekday(add_days(offered, -12)).isoformat(),
        "opened_on": _weekday(add_days(offered, -2)).isoformat(),
    }  # fmt: skip
    cheapest = total * 97 // 100
    found = []
    for n, (name, yearly, quality) in enumerate((
        ("Redvale Grounds", total, 3_600), ("Greenway", total * 104 // 100, 3_400), ("Mow and Hedge", cheapest, 1_900),
    )):  # fmt: skip
        price = half_up(6_000 * cheapest, yearly)
        found.append({
            "supplier": name, "yearly": yearly, "months": 36, "whole": 3 * yearly, "price_score": price,
            "quality_score": quality, "score": price + quality, "rank": n + 1, "chosen": n == 0, "weights": weights,
        })  # fmt: skip
    return found


def _deal(
    scenes: Sequence[Scene], title: str, service: str, day: dt.date, first: dt.date, who: str
) -> dict[str, Any]:
    return {
        "title": title, "service": service, "invited": json.dumps([school_of(one).hex() for one in scenes]),
        "proposed_on": day, "said_by": who, "first": first, "last": add_days(add_months(first, 36), -1),
        "at_end": "ends", "leave_notice": 6, "leave_unit": "months", "join_rule": deal_stage.MONTH_START,
        "leave_rule": deal_stage.ANY_DAY,
    }  # fmt: skip


def _total(scenes: Sequence[Scene]) -> int:
    exact = sum(map(pupils_of, scenes)) * _EACH_PUPIL // 100
    return (exact + 2_500) // 5_000 * 5_000


def _sharing(
    scenes: Sequence[Scene], deal: bytes, offer: bytes | None, total: int, day: dt.date, first: dt.date, who: str,
    *, table: str = "deal", last: dt.date | None = None, vat: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    return kept({
        "about_table": table, "about": deal, "offer": offer, "total": total, "vat": total // 5 if vat is None else vat,
        "first": first, "last": last or add_days(add_months(first, 12), -1),
        "parts": json.dumps([{"method": one.method, "share": one.share} for one in _BY_PUPILS]),
        "members": json.dumps(apportion_rows.written(_members(scenes), _given(scenes))), "source": _CENSUS,
        "said_on": day, "said_by": who, "version": 1,
    })  # fmt: skip


def energy_term(on: dt.date) -> tuple[dt.date, dt.date, dt.date]:
    """Return the day last year’s deal was signed, its first and its last day."""
    signed = add_days(on, _SIGNED)
    first = add_months(signed.replace(day=1), 1)
    return signed, first, add_days(add_months(first, 36), -1)


def _energy(bulk: Any, scenes: Sequence[Scene], on: dt.date, who: str) -> None:
    """A deal signed last year, from the first of a month on, with its first year shared and paid in part."""
    signed, first, _ = energy_term(on)
    day, total = add_days(signed, -60), sum(map(pupils_of, scenes)) * EACH_ENERGY
    with _act(bulk, ActCode.PROPOSE_DEAL, who, "Energy", day, 600) as act:
        deal = act.create("deal", _deal(scenes, "Energy", "energy", day, first, who) | {
            "lead": school_of(scenes[0]), "review_on": add_days(on, 60),
        })  # fmt: skip
    with _act(bulk, ActCode.OFFER_DEAL, who, "Energy", add_days(day, 20), 610) as act:
        offer = act.fact("deal_offer", {
            "deal": deal, "supplier_name": ENERGY_FIRM, "yearly": total, "vat": total // 5, "months": 36,
            "said_on": add_days(day, 20), "said_by": who, "chosen_why": "By a framework; the only one with one bill.",
        })  # fmt: skip
    with _act(bulk, ActCode.SHARE_COST, who, "Energy", add_days(day, 20), 620) as act:
        version = act.fact("sharing", _sharing(scenes, deal, offer, total, add_days(day, 20), first, who))
    with _act(bulk, ActCode.CHANGE_DEAL, who, "Energy", signed, 630) as act:
        act.set("deal", deal, {"signed_on": signed, "signed_by": who, "signed_ref": "NSE 4471"})
    for scene in scenes:
        scene.ids[ENERGY], scene.ids[f"{ENERGY} version"] = deal, version
        scene.ids[f"{ENERGY} payee"] = school_of(scenes[0])


def _memorandum(bulk: Any, scenes: Sequence[Scene], on: dt.date, who: str) -> None:
    day = add_days(on, _SIGNED - 75)
    parties = [{"school": school_of(one).hex(), "name": one.name.short} for one in scenes]
    gives = [{"school": school_of(one).hex(), "what": "Cover when a neighbour’s caretaker is away"} for one in scenes]
    title = "Working together: memorandum of understanding"
    with _act(bulk, ActCode.ADD_AGREEMENT, who, title, day, 640) as act:
        row = act.create("agreement", {
            "title": title, "kind": "memorandum", "parties": json.dumps(parties), "contributions": json.dumps(gives),
            "entitlements": json.dumps([{**one, "what": "Cover when our caretaker is away"} for one in gives]),
            "leave_notice": 3, "leave_unit": "months", "first": add_days(day, 30), "review_on": add_days(on, 45),
            "purpose": "Each school keeps its own governors and budget. We cover each other’s sites, buy together "
            "where it is best value, and share what it costs.", "said_by": who, "said_on": day,
        })  # fmt: skip
    for scene in scenes:
        scene.ids[MEMORANDUM] = row


def _costs(bulk: Any, scenes: Sequence[Scene], on: dt.date, who: str) -> None:
    """Two lines of the money year that runs: travel and software of the office."""
    first = dt.date(on.year - (on.month < 4), 4, 1)
    last, day = add_days(add_months(first, 12), -1), max(add_days(on, -60), add_days(first, 1))
    for n, (title, kind, pence, vat) in enumerate((
        ("Cluster office: travel", "travel", 64_800, 0), ("Cluster office: software", "software", 118_000, 23_600),
    )):  # fmt: skip
        with _act(bulk, ActCode.ADD_RUNNING_COST, who, title, day, 650 + 2 * n) as act:
            row = act.create("running_cost", kept({
                "title": title, "kind": kind, "first": first, "last": last, "pence": pence, "vat": vat or None,
                "said_by": who, "said_on": day, "document": "Ledger of the office",
            }))  # fmt: skip
        with _act(bulk, ActCode.SHARE_COST, who, title, day, 651 + 2 * n) as act:
            act.fact("sharing", _sharing(
                scenes, row, None, pence, day, first, who, table="running_cost", last=last, vat=vat,
            ))  # fmt: skip


# --- what each school says --------------------------------------------------------------------------------------------


def add_deals(scene: Scene, cluster: Sequence[Scene]) -> None:
    """Add what a school says: its price today, what its governors decided, what it paid. After ``open_deals``."""
    if GROUNDS not in scene.ids:
        return
    n = next((n for n, one in enumerate(cluster) if one is scene), 0)
    met = add_days(scene.on, _SIGNED - 50 + n % 9)
    _agree(scene, MEMORANDUM, "agreement", None, met, n, until=add_days(scene.on, 400))
    signed = add_days(scene.on, _SIGNED)
    _price(scene, ENERGY, add_days(signed, -55), pupils_of(scene) * (9_020 + 37 * (n % 5)))
    _agree(scene, ENERGY, "deal", scene.ids[f"{ENERGY} version"], add_days(signed, -12 - n % 9), n)
    _pay(scene, signed)
    share = pupils_of(scene) * _EACH_PUPIL // 100
    now = share * _DEARER // 10_000 if scene.row.is_secondary else share * (11_800 + 410 * (n % 5)) // 10_000
    _price(scene, GROUNDS, add_days(scene.on, -33 + n % 4), now)
    if not scene.row.is_secondary and n % 3 != 1:
        day = add_days(scene.on, -15 + (3 * n) % 12)
        _agree(scene, GROUNDS, "deal", scene.ids[f"{GROUNDS} version"], day, n)


def _write(scene: Scene, day: dt.date, minute: int, code: ActCode, subject: str, entry: Entry) -> None:
    """Let something happen on a day when somebody is in the office; a row’s day is the day it happened."""
    day = _working(scene, day)
    scene.add(day, minute, code, scene.crew.boss, subject, [entry])


def _working(scene: Scene, day: dt.date) -> dt.date:
    while not scene.calendar.staff_in(day) and day < scene.end:
        day = add_days(day, 1)
    return max(day, scene.start)


def _price(scene: Scene, which: str, day: dt.date, yearly: int) -> None:
    subject = "Energy" if which == ENERGY else "Grounds maintenance"
    dated = dt.date(day.year - (day.month < 5), 4, 2)
    day = _working(scene, day)
    _write(scene, day, 700, ActCode.SET_BASELINE, subject, Entry("deal_baseline", {
        "deal": scene.ids[which], "yearly": yearly, "vat": yearly // 5, "dated": dated, "document": "Invoice",
        "said_on": day, "said_by": scene.crew.boss.name,
    }))  # fmt: skip


def _agree(
    scene: Scene, which: str, table: str, seen: bytes | None, day: dt.date, n: int, *, until: dt.date | None = None
) -> None:
    subject = {GROUNDS: "Grounds maintenance", ENERGY: "Energy"}.get(which, "Memorandum of understanding")
    met = day
    while not scene.calendar.staff_in(met) and met > scene.start:
        met = add_days(met, -1)  # a governing body meets in term, and before what follows from it
    day = met if scene.calendar.staff_in(met) else day
    _write(scene, day, 985, ActCode.DECIDE, subject, Entry("answer", kept({
        "about_table": table, "about": scene.ids[which], "answer": "yes", "said_on": day,
        "said_by": scene.crew.boss.name, "body": BODY, "minute_ref": f"{3 + n % 5}/{11 + n}", "until": until,
        "seen": seen,
    })))  # fmt: skip


def _pay(scene: Scene, signed: dt.date) -> None:
    payee = scene.ids[f"{ENERGY} payee"]
    if payee == school_of(scene):
        return
    net = pupils_of(scene) * EACH_ENERGY // 2
    day = add_months(add_months(signed.replace(day=1), 1), 6)
    _write(scene, day, 705, ActCode.NOTE_PAYMENT, "Energy", Entry("payment", {
        "about_table": "deal", "about": scene.ids[ENERGY], "to_school": payee, "pence": net, "vat": net // 5,
        "on_date": day, "reference": f"NSE {scene.row.urn}", "said_by": scene.crew.boss.name,
    }))  # fmt: skip
