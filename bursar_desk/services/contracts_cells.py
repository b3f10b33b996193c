"""What a contract may hold: texts tidied, codes known, days and sums possible; refused in plain sentences."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import words
from bursar_desk.domain.contract_terms import UNITS
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.leases import BY_CODE, CONSENTS
from bursar_desk.services.contracts_shapes import ENDS, OPTION, RENEWS, ROLLS, NewTerm
from bursar_desk.services.plain_text import one_line, paragraphs

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.queries.contracts import ContractRow

SAFE: Final = "Nothing was changed."
AT_END: Final = {
    ENDS: "Ends by itself", RENEWS: "Renews by itself", ROLLS: "Runs on until somebody gives notice",
    OPTION: "Ends, with an option to extend",
}  # fmt: skip
NOTICE_BY: Final = {"received": "They must have it by then", "served": "It is enough to send it by then"}
NOTICE_ENDS: Final = {
    "": "", "any day": "On any day", "month end": "At the end of a month", "period end": "At the end of a period",
}  # fmt: skip
RISES: Final = {
    "": "Not known", "none": "Fixed", "per cent": "By a fixed per cent", "cpi": "With consumer prices (CPI)",
    "rpi": "With retail prices (RPI)", "pay award": "With the pay award", "other": "By another rule",
}  # fmt: skip
GROUPS: Final = (
    ("first", "last"), ("notice", "notice_unit", "notice_clear"), ("yearly", "vat_rate"),
    ("rise", "rise_rate", "rise_note"), ("unit", "units", "unit_price"), ("ceased_on", "ceased_why"),
    ("lease", "lease_consent"),
)  # fmt: skip
"""Cells that only make sense together and are written whole."""
_LINES: Final = {
    "title": 120, "service": 60, "reference": 80, "rise_note": 200, "unit": 40, "bought_how": 200, "ceased_why": 400,
    "body": 80, "came_from": 200,
}  # fmt: skip
_LONG: Final = {"scope": 4000, "service_level": 4000, "note": 4000}
_CODES: Final[dict[str, tuple[Mapping[str, object] | Sequence[str], str]]] = {
    "at_end": (AT_END, "what happens at the end"), "notice_unit": (UNITS, "a unit of notice"),
    "notice_by": (NOTICE_BY, "how notice counts"), "notice_ends": (NOTICE_ENDS, "when notice ends it"),
    "rise": (RISES, "a rule for the price"), "lease": ({"": "", **BY_CODE}, "a kind of lease"),
    "lease_consent": (CONSENTS, "a kind of consent"),
}  # fmt: skip
_NUMBERS: Final = {
    "renew_months": (1, 600, "A renewal lasts 1 to 600 months."), "options": (0, 20, "There are 0 to 20 options."),
    "notice": (0, 3650, "Notice is 0 to 3,650."), "post_days": (0, 30, "Allow 0 to 30 working days for the post."),
    "yearly": (0, 10**11, "A price is nought or more."), "vat_rate": (0, 10_000, "VAT is 0 to 100 per cent."),
    "rise_rate": (-10_000, 10_000, "A price changes by at most 100 per cent."),
    "units": (0, 10**9, "Count from nought."), "unit_price": (0, 10**11, "A price is nought or more."),
    "ending_charge": (0, 10**11, "A charge is nought or more."),
}  # fmt: skip
_DAYS: Final = ("first", "last", "insured_until", "ceased_on")
_IDS: Final = ("supplier", "owner", "deal", "buying")
_LISTS: Final = ("breaks", "alerts", "checks", "assets")
COLUMNS: Final = (*_LINES, *_LONG, *_CODES, *_NUMBERS, "notice_clear", *_DAYS, *_IDS, *_LISTS)
"""What can be changed about a contract, by name."""
_EARLIEST, _LATEST = dt.date(1970, 1, 1), dt.date(2100, 12, 31)
_MOST: Final = 400


def tidy(desk: Desk, values: Mapping[str, Any], row: ContractRow | None) -> dict[str, Any]:
    """Return cells ready to be written, groups whole. Raises ``UserError`` for the first thing that cannot be."""
    unknown = set(values) - set(COLUMNS)
    if unknown:
        raise KeyError(f"a contract has no {sorted(unknown)}")
    out = {name: _value(name, value) for name, value in values.items()}
    if not out.get("title", row.title if row else ""):
        raise UserError("A contract needs a title.", SAFE, "For example: Grounds maintenance.")
    whole = dict(out)
    for group in GROUPS:
        if any(name in out for name in group):
            whole |= {name: out[name] if name in out else _before(row, name) for name in group}
    _must_fit(whole, row)
    _must_be_here(desk, whole)
    return whole


def _before(row: ContractRow | None, name: str) -> Any:
    value = getattr(row, name) if row is not None else None
    return None if value == "" else value


def _value(name: str, value: Any) -> Any:
    if name in _LINES:
        return _text(one_line(value), _LINES[name])
    if name in _LONG:
        return _text(paragraphs(value), _LONG[name])
    if name in _CODES:
        known, said = _CODES[name]
        if value and value not in known:
            raise UserError(f"“{value}” is not {said}.", SAFE, f"Use one of: {', '.join(one for one in known if one)}.")
        return value or None
    if name in _LISTS:
        return _list(name, value or ())
    if value in (None, ""):
        return None
    if name in _NUMBERS:
        least, most, said = _NUMBERS[name]
        if not least <= value <= most:
            raise UserError(said, SAFE, "Look at the number again.")
    if name in _DAYS:
        must_be_a_day(value)
    return value


def must_be_a_day(day: dt.date) -> None:
    """Raise ``UserError`` for a day no contract of a school can name."""
    if not _EARLIEST <= day <= _LATEST:
        raise UserError(f"{words.long_date(day)} cannot be right.", SAFE, "Check the year.")


def _text(text: str, most: int) -> str | None:
    if len(text) > most:
        raise UserError(f"A text is too long: {most} characters are the most.", SAFE, "Shorten it.")
    return text or None


def _list(name: str, given: Sequence[Any]) -> str | None:
    if len(given) > _MOST:
        raise UserError(f"{_MOST} are the most in one list.", SAFE, "Leave some out.")
    if name in ("checks", "assets"):
        made: list[Any] = list(dict.fromkeys(one.hex() if isinstance(one, bytes) else str(one) for one in given))
    elif name == "alerts":
        made = sorted({int(one) for one in given}, reverse=True)
        if any(not 0 < one <= 730 for one in made):
            raise UserError("Remind 1 to 730 days ahead.", SAFE, "For example: 90, 30.")
    else:
        made = [_break(one) for one in given]
    return json.dumps(made) if made else None


def _break(one: Mapping[str, Any]) -> dict[str, Any]:
    """Return a break date as it is kept: its day, and its own notice where it has one."""
    on = one.get("on")
    day = dt.date.fromisoformat(on) if isinstance(on, str) else on
    if not isinstance(day, dt.date):
        raise UserError("A break needs its date.", SAFE, "Type it like 1/10/2027.")
    must_be_a_day(day)
    made: dict[str, Any] = {"on": day.isoformat()}
    if one.get("notice") is not None:
        if not 0 <= one["notice"] <= 3650 or one.get("unit", "months") not in UNITS:
            raise UserError("That is no notice for a break.", SAFE, "For example: 6 months.")
        made |= {"notice": one["notice"], "unit": one.get("unit", "months")}
    return made


def _must_fit(out: Mapping[str, Any], row: ContractRow | None) -> None:
    """Raise ``UserError`` where what is given does not go with the rest."""
    first, last = (out[name] if name in out else _before(row, name) for name in ("first", "last"))
    if first is not None and last is not None and last < first:
        raise UserError(
            f"It would end on {words.long_date(last)}, before it begins on {words.long_date(first)}.", SAFE,
            "Look at the two days again.",
        )  # fmt: skip
    if out.get("lease_consent") and not out.get("lease"):
        raise UserError("Consent goes with a lease.", SAFE, "Say what is leased.")


def _must_be_here(desk: Desk, out: Mapping[str, Any]) -> None:
    """Raise ``UserError`` for a supplier, owner, check or piece of equipment that is not this school’s own."""
    supplier, owner = out.get("supplier"), out.get("owner")
    wanted = {name: [bytes.fromhex(one) for one in json.loads(out.get(name) or "[]")] for name in ("checks", "assets")}
    if supplier is None and owner is None and not any(wanted.values()):
        return
    from db.queries.assets import assets
    from db.queries.checks import checks
    from db.queries.contracts import suppliers
    from db.queries.people import people

    with desk.store.connect() as con:
        firms = {one.id for one in suppliers(con, desk.home)} if supplier is not None else set()
        who = {one.id for one in people(con, desk.home)} if owner is not None else set()
        held = {
            "checks": {one.id for one in checks(con, desk.home)} if wanted["checks"] else set(),
            "assets": {one.id for one in assets(con, desk.home, gone=True)} if wanted["assets"] else set(),
        }  # fmt: skip
    if supplier is not None and supplier not in firms:
        raise UserError("That supplier is not one of ours.", SAFE, "Choose it from the list, or add it.")
    if owner is not None and owner not in who:
        raise UserError("The owner must be one of our own people.", SAFE, "Choose somebody from the list.")
    if set(wanted["checks"]) - held["checks"]:
        raise UserError("That check is not one of ours.", SAFE, "Choose it from the list.")
    if set(wanted["assets"]) - held["assets"]:
        raise UserError("That equipment is not ours.", SAFE, "Choose it from the list.")


def term_cells(term: NewTerm) -> dict[str, Any]:
    """Return the cells of a term as it was entered. Raises ``UserError`` for what cannot be."""
    must_be_a_day(term.first)
    if term.last is not None:
        must_be_a_day(term.last)
        if term.last < term.first:
            raise UserError("The term ends before it begins.", SAFE, "Look at the two days again.")
    if term.tell_by is not None:
        must_be_a_day(term.tell_by)
        if term.last is not None and term.tell_by > term.last:
            raise UserError("They would be told after the term has ended.", SAFE, "Look at the letter again.")
    for name in ("yearly", "vat_rate"):
        _value(name, getattr(term, name))
    return {
        "first": term.first, "last": term.last, "yearly": term.yearly, "vat_rate": term.vat_rate,
        "rise_words": _text(one_line(term.rise_words), 200), "tell_by": term.tell_by,
        "source": _text(one_line(term.source), 200),
    }  # fmt: skip
