"""What is typed about a contract on the command line, read into its columns: days, pence, notice, breaks, units."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.cli.buying import per_cent, pounds, service_code
from bursar_desk.cli.frame import Misused

if TYPE_CHECKING:
    from bursar_desk.cli.frame import Common
    from bursar_desk.services.desk import Desk

_DAYS: Final = {"first": "--from", "last": "--to", "insured_until": "--insured-until"}
_SUMS: Final = {"yearly": "--yearly", "ending_charge": "--ending-charge"}
_RATES: Final = {"vat_rate": "--vat", "rise_rate": "--rise-rate"}
_NONE: Final = frozenset({"none", "no", "0"})


def given_columns(shared: Common, desk: Desk, **typed: Any) -> dict[str, Any]:
    """Return the columns that were given, ready for the service; an empty text takes a value out."""
    out: dict[str, Any] = {}
    for name, said in typed.items():
        if said is None:
            continue
        if said == "" and name not in ("notice", "units"):
            out[name] = None
        elif name in _DAYS:
            out[name] = shared.day(said, _DAYS[name])
        elif name in _SUMS:
            out[name] = pounds(said, _SUMS[name])
        elif name in _RATES:
            out[name] = per_cent(said, _RATES[name])
        else:
            out |= _special(shared, desk, name, said)
    return out


def _special(shared: Common, desk: Desk, name: str, said: Any) -> dict[str, Any]:
    if name == "notice":
        return _notice(said)
    if name == "breaks":
        return {"breaks": tuple(_break(shared, one) for one in said)}
    if name == "alerts":
        days = [one.strip() for one in said.split(",")]
        if not all(one.isdecimal() and len(one) < 5 for one in days):
            raise Misused("--alerts could not be read as days.", "Nothing was changed.", "Type it like 120,30.")
        return {"alerts": tuple(map(int, days))}
    if name == "units":
        return _units(said)
    if name == "owner":
        return {"owner": desk.find_person(said).id}
    if name == "supplier":
        from bursar_desk.services import suppliers

        return {"supplier": suppliers.find(desk, said).id}
    if name == "service":
        return {"service": service_code(said)}
    return {name: said}


def _notice(said: str) -> dict[str, Any]:
    """Read “3 months”, “30 clear days”, “none”; "" takes it out."""
    from bursar_desk.domain.contract_cells import read_notice

    text = said.strip().casefold()
    if not text:
        return {"notice": None, "notice_unit": None, "notice_clear": False}
    if text in _NONE:
        return {"notice": 0, "notice_unit": "months", "notice_clear": False}
    found = read_notice(said)
    if found.count is None:
        raise Misused("--notice could not be read.", "Nothing was changed.", "Type it like “3 months” or “90 days”.")
    return {"notice": found.count, "notice_unit": found.unit, "notice_clear": found.clear}


def _break(shared: Common, said: str) -> dict[str, Any]:
    """Read “2027-10-01” or “2027-10-01, 6 months”."""
    day, _comma, rest = said.partition(",")
    found: dict[str, Any] = {"on": shared.day(day.strip(), "--break")}
    if rest.strip():
        notice = _notice(rest)
        found |= {"notice": notice["notice"], "unit": notice["notice_unit"]}
    return found


def _units(said: str) -> dict[str, Any]:
    """Read “6 device”: how many of what the price is for."""
    if not said.strip():
        return {"units": None, "unit": None}
    found = re.fullmatch(r"\s*([0-9,]{1,11})\s+(\S.*?)\s*", said)
    if found is None:
        raise Misused("--units could not be read.", "Nothing was changed.", "Type it like “6 device”.")
    return {"units": int(found[1].replace(",", "")), "unit": found[2]}
