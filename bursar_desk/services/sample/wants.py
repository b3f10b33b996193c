"""How the checks of a made-up school shall stand today, decided before its history is laid."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final

from bursar_desk.domain.due import Anchor
from bursar_desk.domain.intervals import Form, parse_rule
from bursar_desk.services import catalogue
from bursar_desk.services.sample.scene import BEHIND, OK, Want

if TYPE_CHECKING:
    from bursar_desk.domain.catalogue import CatalogueCheck
    from bursar_desk.services.sample.scene import Scene

# The school of the pictures: three overdue, one without a record, the rest up to date, some of it due soon.
STORY_WANTS: Final = {
    "FIRE-01": Want("late", 10), "LIFT-01": Want("late", 7), "FIRE-07": Want("late", 1), "ASBE-02": Want("unknown"),
    "WATR-04": Want("soon", 0), "GASH-13": Want("soon", 1), "FIRE-10": Want("soon", 3), "FAID-02": Want("soon", 4),
    "ELEC-03": Want("soon", 11), "PLAY-02": Want("soon", 14), "TRNG-04": Want("soon", 18), "WATR-01": Want("soon", 24),
    "TRNG-03": Want("soon", 86),
}  # fmt: skip
_LATE_HABITS: Final = (("WATR-03", 6), ("FIRE-16", 0), ("FIRE-19", 0), ("FIRE-21", 3))


def wants_of(scene: Scene) -> dict[str, Want]:
    """For each code that applies at the school how it stands today; what is not named is in date."""
    if scene.is_story:
        return dict(STORY_WANTS)
    rng, character = scene.rng("wants"), scene.character
    spaced = [row for row in rows_of(scene) if _is_spaced(row)]
    rng.shuffle(spaced)
    wants: dict[str, Want] = {}

    def some(bounds: tuple[int, int], kind: str, low: int, high: int, *, outside: bool = False) -> None:
        for _ in range(rng.randint(*bounds)):
            row = next((one for one in spaced if not outside or one.needs_document or one.in_house == "no"), None)
            if row is not None:
                spaced.remove(row)
                wants[row.code] = Want(kind, rng.randint(low, high))

    some(character.awaited, "awaited", 3, 24, outside=True)
    some(character.failed, "failed", 2, 20, outside=True)
    some(character.unknown, "unknown", 0, 0)
    some(character.overdue, "late", 2, character.most_late)
    if character is BEHIND:
        applies = {row.code for row in rows_of(scene)}
        wants |= {code: Want("late", days) for code, days in _LATE_HABITS if code in applies}
    elif character.overdue[1] == 0:
        _some_soon(spaced, wants, rng)
    return wants


def _some_soon(spaced: list[CatalogueCheck], wants: dict[str, Want], rng: random.Random) -> None:
    """Even the best school has a few things coming up."""
    yearly = [row for row in spaced if (rule := parse_rule(row.rule)).interval and rule.interval.months == 12]
    wants |= {row.code: Want("soon", rng.randint(5, 40)) for row in yearly[:3]}


def rows_of(scene: Scene) -> list[CatalogueCheck]:
    """The catalogue rows that apply at the school."""
    loaded = catalogue.load()
    codes = scene.applies
    return [row for row in loaded.rows if row.code in codes]


def _is_spaced(row: CatalogueCheck) -> bool:
    rule = parse_rule(row.rule)
    return (
        rule.form in (Form.EVERY, Form.RISK_BASED) and rule.interval is not None and rule.interval.days_about > 25
        and row.anchor is Anchor.LAST_DONE
    )  # fmt: skip


__all__ = ["OK", "rows_of", "wants_of"]
