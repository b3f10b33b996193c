"""What forms about buying offer to choose from: our suppliers, and our contracts that run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bursar_desk.services.desk import Desk


def firms(desk: Desk) -> tuple[tuple[object, str], ...]:
    """Return our suppliers that are still used, by name: (id, name)."""
    from db.queries.contracts import suppliers

    with desk.store.connect() as con:
        return tuple((one.id, one.name) for one in suppliers(con, desk.home) if one.left_on is None and one.name)


def contracts_that_run(desk: Desk) -> tuple[tuple[object, str], ...]:
    """Return our contracts that run, by title: (id, title)."""
    from db.queries.contracts import contracts

    with desk.store.connect() as con:
        return tuple((one.id, one.title) for one in contracts(con, desk.home) if one.state == "live" and one.title)
