"""The numbers that ``by value`` rules go by: set on the checks in the act that changes the thing they belong to."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bursar_desk.domain.assets import band_changes, first_used, measure_for, tenths_of
from bursar_desk.services.standing import rule_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from bursar_desk.services.desk import Desk
    from db.queries.assets import AssetRow
    from db.queries.checks import CheckRow
    from db.queries.schools import PlaceRow
    from db.session import Act

FLOOR_AREA = "floor area m2"


def for_new_check(rule: str, asset: AssetRow) -> dict[str, Any]:
    """Return the columns a check starts with because of its equipment: the measure in tenths, the day of first use."""
    read = rule_of(rule)
    found: dict[str, Any] = {}
    measure = measure_for(read.measure, asset.kind, asset.facts)
    if measure is not None:
        found["measure"] = tenths_of(measure.value, read)
    day = first_used(asset.kind, asset.facts, asset.first_used_on)
    if day is not None:
        found["first_used_on"] = day
    return found


def follow_asset(act: Act, checks: Iterable[CheckRow], asset: AssetRow, today: dt.date) -> None:
    """Bring the checks of a piece of equipment to what is known of it now, as a part of the same act.

    When the number moves to another band, what it was and the day are kept (rules section 2, band change).
    """
    for check in checks:
        wanted = for_new_check(check.rule, asset)
        read = rule_of(check.rule)
        values: dict[str, Any] = {}
        if read.measure and not read.by_age:
            values |= _measure(check, wanted.get("measure"), today)
        day = wanted.get("first_used_on")
        if day is not None and day != check.first_used_on and (read.by_age or check.first_used_on is None):
            values["first_used_on"] = day
        if values:
            act.set("school_check", check.id, values)


def _measure(check: CheckRow, now: int | None, today: dt.date) -> Mapping[str, Any]:
    if now is None or now == check.measure:
        return {}
    if band_changes(rule_of(check.rule), check.measure, now):
        return {"measure": now, "measure_was": check.measure, "measure_changed": today}
    return {"measure": now}


def set_floor_area(desk: Desk, act: Act, place: PlaceRow, area: int | None) -> None:
    """Let the checks that go by floor area follow the area of their place, as a part of the same act.

    A check for the whole school goes by the site, where there is only one.
    """
    from db.queries.checks import checks
    from db.queries.schools import places

    if area is None:
        return
    with desk.store.connect() as con:
        sites = [one.id for one in places(con, desk.home) if one.kind == "site" and one.removed_on is None]
        listed = checks(con, desk.home)
    for check in listed:
        read = rule_of(check.rule)
        whole = check.place is None and sites == [place.id]
        if read.measure == FLOOR_AREA and (check.place == place.id or whole):
            values = _measure(check, tenths_of(Decimal(area), read), desk.today)
            if values:
                act.set("school_check", check.id, values)
