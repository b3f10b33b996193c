"""Writing a register of contracts: suppliers first, then each contract as a draft; one act, so one undo."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.operations import Changes
from bursar_desk.domain.supplier_names import same_name
from bursar_desk.services.importing_contracts_known import NEW_SUPPLIER, SAME_AS, whole_groups
from bursar_desk.services.importing_shapes import Imported, Plan, PlanRow, State

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk
    from db.queries.contracts import ContractRow, SupplierRow
    from db.session import Act


def write_contracts(desk: Desk, preview: Plan, wanted: Sequence[PlanRow]) -> Imported:
    """Write the wanted rows of a preview as one act."""
    from db.queries.contracts import contracts, suppliers

    with desk.store.connect() as con:
        known = {one.id: one for one in suppliers(con, desk.home)}
        held = {one.id: one for one in contracts(con, desk.home)}
    rows: list[bytes] = []
    fresh: dict[str, bytes] = {}
    also: dict[bytes, list[str]] = {}
    subject = f"{words.count(len(wanted), 'contract')} from “{preview.source.name}”"
    with desk.act(ActCode.IMPORT_CONTRACTS, subject=subject) as act:
        for one in wanted:
            values = dict(one.values)
            other = values.pop(SAME_AS, None)
            supplier = values.get("supplier")
            if isinstance(supplier, str):
                values["supplier"] = _supplier(act, fresh, supplier.removeprefix(NEW_SUPPLIER))
            elif isinstance(supplier, bytes) and other:
                also.setdefault(supplier, []).append(str(other))
            rows.append(_put(act, one, values, held, desk.who))
        for row, names in also.items():
            _also(act, known[row], names)
    added = sum(one.state is State.ADD for one in wanted)
    changed = len(wanted) - added
    return Imported(added, changed, 0, Changes(frozenset(act.tables), act.note.act), _said(added, changed, len(fresh)),
                    tuple(rows))  # fmt: skip


def _said(added: int, changed: int, fresh: int) -> str:
    parts = [f"{words.count(added, 'contract')} brought in as drafts"] if added > 1 else []
    parts += ["1 contract brought in as a draft"] if added == 1 else []
    parts += [f"{words.count(changed, 'contract')} changed"] if changed else []
    parts += [f"{words.count(fresh, 'supplier')} added"] if fresh else []
    return words.sentence(words.listing(parts))


def _supplier(act: Act, fresh: dict[str, bytes], name: str) -> bytes:
    key = same_name(name)
    if key not in fresh:
        fresh[key] = act.create("supplier", {"name": name[:200]})
    return fresh[key]


def _put(act: Act, one: PlanRow, values: dict[str, Any], held: dict[bytes, ContractRow], who: str) -> bytes:
    came_from = values.pop("came_from")
    now = held.get(one.target) if one.target is not None else None
    cells = {**whole_groups(values, now), "came_from": came_from}
    if one.target is None:
        said = {name: value for name, value in cells.items() if value is not None}
        return act.create("contract", {"state": "draft", "said_by": who, **said})
    act.set("contract", one.target, cells)
    return one.target


def _also(act: Act, supplier: SupplierRow, names: Sequence[str]) -> None:
    """Keep the other name a person said is the same firm, so that it is known from now on."""
    had = [str(one) for one in supplier.also]
    more = [one[:200] for one in dict.fromkeys(names) if same_name(one) not in {same_name(each) for each in had}]
    if more:
        act.set("supplier", supplier.id, {"also": json.dumps([*had, *more], ensure_ascii=False)})
