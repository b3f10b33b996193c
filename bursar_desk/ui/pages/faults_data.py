"""What the page of faults reads at once: faults, contractors, permits, and the lists its forms offer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bursar_desk.services import contractors, defects_view, people, permits
from bursar_desk.ui.pages.fault_panel import load_places

if TYPE_CHECKING:
    from bursar_desk.domain.defects import PlannedShare
    from bursar_desk.services.contractors import ContractorLine
    from bursar_desk.services.defects_view import FaultLine
    from bursar_desk.services.desk import Desk
    from db.queries.permits import PermitRow

Pair = tuple[bytes, str]


@dataclass(frozen=True, slots=True)
class FaultsData:
    """All of it; ``said`` gives of each permit how it stands and whether it is past its time."""

    faults: tuple[FaultLine, ...]
    share: PlannedShare | None
    shares: tuple[tuple[str, PlannedShare | None], ...]
    contractors: tuple[ContractorLine, ...]
    permits: tuple[PermitRow, ...]
    said: dict[bytes, tuple[str, bool]]
    people: tuple[Pair, ...]
    places: tuple[Pair, ...]
    on_site: int

    @property
    def jobs(self) -> list[Pair]:
        """The open faults, to choose one."""
        return [(one.id, one.row.title) for one in self.faults if one.open]

    @property
    def firms(self) -> list[Pair]:
        """The contractors in use, to choose one; who may not attend says so."""
        return [
            (one.row.id, one.row.name if one.may.ok else f"{one.row.name} (may not attend)") for one in self.contractors
        ]

    @property
    def names(self) -> dict[bytes, str]:
        """What places and contractors are called."""
        return dict(self.places) | {one.row.id: one.row.name for one in self.contractors}

    @property
    def note(self) -> str:
        """The line beside the title: how many wait, and how much work was planned."""
        pressing = sum(one.presses for one in self.faults)
        open_now = sum(one.open for one in self.faults)
        parts = [f"{open_now} open" if open_now else "Nothing open", f"{pressing} to act on now" if pressing else ""]
        if self.share is not None:
            parts.append(f"{self.share.planned} of {self.share.of} jobs planned")
        return ", ".join(part for part in parts if part)


def read_faults(desk: Desk) -> FaultsData:
    """Read it; on the database worker."""
    listed = permits.listing(desk)
    office = desk.is_office
    return FaultsData(
        tuple(defects_view.lines(desk)), None if office else defects_view.planned(desk),
        tuple(defects_view.planned_by_school(desk)) if office else (), tuple(contractors.listing(desk)),
        tuple(listed), {one.id: (permits.state_words(desk, one), permits.past_time(desk, one)) for one in listed},
        tuple((one.id, one.name) for one in people.listing(desk, school=desk.home)), load_places(desk),
        len(contractors.on_site(desk)),
    )  # fmt: skip
