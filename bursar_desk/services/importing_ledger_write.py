"""Writing what a ledger shows: a row for each supplier, month and file, so that nothing is counted twice; one act."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bursar_desk.domain import words
from bursar_desk.domain.acts import ActCode
from bursar_desk.domain.ledger_months import Month
from bursar_desk.domain.operations import Changes
from bursar_desk.services.importing_shapes import Imported, Plan, PlanRow, State

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk


def write_ledger(desk: Desk, preview: Plan, wanted: Sequence[PlanRow]) -> Imported:
    """Write the wanted suppliers of a preview as one act."""
    subject = f"{words.count(len(wanted), 'supplier')} of “{preview.source.name}”"
    rows: list[bytes] = []
    with desk.act(ActCode.IMPORT_ROWS, subject=subject) as act:
        for one in wanted:
            for row in one.values["gone"]:  # type: ignore[attr-defined]
                act.delete("spend", row)
            put: dict[str, tuple[Month, bytes | None]] = one.values["put"]  # type: ignore[assignment]
            for name, (month, row) in put.items():
                values = _values(desk, one, month)
                if row is None:
                    values |= {"name": name, "called": one.values["called"], "what": one.values["what"] or None}
                    row = act.create("spend", values, row=act.session.derived(desk.home, "spend", name))
                else:
                    act.set("spend", row, values)
                rows.append(row)
    added = sum(one.state is State.ADD for one in wanted)
    changed = len(wanted) - added
    parts = [f"{words.count(added, 'supplier')} of the ledger brought in"] if added else []
    parts += [f"{words.count(changed, 'supplier')} added to"] if changed else []
    said = words.sentence(words.listing(parts))
    return Imported(added, changed, 0, Changes(frozenset(act.tables), act.note.act), said, tuple(rows))


def _values(desk: Desk, one: PlanRow, month: Month) -> dict[str, Any]:
    return {
        "count": month.count, "pence": month.pence, "months": 1, "first": month.first, "last": month.last,
        "source": one.values["source"], "said_on": desk.today, "said_by": desk.who,
    }  # fmt: skip
