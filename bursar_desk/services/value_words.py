"""How a stored value reads: dates, times, money, ids by name, JSON in short. One place for every list and the story."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

from bursar_desk.domain import registry, words
from bursar_desk.domain.checks import NotDoneReason
from bursar_desk.domain.rates import per_cent

Called = Callable[[bytes], str]
"""Gives the name of a row or school by its id; "" when it is not held here."""

SECRET: Final = frozenset({"secret"})
"""What stands behind a PIN: told nowhere."""
UNSAID: Final = SECRET | {
    "easting", "northing", "modelled_on", "sort_of", "utc_offset", "grant_id", "op", "stream", "head", "file", "whose",
}  # fmt: skip
"""Columns that say nothing to people."""
STANDING_WORDS: Final = {registry.STANDS: "Yes", registry.SET_ASIDE: "No, it was taken out"}

_CLOCK: Final = frozenset(
    {"starts", "ends", "opens", "closes", "done_minute", "minute", "arrived", "went", "closed_minute"}
)
"""Minutes after midnight."""
_PENCE: Final = frozenset({
    "cost", "price", "insured_for", "alone", "pence", "hourly", "agency", "budget", "yearly", "unit_price", "once",
    "other_price",
    "ending_charge",
})  # fmt: skip
_PEOPLE: Final = frozenset({"owner", "doer", "deputy", "person", "helper_person"})
_PLAIN: Final = frozenset({"built_year", "half", "year"})
_CODED: Final = frozenset({"state", "risk", "kind", "role", "word", "anchor", "employer", "phase"})
_SHOWN: Final = 4
"""How many of a long list are named."""

_REASONS: Final = {one.value: one.said for one in NotDoneReason}
_SAID: Final[dict[tuple[str, str], Mapping[str, str]]] = {
    ("check_record", "evidence"): {"none": "No paper", "held": "Held", "awaited": "Awaited"},
    ("check_record", "came_by"): {
        "paper": "From a sheet on paper", "sheet": "From a filled-in cover sheet", "import": "From a spreadsheet",
    },
    ("not_done", "reason"): _REASONS,
    ("saving", "kind"): {"recurring": "Every year", "once": "Once"},
    ("deal_step", "kind"): {"join": "Joins", "leave": "Gives notice to leave", "stay": "Takes that back"},
    ("deal", "at_end"): {"ends": "Ends", "renews": "Renews itself", "rolls": "Rolls on", "option": "Can be extended"},
    ("deal", "join_rule"): {"month start": "On the first of a month", "any day": "Any day",
                            "year start": "At the start of a year"},
    ("deal", "leave_rule"): {"any day": "Any day", "month end": "At the end of a month",
                             "year end": "At the end of a year"},
    ("agreement", "kind"): {"memorandum": "Memorandum of understanding", "data sharing": "Data-sharing agreement"},
    ("spend", "said"): {
        "not a contract": "Not a contract", "contract": "Belongs to a contract", "draft": "Draft contract made",
    },
    ("school_check", "applies"): {"yes": "Yes", "no": "No", "ask": "Not answered"},
    ("school_check", "points_mode"): {"each": "Every point each time"},
    ("school_check", "evidence_needed"): {
        "note": "A note", "file": "A file", "file and number": "A file and its number",
    },
    ("school_check", "standing_in_law"): {
        "statutory": "Required by law", "approved_code_or_standard": "Required by an approved code",
        "recommended": "Recommended",
    },
    ("drill", "kind"): {"fire": "Fire drill", "lockdown": "Lockdown drill"},
    ("walk", "kind"): {"premises": "Round the premises", "stocktake": "Stocktake"},
    ("sheet", "kind"): {"premises": "Walk round the premises", "stocktake": "Stocktake", "cover": "Cover pack"},
    ("lead", "kind"): {
        "duty holder": "Duty holder", "responsible person": "Responsible person", "line manager": "Line manager",
        "premises lead": "Leads the premises staff",
    },
    ("role_course", "need"): {"required": "Must have", "advised": "Should have", "no": "Does not need"},
    ("role_course", "role"): {"anybody": "Somebody at the school", "everybody": "Everybody"},
    ("session", "price_per"): {"seat": "Each seat", "session": "The whole session"},
    ("rate_card", "role"): {"": "Everybody"},
    ("hours_entry", "kind"): {"opening": "Opening balance", "write-off": "Write-off", "paid": "Payment"},
    ("support_review", "kind"): {"first": "First interim review", "second": "Second interim review",
                                 "final": "Final review"},
    ("cover", "pays"): {"hours": "In hours", "recharge": "In money", "time off": "In hours, with time off"},
    ("setting", "name"): {
        "recharge": "How money goes between schools",
        "buying_bands": "Rules for quotes", "reminder_days": "Days ahead of a reminder",
        "lock_minutes": "Minutes until the window is locked",
    },
}  # fmt: skip


@lru_cache
def _codes() -> dict[tuple[str, str], Mapping[str, str]]:
    """Return the words of codes that other modules keep, by table and column."""
    from bursar_desk.domain import asset_kinds, contractors, place_tree
    from bursar_desk.services import catalogue, evidence_lines, messages, site_sheet

    return _SAID | {
        ("asset", "kind"): {one.code: one.one for one in asset_kinds.KINDS},
        ("asset", "grade"): dict(asset_kinds.CONDITIONS),
        ("place", "kind"): place_tree.KIND_WORDS,
        ("evidence", "kind"): evidence_lines.KIND_WORDS,
        ("message", "kind"): messages.KIND_WORDS,
        ("permit", "kind"): {code: one.said for code, one in contractors.PERMITS.items()},
        ("site_note", "kind"): {code: one.heading for code, one in site_sheet.BY_CODE.items()},
        ("feature", "code"): {one.code: one.label for one in catalogue.load().features},
        **_of_contracts(),
        **_of_buying(),
    }


def _of_buying() -> dict[tuple[str, str], Mapping[str, str]]:
    from bursar_desk.domain import leases, quote_rules, service_kinds, thresholds
    from bursar_desk.services import service_reviews

    services = {one.code: one.said for one in service_kinds.KINDS}
    return {
        ("service_review", "service"): services, ("service_review", "route"): service_reviews.ROUTE_WORDS,
        ("buying", "service"): services, ("buying", "kind"): thresholds.KIND_WORDS,
        ("buying", "route"): quote_rules.ROUTE_WORDS, ("buying", "call_off"): quote_rules.CALL_OFF_WORDS,
        ("buying", "state"): {"open": "Under way", "awarded": "Chosen", "stopped": "Stopped"},
        ("buying", "lease"): {one.code: one.said for one in leases.KINDS},
        ("buying", "lease_consent"): leases.CONSENTS,
    }


def _of_contracts() -> dict[tuple[str, str], Mapping[str, str]]:
    from bursar_desk.domain import leases, service_kinds
    from bursar_desk.services import contracts_cells, contracts_decide, contracts_write

    return {
        ("contract", "at_end"): contracts_cells.AT_END, ("contract", "rise"): contracts_cells.RISES,
        ("contract", "notice_by"): contracts_cells.NOTICE_BY, ("contract", "notice_ends"): contracts_cells.NOTICE_ENDS,
        ("contract", "service"): {one.code: one.said for one in service_kinds.KINDS},
        ("deal", "service"): {one.code: one.said for one in service_kinds.KINDS},
        ("contract", "lease"): {one.code: one.said for one in leases.KINDS},
        ("contract", "lease_consent"): leases.CONSENTS,
        ("contract_decision", "what"): contracts_decide.WHAT_WORDS,
        ("contract_note", "kind"): contracts_write.NOTE_KINDS,
    }  # fmt: skip


def value_words(
    table: str, field: registry.Field, value: Any, called: Called, *, day: Callable[[dt.date], str] = words.short_date
) -> str:
    """Return a value in words, or nothing when it says nothing; never one that is secret."""
    from db.derived import date_of

    if value is None or value == "" or field.name in SECRET:
        return ""
    if field.name == "standing":
        return STANDING_WORDS.get(value, str(value))
    if field.type == "date" and isinstance(value, int):
        return day(date_of(value))
    if field.type == "id" and isinstance(value, bytes):
        return called(value) or f"{'somebody' if field.name in _PEOPLE else 'something'} not held here"
    if field.type == "bool":
        return "yes" if value else "no"
    if field.type == "json" and isinstance(value, str):
        return _json_words(field.name, value, called)
    if isinstance(value, int):
        return str(value) if (table, field.name) == ("weights", "price") else _number(field.name, value)
    return _text(table, field.name, str(value))


def _text(table: str, name: str, text: str) -> str:
    if name == "outcome":
        return words.OUTCOME_WORDS.get(text, text)
    coded = _codes().get((table, name))
    if coded is not None and text in coded:
        return coded[text]
    if name == "rule":
        return _rule(text)
    if name == "area":
        return _area(text)
    if (table, name) == ("contract", "came_from"):
        return text.partition(" · ")[0]  # behind it are marks by which a spreadsheet is known again
    if table == "spend" and name in ("name", "source"):
        return text.partition("|")[0].partition(" #")[0]
    if name == "about_table":
        from bursar_desk.services.field_words import table_words

        return table_words(text)
    return text.replace("_", " ") if name in _CODED else text


def is_coded(table: str, field: registry.Field) -> bool:
    """Tell whether a text is one of a few codes, so that a list may begin it with a capital."""
    return field.type == "bool" or field.name in _CODED or (table, field.name) in _codes()


def _number(name: str, value: int) -> str:
    if name in _CLOCK and 0 <= value <= 1440:
        return f"{value // 60:02d}:{value % 60:02d}"
    if name == "days":
        return words.listing([one for n, one in enumerate(words.WEEKDAYS) if value >> n & 1])
    if name == "weekday" and 0 <= value < 7:
        return words.WEEKDAYS[value]
    if name in _PENCE:
        return words.money(value)
    if name in ("measure", "measure_was"):
        return _tenths(value)
    if name == "seconds":
        return _seconds(value)
    if name in _SPOKEN:
        return _SPOKEN[name](value)
    if name in _WITH_UNIT:
        return words.count(value, _WITH_UNIT[name])
    if name == "floor_area":
        return f"{words.number(value)} m²"
    if name == "priority":
        from bursar_desk.domain.asset_kinds import PRIORITIES

        return dict(PRIORITIES).get(value, str(value))
    return str(value) if name in _PLAIN else words.number(value)


_SPOKEN: Final[dict[str, Callable[[int], str]]] = {
    "minutes": words.hours, "pause": words.hours, "travel": words.hours,
    "miles": lambda value: f"{_tenths(value)} miles",
    "insurance": per_cent, "pension": per_cent, "overhead": per_cent,
    "vat_rate": per_cent, "rise_rate": per_cent,
    "mileage": lambda value: f"{words.number(value)}p a mile",
}  # fmt: skip
_WITH_UNIT: Final = {"life_years": "year", "lead_days": "day"}


def _seconds(value: int) -> str:
    minutes, left = divmod(value, 60)
    parts = [words.count(minutes, "minute")] if minutes else []
    return words.listing([*parts, *([words.count(left, "second")] if left or not parts else [])])


def _tenths(value: int) -> str:
    whole, odd = divmod(abs(value), 10)
    return f"{words.MINUS if value < 0 else ''}{words.number(whole)}{f'.{odd}' if odd else ''}"


def _rule(text: str) -> str:
    from bursar_desk.domain.errors import UserError
    from bursar_desk.domain.intervals import describe, parse_rule

    try:
        return describe(parse_rule(text))
    except UserError:
        return text


def _area(code: str) -> str:
    from bursar_desk.domain import areas

    return next((one.name for one in areas.AREAS if one.code == code), code)


# --- JSON ------------------------------------------------------------------------------------------------------------


def _json_words(name: str, text: str, called: Called) -> str:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return text
    if isinstance(found, dict):
        return _object(name, found, called)
    parts = found if isinstance(found, list) else [found]
    if name == "lines":
        return words.count(len(parts), "line")
    if name == "answers":
        return _answers(parts)
    if name == "breaks":
        return "; ".join(_break(one) for one in parts if isinstance(one, dict))
    said = [one for one in (_one(part, called) for part in parts) if one]
    if name in ("taken", "left") and len(said) > _SHOWN:
        return f"{', '.join(said[:_SHOWN])} and {words.number(len(said) - _SHOWN)} more"
    return "; ".join(said)


def _break(one: Mapping[str, Any]) -> str:
    """Return a day a contract can end early, with its own notice where it has one."""
    try:
        day = words.short_date(dt.date.fromisoformat(one["on"]))
    except (KeyError, TypeError, ValueError):
        return str(one.get("on", ""))
    return f"{day} with {one['notice']} {one.get('unit', 'months')}’ notice" if "notice" in one else day


def _object(name: str, found: Mapping[str, Any], called: Called) -> str:
    if name == "habit":
        from bursar_desk.domain.habits import read_habit

        habit, why_not = read_habit(found)
        return habit.words if habit is not None else why_not
    if name == "copied":
        edition = f"edition {found['edition']} of the checks" if found.get("edition") else ""
        return ", ".join(one for one in (str(found.get("title") or ""), edition) if one)
    if name == "facts":
        return "; ".join(f"{_fact_label(key)}: {_fact_value(key, one)}" for key, one in found.items() if one != "")
    if name in ("value", "readings", "points"):
        said = {key: _one(one, called) for key, one in found.items()}
        return "; ".join(f"{key.replace('_', ' ')}: {one}" for key, one in said.items() if one)
    return _one(dict(found), called)


def _one(one: Any, called: Called) -> str:
    """Return one part of a list: a file or step by its name, an answer with its unit, a row by what it is called."""
    if isinstance(one, dict):
        return _part(one)
    if isinstance(one, bool):
        return "yes" if one else "no"
    if isinstance(one, list):
        return words.listing([said for part in one if (said := _one(part, called))])
    if isinstance(one, str) and len(one) == 32 and all(letter in "0123456789abcdef" for letter in one):
        return called(bytes.fromhex(one)) or "something not held here"
    return "" if one is None else str(one)


def _part(one: Mapping[str, Any]) -> str:
    from bursar_desk.domain.steps import answer_words

    if "quotes" in one and isinstance(one.get("from"), int):
        return f"from {words.money(one['from'])} {one['quotes']}"
    if isinstance(one.get("weight"), int):
        return f"{one.get('name', '')} {one['weight']}".strip()
    name, answer = str(one.get("name", "")), answer_words(one)
    return f"{name} {answer}".strip()


def _answers(parts: list[Any]) -> str:
    """Return what a walk found: how many lines were answered, and how many with a remark."""
    notes = sum(bool(one.get("note")) for one in parts if isinstance(one, dict))
    said = words.count(len(parts), "answer")
    return f"{said}, {words.number(notes)} with a note" if notes else said


@lru_cache
def _facts() -> dict[str, tuple[str, dict[str, str], str]]:
    """Return label, choices and unit of every fact by its name; kinds that share a name share its words."""
    from bursar_desk.domain import asset_kinds

    found: dict[str, tuple[str, dict[str, str], str]] = {}
    for fact in (one for kind in asset_kinds.KINDS for one in kind.facts):
        label, choices, unit = found.get(fact.name, (fact.label, {}, fact.unit))
        found[fact.name] = (label, choices | dict(fact.choices), unit)
    return found


def _fact_label(key: str) -> str:
    return _facts()[key][0] if key in _facts() else key.replace("_", " ")


def _fact_value(key: str, value: Any) -> str:
    _, choices, unit = _facts().get(key, ("", {}, ""))
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = choices.get(str(value), str(value))
    return f"{text} {unit}".strip()
