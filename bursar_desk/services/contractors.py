"""Contractors: who they are, whether each may attend today, their visits, and what of their papers runs out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import contractors as rules
from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.contractors import MayAttend
from bursar_desk.domain.errors import UserError
from bursar_desk.domain.operations import Changes

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.queries.contractors import ContractorRow, VisitRow

BODIES: Final = (
    "Gas Safe", "NICEIC", "NAPIT", "REFCOM", "BAFE", "LEIA", "SAFed", "HSE asbestos licence", "CHAS", "SafeContractor",
)  # fmt: skip
"""Bodies that are often asked for; any other may be typed."""
_LONG_AGO: Final = dt.date(1990, 1, 1)


@dataclass(frozen=True, slots=True)
class ContractorLine:
    """A contractor as it stands today: whether it may attend, what runs out, who of it is on site."""

    row: ContractorRow
    may: MayAttend
    ends: tuple[str, ...]
    on_site: int = 0
    last_visit: dt.date | None = None
    open_jobs: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a contractor; ``insured_for`` in whole pence. None and "" mean not known."""

    name: str
    trade: str = ""
    phone: str = ""
    email: str = ""
    insured_until: dt.date | None = None
    insured_for: int | None = None
    body: str = ""
    body_number: str = ""
    body_until: dt.date | None = None
    dbs_seen_on: dt.date | None = None
    inducted_on: dt.date | None = None
    asbestos_seen_on: dt.date | None = None
    note: str = ""


_SEEN: Final = ("dbs_seen_on", "inducted_on", "asbestos_seen_on")
FACTS: Final = tuple(Facts.__dataclass_fields__)
_TEXTS: Final = ("name", "trade", "phone", "email", "body", "body_number", "note")


def may_attend(desk: Desk, row: ContractorRow) -> MayAttend:
    """Tell whether a contractor may attend today at its school."""
    return rules.may_attend(row, desk.today, asbestos=asbestos_asked(desk, row.school))


def asbestos_asked(desk: Desk, school: bytes | None = None) -> bool:
    """Tell whether the asbestos register has to be read here: not where the school was built after 1999."""
    from db.queries.schools import school_row

    with desk.store.connect() as con:
        found = school_row(con, school or desk.home)
    built = found.built_year if found is not None else None
    return built is None or built <= rules.LAST_BUILT_WITH_ASBESTOS


def listing(desk: Desk, *, school: bytes | None = None, left: bool = False) -> list[ContractorLine]:
    """Return the contractors of a school (home by default; every school in an office), who may not attend first."""
    from db.queries import checks as asked_checks
    from db.queries import contractors as ask

    where = school or (None if desk.is_office else desk.home)
    with desk.store.connect() as con:
        found = ask.contractors(con, where)
        visits = ask.visits(con, where)
        jobs = [one.contractor for one in asked_checks.defects(con, where) if one.open]
    asbestos = {one: asbestos_asked(desk, one) for one in {row.school for row in found}}
    lines = []
    for row in found:
        if row.left_on is not None and row.left_on <= desk.today and not left:
            continue
        mine = [one for one in visits if one.contractor == row.id]
        here = sum(one.on == desk.today and one.went is None for one in mine)
        last = max((one.on for one in mine if one.on is not None), default=None)
        may = rules.may_attend(row, desk.today, asbestos=asbestos[row.school])
        lines.append(ContractorLine(row, may, rules.runs_out(row, desk.today), here, last, jobs.count(row.id)))
    return sorted(lines, key=lambda one: (one.may.ok, not one.ends, one.row.name.casefold(), one.row.id))


def get(desk: Desk, contractor: bytes) -> ContractorLine:
    """Return one contractor. Raises ``UserError`` when it is not here."""
    for one in listing(desk, left=True):
        if one.row.id == contractor:
            return one
    raise UserError("That contractor is not in this register.", "Nothing was changed.", "See “contractor list”.")


def find(desk: Desk, typed: str) -> ContractorLine:
    """Return the one contractor of that name, part of a name or id. Raises ``UserError`` naming who there is."""
    known = listing(desk, left=True)
    wanted = typed.casefold().strip()
    exact = [one for one in known if wanted and (wanted == one.row.name.casefold() or one.row.id.hex() == wanted)]
    written = [one for one in exact if one.row.name == typed.strip()]
    exact = written if len(written) == 1 else exact  # two computers may have added one firm, written in two ways
    ids = [one for one in known if len(wanted) >= 6 and one.row.id.hex().startswith(wanted)]
    found = exact or ids or [one for one in known if wanted and wanted in one.row.name.casefold()]
    if len(found) != 1:
        if len(found) > 1:
            which = "; ".join(f"{one.row.name} ({one.row.id.hex()[:16]})" for one in found[:8])
            raise UserError(f"“{typed}” may be one of several.", "Nothing was changed.", f"Use the id of one: {which}.")
        names = ", ".join(sorted(one.row.name for one in known)) or "none yet"
        raise UserError(f"“{typed}” is not one contractor here.", "Nothing was changed.", f"There are: {names}.")
    return found[0]


# --- entering and changing -------------------------------------------------------------------------------------------


def add(desk: Desk, facts: Facts) -> tuple[ContractorLine, Changes]:
    """Add a contractor. Raises ``UserError`` for a missing name, one that is taken, or a day that cannot be."""
    values = {name: value for name, value in asdict(facts).items() if value not in (None, "")}
    tidy = _tidy(desk, values, None)
    with desk.act(ActCode.ADD_CONTRACTOR, subject=str(tidy["name"])) as act:
        row = act.create("contractor", {**tidy, **_groups(tidy, None)})
    return get(desk, row), Changes(frozenset(act.tables), act.note.act)


def change(desk: Desk, contractor: bytes, values: Mapping[str, Any]) -> tuple[ContractorLine, Changes]:
    """Change facts by name (``FACTS``); None or "" takes one out. Raises ``UserError`` for what cannot be."""
    unknown = set(values) - set(FACTS)
    if unknown:
        raise KeyError(f"a contractor has no {sorted(unknown)}")
    row = _ours(desk, contractor)
    tidy = _tidy(desk, values, row)
    new = {name: value for name, value in tidy.items() if (value or None) != (getattr(row, name) or None)}
    if not new:
        raise UserError("That is how it stands already.", "Nothing was changed.", "Change something, then save.")
    return _set(desk, row, new)


def bar(desk: Desk, contractor: bytes, why: str) -> tuple[ContractorLine, Changes]:
    """Bar a contractor from the site, with the reason."""
    if not why.strip():
        raise UserError("Say why they may not attend.", "Nothing was changed.", "A few words are enough.")
    return _set(desk, _ours(desk, contractor), {"barred": True, "barred_why": why.strip()})


def unbar(desk: Desk, contractor: bytes) -> tuple[ContractorLine, Changes]:
    """Take a bar away; whatever else is missing still stands against the contractor."""
    row = _ours(desk, contractor)
    if not row.barred:
        raise UserError(f"{row.name} is not barred.", "Nothing was changed.", "See “contractor show”.")
    return _set(desk, row, {"barred": False, "barred_why": None})


def leave(desk: Desk, contractor: bytes, on: dt.date | None = None) -> tuple[ContractorLine, Changes]:
    """Say that a contractor is no longer used; its history stays."""
    return _set(desk, _ours(desk, contractor), {"left_on": on or desk.today})


def come_back(desk: Desk, contractor: bytes) -> tuple[ContractorLine, Changes]:
    """Use a contractor again."""
    return _set(desk, _ours(desk, contractor), {"left_on": None})


def _set(desk: Desk, row: ContractorRow, values: Mapping[str, Any]) -> tuple[ContractorLine, Changes]:
    with desk.act(ActCode.CHANGE_CONTRACTOR, subject=row.name) as act:
        act.set("contractor", row.id, {**values, **_groups(values, row)})
    return get(desk, row.id), Changes(frozenset(act.tables), act.note.act)


def _groups(values: Mapping[str, Any], row: ContractorRow | None) -> dict[str, Any]:
    """Return the whole of every group of cells that a change touches: they only make sense together."""
    out: dict[str, Any] = {}
    for group in (("body", "body_number", "body_until"), ("barred", "barred_why")):
        if any(name in values for name in group):
            before = {name: getattr(row, name) if row is not None else None for name in group}
            out |= {name: values.get(name, before[name]) or None for name in group}
    return out


def _tidy(desk: Desk, values: Mapping[str, Any], row: ContractorRow | None) -> dict[str, Any]:
    """Return values without spare blanks. Raises ``UserError`` for what cannot be."""
    out = {
        name: " ".join(str(value or "").split()) if name in _TEXTS and name != "note" else value
        for name, value in values.items()
    }
    if row is None or "name" in out:
        name = str(out.get("name") or "")
        if not name:
            raise UserError("A contractor needs a name.", "Nothing was changed.", "Type the name of the firm.")
        others = [one.row for one in listing(desk, school=desk.home, left=True) if row is None or one.row.id != row.id]
        if any(one.name.casefold() == name.casefold() for one in others):
            raise UserError(f"{name} is here already.", "Nothing was changed.", "Add something to tell them apart.")
    for name in _SEEN:
        day = out.get(name)
        if isinstance(day, dt.date) and day > desk.today:
            raise UserError(f"{words.long_date(day)} has not come yet.", "Nothing was changed.", "Check the day.")
    for name in (*_SEEN, "insured_until", "body_until"):
        day = out.get(name)
        if isinstance(day, dt.date) and day < _LONG_AGO:
            raise UserError(f"{words.long_date(day)} is too long ago.", "Nothing was changed.", "Check the year.")
    return out


def _ours(desk: Desk, contractor: bytes) -> ContractorRow:
    row = get(desk, contractor).row
    if row.school != desk.home:
        raise UserError("That contractor is another school’s.", "Nothing was changed.", "They change it there.")
    return row


# --- visits ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Visit:
    """A worker who comes. Times are minutes after midnight; without ``went`` they are still on site."""

    contractor: bytes
    worker: str
    purpose: str = ""
    on: dt.date | None = None
    arrived: int | None = None
    went: int | None = None
    asbestos_signed: bool = False
    defect: bytes | None = None
    place: bytes | None = None
    anyway: str = ""


def arrive(desk: Desk, visit: Visit) -> tuple[VisitRow, Changes]:
    """Sign somebody in. Who may not attend is refused with the reasons, unless ``anyway`` says why they came in."""
    row = _ours(desk, visit.contractor)
    day = visit.on or desk.today
    if day > desk.today:
        raise UserError(f"{words.long_date(day)} has not come yet.", "Nothing was changed.", "Check the day.")
    if not visit.worker.strip():
        raise UserError("Enter who came.", "Nothing was changed.", "A name is enough.")
    arrived = _now(desk) if visit.arrived is None else visit.arrived
    _must_be_times(arrived, visit.went)
    asked = asbestos_asked(desk)
    if asked and not visit.asbestos_signed and not visit.anyway.strip():
        raise UserError(
            f"{visit.worker.strip()} has not signed for the asbestos register.", "Nothing was changed.",
            "Let them read it and sign, then sign them in.",
        )  # fmt: skip
    may = rules.may_attend(row, day, asbestos=asked)
    if not may.ok and not visit.anyway.strip():
        raise UserError(
            f"{row.name} may not attend. {' '.join(may.reasons)}", "Nothing was changed.",
            "Put it right first, or say why they were let in.",
        )  # fmt: skip
    purpose = visit.purpose.strip()
    if visit.anyway.strip():
        purpose = " ".join(part for part in (words.sentence(purpose), f"Let in: {visit.anyway.strip()}") if part)
    with desk.act(ActCode.LOG_VISIT, subject=f"{visit.worker.strip()}, {row.name}") as act:
        made = act.fact("attendance", {
            "contractor": row.id, "worker": visit.worker.strip(), "on_date": day, "arrived": arrived,
            "went": visit.went, "purpose": purpose or None, "asbestos_signed": visit.asbestos_signed,
            "defect": visit.defect, "place": visit.place, "said_by": desk.who,
        })  # fmt: skip
    return _visit(desk, made), Changes(frozenset(act.tables), act.note.act)


def depart(desk: Desk, visit: bytes, went: int | None = None) -> tuple[VisitRow, Changes]:
    """Sign somebody out. A visit is a fact: as one act its open line is set aside and the whole one takes its place."""
    row = _visit(desk, visit)
    if row.school != desk.home or row.went is not None:
        raise UserError(f"{row.worker} has been signed out already.", "Nothing was changed.", "See “contractor list”.")
    minute = went
    if minute is None and row.on == desk.today:
        minute = max(_now(desk), row.arrived or 0)
    if minute is None:
        raise UserError("Enter when they left.", "Nothing was changed.", "Type the time like 15:30.")
    _must_be_times(row.arrived, minute)
    with desk.act(ActCode.LOG_VISIT, subject=f"{row.worker} left") as act:
        act.set_aside("attendance", row.id)
        made = act.fact("attendance", {
            "contractor": row.contractor, "worker": row.worker, "on_date": row.on, "arrived": row.arrived,
            "went": minute, "purpose": row.purpose or None, "asbestos_signed": row.asbestos_signed,
            "defect": row.defect, "place": row.place, "said_by": desk.who,
        })  # fmt: skip
    return _visit(desk, made), Changes(frozenset(act.tables), act.note.act)


def visits(desk: Desk, *, contractor: bytes | None = None, first: dt.date | None = None,
           last: dt.date | None = None) -> list[VisitRow]:  # fmt: skip
    """Return visits, newest first: the attendance log."""
    from db.queries.contractors import visits as ask

    with desk.store.connect() as con:
        return ask(con, None if desk.is_office else desk.home, contractor=contractor, first=first, last=last)


def on_site(desk: Desk) -> list[VisitRow]:
    """Return who is on site now: came today and has not left."""
    return [one for one in visits(desk, first=desk.today, last=desk.today) if one.went is None]


def not_signed_out(desk: Desk) -> list[VisitRow]:
    """Return visits of past days whose leaving nobody wrote down."""
    from db.queries.contractors import visits as ask

    with desk.store.connect() as con:
        found = ask(con, None if desk.is_office else desk.home, here=True)
    return [one for one in found if one.on is not None and one.on < desk.today]


def _visit(desk: Desk, visit: bytes) -> VisitRow:
    for one in visits(desk):
        if one.id == visit:
            return one
    raise UserError("That visit is not in this register.", "Nothing was changed.", "See “contractor show”.")


def _now(desk: Desk) -> int:
    from bursar_desk.clock import utc_offset_minutes

    ms = desk.clock.now_ms()
    return (ms // 60_000 + utc_offset_minutes(ms)) % 1440


def _must_be_times(arrived: int | None, went: int | None) -> None:
    for one in (arrived, went):
        if one is not None and not 0 <= one < 1440:
            raise UserError("That is not a time of day.", "Nothing was changed.", "Type the time like 07:30.")
    if arrived is not None and went is not None and went < arrived:
        raise UserError("They cannot leave before they came.", "Nothing was changed.", "Check the times.")
