"""People of the home school: who there is, who joins, what changes, how they are reached, what was confirmed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import confirmed as parts_of
from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from bursar_desk.services.setup import NewPerson
    from db.queries.people import PersonRow
    from db.queries.people_more import ContactRow
    from db.session import Act

ROLES = (
    "business manager", "head", "office", "caretaker", "site manager", "site staff", "governor", "teacher", "kitchen",
)  # fmt: skip
SAFE: Final = "Nothing was changed."
TEXTS: Final = ("name", "role", "job_title")
TICKS: Final = ("unlocks", "locks", "key_holder", "offers_cover", "manages", "opt_out", "young")
CHANGEABLE: Final = (*TEXTS, *TICKS, "days", "starts", "ends", "offers", "pattern", "week", "elsewhere")
MOST_MINUTES: Final = 7 * 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """How somebody is reached; kept on the school's own computers. ``note`` never leaves them."""

    phone: str = ""
    email: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """What is entered with a new person: ``details`` are columns of ``CHANGEABLE``, ``checks`` what they take over.

    ``agreed``: they agree that phone and e-mail are passed on to the other schools.
    """

    reached: Reached = Reached()
    agreed: bool = False
    checks: tuple[bytes, ...] = ()
    pin: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


def listing(desk: Desk, *, school: bytes | None = None, left: bool = False) -> list[PersonRow]:
    """Return the people of a school (home by default) who work there today, or also those who have left."""
    from db.queries.people import people

    with desk.store.connect() as con:
        found = people(con, school or (None if desk.is_office else desk.home))
    return [one for one in found if left or one.here(desk.today)]


def find(desk: Desk, text: str, *, left: bool = False) -> PersonRow:
    """Return one of our people by name or id. Raises ``UserError`` naming who there is."""
    return one_named(listing(desk, school=desk.home, left=left), text)


def one_named(known: Sequence[PersonRow], text: str) -> PersonRow:
    """Return the one person of these that is meant by a name, a part of it, or an id."""
    wanted = " ".join(text.casefold().split())
    exact = [one for one in known if wanted in (one.name.casefold(), one.id.hex())]
    close = exact or [one for one in known if wanted and (wanted in one.name.casefold())]
    if len(close) == 1:
        return close[0]
    named = ", ".join(sorted(one.name for one in (close or known))[:12]) or "nobody yet"
    raise UserError(f"We do not know who “{text}” is.", SAFE, f"Choose one of: {named}.")


def manages(desk: Desk) -> bool:
    """Tell whether the acting person runs the register."""
    return desk.person is None or desk.person.manages


def must_manage(desk: Desk) -> None:
    """Raise ``UserError`` unless the acting person runs the register."""
    if not manages(desk):
        raise UserError("Only someone who manages the register can do that.", SAFE, "Ask the business manager.")


def row_of(desk: Desk, person: bytes) -> PersonRow:
    """Return one of our own people. Raises ``UserError`` for somebody else's."""
    for one in listing(desk, school=desk.home, left=True):
        if one.id == person:
            return one
    raise UserError("That person is not one of this school’s.", SAFE, "Their own school keeps what is about them.")


# --- joining ---------------------------------------------------------------------------------------------------------


def add(desk: Desk, person: NewPerson) -> tuple[PersonRow, Changes]:
    """Add somebody who works here. Raises ``UserError`` for a missing name, another role or a name that is taken."""
    return join(desk, person, Joining())


def join(desk: Desk, person: NewPerson, joining: Joining) -> tuple[PersonRow, Changes]:
    """Add somebody with how they are reached and the checks they take over, as one act; then their PIN, if any.

    A phone number typed with the person is kept here and passed on only when they agreed. Raises ``UserError`` for
    what cannot be so, before anything is written.
    """
    must_manage(desk)
    typed = {name: value for name, value in asdict(person).items() if value not in (None, "", False)}
    phone = str(typed.pop("phone", ""))
    values = settled(desk, typed | dict(joining.details), None)
    reached = Reached(phone=joining.reached.phone or phone, email=joining.reached.email, note=joining.reached.note)
    _pin_allowed(desk, values, joining.pin)
    if joining.agreed:
        values |= {"shares": True, "shares_on": desk.today, "phone": reached.phone or None,
                   "email": reached.email or None}  # fmt: skip
    taken = _checks(desk, joining.checks)
    with desk.act(ActCode.ADD_PERSON, subject=str(values["name"])) as act:
        row = act.create("person", {name: value for name, value in values.items() if value not in (None, "", False)})
        if reached != Reached():
            keep_contact(desk, act, row, reached, None)
        for check in taken:
            act.set("school_check", check, {"doer": row})
    changes = Changes(frozenset(act.tables), act.note.act)
    if joining.pin:
        from bursar_desk.services import pins

        pins.set_pin(desk, row, joining.pin)
        changes = Changes(changes.tables | {"pin"}, changes.act)
    return row_of(desk, row), changes


def _pin_allowed(desk: Desk, values: Mapping[str, Any], pin: str) -> None:
    """Say what stands against a PIN before the person is added."""
    if not pin:
        return
    from bursar_desk.domain.pin_rules import wrong_with
    from bursar_desk.services import pins

    manages = bool(values.get("manages"))
    wrong = wrong_with(pin, manages=manages, names=(str(values["name"]), desk.name))
    if wrong:
        raise UserError(wrong, SAFE, "Choose another PIN, or leave it empty.")
    if not manages and not any(one.has_pin and one.manages for one in pins.listing(desk)):
        raise UserError(
            "Nobody who manages the register has a PIN yet.", SAFE, "Leave the PIN empty, and set the manager’s first."
        )


def _checks(desk: Desk, wanted: Sequence[bytes]) -> list[bytes]:
    from db.queries.checks import checks

    if not wanted:
        return []
    with desk.store.connect() as con:
        known = {one.id for one in checks(con, desk.home)}
    if not set(wanted) <= known:
        raise UserError("One of those checks is not this school’s.", SAFE, "Choose them from the list.")
    return list(dict.fromkeys(wanted))


# --- changing --------------------------------------------------------------------------------------------------------


def change(desk: Desk, person: bytes, values: Mapping[str, Any]) -> tuple[PersonRow, Changes]:
    """Change what is known of one of our people; ``values`` by column of ``CHANGEABLE``, only what differs is written.

    ``offers``: texts; ``pattern``: (weekday, from, to) for days that differ, in minutes of the day.
    """
    must_manage(desk)
    row = row_of(desk, person)
    wanted = settled(desk, dict(values), row)
    if row.manages and wanted.get("manages") is False:
        _somebody_manages(desk, row)
    different = {name: value for name, value in wanted.items() if value != _as_stored(row, name)}
    if {"starts", "ends"} & set(different):
        different |= {name: wanted.get(name, getattr(row, name)) for name in ("starts", "ends")}
    if not different:
        return row, Changes(frozenset())
    with desk.act(ActCode.CHANGE_PERSON, subject=row.name) as act:
        act.set("person", row.id, different)
    return row_of(desk, row.id), Changes(frozenset(act.tables), act.note.act)


def settled(desk: Desk, values: dict[str, Any], row: PersonRow | None) -> dict[str, Any]:
    """Return values ready to be written. Raises ``UserError`` for what cannot be so."""
    unknown = set(values) - {*CHANGEABLE, "checks_confirmed_on"}
    if unknown:
        raise UserError(f"A person has no “{min(unknown)}”.", SAFE, f"Use: {', '.join(CHANGEABLE)}.")
    if row is None or "name" in values:
        values["name"] = _name(desk, str(values.get("name") or ""), row)
    if (row is None or "role" in values) and values.get("role") not in (*ROLES, row.role if row else None):
        role = values.get("role") or ""
        raise UserError(f"“{role}” is not a role.", SAFE, f"Use one of: {', '.join(ROLES)}.")
    starts, ends = (values.get(name, getattr(row, name, None)) for name in ("starts", "ends"))
    if starts is not None and ends is not None and ends <= starts:
        raise UserError("The day ends before it begins.", SAFE, "Look at the times again.")
    for name, said in (("week", "Hours a week"), ("elsewhere", "Hours in other jobs")):
        if values.get(name) is not None and not 0 <= values[name] <= MOST_MINUTES:
            raise UserError(f"{said} cannot be {words.hours(values[name])}.", SAFE, "A week has 168 hours.")
    if "offers" in values:
        values["offers"] = _texts(values["offers"])
    if "pattern" in values:
        values["pattern"] = _pattern(values["pattern"])
    return values


def _name(desk: Desk, typed: str, row: PersonRow | None) -> str:
    name = " ".join(typed.split())
    if not name:
        raise UserError("A person needs a name.", SAFE, "Type the name.")
    others = [one for one in listing(desk, school=desk.home) if row is None or one.id != row.id]
    if any(one.name.casefold() == name.casefold() for one in others):
        raise UserError(f"{name} is here already.", SAFE, "Add something to tell them apart.")
    return name


def _texts(given: Sequence[str]) -> str | None:
    found = list(dict.fromkeys(" ".join(one.split()) for one in given if one.strip()))
    return json.dumps(found, ensure_ascii=False) if found else None


def _pattern(given: Sequence[Sequence[int]]) -> str | None:
    found = sorted([int(day), int(first), int(last)] for day, first, last in given)
    for day, first, last in found:
        if not (0 <= day <= 6 and 0 <= first < last <= 24 * 60):
            raise UserError("The times of one day cannot be so.", SAFE, "Type them like: Wed 08:00-12:00.")
    if len({day for day, _, _ in found}) != len(found):
        raise UserError("One day is named twice.", SAFE, "Give each day one time.")
    return json.dumps(found) if found else None


def _as_stored(row: PersonRow, name: str) -> Any:
    if name == "offers":
        return _texts(row.offers)
    return _pattern(row.pattern) if name == "pattern" else getattr(row, name)


def _somebody_manages(desk: Desk, but: PersonRow) -> None:
    if not any(one.manages and one.id != but.id for one in listing(desk, school=desk.home)):
        raise UserError(
            f"Only {but.name} runs this register.", SAFE, "Let somebody else run it first: change their details."
        )


# --- how they are reached, and whether that is passed on -------------------------------------------------------------


def contact(desk: Desk, person: bytes) -> Reached:
    """Return how one of our people is reached: what is kept here, else what was passed on before it was asked.

    Raises ``UserError`` for who neither runs the register nor asks about themselves: it was given to the school.
    """
    if not manages(desk) and (desk.person is None or desk.person.id != person):
        must_manage(desk)
    row, kept = row_of(desk, person), _kept(desk, person)
    if kept is None:
        return Reached(phone=row.phone, email=row.email)
    return Reached(phone=kept.phone, email=kept.email, note=kept.note if manages(desk) else "")


def _kept(desk: Desk, person: bytes) -> ContactRow | None:
    from db.queries.people_more import contacts

    with desk.store.connect() as con:
        return contacts(con, desk.home).get(person)


def set_contact(desk: Desk, person: bytes, reached: Reached, *, agrees: bool | None = None) -> Changes:
    """Keep how somebody is reached. Phone and e-mail are passed on as well where they agreed, the note never.

    ``agrees``: what they say about that now, when it changed; taking it back empties what was passed on.
    """
    must_manage(desk)
    row = row_of(desk, person)
    with desk.act(ActCode.CHANGE_CONTACT, subject=row.name) as act:
        keep_contact(desk, act, person, reached, _kept(desk, person))
        shares = row.shares if agrees is None else agrees
        values: dict[str, Any] = {} if agrees is None else {"shares": agrees, "shares_on": desk.today}
        if shares or agrees is not None or row.phone or row.email:
            values |= {name: getattr(reached, name) or None if shares else None for name in ("phone", "email")}
        if values:
            act.set("person", person, values)
    return Changes(frozenset(act.tables), act.note.act)


def keep_contact(desk: Desk, act: Act, person: bytes, reached: Reached, kept: ContactRow | None) -> None:
    """Write how somebody is reached, in an act under way."""
    values = {name: value.strip() or None for name, value in asdict(reached).items()}
    if kept is not None:
        act.set("contact", kept.id, values)
        return
    whose = person.hex()
    named = act.session.derived(desk.home, "contact", whose)
    act.create("contact", {"whose": whose, "person": person, **values}, row=named)


def consent(desk: Desk, person: bytes, *, agrees: bool, on: dt.date | None = None) -> Changes:
    """Note whether somebody agrees that phone and e-mail are passed on; taking it back empties both in the same act.

    What was passed on without anybody asking is kept here first, so that nothing is lost.
    """
    must_manage(desk)
    row, reached, kept = row_of(desk, person), contact(desk, person), _kept(desk, person)
    values: dict[str, Any] = {"shares": agrees, "shares_on": on or desk.today}
    values |= {
        "phone": (reached.phone or None) if agrees else None, "email": (reached.email or None) if agrees else None,
    }  # fmt: skip
    with desk.act(ActCode.CHANGE_CONTACT, subject=row.name) as act:
        if kept is None and reached != Reached():
            keep_contact(desk, act, person, reached, None)
        act.set("person", person, values)
    return Changes(frozenset(act.tables), act.note.act)


# --- written confirmation of checks ----------------------------------------------------------------------------------


def confirm(desk: Desk, person: bytes, given: Mapping[str, Any], *, on: dt.date | None = None) -> Changes:
    """Write down what is confirmed about one of our people for schools they go to (rules.md section 14, point 4).

    ``given``: parts of ``domain.confirmed.PARTS`` to set; a date for ``dated``, ticks as bool. The day of confirmation
    stands only while no part is missing: until then nobody may count on it.
    """
    must_manage(desk)
    row = row_of(desk, person)
    unknown = set(given) - set(parts_of.PARTS)
    if unknown:
        raise UserError(f"“{min(unknown)}” is no part of it.", SAFE, f"Use: {', '.join(parts_of.PARTS)}.")
    values = {name: value for name, value in row.confirmed.items() if name in parts_of.PARTS} | _plain(desk, given)
    kept = {name: value for name, value in values.items() if value not in (None, "", False)}
    day = (on or desk.today) if not parts_of.missing(kept) else None
    if day is not None and day > desk.today:
        raise UserError("That day is still to come.", SAFE, "Type the day it was confirmed.")
    text = json.dumps({**kept, "said_by": desk.who}, ensure_ascii=False, sort_keys=True)
    with desk.act(ActCode.CHANGE_PERSON, subject=row.name) as act:
        act.set("person", person, {"confirmed": text, "checks_confirmed_on": day})
    return Changes(frozenset(act.tables), act.note.act)


def _plain(desk: Desk, given: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in given.items():
        if isinstance(value, dt.date):
            if value > desk.today:
                raise UserError("The certificate’s date is still to come.", SAFE, "Look at the date on it again.")
            found[name] = value.isoformat()
        else:
            found[name] = bool(value) if name in parts_of.TICKS else " ".join(str(value or "").split())
    return found


def confirmation_words(row: PersonRow) -> str:
    """Say in one sentence how the written confirmation stands, and what it lacks."""
    lacks = parts_of.missing(row.confirmed)
    if row.checks_confirmed_on is not None and not lacks:
        return f"Confirmed in writing on {words.plain_date(row.checks_confirmed_on)}."
    named = words.listing([parts_of.PARTS[key] for key in lacks])
    if row.checks_confirmed_on is not None:
        said = f"Confirmed on {words.plain_date(row.checks_confirmed_on)}."
        return (
            f"{said} The parts are not written down yet."
            if len(lacks) == len(parts_of.PARTS)
            else (f"{said} Still missing: {named}.")
        )
    return "Not confirmed in writing yet." if len(lacks) == len(parts_of.PARTS) else f"Still missing: {named}."
