"""What the page of contracts reads at once: contracts, suppliers, meetings, and the lists its forms offer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bursar_desk.services import contracts, meetings, people, suppliers
from bursar_desk.ui.pages.contracts_form import Choices

if TYPE_CHECKING:
    from bursar_desk.services.contracts_shapes import Board, MeetingLine, SupplierLine
    from bursar_desk.services.desk import Desk


@dataclass(frozen=True, slots=True)
class ContractsData:
    """All of it; ``schools`` by id for an office."""

    board: Board
    suppliers: tuple[SupplierLine, ...]
    meetings: tuple[MeetingLine, ...]
    choices: Choices
    schools: tuple[tuple[bytes, str], ...]


def read_contracts(desk: Desk) -> ContractsData:
    """Read it; on the database worker."""
    board = contracts.board(desk, every=True)
    firms = tuple(suppliers.listing(desk))
    ours = [one for one in firms if one.school == desk.home]
    staff = () if desk.is_office else tuple((one.id, one.name) for one in people.listing(desk, school=desk.home))
    choices = Choices(tuple((one.id, one.name) for one in ours), staff, meetings.bodies(desk))
    schools = {one.school: one.school_name for one in board.lines}
    held = tuple(meetings.listing(desk))
    schools |= {one.row.school: desk.school_name(one.row.school) for one in held if one.row.school not in schools}
    listed = tuple(sorted(schools.items(), key=lambda pair: pair[1].casefold()))
    return ContractsData(board, firms, held, choices, listed)
