"""How the checks of a made-up school turned out: readings, faults found and what became of them."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.checks import Outcome
from bursar_desk.domain.date_math import add_days
from bursar_desk.services.sample.scene import BEHIND, Entry, Scene, Worker

if TYPE_CHECKING:
    from bursar_desk.domain.catalogue import CatalogueCheck

PASS, ACTIONS, FAIL = Outcome.SATISFACTORY, Outcome.SATISFACTORY_WITH_ACTIONS, Outcome.UNSATISFACTORY


@dataclass(frozen=True, slots=True)
class Trouble:
    """What can go wrong: the chance at each turn, the words, how bad it is, and the most days it takes to mend."""

    chance: float
    words: str
    risk: str
    outcome: Outcome
    days: int


_TROUBLES: Final = {
    "FIRE-04": Trouble(0.012, "Sounder in the library not heard", "high", FAIL, 2),
    "FIRE-07": Trouble(0.08, "Two emergency lights out in the hall corridor", "medium", ACTIONS, 14),
    "FIRE-10": Trouble(0.04, "Extinguisher bracket loose by the staff room", "low", ACTIONS, 12),
    "FIRE-16": Trouble(0.2, "Hall door closer loose", "medium", ACTIONS, 20),
    "FIRE-21": Trouble(0.006, "Chairs stacked in front of the infant exit", "medium", ACTIONS, 0),
    "PLAY-02": Trouble(0.15, "Bolt cap missing on the climbing frame", "low", ACTIONS, 20),
    "PLAY-03": Trouble(0.02, "Rope frayed on the climbing net", "medium", ACTIONS, 15),
    "GASH-13": Trouble(0.03, "Small leak at the boiler pump", "medium", ACTIONS, 9),
    "GRND-03": Trouble(0.2, "Loose panel in the back fence", "low", ACTIONS, 25),
    "WAHT-01": Trouble(0.15, "Foot worn on the short step ladder; taken away", "medium", ACTIONS, 10),
    "ELEC-03": Trouble(0.4, "Six appliances did not pass and were taken away", "low", ACTIONS, 10),
    "ELEC-05": Trouble(0.06, "Trip switch in the kitchen slow to act", "high", FAIL, 6),
    "LIFT-01": Trouble(0.12, "Lift door edge worn: mend within two months", "medium", ACTIONS, 40),
    "GASH-01": Trouble(0.1, "Flue seal to be renewed at the next visit", "low", ACTIONS, 30),
    "FAID-02": Trouble(0.04, "Kit in the nursery short of plasters", "low", ACTIONS, 3),
    "WATR-10": Trouble(0.08, "Shower head scaled up in the staff shower", "low", ACTIONS, 8),
}
_ADVICE: Final = Trouble(0.06, "Advice in the report to act on", "low", ACTIONS, 30)
_MORE_FAULTS: Final = (
    ("Gutter leak, nursery", "medium"), ("Tile loose in the staff room", "low"),
    ("Handrail rough by the main steps", "low"),
    ("Tap dripping in the infant toilets", "low"), ("Kerb broken at the car park gate", "medium"),
    ("Window catch stiff in the library", "low"), ("Paving slab rocking by the canopy", "medium"),
)  # fmt: skip


def trouble_for(row: CatalogueCheck) -> Trouble | None:
    """What may go wrong at a turn of this check; an outside expert nearly always has some advice."""
    return _TROUBLES.get(row.code) or (_ADVICE if row.usual_doer == "contractor" else None)


class Faults:
    """Writes the life of faults: found, ordered, mended; the ones of the last days may still be open."""

    def __init__(self, scene: Scene) -> None:
        self._scene, self._rng, self._number = scene, scene.rng("faults"), 0

    def entry(
        self, row: CatalogueCheck | None, check: bytes | None, title: str, risk: str, day: dt.date, by: Worker,
        target: dt.date | None,
    ) -> Entry:  # fmt: skip
        """The fault as it was reported; ``row`` is nothing for a fault seen in passing."""
        self._number += 1
        made = self._scene.made
        values: dict[str, Any] = {
            "title": title, "risk": risk, "state": "reported", "raised_on": day, "raised_by": by.name,
            "owner": self._scene.crew.boss.id, "target_on": target,
        }  # fmt: skip
        if row is not None:
            values["check_id"] = check
        elif made:
            values["place"] = made.places["main"]
        kept = {name: value for name, value in values.items() if value is not None}
        return Entry("defect", kept, key=f"fault {self._number}")

    def follow(self, entry: Entry, days: int, minute: int) -> None:
        """Let it be ordered and mended within ``days``; what would be mended after the history stays open."""
        scene, rng = self._scene, self._rng
        raised: dt.date = entry.values["raised_on"]
        done = add_days(raised, rng.randint((days + 1) // 2, days) if days else 0)
        if done > scene.end and scene.is_story:
            done = scene.end
        boss, title = scene.crew.boss, entry.values["title"]
        if days > 4:
            ordered = add_days(raised, rng.randint(1, 3))
            self._change(ordered, 600 + minute % 60, entry, {"state": "ordered"}, boss, title)
        if done <= scene.end:
            cost = rng.randint(20, 480) * 100 if days > 8 else None
            closed = {"state": "done", "closed_on": done, "closed_by": boss.name, "cost": cost}
            kept = {name: value for name, value in closed.items() if value is not None}
            self._change(done, max(minute + 30, 930), entry, kept, boss, title)
        else:
            late = scene.character is BEHIND and rng.random() < 0.5
            entry.values["target_on"] = add_days(scene.on, -rng.randint(1, 5) if late else rng.randint(5, 40))
            entry.values["target_on"] = max(entry.values["target_on"], raised)

    def _change(
        self, day: dt.date, minute: int, entry: Entry, values: dict[str, Any], who: Worker, title: str
    ) -> None:  # fmt: skip
        change = Entry("defect", values, key=entry.key, change=True)
        self._scene.add(day, min(minute, 1420), ActCode.CHANGE_DEFECT, who, title, [change])

    def in_passing(self) -> None:
        """Faults seen without a check: some mended, some open, one of them already made safe."""
        scene, rng = self._scene, self._rng
        keeper = scene.crew.site
        words = list(_MORE_FAULTS)
        rng.shuffle(words)
        still_open = 2 if scene.is_story else rng.randint(*scene.character.open_faults)
        months = (scene.end - scene.start).days // 60
        for n in range(months):
            title, risk = words[n % len(words)]
            day = add_days(scene.start, 20 + 60 * n + rng.randint(0, 25))
            if n >= months - still_open:
                day = add_days(scene.end, -rng.randint(8, 20))
                self._open(title, risk, day, keeper, made_safe=n == months - 1)
                continue
            entry = self.entry(None, None, title, risk, day, keeper, add_days(day, 28))
            scene.add(day, 655, ActCode.REPORT_DEFECT, keeper, title, [entry])
            self.follow(entry, 24, 655)

    def _open(self, title: str, risk: str, day: dt.date, keeper: Worker, *, made_safe: bool) -> None:
        scene = self._scene
        entry = self.entry(None, None, title, risk, day, keeper, add_days(scene.on, self._rng.randint(7, 30)))
        scene.add(day, 655, ActCode.REPORT_DEFECT, keeper, title, [entry])
        values: dict[str, Any] = {"state": "ordered"}
        if made_safe:
            values = {
                "state": "made safe", "interim_control": "Taped off, with a sign",
                "interim_until": add_days(scene.on, 20),
            }  # fmt: skip
        self._change(add_days(day, 2), 700, entry, values, keeper, title)


# --- readings, in tenths ---------------------------------------------------------------------------------------------


def readings_of(
    code: str, spec: Sequence[dict[str, Any]], rng: random.Random, *, trend: int = 0, bad: bool = False
) -> str:  # fmt: skip
    """Believable readings for a check's list of what is read, as its text; ``trend`` lowers the third one, in tenths.

    ``bad`` puts one of them out of range.
    """
    parts = []
    worst = rng.randrange(len(spec)) if bad else -1
    for n, one in enumerate(spec):
        value = _reading(one, rng, bad=n == worst)
        if n == 2 and trend and code == "WATR-04":
            value = 508 + trend
        parts.append(f'{{"name": "{one["name"]}", "value": {value}, "unit": "{one["unit"]}"}}')
    return f"[{', '.join(parts)}]"


def _reading(one: dict[str, Any], rng: random.Random, *, bad: bool) -> int:
    low: float | None = one.get("low")
    high: float | None = one.get("high")
    if low is not None:
        return round(10 * low) - rng.randint(8, 45) if bad else round(10 * low) + rng.randint(6, 80)
    limit = round(10 * (high or 0))
    spread = 90 if limit > 150 else 40
    if one["name"] == "Basin":
        spread = 25  # a mixed basin is warm on purpose: about 41
    return limit + rng.randint(3, 25) if bad else limit - rng.randint(4, spread)
