"""Cover packs and guest registers: a small signed extract goes out, what was done under it comes home.

The covering school opens a pack as a separate register beside its own; it is erased when its return was acknowledged,
or fourteen days after the last day of return.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bursar_desk import machine
from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.errors import Refused, UserError
from bursar_desk.domain.grants import Grant
from bursar_desk.domain.operations import Changes, cover_channel
from bursar_desk.domain.progress import Progress, Silent
from bursar_desk.services import cover as cover_service
from bursar_desk.services import registers

if TYPE_CHECKING:
    from bursar_desk.exchange.sending import Sent
    from bursar_desk.services.cover_hours import Worked
    from bursar_desk.services.desk import Desk
    from db import chains
    from db.engine import Connection

MOST_ENTRIES = 500
RETURN_DAYS = 14
KEEP_DAYS = 14


@dataclass(frozen=True, slots=True)
class PackMade:
    """A cover pack that was written: the file, whom it is for, and what is in it."""

    file: Path
    recipients: tuple[str, ...]
    items: tuple[str, ...]
    changes: Changes


def make_pack(desk: Desk, cover: bytes, path: Path, progress: Progress | None = None) -> PackMade:
    """Write the pack for an agreed cover: a grant and an extract, sealed to the helper's school and nobody else."""
    from bursar_desk.exchange.sending import send
    from db import statements as st

    line = cover_service.get(desk, cover)
    if line.stage != "agreed" or line.helper_school is None:
        raise UserError(
            f"{line.helper} has not agreed yet.", "Nothing was written.", "Note the answer first, then make the pack."
        )
    if (desk.home, line.grant) in desk.trust.withdrawn:
        raise UserError(
            f"The cover by {line.helper} was ended.", "Nothing was written.", "Ask for cover again, then make a pack."
        )
    computers = desk.trust.current(line.helper_school)
    if not computers:
        raise UserError(
            f"We have no key of {line.helper_school_name} yet.",
            "Nothing was written.",
            "Exchange cards with them first.",
        )
    grant = Grant(
        line.grant or desk.store.around.entropy(16), desk.home, line.helper_school, line.helper,
        tuple(one.sign for one in computers), tuple(one.box for one in computers), line.checks,
        _day(line.first), _day(line.last), _day(line.last) + RETURN_DAYS, MOST_ENTRIES,
    )  # fmt: skip
    keys = registers.computer_keys(desk.store)
    said = st.make(st.GRANT, desk.store.facts.namespace, desk.home, st.grant_facts(grant), keys.sign)
    with desk.store.connect() as con:
        tables, items = _extract(con, desk.home, line)
    extract = {"grant": said.raw, "tables": tables, "cover": _cover_facts(line)}
    sent = send(
        desk.store, keys, path, [line.helper_school], progress or Silent(), kind="pack", extract=extract,
        only_channel=cover_channel(grant.id), boxes=grant.boxes,
    )  # fmt: skip
    desk.store.add_statements([said])
    with desk.act(ActCode.SEND_PACK, subject=line.helper) as act:
        act.set("cover", cover, {"grant_id": grant.id})
    return PackMade(sent.path, sent.recipients, tuple(items), Changes(frozenset(act.tables), act.note.act))


def _day(day: dt.date) -> int:
    from db.derived import day_number

    return day_number(day)


def _cover_facts(line: cover_service.CoverLine) -> dict[str, Any]:
    slots = [[one.get("day"), one.get("starts"), one.get("ends")] for one in line.slots if "starts" in one]
    return {"helper": line.helper, "starts": line.starts, "ends": line.ends, "duties": line.duties, "slots": slots}


def _extract(con: Connection, home: bytes, line: cover_service.CoverLine) -> tuple[dict[str, Any], list[str]]:
    """Cut out what the covering person needs: listed columns of listed rows, and say in words what that is."""
    from db import extract
    from db.queries import checks as ask
    from db.queries import schools as places_of

    school = places_of.school_row(con, home)
    listed = ask.checks(con, ids=list(line.checks))
    latest = ask.latest_records(con, home, line.last, 2, list(line.checks))
    faults = [one for one in ask.defects(con, home) if one.open]
    notes = places_of.site_notes(con, home)
    blocks = [one for one in places_of.calendar_blocks(con, home) if one.last >= line.first - dt.timedelta(days=400)]
    tables = {
        "school": extract.cut(con, "school", [school.id] if school else []),
        "place": extract.cut(con, "place", [one.id for one in places_of.places(con, home)]),
        "school_check": extract.cut(con, "school_check", [one.id for one in listed]),
        "check_record": extract.cut(con, "check_record", [r.id for rows in latest.values() for r in rows]),
        "defect": extract.cut(con, "defect", [one.id for one in faults]),
        "calendar_block": extract.cut(con, "calendar_block", [one.id for one in blocks]),
        "site_note": extract.cut(con, "site_note", [one.id for one in notes]),
    }
    items = [
        words.count(len(listed), "check"),
        words.count(len(faults), "open fault"),
        words.count(len(notes), "line of the site sheet", "lines of the site sheet"),
    ]
    return tables, items


@dataclass(frozen=True, slots=True)
class Guest:
    """The guest register of one pack; ``ended``: its school said that the cover is over before its time."""

    path: Path
    school: bytes
    school_name: str
    holder: str
    first: dt.date
    last: dt.date
    return_by: dt.date
    checks: int
    ended: bool = False


def folder_of(register: Path) -> Path:
    """Return where the guest registers of a register lie."""
    return register.with_suffix(".guests")


def open_pack(desk: Desk, path: Path) -> Guest:
    """Open a pack as a guest register beside our own. The same pack again leaves what was recorded alone."""
    import msgspec

    from bursar_desk.exchange.keys import save_computer_keys
    from bursar_desk.exchange.receiving import receive
    from db import statements as st
    from db.store import Founding, Store

    keys = registers.computer_keys(desk.store)
    with desk.store.connect() as con:
        known = st.stored(con)
    incoming = receive(path, [keys.box], known, desk.store.facts.namespace, kinds=("pack",))
    grant_statement = _grant_in(incoming.extract, incoming.file.school, [*known, *incoming.file.statements])
    grant = st.grant_from(grant_statement)
    if keys.sign.public not in grant.writers:
        raise Refused(
            "This cover pack is for another computer.", "Nothing was changed.", "Open it where it was sent to."
        )
    target = folder_of(desk.store.path) / f"{grant.id.hex()[:16]}.register"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        register = desk.store.around.entropy(16)
        where = registers.key_store_for(target, practice=desk.practice)
        save_computer_keys(where, register, keys)
        said = (*_who_is_who([*known, *incoming.file.statements], {grant.school, desk.home}), grant_statement)
        founding = Founding(
            register, desk.store.facts.namespace, grant.school, "guest", desk.practice, keys.sign.public, said,
            cover_channel(grant.id),
        )  # fmt: skip
        around = registers.surroundings(where, register, desk.clock, desk.store.around.entropy)
        guest = Store.create(target, founding, around)
        try:
            _lay_out(guest, incoming.extract or {})
        except (msgspec.MsgspecError, KeyError, TypeError, ValueError, AttributeError, RecursionError):
            guest.close()
            target.unlink()
            raise Refused("This cover pack makes no sense.", "Nothing was changed.", "Ask for a new one.") from None
        guest.close()
    return _guest(target, grant, desk.trust.roots[grant.school].name)


def _lay_out(guest: Any, said: dict[str, Any]) -> None:
    from db import extract

    with guest.writing() as con:
        extract.keep(con, said["tables"], said["cover"])


def _who_is_who(statements: Sequence[Any], schools: set[bytes]) -> list[Any]:
    public = ("root", "root-change", "computer", "revoke")
    return [one for one in statements if one.kind in public and one.school in schools]


def _grant_in(extract: dict[str, Any] | None, school: bytes, statements: Sequence[Any]) -> Any:
    """Take the grant out of a pack; it must be signed by a certified computer of the school that sent it."""
    import msgspec

    from db import statements as st

    try:
        said = st.read((extract or {})["grant"])
    except (msgspec.MsgspecError, KeyError, TypeError, UnicodeDecodeError, RecursionError):
        said = None
    book = st.TrustBook.of([*statements, *([said] if said else [])])
    if (
        said is None or not st.well_formed(said) or not st.signed(said) or said.school != school
        or said.facts["id"] not in book.grants
    ):  # fmt: skip
        raise Refused("This cover pack carries no good permission.", "Nothing was changed.", "Ask for a new one.")
    return said


def _guest(path: Path, grant: Grant, name: str, *, ended: bool = False) -> Guest:
    from db.derived import date_of

    return Guest(
        path, grant.school, name, grant.holder, date_of(grant.first), date_of(grant.last), date_of(grant.return_by),
        len(grant.checks), ended,
    )  # fmt: skip


def listing(desk: Desk) -> list[Guest]:
    """Return the guest registers open beside this one."""
    from bursar_desk.services.desk import Desk as GuestDesk

    out = []
    for path in sorted(folder_of(desk.store.path).glob("*.register")):
        with GuestDesk.open(path, read_only=True, clock=desk.clock) as guest:
            grant = guest.grant
            if grant is not None:
                ended = (grant.school, grant.id) in desk.trust.withdrawn
                out.append(_guest(path, grant, guest.name, ended=ended))
    return out


def send_return(desk: Desk, path: Path, progress: Progress | None = None) -> Sent:
    """Write what was done under a pack into a file for the school it was done for."""
    from bursar_desk.exchange.sending import send

    if not desk.is_guest or desk.store.cover_channel is None:
        raise UserError("This is not the register of a cover pack.", "Nothing was written.", "Open the pack first.")
    return send(
        desk.store, registers.computer_keys(desk.store), path, [desk.home], progress or Silent(), kind="return",
        only_channel=desk.store.cover_channel,
    )  # fmt: skip


def claim(guest: Desk, worked: Worked) -> Changes:
    """Claim hours worked under a pack; they go home with the return and are approved there.

    Raises ``UserError`` outside the days of the pack, for hours that make no sense, and where the same are claimed.
    """
    from bursar_desk.services.cover_sheet_hours import claim_values, no_sense

    grant = guest.grant
    if grant is None:
        raise UserError("This is not the register of a cover pack.", "Nothing was written.", "Open the pack first.")
    safe = "Nothing was changed."
    if not grant.first <= _day(worked.on) <= grant.last:
        raise UserError(f"{words.long_date(worked.on)} is outside the days of this pack.", safe, "Check the day.")
    if worked.on > guest.today:
        raise UserError(f"{words.long_date(worked.on)} has not come yet.", safe, "Claim hours once they are worked.")
    problem = no_sense(worked)
    if problem:
        raise UserError(f"Those hours cannot be right: {problem}.", safe, "Check them.")
    if any(one.on == worked.on and one.starts < worked.ends and worked.starts < one.ends for one in claims(guest)):
        raise UserError("Hours at that time are claimed already.", safe, "Undo the first claim, then claim again.")
    with guest.act(ActCode.CLAIM_HOURS, subject=f"{words.short_day(worked.on)}, {guest.who}") as act:
        act.fact("cover_claim", claim_values(worked, guest.who))
    return Changes(frozenset(act.tables), act.note.act)


def claims(guest: Desk) -> list[Worked]:
    """Return the hours claimed in the register of a pack, earliest first."""
    from bursar_desk.services.cover_hours import Worked
    from db.queries.owed import cover_claims

    with guest.store.connect() as con:
        return [
            Worked(one.on, one.starts, one.ends, one.pause, one.travel, one.miles, one.vehicle, one.note)
            for one in cover_claims(con, guest.home)
        ]


@dataclass(frozen=True, slots=True)
class Slip:
    """The hours slip of a pack: its days that have come, the hours agreed (minutes after midnight), what is claimed.

    ``slots``: (day, starts, ends) where the times of the visit were agreed one by one.
    """

    days: tuple[dt.date, ...]
    starts: int | None
    ends: int | None
    claimed: tuple[Worked, ...]
    slots: tuple[tuple[dt.date, int, int], ...] = ()

    def next_of(self, day: dt.date) -> tuple[int | None, int | None]:
        """Return the agreed hours of a day that are not claimed yet; nothing where all of them are."""
        agreed = [(starts, ends) for on, starts, ends in self.slots if on == day]
        if not self.slots and self.starts is not None and self.ends is not None:
            agreed = [(self.starts, self.ends)]
        taken = [(one.starts, one.ends) for one in self.claimed if one.on == day]
        free = [one for one in agreed if not any(a < one[1] and one[0] < b for a, b in taken)]
        return free[0] if free else (None, None)


def slip(guest: Desk) -> Slip:
    """Return the hours slip of the pack this register is of; an empty one for any other register."""
    from db.derived import date_of
    from db.extract import visit_of

    grant = guest.grant
    if grant is None:
        return Slip((), None, None, ())
    first, last = date_of(grant.first), min(date_of(grant.last), guest.today)
    with guest.store.connect() as con:
        agreed = visit_of(con)
    days = tuple(first + dt.timedelta(days=n) for n in range((last - first).days + 1))
    return Slip(days, agreed.starts, agreed.ends, tuple(claims(guest)), agreed.slots)


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Cover work whose arrival its school has confirmed."""

    path: Path
    holder: str
    entries: int


def acknowledged(register: Path, have: Sequence[chains.Have]) -> list[Acknowledged]:
    """Return the guest registers all of whose entries the sender of ``have`` holds."""
    from bursar_desk.clock import SystemClock
    from bursar_desk.services.desk import Desk as GuestDesk

    held = {(one.stream, one.head) for one in have}
    out = []
    for path in sorted(folder_of(register).glob("*.register")):
        with GuestDesk.open(path, read_only=True, clock=SystemClock()) as guest:
            heads = _heads(guest)
            grant = guest.grant
        if grant is not None and heads and all((key, head) in held for key, head, _ in heads):
            out.append(Acknowledged(path, grant.holder, sum(seq for _, _, seq in heads)))
    return out


def _heads(guest: Desk) -> list[tuple[bytes, bytes, int]]:
    from db import chains

    with guest.store.connect() as con:
        return [(one.stream, one.head, one.seq) for one in chains.have(con)]


def erase_finished(desk: Desk, arrived: Sequence[Path] = ()) -> list[Guest]:
    """Erase guest registers whose work has arrived, or whose time has long run out; return what was erased.

    One that is open in a window is left for the next time.
    """
    gone = []
    for guest in listing(desk):
        late = desk.today > guest.return_by + dt.timedelta(days=KEEP_DAYS)
        if (guest.path in arrived or late) and _erase(guest.path, desk):
            gone.append(guest)
    return gone


def _erase(path: Path, desk: Desk) -> bool:
    """Remove a guest register with its keys, wherever those are kept; tell whether it was free to be removed."""
    from db.store import raw_facts

    lock = machine.RegisterLock(path)
    try:
        lock.acquire("Bursar Desk", "this computer", desk.clock.now_ms())
    except machine.InUse:
        return False
    try:
        where = registers.key_store_for(path, practice=desk.practice)
        mine = raw_facts(path).register.hex()
        for name in [name for name in where.names() if mine in name]:
            where.delete(name)
        path.unlink()
    finally:
        lock.release()
    for left in (path.with_name(path.name + "-journal"), lock.path):
        left.unlink(missing_ok=True)
    keys = path.with_suffix(".keys")
    if keys.is_dir() and not any(keys.iterdir()):
        keys.rmdir()
    return True
