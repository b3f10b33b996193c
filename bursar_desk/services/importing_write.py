"""Writing what a preview showed: one act, however many rows, so that one undo takes all of it out again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.checks import Outcome
from bursar_desk.domain.import_buying import BUYING
from bursar_desk.domain.import_rows import plain
from bursar_desk.domain.operations import Changes
from bursar_desk.services.importing_rows import NOUNS, PLACE_NAME, TABLES
from bursar_desk.services.importing_shapes import Imported, Plan, PlanRow, State

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.session import Act

_BODY: Final = ("body", "body_number", "body_until")
"""One group of a contractor: it is written whole."""


def write(desk: Desk, preview: Plan, wanted: Sequence[PlanRow]) -> Imported:
    """Write the wanted rows of a preview as one act."""
    added = sum(one.state is State.ADD for one in wanted)
    changed = len(wanted) - added
    left = len(preview.doubtful)
    if preview.kind in BUYING:
        return _buying(desk, preview, wanted, left)
    if preview.kind == "last-done":
        rows, changes, said = _dates(desk, wanted)
    else:
        rows, changes, said = _rows(desk, preview.kind, wanted)
    if left:
        said += f" {words.count(left, 'row')} left out."
    return Imported(added, changed, left, changes, said, tuple(rows))


def _buying(desk: Desk, preview: Plan, wanted: Sequence[PlanRow], left: int) -> Imported:
    """Write contracts, or what a ledger shows."""
    if preview.kind == "contracts":
        from bursar_desk.services.importing_contracts_write import write_contracts as put
    else:
        from bursar_desk.services.importing_ledger_write import write_ledger as put
    done = put(desk, preview, wanted)
    more = f" {words.count(left, 'row')} left out." if left else ""
    return replace(done, left=left, sentence=done.sentence + more)


def _dates(desk: Desk, wanted: Sequence[PlanRow]) -> tuple[list[bytes], Changes, str]:
    from bursar_desk.clock import utc_offset_minutes
    from db.queries.checks import checks as ask
    from db.queries.people import people

    with desk.store.connect() as con:
        known = people(con, desk.home)
        by_id = {one.id: one for one in ask(con, desk.home)}
    ids = {one.name.casefold(): one.id for one in known}
    person = desk.person
    checks = len({one.target for one in wanted})
    subject = words.count(len(wanted), "date")
    shared = {
        "utc_offset": utc_offset_minutes(desk.clock.now_ms()), "recorded_by": person.name if person else desk.who,
    }  # fmt: skip
    rows: list[bytes] = []
    with desk.act(ActCode.IMPORT_DATES, subject=subject) as act:
        for one in wanted:
            by = ids.get(str(one.values["done_by"]).casefold())
            record = act.fact(
                "check_record", {"check_id": one.target, "done_on": one.day, "person": by, **shared, **one.values}
            )
            rows.append(record)
            if one.values["outcome"] == Outcome.UNSATISFACTORY and _is_latest(one, wanted):
                check = by_id[one.target or b""]
                rows.append(_fault(act, one, record, check.place, check.owner))
    noun = words.count(len(wanted), "date")
    said = f"{noun} brought in for {words.count(checks, 'check')}."
    return rows, Changes(frozenset(act.tables), act.note.act), said


def _is_latest(one: PlanRow, wanted: Sequence[PlanRow]) -> bool:
    return all(other.day is None or one.day is None or other.day <= one.day
               for other in wanted if other.target == one.target)  # fmt: skip


def _fault(act: Act, one: PlanRow, record: bytes, place: bytes | None, owner: bytes | None) -> bytes:
    """A check that failed the last time it was done becomes a fault that somebody owns, as it does when recorded."""
    return act.create("defect", {
        "check_id": one.target, "record": record, "title": f"{one.what}: failed", "risk": "high", "state": "reported",
        "place": place, "owner": owner, "raised_on": one.day, "raised_by": str(one.values["done_by"]),
    })  # fmt: skip


def _rows(desk: Desk, kind: str, wanted: Sequence[PlanRow]) -> tuple[list[bytes], Changes, str]:
    table = TABLES[kind]
    one_word, many = NOUNS[kind]
    subject = words.count(len(wanted), one_word, many)
    rows: list[bytes] = []
    waiting: list[tuple[bytes, str]] = []
    names: dict[str, bytes] = {}
    with desk.act(ActCode.IMPORT_ROWS, subject=subject) as act:
        for number, one in enumerate(wanted):
            values = dict(one.values)
            inside = values.get("parent")
            if isinstance(inside, str):
                del values["parent"]
            row = _put(desk, act, table, one, values, number)
            if isinstance(inside, str):
                waiting.append((row, plain(inside.removeprefix(PLACE_NAME))))
            names[plain(one.what)] = row
            rows.append(row)
        for row, parent in waiting:
            if parent in names and names[parent] != row:
                act.set("place", row, {"parent": names[parent]})
    changed = sum(one.state is State.CHANGE for one in wanted)
    parts = [f"{words.count(len(wanted) - changed, one_word, many)} brought in"] if len(wanted) > changed else []
    parts += [f"{words.count(changed, one_word, many)} changed"] if changed else []
    return rows, Changes(frozenset(act.tables), act.note.act), words.sentence(words.listing(parts))


def _put(desk: Desk, act: Act, table: str, one: PlanRow, values: dict[str, Any], number: int) -> bytes:
    if one.target is None:
        values |= {"sort": 100_000 + 10 * number} if table in ("asset", "place") else {}
        return act.create(table, values)
    if table == "contractor" and set(values) & set(_BODY):
        values = {**_body_now(desk, one.target), **values}
    if values:
        act.set(table, one.target, values)
    return one.target


def _body_now(desk: Desk, contractor: bytes) -> dict[str, Any]:
    from db.queries.contractors import contractors

    with desk.store.connect() as con:
        row = next(one for one in contractors(con, desk.home) if one.id == contractor)
    return {name: getattr(row, name) or None for name in _BODY}
